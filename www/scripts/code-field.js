// One field for a six-digit code, forgiving about how it is typed.

/** For what goes by itself: a breath, in which it can still be corrected. */
export const PAUSE_MS = 350;

/** Whether the text is a complete code in plain digits: then it may go by itself.
 *  What else counts as a digit the core knows; such a code goes by the button. */
function isComplete(text) {
  return /^\d{6}$/.test(text.replace(/[ \u00a0-]/g, ""));
}

/** A form's `send` that marks the second refused code and those after it as such: then it is often the clock. */
export function noticingAgain(send) {
  let refused = 0;
  return async (...given) => {
    try {
      return await send(...given);
    } catch (problem) {
      if (problem.code === "code_refused" && (refused += 1) > 1) problem.reason = "again";
      throw problem;
    }
  };
}

/** Sends the form by itself once the code is complete. A first typing or a paste
 *  goes by itself, after a breath in which it can still be corrected; mending a
 *  refused code waits for the button, since two wrong digits take two strokes. */
export function submitWhenComplete(input, form) {
  let armed = true;
  let before = 0;
  let timer;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    const { length } = input.value;
    const oneStroke = Math.abs(length - before) === 1;
    before = length;
    if (length <= 1 || !oneStroke) armed = true;
    if (!armed || !isComplete(input.value)) return;
    timer = setTimeout(() => {
      armed = false;
      form.submit();
    }, PAUSE_MS);
  });
  // Sent by hand meanwhile, or left: the breath is over.
  input.form.addEventListener("submit", () => clearTimeout(timer));
  addEventListener("pagehide", () => clearTimeout(timer));
}
