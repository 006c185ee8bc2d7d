// A key that was just made, shown this once: text on the page, in no attribute, and
// gone from it as soon as she goes on.

import { factsOf } from "./application-facts.js";
import { copyButton } from "./copy.js";
import { ask, paragraph } from "./dialog.js";
import { put } from "./language.js";
import { whenLeaving } from "./page.js";
import { show } from "./stage.js";

const $ = (id) => document.getElementById(id);
let key;

/** `done()` follows when she goes on. */
export function wireKey({ done }) {
  const copy = $("copy-key");
  copyButton(copy, () => key);
  $("key").addEventListener("copy", () => { copy.dataset.copied = ""; }); // by hand
  $("key-done").addEventListener("click", async () => {
    if (isUncopied() && !(await leavesUncopied())) return;
    forget();
    done();
  });
  addEventListener("beforeunload", (event) => {
    if (isUncopied()) event.preventDefault();
  });
  whenLeaving(forget);
}

/** Shows what the engineer has to be given: of an application that was just
 *  registered, or (`isNew` false) of one that got another key. */
export function showKey({ application, key: made }, issuer, { isNew }) {
  const { name, keys } = application;
  const [oldest, newest] = [keys.at(0), keys.at(-1)];
  key = made;
  put($("key-heading"), isNew ? "applications.registered_heading" : "applications.key_heading", { name, number: newest?.number });
  $("key-part").hidden = !key;
  $("key-none").hidden = Boolean(key);
  $("key").textContent = key ?? "";
  put($("key-label"), application.kind === "client" ? "applications.key_label_client" : "applications.key_label");
  $("key-rotation").hidden = keys.length < 2;
  if (keys.length > 1) put($("key-rotation"), "applications.rotation", { old: oldest.number, new: newest.number });
  $("key-facts").replaceChildren(factsOf(application, issuer, "fact"));
  show("key");
}

function isUncopied() {
  return key !== undefined && !("copied" in $("copy-key").dataset);
}

/** Asks before the only copy there is gets lost. */
function leavesUncopied() {
  return ask({
    name: "leave-key",
    heading: "applications.uncopied_heading",
    content: [paragraph("applications.uncopied_text"), paragraph("applications.uncopied_then")],
    submit: "applications.uncopied_leave",
    danger: true,
    send: async () => {},
  });
}

function forget() {
  key = undefined;
  $("key").textContent = "";
  delete $("copy-key").dataset.copied;
}
