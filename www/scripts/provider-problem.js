// The words for what goes wrong with an identity provider, and what is said.

import { Problem } from "./problem.js";

// A word comes by the address bar or from the provider: it is shown only if it looks like one.
const WORD = /^[a-z0-9_]{1,60}$/;

// Families of words that share a sentence, as [pattern, family, field at fault].
const FAMILIES = [
  [/^issuer_multi_tenant$/, "multi_tenant", "issuer"],
  [/^issuer_directory_id_needed$/, "directory_id_needed", "issuer"],
  [/^address_not_https$/, "not_https", "issuer"],
  [/^(address|host)_/, "address", "issuer"],
  [/^discovery_of_another_issuer$/, "another_issuer", "issuer"],
  [/^(discovery|keys|token)_(unreachable|answered_5\d\d)$/, "unreachable", "issuer"],
  [/^discovery_answered_4\d\d$/, "nothing_there", "issuer"],
  [/^discovery_/, "not_there", "issuer"],
  [/^client_unacceptable$/, "client", "client_id"],
  [/^(unsupported|endpoint)_/, "unsupported", "issuer"],
  [/^(provider_says_(invalid|unauthorized)_client|token_answered_401)$/, "client_refused"],
  [/^provider_says_access_denied$/, "cancelled"],
  [/^id_token_auth_time_missing$/, "no_sign_in_time"],
  [/^id_token_auth_time_too_old$/, "not_anew"],
  [/^(flow_expired|flow_unknown|state_mismatch)$/, "start_again"],
  [/^(provider_changed|provider_missing|wrong_mode|enrolment_expired)$/, "changed"],
  [/^identity_unknown$/, "unknown"],
  [/^identity_taken$/, "taken"],
  [/^(invitation|link)_refused$/, "link_refused"],
];

/** The Problem that a word stands for. Its `reason` picks the sentence; words
 *  without one of their own get the general sentence, which shows the word. */
export function providerProblem(given) {
  const word = readable(given);
  const [, reason, field] = FAMILIES.find(([pattern]) => pattern.test(word)) ?? [];
  return new Problem("provider_refused", { reason, field, values: { word } });
}

/** Takes the word that a way back from the provider left in the address, and
 *  takes it out of there; undefined when there is none. */
export function takeWord() {
  const address = new URL(location.href);
  const word = address.searchParams.get("external");
  if (word === null) return undefined;
  address.searchParams.delete("external");
  history.replaceState(history.state, "", address.pathname + address.search + address.hash);
  return readable(word);
}

function readable(word) {
  return WORD.test(word) ? word : "unreadable";
}
