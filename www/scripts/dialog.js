// A question over the page, in the browser's own modal dialog: it keeps the
// focus, closes by Escape and gives the focus back to where it was.

import { make } from "./element.js";
import { Form } from "./form.js";
import { placeAgain } from "./time-left.js";

/** Shows a dialog until it closes, then removes it. While one of its forms waits
 *  for an answer Escape does not close it: what is under way is not undone. */
export function showDialog(dialog) {
  document.body.append(dialog);
  dialog.addEventListener("cancel", (event) => {
    if (dialog.querySelector('form[aria-busy="true"]')) event.preventDefault();
  });
  const closed = new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      placeAgain();
      dialog.remove();
      resolve();
    }, { once: true });
  });
  dialog.showModal();
  placeAgain();
  return closed;
}

/** An empty dialog with its heading. The focus goes to what is marked
 *  `autofocus`, else to the heading: then Enter alone does nothing. */
export function makeDialog(name, heading, values) {
  const id = `${name}-heading`;
  const dialog = make("dialog", { class: "dialog", "data-dialog": name, "aria-labelledby": id });
  dialog.append(make("h2", { id, tabindex: "-1", autofocus: true, say: heading, values }));
  return dialog;
}

/** A line of text in a dialog. */
export function paragraph(say, values) {
  return make("p", { say, values });
}

/** Asks; `send(values)` does it and may refuse with a Problem. Resolves with what
 *  it gave, or with undefined when the person would rather not. */
export async function ask({ name, heading, values, content = [], submit, busy, danger = false, blames, send }) {
  const dialog = makeDialog(name, heading, values);
  const form = make("form", { id: `${name}-form`, method: "post", novalidate: true }, ...content);
  const cancel = make("button", { id: `${name}-cancel`, type: "button", class: "button secondary", say: "action.cancel" });
  form.append(make("div", { class: "buttons" },
    make("button", { id: `${name}-submit`, type: "submit", class: danger ? "button danger" : "button", say: submit, "data-busy": busy }),
    cancel));
  dialog.append(form);
  if (form.querySelector("[autofocus]")) dialog.querySelector("h2").removeAttribute("autofocus");
  let answer;
  const handler = new Form(form, {
    name: name.replaceAll("-", "_"),
    blames,
    async send(given) {
      answer = (await send(given)) ?? {};
      dialog.close();
    },
  });
  cancel.addEventListener("click", () => {
    if (form.getAttribute("aria-busy") !== "true") dialog.close();
  });
  await showDialog(dialog);
  handler.clear();
  return answer;
}
