// The edge under load, beside better-auth's two-factor plugin in its three homes and beside Workers that do nothing.
//
// Each home is a process of its own on this machine, and this program the one that asks. In each round each home in
// turn takes the same stretches: passwords, wrong codes, right codes, session checks, nothing at all. What a stretch
// costs is read from the kernel: the time on a processor of all threads of workerd or node, until the process is quiet
// again, so alarms and the collection of garbage count. A pending sign-in is made by the stretch before and is no part
// of the next. Of the rounds the median is told, of the times of answers the quantiles over all rounds. The first round
// is for the compilers of all of them and is not told.
//
// KV, D1 and the limits of requests are Miniflare's, in the same process: what they cost is counted for whoever asks
// them, though it is no Worker's time where they are deployed.
//
// EDGE_MFA_ROUNDS_EDGE: rounds (usually 5). EDGE_MFA_BENCH_ROWS: the file that the rows are written to.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Door } from "./load.mjs";
import { Ours } from "./ours.mjs";
import { busy, busyUntilQuiet, forgetPeak, resident, residentPeak } from "./process.mjs";
import { Row, median, quantile } from "./rows.mjs";
import { Theirs } from "./theirs.mjs";

const ROUNDS = Number(process.env.EDGE_MFA_ROUNDS_EDGE ?? 5);
/** On a machine that is busy with other things no further round begins after so many milliseconds. */
const LONGEST = 6 * 60_000;
const MEMBERS = 40;
/** Wrong codes in each sign-in before the right one, which forgives them. Ours waits after the fifth. */
const WRONG = 2;
const CHECKS = 400;
/** People who send their password at the same moment. */
const CROWD = 20;

const NAMES = {
  hello: "hello",
  "in-node": "better-auth in node",
  "in-d1": "better-auth in D1",
  "in-object": "better-auth in an object",
};
const folder = mkdtempSync(path.join(tmpdir(), "edge-mfa-bench-"));
const children = [];

try {
  const homes = {};
  for (const [kind, People] of [
    ["ours", Ours],
    ["hello"],
    ["in-node", Theirs],
    ["in-d1", Theirs],
    ["in-object", Theirs],
  ]) {
    homes[kind] = await started(kind, People);
  }
  const { hello, ...others } = homes;
  for (const home of Object.values(others)) {
    await home.people.prepare();
    home.members = await inTurn(MEMBERS, (number) => home.people.member(number + 1));
    console.log(`  ${home.kind}: ${MEMBERS} members have a code`);
  }
  for (let round = 0; round <= ROUNDS && (round < 2 || performance.now() < LONGEST); round++) {
    console.log(round === 0 ? "  a round to get warm" : `  round ${round} of ${ROUNDS}`);
    if (round === 1) for (const home of Object.values(homes)) home.stretches = {};
    // Whoever comes first finds another machine than whoever comes last.
    const turn = (list) => list.map((_, at) => list[(at + round) % list.length]);
    for (const home of turn(Object.values(others))) await passwords(home);
    for (const home of turn(Object.values(others))) await wrongCodes(home);
    for (const home of turn(Object.values(others))) await rightCodes(home);
    for (const home of turn(Object.values(others))) await sessionChecks(home);
    for (const home of turn([hello, homes.ours, homes["in-node"]])) await nothing(home);
  }
  for (const home of Object.values(others)) await crowd(home);
  const rows = told(homes);
  if (process.env.EDGE_MFA_BENCH_ROWS) writeFileSync(process.env.EDGE_MFA_BENCH_ROWS, JSON.stringify(rows));
  else for (const row of rows) console.log(JSON.stringify(row));
} finally {
  for (const child of children) child.stdin.end();
  await Promise.all(children.map((child) => child.exitCode ?? new Promise((ends) => child.once("exit", ends))));
  rmSync(folder, { recursive: true, force: true });
}

async function started(kind, People) {
  const program = path.join(path.dirname(fileURLToPath(import.meta.url)), "home.mjs");
  const child = spawn(process.execPath, [program, kind, path.join(folder, kind)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith("{")) continue;
    const told = JSON.parse(line);
    const door = new Door(told.port);
    for (;;) {
      const answer = await door.ask({ method: "GET", path: "/hello" }).catch(() => null);
      if (answer) break;
      await new Promise((passes) => setTimeout(passes, 50));
    }
    return { kind, door, pid: told.pid, people: People && new People(door, told, kind), stretches: {} };
  }
  throw new Error(`${kind} did not start`);
}

/** Two at a time: as many as there are processors here, and nobody's code grows old. */
async function inTurn(count, make) {
  const made = new Array(count);
  let next = 0;
  const lane = async () => {
    for (let at = next++; at < count; at = next++) made[at] = await make(at);
  };
  await Promise.all([lane(), lane()]);
  return made;
}

async function passwords(home) {
  const { members, people } = home;
  const answers = await stretch(
    home,
    "password",
    members.map((who) => people.password(who)),
  );
  members.forEach((who, at) => people.entered(who, answers[at]));
}

async function wrongCodes(home) {
  const { members, people } = home;
  const sent = Array.from({ length: WRONG }, () => members.map((who) => people.code(who, who.phone.wrong()))).flat();
  const answers = await stretch(home, "wrong code", sent);
  answers.forEach((answer) => people.refused(answer));
}

