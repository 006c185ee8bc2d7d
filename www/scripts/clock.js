// The time, as the server sees it.
//
// The code preview and the clock doctor compare an app with the time that the
// server will judge by. This computer's clock may itself be wrong, and then we
// would blame the phone; the Date header of any answer tells.

// Below this the header's whole seconds and the way back explain the difference.
const NOISE_SECONDS = 3;

let offset = 0;

/** Learns from an answer's Date header. */
export function learnTime(header, sentAt, receivedAt) {
  const server = Date.parse(header);
  if (Number.isNaN(server)) return;
  const found = (server + 500 - (sentAt + receivedAt) / 2) / 1000;
  offset = Math.abs(found) < NOISE_SECONDS ? 0 : found;
}

/** Unix seconds, with fraction. */
export function now() {
  return Date.now() / 1000 + offset;
}
