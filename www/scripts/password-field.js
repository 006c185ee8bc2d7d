// A password that can be looked at, so that it need not be typed twice.

import { put } from "./language.js";

/** Wires the button beside a password field. */
export function letShow(input, button) {
  const set = (shown) => {
    input.type = shown ? "text" : "password";
    put(button, shown ? "password.hide" : "password.show");
  };
  set(false);
  button.addEventListener("click", () => set(input.type === "password"));
  // Sent while shown, it would be offered later as an ordinary text of a form.
  input.form.addEventListener("submit", () => set(false), { capture: true });
}
