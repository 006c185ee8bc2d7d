// A member sets up the authenticator app, as the sign-in asked: ours, or that of
// a platform which has sent this browser here and gets it back.

import { leaveFor, pageOf } from "./address.js";
import { get, post } from "./api.js";
import { Enrolment } from "./enrolment.js";
import { takeKeyUsed, tellKeyUsed } from "./key-used.js";
import { put } from "./language.js";
import { putReason } from "./message.js";
import { nextHere, withNext } from "./next.js";
import { startPage, whenLeaving } from "./page.js";
import { show } from "./stage.js";
import { doorOf, introduce, ourTenant } from "./tenant.js";
import { core } from "./wasm.js";

const $ = (id) => document.getElementById(id);
const tenant = ourTenant();
const isSent = new URLSearchParams(location.search).has("second-factor");
const page = `${doorOf(tenant)}/second-factor/page`;
const door = isSent ? `${page}/enrolment` : `${doorOf(tenant)}/enrolment`;
const signIn = withNext(pageOf(tenant, "sign-in"));
const ended = isSent ? "ended" : "signed-out";

const enrolment = new Enrolment({
  tenant,
  door,
  more: () => post(isSent ? `${page}/extend` : `${doorOf(tenant)}/sign-in/extend`, {}),
  endings: {
    enrolment_expired: "expired",
    enrolment_superseded: "superseded",
    sign_in_expired: ended,
    unauthenticated: ended,
    wrong_step: ended,
  },
  done: ({ next, go_to: address }) => {
    if (address) return leaveFor(address);
    return next === "done" ? arrive() : leaveFor(signIn);
  },
});

$("enrol-to-sign-in").href = signIn;
for (const id of ["retry", "expired-start-over", "superseded-start-over"]) {
  $(id).addEventListener("click", () => start({ byHand: true }));
}
whenLeaving(() => enrolment.forget());
core().catch(() => {}); // on its way while the server makes the secret; asked for again where it is needed

await startPage();
tellKeyUsed(takeKeyUsed());
introduce(tenant).catch(() => {}); // the start of the enrolment will say it
if (!enrolment.resumes()) await start({ byHand: false });

async function start({ byHand }) {
  show("loading", { focus: false });
  let started;
  try {
    if (isSent) sayWhoSent(await get(page));
    started = await post(`${door}/start`, {});
  } catch (problem) {
    if (problem.code === "sign_in_expired" && !isSent && (await isSignedIn())) return arrive(); // nothing to set up
    if (enrolment.turnAway(problem)) return;
    putReason($("failed-reason"), problem, "enrol");
    return show("failed");
  }
  await enrolment.begin(started, { enrolment_id: started.enrolment_id }, { focus: byHand });
}

/** Signed in: on to where she was going. */
function arrive() {
  return leaveFor(nextHere() ?? pageOf(tenant, "account"));
}

function sayWhoSent({ application, host, username, not_now: address }) {
  enrolment.signsInAt(host);
  put($("sent-by"), "second_factor.sent_by", { application, host, username });
  put($("not-now"), "second_factor.not_now", { application });
  $("not-now").href = address;
  $("sent-by").hidden = $("not-now").hidden = false;
}

function isSignedIn() {
  return get(`${doorOf(tenant)}/session`).then(() => true, () => false);
}
