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
