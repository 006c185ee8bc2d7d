// Which organisation? Then to its sign-in page.

import { pageOf } from "./address.js";
import { get } from "./api.js";
import { Form } from "./form.js";
import { startPage } from "./page.js";
import { Problem } from "./problem.js";

await startPage({ focus: true });

new Form(document.getElementById("tenant-form"), {
  name: "index",
  blames: "tenant",
  async send({ tenant }) {
    const name = tenant.trim().toLowerCase();
    if (!/^[a-z0-9-]{2,32}$/.test(name)) throw new Problem("tenant_malformed");
    try {
      await get(`/tenants/${name}`);
    } catch (problem) {
      throw problem.code === "not_found" ? new Problem("tenant_unknown") : problem;
    }
    location.assign(pageOf(name, "sign-in"));
  },
});
