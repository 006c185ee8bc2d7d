// An identity provider on this machine, for tests and development: the certified OpenID provider of npm's
// `oidc-provider` (a devDependency of the root's package.json), in the shape of Microsoft Entra ID.
//
//   node tests/provider/server.mjs [--port 0] [--redirect-uri URI]… [--client-id ID] [--client-secret TEXT]
//                                  [--with-parent] [--quiet]
//
// Prints one line of JSON when it listens, unless it is to be quiet: {"origin", "client_id", "client_secret"}. With
// --with-parent it ends when its standard input does.
//
// Every path `/{directory}/v2.0`, for any directory id (a UUID in lower case), is an issuer of its own with its own
// keys, client, sessions and manners: a test takes a fresh one and disturbs nobody. Under that path:
//
//   GET  /.well-known/openid-configuration, /auth, /jwks, POST /token …   the provider's own
//   GET  /interaction/{uid}      a page that asks who you are; POST it with `login=anna` to be anna
//   POST /control/rotate         {"keep": bool}        new keys; the old ones stay published, or not
//   POST /control/client         {"redirect_uris", "authentication", "algorithm", "requires_auth_time"}, each optional
//   POST /control/misbehave      {"how": "wrong_nonce" | … | null}   until told otherwise; see misbehaviour.mjs
//   GET  /control/asked          how often each document was asked for: {"discovery", "keys", "token"}
//
// Claims as Entra ID's: sub, oid, tid, ver, name, preferred_username, and auth_time when it is asked for.

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

import { freshKeys } from './keys.mjs';
import { memory } from './memory.mjs';
import { MISBEHAVIOUR } from './misbehaviour.mjs';

const ISSUER_PATH = /^\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/v2\.0(?=\/|$)/;

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'redirect-uri': { type: 'string', multiple: true, default: [] },
    'client-id': { type: 'string', default: '6731de76-14a6-49ae-97bc-6eba6914391e' },
    // With characters that have to be encoded in a form, and in the header of client_secret_basic.
    'client-secret': { type: 'string', default: 'a secret~of/the:client+with=signs&100%' },
    'with-parent': { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
  },
});

if (options.quiet) console.info = console.warn = () => {};
// Only now: it has its first word as it is loaded.
const { Provider } = await import('oidc-provider');

const CLIENT_ID = options['client-id'];
const CLIENT_SECRET = options['client-secret'];

/** One directory: an honest provider, and what it is told to do wrong. */
class Directory {
  constructor(origin, id) {
    this.id = id;
    this.mount = `/${id}/v2.0`;
    this.issuer = `${origin}${this.mount}`;
    this.keys = freshKeys();
    this.adapter = memory();
    this.published = this.keys;
    this.client = { redirect_uris: options['redirect-uri'], authentication: 'client_secret_basic', algorithm: 'RS256' };
    this.how = null;
    this.asked = { discovery: 0, keys: 0, token: 0 };
    this.build();
  }

