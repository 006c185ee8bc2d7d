// From a problem to the key of the message that says it.

import { knows, put, say } from "./language.js";

/** The most particular message there is: for this form and reason, for this
 *  form, for the reason, for the code; else that something went wrong. */
export function messageKey({ code, reason }, form) {
  const candidates = [
    `${form}.problem.${code}.${reason}`,
    `${form}.problem.${code}`,
    `problem.${code}.${reason}`,
    `problem.${code}`,
  ];
  return candidates.find(knows) ?? "problem.internal";
}

/** Says in a paragraph of its own, as a sentence, what a field's error says without a full stop. */
export function putReason(element, problem, form) {
  put(element, "failed.reason", () => ({ reason: say(messageKey(problem, form), problem.values) }));
}
