// What a sign-in owes after the right password: a code or a recovery key, another
// password. Then on.

import { leaveFor, pageOf } from "./address.js";
import { post } from "./api.js";
import { noticingAgain, submitWhenComplete } from "./code-field.js";
import { day } from "./dates.js";
import { Form } from "./form.js";
import { sayingKeyUsed, tellKeyUsed } from "./key-used.js";
import { put } from "./language.js";
import { nextHere, withNext } from "./next.js";
import { letShow, refuseShort } from "./password-field.js";
import { Problem } from "./problem.js";
import { problemOfRecoveryKey } from "./recovery-key.js";
import { show } from "./stage.js";
import { TimeLeft } from "./time-left.js";

// From here on, warn that the recovery keys run out.
const FEW_KEYS = 3;
const SKIPPED_MS = 2000;

// Where the server did not say how long a new password must be; it will judge.
const MODEST_PASSWORD = 8;

const $ = (id) => document.getElementById(id);

export class Owed {
  #tenant;
  #time;
  #codeForm;
  #newPasswordForm;
  #recoveryForm;
  #minLength = MODEST_PASSWORD;

  /** `sender` makes a form's `send`, with the outcomes that end a stage; `startAgain(problem)`
   *  leads back to the password. */
  constructor({ tenant, door, sender, startAgain }) {
    this.#tenant = tenant;
    this.#time = new TimeLeft({
      name: "sign_in",
      more: () => post(`${door}/sign-in/extend`, {}),
      end: (problem = new Problem("sign_in_expired")) => startAgain(problem),
    });
    this.#codeForm = new Form($("code-form"), {
      name: "code",
      blames: "code",
      send: sender(noticingAgain(async ({ code, remember_device }, action) => {
        return this.follow(await post(`${door}/sign-in/code`, { code, remember_device: remember_device === "on" }, action));
      })),
    });
    this.#newPasswordForm = new Form($("new-password-form"), {
      name: "new_password",
      blames: "new-password",
      send: sender(async ({ password }, action) => {
        refuseShort(password, this.#minLength);
        return this.follow(await post(`${door}/sign-in/new-password`, { password }, action));
      }),
    });
    this.#recoveryForm = new Form($("recovery-form"), {
      name: "recovery",
      blames: "recovery-key",
      send: sender(async ({ recovery_key }, action) => {
        const problem = await problemOfRecoveryKey(recovery_key);
        if (problem) throw problem;
        const answer = await post(`${door}/sign-in/recovery-key`, { recovery_key }, action);
        $("recovery-key").value = "";
        return answer.next === "done" && nextHere() ? this.#showAccepted(answer) : this.follow(answer);
      }),
    });
    letShow($("new-password"), $("new-password-toggle"));
    submitWhenComplete($("code"), this.#codeForm);
    for (const id of ["use-recovery-key", "locked-use-recovery-key"]) {
      $(id).addEventListener("click", () => turnTo("recovery", this.#recoveryForm));
    }
    $("use-code").addEventListener("click", () => turnTo("code", this.#codeForm));
    for (const id of ["code-start-again", "recovery-start-again", "locked-start-again"]) {
      $(id).addEventListener("click", () => startAgain());
    }
  }

  /** On to what this sign-in owes next. */
  follow(answer) {
    if (answer.expires_at) this.#time.until(answer.expires_at);
    switch (answer.next) {
      case "enrol": return leaveFor(withNext(pageOf(this.#tenant, "enrol")) + sayingKeyUsed(answer.recovery));
      case "done": return this.#arrive(answer);
      case "new-password": return this.#askNewPassword(answer);
      default: return this.#askCode(answer);
    }
  }

  /** No code is taken any more. */
  lock() {
    $("use-code").hidden = true;
    show("locked");
  }

  /** It is over, and nothing that was typed for it stays. */
  forget() {
    this.#time.stop();
    for (const id of ["code", "recovery-key", "new-password"]) $(id).value = "";
  }

  #askCode({ authenticator_locked: locked = false }) {
    $("password").value = "";
    $("code").value = "";
    $("remember-device").checked = false;
    $("use-code").hidden = locked;
    return locked ? this.lock() : turnTo("code", this.#codeForm);
  }

  /** After a lock or "this was not me" somebody else had the password; or it is
   *  all there is now, and too short for that. */
  #askNewPassword({ password_min_length: count = MODEST_PASSWORD, reason = isLocked() ? "locked" : "burnt", recovery }) {
    $("password").value = "";
    tellKeyUsed(recovery);
    $("key-used-then").hidden = !isLocked();
    this.#minLength = count;
    put($("new-password-why"), `new_password.why_${reason}`);
    put($("new-password-hint"), "password.hint", { count });
    $("new-password-username").value = $("username").value;
    turnTo("new-password", this.#newPasswordForm);
  }

  /** Signed in. Without a `next` the account page says how; on the way elsewhere
   *  this page has to. */
  async #arrive({ session, device_remembered_until: until, recovery }) {
    this.#time.stop();
    const next = nextHere();
    if (next && session.amr.includes("device") && until) {
      put($("skipped-message"), "sign_in.skipped", () => ({ day: day(until) }));
      show("skipped");
      await new Promise((resolve) => setTimeout(resolve, SKIPPED_MS));
    }
    return leaveFor(next ?? pageOf(this.#tenant, "account") + sayingKeyUsed(recovery));
  }

  /** A recovery key is spent, and the page that follows is none of these: say here
   *  which, so that it can be struck off the sheet. */
  #showAccepted(answer) {
    const { set, number, left } = answer.recovery;
    this.#time.stop();
    const result = $("recovery-result");
    Object.assign(result.dataset, { set, number, left });
    put(result, "recovery.result", { set, number, count: left });
    put($("recovery-warning"), left === 0 ? "recovery.last_used" : "recovery.few", { count: left });
    $("recovery-warning").hidden = left > FEW_KEYS;
    $("recovery-continue").addEventListener("click", () => this.follow(answer), { once: true });
    show("recovery-accepted");
  }
}

// Then the way back to the code is closed.
function isLocked() {
  return $("use-code").hidden;
}

function turnTo(stage, form) {
  form.clear();
  show(stage);
}
