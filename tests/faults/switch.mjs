// Which call fails, and what was seen since that was said.

/** The platform's own, before globals.mjs puts another in its place. */
export const Clock = globalThis.Date;

const fresh = () => ({ counts: {}, fired: 0, log: [] });

/** What was said at the door last. */
export let setting = { kind: "", at: 0, mode: "", hold: false, kv: "fresh" };

let seen = fresh();

/** How many alarms are at work. */
export const alarms = { running: 0 };

/** Takes the next setting; gives what was seen under the last one. A peek changes nothing. */
export function swap(next) {
  const before = { ...seen, running: alarms.running };
  if (next.peek) return before;
  setting = next;
  seen = fresh();
  return before;
}

/** Counts a call of this kind. How it has to fail, if it is the one. */
export function counted(kind) {
  seen.counts[kind] = (seen.counts[kind] ?? 0) + 1;
  if (kind !== setting.kind || seen.counts[kind] !== setting.at) return undefined;
  seen.fired += 1;
  return setting.mode;
}

/** What the Worker wrote to its log. */
export function logged(line) {
  seen.log.push(line);
}

/** A call that answers at once. */
export function call(kind, act) {
  const mode = counted(kind);
  if (mode === "refuse") throw failure(kind);
  const answer = act();
  if (mode === "lose") throw failure(kind);
  return answer;
}

/** A call that answers later. */
export async function callLater(kind, act) {
  const mode = counted(kind);
  if (mode === "refuse") throw failure(kind);
  const answer = await act();
  if (mode === "lose") throw failure(kind);
  return answer;
}

export const failure = (kind) => new Error(`the test has made "${kind}" fail`);
