#!/usr/bin/env node
// The edge as `wrangler dev` runs it, without what is between it and a client there: a debugger that writes every call
// between objects down, and a proxy that loses a request now and then when the Worker is busy. Both would be measured
// too. It takes of wrangler's arguments those that matter here.

import { createRequire } from "node:module";
import path from "node:path";
import { parseArgs } from "node:util";

const require = createRequire(import.meta.url);
const { unstable_getMiniflareWorkerOptions: optionsOf } = require("wrangler");
const { Miniflare } = createRequire(require.resolve("wrangler"))("miniflare");

const text = { type: "string" };
const { values } = parseArgs({
  options: { port: text, "persist-to": text, "env-file": text },
  strict: false,
});
const { workerOptions, main } = optionsOf("wrangler.toml", undefined, { envFiles: [values["env-file"]] });
// Where wrangler would keep it.
const state = path.join(values["persist-to"], "v3");

const edge = new Miniflare({
  host: "localhost",
  port: Number(values.port),
  kvPersist: path.join(state, "kv"),
  durableObjectsPersist: path.join(state, "do"),
  cachePersist: path.join(state, "cache"),
  workers: [
    {
      ...workerOptions,
      name: "edge-mfa",
      modules: true,
      modulesRoot: process.cwd(),
      scriptPath: path.resolve(main),
      modulesRules: [
        { type: "ESModule", include: ["**/*.js", "**/*.mjs"] },
        { type: "CompiledWasm", include: ["**/*.wasm"] },
      ],
    },
  ],
});
await edge.ready;
