// A member sets up the authenticator app, as the sign-in asked.

import { leaveFor, nextHere, pageOf, withNext } from "./address.js";
import { get, post } from "./api.js";
import { Enrolment } from "./enrolment.js";
import { put } from "./language.js";
import { messageKey } from "./message.js";
import { startPage, whenLeaving } from "./page.js";
import { show } from "./stage.js";
import { doorOf, introduce, ourTenant } from "./tenant.js";

const $ = (id) => document.getElementById(id);
const tenant = ourTenant();
const door = `${doorOf(tenant)}/enrolment`;
const signIn = withNext(pageOf(tenant, "sign-in"));

const enrolment = new Enrolment({
  tenant,
  door,
  endings: {
    enrolment_expired: "expired",
    enrolment_superseded: "superseded",
    sign_in_expired: "signed-out",
    unauthenticated: "signed-out",
    wrong_step: "signed-out",
  },
  done: ({ next }) => next === "done" ? arrive() : leaveFor(signIn),
});

$("enrol-to-sign-in").href = signIn;
for (const id of ["retry", "expired-start-over", "superseded-start-over"]) {
  $(id).addEventListener("click", () => start({ byHand: true }));
}
whenLeaving(() => enrolment.forget());

await startPage();
introduce(tenant).catch(() => {}); // the start of the enrolment will say it
if (!enrolment.resumes()) await start({ byHand: false });

async function start({ byHand }) {
  show("loading", { focus: false });
  let started;
  try {
    started = await post(`${door}/start`, {});
  } catch (problem) {
    if (problem.code === "sign_in_expired" && (await isSignedIn())) return arrive(); // nothing to set up
    if (enrolment.turnAway(problem)) return;
    put($("failed-reason"), messageKey(problem, "enrol"));
    return show("failed");
  }
  await enrolment.begin(started, { enrolment_id: started.enrolment_id }, { focus: byHand });
}

/** Signed in: on to where she was going. */
function arrive() {
  return leaveFor(nextHere() ?? pageOf(tenant, "account"));
}

function isSignedIn() {
  return get(`${doorOf(tenant)}/session`).then(() => true, () => false);
}
