// A recovery key was used on the way in. It costs nobody a click to hear which: the
// page that follows says it. The fragment carries the numbers there; they are no
// secret, and a forged one shows a wrong number and opens nothing.

import { put, say } from "./language.js";
import { announce } from "./page.js";

const $ = (id) => document.getElementById(id);
const FRAGMENT = /^#recovery-key=(\d{1,9})\.(\d{1,2})\.(\d{1,2})$/;

/** The end of the address of the page that is to say it, "#recovery-key=2.4.6"; empty
 *  when none was used. */
export function sayingKeyUsed(used) {
  return used ? `#recovery-key=${used.set}.${used.number}.${used.left}` : "";
}

/** What the address says of a key that was used, undefined if nothing; the address forgets it. */
export function takeKeyUsed() {
  const [found, set, number, left] = FRAGMENT.exec(location.hash) ?? [];
  if (!found) return undefined;
  history.replaceState(history.state, "", location.pathname + location.search);
  return { set: Number(set), number: Number(number), left: Number(left) };
}

/** Shows the page's notice of it, so that the key can be struck off the sheet; none
 *  when none was used. */
export function tellKeyUsed(used) {
  $("notice-key-used").hidden = !used;
  if (!used) return;
  const { set, number, left } = used;
  Object.assign($("key-used").dataset, { set, number, left });
  put($("key-used"), "recovery.result", { set, number, count: left });
  announce(say("recovery.result", { set, number, count: left }));
}
