// Who stands behind a request that Edge MFA's gate let through, verified by whoever it reached.

import { createLocalJWKSet, createRemoteJWKSet, jwtVerify } from "jose";

const TYPE = "edge-mfa-gate+jwt";
// How old the list of what has ended may be, in milliseconds.
const LISTED_FOR = 60_000;

export function createVerifier({ issuer, application, origin, key, jwks, fetch = globalThis.fetch }) {
  // Kept, and fetched once more for a key that is not in it.
  const keys = jwks ? createLocalJWKSet(jwks) : createRemoteJWKSet(new URL(`${issuer}/jwks`));
  const ended = key === undefined ? undefined : listed(issuer, key, fetch);

  return async function verify(token) {
    if (typeof token !== "string") throw new Error("there is no token");
    const expected = { issuer, audience: application, typ: TYPE, algorithms: ["ES256"] };
    const { payload } = await jwtVerify(token, keys, { ...expected, requiredClaims: ["exp", "sub", "sid", "epoch"] });
    // A list of audiences would do for the library.
    if (payload.aud !== application || payload.origin !== origin) throw new Error("it is for another host");
    if (ended) {
      const { epoch, sids } = await ended();
      if (payload.epoch < epoch || sids.has(payload.sid)) throw new Error("the session has ended");
    }
    return payload;
  };
}

/** What has ended lately, asked for once a minute however many want to know. Where it cannot be had nobody is told. */
function listed(issuer, key, fetch) {
  const address = issuer.replace(/\/t\/([^/]+)$/, "/api/v1/tenants/$1/gate/ended");
  let asked = -Infinity;
  let answer;
  const ask = async () => {
    const response = await fetch(address, { headers: { authorization: `Bearer ${key}` } });
    if (!response.ok) throw new Error(`what has ended cannot be asked: ${response.status}`);
    const { epoch, sessions } = await response.json();
    return { epoch, sids: new Set(sessions.map(({ sid }) => sid)) };
  };
  return () => {
    if (Date.now() - asked >= LISTED_FOR) {
      asked = Date.now();
      answer = ask();
      // The next one asks again.
      answer.catch(() => (asked = -Infinity));
    }
    return answer;
  };
}
