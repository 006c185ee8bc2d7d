// The secret on the page: as a QR, as a key to type, as a link to an app on this
// device; and the preview of what the app should show.

import { now } from "./clock.js";
import { copyButton } from "./copy.js";
import { core } from "./wasm.js";

const $ = (id) => document.getElementById(id);

// The QR's side on the page, quiet zone included: fits a 320 px wide screen.
const QR_CSS_PIXELS = 264;

export class AuthenticatorStep {
  #keyUri;
  #secret;
  #module;
  #ticking;

  constructor() {
    copyButton($("copy-key"), () => this.#secret);
    // A link would hold the secret in an attribute.
    $("open-in-app").addEventListener("click", () => {
      if (this.#keyUri) location.href = this.#keyUri;
    });
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
    drawQr(this.#module, keyUri);
    this.#tick();
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
    const { code, first_two, period, seconds_left } = this.#module.preview(this.#keyUri, Math.floor(now()));
    if (whole) {
      $("preview-code").textContent = `${code.slice(0, 3)} ${code.slice(3)}`;
      $("connected-code").hidden = false;
    } else {
      $("preview-first-two").textContent = first_two;
      $("preview-seconds").textContent = seconds_left;
      $("preview-ring").setAttribute("stroke-dasharray", `${(100 * seconds_left) / period} 100`);
    }
    this.#ticking = setTimeout(() => this.#tick(whole), 1000 - ((now() * 1000) % 1000));
  }
}

/** Drawn on a canvas, so that no attribute and no image holds the secret. Always
 *  dark on white; whole device pixels, so that its edges stay sharp. */
function drawQr(module, keyUri) {
  const modules = Number(module.qr_pixels(keyUri, 1).side);
  const scale = Math.max(1, Math.floor((QR_CSS_PIXELS * devicePixelRatio) / modules));
  const { side, rgba } = module.qr_pixels(keyUri, scale);
  const canvas = $("qr");
  canvas.width = canvas.height = side;
  canvas.style.width = canvas.style.height = `${side / devicePixelRatio}px`;
  canvas.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(rgba), side, side), 0, 0);
  canvas.dataset.drawn = "";
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
  $("qr").width = $("qr").height = 0;
  delete $("qr").dataset.drawn;
}
