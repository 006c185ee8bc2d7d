// The whole log, fetched and verified here: each entry is chained to the one
// before it, so that nobody, we included, can change one unseen.

import { get } from "./api.js";
import { copyButton } from "./copy.js";
import { Form } from "./form.js";
import { put } from "./language.js";
import { Problem } from "./problem.js";
import { whileSignedIn } from "./signed-in.js";
import { doorOf } from "./tenant.js";
import { adminCore } from "./wasm.js";

const START = "0".repeat(64);
const PART = 500; // as many as the API gives at once

const $ = (id) => document.getElementById(id);

export function wireVerification(tenant) {
  copyButton($("copy-link"), () => $("verify-link").textContent);
  new Form($("verify-form"), {
    name: "audit",
    send: whileSignedIn(tenant, async () => {
      const module = await adminCore().catch(() => { throw new Problem("no_wasm"); });
      $("verify-result").hidden = true;
      $("verify-progress").hidden = false;
      $("verify-bar").removeAttribute("value"); // how much there is comes with the first part
      try {
        tell(await verify(module, `${doorOf(tenant)}/audit`));
      } finally {
        $("verify-progress").hidden = true;
      }
    }),
  });
}

/** `{ count, link }` of an unbroken log, or `{ broken }`, the position of the
 *  first entry that does not fit, or `{ missing }`: it ends before its end. */
async function verify(module, door) {
  let link = START;
  let count = 0;
  let after;
  for (;;) {
    const query = new URLSearchParams({ limit: PART, ...(after === undefined ? {} : { after }) });
    const { entries, next, last } = await get(`${door}?${query}`);
    const lines = entries.map((entry) => `${entry.link} ${entry.text}\n`).join("");
    const checked = module.verify_audit(link, lines);
    if (!checked.ok) return { broken: entries[Number(checked.broken_at)].position };
    link = checked.link;
    count += entries.length;
    tellProgress(count, last?.position);
    if (!next) {
      // The log may have grown meanwhile, but what we have seen must be its end.
      const isEnd = !last || last.link === link;
      return isEnd ? { count, link } : { missing: last.position };
    }
    after = next;
  }
}

function tellProgress(done, count) {
  $("verify-bar").max = Math.max(1, count ?? done);
  $("verify-bar").value = done;
  put($("verify-text"), "audit.verifying", { done });
}

function tell({ count, link, broken, missing }) {
  const result = $("verify-result");
  const bad = broken ?? missing;
  result.className = bad === undefined ? "notice good" : "notice warning";
  result.dataset.notice = bad === undefined ? "unbroken" : "broken";
  $("verify-link-part").hidden = bad !== undefined;
  if (bad === undefined) {
    put($("verify-words"), count === 0 ? "audit.empty" : "audit.unbroken", { count });
    $("verify-link").textContent = link;
    delete result.dataset.position;
  } else {
    put($("verify-words"), broken === undefined ? "audit.cut_short" : "audit.broken", { position: bad });
    result.dataset.position = bad;
  }
  result.hidden = false;
  result.focus();
}
