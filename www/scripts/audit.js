// The audit log: what happened, newest first, and whether it is unbroken.

import { get } from "./api.js";
import { wireExport } from "./audit-export.js";
import { EVENTS, sentence } from "./audit-sentence.js";
import { wireVerification } from "./audit-verification.js";
import { moment } from "./dates.js";
import { make } from "./element.js";
import { Form } from "./form.js";
import { put, say } from "./language.js";
import { announce, startPage } from "./page.js";
import { Problem } from "./problem.js";
import { visit, whileSignedIn } from "./signed-in.js";
import { show } from "./stage.js";
import { doorOf, introduce, ourTenant } from "./tenant.js";

const PAGE_SIZE = 50;

const $ = (id) => document.getElementById(id);
const tenant = ourTenant();
const door = `${doorOf(tenant)}/audit`;
let filters = {};
let next;

for (const name of EVENTS) {
  const option = new Option("", name);
  option.dataset.say = `audit.name.${name}`;
  $("what").add(option);
}
new Form($("filter-form"), {
  name: "audit",
  send: whileSignedIn(tenant, async ({ about, what, from, to }) => {
    if (from && to && to < from) throw new Problem("dates_reversed", { field: "to" });
    filters = { about: about.trim().toLowerCase(), what, from: startOf(from, 0), to: startOf(to, 1) };
    tell(await ask(), { anew: true });
    announce(say("audit.found", { count: $("entries").childElementCount }));
  }),
});
new Form($("more-form"), {
  name: "audit",
  send: whileSignedIn(tenant, async () => {
    const known = $("entries").childElementCount;
    tell(await ask(next), { anew: false });
    $("entries").children[known]?.focus();
  }),
});
$("retry").addEventListener("click", load);
wireVerification(tenant);
wireExport(tenant);

await startPage();
introduce(tenant).catch(() => {}); // the log does without the name
await load();

function load() {
  return visit(tenant, {
    ask: () => ask(),
    tell(answer) {
      tell(answer, { anew: true });
      show("audit", { focus: false });
    },
  });
}

async function ask(after) {
  const query = new URLSearchParams({ newest: 1, limit: PAGE_SIZE });
  for (const [name, value] of Object.entries({ ...filters, after })) {
    if (value !== undefined && value !== "") query.set(name, value);
  }
  for (;;) {
    const part = await get(`${door}?${query}`);
    // A log that is very long is looked through in parts.
    if (part.entries.length > 0 || !part.next) return part;
    query.set("after", part.next);
  }
}

function tell({ entries, next: goesOn }, { anew }) {
  next = goesOn;
  if (anew) $("entries").replaceChildren();
  $("entries").append(...entries.map(entryLine));
  $("more-form").hidden = !next;
  $("no-entries").hidden = $("entries").childElementCount > 0;
  put($("no-entries"), Object.values(filters).some(Boolean) ? "audit.none_found" : "audit.none");
}

function entryLine(entry) {
  return make("li", { tabindex: "-1", "data-position": entry.position, "data-event": entry.what.event },
    make("time", { datetime: new Date(entry.at * 1000).toISOString(), say: "receipts.moment", values: () => ({ moment: moment(entry.at) }) }),
    make("p", sentence(entry)));
}

/** The start of a day as the person's own calendar has it, `days` later. */
function startOf(date, days) {
  if (!date) return undefined;
  const [year, month, day] = date.split("-").map(Number);
  return Math.floor(new Date(year, month - 1, day + days).getTime() / 1000);
}
