// Setting up an authenticator app: three steps, ten recovery keys, proof.
//
// The secret, its key URI and the recovery keys live in the page's memory and,
// while they must be seen, as text or pixels on the page; never in an
// attribute, the address, the history, storage or a log. The history holds
// which enrolment this is and whose, no secret, so that a reload finds its way.

import { Action } from "./action.js";
import { post } from "./api.js";
import { AuthenticatorStep } from "./authenticator-step.js";
import { Backup } from "./backup.js";
import { clockProblem } from "./clock-doctor.js";
import { submitWhenComplete } from "./code-field.js";
import { timeOfDay } from "./dates.js";
import { Form } from "./form.js";
import { put, say } from "./language.js";
import { announce } from "./page.js";
import { Problem } from "./problem.js";
import { show } from "./stage.js";
import { TimeLeft } from "./time-left.js";

const $ = (id) => document.getElementById(id);

export class Enrolment {
  #door;
  #endings;
  #authenticator = new AuthenticatorStep();
  #backup;
  #codeForm;
  #ticket; // which enrolment, as the server wants it named
  #names; // { organisation, account, address }
  #keyUri;
  #time;
  #address; // where she signs in, if not here

  /** `door` is where to confirm and complete; `more(ticket)` asks for more time;
   *  `endings` gives the stage for each problem that ends the enrolment;
   *  `done(answer)` follows the completion. */
  constructor({ tenant, door, more, endings, done }) {
    this.#door = door;
    this.#endings = endings;
    this.#time = new TimeLeft({
      name: "enrolment",
      more: async () => {
        const given = await more({ ...this.#ticket });
        this.#endsAt(given.expires_at);
        return given;
      },
      end: (problem) => (problem && this.turnAway(problem)) || this.turnAway(new Problem("enrolment_expired")),
    });
    this.#codeForm = new Form($("code-form"), {
      name: "enrol",
      blames: "code",
      send: this.#sender((values, action) => this.#confirm(values, action)),
    });
    this.#backup = new Backup(tenant, {
      prove: this.#sender(async (proof, action) => {
        const answer = await post(`${this.#door}/complete`, { ...this.#ticket, proof }, action);
        this.forget();
        history.replaceState(null, "");
        return done(answer);
      }),
    });
    new Form($("fresh-keys-form"), {
      name: "enrol",
      send: this.#sender(async (_, action) => {
        this.#showKeys(await post(`${this.#door}/recovery-keys`, { ...this.#ticket }, action));
      }),
    });
    submitWhenComplete($("code"), this.#codeForm);
  }

  /** Where she signs in, for her sheet, if that is not here. */
  signsInAt(address) {
    this.#address = address;
  }

  /** Whether a reload interrupted the recovery keys; then the page says so. */
  resumes() {
    const before = history.state;
    if (before?.stage !== "keys") return false;
    this.#ticket = before.ticket;
    this.#names = before.names;
    this.#backup.name(this.#names);
    this.#time.until(before.expiresAt);
    show("keys-reload");
    return true;
  }

  /** Shows a new secret, as the server answered; it has forgotten any earlier one. */
  async begin(started, ticket, { focus }) {
    const reloaded = history.state?.stage === "authenticator";
    this.#ticket = ticket;
    this.#keyUri = started.key_uri;
    this.#names = { organisation: started.tenant_name, account: started.username, address: this.#address };
    this.#backup.name(this.#names);
    this.#remember("authenticator");
    this.#endsAt(started.expires_at);
    this.#time.until(started.expires_at);
    $("enrol-reloaded").hidden = !reloaded;
    $("code").value = "";
    this.#codeForm.clear();
    show("authenticator", { focus });
    await this.#authenticator.show(started);
  }

  /** Whether the problem ended the enrolment; then the page says so. */
  turnAway({ code }) {
    const stage = this.#endings[code];
    if (!stage) return false;
    this.forget();
    history.replaceState(null, "");
    show(stage);
    return true;
  }

  /** Nothing secret stays, on the page or in memory. */
  forget() {
    this.#time.stop();
    this.#authenticator.forget();
    this.#backup.forget();
    this.#keyUri = undefined;
    $("code").value = "";
  }

  async #confirm({ code }, action) {
    try {
      this.#showKeys(await post(`${this.#door}/confirm`, { ...this.#ticket, code }, action));
    } catch (problem) {
      throw problem.code === "code_refused" ? (await clockProblem(this.#keyUri, code)) ?? problem : problem;
    }
    this.#authenticator.showWholeCode();
    announce(say("keys.connected"));
  }

  #showKeys(issued) {
    this.#authenticator.hideSecret();
    $("code").value = "";
    this.#remember("keys");
    this.#backup.show(issued);
  }

  /** A form's `send`, with the outcomes that end the enrolment whoever met them. */
  #sender(send) {
    const action = new Action();
    return async (given) => {
      try {
        await send(given, action);
      } catch (problem) {
        if (!this.turnAway(problem)) throw problem;
      }
    };
  }

  #remember(stage) {
    history.replaceState({ ...history.state, ticket: this.#ticket, stage, names: this.#names }, "");
  }

  #endsAt(expiresAt) {
    put($("enrol-until"), "enrol.until", () => ({ time: timeOfDay(expiresAt) }));
    history.replaceState({ ...history.state, expiresAt }, "");
  }
}
