import type { Client } from "openapi-fetch";
import type { paths } from "./api.js";

export type { components, operations, paths } from "./api.js";

/**
 * A client of the API at `origin`, e.g. `https://sign-in.example.com`. An answer is `{ data }` or `{ error }`, and an
 * error is problem+json (RFC 9457) with a stable `code`. Nothing throws but a connection that fails.
 *
 * ```js
 * const edge = createClient({ origin: "https://sign-in.example.com", key: process.env.EDGE_MFA_OPERATOR_TOKEN });
 * const { data, error } = await edge.GET("/operator/tenants/{tenant}", { params: { path: { tenant: "acme" } } });
 * ```
 */
export function createClient(options: {
  origin: string;
  /** The operator's token or an application's key. Never in a browser. */
  key?: string;
  fetch?: typeof globalThis.fetch;
  headers?: Record<string, string>;
}): Client<paths>;
