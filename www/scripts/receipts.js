// Receipts of switching off: what was erased, when, by whom. To print or to save.

import { moment } from "./dates.js";
import { make } from "./element.js";
import { say } from "./language.js";
import { saveFile } from "./save-file.js";

const $ = (id) => document.getElementById(id);
const COUNTS = ["members", "authenticators", "recovery_keys", "devices", "sessions"];

let shown;

export function tellReceipts({ receipts, name, tenant }) {
  $("receipts-part").hidden = receipts.length === 0;
  // Told again only when something changed, so that no focus is lost meanwhile.
  const state = JSON.stringify(receipts);
  if (shown === state) return;
  shown = state;
  $("receipts").replaceChildren(...receipts.map((receipt) => sheet(receipt, { name, tenant })));
}

/** What it says, as [key of the label, key of the value, its values]. */
function lines(receipt, { name, tenant }) {
  const at = (time) => () => ({ moment: moment(time) });
  return [
    ["sheet.organisation", "receipts.organisation", { name, tenant }],
    ["receipts.off", "receipts.moment", at(receipt.switched_off_at)],
    ["receipts.by", "receipts.who", { by: receipt.by }],
    ["receipts.finished", ...(receipt.finished_at ? ["receipts.moment", at(receipt.finished_at)] : ["receipts.running"])],
    ["receipts.epoch", "receipts.number", { count: receipt.epoch }],
    ...[...COUNTS, ...(receipt.unreached > 0 ? ["unreached"] : [])].map((what) => [`receipts.${what}`, "receipts.number", { count: receipt[what] }]),
  ];
}

function sheet(receipt, names) {
  const id = `receipt-${receipt.epoch}`;
  const facts = lines(receipt, names).map(([label, value, values]) =>
    make("div", {}, make("dt", { say: label }), make("dd", { say: value, values })));
  const print = make("button", { type: "button", class: "button small secondary", "data-act": "print", say: "receipts.print" });
  const save = make("button", { type: "button", class: "button small secondary", "data-act": "save", say: "receipts.save" });
  const article = make("article", { id, class: "receipt", "aria-labelledby": `${id}-heading` },
    make("h3", { id: `${id}-heading`, say: "receipts.title" }),
    make("p", { say: "receipts.meaning" }),
    make("dl", { class: "facts" }, ...facts),
    make("p", { class: "buttons screen-only" }, print, save));
  print.addEventListener("click", () => printAlone(article));
  save.addEventListener("click", () => saveFile(`${say("receipts.file")}-${names.tenant}-${receipt.epoch}.txt`, text(receipt, names)));
  return article;
}

function text(receipt, names) {
  const facts = lines(receipt, names).map(([label, value, values]) => `${say(label)}: ${say(value, values)}`);
  return [say("receipts.title"), "", say("receipts.meaning"), "", ...facts, ""].join("\r\n");
}

function printAlone(article) {
  article.dataset.printing = "";
  print();
  delete article.dataset.printing;
}
