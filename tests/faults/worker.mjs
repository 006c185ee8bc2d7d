// The shipped Worker, with a switch before every call that it makes of the platform. Only the tests start it; the
// module that is deployed is imported as it is, and knows nothing of this.
//
// The door POST /api/faults (the operator's token) takes the next setting and gives what came of the last one:
//   kind, at, mode   the call of this kind, counted from 1, that fails once: "refuse" before it is done, "lose" when it
//                    is done and only the answer is lost, or another way that its kind has
//   hold             alarms wait, so that nothing but the request under test is counted
//   ahead            milliseconds by which the clock is ahead; alarms are then set to the next moment
//   kv               "fresh", "frozen" (reads say what was there when it froze) or "absent"

import { env as bindings } from "cloudflare:workers";
import * as built from "../../worker/build/index.js";
import * as store from "./store.mjs";
import { alarms, counted, setting, swap } from "./switch.mjs";
import "./globals.mjs";

/** An object of the shipped Worker, on a storage that can fail. */
const onFaultyGround = (Shipped, name) =>
  class {
    constructor(context, env) {
      this.shipped = new Shipped(store.context(context, name), store.environment(env));
    }

    fetch(request) {
      // A body that is no text makes the Rust behind it panic, which nothing that a client sends can do.
      const panics = counted(`${name} panic`) !== undefined;
      const text = () => (panics ? Promise.resolve(7) : request.text());
      return this.shipped.fetch(store.around(request, { text }));
    }

    async alarm() {
      while (setting.hold) await scheduler.wait(10);
      alarms.running += 1;
      try {
        return await this.shipped.alarm();
      } finally {
        alarms.running -= 1;
      }
    }
  };

export const TenantObject = onFaultyGround(built.TenantObject, "tenant");
export const MemberObject = onFaultyGround(built.MemberObject, "member");
export const MetricsObject = built.MetricsObject;

export default {
  async fetch(request, env, context) {
    if (new URL(request.url).pathname !== "/api/faults") {
      return new built.default(context, store.environment(env)).fetch(request);
    }
    if (request.headers.get("authorization") !== `Bearer ${bindings.OPERATOR_TOKEN}`) {
      return new Response(null, { status: 403 });
    }
    return Response.json(swap(await request.json()));
  },
};
