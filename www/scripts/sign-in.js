// Signing in: password, then code or recovery key, then on.

import { Action } from "./action.js";
import { leaveFor, nextHere, nextPageHere, pageOf, takeSent, withNext } from "./address.js";
import { post } from "./api.js";
import { submitWhenComplete } from "./code-field.js";
import { signInThere } from "./external-way.js";
import { Form } from "./form.js";
import { sayingKeyUsed, tellKeyUsed } from "./key-used.js";
import { day, put } from "./language.js";
import { startPage } from "./page.js";
import { letShow, refuseShort } from "./password-field.js";
import { Problem } from "./problem.js";
import { providerProblem, takeWord } from "./provider-problem.js";
import { problemOfRecoveryKey } from "./recovery-key.js";
import { show } from "./stage.js";
import { doorOf, introduce, ourTenant } from "./tenant.js";
import { TimeLeft } from "./time-left.js";

// From here on, warn that the recovery keys run out.
const FEW_KEYS = 3;
const SKIPPED_MS = 2000;

// Where the server did not say how long a new password must be; it will judge.
const MODEST_PASSWORD = 8;

const $ = (id) => document.getElementById(id);
const tenant = ourTenant();
const door = doorOf(tenant);
const word = takeWord();
let minLength = MODEST_PASSWORD;

const time = new TimeLeft({
  name: "sign_in",
  more: () => post(`${door}/sign-in/extend`, {}),
  end: (problem = new Problem("sign_in_expired")) => startAgain(problem),
});

const passwordForm = new Form($("password-form"), {
  name: "sign_in",
  blames: "password",
  send: sender(async ({ username, password }, action) => {
    const answer = await post(`${door}/sign-in`, { username: username.trim(), password }, action);
    return follow(answer);
  }),
});

const codeForm = new Form($("code-form"), {
  name: "code",
  blames: "code",
  send: sender(async ({ code, remember_device }, action) => {
    const answer = await post(`${door}/sign-in/code`, { code, remember_device: remember_device === "on" }, action);
    return follow(answer);
  }),
});

const newPasswordForm = new Form($("new-password-form"), {
  name: "new_password",
  blames: "new-password",
  send: sender(async ({ password }, action) => {
    refuseShort(password, minLength);
    return follow(await post(`${door}/sign-in/new-password`, { password }, action));
  }),
});

const recoveryForm = new Form($("recovery-form"), {
  name: "recovery",
  blames: "recovery-key",
  send: sender(async ({ recovery_key }, action) => {
    const problem = await problemOfRecoveryKey(recovery_key);
    if (problem) throw problem;
    const answer = await post(`${door}/sign-in/recovery-key`, { recovery_key }, action);
    $("recovery-key").value = "";
    return answer.next === "done" && nextHere() ? showAccepted(answer) : follow(answer);
  }),
});

const externalForm = new Form($("external-form"), {
  name: "external",
  send: sender(async (_, action) => {
    try {
      // Whoever came back as somebody unknown may want to go as somebody else.
      const anew = word === "identity_unknown" || new URLSearchParams(location.search).has("anew");
      await signInThere(tenant, { anew, next: nextPageHere(tenant) }, action);
    } catch (problem) {
      if (problem.code === "wrong_mode") return startAgain();
      throw problem;
    }
  }),
});

letShow($("password"), $("password-toggle"));
letShow($("new-password"), $("new-password-toggle"));
submitWhenComplete($("code"), codeForm);
for (const id of ["use-recovery-key", "locked-use-recovery-key"]) {
  $(id).addEventListener("click", () => turnTo("recovery", recoveryForm));
}
$("to-forgot").href = pageOf(tenant, "forgot");
$("use-code").addEventListener("click", () => turnTo("code", codeForm));
for (const id of ["code-start-again", "recovery-start-again", "locked-start-again"]) {
  $(id).addEventListener("click", () => startAgain());
}

$("again").hidden = !takeSent();

await startPage({ focus: true });
try {
  const profile = await introduce(tenant);
  if (word === "tenant_suspended") show("suspended");
  else if (profile?.mode === "external" || word) askThere();
} catch {
  show("unknown-tenant");
}

