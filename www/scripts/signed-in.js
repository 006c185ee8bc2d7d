// Pages for people who are signed in: fetch what they show, or say why not.

import { SENT, leaveFor, pageOf } from "./address.js";
import { get } from "./api.js";
import { put } from "./language.js";
import { messageKey } from "./message.js";
import { showNavigation } from "./navigation.js";
import { show } from "./stage.js";
import { doorOf } from "./tenant.js";

let username = "";
let isElsewhere = false;

/** Whose session it is, as far as this page knows. */
export function signedInAs() {
  return username;
}

/** Whether she signed in at her organisation's own provider. A session ends when
 *  the way of signing in changes, so this tells the way that is on. */
export function signedInElsewhere() {
  return isElsewhere;
}

/** The sign-in page that leads back to here, and to where it was to lead on; to the
 *  account it leads anyway. */
export function signInPage(tenant) {
  const page = pageOf(tenant, "sign-in");
  return document.body.dataset.page === "account" ? page : `${page}?next=${encodeURIComponent(location.pathname + location.search)}`;
}

/** To sign in, and from there back to here. The sign-in page says that it was not
 *  the person who wanted to go there. */
export function signInAgain(tenant) {
  return leaveFor(`${signInPage(tenant)}#${SENT}`);
}

/** Asks who is here and what this page shows, then `tell(content, session)` shows
 *  it. Without a session it is off to sign in; whoever is no administrator, or
 *  a failure, gets a stage that says so. */
export async function visit(tenant, { ask, tell }) {
  show("loading", { focus: false });
  try {
    const session = get(`${doorOf(tenant)}/session`);
    session.then((known) => {
      username = known.username;
      isElsewhere = known.amr.includes("external");
      showNavigation(tenant, known.role);
    }, () => {});
    const [known, content] = await Promise.all([session, ask()]);
    tell(content, known);
  } catch (problem) {
    await turnAway(tenant, problem);
  }
}

/** A form's `send`, which goes to the sign-in page when the session has ended. */
export function whileSignedIn(tenant, send) {
  return async (...given) => {
    try {
      return await send(...given);
    } catch (problem) {
      if (problem.code === "unauthenticated") return signInAgain(tenant);
      throw problem;
    }
  };
}

function turnAway(tenant, problem) {
  if (problem.code === "unauthenticated") return signInAgain(tenant);
  if (problem.code === "not_administrator") return show("not-administrator");
  put(document.getElementById("failed-reason"), messageKey(problem, document.body.dataset.page));
  return show("failed");
}
