// The shipped Worker with one thing wrong: a member's object waits between reading her record and writing it, as it
// would if something slow were awaited there. What others wrote meanwhile is lost. Only the tests start it, to see that
// the checker notices.

import * as built from "../../worker/build/index.js";

export { TenantObject } from "../../worker/build/index.js";
export default built.default;

export class MemberObject {
  constructor(context, env) {
    this.sql = context.storage.sql;
    this.shipped = new built.MemberObject(context, env);
  }

  async fetch(request) {
    const text = await request.text();
    const [before] = this.records();
    await scheduler.wait(3);
    const [now] = this.records();
    if (before !== undefined && now !== undefined && before !== now) {
      this.sql.exec("UPDATE member SET record = ?", before);
    }
    return this.shipped.fetch(new Request(request.url, { method: "POST", body: text }));
  }

  records() {
    const tables = this.sql.exec("SELECT name FROM sqlite_master WHERE name = 'member'").toArray();
    return tables.length === 0 ? [] : this.sql.exec("SELECT record FROM member").toArray().map((row) => row.record);
  }

  alarm() {
    return this.shipped.alarm();
  }
}
