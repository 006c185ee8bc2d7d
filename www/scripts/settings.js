// Settings › Authentication: how everybody of this organisation signs in.

import { pageOf } from "./address.js";
import { get } from "./api.js";
import { wireAppearance } from "./appearance-form.js";
import { fullDay, timeOfDay } from "./dates.js";
import { make } from "./element.js";
import { tellExternal, tellTried, wireExternal } from "./external-card.js";
import { put } from "./language.js";
import { tellOdds } from "./odds.js";
import { startPage } from "./page.js";
import { takeWord } from "./provider-problem.js";
import { tellReceipts } from "./receipts.js";
import { signInPage, visit } from "./signed-in.js";
import { nameTenant, show } from "./stage.js";
import { watchSweep } from "./sweep.js";
import { askSwitchOff, wireSwitchOff } from "./switch-off.js";
import { doorOf, ourTenant } from "./tenant.js";
import { wireToPasswords } from "./to-passwords.js";

const $ = (id) => document.getElementById(id);
const tenant = ourTenant();
const ask = () => get(`${doorOf(tenant)}/settings/authentication`);
let settings;
let tried = takeWord();

wireSwitchOff(tenant, { overtaken: load });
wireExternal(tenant);
wireAppearance(tenant, { now: () => settings });
wireToPasswords(tenant, { now: () => settings, overtaken: load });
$("configure").href = pageOf(tenant, "set-up");
$("to-applications").href = pageOf(tenant, "applications");
$("see-members").href = pageOf(tenant, "members");
$("switched-off-sign-in").href = signInPage(tenant);
$("switch-off").addEventListener("click", () => askSwitchOff(settings));
$("switch-off-back").addEventListener("click", () => {
  show("settings", { focus: false });
  $("switch-off").focus();
});
$("appearance-back").addEventListener("click", () => {
  show("settings", { focus: false });
  $("to-appearance").focus();
});
$("retry").addEventListener("click", load);

await startPage();
await load();

function load() {
  return visit(tenant, {
    ask,
    tell(answer) {
      tell(answer);
      show("settings", { focus: false });
      tellTried(tried, answer);
      tried = undefined;
      watchSweep(answer, { ask, tell });
    },
  });
}

function tell(answer) {
  settings = answer;
  const { mode, name, since, members, odds, set_ups: setUps } = answer;
  nameTenant(name);
  put($("settings-intro"), "settings.intro", { name });
  for (const method of document.querySelectorAll("[data-method]")) {
    method.dataset.on = method.dataset.method === mode;
    method.querySelector(".badge").hidden = method.dataset.method !== mode;
  }
  $("configure").hidden = mode !== "password";
  $("switch-off").hidden = $("see-members").hidden = $("mfa-since").hidden = mode !== "mfa";
  $("mfa-blocked").hidden = mode !== "external";
  put($("mfa-since"), since ? "settings.mfa_since" : "settings.mfa_enrolled", () => ({
    day: since && fullDay(since), enrolled: members.enrolled, count: members.active,
  }));
  tellExternal(answer);
  tellOdds($("odds"), odds);
  $("set-ups").replaceChildren(...setUps.map(setUpLine));
  tellReceipts(answer);
}

function setUpLine({ by, started_at: at }) {
  return make("p", { class: "notice warning", "data-test": "notice", "data-notice": "set-up",
    say: "settings.set_up", values: () => ({ by, time: timeOfDay(at) }) });
}
