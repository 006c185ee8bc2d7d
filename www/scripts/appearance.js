// How this tenant's pages look: its colour and its logo, as its public profile has
// them. The core has made the colours ready; no rule is here.

import { pageOf, tenantHere } from "./address.js";
import { get } from "./api.js";

// No page waits longer than this to be shown in its colour.
const PATIENCE_MS = 600;

const OURS = "/favicon.svg";
const COLOURS = ["accent", "accent_strong", "on_accent", "accent_soft"];

let asked;

/** The tenant's public profile, asked for once. */
export function publicProfile(tenant) {
  asked ??= get(`/tenants/${tenant}`);
  return asked;
}

/** Dresses the page before anybody sees it, if that goes fast. */
export async function dressPage() {
  const tenant = tenantHere();
  if (!tenant) return;
  const dressed = publicProfile(tenant).then(({ appearance }) => dress(tenant, appearance), () => {}); // it goes as it is
  await Promise.race([dressed, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
}

/** Puts colours and logo on the page; ours where there are none. */
export async function dress(tenant, { colours, logo } = {}) {
  const { style } = document.documentElement;
  for (const theme of ["light", "dark"]) {
    for (const colour of COLOURS) {
      // Without a value it is taken away.
      style.setProperty(`--${theme}-${colour.replace("_", "-")}`, colours?.[theme][colour] ?? "");
    }
  }
  const mark = document.querySelector(".brand img");
  if (!logo && !mark.classList.contains("logo")) return;
  hang(mark, logo && pageOf(tenant, `logo/${logo}`));
  await mark.decode().catch(() => hang(mark)); // another took its place meanwhile
}

function hang(mark, src) {
  mark.src = src ?? OURS;
  mark.classList.toggle("logo", Boolean(src));
  for (const image of document.querySelectorAll(".sheet .logo")) {
    image.hidden = !src;
    image.src = mark.src;
  }
}
