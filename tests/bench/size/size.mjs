// The bytes of a page's module and its glue, compressed as gzip -9 does, beside what others would load for the same,
// bundled and minified by esbuild. `node size.mjs CHECKOUT`; rows go to the file that EDGE_MFA_BENCH_ROWS names.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = process.argv[2];
const here = dirname(fileURLToPath(import.meta.url));
const { build } = createRequire(join(root, "package.json"))("esbuild");

const GOAL = 10 * 1024;

const compressed = (bytes) => gzipSync(bytes, { level: 9 }).length;
// As they are served: the glue as small as the pages' own scripts.
const [release] = readdirSync(join(root, "worker/assets/release"));
const served = (file) => compressed(readFileSync(join(root, "worker/assets/release", release, "pkg", file)));
const weight = (name) => served(`${name}.js`) + served(`${name}_bg.wasm`);

const everybodys = weight("mfa_web");
const administrators = weight("admin/mfa_web_admin");

// Codes made and checked, key URIs, a QR code's modules: no recovery keys and no clock doctor, which none of them has.
const PEERS = {
  "otpauth + qrcode": `export { TOTP, URI } from "otpauth"; export { create, toCanvas } from "qrcode";`,
  "otpauth + uqr": `export { TOTP, URI } from "otpauth"; export { encode } from "uqr";`,
  "@oslojs/otp + uqr, half as much":
    `export { createTOTPKeyURI, generateTOTP, verifyTOTPWithGracePeriod } from "@oslojs/otp"; export { encode } from "uqr";`,
};

async function bundled(entry) {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: here },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  return compressed(outputFiles[0].contents);
}

const goal = "at most 10 KB";
const rows = [];
for (const [peer, entry] of Object.entries(PEERS)) {
  const theirs = await bundled(entry);
  rows.push({ name: "module and glue, gzip -9", unit: "bytes", ours: everybodys, peer, theirs, ratio: everybodys / theirs, goal, reached: everybodys <= GOAL });
}
rows.push({ name: "the administrators', on their pages only", unit: "bytes", ours: administrators });
writeFileSync(process.env.EDGE_MFA_BENCH_ROWS, JSON.stringify(rows));
console.log(`weighed ${rows.length} ways`);
