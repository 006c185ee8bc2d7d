// What became of a list of people to invite, line by line.

import { csvLine } from "./csv.js";
import { fullDay } from "./dates.js";
import { make } from "./element.js";
import { put, say } from "./language.js";
import { announce } from "./page.js";
import { show } from "./stage.js";

/** Lines shown on the page; counts, and the file, tell of the rest. */
export const SHOWN = 100;

const $ = (id) => document.getElementById(id);

export function showReport(rows, results) {
  const all = everyLine(rows, results);
  const invited = all.filter(({ result }) => result === "invited");
  const others = all.filter(({ result }) => result !== "invited");
  put($("report-text"), "import.invited", { count: invited.length });
  $("report-links").hidden = invited.length === 0;
  $("report-others").hidden = others.length === 0;
  put($("report-others"), "import.not_invited", { count: others.length });
  // What did not go well comes first, so that nobody has to look for it.
  const shown = [...others, ...invited].slice(0, SHOWN);
  $("report-rows").replaceChildren(...shown.map((row) => listLine(row, row.result)));
  $("report-more").hidden = all.length <= SHOWN;
  put($("report-more"), "import.more", { count: all.length - shown.length });
  show("import-report");
  announce(say("import.invited", { count: invited.length }));
}

/** All of it, with the links, for a spreadsheet. */
export function reportText(rows, results) {
  const header = ["line", "username", "role", "result", "link", "expires"];
  const lines = everyLine(rows, results).map(({ line, username, role, result, url, expires_at: until }) =>
    csvLine([line, username, role, say(`import.result.${result}`), url, until && fullDay(until)]));
  return [`\ufeff${csvLine(header)}`, ...lines].join("");
}

export function listLine({ line, username, role }, result) {
  const known = ["member", "administrator"].includes(role);
  const cell = { role: "cell" };
  return make("tr", { role: "row", "data-line": line, "data-result": result },
    make("td", cell, String(line)),
    make("th", { scope: "row", role: "rowheader", translate: "no" }, username || "–"),
    known ? make("td", { ...cell, say: `role.${role}` }) : make("td", cell, role),
    make("td", { ...cell, say: `import.result.${result}` }));
}

/** The lines that were not sent, and those that were, in the order of the list. */
function everyLine(rows, results) {
  const sent = new Set(results.map(({ line }) => line));
  const others = rows.filter(({ line }) => !sent.has(line)).map((row) => ({ ...row, result: row.problem ?? "not_sent" }));
  return [...others, ...results].sort((one, other) => one.line - other.line);
}
