// An application wants a code, though the session began without one.

import { leaveFor, pageOf } from "./address.js";
import { nextHere } from "./next.js";
import { startPage } from "./page.js";
import { show } from "./stage.js";
import { provenBy } from "./step-up.js";
import { introduce, ourTenant } from "./tenant.js";

const tenant = ourTenant();

async function confirm() {
  if (await provenBy(tenant, ["code"])) await leaveFor(nextHere() ?? pageOf(tenant, "account"));
}

document.getElementById("confirm-code").addEventListener("click", confirm);

await startPage({ focus: true });
try {
  await introduce(tenant);
} catch {
  show("unknown-tenant");
}
