// Whether a comparison's time tells where a wrong value is wrong: measured, after dudect (Reparaz, Balasch, Verbauwhede
// 2017), in V8, which is what runs the module in workerd too.
//
// Two values are compared with the one that is kept: one that is wrong at its beginning, one that is wrong at its end.
// They take turns at random. Both lie somewhere in memory, and where they lie takes time as well; so they are laid down
// anew for each thousand measurements, in places that are drawn. Of each thousand the slowest tenth is left out (whatever
// else the machine did), and the difference of the two means is one figure. Student's t over these figures says whether
// it is zero: below 4.5 it may be. No clock fails anything here; but a control that leaks must be found, or the rest has
// said nothing.
//
// EDGE_MFA_ROUNDS_TIMING: measurements of each comparison (usually 100,000; for a result 1,000,000). EDGE_MFA_SEED.

import { readFileSync } from "node:fs";

const ROUND = 1000;
const THRESHOLD = 4.5;
/** What one measurement takes, so that the clock's own steps do not count. */
const MILLISECONDS = 0.01;

const rounds = Math.max(20, Math.round(Number(process.env.EDGE_MFA_ROUNDS_TIMING ?? 100_000) / ROUND));
const seed = Number(process.env.EDGE_MFA_SEED ?? Math.floor(Math.random() * 2 ** 32)) >>> 0;
const { exports: core } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(process.argv[2])), {});
let state = seed;

console.log(`EDGE_MFA_SEED=${seed} EDGE_MFA_ROUNDS_TIMING=${rounds * ROUND}\n`);
console.log("| comparison | n | one takes | wrong at the end − at the beginning | t | |\n|---|---|---|---|---|---|");
let controlSeen = true;
for (let subject = 0; subject < core.subjects(); subject++) {
  const name = nameOf(subject);
  const { t, apart, one } = measure(subject);
  const verdict = Math.abs(t) < THRESHOLD ? "nothing seen" : "A LEAK";
  if (name.startsWith("control")) controlSeen &&= verdict === "A LEAK";
  const ns = (milliseconds) => `${(milliseconds * 1e6).toFixed(2)} ns`;
  console.log(`| ${name} | ${rounds * ROUND} | ${ns(one)} | ${ns(apart)} | ${t.toFixed(2)} | ${verdict} |`);
}
if (!controlSeen) {
  console.error("\nThe control leaks and was not found: this run says nothing.");
  process.exitCode = 1;
}

function measure(subject) {
  const values = [0, core.variants(subject) - 1];
  const times = calibrated(subject);
  const differences = [];
  let total = 0;
  for (let round = 0; round < rounds; round++) {
    // Which of the two values lies in which place.
    const swapped = random() & 1;
    for (const place of [0, 1]) core.prepare(place, subject, values[place ^ swapped]);
    const samples = [];
    for (let measurement = 0; measurement < ROUND; measurement++) {
      const value = random() & 1;
      const place = value ^ swapped;
      const began = performance.now();
      core.compare(place, times);
      samples.push([performance.now() - began, value]);
    }
    samples.sort(([one], [other]) => one - other).length = ROUND * 0.9;
    const [beginning, end] = [0, 1].map((which) => mean(samples.filter(([, it]) => it === which).map(([time]) => time)));
    differences.push((end - beginning) / times);
    total += (beginning + end) / 2 / times;
  }
  const apart = mean(differences);
  const variance = differences.reduce((sum, it) => sum + (it - apart) ** 2, 0) / (differences.length - 1);
  return { t: apart / Math.sqrt(variance / differences.length), apart, one: total / rounds };
}

/** How many comparisons make one measurement, once V8 has compiled what is run often. */
function calibrated(subject) {
  core.prepare(0, subject, 0);
  let times = 1;
  for (;;) {
    const samples = Array.from({ length: 50 }, () => {
      const began = performance.now();
      core.compare(0, times);
      return performance.now() - began;
    });
    if (samples.sort((one, other) => one - other)[25] >= MILLISECONDS) return times;
    times *= 2;
  }
}

function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function nameOf(subject) {
  return new TextDecoder().decode(new Uint8Array(core.memory.buffer, core.name(subject), core.name_length(subject)));
}

/** Mulberry32. */
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return (mixed ^ (mixed >>> 14)) >>> 0;
}
