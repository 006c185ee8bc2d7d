// Where this page is, and where it may go.

/** The tenant of this address, or undefined. */
export function tenantHere() {
  return /^\/t\/([a-z0-9-]{2,32})\//.exec(location.pathname)?.[1];
}

export function pageOf(tenant, page) {
  return `/t/${tenant}/${page}`;
}

/** The `next` of this address: a path of our own origin, or undefined. It comes
 *  from whoever wrote the link, so it may never lead elsewhere. */
export function nextHere() {
  const wanted = new URLSearchParams(location.search).get("next");
  if (!wanted?.startsWith("/")) return undefined;
  const url = URL.parse(wanted, location.origin);
  return url?.origin === location.origin ? url.href : undefined;
}

/** The address with the `next` of this one: for a page that she passes on the way there. */
export function withNext(href) {
  const { search } = location;
  return nextHere() ? `${href}?${new URLSearchParams({ next: new URLSearchParams(search).get("next") })}` : href;
}

/** The page of this tenant that `next` names, by its name, or undefined. */
export function nextPageHere(tenant) {
  const start = location.origin + pageOf(tenant, "");
  const next = nextHere();
  return next?.startsWith(start) ? next.slice(start.length) : undefined;
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
