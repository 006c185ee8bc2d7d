// One application in the list: what it does, its keys, and what can be done with it.

import { factsOf } from "./application-facts.js";
import { day } from "./dates.js";
import { make } from "./element.js";

const MOST_KEYS = 2;

/** `acts` are change, addKey, endKey and remove. */
export function applicationCard(application, issuer, acts) {
  const { application: id, name, kind, registered_at: since, keys, public: isPublic } = application;
  const button = (act, say) => {
    const made = make("button", { id: `${act}-${id}`, type: "button", class: "button small secondary", "data-act": act,
      "aria-labelledby": `${act}-${id} ${id}`, say });
    made.addEventListener("click", () => acts[act](application));
    return made;
  };
  const mayHaveAnother = !isPublic && keys.length < MOST_KEYS;
  return make("li", { class: "method", "data-application": id, "data-kind": kind },
    make("h2", { id, tabindex: "-1" }, name),
    make("p", { say: `applications.kind.${kind}` }),
    make("p", { class: "hint", say: "applications.since", values: () => ({ day: day(since) }) }),
    ...(isPublic ? [make("p", { class: "hint", say: "applications.keyless" })] : keysOf(application, acts)),
    make("details", { class: "help" }, make("summary", { say: "applications.for_engineer" }), factsOf(application, issuer, id)),
    make("p", { class: "buttons" }, button("change", "applications.change"),
      ...(mayHaveAnother ? [button("addKey", keys.length > 0 ? "applications.add_key" : "applications.add_first_key")] : []),
      button("remove", "applications.remove")));
}

function keysOf(application, acts) {
  const { keys } = application;
  if (keys.length === 0) {
    return [make("p", { class: "notice warning", "data-test": "notice", "data-notice": "no-key", say: "applications.stopped" })];
  }
  const list = make("ul", { class: "key-list", role: "list" }, ...keys.map((key) => keyLine(application, key, acts)));
  const isChanging = keys.length === MOST_KEYS;
  return [list, ...(isChanging ? [make("p", { class: "hint", say: "applications.changing", values: { number: keys[0].number } })] : [])];
}

function keyLine(application, key, acts) {
  const { number, created_at: made, last_used_at: used } = key;
  const id = `${application.application}-key-${number}`;
  const end = make("button", { id: `${id}-end`, type: "button", class: "button small secondary", "data-act": "endKey",
    "aria-labelledby": `${id}-end ${id} ${application.application}`, say: "applications.end_key" });
  end.addEventListener("click", () => acts.endKey(application, key));
  return make("li", { "data-key": number, "data-used": used !== null },
    make("div", {}, make("p", { id, say: "applications.key_number", values: { number } }),
      make("p", { class: "hint", say: used === null ? "applications.key_unused" : "applications.key_used",
        values: () => ({ made: day(made), used: used === null ? "" : day(used) }) })),
    end);
}
