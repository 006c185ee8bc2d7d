// Inviting many: a list from a file or pasted, looked at here, then sent in
// parts. What failed in between can go on; no one is invited twice by it.

import { Action } from "./action.js";
import { post } from "./api.js";
import { ask, paragraph } from "./dialog.js";
import { Form } from "./form.js";
import { SHOWN, listLine, reportText, showReport } from "./import-report.js";
import { readRows } from "./import-rows.js";
import { put, say } from "./language.js";
import { Problem } from "./problem.js";
import { saveFile } from "./save-file.js";
import { whileSignedIn } from "./signed-in.js";
import { show } from "./stage.js";
import { provenFirst, steppedUp } from "./step-up.js";
import { doorOf } from "./tenant.js";

const BATCH = 50; // as many as the API takes at once
const MAX_FILE_BYTES = 5_000_000;

const $ = (id) => document.getElementById(id);
let rows = [];
let results = []; // of the rows sent so far, in their order
let running = false;
let unsaved = false; // a report with links

export function wireImport(tenant, { done }) {
  const form = new Form($("import-form"), { name: "import", blames: "import-text", async send({ list }) { look(list); } });
  $("invite-many").addEventListener("click", async () => {
    if (!(await provenFirst(tenant))) return;
    $("import-text").value = "";
    $("import-file").value = "";
    form.clear();
    show("import");
  });
  $("import-file").addEventListener("change", async () => {
    const [file] = $("import-file").files;
    if (!file) return;
    const text = file.size > MAX_FILE_BYTES ? undefined : await file.text().catch(() => undefined);
    if (text === undefined) return form.refuse(new Problem("list_unreadable", { field: "import-file" }));
    $("import-text").value = text;
    await form.submit();
  });
  $("import-again").addEventListener("click", async () => {
    if (running) return;
    if (results.length === 0) return show("import");
    showReport(rows, results); // of those who were invited before it failed
    await done();
  });

  const batch = new Action(); // the failed part is repeated with its key
  new Form($("import-send-form"), {
    name: "import",
    send: whileSignedIn(tenant, async () => {
      running = true;
      try {
        await sendAll((part) => steppedUp(tenant, () => post(`${doorOf(tenant)}/members/invite-many`, { rows: part }, batch)));
      } finally {
        running = false;
        unsaved = results.some(({ url }) => url);
        if (unsaved) put($("import-again"), "import.stop");
      }
      showReport(rows, results);
      await done();
    }),
  });
  $("report-save").addEventListener("click", () => {
    saveFile(`${say("import.report_file")}-${tenant}.csv`, reportText(rows, results), "text/csv");
    unsaved = false;
  });
  for (const id of ["import-back", "report-back"]) {
    $(id).addEventListener("click", async () => {
      if (unsaved && !(await leavesUnsaved())) return;
      forget();
      show("members");
    });
  }
  // The links, or who of the list is invited by now, would be lost.
  addEventListener("beforeunload", (event) => {
    if (running || unsaved) event.preventDefault();
  });
}

/** Asks before the only links there are get lost. */
function leavesUnsaved() {
  return ask({
    name: "leave-report",
    heading: "import.unsaved_heading",
    content: [paragraph("import.unsaved_text"), paragraph("import.unsaved_then")],
    submit: "import.unsaved_leave",
    danger: true,
    send: async () => {},
  });
}

/** Reads the list and shows what it is. */
function look(text) {
  rows = readRows(text);
  results = [];
  if (rows.length === 0) throw new Problem("list_empty", { field: "list" });
  const bad = rows.filter(({ problem }) => problem);
  put($("preview-text"), "import.found", { count: good().length });
  put($("preview-bad"), "import.found_bad", { count: bad.length });
  $("preview-bad").hidden = bad.length === 0;
  // What is wrong comes first, so that nobody has to look for it.
  const shown = [...bad, ...good()].slice(0, SHOWN);
  $("preview-rows").replaceChildren(...shown.map((row) => listLine(row, row.problem ?? "ready")));
  $("preview-more").hidden = rows.length <= SHOWN;
  put($("preview-more"), "import.more", { count: rows.length - shown.length });
  $("import-send-form").hidden = good().length === 0;
  $("import-progress").hidden = true;
  put($("import-again"), "import.again");
  show("import-preview");
}

async function sendAll(send) {
  const people = good();
  $("import-progress").hidden = false;
  $("import-bar").max = people.length;
  while (results.length < people.length) {
    const part = people.slice(results.length, results.length + BATCH);
    tellProgress(people.length);
    const answer = await send(part.map(({ username, role }) => ({ username, role })));
    results.push(...part.map((row, index) => ({ ...row, ...answer.results[index], line: row.line })));
  }
  tellProgress(people.length);
}

function tellProgress(count) {
  $("import-bar").value = results.length;
  put($("import-progress-text"), "import.progress", { done: results.length, count });
}

function good() {
  return rows.filter(({ problem }) => !problem);
}

function forget() {
  rows = [];
  results = [];
  unsaved = false;
  for (const id of ["preview-rows", "report-rows"]) $(id).replaceChildren();
  $("import-text").value = "";
}
