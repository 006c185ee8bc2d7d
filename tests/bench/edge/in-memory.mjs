// better-auth in a Worker without a database, to see how long it takes to start: it would look into one first.

import { authOn } from "./auth.mjs";

let auth;

export default {
  fetch(request, env) {
    auth ??= authOn(undefined, { secret: env.SECRET, origin: env.ORIGIN });
    return auth.handler(request);
  },
};
