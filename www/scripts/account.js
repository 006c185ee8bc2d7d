// Your account: who you are, how you sign in, and the way out.

import { leaveFor, pageOf } from "./address.js";
import { Action } from "./action.js";
import { get, post } from "./api.js";
import { now } from "./clock.js";
import { Form } from "./form.js";
import { day, fullDay, put } from "./language.js";
import { messageKey } from "./message.js";
import { startPage } from "./page.js";
import { nameTenant, show } from "./stage.js";
import { doorOf, ourTenant } from "./tenant.js";

const FEW_KEYS = 3;
const JUST_NOW_SECONDS = 120;

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
    forget();
    show("signed-out");
  },
});

$("sign-in-again").href = pageOf(tenant, "sign-in");
$("retry").addEventListener("click", load);

await startPage();
await load();

async function load() {
  show("loading", { focus: false });
  try {
    const [session, account] = await Promise.all([get(`${door}/session`), get(`${door}/account`)]);
    tell(session, account);
    show("account", { focus: false });
  } catch (problem) {
    if (problem.code === "unauthenticated") return leaveFor(pageOf(tenant, "sign-in"));
    put($("failed-reason"), messageKey(problem, "account"));
    show("failed");
  }
}

function tell(session, account) {
  const { username, tenant_name: name, role, authenticator, recovery_keys: keys, devices } = account;
  nameTenant(name);
  put($("account-heading"), "account.heading", { username });
  $("who").textContent = username;
  $("organisation").textContent = name;
  put($("role"), `role.${role}`);
  tellSignIn(authenticator, keys);
  tellNotices(session, account);
  $("no-devices").hidden = devices.length > 0;
  if (devices.length === 0) put($("no-devices"), "account.no_devices");
  $("devices").replaceChildren(...devices.map(deviceLine));
}

function tellSignIn(authenticator, keys) {
  if (authenticator) {
    put($("authenticator-since"), "account.authenticator_since", () => ({ day: fullDay(authenticator.enrolled_at) }));
  } else {
    put($("authenticator-since"), "account.no_authenticator");
  }
  const left = $("recovery-left");
  if (keys) {
    Object.assign(left.dataset, { left: keys.left, set: keys.set });
    put(left, "account.recovery_left", { count: keys.left, set: keys.set });
  } else {
    put(left, "account.no_recovery_keys");
  }
}

function tellNotices(session, { authenticator, recovery_keys: keys, devices }) {
  $("notice-enrolled").hidden = !(authenticator && now() - authenticator.enrolled_at < JUST_NOW_SECONDS);
  const here = devices.find((device) => device.this);
  const skipped = session.amr.includes("device") && here;
  $("notice-skipped").hidden = !skipped;
  if (skipped) put($("notice-skipped"), "sign_in.skipped", () => ({ day: day(here.remembered_until) }));
  const few = keys && keys.left <= FEW_KEYS;
  $("notice-recovery").hidden = !few;
  if (few) put($("notice-recovery"), keys.left === 0 ? "recovery.last_used" : "recovery.few", { count: keys.left });
}

function deviceLine(device) {
  const line = document.createElement("li");
  line.dataset.device = device.id;
  line.dataset.this = device.this;
  const name = document.createElement("strong");
  put(name, device.this ? "account.this_device" : "account.other_device");
  const until = document.createElement("span");
  put(until, "account.device_until", () => ({ until: day(device.remembered_until), used: day(device.last_used_at) }));
  line.append(name, until);
  return line;
}

// Whoever sits here next sees nothing of it.
function forget() {
  for (const id of ["who", "organisation", "authenticator-since", "recovery-left"]) {
    $(id).textContent = "";
    delete $(id).dataset.say;
  }
  delete $("account-heading").dataset.say;
  $("account-heading").textContent = "";
  $("devices").replaceChildren();
}
