// better-auth at home in node, with SQLite in a file.

import { createServer } from "node:http";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { authOn } from "./auth.mjs";

const [folder, port, secret] = process.argv.slice(2);
const database = new DatabaseSync(path.join(folder, "auth.sqlite"));
// As one runs SQLite behind a server, and as workerd runs it.
database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
const auth = authOn(database, { secret, origin: `http://localhost:${port}` });
await (await getMigrations(auth.options)).runMigrations();
const handler = toNodeHandler(auth);
createServer((request, response) =>
  request.url === "/hello" ? response.end("hello") : handler(request, response),
).listen(Number(port), "127.0.0.1");
