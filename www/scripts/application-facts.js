// What an engineer has to know of us, as lines to copy. No secret is among them.

import { KINDS } from "./application-kinds.js";
import { copyButton } from "./copy.js";
import { make } from "./element.js";

// Where an example has the key, which nobody can see any more.
const KEY = "KEY";

const VALUES = {
  application: ({ application }) => application,
  client_id: ({ application }) => application,
  issuer: (_, issuer) => issuer,
  discovery: (_, issuer) => `${issuer}/.well-known/openid-configuration`,
  second_factor: (_, issuer) => `${apiOf(issuer)}/second-factor/begin`,
  gate: (_, issuer) => `${apiOf(issuer)}/gate/check`,
  scim: (_, issuer) => `${issuer}/scim/v2`,
  basic: ({ application }) => `Authorization: Basic base64(${application}:${KEY})`,
  bearer: () => `Authorization: Bearer ${KEY}`,
  proxy: () => `X-Edge-MFA-Key: ${KEY}`,
};

function apiOf(issuer) {
  return issuer.replace(/\/t\/(?=[^/]+$)/, "/api/v1/tenants/");
}

/** The lines about an application; `place` keeps their ids apart. */
export function factsOf(application, issuer, place) {
  const names = KINDS[application.kind].facts.filter((name) => !(name === "basic" && application.public));
  const facts = names.map((name) => fact(`${place}-${name}`, name, VALUES[name](application, issuer)));
  return make("dl", { class: "facts copyable" }, ...facts);
}

function fact(id, name, value) {
  const copy = make("button", { id: `${id}-copy`, type: "button", class: "button small secondary",
    "aria-labelledby": `${id}-copy ${id}`, say: "action.copy" });
  copyButton(copy, () => value);
  return make("div", { "data-fact": name }, make("dt", { id, say: `applications.fact.${name}` }),
    make("dd", {}, make("span", { translate: "no" }, value), copy));
}
