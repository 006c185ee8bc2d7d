// A pretend phone with an authenticator app, for trying Edge MFA without one.
//
// It plays the other side: it runs on an origin of its own, computes codes with
// its own crate, and keeps its accounts as a phone does. Nothing here is meant
// for real accounts, which the banner says.

import init, { phone_add, phone_code } from "/pkg/demo_phone.js";
import { accounts, addAccount, clockOffset, removeAccount, setClockOffset } from "./memory.js";
import { duration, onLanguage, put, say, startLanguage, timeOfDay } from "./language.js";

const $ = (id) => document.getElementById(id);

// How wrong this phone's clock can be set, to see what the pages then say.
const OFFSETS = [0, -45, 45, -240, 240];

await Promise.all([startLanguage($("language")), init()]);
$("add-form").addEventListener("submit", add);
$("clock-offset").addEventListener("change", () => {
  setClockOffset(Number($("clock-offset").value));
  tick();
});
nameOffsets();
onLanguage(nameOffsets);
list();
$("add").open = accounts().length === 0;
document.documentElement.dataset.ready = "";
setInterval(tick, 250);
tick();

function add(event) {
  event.preventDefault();
  const text = $("add-text").value.trim();
  let account;
  try {
    account = phone_add(text, $("add-name").value.trim());
  } catch (error) {
    return complain(error.message);
  }
  complain();
  addAccount(account);
  $("add-form").reset();
  $("add").open = false;
  list();
  tick();
  announce("add.done");
  $("accounts").lastElementChild.querySelector(".copy").focus();
}

function complain(word) {
  const summary = document.querySelector("[data-test='error-summary']");
  for (const place of [summary, $("add-text-error")]) {
    place.hidden = word === undefined;
    if (word) put(place, `problem.${word}`);
  }
  if (word === undefined) {
    delete summary.dataset.code;
    $("add-text").removeAttribute("aria-invalid");
    return;
  }
  summary.dataset.code = word;
  $("add-text").setAttribute("aria-invalid", "true");
  $("add-text").focus();
  $("add-text").select();
}

function list() {
  $("accounts").replaceChildren(...accounts().map(card));
  $("no-accounts").hidden = accounts().length > 0;
}

function card({ id, entry }) {
  const line = document.createElement("li");
  line.className = "card account";
  line.dataset.account = id;
  line.innerHTML = `
    <h2><span class="issuer"></span> <span class="name"></span></h2>
    <p class="now"><span class="code" translate="no"></span>
      <svg class="ring" viewBox="0 0 36 36" width="36" height="36" aria-hidden="true"><circle class="track" cx="18" cy="18" r="15"/><circle class="left" cx="18" cy="18" r="15" pathLength="100"/></svg>
      <span class="seconds"></span></p>
    <p class="actions"><button type="button" class="button copy"></button> <button type="button" class="link remove"></button></p>`;
  line.querySelector(".issuer").textContent = entry.issuer;
  if (entry.issuer || entry.account) line.querySelector(".name").textContent = entry.account;
  else put(line.querySelector(".name"), "accounts.unnamed");
  const copy = line.querySelector(".copy");
  put(copy, "action.copy");
  copy.addEventListener("click", async () => {
    const copied = await navigator.clipboard.writeText(codeOf(entry).code).then(() => true, () => false);
    put(copy, copied ? "action.copied" : "action.not_copied");
    announce(copied ? "action.copied" : "action.not_copied");
    setTimeout(() => put(copy, "action.copy"), 2000);
  });
  const remove = line.querySelector(".remove");
  put(remove, "action.remove");
  remove.addEventListener("click", () => {
    removeAccount(id);
    list();
    $("add").querySelector("summary").focus();
  });
  return line;
}

/** Brings the clock and every code up to date. */
function tick() {
  const offset = clockOffset();
  $("clock").textContent = timeOfDay(phoneTime());
  $("clock-wrong").hidden = offset === 0;
  for (const { id, entry } of accounts()) {
    const line = $("accounts").querySelector(`[data-account="${id}"]`);
    if (!line) continue;
    const { code, seconds_left: left, period } = codeOf(entry);
    write(line.querySelector(".code"), code.replace(/^(\d{3,4})(\d{3,4})$/, "$1 $2"));
    write(line.querySelector(".seconds"), String(left));
    line.querySelector(".left").setAttribute("stroke-dasharray", `${(100 * left) / period} 100`);
  }
}

// Written only when it changes, so that a selection in it survives.
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function codeOf(entry) {
  return phone_code(entry, Math.floor(phoneTime()));
}

function phoneTime() {
  return Date.now() / 1000 + clockOffset();
}

function nameOffsets() {
  $("clock-offset").replaceChildren(...OFFSETS.map((seconds) => {
    const key = seconds === 0 ? "clock.right" : seconds < 0 ? "clock.behind" : "clock.ahead";
    return new Option(say(key, { time: duration(Math.abs(seconds)) }), seconds, false, seconds === clockOffset());
  }));
}

function announce(key) {
  $("announcer").textContent = say(key);
}
