// A new password by link: the one asked for, or the one offered after wrong codes.

import { forgetToken, tokenHere } from "./fragment.js"; // first: it clears the address
import { Action } from "./action.js";
import { pageOf } from "./address.js";
import { post } from "./api.js";
import { Form } from "./form.js";
import { put } from "./language.js";
import { putReason } from "./message.js";
import { startPage, whenLeaving } from "./page.js";
import { letShow, refuseShort } from "./password-field.js";
import { nameTenant, show } from "./stage.js";
import { doorOf, ourTenant } from "./tenant.js";

const $ = (id) => document.getElementById(id);
const tenant = ourTenant();
const door = `${doorOf(tenant)}/password`;
const disowning = new Action();
const resetting = new Action();
let link;

new Form($("not-me-form"), {
  name: "password_link",
  send: orRefused(async () => {
    await post(`${door}/not-me`, { token: tokenHere() }, disowning);
    $("disowned").hidden = false;
    show("choose");
  }),
});
new Form($("password-form"), {
  name: "password_link",
  blames: "password",
  send: orRefused(async ({ password }) => {
    refuseShort(password, link.password_min_length);
    await post(`${door}/reset`, { token: tokenHere(), password }, resetting);
    forgetToken();
    $("password").value = "";
    show("done");
  }),
});
letShow($("password"), $("password-toggle"));
for (const id of ["done-sign-in", "burnt-sign-in", "refused-sign-in"]) $(id).href = pageOf(tenant, "sign-in");
for (const id of ["refused-forgot", "missing-forgot"]) $(id).href = pageOf(tenant, "forgot");
$("retry").addEventListener("click", preview);
addEventListener("another-token", preview);
whenLeaving(forgetToken);

await startPage();
await preview();

/** Asks whose link it is and what for. */
async function preview() {
  if (!tokenHere()) return show("missing");
  show("loading");
  try {
    link = await post(`${door}/link`, { token: tokenHere() });
  } catch (problem) {
    if (["link_refused", "not_found"].includes(problem.code)) return show("refused");
    putReason($("failed-reason"), problem, "password_link");
    return show("failed");
  }
  const { name, username, purpose, password_min_length: count } = link;
  nameTenant(name);
  put($("password-hint"), "password.hint", { count });
  put($("burnt-text"), "password_link.burnt_text", { username, name });
  $("username").value = username;
  $("disowned").hidden = true;
  show(purpose === "burnt" ? "burnt" : "choose");
}

/** A form's `send`; a link that works no longer gets its own stage. */
function orRefused(send) {
  return async (values) => {
    try {
      await send(values);
    } catch (problem) {
      if (problem.code === "link_refused") return show("refused");
      throw problem;
    }
  };
}
