// Recovery keys until they are proven saved: the sheet, then the last group of
// one key, typed or out of the saved file.

import { Form } from "./form.js";
import { KeySheet } from "./key-sheet.js";
import { put, say } from "./language.js";
import { announce } from "./page.js";
import { groupFromFile, groupFromTyped } from "./proof.js";
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
  }

  /** Whose keys they are: `{ organisation, account, address }`. */
  name(names) {
    this.#sheet.name(names);
  }

  /** Shows a set, as the server issued it. */
  show({ set, recovery_keys: keys, proof_number: proofNumber }) {
    this.#issued = { set, keys, proofNumber };
    this.#sheet.show(this.#issued);
    show("keys");
  }

  forget() {
    this.#issued = undefined;
    this.#sheet.forget();
    for (const id of ["proof", "proof-file"]) $(id).value = "";
  }

  #askProof() {
    put($("proof-number"), "proof.number", { number: this.#issued.proofNumber });
    $("proof").value = "";
    $("proof-file").value = "";
    $("proof-file-fits").hidden = true;
    this.#form.clear();
    show("proof");
  }

  /** Takes the group that is asked for out of a saved file. The file stays here,
   *  and nothing is finished by it: what follows may concern everybody. */
  async #fillInFromFile() {
    $("proof-file-fits").hidden = true;
    const [file] = $("proof-file").files;
    if (!file) return;
    try {
      $("proof").value = await groupFromFile(file, this.#issued);
    } catch (problem) {
      $("proof-file").value = "";
      return this.#form.refuse(problem);
    }
    this.#form.clear();
    $("proof-file-fits").hidden = false;
    announce(say("proof.file_fits"));
    $("proof-submit").focus();
  }
}
