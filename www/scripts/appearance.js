// How this tenant's pages look, by its public profile. Most have chosen nothing; what
// dresses a page is fetched where something was.

import { tenantHere } from "./address.js";
import { get } from "./api.js";

// No page waits longer than this to be shown in its colour.
const PATIENCE_MS = 600;

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
  const dressed = publicProfile(tenant).then(async ({ appearance }) => {
    if (!appearance.colours && !appearance.logo) return;
    const { dress } = await import("./dress.js");
    await dress(tenant, appearance);
  }).catch(() => {}); // it goes as it is
  await Promise.race([dressed, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
}
