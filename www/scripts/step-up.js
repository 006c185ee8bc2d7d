// Some acts need a fresh proof that it is really you, even while signed in.

import { Action } from "./action.js";
import { get, post } from "./api.js";
import { now } from "./clock.js";
import { submitWhenComplete } from "./code-field.js";
import { makeDialog, paragraph, showDialog } from "./dialog.js";
import { make, makeField } from "./element.js";
import { signInThere } from "./external-way.js";
import { Form } from "./form.js";
import { letShow } from "./password-field.js";
import { Problem } from "./problem.js";
import { problemOfRecoveryKey } from "./recovery-key.js";
import { signInAgain, signInPage, signedInAs, signedInElsewhere } from "./signed-in.js";
import { doorOf } from "./tenant.js";

// To read, type and confirm something with.
const ENOUGH_SECONDS = 60;

// How each kind is typed; `messages` are those of the sign-in.
const FIELDS = {
  code: { name: "code", label: "code.label", hint: "code.hint", messages: "code",
    class: "code", inputmode: "numeric", autocomplete: "one-time-code" },
  "recovery-key": { name: "recovery_key", label: "recovery.label", hint: "recovery.hint", messages: "recovery",
    class: "long-key", autocapitalize: "characters" },
  password: { name: "password", label: "field.password", messages: "step_up",
    type: "password", autocomplete: "current-password", toggle: true },
};

/** Acts; asks for a proof and acts again where the server wants one first. Throws
 *  the Problem `cancelled`, which forms pass over, when none is given. */
export async function steppedUp(tenant, act) {
  for (;;) {
    try {
      return await act();
    } catch (problem) {
      if (problem.code !== "step_up_required") throw problem;
      if (!(await new StepUp(tenant, problem.by).asks())) throw new Problem("cancelled");
    }
  }
}

/** Asks for one of these proofs. Gives whether it was given. */
export function provenBy(tenant, kinds) {
  return new StepUp(tenant, kinds).asks();
}

/** Where the proof leads away from this page, asks for it before anything is
 *  typed here. Gives whether to go on. */
export async function provenFirst(tenant) {
  if (!signedInElsewhere()) return true;
  const account = await get(`${doorOf(tenant)}/account`).catch(() => undefined); // the act itself will say
  if (!account || account.step_up_until > now() + ENOUGH_SECONDS) return true;
  return new StepUp(tenant, account.step_up_by).asks();
}

class StepUp {
  #tenant;
  #kinds;
  #dialog = makeDialog("step-up", "step_up.heading");
  #parts = new Map();
  #action = new Action();
  #proven = false;
  #ended = false;
  #isElsewhere;

  constructor(tenant, kinds = []) {
    this.#tenant = tenant;
    this.#kinds = kinds.filter((kind) => kind in FIELDS);
    this.#isElsewhere = kinds.includes("sign-in");
  }

  /** Whether the proof was given. */
  async asks() {
    if (this.#isElsewhere) {
      this.#bySigningInThere();
    } else if (this.#kinds.length === 0) {
      this.#onlyBySigningIn("step_up.sign_in");
    } else {
      this.#dialog.append(paragraph("step_up.why"));
      for (const kind of this.#kinds) this.#add(kind);
      this.#turnTo(this.#kinds[0]);
    }
    await showDialog(this.#dialog);
    if (this.#ended) await signInAgain(this.#tenant);
    return this.#proven;
  }

  #add(kind) {
    const { messages, ...field } = FIELDS[kind];
    const id = `step-up-${kind}`;
    const cancel = make("button", { id: `${id}-cancel`, type: "button", class: "button secondary", say: "action.cancel" });
    cancel.addEventListener("click", () => this.#dialog.close());
    const form = make("form", { id: `${id}-form`, method: "post", novalidate: true },
      // So that a password manager knows whose password it fills in.
      ...(kind === "password" ? [make("input", { type: "text", hidden: true, readonly: true, autocomplete: "username", value: signedInAs() })] : []),
      makeField({ id, ...field }),
      make("div", { class: "buttons" },
        make("button", { id: `${id}-submit`, type: "submit", class: "button", say: "step_up.submit", "data-busy": "code.busy" }),
        cancel));
    const others = this.#kinds.filter((other) => other !== kind).map((other) => this.#switchTo(other));
    const part = make("div", { "data-kind": kind, hidden: true }, form, make("p", { class: "other-ways" }, ...others));
    this.#dialog.append(part);
    const handler = new Form(form, { name: messages, blames: id, send: (given) => this.#send(kind, given) });
    this.#parts.set(kind, { part, handler });
    const input = form.elements[field.name];
    if (kind === "code") submitWhenComplete(input, handler);
    if (kind === "password") letShow(input, form.querySelector(".toggle"));
  }

  #switchTo(kind) {
    const button = make("button", { type: "button", class: "link", "data-turn-to": kind, say: `step_up.use_${kind}` });
    button.addEventListener("click", () => this.#turnTo(kind));
    return button;
  }

  #turnTo(kind) {
    for (const [name, { part, handler }] of this.#parts) {
      part.hidden = name !== kind;
      handler.clear();
    }
    this.#dialog.dataset.stage = kind;
    const input = this.#parts.get(kind).part.querySelector(".field input");
    for (const field of this.#dialog.querySelectorAll("[autofocus]")) field.removeAttribute("autofocus");
    input.setAttribute("autofocus", "");
    input.focus();
  }

  async #send(kind, given) {
    const problem = kind === "recovery-key" && (await problemOfRecoveryKey(given.recovery_key));
    if (problem) throw problem;
    try {
      await post(`${doorOf(this.#tenant)}/step-up`, given, this.#action);
    } catch (refusal) {
      if (refusal.code === "unauthenticated") return this.#end();
      throw refusal;
    }
    this.#proven = true;
    this.#dialog.close();
  }

  /** At the organisation's own provider; from there the way leads to the account. */
  #bySigningInThere() {
    const cancel = make("button", { id: "step-up-sign-in-cancel", type: "button", class: "button secondary", say: "action.cancel" });
    cancel.addEventListener("click", () => this.#dialog.close());
    const form = make("form", { id: "step-up-sign-in-form", method: "post", novalidate: true },
      make("div", { class: "buttons" },
        make("button", { id: "step-up-sign-in-submit", type: "submit", class: "button", say: "external.submit", "data-busy": "external.busy" }),
        cancel));
    this.#dialog.append(paragraph("step_up.why"), paragraph("step_up.there"), form);
    this.#dialog.dataset.stage = "sign-in";
    new Form(form, { name: "external", send: () => signInThere(this.#tenant, { anew: true }, this.#action) });
  }

  /** Too many wrong proofs: the server has ended the session. */
  #end() {
    this.#ended = true;
    this.#onlyBySigningIn("step_up.ended");
    this.#dialog.querySelector("h2").focus();
  }

  #onlyBySigningIn(why) {
    const [heading] = this.#dialog.children;
    const href = signInPage(this.#tenant);
    this.#dialog.replaceChildren(heading, paragraph(why),
      make("p", {}, make("a", { id: "step-up-sign-in", class: "button", href, say: "account.sign_in_again" })));
    this.#dialog.dataset.stage = "sign-in";
  }
}
