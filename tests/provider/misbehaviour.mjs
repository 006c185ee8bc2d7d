// What a provider, or whoever sits in its place, can do wrong. Each entry names the document that it spoils
// (discovery, keys or token) and either changes the honest answer or answers in its place.

import { freshKeys, keyed, opened, signed, unsigned } from './keys.mjs';

const SLOW = 12_000;

/** Another ID token in the place of the honest one. */
const token = (make) => ({
  token: {
    change(directory, body) {
      const { header, claims } = opened(body.id_token);
      const token = body.id_token;
      return { ...body, id_token: make({ token, header, claims, directory, key: directory.signingKey() }) };
    },
  },
});

/** Other claims, or another header, signed with the provider's own key. */
const claims = (change) =>
  token(({ header, claims, key }) => signed(header, { ...claims, ...change(claims) }, key.privateKey));
const header = (change) =>
  token(({ header, claims, key }) => signed({ ...header, ...change }, claims, key.privateKey));

const change = (document, make) =>
  ({ [document]: { change: (directory, body) => ({ ...body, ...make(directory, body) }) } });
const everyKey = (make) =>
  change('keys', (directory, body) => ({ keys: body.keys.map((key) => make(key, directory)) }));
const instead = (document, answer) => ({ [document]: { instead: (_directory, response) => answer(response) } });

const redirected = (response) => response.writeHead(307, { location: 'http://127.0.0.1:9/elsewhere' }).end();
const failing = (response) => response.writeHead(500, { 'content-type': 'application/json' }).end('{}');
const array = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('[1,2,3]');
const slow = (response) => setTimeout(() => response.writeHead(200).end('{}'), SLOW);
const trickling = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const drip = setInterval(() => response.write(' '), 500);
  response.on('close', () => clearInterval(drip));
};
const large = (response) => response.writeHead(200).end(JSON.stringify({ filler: 'x'.repeat(300_000) }));

const now = () => Math.floor(Date.now() / 1000);

