// The core, compiled to WebAssembly, fetched when a page first needs it.

const loading = new Map();

/** What most pages need of it; rejects where WebAssembly is missing. */
export const core = () => once("core", () => import("../pkg/mfa_web.js"));

/** What only pages of administrators need, which may be open for days: if it is gone, the pages were
 *  changed since this one was opened, and it starts afresh with the new ones. */
export async function adminCore() {
  try {
    return await once("admin", () => import("../pkg/admin/mfa_web_admin.js"));
  } catch (problem) {
    const address = import.meta.resolve("../pkg/admin/mfa_web_admin.js");
    const { status } = await fetch(address, { method: "HEAD", cache: "no-store" });
    if (status !== 404) throw problem;
    location.reload();
    return new Promise(() => {});
  }
}

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
