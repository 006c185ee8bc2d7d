// Codes and QR codes in V8, boundary crossing included, beside what npm has. `node wasm.mjs PACKAGE`, the folder of our
// npm package; rows go to the file that EDGE_MFA_BENCH_ROWS names.
//
// Pairwise: in each round ours and every peer in turn, for a few milliseconds each, all warmed up before; the median of
// the rounds and the median of each round's ratio, so that a busy machine tilts nobody.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as oslo from "@oslojs/otp";
import { correction, generate as lean } from "lean-qr";
import { toSvgSource } from "lean-qr/extras/svg";
import * as OTPAuth from "otpauth";
import { verifySync } from "otplib";
import paulmillr from "qr";
import QRCode from "qrcode";
import generator from "qrcode-generator";
import { encode as uqr, renderSVG } from "uqr";

const ours = await import(pathToFileURL(join(process.argv[2], "node.js")));

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const URI =
  "otpauth://totp/Example%20Company:anna.de.vries@example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example%20Company&digits=6";
const ROUNDS = 60;
const ROUND_MS = 4;

const bytes = new TextEncoder().encode("12345678901234567890");
const app = new OTPAuth.TOTP({ secret: OTPAuth.Secret.fromBase32(SECRET) });

// Each says whether a code of the step before, this or the next one is right. The secret is ready where they keep one.
const VERIFY = {
  ours: (code) => ours.verify(SECRET, code) !== null,
  otpauth: (code) => app.validate({ token: code, window: 1 }) !== null,
  otplib: (code) => verifySync({ secret: SECRET, token: code, epochTolerance: 30 }).valid,
  "@oslojs/otp": (code) => oslo.verifyTOTPWithGracePeriod(bytes, 30, 6, code, 30),
};

const MATRIX = {
  ours: () => ours.qrMatrix(URI).size,
  qrcode: () => QRCode.create(URI, { errorCorrectionLevel: "M" }).modules.size,
  uqr: () => uqr(URI, { ecc: "M", boostEcc: false, border: 0 }).size,
  "qr (paulmillr)": () => paulmillr(URI, "raw", { ecc: "medium", border: 1 }).length - 2, // it has no less
  "qrcode-generator": () => generated().getModuleCount(),
  "lean-qr": () => leaned().size,
};

const SVG = {
  ours: () => ours.qrSvg(URI),
  qrcode: () => {
    let svg;
    QRCode.toString(URI, { type: "svg", errorCorrectionLevel: "M" }, (_, text) => (svg = text));
    return svg;
  },
  uqr: () => renderSVG(URI, { ecc: "M", boostEcc: false, border: 4 }),
  "qr (paulmillr)": () => paulmillr(URI, "svg", { ecc: "medium", border: 4 }),
  "qrcode-generator": () => generated().createSvgTag(),
  "lean-qr": () => toSvgSource(leaned()),
};

function generated() {
  const code = generator(0, "M");
  code.addData(URI);
  code.make();
  return code;
}

function leaned() {
  return lean(URI, { minCorrectionLevel: correction.M, maxCorrectionLevel: correction.M });
}

/** What has to hold beside the figures. */
function check() {
  const code = app.generate();
  for (const [name, verify] of Object.entries(VERIFY)) {
    if (!verify(code)) throw new Error(`${name} refuses the right code`);
    if (verify(code === "000000" ? "111111" : "000000")) throw new Error(`${name} takes a wrong code`);
  }
  for (const [name, matrix] of Object.entries(MATRIX)) {
    if (matrix() !== 49) throw new Error(`${name} draws ${matrix()} modules, and not version 8`);
  }
  for (const [name, svg] of Object.entries(SVG)) {
    if (!svg().includes("<svg")) throw new Error(`${name} draws no SVG`);
  }
}

/** Microseconds a call, one figure a round. */
function measured(candidates, argument) {
  const names = Object.keys(candidates);
  const calls = {};
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) calls[name] = warmed(candidates[name], argument());
  for (let round = 0; round < ROUNDS; round++) {
    const given = argument();
    for (const name of names) times[name].push(timed(candidates[name], given, calls[name]));
  }
  return times;
}

/** How many calls make a round, once V8 has compiled what it calls often. */
function warmed(call, argument) {
  const end = performance.now() + 150;
  let count = 0;
  for (; performance.now() < end; count++) call(argument);
  return Math.max(1, Math.round((count * ROUND_MS) / 150));
}

function timed(call, argument, count) {
  const start = performance.now();
  for (let index = 0; index < count; index++) call(argument);
  return ((performance.now() - start) * 1000) / count;
}

const median = (figures) => figures.toSorted((a, b) => a - b)[figures.length >> 1];

function rowsOf(name, times, goals) {
  return Object.keys(times).filter((peer) => peer !== "ours").map((peer) => {
    const least = goals[peer] ?? 1;
    const ratio = median(times[peer].map((theirs, round) => times.ours[round] / theirs));
    const goal = least === 1 ? "faster" : `${least} times as fast`;
    return { name, unit: "µs", ours: median(times.ours), peer, theirs: median(times[peer]), ratio, goal, reached: ratio <= 1 / least };
  });
}

check();
const rows = [];
const add = (name, candidates, goals, argument = () => undefined) => {
  console.log(`measuring: ${name}`);
  rows.push(...rowsOf(name, measured(candidates, argument), goals));
};
// The others stop at the step that matches, which tells by the time which one it was; ours looks at all three.
const goals = { otpauth: 6, otplib: 10, "@oslojs/otp": 10 };
add("verify ±1, a right code, V8", VERIFY, goals, () => app.generate());
add("verify ±1, a wrong code, V8", VERIFY, goals, () => (app.generate() === "000000" ? "111111" : "000000"));
add("QR of a key URI, modules", MATRIX, { qrcode: 5 });
add("QR of a key URI, SVG", SVG, { qrcode: 5 });
writeFileSync(process.env.EDGE_MFA_BENCH_ROWS, JSON.stringify(rows));