/** A form's `send`, with the outcomes that end a stage whichever form met them. */
function sender(send) {
  const action = new Action();
  return async (values) => {
    try {
      await send(values, action);
    } catch (problem) {
      switch (problem.code) {
        case "sign_in_expired": return startAgain(problem);
        case "authenticator_locked": return lock();
        case "tenant_external": return askThere();
        case "tenant_suspended": return show("suspended");
        case "wrong_step": return follow({ next: problem.owes });
        default: throw problem;
      }
    }
  };
}

/** The way in is elsewhere; says what came of it, if she was there just now. */
function askThere() {
  turnTo("external", externalForm);
  if (!word) return;
  const problem = providerProblem(word);
  externalForm.refuse(problem);
  put($("external-word"), "external.word", problem.values);
  $("external-word").dataset.word = word;
  $("external-word").hidden = problem.reason !== undefined;
}

/** On to what this sign-in owes next. */
function follow(answer) {
  if (answer.expires_at) time.until(answer.expires_at);
  switch (answer.next) {
    case "enrol": return leaveFor(withNext(pageOf(tenant, "enrol")) + sayingKeyUsed(answer.recovery));
    case "done": return arrive(answer);
    case "new-password": return askNewPassword(answer);
    default: return askCode(answer);
  }
}

function askCode({ authenticator_locked: locked = false }) {
  $("password").value = "";
  $("code").value = "";
  $("remember-device").checked = false;
  $("use-code").hidden = locked;
  return locked ? lock() : turnTo("code", codeForm);
}

/** After a lock or "this was not me" somebody else had the password; or it is
 *  all there is now, and too short for that. */
function askNewPassword({ password_min_length: count = MODEST_PASSWORD, reason = isLocked() ? "locked" : "burnt", recovery }) {
  $("password").value = "";
  tellKeyUsed(recovery);
  $("key-used-then").hidden = !isLocked();
  minLength = count;
  put($("new-password-why"), `new_password.why_${reason}`);
  put($("new-password-hint"), "password.hint", { count });
  $("new-password-username").value = $("username").value;
  turnTo("new-password", newPasswordForm);
}

/** Signed in. Without a `next` the account page says how; on the way elsewhere
 *  this page has to. */
async function arrive({ session, device_remembered_until: until, recovery }) {
  time.stop();
  const next = nextHere();
  if (next && session.amr.includes("device") && until) {
    put($("skipped-message"), "sign_in.skipped", () => ({ day: day(until) }));
    show("skipped");
    await new Promise((resolve) => setTimeout(resolve, SKIPPED_MS));
  }
  return leaveFor(next ?? pageOf(tenant, "account") + sayingKeyUsed(recovery));
}

/** A recovery key is spent, and the page that follows is none of these: say here
 *  which, so that it can be struck off the sheet. */
function showAccepted(answer) {
  const { set, number, left } = answer.recovery;
  time.stop();
  const result = $("recovery-result");
  Object.assign(result.dataset, { set, number, left });
  put(result, "recovery.result", { set, number, count: left });
  put($("recovery-warning"), left === 0 ? "recovery.last_used" : "recovery.few", { count: left });
  $("recovery-warning").hidden = left > FEW_KEYS;
  $("recovery-continue").addEventListener("click", () => follow(answer), { once: true });
  show("recovery-accepted");
}

// Then the way back to the code is closed.
function isLocked() {
  return $("use-code").hidden;
}

function lock() {
  $("use-code").hidden = true;
  show("locked");
}

function turnTo(stage, form) {
  form.clear();
  show(stage);
}

/** Back to the password, keeping the username; says why if it was not asked for. */
function startAgain(problem) {
  time.stop();
  $("again").hidden = true;
  for (const id of ["password", "code", "recovery-key", "new-password"]) $(id).value = "";
  turnTo("password", passwordForm);
  if (problem) passwordForm.refuse(problem);
  $("username").value ? $("password").focus() : $("username").focus();
}
