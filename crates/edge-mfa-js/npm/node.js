// Node, Deno and Bun.
import { readFile } from "node:fs/promises";
import { initSync } from "./edge_mfa.js";

initSync({ module: await readFile(new URL("./edge_mfa_bg.wasm", import.meta.url)) });
export * from "./core.js";
