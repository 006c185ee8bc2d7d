// Users of better-auth with its two-factor plugin, through its routes.

import { randomBytes } from "node:crypto";
import { cookieHeader, right } from "./load.mjs";
import { Phone } from "./phone.mjs";

export class Theirs {
  constructor(door, _, name) {
    this.door = door;
    this.name = name;
  }

  async prepare() {
    if (this.name !== "in-node") await this.door.ask({ method: "GET", path: "/tables" });
  }

  /** Somebody who has signed up and enabled two-factor. */
  async member(number) {
    const who = { number, email: `m${number}@bench.example`, password: randomBytes(12).toString("base64url") };
    const { email, password } = who;
    const signedUp = await this.door.ask(this.#post(who, "/sign-up/email", { name: email, email, password }));
    right(signedUp);
    who.cookie = cookieHeader(signedUp);
    const enabled = right(await this.door.ask(this.#post(who, "/two-factor/enable", { password })));
    who.phone = new Phone(enabled.totpURI);
    this.letIn(who, await this.door.ask(this.code(who, await who.phone.next())));
    return who;
  }

  password(who) {
    return this.#post({}, "/sign-in/email", { email: who.email, password: who.password });
  }

  entered(who, answer) {
    if (!right(answer).twoFactorRedirect) throw new Error(`the password leads elsewhere: ${answer.text}`);
    who.cookie = cookieHeader(answer);
  }

  code(who, code) {
    return this.#post(who, "/two-factor/verify-totp", { code });
  }

  refused(answer) {
    if (answer.status !== 401) throw new Error(`a wrong code: ${answer.status} ${answer.text}`);
  }

  letIn(who, answer) {
    if (!right(answer).token) throw new Error(`the code leads elsewhere: ${answer.text}`);
    who.session = cookieHeader(answer);
  }

  session(who) {
    return { method: "GET", path: "/api/auth/get-session", headers: { cookie: who.session } };
  }

  signedIn(answer) {
    return right(answer)?.session != null;
  }

  #post(who, path, body) {
    const cookie = who.cookie ? { cookie: who.cookie } : {};
    const headers = { origin: this.door.origin, "content-type": "application/json", ...cookie };
    return { path: `/api/auth${path}`, headers, body };
  }
}
