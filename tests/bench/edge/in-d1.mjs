// better-auth at home in a Worker, with D1.

import { getMigrations } from "better-auth/db/migration";
import { authOn } from "./auth.mjs";

let auth;

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/hello") return new Response("hello");
    auth ??= authOn(env.DATABASE, { secret: env.SECRET, origin: env.ORIGIN });
    if (pathname === "/tables") {
      await (await getMigrations(auth.options)).runMigrations();
      return new Response("made");
    }
    return auth.handler(request);
  },
};
