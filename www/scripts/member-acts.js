// What an administrator does to one member: each says first what will happen.

import { Action } from "./action.js";
import { post } from "./api.js";
import { ask, paragraph } from "./dialog.js";
import { showInvitation } from "./invite.js";
import { knows, put, say } from "./language.js";
import { announce } from "./page.js";
import { Problem } from "./problem.js";
import { signedInElsewhere, whileSignedIn } from "./signed-in.js";
import { provenFirst, steppedUp } from "./step-up.js";
import { doorOf } from "./tenant.js";

const $ = (id) => document.getElementById(id);

/** The acts by name, each taking a member; `done` follows each that happened. */
export function wireActs(tenant, { done }) {
  const act = async (member, { name, path, body = {}, busy = "members.busy", danger, texts }) => {
    $("act-done").hidden = true;
    if (!(await provenFirst(tenant))) return undefined;
    const values = { username: member.username };
    const action = new Action();
    const answer = await ask({
      name,
      heading: `members.${texts}.heading`,
      values,
      content: ["text", "then"].map((part) => paragraph(wordsOf(texts, part), values)),
      submit: `members.${texts}.submit`,
      busy,
      danger,
      send: whileSignedIn(tenant, async () => {
        try {
          return await steppedUp(tenant, () => post(`${doorOf(tenant)}/members/${member.member}/${path}`, body, action));
        } catch (problem) {
          throw problem.code === "not_found" ? new Problem("member_gone") : problem;
        }
      }),
    });
    if (!answer) return undefined;
    // Her own session may have gone with it: then the list sends her to sign in.
    await done();
    tellDone(texts, values);
    ($(`menu-${member.member}`) ?? $("members-heading")).focus();
    return answer;
  };

  return {
    reset: (member) => act(member, { name: "reset-member", path: "reset-mfa", texts: member.self ? "reset_self" : "reset", danger: true }),
    remove: (member) => act(member, {
      name: "remove-member", path: "remove", danger: true,
      texts: member.standing === "invited" ? "withdraw" : "remove",
    }),
    role: (member) => {
      const role = member.role === "administrator" ? "member" : "administrator";
      return act(member, { name: "change-role", path: "role", body: { role }, texts: role === "member" ? "make_member" : "make_administrator" });
    },
    async inviteAgain(member) {
      const texts = member.standing === "removed" ? "invite_again" : "new_link";
      const invitation = await act(member, { name: "invite-again", path: "invite-again", texts });
      if (invitation) await showInvitation(invitation);
    },
    async connect(member) {
      const link = await act(member, { name: "connect-member", path: "connection-link", texts: "connect" });
      if (link) await showInvitation(link, "members.connect.link_heading");
    },
  };
}

/** On the page and to those who listen: what was done, and where it is now. */
function tellDone(texts, values) {
  const where = `members.${texts}.done_where`;
  const words = () => [`members.${texts}.done`, where].filter(knows).map((key) => say(key, values)).join(" ");
  put($("act-done"), "members.act_done", () => ({ words: words() }));
  $("act-done").hidden = false;
  announce(words());
}

/** Some of it differs where people sign in elsewhere. */
function wordsOf(texts, part) {
  const key = `members.${texts}.${part}`;
  const elsewhere = `${key}_elsewhere`;
  return signedInElsewhere() && knows(elsewhere) ? elsewhere : key;
}
