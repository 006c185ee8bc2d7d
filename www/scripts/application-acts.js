// What an administrator does to an application that is registered: each says first
// what will happen.

import { Action } from "./action.js";
import { post } from "./api.js";
import { ask, paragraph } from "./dialog.js";
import { Problem } from "./problem.js";
import { whileSignedIn } from "./signed-in.js";
import { provenFirst, steppedUp } from "./step-up.js";

/** Another key; the one in use goes on working. Gives the answer that holds it. */
export function askAddKey(tenant, door, application) {
  const texts = application.keys.length > 0 ? "add_second" : "add_first";
  return act(tenant, application, {
    name: "add-key", texts, content: ["text"],
    send: (action) => post(`${door}/${application.application}/keys/add`, {}, action),
  });
}

/** One key less. Says so when nothing is left to work with, or nothing that works yet. */
export function askEndKey(tenant, door, application, { number }) {
  const other = application.keys.find((key) => key.number !== number);
  const isTried = other && other.last_used_at !== null;
  const content = other ? ["text", ...(isTried ? [] : ["untried"])] : ["last", `stops.${application.kind}`];
  return act(tenant, application, {
    name: "end-key", texts: "end", content, values: { number, other: other?.number }, danger: true,
    send: (action) => post(`${door}/${application.application}/keys/end`, { number }, action),
  });
}

/** It goes, and its keys with it. */
export function askRemove(tenant, door, application) {
  return act(tenant, application, {
    name: "remove-application", texts: "removal", content: [`stops.${application.kind}`, "then"], danger: true,
    send: (action) => post(`${door}/${application.application}/remove`, {}, action),
  });
}

/** Gives the answer, or undefined when she would rather not. */
async function act(tenant, application, { name, texts, content, values, danger, send }) {
  if (!(await provenFirst(tenant))) return undefined;
  const action = new Action();
  const all = { name: application.name, ...values };
  const key = (part) => part.startsWith("stops.") ? `applications.${part}` : `applications.${texts}.${part}`;
  return ask({
    name,
    heading: `applications.${texts}.heading`,
    values: all,
    content: content.map((part) => paragraph(key(part), all)),
    submit: `applications.${texts}.submit`,
    busy: "applications.busy",
    danger,
    send: whileSignedIn(tenant, async () => {
      try {
        return await steppedUp(tenant, () => send(action));
      } catch (problem) {
        throw problem.code === "not_found" ? new Problem("application_gone") : problem;
      }
    }),
  });
}
