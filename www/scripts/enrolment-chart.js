// How enrolment went since MFA was switched on: a curve, and the same as a table.

import { now } from "./clock.js";
import { moment } from "./dates.js";
import { make } from "./element.js";
import { put } from "./language.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 640;
const HEIGHT = 160;

const $ = (id) => document.getElementById(id);

/** Hides itself when there is nothing to draw. */
export function tellEnrolment(enrolment) {
  const drawn = enrolment?.since && (enrolment.enrolled > 0 || enrolment.buckets.length > 0);
  $("enrolment").hidden = !drawn;
  if (!drawn) return;
  const { since, active, enrolled, buckets } = enrolment;
  put($("enrolment-text"), "chart.text", () => ({ enrolled, count: active, moment: moment(since) }));
  $("enrolment-bar").max = Math.max(1, active);
  $("enrolment-bar").value = enrolled;
  $("enrolment-chart").replaceChildren(curve(enrolment));
  const rows = buckets.map(({ at, enrolled: count }) => make("tr", {},
    make("th", { scope: "row", say: "receipts.moment", values: () => ({ moment: moment(at) }) }),
    make("td", { say: "receipts.number", values: { count } })));
  $("enrolment-rows").replaceChildren(...rows);
}

/** A stair: between two measurements nobody knows when it rose. */
function curve({ since, active, buckets }) {
  const end = Math.max(now(), buckets.at(-1)?.at ?? since);
  const most = Math.max(1, active, ...buckets.map(({ enrolled }) => enrolled));
  const x = (at) => (WIDTH * Math.max(0, at - since)) / Math.max(1, end - since);
  const y = (count) => HEIGHT - (HEIGHT * count) / most;
  const stairs = buckets.map(({ at, enrolled }) => `H${x(at).toFixed(1)}V${y(enrolled).toFixed(1)}`).join("");
  const line = `M0 ${HEIGHT}${stairs}H${WIDTH}`;
  return svg("svg", { viewBox: `0 -4 ${WIDTH} ${HEIGHT + 8}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("path", { class: "chart-all", d: `M0 ${y(active)}H${WIDTH}` }),
    svg("path", { class: "chart-area", d: `${line}V${HEIGHT}Z` }),
    svg("path", { class: "chart-line", d: line }));
}

function svg(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
