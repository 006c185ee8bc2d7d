// Accepting an invitation: see who invites whom, choose a password, sign in. Where
// the organisation has its own sign-in: sign in there, and so connect.

import { forgetToken, tokenHere } from "./fragment.js"; // first: it clears the address
import { Action } from "./action.js";
import { leaveFor, pageOf } from "./address.js";
import { post } from "./api.js";
import { connectThere } from "./external-way.js";
import { Form } from "./form.js";
import { put } from "./language.js";
import { putReason } from "./message.js";
import { startPage, whenLeaving } from "./page.js";
import { letShow, refuseShort } from "./password-field.js";
import { nameTenant, show } from "./stage.js";
import { doorOf, ourTenant } from "./tenant.js";

const $ = (id) => document.getElementById(id);
const tenant = ourTenant();
const door = doorOf(tenant);
const acceptance = new Action();
const signIn = new Action();
const connection = new Action();
let invitation;

new Form($("invitation-form"), {
  name: "invitation",
  blames: "password",
  async send({ password }) {
    refuseShort(password, invitation.password_min_length);
    let accepted;
    try {
      accepted = await post(`${door}/invitation/accept`, { token: tokenHere(), password }, acceptance);
    } catch (problem) {
      if (problem.code === "invitation_refused") return show("refused");
      if (problem.code === "tenant_external") return preview(); // since a moment ago
      throw problem;
    }
    forgetToken();
    return enter(accepted.username, password);
  },
});

new Form($("connect-form"), {
  name: "external",
  async send() {
    try {
      await connectThere(tenant, tokenHere(), connection);
    } catch (problem) {
      if (problem.code === "invitation_refused") return show("refused");
      if (problem.code === "wrong_mode") return preview();
      throw problem;
    }
  },
});

letShow($("password"), $("password-toggle"));
for (const id of ["to-sign-in", "accepted-sign-in"]) $(id).href = pageOf(tenant, "sign-in");
$("retry").addEventListener("click", preview);
addEventListener("another-token", preview);
whenLeaving(forgetToken);

await startPage();
await preview();

/** Asks what the invitation says. */
async function preview() {
  if (!tokenHere()) return show("missing");
  show("loading");
  try {
    invitation = await post(`${door}/invitation/preview`, { token: tokenHere() });
  } catch (problem) {
    if (["invitation_refused", "not_found"].includes(problem.code)) return show("refused");
    putReason($("failed-reason"), problem, "invitation");
    return show("failed");
  }
  const { name, username, role, password_min_length: count, mode } = invitation;
  nameTenant(name);
  if (mode === "external") return askConnection();
  put($("invitation-heading"), "invitation.heading", { name });
  put($("invitation-intro"), `invitation.intro_${mode === "mfa" ? "mfa" : "password"}_${role}`, { name });
  put($("password-hint"), "password.hint", { count });
  $("username").value = username;
  show("choose");
}

function askConnection() {
  const { name, username, role } = invitation;
  put($("connect-heading"), "invitation.heading", { name });
  put($("connect-intro"), "invitation.connect_intro", { name });
  $("connect-username").textContent = username;
  put($("connect-role"), `role.${role}`);
  show("connect");
}

/** Signs in with the password just chosen. */
async function enter(username, password) {
  let answer;
  try {
    answer = await post(`${door}/sign-in`, { username, password }, signIn);
  } catch {
    return show("accepted"); // the password stands; signing in can be done by hand
  }
  const page = { enrol: "enrol", done: "account" }[answer.next] ?? "sign-in";
  return leaveFor(pageOf(tenant, page));
}
