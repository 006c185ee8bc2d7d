// Setting up the authenticator app: three steps, ten recovery keys, proof.
//
// The secret, its key URI and the recovery keys live in this module's memory
// and, while they must be seen, as text or pixels on the page; never in an
// attribute, the address, the history, storage or a log. The history holds
// which enrolment this is and whose, no secret, so that a reload finds its way.

import { Action } from "./action.js";
import { leaveFor, pageOf } from "./address.js";
import { get, post } from "./api.js";
import { AuthenticatorStep } from "./authenticator-step.js";
import { now } from "./clock.js";
import { clockProblem } from "./clock-doctor.js";
import { submitWhenComplete } from "./code-field.js";
import { Form } from "./form.js";
import { KeySheet } from "./key-sheet.js";
import { put, say, timeOfDay } from "./language.js";
import { messageKey } from "./message.js";
import { announce, startPage, whenLeaving } from "./page.js";
import { Problem } from "./problem.js";
import { groupFromFile, groupFromTyped } from "./proof.js";
import { show } from "./stage.js";
import { doorOf, introduce, ourTenant } from "./tenant.js";

const $ = (id) => document.getElementById(id);
const tenant = ourTenant();
const door = `${doorOf(tenant)}/enrolment`;
const authenticator = new AuthenticatorStep();
const sheet = new KeySheet(tenant);
let enrolmentId;
let names; // { organisation, account }
let keyUri;
let issued; // { set, keys, proofNumber }
let expiry;

const codeForm = new Form($("code-form"), {
  name: "enrol",
  blames: "code",
  send: sender(async ({ code }, action) => {
    try {
      showKeys(await post(`${door}/confirm`, { enrolment_id: enrolmentId, code }, action));
    } catch (problem) {
      throw problem.code === "code_refused" ? (await clockProblem(keyUri, code)) ?? problem : problem;
    }
    authenticator.showWholeCode();
    announce(say("keys.connected"));
  }),
});

const proofForm = new Form($("proof-form"), {
  name: "proof",
  blames: "proof",
  send: sender(async ({ proof }, action) => {
    const answer = await post(`${door}/complete`, { enrolment_id: enrolmentId, proof: groupFromTyped(proof) }, action);
    forget();
    history.replaceState(null, "");
    return leaveFor(pageOf(tenant, answer.next === "done" ? "account" : "sign-in"));
  }),
});

new Form($("fresh-keys-form"), {
  name: "enrol",
  send: sender(async (_, action) => {
    showKeys(await post(`${door}/recovery-keys`, { enrolment_id: enrolmentId }, action));
  }),
});

submitWhenComplete($("code"), codeForm);
$("keys-saved").addEventListener("click", showProof);
$("back-to-keys").addEventListener("click", () => show("keys"));
$("proof-file").addEventListener("change", proveWithFile);
$("enrol-to-sign-in").href = pageOf(tenant, "sign-in");
for (const id of ["retry", "expired-start-over", "superseded-start-over"]) {
  $(id).addEventListener("click", () => start({ byHand: true }));
}
whenLeaving(forget);

await startPage();
introduce(tenant).catch(() => {}); // the start of the enrolment will say it
const before = history.state;
if (before?.stage === "keys") {
  enrolmentId = before.enrolment;
  names = before.names;
  sheet.name(names);
  show("keys-reload");
} else {
  await start({ byHand: false });
}

/** Asks for a new secret and shows it. The server forgets any earlier one. */
async function start({ byHand }) {
  const reloaded = history.state?.stage === "authenticator";
  show("loading", { focus: false });
  let started;
  try {
    started = await post(`${door}/start`, {});
  } catch (problem) {
    if (problem.code === "sign_in_expired" && (await isSignedIn())) return leaveFor(pageOf(tenant, "account")); // nothing to set up
    if (turnAway(problem)) return;
    put($("failed-reason"), messageKey(problem, "enrol"));
    return show("failed");
  }
  enrolmentId = started.enrolment_id;
  keyUri = started.key_uri;
  names = { organisation: started.tenant_name, account: started.username };
  sheet.name(names);
  remember("authenticator");
  clearTimeout(expiry);
  expiry = setTimeout(() => turnAway(new Problem("enrolment_expired")), (started.expires_at - now()) * 1000);
  put($("enrol-until"), "enrol.until", () => ({ time: timeOfDay(started.expires_at) }));
  $("enrol-reloaded").hidden = !reloaded;
  $("code").value = "";
  codeForm.clear();
  show("authenticator", { focus: byHand });
  await authenticator.show(started);
}

function isSignedIn() {
  return get(`${doorOf(tenant)}/session`).then(() => true, () => false);
}

function showKeys({ set, recovery_keys: keys, proof_number: proofNumber }) {
  issued = { set, keys, proofNumber };
  authenticator.hideSecret();
  $("code").value = "";
  remember("keys");
  sheet.show(issued);
  show("keys");
}

function showProof() {
  put($("proof-number"), "proof.number", { number: issued.proofNumber });
  $("proof").value = "";
  $("proof-file").value = "";
  proofForm.clear();
  show("proof");
}

/** Takes the group that is asked for out of a saved file. The file stays here. */
async function proveWithFile() {
  const [file] = $("proof-file").files;
  if (!file) return;
  try {
    $("proof").value = await groupFromFile(file, issued);
  } catch (problem) {
    $("proof-file").value = "";
    return proofForm.refuse(problem);
  }
  await proofForm.submit();
}

/** A form's `send`, with the outcomes that end the enrolment whoever met them. */
function sender(send) {
  const action = new Action();
  return async (values) => {
    try {
      await send(values, action);
    } catch (problem) {
      if (!turnAway(problem)) throw problem;
    }
  };
}

/** Whether the problem ended the enrolment; then the page says so. */
function turnAway({ code }) {
  const stage = {
    enrolment_expired: "expired",
    enrolment_superseded: "superseded",
    sign_in_expired: "signed-out",
    unauthenticated: "signed-out",
    wrong_step: "signed-out",
  }[code];
  if (!stage) return false;
  forget();
  history.replaceState(null, "");
  show(stage);
  return true;
}

function remember(stage) {
  history.replaceState({ enrolment: enrolmentId, stage, names }, "");
}

/** Nothing secret stays, on the page or in memory. */
function forget() {
  clearTimeout(expiry);
  authenticator.forget();
  sheet.forget();
  keyUri = undefined;
  issued = undefined;
  for (const id of ["code", "proof", "proof-file"]) $(id).value = "";
}
