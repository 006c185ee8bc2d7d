// Where this page is, and how it is left.

/** The tenant of this address, or undefined. */
export function tenantHere() {
  return /^\/t\/([a-z0-9-]{2,32})\//.exec(location.pathname)?.[1];
}

export function pageOf(tenant, page) {
  return `/t/${tenant}/${page}`;
}

/** The fragment on a sign-in page that a page without a session sent somebody to. */
export const SENT = "again";

/** Whether she was sent here; the address forgets it. */
export function takeSent() {
  if (location.hash !== `#${SENT}`) return false;
  history.replaceState(history.state, "", location.pathname + location.search);
  return true;
}

/** Goes to another site. Back leads here again: to a page that starts afresh. */
export function visitElsewhere(href) {
  location.assign(href);
  return new Promise(() => {});
}

/** Goes there and never comes back, so that a waiting form keeps waiting. The
 *  page left behind is not kept in the history: its form has been used up. */
export function leaveFor(href) {
  location.replace(href);
  return new Promise(() => {});
}
