// A web application that keeps its own login and its own passwords, and asks Edge MFA for the second factor. It builds no
// page for that: once a password is right it sends the browser to Edge MFA's page and fetches what was shown there. Two
// calls from server to server, /second-factor/begin and /second-factor/redeem, and nothing to install. It takes where
// Edge MFA is and what the administrator's page shows from its environment.
import { createHash, randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const { API, KEY, PORT = "3000", HERE = `http://localhost:${PORT}`, PASSWORD } = process.env;
const here = HERE;
/** How long a sign-in here is good for. */
const SESSION_SECONDS = 8 * 3_600;
// Over TLS no other host of the domain can set a cookie of this name.
const [NAME, secure] = here.startsWith("https:") ? ["__Host-shop", "; Secure"] : ["shop", ""];

/** A salt and the hash of each password: a real application keeps these where it keeps the rest. */
const passwords = new Map([["carol", hashed(PASSWORD)]]);
/** By the digest of a cookie: who has given her password and what Edge MFA called it, then who is in. */
const sessions = new Map();

function hashed(password, salt = randomBytes(16)) {
  return { salt, hash: scryptSync(password, salt, 32) };
}

/** A name that is nobody's costs the same as a wrong password. */
const nobody = hashed(randomBytes(16).toString("hex"));
function isRight(username, password) {
  const { salt, hash } = passwords.get(username) ?? nobody;
  return timingSafeEqual(hashed(password, salt).hash, hash) && passwords.has(username);
}

/**
 * A name as Edge MFA takes it: there Anna and anna are one member with one authenticator, so they are one person here.
 * Should they be two people with you, send Edge MFA something else that is each one's own in lower case: a number, say.
 */
const oneForm = (name) => name.trim().toLowerCase();

/** Asks Edge MFA, server to server. The key to this request makes it safe to send twice. */
async function ask(step, body) {
  const answer = await fetch(`${API}/second-factor/${step}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${KEY}`, "content-type": "application/json", "idempotency-key": randomBytes(16).toString("hex"),
    },
    body: JSON.stringify(body),
  });
  const said = answer.status === 204 ? {} : await answer.json();
  return answer.ok ? said : Promise.reject(Object.assign(new Error(said.title ?? "refused"), { code: said.code }));
}

/** The password was right. Where the browser goes now. */
async function begin(response, username) {
  const wish = { username, page: { return_to: `${here}/back`, remembered_devices: true } };
  // Somebody whom Edge MFA does not know yet is made a member there, and enrols on the page.
  const begun = await ask("begin", wish).catch(async (refusal) => {
    if (refusal.code !== "member_unknown") throw refusal;
    await ask("members", { username });
    return ask("begin", wish);
  });
  enter(response, { username, pending: begun.pending }, begun.page);
}

/** What the browser brings back counts only beside what was kept for it: another's fetches nothing. */
async function takeBack(response, session, parameters) {
  if (!session?.pending) return show(response, 400, `<p>This sign-in was not begun here. <a href="/">Begin again</a>.</p>`);
  if (parameters.get("error") === "password_change_owed") {
    // Somebody else had the password. A real application has her choose another here, by a way of its own (a link to her
    // mailbox, say), tells Edge MFA so (second-factor/password-changed) and sends her on.
    return show(response, 200, "<p>Choose another password first: somebody else may know this one. Ask us for a link.</p>");
  }
  if (!parameters.has("reference")) return show(response, 200, `<p>You were not signed in. <a href="/">Begin again</a>.</p>`);
  const { confirmation } = await ask("redeem", { pending: session.pending, reference: parameters.get("reference") });
  if (confirmation.sub !== session.username) throw new Error("somebody else was confirmed");
  enter(response, { username: session.username, amr: confirmation.amr }, "/");
}

/** A session of its own for each step, so that one that was planted in a browser is nothing. */
function enter(response, session, location) {
  const id = randomBytes(32).toString("base64url");
  sessions.set(digest(id), { ...session, until: Date.now() + SESSION_SECONDS * 1000 });
  const cookie = `${NAME}=${id}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${SESSION_SECONDS}${secure}`;
  response.writeHead(303, { location, "set-cookie": cookie }).end();
}

const digest = (text) => createHash("sha256").update(text).digest("base64url");
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

async function typed(request) {
  let text = "";
  for await (const part of request) if ((text += part).length > 2_000) throw new Error("too much");
  return new URLSearchParams(text);
}

function show(response, status, body) {
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title><h1>Shop</h1>${body}</html>`;
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" }).end(page);
}

const LOGIN = `<form method="post" action="/login"><p><label>Name <input name="username" autocomplete="username"></label>
  <p><label>Password <input name="password" type="password" autocomplete="current-password"></label>
  <p><button>Sign in</button></form>`;

async function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, here);
  const pairs = (request.headers.cookie ?? "").split("; ");
  const id = pairs.find((pair) => pair.startsWith(`${NAME}=`))?.slice(NAME.length + 1) ?? "";
  const found = sessions.get(digest(id));
  const session = found && Date.now() < found.until ? found : undefined;
  switch (`${request.method} ${pathname}`) {
    case "GET /":
      if (!session?.amr) return show(response, 200, LOGIN);
      return show(response, 200, `<p>Signed in as ${escaped(session.username)}, with a password and ${escaped(session.amr.filter((way) => way !== "vouched").join(" and "))}.</p>
        <form method="post" action="/sign-out"><button>Sign out</button></form>`);
    case "POST /login": {
      const form = await typed(request);
      const [username, password] = [oneForm(form.get("username") ?? ""), form.get("password") ?? ""];
      if (isRight(username, password)) return begin(response, username);
      return show(response, 401, `<p>Name or password is not right.</p>${LOGIN}`);
    }
    case "GET /back":
      sessions.delete(digest(id));
      return takeBack(response, session, searchParams);
    case "POST /sign-out":
      sessions.delete(digest(id));
      return response.writeHead(303, { location: "/" }).end();
    default:
      return show(response, 404, "<p>There is nothing here.</p>");
  }
}

createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    if (!response.headersSent) show(response, 502, `<p>That did not work. <a href="/">Begin again</a>.</p>`);
  });
}).listen(Number(PORT), "127.0.0.1", () => console.log(`listening on ${here}`));
