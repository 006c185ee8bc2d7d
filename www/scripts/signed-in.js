// Pages for people who are signed in: fetch what they show, or say why not.

import { SENT, leaveFor, pageOf } from "./address.js";
import { get } from "./api.js";
import { make } from "./element.js";
import { put } from "./language.js";
import { putReason } from "./message.js";
import { showNavigation } from "./navigation.js";
import { show } from "./stage.js";
import { doorOf } from "./tenant.js";
import { SPEAKS_AFTER_MS, TimeLeft, place } from "./time-left.js";

let username = "";
let isElsewhere = false;
let sessionTime;

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
    const session = watchSession(tenant);
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

/** Asks for the session, which renews it while it is used, and tells her before it
 *  ends: one that is used for nothing but reading here ends after an hour. */
export async function watchSession(tenant) {
  const ask = () => get(`${doorOf(tenant)}/session`);
  const known = await ask();
  sessionTime ??= new TimeLeft({ name: "session", more: ask, end: () => tellEnded(tenant, ask) });
  sessionTime.until(known.expires_at);
  return known;
}

/** What was typed stays where it is: she signs in beside it, and comes back. */
function tellEnded(tenant, ask) {
  const text = make("p", { role: "status" });
  const again = make("a", { class: "button small", href: signInPage(tenant), target: "_blank", rel: "noopener", say: "time_left.sign_in_again" });
  const line = make("div", { class: "time-left", "data-test": "session-ended" }, text, again);
  place(line);
  setTimeout(() => put(text, "time_left.session_ended"), SPEAKS_AFTER_MS);
  const look = async () => {
    const known = await ask().catch(() => undefined); // she is still signed out
    if (!known) return;
    removeEventListener("focus", look);
    line.remove();
    sessionTime.until(known.expires_at);
  };
  addEventListener("focus", look); // she is back from there
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
  putReason(document.getElementById("failed-reason"), problem, document.body.dataset.page);
  return show("failed");
}
