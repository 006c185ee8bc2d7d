// The core, compiled to WebAssembly, fetched when a page first needs it.

let loading;

/** The module's functions; rejects where WebAssembly is missing. */
export function core() {
  loading ??= import("../pkg/mfa_web.js").then(async (module) => {
    await module.default();
    return module;
  });
  loading.catch(() => { loading = undefined; }); // so that it can be tried again
  return loading;
}
