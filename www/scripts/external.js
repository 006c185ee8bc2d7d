// Setting up an external identity provider: register us there, enter what it
// gives, try it out, and only then switch it on for everybody.

import { Action } from "./action.js";
import { pageOf } from "./address.js";
import { get, post } from "./api.js";
import { confirmed } from "./confirmation.js";
import { copyButton } from "./copy.js";
import { moment } from "./dates.js";
import { make } from "./element.js";
import { departed, signInThere, toldInWords } from "./external-way.js";
import { Form } from "./form.js";
import { put } from "./language.js";
import { startPage } from "./page.js";
import { letShow } from "./password-field.js";
import { visit, whileSignedIn } from "./signed-in.js";
import { nameTenant, show } from "./stage.js";
import { steppedUp } from "./step-up.js";
import { doorOf, ourTenant } from "./tenant.js";

const $ = (id) => document.getElementById(id);
const tenant = ourTenant();
const door = `${doorOf(tenant)}/settings`;
const configuring = new Action();
const trying = new Action();
const enabling = new Action();
let settings;

const configureForm = new Form($("configure-form"), {
  name: "provider",
  send: act(async ({ issuer, client_id, client_secret }) => {
    const body = { issuer: issuer.trim(), client_id: client_id.trim(), client_secret: client_secret.trim() };
    await steppedUp(tenant, () => post(`${door}/external/configure`, body, configuring));
    $("client-secret").value = "";
    return load({ focus: true });
  }),
});

const tryForm = new Form($("try-form"), {
  name: "provider",
  send: act(() => departed(() => steppedUp(tenant, () => post(`${door}/external/dry-run`, {}, trying)))),
});

const enableForm = new Form($("enable-form"), {
  name: "provider",
  blames: "confirmation",
  send: act(async (typed) => {
    const confirmation = confirmed(tenant, typed);
    await steppedUp(tenant, () => post(`${door}/external/enable`, { confirmation }, enabling));
    $("navigation")?.remove();
    show("enabled");
  }),
});

new Form($("sign-in-there-form"), {
  name: "external",
  send: () => signInThere(tenant, { anew: false }),
});

letShow($("client-secret"), $("client-secret-toggle"));
copyButton($("copy-redirect-uri"), () => settings.redirect_uri);
for (const id of ["try-change", "enable-change"]) $(id).addEventListener("click", askConfiguration);
$("enable-again").addEventListener("click", () => askTry());
for (const id of ["configure-leave", "try-leave", "enable-leave", "other-mode-settings"]) $(id).href = pageOf(tenant, "settings");
$("retry").addEventListener("click", () => load());

await startPage();
await load();

/** A form's `send`: refusals of the provider in words, and to the beginning when
 *  the way of signing in has changed meanwhile. */
function act(send) {
  return whileSignedIn(tenant, async (given) => {
    try {
      await send(given);
    } catch (problem) {
      if (problem.code === "wrong_mode") return load({ focus: true });
      throw toldInWords(problem);
    }
  });
}

function load({ focus = false } = {}) {
  return visit(tenant, {
    ask: () => get(`${door}/authentication`),
    tell(answer, { username }) {
      settings = answer;
      nameTenant(answer.name);
      tell(answer, username, { focus });
    },
  });
}

/** The step that comes next. */
function tell({ mode, external }, username, focus) {
  if (mode !== "password") {
    put($("other-mode-heading"), `external_set_up.heading_${mode}`);
    put($("other-mode-text"), `external_set_up.text_${mode}`);
    return show("other-mode", focus);
  }
  tellConfiguration();
  if (!external) return show("configure", focus);
  return external.tried?.by === username ? askEnable(focus) : askTry(focus);
}

function tellConfiguration() {
  const { external, redirect_uri: address } = settings;
  $("redirect-uri").textContent = address;
  $("issuer").value = external?.issuer ?? "";
  $("client-id").value = external?.client_id ?? "";
  $("client-secret").value = "";
  put($("client-secret-hint"), external ? "external_set_up.client_secret_again" : "external_set_up.client_secret_hint");
}

function askConfiguration() {
  tellConfiguration();
  configureForm.clear();
  show("configure");
}

function askTry(focus) {
  const { external } = settings;
  $("try-issuer").textContent = external.issuer;
  $("try-client-id").textContent = external.client_id;
  $("try-other").hidden = !external.tried;
  if (external.tried) put($("try-other"), "external_set_up.tried_by_other", { by: external.tried.by });
  tryForm.clear();
  show("try", focus);
}

function askEnable(focus) {
  const { external: { issuer, tried }, members } = settings;
  put($("enable-tried"), tried.called ? "external_set_up.tried_as" : "external_set_up.tried",
    () => ({ called: tried.called, moment: moment(tried.at) }));
  $("enable-issuer").textContent = issuer;
  const others = Math.max(0, members.active - 1); // she is connected already
  $("enable-impact").replaceChildren(
    make("li", { say: "external_set_up.impact_signed_in", values: { count: members.signed_in } }),
    make("li", { say: "external_set_up.impact_gone" }),
    make("li", { say: others ? "external_set_up.impact_members" : "set_up.impact_alone", values: { count: others } }),
    ...(members.invited ? [make("li", { say: "external_set_up.impact_invited", values: { count: members.invited } })] : []),
    make("li", { say: "external_set_up.impact_no_password" }));
  put($("confirmation-label"), "switch_off.label", { tenant });
  $("confirmation").value = "";
  enableForm.clear();
  show("enable", focus);
}
