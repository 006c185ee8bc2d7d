// What a process takes of the machine, as Linux counts it.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";

/** Milliseconds on a processor that all threads of the process had up to now: proc(5), `schedstat`, in nanoseconds. */
export function busy(pid) {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
    } catch {
      // It has just ended.
    }
  }
  return nanoseconds / 1e6;
}

/** The same once what was begun is done, alarms included: a request is charged with what it leaves behind. */
export async function busyUntilQuiet(pid) {
  const [GAP, NOTHING, TRIES] = [150, 1.5, 40];
  let before = busy(pid);
  for (let still = 0, tries = 0; still < 2 && tries < TRIES; tries++) {
    await new Promise((passes) => setTimeout(passes, GAP));
    const now = busy(pid);
    still = now - before < NOTHING ? still + 1 : 0;
    before = now;
  }
  return before;
}

const ofStatus = (pid, name) =>
  Number(readFileSync(`/proc/${pid}/status`, "utf8").match(new RegExp(`^${name}:\\s+(\\d+)`, "m"))[1]) / 1024;

/** Resident memory in mebibytes: now, and the most since it was last forgotten. */
export const resident = (pid) => ofStatus(pid, "VmRSS");
export const residentPeak = (pid) => ofStatus(pid, "VmHWM");
export const forgetPeak = (pid) => writeFileSync(`/proc/${pid}/clear_refs`, "5");
