// The clock, randomness, cryptography, requests to other servers and the log: what the Worker finds in the global scope.

import { Clock, call, callLater, counted, logged, setting } from "./switch.mjs";

/** The clock does not throw, but it may have lost the time: say nothing, or the beginning of time. */
globalThis.Date = class extends Clock {
  constructor(...when) {
    super(...(when.length > 0 ? when : [now()]));
  }

  static now() {
    return now();
  }
};

function now() {
  switch (counted("clock")) {
    case "nothing":
      return Number.NaN;
    case "zero":
      return 0;
    default:
      return Clock.now() + (setting.ahead ?? 0);
  }
}

function replace(owner, name, other) {
  const own = owner[name].bind(owner);
  Object.defineProperty(owner, name, { configurable: true, writable: true, value: (...what) => other(own, ...what) });
}

replace(crypto, "getRandomValues", (own, bytes) => call("random", () => own(bytes)));
replace(crypto.subtle, "importKey", (own, ...what) => callLater("subtle", () => own(...what)));
replace(crypto.subtle, "verify", (own, ...what) => callLater("subtle", () => own(...what)));
replace(globalThis, "fetch", (own, ...what) => callLater("fetch", () => own(...what)));
for (const level of ["error", "warn", "log"]) {
  replace(console, level, (own, ...line) => {
    logged(line.join(" "));
    own(...line);
  });
}
