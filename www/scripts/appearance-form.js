// Settings › Appearance: a colour and a logo, tried on before they are chosen.

import { Action } from "./action.js";
import { pageOf } from "./address.js";
import { post } from "./api.js";
import { dress } from "./dress.js";
import { Form } from "./form.js";
import { put } from "./language.js";
import { Problem } from "./problem.js";
import { whileSignedIn } from "./signed-in.js";
import { show } from "./stage.js";
import { provenFirst, steppedUp } from "./step-up.js";
import { doorOf } from "./tenant.js";
import { adminCore } from "./wasm.js";

const $ = (id) => document.getElementById(id);
const OUR_COLOUR = "#0b6455";
const looks = () => document.querySelectorAll(".look");
let chosen; // as the server keeps it

/** `now()` gives the settings. */
export function wireAppearance(tenant, { now }) {
  const action = new Action();
  const door = `${doorOf(tenant)}/settings/appearance`;
  const change = whileSignedIn(tenant, async (part, body, done) => {
    chosen = await steppedUp(tenant, () => post(`${door}/${part}`, body, action));
    now().appearance = chosen;
    await dress(tenant, chosen);
    tell(tenant, done);
  });

  const accent = new Form($("accent-form"), {
    name: "accent",
    blames: "accent",
    async send() {
      const typed = colourTyped();
      if (!(await colours(typed))) throw new Problem("bad_request");
      await change("accent", { accent: typed }, "appearance.accent_done");
    },
  });
  const logo = new Form($("logo-form"), {
    name: "logo",
    blames: "logo",
    async send() {
      const [file] = $("logo").files;
      if (!file) throw new Problem("logo_missing");
      await change("logo", { logo: base64(await readable(file)) }, "appearance.logo_done");
    },
  });

  $("to-appearance").addEventListener("click", async () => {
    if (!(await provenFirst(tenant))) return;
    chosen = now().appearance;
    for (const name of document.querySelectorAll(".look-name")) name.textContent = now().name;
    accent.clear();
    logo.clear();
    tell(tenant);
    show("appearance");
  });
  $("accent").addEventListener("input", () => tryOn(colourTyped()));
  $("accent-pick").addEventListener("input", () => {
    $("accent").value = $("accent-pick").value;
    tryOn($("accent").value);
  });
  $("logo").addEventListener("change", async () => {
    logo.clear();
    const [file] = $("logo").files;
    if (!file) return;
    try {
      await readable(file);
      await drawLogo(file);
    } catch (problem) {
      logo.refuse(problem);
    }
  });
  $("accent-remove").addEventListener("click", () => remove(accent, "accent"));
  $("logo-remove").addEventListener("click", () => remove(logo, "logo"));

  async function remove(form, part) {
    form.clear();
    try {
      await change("remove", { part }, `appearance.${part}_gone`);
      $(part).focus(); // the button has gone
    } catch (problem) {
      if (problem.code !== "cancelled") form.refuse(problem);
    }
  }
}

/** What is kept now, and what has just been done. */
function tell(tenant, done) {
  const { accent, logo } = chosen;
  $("accent").value = accent ?? OUR_COLOUR;
  $("logo").value = "";
  $("accent-remove").hidden = accent === null;
  $("logo-remove").hidden = logo === null;
  $("appearance-done").hidden = !done;
  if (done) put($("appearance-done"), done);
  tryOn($("accent").value);
  showLogo(logo && pageOf(tenant, `logo/${logo}`));
}

/** Where it is copied from, the `#` is often left out. */
function colourTyped() {
  return $("accent").value.trim().replace(/^(?=[0-9a-f]{6}$)/i, "#");
}

/** The core's word about a colour; null for what is none. */
async function colours(text) {
  const { accent_colours } = await adminCore();
  return accent_colours(text);
}

async function tryOn(text) {
  const isOurs = text === OUR_COLOUR && chosen.accent === null;
  const tried = isOurs ? {} : await colours(text);
  if (!tried || text !== colourTyped()) return; // not finished yet, or another by now
  $("accent-pick").value = text.toLowerCase();
  for (const look of looks()) {
    const palette = tried[look.dataset.theme];
    for (const name of ["accent", "accent_strong", "on_accent", "accent_soft"]) {
      look.style.setProperty(`--${name.replace("_", "-")}`, palette?.[name] ?? "");
    }
    const words = look.querySelector(".look-words");
    const way = look.dataset.theme === "light" ? "darkened" : "lightened";
    if (isOurs) put(words, "appearance.ours");
    else put(words, palette.accent === text.toLowerCase() ? "appearance.kept" : `appearance.${way}`, palette);
  }
}

/** A file's bytes, if the core takes them for a logo. */
async function readable(file) {
  const bytes = new Uint8Array(await file.slice(0, 64 * 1024).arrayBuffer()); // twice what it may have
  const { check_logo } = await adminCore();
  const reason = check_logo(bytes);
  if (reason) throw new Problem("logo_unacceptable", { reason });
  // What the core does not do: draw it.
  await createImageBitmap(file).catch(() => { throw new Problem("logo_unacceptable", { reason: "damaged" }); });
  return bytes;
}

async function showLogo(address) {
  for (const look of looks()) look.querySelector("canvas").hidden = true;
  if (!address) return;
  const answer = await fetch(address, { referrerPolicy: "no-referrer" }).catch(() => undefined);
  if (answer?.ok) await drawLogo(await answer.blob());
}

async function drawLogo(picture) {
  const bitmap = await createImageBitmap(picture);
  for (const look of looks()) {
    const canvas = look.querySelector("canvas");
    [canvas.width, canvas.height, canvas.hidden] = [bitmap.width, bitmap.height, false];
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
  }
}

function base64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
