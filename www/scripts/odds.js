// What an attacker's chance is, as the core reckons it, in words for people.

import { put } from "./language.js";

/** "1 in 16,000": rounded so that it never sounds safer than it is. */
function oneIn(chance) {
  const count = 1 / chance;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return Math.floor(count / step) * step;
}

export function tellOdds(line, odds) {
  line.hidden = !odds;
  if (!odds) return;
  put(line, "settings.odds", { password: oneIn(odds.per_leaked_password), year: oneIn(odds.per_member_year) });
}
