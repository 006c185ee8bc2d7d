// What the declarations allow and what they refuse. Compiled, never run.

import { code, parseKeyUri, verify } from "edge-mfa";
import { createClient, type components } from "edge-mfa/client";
import { createVerifier } from "edge-mfa/verify";

const found = verify("secret", "123456", { after: 7, digits: 8 });
const step: number | undefined = found?.step;
const { issuer, period } = parseKeyUri("otpauth://totp/anna?secret=…");
const known: string | undefined = issuer;
const whole: number = period + code("secret").secondsLeft;

const edge = createClient({ origin: "https://sign-in.example.com", key: "…" });
const { data, error } = await edge.GET("/operator/tenants/{tenant}", { params: { path: { tenant: "acme" } } });
const code_: components["schemas"]["Problem"]["code"] | undefined = error?.code;

const issuerOf = "https://sign-in.example.com/t/acme";
const member = await createVerifier({ issuer: issuerOf, application: "app-…", origin: "https://wiki.example.com" })(null);
const role: "administrator" | "member" = member.role;

// @ts-expect-error there is no such algorithm
code("secret", { algorithm: "MD5" });
// @ts-expect-error whether nothing was found has to be looked at
found.step;
// @ts-expect-error there is no such path
await edge.GET("/operator/everything");
// @ts-expect-error which tenant?
await edge.GET("/operator/tenants/{tenant}");

// @ts-expect-error whom it is for has to be said
createVerifier({ issuer: issuerOf });

export { code_, data, known, role, step, whole };
