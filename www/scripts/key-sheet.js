// The recovery keys as a sheet: on the page, on paper, in a file, on the clipboard.

import { pageOf } from "./address.js";
import { copyButton } from "./copy.js";
import { now } from "./clock.js";
import { moment } from "./dates.js";
import { put, say } from "./language.js";
import { drawQr, wipeQr } from "./qr-canvas.js";
import { saveFile } from "./save-file.js";

const $ = (id) => document.getElementById(id);

// On the page; on paper it is as large, with three times as many dots.
const QR_CSS_PIXELS = 132;

export class KeySheet {
  #tenant;
  #organisation;
  #account;
  #elsewhere;
  #set;
  #keys = [];
  #date;

  constructor(tenant) {
    this.#tenant = tenant;
    copyButton($("copy-keys"), () => this.#text());
    $("print-keys").addEventListener("click", () => print());
    $("download-keys").addEventListener("click", () => this.#download());
  }

  /** `address` is where she signs in, if not at our own page. */
  name({ organisation, account, address }) {
    this.#organisation = organisation;
    this.#account = account;
    this.#elsewhere = address;
  }

  show({ set, keys }) {
    this.#set = set;
    this.#keys = keys;
    this.#date = now();
    $("sheet-organisation").textContent = this.#organisation;
    $("sheet-account").textContent = this.#account;
    $("set-number").textContent = set;
    $("sheet-address").textContent = this.#address();
    put($("sheet-date"), "sheet.date_is", () => ({ day: moment(this.#date) }));
    $("keys").replaceChildren(...keys.map(keyLine));
    this.#drawAddress();
  }

  forget() {
    this.#keys = [];
    $("keys").replaceChildren();
    $("sheet-code").hidden = true;
    wipeQr($("sheet-qr"));
  }

  /** The sheet as plain text. `proof.js` reads its numbered lines back. */
  #text() {
    const facts = [
      say("sheet.heading"),
      "",
      `${say("sheet.organisation")}: ${this.#organisation}`,
      `${say("sheet.account")}: ${this.#account}`,
      `${say("sheet.set")}: ${this.#set}`,
      `${say("sheet.date")}: ${moment(this.#date)}`,
      `${say("sheet.address")}: ${this.#address()}`,
    ];
    const keys = this.#keys.map((key, index) => `${String(index + 1).padStart(2)}. ${key}`);
    return [...facts, "", ...keys, "", say("sheet.note"), ""].join("\r\n");
  }

  /** For a phone: where to sign in. It says nothing secret. */
  async #drawAddress() {
    const wanted = () => this.#keys.length > 0;
    $("sheet-code").hidden = !(await drawQr($("sheet-qr"), this.#address(), QR_CSS_PIXELS, { finer: 3, wanted }));
  }

  #address() {
    return this.#elsewhere ?? location.origin + pageOf(this.#tenant, "sign-in");
  }

  #download() {
    saveFile(`${say("sheet.file")}-${this.#tenant}-${this.#account}-${this.#set}.txt`, this.#text());
  }
}

function keyLine(key) {
  const line = document.createElement("li");
  const text = document.createElement("span");
  text.className = "key";
  text.textContent = key;
  line.append(text);
  return line;
}
