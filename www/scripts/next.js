// Where this page is to lead on, by the `next` of its address.

import { pageOf } from "./address.js";

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
