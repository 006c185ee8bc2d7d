// Recovery keys until they are proven saved: the sheet, then the last group of
// one key, typed or out of the saved file.

import { PAUSE_MS } from "./code-field.js";
import { Form } from "./form.js";
import { KeySheet } from "./key-sheet.js";
import { put, say } from "./language.js";
import { announce } from "./page.js";
import { groupFromFile, groupFromTyped, isRight } from "./proof.js";
import { show } from "./stage.js";

const $ = (id) => document.getElementById(id);

export class Backup {
  #sheet;
  #form;
  #issued; // { set, keys, proofNumber }

  /** `prove(group)` asks the server, and goes on from there. */
  constructor(tenant, { prove }) {
    this.#sheet = new KeySheet(tenant);
    this.#form = new Form($("proof-form"), {
      name: "proof",
      blames: "proof",
      send: ({ proof }) => prove(groupFromTyped(proof)),
    });
    $("keys-saved").addEventListener("click", () => this.#askProof());
    $("back-to-keys").addEventListener("click", () => show("keys"));
    $("proof-file").addEventListener("change", () => this.#fillInFromFile());
    if (goesByItself()) $("proof").addEventListener("input", () => this.#sendIfRight());
  }

  /** Whose keys they are: `{ organisation, account, address }`. */
  name(names) {
    this.#sheet.name(names);
  }

  /** Shows a set, as the server issued it. */
  show({ set, recovery_keys: keys, proof_number: proofNumber }) {
    this.#issued = { set, keys, proofNumber };
    this.#sheet.show(this.#issued);
    addEventListener("beforeunload", hold);
    show("keys");
  }

  forget() {
    this.#issued = undefined;
    removeEventListener("beforeunload", hold);
    this.#sheet.forget();
    for (const id of ["proof", "proof-file"]) $(id).value = "";
  }

  #askProof() {
    put($("proof-number"), "proof.number", { number: this.#issued.proofNumber });
    $("proof").value = "";
    $("proof-file").value = "";
    showFileFits(false);
    this.#form.clear();
    show("proof");
  }

  /** Sends what is typed, after a breath, once it is the group asked for. The server
   *  decides; what the page finds wrong waits for the button. */
  async #sendIfRight() {
    const issued = this.#issued;
    const typed = $("proof").value;
    if (!issued || !(await isRight(groupFromTyped(typed), issued))) return;
    setTimeout(() => {
      if (this.#issued === issued && $("proof").value === typed) this.#form.submit();
    }, PAUSE_MS);
  }

  /** Takes the group that is asked for out of a saved file. The file stays here. */
  async #fillInFromFile() {
    showFileFits(false);
    const [file] = $("proof-file").files;
    if (!file) return;
    try {
      $("proof").value = await groupFromFile(file, this.#issued);
    } catch (problem) {
      $("proof-file").value = "";
      return this.#form.refuse(problem);
    }
    this.#form.clear();
    if (goesByItself()) return this.#form.submit();
    showFileFits(true);
    announce(say("proof.file_fits"));
    $("proof-submit").focus();
  }
}

// Keys that are saved and not proven yet are worth nothing once the page is left: the browser asks first.
function hold(leaving) {
  leaving.preventDefault();
}

// Not where what follows concerns everybody: there it takes the button.
function goesByItself() {
  return "goesByItself" in $("proof-form").dataset;
}

function showFileFits(yes) {
  if (!goesByItself()) $("proof-file-fits").hidden = !yes;
}
