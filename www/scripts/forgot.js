// Password forgotten: ask for a link. The answer is the same for every name.

import { Action } from "./action.js";
import { pageOf } from "./address.js";
import { post } from "./api.js";
import { Form } from "./form.js";
import { put } from "./language.js";
import { startPage } from "./page.js";
import { show } from "./stage.js";
import { doorOf, introduce, ourTenant } from "./tenant.js";

const $ = (id) => document.getElementById(id);
const tenant = ourTenant();
const action = new Action();

new Form($("forgot-form"), {
  name: "forgot",
  blames: "username",
  async send({ username }) {
    try {
      await post(`${doorOf(tenant)}/password/forgot`, { username: username.trim() }, action);
    } catch (problem) {
      if (problem.code === "tenant_external") return show("external");
      throw problem;
    }
    put($("sent-text"), "forgot.sent_text", { username: username.trim() });
    show("sent");
  },
});
for (const id of ["forgot-sign-in", "sent-sign-in", "ask-administrator-sign-in", "external-sign-in"]) $(id).href = pageOf(tenant, "sign-in");
$("ask-again").addEventListener("click", () => show("ask"));

$("username").value = nameTyped();

await startPage({ focus: true });
try {
  const profile = await introduce(tenant);
  if (profile?.mode === "external") show("external");
  else if (profile?.sends_links === false) show("ask-administrator");
} catch {
  show("unknown-tenant");
}

/** On the sign-in page, at the end of this one's address, which forgets it. */
function nameTyped() {
  const [, name] = location.hash.split("#");
  if (name) history.replaceState(null, "", location.pathname);
  try {
    return decodeURIComponent(name ?? "");
  } catch {
    return ""; // half of an address
  }
}
