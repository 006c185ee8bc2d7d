// What the platform hands to the Worker: storage, KV and other objects, each call of which passes the switch.

import { Clock, call, callLater, counted, failure, setting } from "./switch.mjs";

/** `target`, some of whose methods are others. Its own are called on itself: the platform's objects insist on that. */
export function around(target, others) {
  return new Proxy(target, {
    get(_, name) {
      if (Object.hasOwn(others, name)) return others[name];
      const value = Reflect.get(target, name, target);
      return typeof value === "function" && name !== "constructor" ? value.bind(target) : value;
    },
  });
}

/** An object's context. */
export const context = (context, name) => around(context, { storage: storage(context.storage, name) });

function storage(storage, name) {
  const exec = (...statement) => call(`${name} sql`, () => cursor(storage.sql.exec(...statement), name));
  const transactionSync = (work) => call(`${name} transaction`, () => storage.transactionSync(work));
  const setAlarm = (when) => callLater(`${name} setAlarm`, () => storage.setAlarm(soon(when)));
  return around(storage, { sql: around(storage.sql, { exec }), transactionSync, setAlarm });
}

/** What would be done within the hour is done at the next moment, where the tests are in a hurry. What is due is not put
 *  off: each question about it sets the alarm anew, and they come faster than that. */
function soon(when) {
  const now = Clock.now();
  if (setting.ahead === undefined || when - now > 3_600_000) return when;
  // Whoever set it may have read the clock that is ahead.
  return new Clock(Math.min(when - setting.ahead, now + 200));
}

function cursor(cursor, name) {
  const toArray = () => call(`${name} rows`, () => cursor.toArray());
  const one = () => call(`${name} rows`, () => cursor.one());
  return around(cursor, { toArray, one });
}

/** The Worker's and the objects' environment. */
export function environment(env) {
  const TENANTS = namespace(env.TENANTS, "to tenant");
  const MEMBERS = namespace(env.MEMBERS, "to member");
  return around(env, { TENANTS, MEMBERS, EDGE_STATE: kv(env.EDGE_STATE) });
}

/** Where other objects are found. Beside a refusal and a lost answer there are an error and an answer cut short. */
function namespace(namespace, kind) {
  const getByName = (...name) => {
    const stub = namespace.getByName(...name);
    const fetch = async (...request) => {
      const mode = counted(kind);
      if (mode === "refuse") throw failure(kind);
      const answer = await stub.fetch(...request);
      if (mode === "lose") throw failure(kind);
      if (mode === "500") return new Response("broken", { status: 500 });
      if (mode === "cut") return new Response((await answer.text()).slice(0, -1));
      return answer;
    };
    return around(stub, { fetch });
  };
  return around(namespace, { getByName });
}

/** What KV said of a key when it froze, for the keys that were written since. */
const frozen = new Map();

function thaw() {
  if (setting.kv !== "frozen") frozen.clear();
}

function kv(kv) {
  const at = async (key, ...how) => {
    thaw();
    if (setting.kv === "absent") return null;
    if (setting.kv === "frozen" && frozen.has(key)) {
      const text = frozen.get(key);
      const isJson = how[0] === "json" || how[0]?.type === "json";
      return text !== null && isJson ? JSON.parse(text) : text;
    }
    return kv.get(key, ...how);
  };
  const get = (key, ...how) =>
    callLater("kv get", async () => {
      if (!Array.isArray(key)) return at(key, ...how);
      return new Map(await Promise.all(key.map(async (one) => [one, await at(one, ...how)])));
    });
  const put = (key, ...what) =>
    callLater("kv put", async () => {
      thaw();
      if (setting.kv === "frozen" && !frozen.has(key)) frozen.set(key, await kv.get(key));
      return kv.put(key, ...what);
    });
  return around(kv, { get, put });
}
