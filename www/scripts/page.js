// What every page does first, and what it does when it is left.

import { dressPage } from "./appearance.js";
import { startLanguage } from "./language.js";
import { show } from "./stage.js";

/** Puts words and colours in place and shows the first stage. */
export async function startPage({ focus = false } = {}) {
  await Promise.all([startLanguage(document.getElementById("language")), dressPage()]);
  show(document.querySelector("section[data-stage]:not([hidden])").dataset.stage, { focus });
  document.documentElement.dataset.ready = "";
  // The page was hidden until now, so what wants the first focus gets it now.
  if (focus) document.querySelector("section:not([hidden]) [data-focus]")?.focus();
}

/** Says something to those who listen, without moving anything on the page. */
export function announce(text) {
  const announcer = document.getElementById("announcer");
  announcer.textContent = "";
  setTimeout(() => { announcer.textContent = text; }, 50);
}

/** Runs when the person leaves: a page kept by the browser for its Back button
 *  must hold no secret. */
export function whenLeaving(forget) {
  addEventListener("pagehide", forget);
}

whenLeaving(() => {
  for (const input of document.querySelectorAll("input:not([readonly])")) {
    if (input.autocomplete !== "username") input.value = "";
  }
});

// A page that comes back from that store starts afresh.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
