// An administrator switches MFA on for everybody: choose, see what it means, set
// up her own app, save her keys, and only then turn it on.

import { Action } from "./action.js";
import { pageOf } from "./address.js";
import { get, post } from "./api.js";
import { timeOfDay } from "./dates.js";
import { make } from "./element.js";
import { Enrolment } from "./enrolment.js";
import { Form } from "./form.js";
import { put } from "./language.js";
import { startPage, whenLeaving } from "./page.js";
import { Problem } from "./problem.js";
import { showNavigation } from "./navigation.js";
import { signInPage, visit, watchSession, whileSignedIn } from "./signed-in.js";
import { nameTenant, show } from "./stage.js";
import { steppedUp } from "./step-up.js";
import { doorOf, introduce, ourTenant } from "./tenant.js";

const $ = (id) => document.getElementById(id);
const tenant = ourTenant();
const door = doorOf(tenant);
const startAction = new Action();
let members;

const enrolment = new Enrolment({
  tenant,
  door: `${door}/settings/mfa/set-up`,
  more: (ticket) => post(`${door}/settings/mfa/set-up/extend`, ticket),
  endings: {
    enrolment_expired: "expired",
    enrolment_superseded: "superseded",
    set_up_overtaken: "overtaken",
    wrong_mode: "overtaken",
    unauthenticated: "signed-out",
  },
  done: finish,
});

new Form($("choose-form"), {
  name: "set_up",
  async send({ for_all }) {
    if (for_all !== "on") throw new Problem("not_ticked", { field: "for_all" });
    show("instructions");
  },
});

new Form($("start-form"), {
  name: "set_up",
  send: whileSignedIn(tenant, async () => {
    try {
      const started = await steppedUp(tenant, () => post(`${door}/settings/mfa/set-up/start`, {}, startAction));
      const { epoch, enrolment_id } = started;
      await enrolment.begin(started, { epoch, enrolment_id }, { focus: true });
    } catch (problem) {
      if (problem.code === "unauthenticated" || !enrolment.turnAway(problem)) throw problem;
    }
  }),
});

$("instructions-back").addEventListener("click", () => show("choose"));
for (const id of ["retry", "expired-start-over", "superseded-start-over"]) $(id).addEventListener("click", load);
const toSettings = ["choose-back", "instructions-leave", "done-settings", "overtaken-settings", "other-mode-settings"];
for (const id of toSettings) $(id).href = pageOf(tenant, "settings");
$("done-members").href = pageOf(tenant, "members");
$("set-up-sign-in").href = signInPage(tenant);
whenLeaving(() => enrolment.forget());

await startPage();
introduce(tenant).catch(() => {}); // the settings will say it
if (enrolment.resumes()) {
  showNavigation(tenant, "administrator");
  watchSession(tenant);
} else {
  await load();
}

function load() {
  return visit(tenant, {
    ask: () => get(`${door}/settings/authentication`),
    tell(settings) {
      nameTenant(settings.name);
      if (settings.mode !== "password") return tellOtherMode(settings.mode);
      tellChoice(settings);
      show("choose", { focus: false });
    },
  });
}

function tellOtherMode(mode) {
  put($("other-mode-heading"), `set_up.heading_${mode}`);
  put($("other-mode-text"), `set_up.text_${mode}`);
  show("other-mode");
}

function tellChoice({ name, members: counts, set_ups: others }) {
  members = counts;
  $("for-all").checked = false;
  put($("for-all-label"), "set_up.for_all", { name });
  $("others-note").hidden = others.length === 0;
  const [other] = others;
  if (other) put($("others-note"), "set_up.others", () => ({ by: other.by, time: timeOfDay(other.started_at) }));
  const enrolling = Math.max(0, counts.active - 1); // all but her who sets it up
  const signedIn = Math.max(0, counts.signed_in - 1);
  $("impact").replaceChildren(
    make("li", { say: enrolling ? "set_up.impact_members" : "set_up.impact_alone", values: { count: enrolling } }),
    ...(enrolling ? [make("li", { say: signedIn ? "set_up.impact_signed_in" : "set_up.impact_nobody_signed_in", values: { count: signedIn } })] : []),
    ...(counts.invited ? [make("li", { say: "set_up.impact_invited", values: { count: counts.invited } })] : []),
    make("li", { say: "set_up.impact_nobody_exempt" }));
}

/** MFA is on, and she has a new session. */
async function finish() {
  showNavigation(tenant, "administrator");
  const settings = await get(`${door}/settings/authentication`).catch(() => undefined); // only for the numbers
  const name = settings?.name ?? tenant;
  const counts = settings?.members ?? members;
  put($("done-heading"), "set_up.done_heading", { name });
  $("done-others").hidden = !counts;
  if (counts) {
    const count = Math.max(0, counts.active - counts.enrolled);
    put($("done-others"), count ? "set_up.done_others" : "set_up.done_alone", { count });
  }
  show("done");
}
