// From nothing to the first answer: workerd is started with one Worker, asked once, and ended, in turn with a Worker of
// ours, with better-auth's two-factor plugin, and with one that does nothing. What the last takes is workerd's own
// and is taken off the others. The first question is who is signed in, from somebody who is not: it needs all of the
// Worker's set-up and no store.
//
// EDGE_MFA_ROUNDS_START_UP: starts of each (usually 15). EDGE_MFA_BENCH_ROWS: the file that the rows are written to.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { bundled, here, root } from "./home.mjs";
import { busy } from "./process.mjs";
import { Row } from "./rows.mjs";

const ROUNDS = Number(process.env.EDGE_MFA_ROUNDS_START_UP ?? 15);
const require = createRequire(createRequire(path.join(root, "package.json")).resolve("wrangler"));
const workerd = createRequire(require.resolve("miniflare"))("workerd").default;
const folder = mkdtempSync(path.join(tmpdir(), "edge-mfa-start-up-"));
const key = () => randomBytes(32).toString("base64url");

try {
  for (const file of ["index.js", "index_bg.wasm"])
    copyFileSync(path.join(root, "worker/build", file), path.join(folder, file));
  copyFileSync(path.join(here, "hello.mjs"), path.join(folder, "hello.mjs"));
  await bundled("in-memory", folder);
  const ring = () => `bench:${key()}`;
  const objects = ["TenantObject", "MemberObject", "MetricsObject"];
  const bindings = [
    ...["KEY_ENCRYPTION_KEYS", "PEPPERS", "TOKEN_KEYS"].map((name) => `(name = "${name}", text = "${ring()}")`),
    `(name = "NAMING_KEY", text = "${key()}")`,
    `(name = "OPERATOR_TOKEN", text = "${key()}")`,
    `(name = "EDGE_STATE", kvNamespace = "nobody")`,
    `(name = "ASSETS", service = "nobody")`,
    ...["TENANTS", "MEMBERS", "METRICS_OBJECTS"].map(
      (name, at) => `(name = "${name}", durableObjectNamespace = "${objects[at]}")`,
    ),
  ];
  const namespaces = objects.map((name) => `(className = "${name}", uniqueKey = "${name}", enableSql = true)`);
  const workers = {
    hello: { ...written("hello", esModule("hello.mjs")), path: "/", status: 200 },
    ours: {
      ...written(
        "ours",
        `${esModule("index.js")}, (name = "index_bg.wasm", wasm = embed "index_bg.wasm")`,
        `bindings = [${bindings}], durableObjectNamespaces = [${namespaces}], durableObjectStorage = (inMemory = void)`,
      ),
      path: "/api/v1/tenants/bench/session",
      status: 401,
    },
    theirs: {
      ...written(
        "theirs",
        esModule("in-memory.mjs"),
        `compatibilityFlags = ["nodejs_compat"], bindings = [(name = "SECRET", text = "${key()}"),
         (name = "ORIGIN", text = "http://localhost")]`,
      ),
      path: "/api/auth/get-session",
      status: 200,
    },
  };
  const kept = { hello: [], ours: [], theirs: [] };
  for (let round = -1; round < ROUNDS; round++) {
    for (const [name, worker] of Object.entries(workers)) {
      const figures = await started(worker);
      // The first of each reads its files from the disk.
      if (round >= 0) kept[name].push(figures);
    }
  }
  const net = (name, figure) => kept[name].map((it, round) => it[figure] - kept.hello[round][figure]);
  const rows = [
    Row.pairs(
      "start-up to the first answer, net of hello's",
      "ms",
      net("ours", "took"),
      net("theirs", "took"),
      "better-auth",
      "at most 1/4",
      1 / 4,
    ),
    Row.pairs("start-up, CPU, net of hello's", "ms", net("ours", "spent"), net("theirs", "spent"), "better-auth"),
    Row.pairs(
      "start-up to the first answer, workerd's own included",
      "ms",
      kept.ours.map((it) => it.took),
      kept.hello.map((it) => it.took),
      "hello",
    ),
  ];
  if (process.env.EDGE_MFA_BENCH_ROWS) writeFileSync(process.env.EDGE_MFA_BENCH_ROWS, JSON.stringify(rows));
  else for (const row of rows) console.log(JSON.stringify(row));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function esModule(file) {
  return `(name = "${file}", esModule = embed "${file}")`;
}

function written(name, modules, more = "") {
  const file = path.join(folder, `${name}.capnp`);
  writeFileSync(
    file,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "worker", worker = .worker), (name = "nobody", worker = .nobody)],
  sockets = [(name = "door", address = "127.0.0.1:0", http = (), service = "worker")]);
const nobody :Workerd.Worker = (
  serviceWorkerScript = "addEventListener('fetch', () => {})", compatibilityDate = "2026-04-20");
const worker :Workerd.Worker = (modules = [${modules}], compatibilityDate = "2026-04-20", ${more});
`,
    { mode: 0o600 },
  );
  return { file };
}

async function started({ file, path, status }) {
  const began = performance.now();
  const child = spawn(workerd, ["serve", file, "--control-fd=3"], { stdio: ["ignore", "ignore", "inherit", "pipe"] });
  const ended = new Promise((ends) => child.once("exit", ends));
  try {
    for await (const line of createInterface({ input: child.stdio[3] })) {
      const { event, port } = JSON.parse(line);
      if (event !== "listen") continue;
      const answer = await asked(port, path);
      const took = performance.now() - began;
      const spent = busy(child.pid);
      if (answer.status !== status) throw new Error(`${file}: ${answer.status} ${answer.text}`);
      return { took, spent };
    }
    throw new Error(`${file}: workerd did not start`);
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

function asked(port, path) {
  return new Promise((answers, fails) => {
    const request = http.get({ host: "127.0.0.1", port, path, agent: false }, (response) => {
      let text = "";
      response.on("data", (part) => (text += part)).on("error", fails);
      response.on("end", () => answers({ status: response.statusCode, text }));
    });
    request.on("error", fails);
  });
}
