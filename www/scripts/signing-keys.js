// The keys that we sign with what applications get to know: which is in use, and
// having the next one made before its time.

import { Action } from "./action.js";
import { post } from "./api.js";
import { day, moment } from "./dates.js";
import { ask, paragraph } from "./dialog.js";
import { make } from "./element.js";
import { whileSignedIn } from "./signed-in.js";
import { provenFirst, steppedUp } from "./step-up.js";

const $ = (id) => document.getElementById(id);

/** `done(answer)` follows when the next key is published. */
export function wireSigningKeys(tenant, door, { done }) {
  $("rotate").addEventListener("click", async () => {
    if (!(await provenFirst(tenant))) return;
    const action = new Action();
    const answer = await ask({
      name: "rotate-keys",
      heading: "signing_keys.rotate_heading",
      content: ["overlap", "when", "no_brake"].map((part) => paragraph(`signing_keys.${part}`)),
      submit: "signing_keys.rotate_submit",
      busy: "applications.busy",
      send: whileSignedIn(tenant, () => steppedUp(tenant, () => post(`${door}/rotate`, {}, action))),
    });
    if (answer) done(answer);
  });
}

export function tellSigningKeys({ keys }) {
  const hasNext = keys.some(({ stage }) => stage === "next");
  $("no-signing-keys").hidden = keys.length > 0;
  $("signing-key-list").replaceChildren(...keys.map((key) => line(key, hasNext)));
  $("rotate").hidden = keys.length === 0 || hasNext;
}

function line({ kid, stage, signs_from: from, signs_until: until }, hasNext) {
  const say = stage === "signing" && !hasNext ? "signing_keys.signing_alone" : `signing_keys.${stage}`;
  return make("li", { "data-stage-of-key": stage }, make("div", {},
    make("p", { say, values: () => ({ from: day(from), at: moment(from), until: day(until), end: moment(until) }) }),
    make("p", { class: "hint name", translate: "no" }, kid)));
}
