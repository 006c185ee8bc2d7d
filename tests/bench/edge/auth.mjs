// better-auth with its two-factor plugin as its documentation sets it up, without what ours does not do beside a code
// either: its limit of requests by address is off (ours has a sieve, and it stays on), and nothing is sent anywhere.

import { betterAuth } from "better-auth";
import { twoFactor } from "better-auth/plugins/two-factor";

export const authOn = (database, { secret, origin }) =>
  betterAuth({
    database,
    secret,
    baseURL: origin,
    appName: "bench",
    emailAndPassword: { enabled: true },
    plugins: [twoFactor()],
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: "error" },
  });
