// npm's certified `openid-client` against a tenant: discovers, sends a browser, takes it back, verifies the ID token
// from the published keys, asks who it is, signs out. The browser is the test that started this: for each line
// `{"go": address}` that is written it answers with where the browser was sent back to.
import { createInterface } from "node:readline";

import * as client from "openid-client";

const [issuer, id, key, redirect, goodbye] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const go = async (address) => {
  say({ go: address.href });
  return new URL((await lines.next()).value);
};

// Loopback is plain HTTP; everything else is as a deployed application has it.
const options = { execute: [client.allowInsecureRequests] };
const authentication = key ? client.ClientSecretBasic(key) : client.None();
const config = await client.discovery(new URL(issuer), id, key ? { client_secret: key } : undefined, authentication, options);
client.enableNonRepudiationChecks(config);

const code_verifier = client.randomPKCECodeVerifier();
const code_challenge = await client.calculatePKCECodeChallenge(code_verifier);
const [state, nonce] = [client.randomState(), client.randomNonce()];
const wish = { redirect_uri: redirect, scope: "openid profile", code_challenge, code_challenge_method: "S256", state, nonce };
const back = await go(client.buildAuthorizationUrl(config, { ...wish, max_age: "3600" }));
const tokens = await client.authorizationCodeGrant(config, back, {
  pkceCodeVerifier: code_verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true, maxAge: 3600,
});
const claims = tokens.claims();
const info = await client.fetchUserInfo(config, tokens.access_token, claims.sub);

// A second redemption is refused.
const again = await client.authorizationCodeGrant(config, back, {
  pkceCodeVerifier: code_verifier, expectedState: state, expectedNonce: nonce,
}).then(() => "taken", (refusal) => refusal.error);

const left = await go(client.buildEndSessionUrl(config, {
  id_token_hint: tokens.id_token, post_logout_redirect_uri: goodbye, state,
}));
say({ claims, info, again, left: left.href, state });
process.exit(0);
