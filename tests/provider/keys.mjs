// Keys, and tokens signed with them by hand: what the honest provider would never sign has to be signed here.

import { createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto';

/** One key of each family: RSA, EC, OKP. */
export function freshKeys() {
  return [
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    generateKeyPairSync('ed25519'),
  ].map(({ publicKey, privateKey }) => {
    const kid = randomUUID();
    return { kid, publicKey, privateKey, jwk: { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig' } };
  });
}

const encoded = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Claims and header of a token, without a look at its signature. */
export function opened(token) {
  const [header, claims] = token.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')));
  return { header, claims };
}

/** A token signed with `key` in the way that its header says. */
export function signed(header, claims, key) {
  const input = `${encoded(header)}.${encoded(claims)}`;
  const data = Buffer.from(input);
  const signature = {
    RS256: () => sign('sha256', data, key),
    // RSA_PKCS1_PSS_PADDING, with a salt as long as the digest.
    PS256: () => sign('sha256', data, { key, padding: 6, saltLength: 32 }),
    ES256: () => sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }),
    EdDSA: () => sign(null, data, key),
    Ed25519: () => sign(null, data, key),
  }[header.alg]();
  return `${input}.${signature.toString('base64url')}`;
}

/** A token with an HMAC in the place of a signature. */
export function keyed(header, claims, secret) {
  const input = `${encoded(header)}.${encoded(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** A token without a signature. */
export function unsigned(header, claims) {
  return `${encoded(header)}.${encoded(claims)}.`;
}
