// The verifier against a server that publishes keys and says what has ended.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { createVerifier } from "edge-mfa/verify";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

const { privateKey, publicKey } = await generateKeyPair("ES256");
const stranger = await generateKeyPair("ES256");
const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "a", use: "sig", alg: "ES256" }] };
let ended = { as_of: 0, epoch: 3, sessions: [] };
const asked = [];
const server = createServer((request, response) => {
  asked.push({ url: request.url, authorization: request.headers.authorization });
  const content = { "/t/acme/jwks": jwks, "/api/v1/tenants/acme/gate/ended": ended }[request.url];
  response.writeHead(content ? 200 : 503, { "content-type": "application/json" }).end(JSON.stringify(content ?? {}));
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
after(() => server.close());
const issuer = `http://127.0.0.1:${server.address().port}/t/acme`;
const ours = { issuer, application: "app-00010203abcdef09", origin: "https://wiki.example.com" };

const said = { sub: "s", sid: "00", epoch: 3, preferred_username: "anna", role: "member", amr: ["pwd", "otp"], auth_time: 1 };
function sign({ claims = {}, header = {}, key = privateKey, lasts = 300, audience = ours.application } = {}) {
  const made = new SignJWT({ ...said, origin: ours.origin, ...claims }).setIssuer(claims.iss ?? issuer).setAudience(audience);
  const now = Math.floor(Date.now() / 1000);
  made.setProtectedHeader({ alg: "ES256", typ: "edge-mfa-gate+jwt", kid: "a", ...header });
  return made.setIssuedAt(now).setExpirationTime(now + lasts).sign(key);
}

test("what the gate signed is believed, by keys that are fetched once", async () => {
  const verify = createVerifier(ours);
  for (let times = 0; times < 3; times += 1) {
    assert.equal((await verify(await sign())).preferred_username, "anna");
  }
  assert.deepEqual(asked.map(({ url }) => url), ["/t/acme/jwks"]);
});

test("what is not so is not believed", async () => {
  const verify = createVerifier({ ...ours, jwks });
  await verify(await sign());
  for (const other of [
    { key: stranger.privateKey },
    { header: { typ: "JWT" } },
    { header: { kid: "b" } },
    { lasts: -1 },
    { audience: "app-00010203abcdef08" },
    { audience: [ours.application, "another"] },
    { claims: { iss: "https://evil.example/t/acme" } },
    { claims: { origin: "https://other.example.com" } },
    { claims: { sid: undefined } },
  ]) {
    await assert.rejects(verify(await sign(other)), JSON.stringify(other));
  }
  for (const none of [null, undefined, "", "a.b.c"]) await assert.rejects(verify(none));
});

test("what has ended is not true any more, and is asked for once a minute", async () => {
  const verify = () => createVerifier({ ...ours, jwks, key: "mfak.key" });
  asked.length = 0;
  const here = verify();
  await Promise.all([here(await sign()), here(await sign())]);
  assert.deepEqual(asked, [{ url: "/api/v1/tenants/acme/gate/ended", authorization: "Bearer mfak.key" }]);
  ended = { as_of: 0, epoch: 3, sessions: [{ sid: "00", ended_at: 0 }] };
  await here(await sign());
  await assert.rejects(verify()(await sign()), /ended/);
  await verify()(await sign({ claims: { sid: "01" } }));
  ended = { as_of: 0, epoch: 4, sessions: [] };
  await assert.rejects(verify()(await sign()), /ended/);
  // Where it cannot be asked nobody is believed; and it is asked again.
  ended = undefined;
  const alone = verify();
  await assert.rejects(alone(await sign()), /503/);
  ended = { as_of: 0, epoch: 3, sessions: [] };
  await alone(await sign());
});
