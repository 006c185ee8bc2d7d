// The API of a running Edge MFA. Paths, bodies and answers are typed by the API's own document.

import createFetchClient from "openapi-fetch";

export function createClient({ origin, key, fetch, headers = {} }) {
  const client = createFetchClient({
    baseUrl: `${origin}/api/v1`,
    headers: key === undefined ? headers : { ...headers, authorization: `Bearer ${key}` },
    fetch,
  });
  client.use({
    onRequest({ request }) {
      // Asked again under the same key, an act is done once; whoever repeats sets her own.
      if (request.method !== "GET" && !request.headers.has("idempotency-key")) {
        request.headers.set("idempotency-key", crypto.randomUUID());
      }
      return request;
    },
  });
  return client;
}