async function rightCodes(home) {
  const { members, people } = home;
  const codes = await Promise.all(members.map((who) => who.phone.next()));
  const answers = await stretch(
    home,
    "right code",
    members.map((who, at) => people.code(who, codes[at])),
  );
  members.forEach((who, at) => people.letIn(who, answers[at]));
}

async function sessionChecks(home) {
  const { members, people } = home;
  const sent = Array.from({ length: CHECKS }, (_, at) => people.session(members[at % members.length]));
  const answers = await stretch(home, "session check", sent);
  if (!answers.every((answer) => people.signedIn(answer))) throw new Error(`${home.kind}: somebody is not signed in`);
}

/** Of ours a Worker's answer to whoever shows no session: everything but the work. */
async function nothing(home) {
  const bare = home.kind === "ours" ? "/api/v1/tenants/bench/session" : "/hello";
  const gets = (path) => Array.from({ length: CHECKS }, () => ({ method: "GET", path }));
  await stretch(home, "nothing", gets(bare));
  if (home.kind === "hello") await stretch(home, "one key", gets("/key"));
}

async function stretch(home, name, requests) {
  await busyUntilQuiet(home.pid);
  const began = busy(home.pid);
  const { answers, seconds } = await home.door.all(requests);
  const spent = (await busyUntilQuiet(home.pid)) - began;
  const kept = (home.stretches[name] ??= { cpu: [], rate: [], times: [] });
  kept.cpu.push(spent / requests.length);
  kept.rate.push(requests.length / seconds);
  kept.times.push(...answers.map((answer) => answer.took));
  return answers;
}

/** What the memory of the process rises to when so many send their password at once. */
async function crowd(home) {
  const { members, people } = home;
  await busyUntilQuiet(home.pid);
  forgetPeak(home.pid);
  const before = resident(home.pid);
  const { answers } = await home.door.all(
    members.slice(0, CROWD).map((who) => people.password(who)),
    CROWD,
  );
  answers.forEach((answer, at) => people.entered(members[at], answer));
  home.crowd = { before, peak: residentPeak(home.pid) };
}

function told({ hello, ours, ...homes }) {
  const theirs = Object.values(homes);
  const cpu = (home, name) => home.stretches[name].cpu;
  /** What the home takes to answer at all: for workerd the bare Worker, for node a bare route. */
  const bare = (home) => cpu(home.kind === "in-node" ? home : hello, "nothing");
  const net = (home, name) => cpu(home, name).map((spent, round) => spent - bare(home)[round]);
  const sums = (home, ...names) =>
    cpu(home, names[0]).map((_, round) => names.reduce((sum, name) => sum + cpu(home, name)[round], 0));
  const shares = (home, part, rest) =>
    cpu(home, part).map((spent, round) => (100 * spent) / (spent + cpu(home, rest)[round]));
  const rows = [];
  const pair = (name, unit, mine, yours, peer, goal, below) =>
    rows.push(Row.pairs(name, unit, mine, yours, peer, goal, below));
  const fastest = theirs.reduce((one, other) =>
    median(net(one, "right code")) <= median(net(other, "right code")) ? one : other,
  );

  for (const home of theirs) {
    const goal =
      home.kind === "in-d1" ? ["at most 1/8", 1 / 8] : home === fastest ? ["at most 1/3 of the fastest", 1 / 3] : [];
    pair(
      "verified code, CPU net of a bare route",
      "ms",
      net(ours, "right code"),
      net(home, "right code"),
      NAMES[home.kind],
      ...goal,
    );
  }
  for (const [name, title] of [
    ["right code", "verified code"],
    ["wrong code", "wrong code"],
    ["session check", "session check"],
  ]) {
    for (const home of theirs) {
      const peer = NAMES[home.kind];
      pair(`${title}, CPU`, "ms", cpu(ours, name), cpu(home, name), peer);
      pair(`${title}, requests a second`, "/s", ours.stretches[name].rate, home.stretches[name].rate, peer);
      for (const part of [0.5, 0.99]) {
        const times = (it) => [quantile(it.stretches[name].times, part)];
        pair(`${title}, p${part * 100}`, "ms", times(ours), times(home), peer);
      }
    }
  }
  pair("session check, CPU", "ms", cpu(ours, "session check"), cpu(hello, "nothing"), "hello", "at most 1.5", 1.5);
  pair("session check, CPU", "ms", cpu(ours, "session check"), cpu(hello, "one key"), "hello and one KV read");
  pair("refused without a session, CPU", "ms", cpu(ours, "nothing"), cpu(hello, "nothing"), "hello");
  for (const home of theirs) {
    const [whole, share] = [(it) => sums(it, "password", "right code"), (it) => shares(it, "password", "right code")];
    pair("full sign-in, CPU", "ms", whole(ours), whole(home), NAMES[home.kind]);
    pair("of it the password and its hash", "%", share(ours), share(home), NAMES[home.kind]);
  }
  for (const home of theirs) {
    pair(
      `memory of the process, at most, ${CROWD} passwords at once`,
      "MiB",
      [ours.crowd.peak],
      [home.crowd.peak],
      NAMES[home.kind],
    );
    pair("memory of the process before", "MiB", [ours.crowd.before], [home.crowd.before], NAMES[home.kind]);
  }
  return rows;
}
