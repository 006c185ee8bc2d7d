// An authenticator app of its own: RFC 6238, which both sides must agree with.

import { createHmac } from "node:crypto";

const PERIOD = 30;
/** How much of a step must be left for its predecessor's code to be sent: it dies with the step. */
const MARGIN = 8;

export class Phone {
  #secret;
  #next = 0;

  constructor(keyUri) {
    this.#secret = base32(new URL(keyUri).searchParams.get("secret"));
  }

  codeAt(step) {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const mac = createHmac("sha1", this.#secret).update(counter).digest();
    const offset = mac[19] & 15;
    return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
  }

  /** A code that is right now and was not handed out before, since ours takes each once. Waits when there is none. */
  async next() {
    for (;;) {
      const [step, left] = now();
      this.#next = Math.max(this.#next, left >= MARGIN ? step - 1 : step);
      if (this.#next <= step + 1) return this.codeAt(this.#next++);
      await new Promise((passes) => setTimeout(passes, 200));
    }
  }

  /** A code that no step near has. */
  wrong() {
    const [step] = now();
    const near = [-3, -2, -1, 0, 1, 2, 3].map((apart) => this.codeAt(step + apart));
    let code = 123_456;
    while (near.includes(String(code))) code++;
    return String(code);
  }
}

function now() {
  const seconds = Date.now() / 1000;
  const step = Math.floor(seconds / PERIOD);
  return [step, PERIOD - (seconds - step * PERIOD)];
}

function base32(text) {
  let [bits, count] = [0, 0];
  const bytes = [];
  for (const symbol of text.replace(/=+$/, "")) {
    bits = ((bits << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(symbol)) & 0xfff;
    count += 5;
    if (count >= 8) bytes.push((bits >> (count -= 8)) & 0xff);
  }
  return Buffer.from(bytes);
}
