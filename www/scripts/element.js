// Elements that the page's HTML cannot know beforehand: rows, dialogs, lists.

import { put } from "./language.js";

/** An element with its attributes, its message (`say`, with `values`) and its
 *  children. What comes from people gets in as text only. */
export function make(tag, { say, values, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  if (say) put(element, say, values);
  element.append(...children);
  return element;
}

/** A labelled text field, of several `rows` where it takes that many lines, with its
 *  hint and its place for what is wrong. */
export function makeField({ id, name, label, hint, toggle, rows, ...input }) {
  const described = [hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(" ");
  const field = make(rows ? "textarea" : "input", {
    id, name, rows, type: rows ? undefined : "text", required: true, "aria-describedby": described,
    autocomplete: "off", autocapitalize: "none", autocorrect: "off", spellcheck: "false", ...input,
  });
  const parts = [make("label", { for: id, say: label })];
  if (hint) parts.push(make("p", { class: "hint", id: `${id}-hint`, say: hint }));
  parts.push(make("p", { class: "field-error", id: `${id}-error`, hidden: true }));
  if (toggle) {
    const button = make("button", { id: `${id}-toggle`, type: "button", class: "toggle", "aria-controls": id });
    parts.push(make("div", { class: "with-toggle" }, field, button));
  } else {
    parts.push(field);
  }
  return make("div", { class: "field" }, ...parts);
}
