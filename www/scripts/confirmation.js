// What cannot be taken back is confirmed by typing the organisation's short name.

import { Problem } from "./problem.js";

/** The name as typed; throws when it is another. The server looks again, but this
 *  is said before a proof is asked for. */
export function confirmed(tenant, { confirmation }) {
  const typed = confirmation.trim();
  if (typed !== tenant) throw new Problem("confirmation_wrong", { values: { tenant } });
  return typed;
}
