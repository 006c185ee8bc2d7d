// Recovery keys as people type them.

import { core } from "./wasm.js";
import { Problem } from "./problem.js";

// As the core numbers them; the first is none.
const PROBLEMS = [undefined, "length", "symbol", "checksum"];

/** What is wrong with a typed recovery key, found without asking the server: a
 *  slip of the finger costs no attempt. Undefined when nothing is, or when this
 *  browser cannot tell; the server then does. */
export async function problemOfRecoveryKey(text) {
  const module = await core().catch(() => undefined);
  const found = PROBLEMS[module?.recovery_key_problem(text) ?? 0];
  return found ? new Problem("recovery_key_malformed", { reason: found }) : undefined;
}
