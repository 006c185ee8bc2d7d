// The external identity provider under Settings: what is in use or under way, and
// what came of trying it out.

import { Action } from "./action.js";
import { pageOf } from "./address.js";
import { post } from "./api.js";
import { day } from "./dates.js";
import { ask, paragraph } from "./dialog.js";
import { makeField } from "./element.js";
import { toldInWords } from "./external-way.js";
import { put } from "./language.js";
import { messageKey } from "./message.js";
import { letShow } from "./password-field.js";
import { providerProblem } from "./provider-problem.js";
import { whileSignedIn } from "./signed-in.js";
import { provenFirst, steppedUp } from "./step-up.js";
import { doorOf } from "./tenant.js";

const $ = (id) => document.getElementById(id);
let inUse;

export function wireExternal(tenant) {
  for (const id of ["external-set-up", "external-result-next"]) $(id).href = pageOf(tenant, "external");
  $("renew-secret").addEventListener("click", async () => {
    if (!(await provenFirst(tenant)) || !(await askSecret(tenant))) return;
    tellResult("renewed", "renew_secret.done");
  });
}

export function tellExternal({ mode, external }) {
  const isOn = mode === "external";
  inUse = external;
  put($("external-note"), noteOf(mode, external), () => ({
    issuer: external?.issuer, by: external?.tried?.by, day: external?.tried && day(external.tried.at),
  }));
  $("external-set-up").hidden = mode !== "password";
  put($("external-set-up"), external ? "settings.external_go_on" : "settings.external_set_up");
  for (const id of ["external-facts", "external-connect", "renew-secret", "to-passwords"]) $(id).hidden = !isOn;
  if (isOn) {
    $("external-issuer").textContent = external.issuer;
    $("external-client-id").textContent = external.client_id;
  }
}

/** What came of trying it out, as the way back from the provider says. */
export function tellTried(word, { mode, external }) {
  if (word === undefined || mode !== "password") return;
  const tried = external?.tried;
  if (word === "works" && tried) {
    const { called } = tried;
    tellResult("works", called ? "settings.tried_works_as" : "settings.tried_works", { called });
  } else if (word !== "works") {
    const problem = providerProblem(word);
    tellResult("trouble", messageKey(problem, "provider"), problem.values);
    $("external-result").dataset.word = word;
  }
}

function noteOf(mode, external) {
  if (mode !== "password" || !external) return `settings.external_${mode}`;
  return external.tried ? "settings.external_tried" : "settings.external_entered";
}

/** `result` is works, trouble or renewed. */
function tellResult(result, key, values) {
  const notice = $("external-result");
  notice.dataset.notice = `external-${result}`;
  notice.classList.toggle("warning", result === "trouble");
  put($("external-result-text"), key, values);
  $("external-result-nothing").hidden = $("external-result-next").hidden = result === "renewed";
  put($("external-result-next"), result === "works" ? "settings.tried_go_on" : "settings.tried_back");
  notice.hidden = false;
  notice.focus();
}

function askSecret(tenant) {
  const action = new Action();
  const { issuer, client_id } = inUse;
  const answer = ask({
    name: "renew-secret",
    heading: "renew_secret.heading",
    content: [
      paragraph("renew_secret.text"),
      makeField({ id: "new-secret", name: "client_secret", label: "external_set_up.client_secret", type: "password", toggle: true, autofocus: true }),
      paragraph("renew_secret.care"),
    ],
    submit: "renew_secret.submit",
    busy: "external_set_up.configure_busy",
    blames: "new-secret",
    send: whileSignedIn(tenant, async ({ client_secret: typed }) => {
      const body = { issuer, client_id, client_secret: typed.trim() };
      try {
        return await steppedUp(tenant, () => post(`${doorOf(tenant)}/settings/external/configure`, body, action));
      } catch (problem) {
        throw toldInWords(problem);
      }
    }),
  });
  letShow($("new-secret"), $("new-secret-toggle"));
  return answer;
}