  /** Sessions and codes are in `memory`, so a new one goes on where the last one stopped. */
  build() {
    const { redirect_uris, authentication, algorithm, requires_auth_time } = this.client;
    const cookie = (name) => `${name}_${this.id.slice(0, 8)}`;
    this.provider = new Provider(this.issuer, {
      adapter: this.adapter,
      jwks: { keys: this.published.map((key) => key.jwk) },
      clients: [{
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris,
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: authentication,
        id_token_signed_response_alg: algorithm,
        require_auth_time: requires_auth_time ?? false,
      }],
      clientAuthMethods: [authentication],
      enabledJWA: { idTokenSigningAlgValues: ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'] },
      scopes: ['openid', 'profile'],
      claims: { openid: ['sub', 'oid', 'tid', 'ver'], profile: ['name', 'preferred_username'] },
      // As Entra ID does: what was asked for by scope stands in the ID token.
      conformIdTokenClaims: false,
      cookies: {
        keys: ['only for tests'],
        names: { session: cookie('session'), interaction: cookie('interaction'), resume: cookie('resume') },
      },
      features: { devInteractions: { enabled: false } },
      ttl: { Interaction: 600, Session: 3600, Grant: 3600, IdToken: 3600, AccessToken: 3600 },
      interactions: { url: (_context, interaction) => `${this.mount}/interaction/${interaction.uid}` },
      findAccount: (_context, login) => ({ accountId: login, claims: () => this.claims(login) }),
      loadExistingGrant: consentToEverything,
      renderError: (context, _out, error) => {
        context.type = 'text/plain';
        context.body = `${error.error}: ${error.error_description ?? ''}`;
      },
    });
    this.answer = this.provider.callback();
  }

  claims(login) {
    const hash = createHash('sha256').update(`${this.id}/${login}`).digest('hex');
    const oid = hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
    const name = login.charAt(0).toUpperCase() + login.slice(1);
    return { sub: login, oid, tid: this.id, ver: '2.0', name, preferred_username: `${login}@contoso.example` };
  }

  async serve(request, response, path) {
    if (path.startsWith('/control/')) return this.control(request, response, path);
    if (path.startsWith('/interaction/')) return this.signIn(request, response);
    const document = { '/.well-known/openid-configuration': 'discovery', '/jwks': 'keys', '/token': 'token' }[path];
    if (document) this.asked[document] += 1;
    const misbehave = MISBEHAVIOUR[this.how]?.[document];
    if (misbehave?.instead) return misbehave.instead(this, response);
    if (misbehave?.change) changeAnswer(response, (body) => misbehave.change(this, body));
    request.originalUrl = request.url;
    request.url = request.url.slice(this.mount.length);
    return this.answer(request, response);
  }

  /** The page that stands for the provider's own sign-in, with its second factor and all. */
  async signIn(request, response) {
    const { session } = await this.provider.interactionDetails(request, response);
    if (request.method === 'GET') {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      return response.end(SIGN_IN_PAGE);
    }
    const login = new URLSearchParams(await bodyOf(request)).get('login');
    const result = login ? { login: { accountId: login } } : { error: 'access_denied' };
    const next = await this.provider.interactionResult(request, response, result);
    if (login && session && session.accountId !== login) await this.signOut(session.uid);
    return response.writeHead(303, { location: next }).end();
  }

  /** Another person at the same browser: she needs no page that signs the last one out. */
  async signOut(uid) {
    const session = await this.provider.Session.findByUid(uid);
    if (!session) return;
    delete session.accountId;
    delete session.loginTs;
    session.authorizations = {};
    await session.persist();
  }

  async control(request, response, path) {
    const told = request.method === 'POST' ? JSON.parse((await bodyOf(request)) || '{}') : {};
    switch (`${request.method} ${path}`) {
      case 'POST /control/rotate':
        this.published = [...freshKeys(), ...(told.keep ? this.keys : [])];
        this.keys = this.published.slice(0, 3);
        this.build();
        break;
      case 'POST /control/client':
        Object.assign(this.client, told);
        this.build();
        break;
      case 'POST /control/misbehave':
        if (told.how !== null && !Object.hasOwn(MISBEHAVIOUR, told.how)) {
          return json(response, 400, { known: Object.keys(MISBEHAVIOUR) });
        }
        this.how = told.how;
        break;
      case 'GET /control/asked':
        break;
      default:
        return json(response, 404, {});
    }
    return json(response, 200, this.asked);
  }

  /** The key that the honest provider signs with now. */
  signingKey() {
    const family = { RS256: 'RSA', PS256: 'RSA', ES256: 'EC', EdDSA: 'OKP', Ed25519: 'OKP' }[this.client.algorithm];
    return this.keys.find((key) => key.jwk.kty === family);
  }

  get clientId() { return CLIENT_ID; }
  get clientSecret() { return CLIENT_SECRET; }
}

/** Nobody is asked whether she agrees: in an organisation its administrator did. */
async function consentToEverything(context) {
  const { client, session, provider } = context.oidc;
  const existing = session.grantIdFor(client.clientId);
  const grant = existing ? await provider.Grant.find(existing) : undefined;
  if (grant) return grant;
  const fresh = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  fresh.addOIDCScope('openid profile');
  fresh.addOIDCClaims(['sub', 'oid', 'tid', 'ver', 'name', 'preferred_username', 'auth_time']);
  await fresh.save();
  return fresh;
}

const SIGN_IN_PAGE = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sign in to Contoso</title>
<h1>Contoso</h1>
<form method="post">
<p><label>Who are you? <input name="login" autocomplete="username" autofocus></label>
<p><button>Sign in</button>
</form>
`;

/** Lets the honest provider answer, and changes the body on its way out. */
function changeAnswer(response, change) {
  const end = response.end.bind(response);
  response.end = (body) => {
    const changed = response.statusCode === 200 ? JSON.stringify(change(JSON.parse(String(body)))) : body;
    if (changed !== body) response.setHeader('content-length', Buffer.byteLength(changed));
    return end(changed);
  };
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function json(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

if (options['with-parent']) process.stdin.on('close', () => process.exit()).resume();

const directories = new Map();
let origin;

function directoryOf(id) {
  if (!directories.has(id)) directories.set(id, new Directory(origin, id));
  return directories.get(id);
}

const server = createServer(async (request, response) => {
  try {
    const { pathname } = new URL(request.url, origin);
    const [mount, id] = ISSUER_PATH.exec(pathname) ?? [];
    if (!id) return json(response, 404, {});
    return await directoryOf(id).serve(request, response, pathname.slice(mount.length));
  } catch (error) {
    if (!response.headersSent) json(response, 500, { error: String(error) });
    return undefined;
  }
});

server.listen(Number(options.port), '127.0.0.1', () => {
  origin = `http://127.0.0.1:${server.address().port}`;
  if (!options.quiet) console.log(JSON.stringify({ origin, client_id: CLIENT_ID, client_secret: CLIENT_SECRET }));
});
