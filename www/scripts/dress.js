// Puts a tenant's colours and logo on the page. The core has made the colours ready; no rule is here.

import { pageOf } from "./address.js";

const OURS = "/favicon.svg";
const COLOURS = "accent accent_strong on_accent accent_soft".split(" ");

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
  if (!logo && !mark.matches(".of-tenant")) return;
  hang(mark, logo && pageOf(tenant, `logo/${logo}`));
  await mark.decode().catch(() => hang(mark)); // another took its place meanwhile
}

function hang(mark, src) {
  mark.src = src ?? OURS;
  mark.classList.toggle("of-tenant", Boolean(src));
  for (const image of document.querySelectorAll(".sheet .logo")) {
    image.hidden = !src;
    image.src = mark.src;
  }
}
