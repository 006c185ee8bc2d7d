// What this phone remembers: its accounts and how wrong its clock is. It plays a
// phone, so it keeps keys; the real pages never do.

const ACCOUNTS = "demo-phone-accounts";
const OFFSET = "demo-phone-clock-offset";

let kept = read(ACCOUNTS, []);
let offset = read(OFFSET, 0);

export function accounts() {
  return kept;
}

export function addAccount(entry) {
  kept = [...kept, { id: crypto.randomUUID(), entry }];
  write(ACCOUNTS, kept);
}

export function removeAccount(id) {
  kept = kept.filter((account) => account.id !== id);
  write(ACCOUNTS, kept);
}

/** Seconds by which the phone's clock is ahead. */
export function clockOffset() {
  return offset;
}

export function setClockOffset(seconds) {
  offset = seconds;
  write(OFFSET, offset);
}

function read(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // storage is off: it lasts as long as the page
  }
}
