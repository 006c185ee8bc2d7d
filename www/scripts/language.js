// The words on the page, in the language of the person.
//
// HTML names its message in `data-say` (text) or `data-say-label` (aria-label);
// scripts use `put`. Both are said again when the language changes. Messages
// reach the page as text only, never as markup.

import { LANGUAGES } from "../pkg/languages.js";

// A code, a key and the numbers on a sheet stand in these digits in every app and
// on every keyboard for them; so all numbers do, and none has to be compared across scripts.
const DIGITS = "latn";

// The one thing that these pages ever store.
const MEMORY = "language";

let language = "en";
let messages = {};
// Whose words they are: this page's, and those of the modules that it has fetched since.
const parts = new Set([document.body.dataset.page]);
const valuesOf = new WeakMap();
const listeners = [];

/** Loads the person's language, says the page in it and fills the chooser. */
export async function startLanguage(chooser) {
  await speak(remembered() ?? preferred());
  const byName = Object.entries(LANGUAGES).sort(([, one], [, other]) => one.name.localeCompare(other.name, "en"));
  for (const [code, { name, direction }] of byName) {
    const option = new Option(name, code, false, code === language);
    option.lang = code;
    option.dir = direction;
    chooser.add(option);
  }
  chooser.addEventListener("change", async () => {
    try {
      await speak(chooser.value);
      remember(language);
    } catch {
      chooser.value = language; // not fetched: stay in the language we have
    }
  });
}

/** Says a message in an element, now and after every change of language.
 *  `values` is an object, or a function that makes one (for dates and such). */
export function put(element, key, values = {}) {
  element.dataset.say = key;
  valuesOf.set(element, values);
  element.textContent = say(key, values);
}

/** A message as text. */
export function say(key, values = {}) {
  const given = typeof values === "function" ? values() : values;
  let message = messages[key] ?? key;
  if (typeof message === "object") {
    message = message[new Intl.PluralRules(language).select(given.count)] ?? message.other;
  }
  return message.replace(/\{(\w+)\}/g, (whole, name) => shown(given[name]) ?? whole);
}

export function knows(key) {
  return key in messages;
}

/** Calls back after each change of language, for what `put` cannot reach. */
export function onLanguage(listener) {
  listeners.push(listener);
}

/** "28 seconds", "4 minutes 5 seconds", "1 hour" */
export function duration(seconds) {
  const parts = [
    [Math.floor(seconds / 3600), "hour"],
    [Math.floor(seconds / 60) % 60, "minute"],
    [seconds % 60, "second"],
  ].filter(([count], index) => count > 0 || (index === 2 && seconds === 0));
  const amounts = parts.map(([count, unit]) => amount(count, unit));
  return new Intl.ListFormat(region(), { type: "unit", style: "narrow" }).format(amounts);
}

/** "4 minutes" */
export function amount(count, unit) {
  return new Intl.NumberFormat(region(), { style: "unit", unit, unitDisplay: "long" }).format(count);
}

/** "a", "a and b", "a, b and c" */
export function list(texts) {
  return new Intl.ListFormat(region(), { type: "conjunction" }).format(texts);
}

/** Fetches the words of a module that is imported on demand, by its name. */
export async function addWords(part) {
  const code = language;
  parts.add(part);
  try {
    const words = await wordsOf(code, part);
    if (code !== language) return; // changed meanwhile, with these among the others
    Object.assign(messages, words);
    sayAll(words);
  } catch (failure) {
    parts.delete(part);
    throw failure;
  }
}

async function speak(code) {
  const wanted = [...parts];
  const words = await Promise.all(wanted.map((part) => wordsOf(code, part)));
  if (parts.size > wanted.length) return speak(code); // one more was asked for meanwhile
  messages = Object.assign({}, ...words);
  language = code;
  document.documentElement.lang = code;
  document.documentElement.dir = LANGUAGES[code].direction;
  sayAll(messages);
  for (const listener of listeners) listener();
}

/** Says what the page has of these. */
function sayAll(words) {
  for (const element of document.querySelectorAll("[data-say]")) {
    if (element.dataset.say in words) element.textContent = say(element.dataset.say, valuesOf.get(element));
  }
  for (const element of document.querySelectorAll("[data-say-label]")) {
    if (element.dataset.sayLabel in words) element.setAttribute("aria-label", say(element.dataset.sayLabel));
  }
}

/** Those of www/locales/ that the page or module can say: the build picks them. */
async function wordsOf(code, part) {
  const answer = await fetch(new URL(`../words/${code}/${part}.json`, import.meta.url), { referrerPolicy: "no-referrer" });
  if (!answer.ok) throw new Error(`no words for ${code}`);
  return answer.json();
}

function preferred() {
  const wanted = navigator.languages.map((tag) => tag.split("-")[0]);
  return wanted.find((code) => code in LANGUAGES) ?? "en";
}

// Storage may be switched off: then the choice lasts as long as the page.
function remembered() {
  try {
    const code = localStorage.getItem(MEMORY);
    return code in LANGUAGES ? code : undefined;
  } catch {
    return undefined;
  }
}

function remember(code) {
  try {
    localStorage.setItem(MEMORY, code);
  } catch {
    // nothing to do: see above
  }
}

// The person's own region for dates, where it belongs to the language shown.
export function region() {
  const own = navigator.languages.find((tag) => tag.startsWith(`${language}-`)) ?? (language === "en" ? "en-GB" : language);
  return new Intl.Locale(own, { numberingSystem: DIGITS });
}

function shown(value) {
  return typeof value === "number" ? new Intl.NumberFormat(region()).format(value) : value;
}
