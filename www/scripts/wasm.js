// The core, compiled to WebAssembly, fetched when a page first needs it.

const loading = new Map();

/** What most pages need of it; rejects where WebAssembly is missing. */
export const core = () => once("core", () => import("../pkg/mfa_web.js"));

/** What only pages of administrators need. */
export const adminCore = () => once("admin", () => import("../pkg/admin/mfa_web_admin.js"));

function once(name, load) {
  if (!loading.has(name)) {
    loading.set(name, load().then(async (module) => {
      await module.default();
      return module;
    }));
    loading.get(name).catch(() => loading.delete(name)); // so that it can be tried again
  }
  return loading.get(name);
}
