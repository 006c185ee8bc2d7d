// better-auth at home in one Durable Object, with the object's own SQLite.

import { DurableObject } from "cloudflare:workers";
import { getMigrations } from "better-auth/db/migration";
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { authOn } from "./auth.mjs";

export class Home extends DurableObject {
  async fetch(request) {
    this.auth ??= authOn(
      { dialect: dialect(this.ctx.storage.sql), type: "sqlite", transaction: false },
      { secret: this.env.SECRET, origin: this.env.ORIGIN },
    );
    if (new URL(request.url).pathname === "/tables") {
      const { compileMigrations } = await getMigrations({
        ...this.auth.options,
        database: { dialect: { ...dialect(this.ctx.storage.sql), createIntrospector: () => nothing }, type: "sqlite" },
      });
      this.ctx.storage.sql.exec(await compileMigrations());
      return new Response("made");
    }
    return this.auth.handler(request);
  }
}

export default {
  fetch(request, env) {
    if (new URL(request.url).pathname === "/hello") return new Response("hello");
    return env.HOME.getByName("all").fetch(request);
  },
};

/** What an object that has no tables yet says of them. An object may not ask SQLite how its tables are made. */
const nothing = { getTables: async () => [], getSchemas: async () => [], getMetadata: async () => ({ tables: [] }) };

const dialect = (sql) => ({
  createAdapter: () => new SqliteAdapter(),
  createDriver: () => new Driver(sql),
  createIntrospector: (kysely) => new SqliteIntrospector(kysely),
  createQueryCompiler: () => new SqliteQueryCompiler(),
});

class Driver {
  constructor(sql) {
    this.connection = {
      async executeQuery({ sql: text, parameters }) {
        const cursor = sql.exec(text, ...parameters);
        const rows = cursor.toArray();
        if (cursor.columnNames.length > 0) return { rows };
        const { changes } = sql.exec("SELECT changes() AS changes").one();
        return { rows, numAffectedRows: BigInt(changes) };
      },
    };
  }
  async init() {}
  async acquireConnection() {
    return this.connection;
  }
  async releaseConnection() {}
  async destroy() {}
  async beginTransaction() {
    throw new Error("an object's writes between two awaits are one transaction anyway");
  }
}
