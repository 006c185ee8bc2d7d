// Settings › Applications: which software may rely on us, its keys, and those that
// we sign with.

import { pageOf } from "./address.js";
import { get } from "./api.js";
import { askAddKey, askEndKey, askRemove } from "./application-acts.js";
import { applicationCard } from "./application-card.js";
import { describe } from "./application-form.js";
import { showKey, wireKey } from "./application-key.js";
import { moment } from "./dates.js";
import { put, say } from "./language.js";
import { announce, startPage } from "./page.js";
import { tellSigningKeys, wireSigningKeys } from "./signing-keys.js";
import { visit } from "./signed-in.js";
import { show } from "./stage.js";
import { doorOf, introduce, ourTenant } from "./tenant.js";

const $ = (id) => document.getElementById(id);
const tenant = ourTenant();
const settings = `${doorOf(tenant)}/settings`;
const door = `${settings}/applications`;
let issuer;
let at; // the application that she is busy with

const acts = {
  change(former) {
    at = former.application;
    return describe(tenant, door, { former, done: ({ application }) => load("changed", application) });
  },
  async addKey(application) {
    const answer = await askAddKey(tenant, door, application);
    if (answer) tellKey(answer, { isNew: false });
  },
  async endKey(application, key) {
    if (await askEndKey(tenant, door, application, key)) await load("ended", application, key);
  },
  async remove(application) {
    if (await askRemove(tenant, door, application)) await load("removed", application);
  },
};

wireKey({ done: () => load() });
wireSigningKeys(tenant, `${settings}/signing-keys`, {
  done(answer) {
    tellSigningKeys(answer);
    const next = answer.keys.find(({ stage }) => stage === "next");
    tellDone("rotated", () => ({ at: moment(next.signs_from) }));
    $("signing-keys-heading").focus();
  },
});
$("register").addEventListener("click", () => {
  at = undefined;
  return describe(tenant, door, { done: (answer) => tellKey(answer, { isNew: true }) });
});
$("describe-back").addEventListener("click", () => {
  $("describe").replaceChildren();
  show("applications", { focus: false });
  comeBack();
});
$("to-settings").href = pageOf(tenant, "settings");
$("retry").addEventListener("click", () => load());

await startPage();
introduce(tenant).catch(() => {}); // the list does without the name
await load();

/** The list as it is now; says what was done to which application, if anything. */
function load(done, application, key) {
  if (done) at = application.application;
  return visit(tenant, {
    ask: () => Promise.all([get(door), get(`${settings}/signing-keys`)]),
    tell([answer, signing]) {
      ({ issuer } = answer);
      $("applications").replaceChildren(...answer.applications.map((one) => applicationCard(one, issuer, acts)));
      $("no-applications").hidden = answer.applications.length > 0;
      tellSigningKeys(signing);
      $("describe").replaceChildren();
      show("applications", { focus: false });
      $("act-done").hidden = !done;
      if (done) tellDone(done, { name: application.name, number: key?.number });
      if (done || at) comeBack();
    },
  });
}

function tellKey(answer, how) {
  at = answer.application.application;
  $("describe").replaceChildren();
  showKey(answer, issuer, how);
}

/** To the application that she was at, if it is still there. */
function comeBack() {
  ($(at) ?? $("applications-heading")).focus();
}

function tellDone(what, values) {
  const key = `applications.done.${what}`;
  put($("act-done"), key, values);
  $("act-done").hidden = false;
  announce(say(key, values));
}
