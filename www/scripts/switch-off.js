// Switching MFA off: what it does, the short name typed by hand, a fresh code.

import { Action } from "./action.js";
import { post } from "./api.js";
import { confirmed } from "./confirmation.js";
import { make } from "./element.js";
import { Form } from "./form.js";
import { put } from "./language.js";
import { whileSignedIn } from "./signed-in.js";
import { show } from "./stage.js";
import { steppedUp } from "./step-up.js";
import { doorOf } from "./tenant.js";

const $ = (id) => document.getElementById(id);
let form;
let count; // of the members whom it concerns

/** `overtaken` follows when MFA turns out to be off already. */
export function wireSwitchOff(tenant, { overtaken }) {
  const action = new Action();
  form = new Form($("switch-off-form"), {
    name: "switch_off",
    blames: "confirmation",
    send: whileSignedIn(tenant, async (typed) => {
      const confirmation = confirmed(tenant, typed);
      const act = () => post(`${doorOf(tenant)}/settings/mfa/switch-off`, { confirmation }, action);
      try {
        await steppedUp(tenant, act);
        done();
      } catch (problem) {
        if (problem.code === "wrong_mode") return overtaken();
        throw problem;
      }
    }),
  });
}

/** Shows what it would do. */
export function askSwitchOff({ tenant, members }) {
  count = members.active;
  const impact = [
    make("li", { say: "switch_off.impact_all", values: { count } }),
    make("li", { say: "switch_off.impact_enrolled", values: { count: members.enrolled } }),
    make("li", { say: "switch_off.impact_signed_in", values: { count: members.signed_in } }),
    make("li", { say: "switch_off.impact_passwords" }),
    make("li", { say: "switch_off.impact_again" }),
  ];
  $("switch-off-impact").replaceChildren(...impact);
  put($("confirmation-label"), "switch_off.label", { tenant });
  $("confirmation").value = "";
  form.clear();
  show("switch-off");
}

function done() {
  $("navigation")?.remove();
  put($("switched-off-text"), "switched_off.text", { count });
  show("switched-off");
}
