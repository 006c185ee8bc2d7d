// Away with the link to the app: for a new phone, or a clean start.

import { Action } from "./action.js";
import { post } from "./api.js";
import { ask, paragraph } from "./dialog.js";
import { make } from "./element.js";
import { whileSignedIn } from "./signed-in.js";
import { steppedUp } from "./step-up.js";
import { doorOf } from "./tenant.js";

/** Wires both buttons that lead here; `done` follows when it has happened. */
export function wireReset(tenant, { done }) {
  const heading = { "reset-mfa": "reset.heading", "new-phone": "reset.heading_new_phone" };
  for (const [id, say] of Object.entries(heading)) {
    document.getElementById(id).addEventListener("click", () => reset(tenant, say, done));
  }
}

async function reset(tenant, heading, done) {
  const action = new Action();
  const consequences = ["reset.gone", "reset.out", "reset.anew"].map((say) => make("li", { say }));
  const answer = await ask({
    name: "reset",
    heading,
    content: [paragraph("reset.text"), make("ul", {}, ...consequences)],
    submit: "reset.submit",
    busy: "reset.busy",
    danger: true,
    send: whileSignedIn(tenant, () => steppedUp(tenant, () => post(`${doorOf(tenant)}/account/reset-mfa`, {}, action))),
  });
  if (answer) done();
}
