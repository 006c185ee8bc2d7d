// Signing in: the password first. What may be owed after it, and the way over the
// organisation's own sign-in, are fetched when they are about to be needed.

import { Action } from "./action.js";
import { pageOf, takeSent } from "./address.js";
import { post } from "./api.js";
import { Form } from "./form.js";
import { addWords } from "./language.js";
import { startPage } from "./page.js";
import { letShow } from "./password-field.js";
import { show } from "./stage.js";
import { doorOf, introduce, ourTenant } from "./tenant.js";

const $ = (id) => document.getElementById(id);
const tenant = ourTenant();
const door = doorOf(tenant);

// The word by which a provider sends somebody back.
const cameBack = new URLSearchParams(location.search).has("external");

const passwordForm = new Form($("password-form"), {
  name: "sign_in",
  blames: "password",
  send: sender(async ({ username, password }, action) => {
    const answer = await post(`${door}/sign-in`, { username: username.trim(), password }, action);
    return (await whatIsOwed()).follow(answer);
  }),
});

// What was fetched, or is on its way.
let owed;
let elsewhere;

letShow($("password"), $("password-toggle"));
// With the name that she typed, which goes no further than that page.
$("to-forgot").addEventListener("click", () => { $("to-forgot").hash = encodeURIComponent($("username").value.trim()); });
$("to-forgot").href = pageOf(tenant, "forgot");
if (takeSent()) {
  $("again").hidden = false;
  $("username").setAttribute("aria-describedby", "again username-error");
}
// While she types: it is here when the answer is. If it does not come, the answer fetches it.
$("password-form").addEventListener("input", () => fetchOwed().catch(() => {}), { once: true });

await startPage({ focus: true });
try {
  const profile = await introduce(tenant);
  // Not fetched: whoever gives a password here is told, and it is fetched once more.
  if (profile?.mode === "external" || cameBack) askThere().catch(() => {});
} catch {
  show("unknown-tenant");
}

/** A form's `send`, with the outcomes that end a stage whichever form met them. */
function sender(send) {
  const action = new Action();
  return async (values) => {
    try {
      await send(values, action);
    } catch (problem) {
      switch (problem.code) {
        case "sign_in_expired": return startAgain(problem);
        case "authenticator_locked": return (await whatIsOwed()).lock();
        case "tenant_external": return askThere();
        case "tenant_suspended": return show("suspended");
        case "wrong_step": return (await whatIsOwed()).follow({ next: problem.owes });
        default: throw problem;
      }
    }
  };
}

async function askThere() {
  return (await fetchElsewhere()).ask();
}

/** The server has just answered: if this cannot be had, the pages were changed since
 *  this one was opened, and it starts afresh with the new ones. */
function whatIsOwed() {
  return fetchOwed().catch(() => {
    location.reload();
    return new Promise(() => {});
  });
}

function fetchOwed() {
  owed ??= Promise.all([import("./sign-in-owed.js"), addWords("sign-in-owed")]).then(([{ Owed }]) => {
    return new Owed({ tenant, door, sender, startAgain });
  });
  owed.catch(() => { owed = undefined; }); // so that it can be tried again
  return owed;
}

function fetchElsewhere() {
  elsewhere ??= Promise.all([import("./sign-in-elsewhere.js"), addWords("sign-in-elsewhere")]).then(([{ Elsewhere }]) => {
    return new Elsewhere({ tenant, sender, startAgain });
  });
  elsewhere.catch(() => { elsewhere = undefined; });
  return elsewhere;
}

/** Back to the password, keeping the username; says why if it was not asked for. */
function startAgain(problem) {
  $("again").hidden = true;
  $("username").setAttribute("aria-describedby", "username-error");
  $("password").value = "";
  owed?.then((steps) => steps.forget(), () => {});
  passwordForm.clear();
  show("password");
  if (problem) passwordForm.refuse(problem);
  $("username").value ? $("password").focus() : $("username").focus();
}
