// The secret on the page: as a QR, as a key to type, as a link to an app on this
// device, which comes first on a phone: nobody scans the screen in their hand. And
// the preview of what the app should show.

import { now } from "./clock.js";
import { copyButton } from "./copy.js";
import { phone } from "./device.js";
import { put } from "./language.js";
import { drawQr, wipeQr } from "./qr-canvas.js";
import { core } from "./wasm.js";

const $ = (id) => document.getElementById(id);

// The QR's side on the page, quiet zone included: fits a 320 px wide screen.
const QR_CSS_PIXELS = 264;

// Of every authenticator that is handed out here.
const CODE_DIGITS = 6;
const CODE_SECONDS = 30;

export class AuthenticatorStep {
  #keyUri;
  #secret;
  #module;
  #ticking;

  constructor() {
    copyButton($("copy-key"), () => this.#secret);
    // A link would hold the secret in an attribute.
    $("open-in-app").addEventListener("click", () => {
      if (!this.#keyUri) return;
      location.href = this.#keyUri;
      if (phone()) whenBack(() => $("code").focus());
    });
    if (phone()) arrangeFor(phone());
  }

  /** Shows a new secret. Where WebAssembly is missing the typed key remains. */
  async show({ key_uri: keyUri, secret }) {
    this.forget();
    this.#keyUri = keyUri;
    this.#secret = secret;
    const { issuer, account } = entryOf(keyUri);
    $("issuer").textContent = issuer;
    $("account-name").textContent = account;
    $("typed-key").textContent = secret.match(/.{1,4}/g).join(" ");
    this.#module = await core().catch(() => undefined);
    if (this.#keyUri !== keyUri) return; // left or started over meanwhile
    $("qr-missing").hidden = this.#module !== undefined;
    $("qr").hidden = $("preview").hidden = this.#module === undefined;
    if (!this.#module) return;
    await drawQr($("qr"), keyUri, QR_CSS_PIXELS, { wanted: () => this.#keyUri === keyUri });
    if (this.#keyUri === keyUri) this.#tick();
  }

  /** After the first right code: nothing left to scan or type. */
  hideSecret() {
    this.#secret = undefined;
    wipePage();
  }

  /** Only after the first right code: shown before, it would prove nothing. */
  showWholeCode() {
    this.#tick(true);
  }

  forget() {
    clearTimeout(this.#ticking);
    this.#keyUri = undefined;
    this.#secret = undefined;
    wipePage();
    $("connected-code").hidden = true;
    for (const id of ["issuer", "account-name", "preview-first-two", "preview-code"]) $(id).textContent = "";
  }

  #tick(whole = false) {
    clearTimeout(this.#ticking);
    if (!this.#module || !this.#keyUri) return;
    const at = now();
    const code = String(this.#module.code(this.#keyUri, at)).padStart(CODE_DIGITS, "0");
    const secondsLeft = this.#module.seconds_left(this.#keyUri, at);
    if (whole) {
      $("preview-code").textContent = `${code.slice(0, 3)} ${code.slice(3)}`;
      $("connected-code").hidden = false;
    } else {
      $("preview-first-two").textContent = code.slice(0, 2);
      $("preview-seconds").textContent = secondsLeft;
      $("preview-ring").setAttribute("stroke-dasharray", `${(100 * secondsLeft) / CODE_SECONDS} 100`);
    }
    this.#ticking = setTimeout(() => this.#tick(whole), 1000 - ((now() * 1000) % 1000));
  }
}

/** On a phone: open in the app, or copy the key; the QR waits for another device. */
function arrangeFor(device) {
  put($("app-names"), `enrol.app_names_${device}`);
  $("open-in-app").classList.add("first");
  $("add-elsewhere").append($("add-by-scan"));
  for (const part of document.querySelectorAll("[data-on-phone]")) part.hidden = false;
}

/** Once, when the person comes back from the app. */
function whenBack(then) {
  const look = () => {
    if (document.visibilityState !== "visible") return;
    document.removeEventListener("visibilitychange", look);
    then();
  };
  document.addEventListener("visibilitychange", look);
}

/** What the app will call the entry. */
function entryOf(keyUri) {
  const [, label, query] = /^otpauth:\/\/totp\/([^?]*)\?(.*)$/.exec(keyUri);
  const issuer = new URLSearchParams(query).get("issuer") ?? "";
  const account = decodeURIComponent(label).slice(issuer ? issuer.length + 1 : 0).trim();
  return { issuer, account };
}

function wipePage() {
  $("typed-key").textContent = "";
  wipeQr($("qr"));
}
