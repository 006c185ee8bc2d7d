// Registering an application, and changing one. What the API does not like of it is
// said at the field, and what was typed stays.

import { Action } from "./action.js";
import { post } from "./api.js";
import { KINDS } from "./application-kinds.js";
import { make, makeField } from "./element.js";
import { Form } from "./form.js";
import { knows, put } from "./language.js";
import { Problem } from "./problem.js";
import { whileSignedIn } from "./signed-in.js";
import { show } from "./stage.js";
import { provenFirst, steppedUp } from "./step-up.js";

const $ = (id) => document.getElementById(id);

/** Asks for what has to be known of an application: of a new one, or of `former`.
 *  `done(answer)` follows when it is kept. */
export async function describe(tenant, door, { former, done }) {
  if (!(await provenFirst(tenant))) return;
  const action = new Action();
  const form = former ? formOf([former.kind], former) : formOf(Object.keys(KINDS));
  new Form(form, {
    name: "application",
    send: whileSignedIn(tenant, async (given) => {
      const body = bodyOf(former ?? given, given);
      const path = former ? `${former.application}/change` : "register";
      try {
        return await done(await steppedUp(tenant, () => post(`${door}/${path}`, body, action)));
      } catch (problem) {
        throw toldInWords(problem, body);
      }
    }),
  });
  put($("describe-heading"), former ? "applications.change_heading" : "applications.register_heading", { name: former?.name });
  $("describe").replaceChildren(form);
  show("describe");
}

function formOf(kinds, former) {
  const [first] = kinds;
  const slot = make("div");
  const parts = new Map(kinds.map((kind) => [kind, fieldsOf(kind, former)]));
  const turnTo = (kind) => slot.replaceChildren(...parts.get(kind));
  turnTo(first);
  const name = makeField({ id: "name", name: "name", label: "applications.name", hint: "applications.name_hint", maxlength: 80 });
  if (former) name.querySelector("input").value = former.name;
  const form = make("form", { id: "describe-form", method: "post", novalidate: true }, name,
    ...(former ? [] : [choice("kind", "applications.kind_legend", kinds.map((kind) => [kind, `applications.kind.${kind}`]), turnTo)]),
    slot,
    make("button", { id: "describe-submit", type: "submit", class: "button",
      say: former ? "applications.save" : "applications.register_submit", "data-busy": "applications.busy" }));
  return form;
}

/** The fields of a kind. What proves itself by a key cannot become public, nor the
 *  other way round: that is asked of new ones only. */
function fieldsOf(kind, former) {
  const { fields, mayBePublic } = KINDS[kind];
  const made = fields.map((field) => {
    const { name } = field;
    const part = makeField({ ...field, id: `${kind}-${name}`, label: `applications.field.${name}`, hint: `applications.field.${name}_hint` });
    if (former) part.querySelector("input, textarea").value = [former[name] ?? []].flat().join("\n");
    return part;
  });
  const places = [["false", "applications.public.false"], ["true", "applications.public.true"]];
  return [...(mayBePublic && !former ? [choice("public", "applications.public_legend", places)] : []), ...made];
}

/** One of several, each [value, message]; the first is chosen. */
function choice(name, legend, options, chosen = () => {}) {
  const lines = options.map(([value, say], index) => {
    const id = `${name}-${value}`;
    const input = make("input", { id, type: "radio", name, value, checked: index === 0, "aria-describedby": `${id}-hint` });
    input.addEventListener("change", () => chosen(value));
    return make("div", { class: "choice" }, input, make("label", { for: id, say }),
      make("p", { class: "hint", id: `${id}-hint`, say: `${say}_hint` }));
  });
  return make("fieldset", { class: "field" }, make("legend", { say: legend }), ...lines);
}

function bodyOf({ kind, public: isPublic }, given) {
  const body = { name: given.name, kind };
  for (const { name, rows } of KINDS[kind].fields) {
    const typed = given[name].split("\n").map((line) => line.trim()).filter(Boolean);
    if (rows) body[name] = typed;
    else if (typed.length > 0) [body[name]] = typed;
  }
  if (KINDS[kind].mayBePublic) body.public = String(isPublic) === "true";
  return body;
}

/** What does not fit, by the address that it is about. */
function toldInWords(problem, body) {
  if (problem.code === "not_found") return new Problem("application_gone");
  if (problem.code !== "bad_request") return problem;
  const { field, values } = problem;
  const typed = [body[field]].flat();
  const address = typed.length > 1 ? typed[values.position - 1] : typed[0];
  const particular = `${field}.${problem.reason}`;
  const reason = !problem.reason || address === undefined ? field
    : knows(`application.problem.bad_request.${particular}`) ? particular : problem.reason;
  return new Problem("bad_request", { field, reason, values: { address } });
}
