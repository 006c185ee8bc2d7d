// Browsers, and bundlers that follow `new URL(…, import.meta.url)`.
import start from "./edge_mfa.js";

await start({ module_or_path: new URL("./edge_mfa_bg.wasm", import.meta.url) });
export * from "./core.js";
