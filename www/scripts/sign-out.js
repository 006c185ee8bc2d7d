// An application sent her here to sign out, and did not show that it is her session: so she is asked.

import { Action } from "./action.js";
import { leaveFor, pageOf } from "./address.js";
import { post } from "./api.js";
import { Form } from "./form.js";
import { nextHere } from "./next.js";
import { startPage } from "./page.js";
import { show } from "./stage.js";
import { doorOf, introduce, ourTenant } from "./tenant.js";

const tenant = ourTenant();
const action = new Action();

new Form(document.getElementById("sign-out-form"), {
  name: "sign_out",
  async send() {
    await post(`${doorOf(tenant)}/sign-out`, {}, action);
    return leaveFor(nextHere() ?? pageOf(tenant, "sign-in"));
  },
});
document.getElementById("stay").href = pageOf(tenant, "account");

await startPage({ focus: true });
try {
  await introduce(tenant);
} catch {
  show("unknown-tenant");
}
