// A password that can be looked at, so that it need not be typed twice.

import { put } from "./language.js";
import { Problem } from "./problem.js";

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

/** Throws for a password that is shorter than the server will take. */
export function refuseShort(password, count) {
  if ([...password].length < count) {
    throw new Problem("password_unacceptable", { reason: "too_short", values: { count } });
  }
}
