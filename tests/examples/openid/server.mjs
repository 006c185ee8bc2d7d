// A web application whose people sign in with Edge MFA: OpenID Connect, by the npm package `openid-client`. Three of its
// addresses are about that (/sign-in, /back, /sign-out); /pay shows how to ask for a code once more before something
// that matters. It takes where it runs and what the administrator's page shows from its environment.
import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";

import * as client from "openid-client";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT = "3000", HERE = `http://localhost:${PORT}` } = process.env;
const here = HERE;
const back = `${here}/back`;
/** Says that a code was given, and not that a device was remembered. */
const CODE = "https://refeds.org/profile/mfa";
/** How long a payment trusts a code. */
const FRESH_SECONDS = 300;
/** How long we go by what we were told. Then we ask again: whoever is still signed in there notices nothing. */
const SESSION_SECONDS = 3_600;
const WISH_SECONDS = 600;

// Our own issuer may be on this machine and without TLS; any other has to have it.
const options = new URL(ISSUER).hostname === "localhost" ? { execute: [client.allowInsecureRequests] } : {};
const provider = await client.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, undefined, options);

/** Who is signed in here, and who is on the way: each by the digest of a cookie. A real application keeps them where
 *  it keeps the rest, and throws away what is over. */
const [sessions, wishes] = [new Map(), new Map()];
const digest = (text) => createHash("sha256").update(text ?? "").digest("base64url");
// Over TLS no other host of the domain can set a cookie of this name.
const [prefix, secure] = here.startsWith("https:") ? ["__Host-", "; Secure"] : ["", ""];
const cookie = (name, value, seconds) => `${prefix}${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`;
const cookieOf = (request, name) =>
  (request.headers.cookie ?? "").split("; ").find((pair) => pair.startsWith(`${prefix}${name}=`))?.split("=", 2)[1];
/** Keeps it for so long; gives the cookie by which it is found. */
const keep = (where, name, what, seconds) => {
  const id = randomBytes(32).toString("base64url");
  where.set(digest(id), { ...what, until: Date.now() + seconds * 1000 });
  return cookie(name, id, seconds);
};
const kept = (where, id) => {
  const found = where.get(digest(id));
  return found && Date.now() < found.until ? found : undefined;
};
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Sends the browser to sign in, and keeps what belongs to this one wish. */
const signIn = async (response, next, wish = {}) => {
  const [verifier, state, nonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()];
  const address = client.buildAuthorizationUrl(provider, {
    redirect_uri: back, scope: "openid profile", state, nonce, ...wish,
    code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
  });
  const known = keep(wishes, "wish", { verifier, state, nonce, next, wish }, WISH_SECONDS);
  response.writeHead(303, { location: address.href, "set-cookie": known }).end();
};

/** Takes the browser back: what it brings is redeemed, the ID token verified, its nonce and state are this browser's. */
const takeBack = async (request, response) => {
  const id = cookieOf(request, "wish");
  const begun = kept(wishes, id);
  if (!begun) return show(response, 400, `<p>This sign-in was not begun here. <a href="/sign-in">Begin again</a>.</p>`);
  wishes.delete(digest(id));
  const { verifier, state, nonce, next, wish } = begun;
  const tokens = await client.authorizationCodeGrant(provider, new URL(request.url, here), {
    pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (wish.acr_values && claims.acr !== wish.acr_values) throw new Error("no code was given");
  const told = { name: claims.preferred_username ?? claims.sub, claims, idToken: tokens.id_token };
  const known = keep(sessions, "session", told, SESSION_SECONDS);
  response.writeHead(303, { location: next, "set-cookie": [known, cookie("wish", "", 0)] }).end();
};

const signOut = (response, id, session) => {
  sessions.delete(digest(id));
  const address = client.buildEndSessionUrl(provider, {
    post_logout_redirect_uri: `${here}/`, ...(session ? { id_token_hint: session.idToken } : {}),
  });
  response.writeHead(303, { location: address.href, "set-cookie": cookie("session", "", 0) }).end();
};

const show = (response, status, body) => {
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title><h1>Shop</h1>${body}</html>`;
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" }).end(page);
};

const answer = async (request, response) => {
  const { pathname } = new URL(request.url, here);
  const id = cookieOf(request, "session");
  const session = kept(sessions, id);
  switch (`${request.method} ${pathname}`) {
    case "GET /":
      if (!session) return show(response, 200, `<p><a href="/sign-in">Sign in</a></p>`);
      return show(response, 200, `<p>Signed in as ${escaped(session.name)}, with ${escaped(session.claims.amr.join(" and "))}.</p>
        <p><a href="/pay">Pay</a></p><form method="post" action="/sign-out"><button>Sign out</button></form>`);
    case "GET /sign-in":
      return signIn(response, "/");
    case "GET /back":
      return takeBack(request, response);
    case "GET /pay":
    case "POST /pay": {
      const isFresh = session?.claims.acr === CODE && Date.now() / 1000 - session.claims.auth_time < FRESH_SECONDS;
      if (!isFresh) return signIn(response, "/pay", { acr_values: CODE, max_age: String(FRESH_SECONDS) });
      // Only a form of this site pays: from another the cookie would not come with it.
      if (request.method === "POST") return show(response, 200, `<p>Paid, ${escaped(session.name)}.</p>`);
      return show(response, 200, `<form method="post" action="/pay"><button>Pay now</button></form>`);
    }
    case "POST /sign-out":
      return signOut(response, id, session);
    default:
      return show(response, 404, "<p>There is nothing here.</p>");
  }
};

createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    if (!response.headersSent) show(response, 502, `<p>That did not work. <a href="/sign-in">Sign in again</a>.</p>`);
  });
}).listen(Number(PORT), "127.0.0.1", () => console.log(`listening on ${here}`));
