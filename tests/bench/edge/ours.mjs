// Members of one tenant of ours, through the public doors.

import { randomBytes } from "node:crypto";
import { cookieHeader, right } from "./load.mjs";
import { Phone } from "./phone.mjs";

const TENANT = "bench";
const PATH = `/api/v1/tenants/${TENANT}`;

export class Ours {
  name = "ours";

  constructor(door, { operator }) {
    this.door = door;
    this.operator = { authorization: `Bearer ${operator}` };
  }

  async prepare() {
    const body = { tenant: TENANT, name: "Bench", mode: "mfa", administrator: "anna" };
    right(
      await this.door.ask({ path: "/api/v1/operator/tenants", headers: this.#headers(0, this.operator), body }),
      201,
    );
  }

  /** Somebody who has joined and enrolled. */
  async member(number) {
    const invited = await this.door.ask({
      path: `/api/v1/operator/tenants/${TENANT}/invitations`,
      headers: this.#headers(number, this.operator),
      body: { username: `m${number}`, role: "member" },
    });
    const token = right(invited, 201).url.split("#")[1];
    const who = { number, username: `m${number}`, password: randomBytes(12).toString("base64url") };
    right(await this.door.ask(this.#post(who, "/invitation/accept", { token, password: who.password })), 201);
    const entered = await this.door.ask(this.password(who));
    this.entered(who, entered, "enrol");
    const started = right(await this.door.ask(this.#post(who, "/enrolment/start", {})));
    who.phone = new Phone(started.key_uri);
    const enrolment = { enrolment_id: started.enrolment_id };
    const code = await who.phone.next();
    const confirmed = right(await this.door.ask(this.#post(who, "/enrolment/confirm", { ...enrolment, code })));
    const proof = confirmed.recovery_keys[confirmed.proof_number - 1].split("-").at(-1);
    const done = await this.door.ask(this.#post(who, "/enrolment/complete", { ...enrolment, proof }));
    this.letIn(who, done);
    return who;
  }

  password(who) {
    return this.#post({ number: who.number }, "/sign-in", { username: who.username, password: who.password });
  }

  entered(who, answer, next = "code") {
    if (right(answer).next !== next) throw new Error(`the password leads elsewhere: ${answer.text}`);
    who.cookie = cookieHeader(answer);
  }

  code(who, code) {
    return this.#post(who, "/sign-in/code", { code, remember_device: false });
  }

  refused(answer) {
    if (answer.status !== 401) throw new Error(`a wrong code: ${answer.status} ${answer.text}`);
  }

  letIn(who, answer) {
    if (right(answer).next !== "done") throw new Error(`the code leads elsewhere: ${answer.text}`);
    who.session = cookieHeader(answer);
  }

  session(who) {
    return { method: "GET", path: `${PATH}/session`, headers: this.#headers(who.number, { cookie: who.session }) };
  }

  signedIn(answer) {
    return right(answer).session !== null;
  }

  #post(who, path, body) {
    const cookie = who.cookie ? { cookie: who.cookie } : {};
    return { path: PATH + path, headers: this.#headers(who.number, cookie), body };
  }

  /** As a page of ours sends them, and the address as the platform says it. */
  #headers(number, more) {
    return {
      "sec-fetch-site": "same-origin",
      origin: this.door.origin,
      "content-type": "application/json",
      "idempotency-key": randomBytes(16).toString("hex"),
      "cf-connecting-ip": `10.0.${number >> 8}.${number & 255}`,
      ...more,
    };
  }
}
