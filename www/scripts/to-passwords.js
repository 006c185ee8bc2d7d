// From the external identity provider back to passwords: what it does, the short
// name typed by hand, a fresh sign-in there, and then her own new password.

import { Action } from "./action.js";
import { leaveFor, pageOf } from "./address.js";
import { post } from "./api.js";
import { confirmed } from "./confirmation.js";
import { make } from "./element.js";
import { Form } from "./form.js";
import { put } from "./language.js";
import { whileSignedIn } from "./signed-in.js";
import { show } from "./stage.js";
import { provenFirst, steppedUp } from "./step-up.js";
import { doorOf } from "./tenant.js";

const $ = (id) => document.getElementById(id);

/** `now()` gives the settings as they are; `overtaken` follows when passwords turn
 *  out to be on already. */
export function wireToPasswords(tenant, { now, overtaken }) {
  const action = new Action();
  const form = new Form($("to-passwords-form"), {
    name: "to_passwords",
    blames: "to-passwords-confirmation",
    send: whileSignedIn(tenant, async (typed) => {
      const confirmation = confirmed(tenant, typed);
      const act = () => post(`${doorOf(tenant)}/settings/external/disable`, { confirmation }, action);
      try {
        const { password_url: link } = await steppedUp(tenant, act);
        return leaveFor(link ?? pageOf(tenant, "forgot"));
      } catch (problem) {
        if (problem.code === "wrong_mode") return overtaken();
        throw problem;
      }
    }),
  });
  $("to-passwords").addEventListener("click", async () => {
    if (!(await provenFirst(tenant))) return;
    const { members } = now();
    const others = Math.max(0, members.active - 1);
    $("to-passwords-impact").replaceChildren(
      make("li", { say: "external_set_up.impact_signed_in", values: { count: members.signed_in } }),
      make("li", { say: "to_passwords.impact_you" }),
      ...(others ? [make("li", { say: "to_passwords.impact_members", values: { count: others } })] : []),
      make("li", { say: "to_passwords.impact_gone" }),
      make("li", { say: "to_passwords.impact_mfa" }));
    put($("to-passwords-label"), "switch_off.label", { tenant });
    $("to-passwords-confirmation").value = "";
    form.clear();
    show("to-passwords");
  });
  $("to-passwords-back").addEventListener("click", () => {
    show("settings", { focus: false });
    $("to-passwords").focus();
  });
}
