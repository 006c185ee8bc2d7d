// The tenant whose page this is.

import { tenantHere } from "./address.js";
import { publicProfile } from "./appearance.js";
import { nameTenant } from "./stage.js";

/** The tenant's short name from the address. Without one there is nothing to do
 *  here, and the person is asked for it. */
export function ourTenant() {
  const tenant = tenantHere();
  if (!tenant) location.replace("/");
  return tenant;
}

/** Where this tenant's API is. */
export function doorOf(tenant) {
  return `/tenants/${tenant}`;
}

/** Fetches the public profile and puts the name on the page; undefined when it
 *  cannot be had, since no form needs it. Throws only `not_found`. */
export async function introduce(tenant) {
  try {
    const profile = await publicProfile(tenant);
    nameTenant(profile.name);
    return profile;
  } catch (problem) {
    if (problem.code === "not_found") throw problem;
    return undefined;
  }
}
