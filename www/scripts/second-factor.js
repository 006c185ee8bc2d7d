// The second factor of a login that is elsewhere: a platform has sent this
// browser here, and gets it back with an answer.

import { Action } from "./action.js";
import { leaveFor, pageOf } from "./address.js";
import { get, post } from "./api.js";
import { noticingAgain, submitWhenComplete } from "./code-field.js";
import { day } from "./dates.js";
import { Form } from "./form.js";
import { forgetToken, tokenHere } from "./fragment.js";
import { put } from "./language.js";
import { putReason } from "./message.js";
import { startPage } from "./page.js";
import { problemOfRecoveryKey } from "./recovery-key.js";
import { show } from "./stage.js";
import { doorOf, introduce, ourTenant } from "./tenant.js";
import { TimeLeft } from "./time-left.js";

// From here on, warn that the recovery keys run out.
const FEW_KEYS = 3;
const SKIPPED_MS = 2000;

const $ = (id) => document.getElementById(id);
const tenant = ourTenant();
const door = `${doorOf(tenant)}/second-factor/page`;

const time = new TimeLeft({ name: "sign_in", more: () => post(`${door}/extend`, {}), end });

const codeForm = new Form($("code-form"), {
  name: "code",
  blames: "code",
  send: sender(noticingAgain(async ({ code, remember_device }, action) => {
    return follow(await post(`${door}/code`, { code, remember_device: remember_device === "on" }, action));
  })),
});

const recoveryForm = new Form($("recovery-form"), {
  name: "recovery",
  blames: "recovery-key",
  send: sender(async ({ recovery_key }, action) => {
    const problem = await problemOfRecoveryKey(recovery_key);
    if (problem) throw problem;
    showAccepted(await post(`${door}/recovery-key`, { recovery_key }, action));
  }),
});

submitWhenComplete($("code"), codeForm);
for (const id of ["use-recovery-key", "locked-use-recovery-key"]) {
  $(id).addEventListener("click", () => turnTo("recovery", recoveryForm));
}
$("use-code").addEventListener("click", () => turnTo("code", codeForm));
$("retry").addEventListener("click", begin);
addEventListener("another-token", begin);

await startPage();
introduce(tenant).catch(() => {}); // the page itself will say it
await begin();

/** What brought this browser is good once; a page that is loaded again goes by a cookie. */
async function begin() {
  show("loading", { focus: false });
  try {
    const token = tokenHere();
    const shown = token ? await post(`${door}/open`, { token }) : await get(door);
    forgetToken();
    if (shown.next === "done") await tellSkipped(shown);
    return await follow(shown);
  } catch (problem) {
    if (turnAway(problem)) return;
    putReason($("failed-reason"), problem, "second_factor");
    show("failed");
  }
}

/** Says on every stage whose login it is, and where the ways off it lead. */
function name({ application, host, username, not_now, password_change }) {
  for (const line of document.querySelectorAll(".sent-by")) {
    put(line, "second_factor.sent_by", { application, host, username });
  }
  for (const link of document.querySelectorAll(".not-now")) {
    put(link, "second_factor.not_now", { application });
    link.href = not_now;
    link.hidden = false;
  }
  put($("password-why"), "second_factor.password_why", { application });
  put($("to-password"), "second_factor.password_go", { application });
  $("to-password").href = password_change;
}

/** On to what is owed next. */
function follow(answer) {
  if (answer.application) name(answer);
  if (answer.expires_at) time.until(answer.expires_at);
  switch (answer.next) {
    case "enrol": return leaveFor(pageOf(tenant, "enrol?second-factor"));
    case "done": return leaveFor(answer.go_to);
    case "new-password": return show("new-password");
    default: return askCode(answer);
  }
}

function askCode({ authenticator_locked: locked, remembered_devices: remembers }) {
  $("code").value = "";
  $("remember-device").checked = false;
  $("remember").hidden = !remembers;
  return locked ? lock() : turnTo("code", codeForm);
}

/** A form's `send`, with the outcomes that end a stage whichever form met them. */
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

/** Whether the problem ended what the page was about; then it says so. */
function turnAway({ code, owes }) {
  switch (code) {
    case "sign_in_expired": end(); break;
    case "authenticator_locked": lock(); break;
    case "tenant_suspended": show("suspended"); break;
    case "wrong_step": follow({ next: owes }); break;
    default: return false;
  }
  return true;
}

/** This browser is remembered: nobody is sent on without a word why. */
async function tellSkipped({ device_remembered_until: until }) {
  put($("skipped-message"), "sign_in.skipped", () => ({ day: day(until) }));
  show("skipped");
  await new Promise((resolve) => setTimeout(resolve, SKIPPED_MS));
}

/** A recovery key is spent: say which, so that it can be struck off the sheet. */
function showAccepted(answer) {
  const { next, recovery: { set, number, left } } = answer;
  if (next === "done") time.stop();
  $("recovery-key").value = "";
  const result = $("recovery-result");
  Object.assign(result.dataset, { set, number, left });
  put(result, "recovery.result", { set, number, count: left });
  put($("recovery-warning"), left === 0 ? "recovery.last_used" : "recovery.few", { count: left });
  // With a set-up to follow a new set follows too.
  $("recovery-warning").hidden = left > FEW_KEYS || next !== "done";
  $("recovery-then").hidden = next === "done";
  put($("recovery-then"), "recovery.then_burnt");
  $("recovery-continue").addEventListener("click", () => follow(answer), { once: true });
  show("recovery-accepted");
}

function lock() {
  $("use-code").hidden = true;
  show("locked");
}

function turnTo(stage, form) {
  form.clear();
  show(stage);
}

function end() {
  time.stop();
  for (const id of ["code", "recovery-key"]) $(id).value = "";
  show("ended");
}
