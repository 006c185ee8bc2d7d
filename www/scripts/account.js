// Your account: who you are, how you sign in, and the way out.

import { Action } from "./action.js";
import { pageOf } from "./address.js";
import { get, post } from "./api.js";
import { wireSessions, wireDevices, tellDevices, tellSessions } from "./account-devices.js";
import { tellNotices } from "./account-notices.js";
import { wirePassword } from "./account-password.js";
import { wireKeys } from "./account-keys.js";
import { wireReset } from "./account-reset.js";
import { fullDay } from "./dates.js";
import { Form } from "./form.js";
import { put } from "./language.js";
import { startPage } from "./page.js";
import { visit } from "./signed-in.js";
import { nameTenant, show } from "./stage.js";
import { doorOf, ourTenant } from "./tenant.js";

const $ = (id) => document.getElementById(id);
const tenant = ourTenant();
const door = doorOf(tenant);
const signOut = new Action();

new Form($("sign-out-form"), {
  name: "account",
  async send() {
    try {
      await post(`${door}/sign-out`, {}, signOut);
    } catch (problem) {
      if (problem.code !== "unauthenticated") throw problem;
    }
    leave("signed-out");
  },
});

wireReset(tenant, { done: () => leave("reset-done") });
const keys = wireKeys(tenant, { done: () => load("keys-replaced") });
const password = wirePassword(tenant, { done: () => load("password-changed") });
wireDevices(tenant, { done: refresh });
wireSessions(tenant, { done: refresh });
$("set-up-mfa").href = pageOf(tenant, "set-up");
for (const id of ["sign-in-again", "reset-sign-in"]) $(id).href = pageOf(tenant, "sign-in");
for (const id of ["password-back", "keys-back", "keys-ended-back"]) $(id).addEventListener("click", () => back());
$("retry").addEventListener("click", () => load());

await startPage();
await load();

/** Fetches the account and shows it, with word of what was just done. */
function load(done) {
  return visit(tenant, {
    ask: () => get(`${door}/account`),
    tell(account, session) {
      tell(account);
      tellNotices(account, session, done);
      show("account", { focus: done !== undefined });
    },
  });
}

/** After an act that leaves the person where she is. */
async function refresh() {
  tell(await get(`${door}/account`));
}

function back() {
  keys.forget();
  show("account");
}

function tell(account) {
  const { username, tenant_name: name, role, mode, authenticator, recovery_keys: left } = account;
  nameTenant(name);
  put($("account-heading"), "account.heading", { username });
  $("who").textContent = username;
  $("organisation").textContent = name;
  put($("role"), `role.${role}`);
  put($("help"), role === "administrator" ? "page.help_administrator" : "page.help");
  tellSignIn(authenticator, left);
  $("mfa-acts").hidden = !(mode === "mfa" && authenticator);
  $("external-part").hidden = mode !== "external";
  $("sign-in-facts").hidden = $("password-part").hidden = mode === "external";
  keys.name({ organisation: name, account: username });
  password.know(account);
  tellDevices(account);
  tellSessions(account);
}

function tellSignIn(authenticator, keysLeft) {
  if (authenticator?.locked) {
    put($("authenticator-since"), "account.authenticator_locked");
  } else if (authenticator) {
    put($("authenticator-since"), "account.authenticator_since", () => ({ day: fullDay(authenticator.enrolled_at) }));
  } else {
    put($("authenticator-since"), "account.no_authenticator");
  }
  const left = $("recovery-left");
  if (keysLeft?.set) {
    Object.assign(left.dataset, { left: keysLeft.left, set: keysLeft.set });
    put(left, "account.recovery_left", { count: keysLeft.left, set: keysLeft.set });
  } else {
    put(left, "account.no_recovery_keys");
  }
}

// Whoever sits here next sees nothing of it.
function leave(stage) {
  keys.forget();
  for (const id of ["who", "organisation", "role", "authenticator-since", "recovery-left", "account-heading"]) {
    $(id).textContent = "";
    delete $(id).dataset.say;
  }
  $("devices").replaceChildren();
  $("navigation")?.remove();
  show(stage);
}
