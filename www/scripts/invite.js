// Inviting one person: a name, a role, and then the link to hand over.

import { Action } from "./action.js";
import { tenantHere } from "./address.js";
import { post } from "./api.js";
import { publicProfile } from "./appearance.js";
import { copyButton } from "./copy.js";
import { day } from "./dates.js";
import { ask, makeDialog, paragraph, showDialog } from "./dialog.js";
import { make, makeField } from "./element.js";
import { whileSignedIn } from "./signed-in.js";
import { provenFirst, steppedUp } from "./step-up.js";
import { doorOf } from "./tenant.js";

const ROLES = ["member", "administrator"];

export function wireInvite(tenant, { done }) {
  document.getElementById("invite").addEventListener("click", async () => {
    if (!(await provenFirst(tenant))) return;
    const action = new Action();
    const invitation = await ask({
      name: "invite",
      heading: "invite.heading",
      content: [
        makeField({ id: "invite-username", name: "username", label: "field.username", hint: "invite.username_hint", autofocus: true }),
        roleChoice(),
      ],
      submit: "invite.submit",
      busy: "invite.busy",
      blames: "invite-username",
      send: whileSignedIn(tenant, ({ username, role }) => {
        const body = { username: username.trim().toLowerCase(), role };
        return steppedUp(tenant, () => post(`${doorOf(tenant)}/members/invite`, body, action));
      }),
    });
    if (!invitation) return;
    await done();
    await showInvitation(invitation);
  });
}

/** Shows the link, this once. It is a secret: text on the page, in no attribute. */
export async function showInvitation({ username, url, expires_at: until }, heading = "invite.done_heading") {
  const isSent = await publicProfile(tenantHere()).then((profile) => profile.sends_links, () => false);
  const dialog = makeDialog("invitation", heading, { username });
  const link = make("p", { id: "invitation-link", class: "typed-key", translate: "no" }, url);
  const copy = make("button", { id: "copy-invitation", type: "button", class: "button", say: "invite.copy" });
  const close = make("button", { id: "invitation-close", type: "button", class: "button secondary", say: "action.close" });
  copyButton(copy, () => url);
  close.addEventListener("click", () => dialog.close());
  dialog.append(paragraph("invite.done_text", () => ({ username, day: day(until) })), link,
    make("p", { class: "hint", say: "invite.once" }), ...(isSent ? [paragraph("invite.sent_too", { username })] : []), make("div", { class: "buttons" }, copy, close));
  await showDialog(dialog);
}

function roleChoice() {
  const choices = ROLES.map((role, index) => make("div", { class: "choice" },
    make("input", { id: `invite-${role}`, type: "radio", name: "role", value: role, checked: index === 0, "aria-describedby": `invite-${role}-hint` }),
    make("label", { for: `invite-${role}`, say: `role.${role}` }),
    make("p", { class: "hint", id: `invite-${role}-hint`, say: `invite.${role}_hint` })));
  return make("fieldset", { class: "field" }, make("legend", { say: "account.role" }), ...choices);
}
