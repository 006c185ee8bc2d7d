// One page, one visible stage, and a title that follows.

import { onLanguage, say } from "./language.js";

let inError = false;
let tenantName = "";

/** Shows one stage of this page and hides the others. Focus goes to the element
 *  marked `data-focus`, else to the heading, unless told to stay. */
export function show(name, { focus = true } = {}) {
  for (const section of document.querySelectorAll("section[data-stage]")) {
    section.hidden = section.dataset.stage !== name;
  }
  document.body.dataset.stage = name;
  titleError(false);
  if (!focus) return;
  scrollTo(0, 0);
  (visible().querySelector("[data-focus]") ?? visible().querySelector("h1"))?.focus();
}

/** The title says that something is wrong, for those who hear it first. */
export function titleError(yes) {
  inError = yes;
  title();
}

/** Names the tenant in the header and in the title. */
export function nameTenant(name) {
  tenantName = name;
  document.getElementById("tenant-name").textContent = name;
  title();
}

function title() {
  const words = say(visible().dataset.title);
  const page = tenantName ? `${words} – ${tenantName}` : words;
  document.title = inError ? say("page.title_error", { title: page }) : page;
}

function visible() {
  return document.querySelector("section[data-stage]:not([hidden])");
}

onLanguage(title);
