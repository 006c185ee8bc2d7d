// The package as a program of somebody else's uses it: under Node, Deno and Bun alike.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as edge from "edge-mfa";

// RFC 6238, appendix B: the secrets are of 20, 32 and 64 bytes, in base32.
const SECRETS = {
  SHA1: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
  SHA256: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA",
  SHA512:
    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA",
};
const VECTORS = [
  [59, "94287082", "46119246", "90693936"],
  [1111111109, "07081804", "68084774", "25091201"],
  [1111111111, "14050471", "67062674", "99943326"],
  [1234567890, "89005924", "91819424", "93441116"],
  [2000000000, "69279037", "90698825", "38618901"],
  [20000000000, "65353130", "77737706", "47863826"],
];
const SECRET = SECRETS.SHA1;

test("the codes are those of RFC 6238", () => {
  for (const [time, ...codes] of VECTORS) {
    Object.entries(SECRETS).forEach(([algorithm, secret], at) => {
      assert.equal(edge.code(secret, { time, algorithm, digits: 8 }).code, codes[at]);
      const found = edge.verify(secret, codes[at], { time, algorithm, digits: 8 });
      assert.deepEqual(found, { step: Math.floor(time / 30), drift: 0 });
    });
  }
  assert.deepEqual(edge.code(SECRET, { time: new Date(59_000) }), { code: "287082", secondsLeft: 1 });
});

test("a code is good in its step and its neighbours, and once", () => {
  const { code } = edge.code(SECRET, { time: 3000 });
  const typed = `${code.slice(0, 3)} ${code.slice(3)}`;
  assert.deepEqual(edge.verify(SECRET, typed, { time: 3030 }), { step: 100, drift: -1 });
  assert.deepEqual(edge.verify(SECRET, typed, { time: 2970 }), { step: 100, drift: 1 });
  assert.equal(edge.verify(SECRET, typed, { time: 3060 }), null);
  assert.equal(edge.verify(SECRET, typed, { time: 3000, after: 100 }), null);
  assert.deepEqual(edge.verify(SECRET, typed, { time: 3000, after: 99 }), { step: 100, drift: 0 });
  for (const none of ["", "12345", "1234567", "abcdef", "½½½½½½"]) assert.equal(edge.verify(SECRET, none), null);
  assert.equal(edge.clockOffset(SECRET, code, { time: 3240 }), -240);
  assert.equal(edge.clockOffset(SECRET, code, { time: 9000 }), null);
});

test("a fresh secret is of 160 bits, and its code verifies now", () => {
  const secret = edge.generateSecret();
  assert.match(secret, /^[A-Z2-7]{32}$/);
  assert.notEqual(secret, edge.generateSecret());
  assert.notEqual(edge.verify(secret, edge.code(secret).code), null);
});

test("a key URI is read back", () => {
  const about = { issuer: "Acme & Söhne", account: "anna@example.com", secret: SECRET };
  const uri = edge.keyUri(about);
  assert.deepEqual(edge.parseKeyUri(uri), { ...about, algorithm: "SHA1", digits: 6, period: 30 });
  const unusual = { algorithm: "SHA256", digits: 8, period: 60 };
  assert.deepEqual(edge.parseKeyUri(edge.keyUri({ ...about, ...unusual })), { ...about, ...unusual });
  assert.equal(edge.parseKeyUri(`otpauth://totp/bob?secret=${SECRET}`).issuer, undefined);
});

test("a QR code has its finders and is the same drawn", () => {
  const { size, modules } = edge.qrMatrix(edge.keyUri({ issuer: "Acme", account: "anna", secret: SECRET }));
  assert.equal(modules.length, size * size);
  const finder = "1111111100000110111011011101101110110000011111111".split("").map(Number);
  for (const [left, top] of [[0, 0], [size - 7, 0], [0, size - 7]]) {
    const seen = Array.from({ length: 49 }, (_, at) => modules[(top + Math.floor(at / 7)) * size + left + (at % 7)]);
    assert.deepEqual(seen, finder);
  }
  const svg = edge.qrSvg("hello");
  assert.equal(svg.match(/h1v1h-1z/g).length, edge.qrMatrix("hello").modules.filter(Boolean).length);
});

test("recovery keys are read as people type them, and kept as digests", () => {
  const keys = edge.generateRecoveryKeys();
  assert.equal(new Set(keys).size, 10);
  for (const key of keys) assert.match(key, /^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/);
  const [key] = keys;
  const typed = key.toLowerCase().replaceAll("-", " ");
  assert.deepEqual(edge.checkRecoveryKey(typed), { key, problem: null });
  const other = key.startsWith("7") ? "8" : "7";
  assert.deepEqual(edge.checkRecoveryKey(other + key.slice(1)), { key: null, problem: "checksum" });
  assert.deepEqual(edge.checkRecoveryKey(key.slice(1)), { key: null, problem: "length" });
  const digestKey = new Uint8Array(32).fill(7);
  const digest = edge.recoveryKeyDigest(key, digestKey, "acme/anna");
  assert.match(digest, /^[0-9a-f]+$/);
  assert.equal(edge.recoveryKeyDigest(typed, digestKey, "acme/anna"), digest);
  assert.notEqual(edge.recoveryKeyDigest(key, digestKey, "acme/bert"), digest);
});

test("what is wrong is said, and never the secret", () => {
  const weak = "JBSWY3DP";
  for (const wrong of [
    () => edge.code(weak),
    () => edge.code(`${SECRET}!`),
    () => edge.code(SECRET, { digits: 5 }),
    () => edge.code(SECRET, { period: 0 }),
    () => edge.code(SECRET, { algorithm: "MD5" }),
    () => edge.code(SECRET, { time: -1 }),
    () => edge.code(SECRET, { time: NaN }),
    () => edge.code(SECRET, { window: 5 }),
    () => edge.parseKeyUri(`otpauth://hotp/anna?secret=${SECRET}`),
    () => edge.parseKeyUri(`otpauth://totp/anna?secret=${weak}`),
    () => edge.qrMatrix("a".repeat(5000)),
    () => edge.recoveryKeyDigest("x", new Uint8Array(32), ""),
    () => edge.recoveryKeyDigest(edge.generateRecoveryKeys(1)[0], new Uint8Array(31), ""),
  ]) {
    assert.throws(wrong, (error) => error.message.length > 5 && !error.message.includes(weak) && !error.message.includes(SECRET));
  }
});
