// One member in the list.

import { day } from "./dates.js";
import { make } from "./element.js";
import { menu } from "./menu.js";
import { signedInElsewhere } from "./signed-in.js";

// From here on, the recovery keys run out.
const FEW_KEYS = 3;

export function memberRow(member, acts) {
  const { username, standing } = member;
  const row = make("tr", { role: "row", "data-member": member.member, "data-username": username,
    "data-standing": standing, "data-role": member.role });
  const name = make("th", { scope: "row", role: "rowheader" }, make("span", { class: "username", translate: "no" }, username));
  if (member.self) name.append(" ", make("span", { class: "badge", say: "members.you" }));
  // Whoever is invited again starts without the role.
  if (member.role === "administrator" && standing !== "removed") name.append(" ", make("span", { class: "badge", say: "role.administrator" }));
  row.append(name,
    cell(signedInElsewhere() ? "members.column.standing" : "members.column.state", ...state(member)),
    ...(signedInElsewhere() ? [] : [cell("members.column.keys", ...keysLeft(member))]),
    cell("members.column.last", ...lastSignIn(member)),
    cell("members.column.acts", menu({ id: `menu-${member.member}`, label: "members.menu", values: { username }, items: items(member, acts) })));
  return row;
}

/** On a narrow page each cell stands alone and carries its column's name. */
function cell(column, ...content) {
  const label = make("span", { class: "column", "aria-hidden": "true", say: column });
  return make("td", { role: "cell" }, label, make("div", {}, ...content));
}

function state({ standing, invitation_expires_at: until, enrolled_at: at, locked }) {
  if (standing === "removed") return [tag("members.state.removed", "quiet")];
  if (standing === "invited") {
    return [tag("members.state.invited", "quiet"), ...(until ? [hint("members.state.until", () => ({ day: day(until) }))] : [])];
  }
  if (signedInElsewhere()) return [tag("members.state.member", "quiet")];
  if (locked) return [tag("members.state.locked", "warning")];
  if (at) return [tag("members.state.enrolled", "good"), hint("members.state.since", () => ({ day: day(at) }))];
  return [tag("members.state.not_enrolled", "quiet")];
}

function keysLeft({ recovery_keys_left: left }) {
  if (left === null) return [make("span", { class: "quiet", say: "members.none" })];
  return [make("span", { class: left <= FEW_KEYS ? "few" : undefined, say: "members.keys_left", values: { count: left } })];
}

function lastSignIn({ last_sign_in_at: at, signed_in: signedIn }) {
  const when = at
    ? make("span", { say: "members.last", values: () => ({ day: day(at) }) })
    : make("span", { class: "quiet", say: "members.never" });
  return signedIn ? [when, hint("members.signed_in")] : [when];
}

/** What can be done with this member, as [message, act]. */
function items(member, acts) {
  const { standing, role, self, enrolled_at: enrolledAt, locked } = member;
  const isElsewhere = signedInElsewhere();
  const list = [];
  // Whoever looks at this list is connected already.
  if (standing === "active" && isElsewhere && !self) list.push(["members.act.connect", acts.connect]);
  if (standing === "active" && !isElsewhere && (enrolledAt || locked)) list.push(["members.act.reset", acts.reset]);
  if (standing === "invited") list.push(["members.act.new_link", acts.inviteAgain]);
  if (standing === "removed") list.push(["members.act.invite_again", acts.inviteAgain]);
  if (standing !== "removed") {
    list.push([role === "administrator" ? "members.act.make_member" : "members.act.make_administrator", acts.role]);
    list.push([standing === "invited" ? "members.act.withdraw" : "members.act.remove", acts.remove]);
  }
  return list.map(([key, act]) => ({ key, name: key.split(".").at(-1), act: () => act(member) }));
}

function tag(key, kind) {
  return make("span", { class: `tag ${kind}`, say: key });
}

function hint(key, values) {
  return make("span", { class: "hint", say: key, values });
}
