// The secret part of an invitation's address. Importing this module removes it
// from the address bar and the history, before anything else runs.

let token = take();

/** The invitation's token, held in memory only. */
export function invitationToken() {
  return token;
}

export function forgetToken() {
  token = undefined;
}

// Following another invitation in the same tab changes only the fragment.
addEventListener("hashchange", () => {
  const another = take();
  if (!another) return;
  token = another;
  dispatchEvent(new Event("another-invitation"));
});

function take() {
  const found = location.hash.slice(1);
  if (found) history.replaceState(null, "", location.pathname);
  return found || undefined;
}
