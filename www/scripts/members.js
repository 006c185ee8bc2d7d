// Members: who belongs here, how far they are, and what an administrator can do.

import { get } from "./api.js";
import { tellEnrolment } from "./enrolment-chart.js";
import { put, say } from "./language.js";
import { wireImport } from "./import.js";
import { wireInvite } from "./invite.js";
import { wireActs } from "./member-acts.js";
import { memberRow } from "./member-row.js";
import { putReason } from "./message.js";
import { announce, startPage } from "./page.js";
import { Pages } from "./paging.js";
import { signInAgain, signedInElsewhere, visit } from "./signed-in.js";
import { show } from "./stage.js";
import { doorOf, introduce, ourTenant } from "./tenant.js";

// Typing goes on; asking waits until it pauses.
const PAUSE_MS = 300;
const PAGE_SIZE = 50;
const FILTERS = ["all", "enrolled", "not-enrolled", "invited", "administrators", "locked", "removed"];

// What is kept only of members who sign in here.
const LOCAL_FILTERS = ["enrolled", "not-enrolled", "locked"];

const $ = (id) => document.getElementById(id);
const tenant = ourTenant();
const door = `${doorOf(tenant)}/members`;
const acts = wireActs(tenant, { done: refresh });
const pages = new Pages({ next: $("next"), back: $("back"), turned: turn });
let pausing;
let latest = 0;

for (const name of FILTERS) {
  const option = new Option("", name);
  option.dataset.say = `members.filter.${name}`;
  $("filter").add(option);
}
$("search-form").addEventListener("submit", (event) => {
  event.preventDefault();
  startOver();
});
$("search").addEventListener("input", () => {
  clearTimeout(pausing);
  pausing = setTimeout(startOver, PAUSE_MS);
});
$("filter").addEventListener("change", startOver);
$("list-retry").addEventListener("click", refresh);
$("retry").addEventListener("click", load);
wireInvite(tenant, { done: refresh });
wireImport(tenant, { done: refresh });

await startPage();
introduce(tenant).catch(() => {}); // the list does without the name
await load();

function load() {
  return visit(tenant, {
    ask,
    tell(list) {
      if (signedInElsewhere()) withoutLocal();
      tell(list);
      show("members", { focus: false });
      enrolment();
    },
  });
}

/** Nobody has an app or recovery keys here. */
function withoutLocal() {
  for (const name of LOCAL_FILTERS) $("filter").querySelector(`[value="${name}"]`)?.remove();
  $("column-keys").hidden = true;
  put($("column-state"), "members.column.standing");
}

/** A page of the list, asked for in parts as long as it `isWanted`. */
async function ask(isWanted = () => true) {
  const query = new URLSearchParams({ filter: $("filter").value, limit: PAGE_SIZE });
  const search = $("search").value.trim();
  if (search) query.set("search", search);
  if (pages.after) query.set("after", pages.after);
  for (;;) {
    const page = await get(`${door}?${query}`);
    // Among very many, one question looks at a part of them.
    if (page.members.length > 0 || !page.next || !isWanted()) return page;
    query.set("after", page.next);
  }
}

function startOver() {
  $("act-done").hidden = true;
  clearTimeout(pausing);
  pages.toFirst();
  return list();
}

async function turn() {
  await list();
  $("members-heading").focus();
}

/** After an act: the list as it now is, and the curve. */
async function refresh() {
  await list();
  enrolment();
}

/** Asks for the list anew. Only the latest question's answer counts. */
async function list() {
  const question = ++latest;
  $("list").setAttribute("aria-busy", "true");
  try {
    const answer = await ask(() => question === latest);
    if (question !== latest) return;
    $("list-failed").hidden = true;
    tell(answer);
    announce(say("members.found", { count: answer.members.length }));
  } catch (problem) {
    if (question !== latest) return;
    if (problem.code === "unauthenticated") return signInAgain(tenant);
    // Her role was taken away meanwhile: nothing of the list stays.
    if (problem.code === "not_administrator") return load();
    putReason($("list-failed-reason"), problem, "members");
    $("list-failed").hidden = false;
  } finally {
    if (question === latest) $("list").setAttribute("aria-busy", "false");
  }
}

function tell({ members, next, counts }) {
  pages.tell(next);
  for (const [name, count] of Object.entries(counts)) {
    const line = $(`count-${name}`);
    if (!line) continue;
    put(line, `members.count.${name}`, { count });
    line.dataset.count = count;
    line.hidden = (count === 0 && name === "locked") || (name === "enrolled" && signedInElsewhere());
  }
  $("rows").replaceChildren(...members.map((member) => memberRow(member, acts)));
  $("table").hidden = members.length === 0;
  $("nobody").hidden = members.length > 0;
  put($("nobody"), $("search").value.trim() || $("filter").value !== "all" ? "members.nobody_found" : "members.nobody");
}

async function enrolment() {
  if (signedInElsewhere()) return;
  tellEnrolment(await get(`${door}/enrolment`).catch(() => undefined)); // the list does without
}
