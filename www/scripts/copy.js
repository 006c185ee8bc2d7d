// A button that copies something it does not hold in the page.

import { put, say } from "./language.js";
import { announce } from "./page.js";

const THANKS_MS = 2500;

export function copyButton(button, text) {
  const label = button.dataset.say;
  button.addEventListener("click", async () => {
    let said = "action.copied";
    try {
      await navigator.clipboard.writeText(text());
      button.dataset.copied = "";
    } catch {
      said = "action.not_copied";
    }
    put(button, said);
    announce(say(said));
    setTimeout(() => put(button, label), THANKS_MS);
  });
}
