// Signing in at the organisation's own provider: the way there, and what came of it.

import { signInThere } from "./external-way.js";
import { Form } from "./form.js";
import { put } from "./language.js";
import { nextPageHere } from "./next.js";
import { providerProblem, takeWord } from "./provider-problem.js";
import { show } from "./stage.js";

const $ = (id) => document.getElementById(id);

export class Elsewhere {
  #word = takeWord();
  #form;

  /** `sender` makes a form's `send`, with the outcomes that end a stage; `startAgain()`
   *  leads back to the password, if that is the way after all. */
  constructor({ tenant, sender, startAgain }) {
    this.#form = new Form($("external-form"), {
      name: "external",
      send: sender(async (_, action) => {
        try {
          // Whoever came back as somebody unknown may want to go as somebody else.
          const anew = this.#word === "identity_unknown" || new URLSearchParams(location.search).has("anew");
          await signInThere(tenant, { anew, next: nextPageHere(tenant) }, action);
        } catch (problem) {
          if (problem.code === "wrong_mode") return startAgain();
          throw problem;
        }
      }),
    });
  }

  /** The way in is elsewhere; says what came of it, if she was there just now. */
  ask() {
    if (this.#word === "tenant_suspended") return show("suspended");
    this.#form.clear();
    show("external");
    if (!this.#word) return;
    const problem = providerProblem(this.#word);
    this.#form.refuse(problem);
    put($("external-word"), "external.word", problem.values);
    $("external-word").dataset.word = this.#word;
    $("external-word").hidden = problem.reason !== undefined;
  }
}
