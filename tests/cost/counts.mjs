// What was counted since somebody asked last, and what is still under way.

/** The platform's own, before anything puts another in its place. */
const Clock = globalThis.Date;

/** An alarm that is due within this time belongs to what was asked; one that is due later does not. */
const SOON_MS = 3_600_000;

const fresh = () => ({
  requests: 0,
  to_tenant: 0,
  to_member: 0,
  alarms: 0,
  alarms_set: 0,
  rows_read: 0,
  rows_written: 0,
  kv_reads: 0,
  kv_writes: 0,
  notices: 0,
  tenant_ms: 0,
  member_ms: 0,
});

let counts = fresh();

/** What is at work, and alarms that are due soon: object by object, when. */
let working = 0;
const due = new Map();

/** Whether time passes as fast as alarms are set: each rings at the next moment, and by then it is the time it was set to. */
let passes = false;

/** Milliseconds by which the clock is ahead. */
let ahead = 0;

export function add(what, more = 1) {
  counts[what] += more;
}

/** Does work that is not over before it is over. */
export async function atWork(work) {
  working += 1;
  try {
    return await work();
  } finally {
    working -= 1;
  }
}

/** The same in an object, whose time is charged. */
export const inObject = (kind, work) =>
  atWork(async () => {
    const began = Clock.now();
    try {
      return await work();
    } finally {
      add(kind, Clock.now() - began);
    }
  });

/** Notes for when an object's alarm is set. When to set it, if that is another time. */
export function alarmSet(object, when) {
  add("alarms_set");
  if (passes || when - Date.now() < SOON_MS) due.set(object, when);
  else due.delete(object);
  return passes ? Clock.now() : when;
}

export function alarmRings(object) {
  add("alarms");
  if (passes) ahead = Math.max(ahead, (due.get(object) ?? 0) - Clock.now());
  due.delete(object);
}

/** What was counted, and whether everything is over that came of it. */
export function read(asked) {
  const seen = { ...counts, at_rest: working === 0 && due.size === 0 };
  if (asked.anew) counts = fresh();
  if (asked.passes) passes = true;
  return seen;
}

globalThis.Date = class extends Clock {
  constructor(...when) {
    super(...(when.length > 0 ? when : [Clock.now() + ahead]));
  }

  static now() {
    return Clock.now() + ahead;
  }
};
