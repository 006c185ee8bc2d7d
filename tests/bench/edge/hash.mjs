// The password's hash, Argon2id with 19 MiB and two passes: the Worker's, in WebAssembly, beside npm's hash-wasm in the
// same V8 and beside OpenSSL's, which is native. workerd compiles no WebAssembly that comes as bytes, as hash-wasm's
// does; its V8 is node's. All three give the same bytes, each has hashed before, and they take turns.
//
// `node hash.mjs MODULE`. EDGE_MFA_ROUNDS_HASH: hashes of each (usually 40). EDGE_MFA_BENCH_ROWS: where the rows go.

import { readFileSync, writeFileSync } from "node:fs";
import * as crypto from "node:crypto";
import { argon2id } from "hash-wasm";
import { Row } from "./rows.mjs";

const ROUNDS = Number(process.env.EDGE_MFA_ROUNDS_HASH ?? 40);
const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const { exports: worker } = new WebAssembly.Instance(module, {});
const filled = (length, number) => new Uint8Array(length).fill(number);
const ours = (number) => {
  const at = worker.password_hash(number);
  // Its memory may have grown meanwhile.
  return Buffer.from(worker.memory.buffer, at, 32).toString("hex");
};
const hashers = {
  "hash-wasm": (number) =>
    argon2id({
      password: filled(20, number),
      salt: filled(32, number),
      secret: filled(32, number),
      memorySize: 19 * 1024,
      iterations: 2,
      parallelism: 1,
      hashLength: 32,
      outputType: "hex",
    }),
};
// Since node 24.7.
if (crypto.argon2Sync) {
  hashers["OpenSSL, native"] = (number) => {
    const [message, nonce, secret] = [filled(20, number), filled(32, number), filled(32, number)];
    const numbers = { memory: 19 * 1024, passes: 2, parallelism: 1, tagLength: 32 };
    return crypto.argon2Sync("argon2id", { message, nonce, secret, ...numbers }).toString("hex");
  };
}

const kept = Object.fromEntries(["ours", ...Object.keys(hashers)].map((name) => [name, []]));
for (let round = -3; round < ROUNDS; round++) {
  const tag = await timed("ours", ours, round);
  for (const [name, hash] of Object.entries(hashers)) {
    if ((await timed(name, hash, round)) !== tag) throw new Error(`${name} gives another hash`);
  }
}
const rows = Object.keys(hashers).map((name) => Row.pairs("password hash in V8", "ms", kept.ours, kept[name], name));
if (process.env.EDGE_MFA_BENCH_ROWS) writeFileSync(process.env.EDGE_MFA_BENCH_ROWS, JSON.stringify(rows));
else for (const row of rows) console.log(JSON.stringify(row));

async function timed(name, hash, round) {
  const began = performance.now();
  const tag = await hash((round + 3) % 256);
  if (round >= 0) kept[name].push(performance.now() - began);
  return tag;
}
