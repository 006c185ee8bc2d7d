// Proof that the recovery keys were saved: the last group of one of them.

import { Problem } from "./problem.js";
import { core } from "./wasm.js";

const KEY_SYMBOLS = 25;
const GROUP_SYMBOLS = 5;

// Far more than a sheet of ten keys needs.
const MAX_FILE_BYTES = 100_000;

/** What was typed; of a whole key, its last group. */
export function groupFromTyped(text) {
  const symbols = text.replace(/[\s-]/g, "");
  return symbols.length === KEY_SYMBOLS ? symbols.slice(-GROUP_SYMBOLS) : symbols;
}

/** Whether this is the group that is asked for, as far as the page knows: read as
 *  the core reads it, which takes small letters, O for 0, I and L for 1. Where
 *  WebAssembly is missing only the server knows. */
export async function isRight(group, { keys, proofNumber }) {
  const key = keys[proofNumber - 1];
  const module = await core().catch(() => undefined);
  return module?.is_recovery_key(key.slice(0, -GROUP_SYMBOLS) + group, key) ?? false;
}

/** The group out of a saved sheet. Throws a Problem for a file that is no sheet
 *  or the sheet of another set. */
export async function groupFromFile(file, { keys, proofNumber }) {
  const unreadable = new Problem("file_unreadable", { field: "proof-file" });
  if (file.size > MAX_FILE_BYTES) throw unreadable;
  const text = await file.text().catch(() => "");
  const line = new RegExp(`^\\s*${proofNumber}\\.\\s+([0-9A-Z-]{29})\\s*$`, "m").exec(text);
  if (!line) throw unreadable;
  if (line[1] !== keys[proofNumber - 1]) throw new Problem("file_other_set", { field: "proof-file" });
  return line[1].slice(-GROUP_SYMBOLS);
}
