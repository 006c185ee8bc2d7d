// Cloudflare Workers: a module of WebAssembly is imported, never compiled from bytes.
import module from "./edge_mfa_bg.wasm";
import { initSync } from "./edge_mfa.js";

initSync({ module });
export * from "./core.js";
