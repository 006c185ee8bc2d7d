// The package in the runtime of Cloudflare Workers, bundled as wrangler bundles: modules of WebAssembly stay modules.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

const PROGRAM = `
  import { code, qrMatrix, verify } from "edge-mfa";
  export default {
    fetch() {
      const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
      const shown = code(secret, { time: 59 }).code;
      return Response.json({ shown, found: verify(secret, shown, { time: 89 }), size: qrMatrix("hello").size });
    },
  };`;

test("a Worker computes codes", async () => {
  const bundled = await build({
    stdin: { contents: PROGRAM, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    conditions: ["workerd"],
    external: ["*.wasm"],
  });
  const wasm = await readFile(new URL(import.meta.resolve("edge-mfa/package.json")).pathname.replace("package.json", "edge_mfa_bg.wasm"));
  const worker = new Miniflare({
    compatibilityDate: "2026-04-20",
    modules: [
      { type: "ESModule", path: "index.mjs", contents: bundled.outputFiles[0].text },
      { type: "CompiledWasm", path: "edge_mfa_bg.wasm", contents: wasm },
    ],
  });
  try {
    const answer = await worker.dispatchFetch("http://worker.invalid/");
    assert.deepEqual(await answer.json(), { shown: "287082", found: { step: 1, drift: -1 }, size: 21 });
  } finally {
    await worker.dispose();
  }
});