export const MISBEHAVIOUR = {
  // Claims that are signed, and wrong.
  wrong_nonce: claims(() => ({ nonce: 'another-sign-in' })),
  no_nonce: claims(() => ({ nonce: undefined })),
  wrong_audience: claims(() => ({ aud: 'another-client' })),
  several_audiences: claims(({ aud }) => ({ aud: [aud, 'another-client'] })),
  wrong_party: claims(() => ({ azp: 'another-client' })),
  expired: claims(() => ({ iat: now() - 3700, exp: now() - 100 })),
  issued_ahead: claims(() => ({ iat: now() + 300 })),
  not_yet_valid: claims(() => ({ nbf: now() + 300 })),
  other_issuer: claims(({ iss }) => ({ iss: iss.replace(/[0-9a-f]{8}-/, '00000000-') })),
  issuer_template: claims(({ iss }) => ({ iss: iss.replace(/[0-9a-f-]{36}/, '{tenantid}') })),
  other_directory: claims(() => ({ tid: '00000000-0000-4000-8000-000000000000' })),
  no_subject: claims(() => ({ sub: undefined })),
  long_subject: claims(() => ({ sub: 'x'.repeat(256) })),
  no_auth_time: claims(() => ({ auth_time: undefined })),
  old_auth_time: claims(() => ({ auth_time: now() - 900 })),

  // Signatures that are none of the provider's.
  alg_none: token(({ header, claims }) => unsigned({ ...header, alg: 'none' }, claims)),
  alg_none_capital: token(({ header, claims }) => unsigned({ ...header, alg: 'NONE' }, claims)),
  hs256_client_secret: token(({ header, claims, directory }) =>
    keyed({ ...header, alg: 'HS256' }, claims, directory.clientSecret)),
  hs256_public_key: token(({ header, claims, key }) =>
    keyed({ ...header, alg: 'HS256' }, claims, key.publicKey.export({ type: 'spki', format: 'pem' }))),
  hmac_called_rs256: token(({ header, claims, directory }) => keyed(header, claims, directory.clientSecret)),
  unknown_kid: header({ kid: 'nobody-knows-this-key' }),
  other_familys_kid: token(({ header, claims, key, directory }) => {
    const other = directory.keys.find((candidate) => candidate !== key);
    return signed({ ...header, kid: other.kid }, claims, key.privateKey);
  }),
  forged_signature: token(({ header, claims, key }) => {
    const forger = freshKeys().find((candidate) => candidate.jwk.kty === key.jwk.kty);
    return signed(header, claims, forger.privateKey);
  }),
  own_key: token(({ header, claims, key }) => {
    const forger = freshKeys().find((candidate) => candidate.jwk.kty === key.jwk.kty);
    return signed({ ...header, jwk: forger.publicKey.export({ format: 'jwk' }) }, claims, forger.privateKey);
  }),
  changed_claims: token(({ token, claims }) => {
    const [head, , signature] = token.split('.');
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'somebody-else' }));
    return [head, changed.toString('base64url'), signature].join('.');
  }),
  no_signature: token(({ token }) => `${token.split('.').slice(0, 2).join('.')}.`),
  short_signature: token(({ token }) => {
    const [head, body, signature] = token.split('.');
    return [head, body, Buffer.from(signature, 'base64url').subarray(0, -1).toString('base64url')].join('.');
  }),
  // Bits that a decoder could overlook: two spellings of one signature.
  sloppy_signature: token(({ token }) => {
    const last = token.at(-1);
    return token.slice(0, -1) + String.fromCharCode(last.charCodeAt(0) + 1);
  }),
  zero_signature: token(({ token }) => {
    const [head, body, signature] = token.split('.');
    return [head, body, Buffer.alloc(Buffer.from(signature, 'base64url').length).toString('base64url')].join('.');
  }),

  // Tokens that are no ID token.
  critical_header: header({ crit: ['b64'], b64: true }),
  access_token_type: header({ typ: 'at+jwt' }),
  two_parts: token(({ token }) => token.split('.').slice(0, 2).join('.')),
  five_parts: token(({ token }) => `${token}..`),
  padded: token(({ token }) => `${token}=`),
  large_token: claims(() => ({ filler: 'x'.repeat(17_000) })),
  subject_twice: token(({ header, claims, key }) =>
    signed(header, JSON.stringify(claims).replace('"sub":', '"sub":"somebody-else","sub":'), key.privateKey)),

  // Documents that are not what they should be.
  token_missing: change('token', () => ({ id_token: undefined })),
  token_redirect: instead('token', redirected),
  token_failing: instead('token', failing),
  token_array: instead('token', array),
  token_large: instead('token', large),
  token_slow: instead('token', slow),
  discovery_of_another: change('discovery', () => ({ issuer: 'https://accounts.example' })),
  discovery_template: change('discovery', ({ issuer }) => ({ issuer: issuer.replace(/[0-9a-f-]{36}/, '{tenantid}') })),
  discovery_plain_http: change('discovery', () => ({ token_endpoint: 'http://id.acme.example/token' })),
  discovery_script: change('discovery', () => ({ authorization_endpoint: 'javascript:alert(1)' })),
  discovery_private_keys: change('discovery', () => ({ jwks_uri: 'https://169.254.169.254/keys' })),
  discovery_only_hs256: change('discovery', () => ({ id_token_signing_alg_values_supported: ['HS256', 'none'] })),
  discovery_only_es256: change('discovery', () => ({ id_token_signing_alg_values_supported: ['ES256'] })),
  discovery_no_pkce: change('discovery', () => ({ code_challenge_methods_supported: ['plain'] })),
  discovery_no_code: change('discovery', () => ({ response_types_supported: ['id_token'] })),
  discovery_private_key_jwt: change('discovery', () =>
    ({ token_endpoint_auth_methods_supported: ['private_key_jwt'] })),
  discovery_redirect: instead('discovery', redirected),
  discovery_failing: instead('discovery', failing),
  discovery_large: instead('discovery', large),
  discovery_slow: instead('discovery', slow),
  discovery_trickling: instead('discovery', trickling),
  discovery_array: instead('discovery', array),
  keys_redirect: instead('keys', redirected),
  keys_failing: instead('keys', failing),
  keys_large: instead('keys', large),
  keys_array: instead('keys', array),
  keys_none: change('keys', () => ({ keys: [] })),
  keys_for_encryption: everyKey((key) => ({ ...key, use: 'enc' })),
  keys_weak: everyKey((key) => ({ ...key, n: key.n?.slice(0, 171) })),
  keys_twice: change('keys', (_directory, body) => ({ keys: [...body.keys, ...body.keys] })),
  keys_of_another_directory: everyKey((key, { issuer }) =>
    ({ ...key, issuer: issuer.replace(/[0-9a-f]{8}-/, '00000000-') })),
};
