// The secret part of the address, of an invitation or of a link for a new
// password. Importing this module removes it from the address bar and the
// history, before anything else runs.

let token = take();

/** The token, held in memory only. */
export function tokenHere() {
  return token;
}

export function forgetToken() {
  token = undefined;
}

// Following another such link in the same tab changes only the fragment.
addEventListener("hashchange", () => {
  const another = take();
  if (!another) return;
  token = another;
  dispatchEvent(new Event("another-token"));
});

function take() {
  const found = location.hash.slice(1);
  if (found) history.replaceState(null, "", location.pathname);
  return found || undefined;
}
