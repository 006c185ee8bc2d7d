// The ⋯ at the end of a row: a disclosure with a short list of buttons. Escape
// and a click elsewhere close it.

import { make } from "./element.js";

/** `items` are { key, name, act }: the message, a name for `data-act`, what it does. */
export function menu({ id, label, values, items }) {
  const summary = make("summary", { id }, make("span", { "aria-hidden": "true" }, "⋯"),
    make("span", { class: "visually-hidden", say: label, values }));
  const details = make("details", { class: "menu" }, summary);
  const list = make("ul", { role: "list" });
  for (const { key, name, act } of items) {
    const button = make("button", { type: "button", "data-act": name, say: key });
    button.addEventListener("click", () => {
      close(details);
      act();
    });
    list.append(make("li", {}, button));
  }
  details.append(list);
  details.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && details.open) close(details);
  });
  return details;
}

function close(details) {
  details.open = false;
  details.querySelector("summary").focus();
}

// One listener for all menus: at most one is open, and only while it is used.
for (const kind of ["click", "focusin"]) {
  addEventListener(kind, ({ target }) => {
    for (const details of document.querySelectorAll("details.menu[open]")) {
      if (!details.contains(target)) details.open = false;
    }
  });
}
