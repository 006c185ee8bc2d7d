// The way to the organisation's own sign-in, and what can keep one from it.

import { visitElsewhere } from "./address.js";
import { post } from "./api.js";
import { providerProblem } from "./provider-problem.js";
import { doorOf } from "./tenant.js";

/** Goes there to sign in; `anew` has the person prove herself again, `next` is
 *  the page of ours to come back to, by its name. */
export function signInThere(tenant, { anew, next }, action) {
  return departed(() => post(`${doorOf(tenant)}/external/sign-in`, { anew, next }, action));
}

/** Goes there to tie an account to whom this link was meant for. */
export function connectThere(tenant, token, action) {
  return departed(() => post(`${doorOf(tenant)}/external/connect`, { token }, action));
}

/** Asks where to go, and goes. Never comes back, but by a Problem. */
export async function departed(ask) {
  let answer;
  try {
    answer = await ask();
  } catch (problem) {
    throw toldInWords(problem);
  }
  return visitElsewhere(answer.location);
}

/** What the provider is refused for, in its own words. */
export function toldInWords(problem) {
  return problem.code === "provider_refused" ? providerProblem(problem.reason ?? "") : problem;
}
