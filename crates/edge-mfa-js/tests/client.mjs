// The client against a server that says what it was asked.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { createClient } from "edge-mfa/client";

const asked = [];
const server = createServer(async (request, response) => {
  const chunks = await request.setEncoding("utf8").toArray();
  asked.push({ method: request.method, url: request.url, headers: request.headers, body: chunks.join("") });
  const refused = request.url.endsWith("/nobody");
  const content = refused ? { code: "not_found", status: 404 } : { tenant: "acme" };
  const type = refused ? "application/problem+json" : "application/json";
  response.writeHead(refused ? 404 : 200, { "content-type": type }).end(JSON.stringify(content));
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
after(() => server.close());
const edge = createClient({ origin: `http://127.0.0.1:${server.address().port}`, key: "the operator's" });

test("a question carries the key and no idempotency key", async () => {
  const { data } = await edge.GET("/operator/tenants/{tenant}", { params: { path: { tenant: "acme" } } });
  assert.deepEqual(data, { tenant: "acme" });
  const { url, headers } = asked.at(-1);
  assert.equal(url, "/api/v1/operator/tenants/acme");
  assert.equal(headers.authorization, "Bearer the operator's");
  assert.equal(headers["idempotency-key"], undefined);
});

test("an act carries a key of its own, or the caller's", async () => {
  const act = (headers) =>
    edge.POST("/operator/tenants/{tenant}/resume", { params: { path: { tenant: "acme" } }, body: {}, headers });
  await act();
  const first = asked.at(-1);
  assert.match(first.headers["idempotency-key"], /^[0-9a-f-]{36}$/);
  assert.equal(first.headers["content-type"], "application/json");
  await act();
  assert.notEqual(asked.at(-1).headers["idempotency-key"], first.headers["idempotency-key"]);
  await act({ "idempotency-key": "the-same-act-as-before" });
  assert.equal(asked.at(-1).headers["idempotency-key"], "the-same-act-as-before");
});

test("a refusal is an answer", async () => {
  const { data, error } = await edge.GET("/operator/tenants/{tenant}", { params: { path: { tenant: "nobody" } } });
  assert.equal(data, undefined);
  assert.equal(error.code, "not_found");
});
