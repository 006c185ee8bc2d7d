// Why a code of a fresh authenticator may be wrong: the phone's clock.

import { now } from "./clock.js";
import { duration, amount } from "./language.js";
import { Problem } from "./problem.js";
import { core } from "./wasm.js";

// Within this the server accepts the code, so the clock is not to blame.
const TOLERATED_SECONDS = 30;

/** A problem that tells how far off the phone's clock is, or undefined. */
export async function clockProblem(keyUri, code) {
  const module = await core().catch(() => undefined);
  const offset = module?.clock_doctor(keyUri, code, now());
  if (offset === undefined || Math.abs(offset) <= TOLERATED_SECONDS) return undefined;
  return new Problem("clock_off", {
    reason: offset < 0 ? "behind" : "ahead",
    values: () => ({ time: about(Math.abs(offset)) }),
  });
}

function about(seconds) {
  return seconds < 90 ? duration(seconds) : amount(Math.round(seconds / 60), "minute");
}
