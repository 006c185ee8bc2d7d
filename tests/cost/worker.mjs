// The shipped Worker, with a meter on what the platform charges for. Only the tests start it; the module that is
// deployed is imported as it is, and knows nothing of this.
//
// Counted as the platform's price list does: requests to the Worker; requests to objects, alarms that ring among them;
// rows read and written, as each statement's own cursor tells, one more written for each alarm that is set and one more
// read for each that is asked for; keys read of KV and written, each key of a bulk for itself. Not counted is what an
// isolate hands to the objects that keep the metrics: at most once in ten seconds, however much was asked.
//
// The door POST /api/costs (the operator's token) gives what was counted so far:
//   anew     and begins anew
//   passes   from now on time passes as fast as alarms are set

import { env as bindings } from "cloudflare:workers";
import * as built from "../../worker/build/index.js";
import { add, alarmRings, alarmSet, atWork, inObject, read } from "./counts.mjs";

/** `target`, some of whose methods are others. Its own are called on itself: the platform's objects insist on that. */
function around(target, others) {
  return new Proxy(target, {
    get(_, name) {
      if (Object.hasOwn(others, name)) return others[name];
      const value = Reflect.get(target, name, target);
      return typeof value === "function" && name !== "constructor" ? value.bind(target) : value;
    },
  });
}

/** An object's storage. Whatever of it is not counted here nobody uses, so it is refused. */
function storage(storage, id) {
  const exec = (...statement) => cursor(storage.sql.exec(...statement));
  const setAlarm = (when) => storage.setAlarm(alarmSet(id, Number(when)));
  const getAlarm = () => {
    add("rows_read");
    return storage.getAlarm();
  };
  const uncounted = (name) => [name, () => { throw new Error(`the meter does not count storage.${name}`); }];
  const others = ["get", "put", "list", "delete", "deleteAll", "deleteAlarm"].map(uncounted);
  return around(storage, { sql: around(storage.sql, { exec }), setAlarm, getAlarm, ...Object.fromEntries(others) });
}

/** A statement's own count grows with the rows that are taken. */
function cursor(cursor) {
  let [read, written] = [0, 0];
  const note = () => {
    add("rows_read", cursor.rowsRead - read);
    add("rows_written", cursor.rowsWritten - written);
    [read, written] = [cursor.rowsRead, cursor.rowsWritten];
  };
  note();
  const toArray = () => {
    const rows = cursor.toArray();
    note();
    return rows;
  };
  return around(cursor, { toArray });
}

function environment(env) {
  const TENANTS = namespace(env.TENANTS, "to_tenant");
  const MEMBERS = namespace(env.MEMBERS, "to_member");
  return around(env, { TENANTS, MEMBERS, EDGE_STATE: kv(env.EDGE_STATE) });
}

function namespace(namespace, kind) {
  const getByName = (...name) => {
    const stub = namespace.getByName(...name);
    const fetch = (...request) => {
      add(kind);
      return stub.fetch(...request);
    };
    return around(stub, { fetch });
  };
  return around(namespace, { getByName });
}

function kv(kv) {
  const get = (keys, ...how) => {
    add("kv_reads", Array.isArray(keys) ? keys.length : 1);
    return kv.get(keys, ...how);
  };
  const put = (...what) => {
    add("kv_writes");
    return kv.put(...what);
  };
  return around(kv, { get, put });
}

const metered = (Shipped, time) =>
  class {
    constructor(context, env) {
      this.id = context.id.toString();
      this.shipped = new Shipped(around(context, { storage: storage(context.storage, this.id) }), environment(env));
    }

    fetch(request) {
      return inObject(time, () => this.shipped.fetch(request));
    }

    alarm() {
      alarmRings(this.id);
      return inObject(time, () => this.shipped.alarm());
    }
  };

export const TenantObject = metered(built.TenantObject, "tenant_ms");
export const MemberObject = metered(built.MemberObject, "member_ms");
export const MetricsObject = built.MetricsObject;

const fetchElsewhere = globalThis.fetch.bind(globalThis);
globalThis.fetch = (...request) => {
  add("notices");
  return fetchElsewhere(...request);
};

export default {
  async fetch(request, env, context) {
    if (new URL(request.url).pathname === "/api/costs") {
      if (request.headers.get("authorization") !== `Bearer ${bindings.OPERATOR_TOKEN}`) {
        return new Response(null, { status: 403 });
      }
      return Response.json(read(await request.json()));
    }
    add("requests");
    return atWork(() => new built.default(context, environment(env)).fetch(request));
  },
};
