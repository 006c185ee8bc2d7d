// One entry of the audit log as a plain sentence.

import { knows, list, say } from "./language.js";

/** Every event, for the filter: members' first, then the tenant's. */
export const EVENTS = [
  "signed-in", "signed-out", "password-refused", "code-refused", "code-replayed", "password-burnt", "disowned",
  "authenticator-locked", "recovery-key-used", "recovery-key-refused", "recovery-key-replayed", "older-recovery-key",
  "recovery-keys-replaced", "joined", "authenticator-imported", "authenticator-exported",
  "enrolment-started", "enrolment-failed", "enrolled", "reset",
  "device-remembered", "device-token-reused", "devices-forgotten", "sessions-ended", "password-replaced",
  "password-link-issued", "signed-in-at", "signed-out-at", "authorization-replayed", "confirmation-replayed", "stepped-up", "step-up-refused", "epoch-passed", "restore-passed", "left",
  "member-invited", "invitation-renewed", "member-removed", "member-reset", "role-changed",
  "act-refused",
  "switched-on", "switched-off", "swept",
  "external-configured", "external-tried", "connection-link-issued", "external-connected", "used-external", "used-local",
  "application-registered", "application-changed", "application-removed", "application-key-added",
  "application-key-ended", "confirmed", "password-change-vouched", "member-vouched",
  "tenant-created", "break-glass", "authenticators-exported", "suspended", "resumed", "restored", "deleted", "key-resealed",
  "signing-key-asked", "signing-key-announced",
  "accent-changed", "accent-removed", "logo-changed", "logo-removed",
];

// By what somebody signed in, in the order in which it is asked for.
const MEANS = ["password", "code", "recovery_key", "device", "external"];

// Actors that are no member.
const OFFICES = ["operator", "system"];

/** `{ say, values }` for an entry. */
export function sentence({ by, about, what }) {
  const { event } = what;
  const variants = [what.by, what.reason, about ? undefined : "everybody"].map((it) => `audit.event.${event}.${it}`);
  const key = [...variants, `audit.event.${event}`].find(knows) ?? "audit.event.other";
  return { say: key, values: () => ({ ...details(what), event, by: actor(by), about: about ?? say("audit.somebody") }) };
}

function actor(by) {
  if (OFFICES.includes(by)) return say(`audit.by.${by}`);
  return by ?? say("audit.by.somebody");
}

/** What the event says, in words where there are words for it. */
function details({ role, methods, receipt, by, key, reason, issuer, set, number, left, count, mode, act, name, application, accent }) {
  return {
    set, number, left, reason, issuer, count, accent, kek: key,
    application: name ?? application,
    role: role && say(`audit.role.${role}`),
    mode: mode && say(`settings.${mode}`),
    act: act && knows(`audit.act.${act}`) ? say(`audit.act.${act}`) : act,
    proof: by && knows(`audit.proof.${by}`) ? say(`audit.proof.${by}`) : by,
    methods: methods && means(methods),
    members: receipt?.members,
    ...(receipt && { count: receipt.members }),
  };
}

/** "password and code" */
function means(methods) {
  const used = MEANS.filter((name) => methods[name] === true);
  return list(used.map((name) => say(`audit.means.${name}`)));
}
