// The words of the demo phone. Like the pages' own language.js, and apart from
// it on purpose: the phone shares nothing with what it is used to try.

const LANGUAGES = { en: "English", nl: "Nederlands" };
const MEMORY = "language";

let language = "en";
let messages = {};
const listeners = [];

export async function startLanguage(chooser) {
  const wanted = [remembered(), ...navigator.languages.map((tag) => tag.split("-")[0])];
  await speak(wanted.find((code) => code in LANGUAGES) ?? "en");
  for (const [code, name] of Object.entries(LANGUAGES)) {
    const option = new Option(name, code, false, code === language);
    option.lang = code;
    chooser.add(option);
  }
  chooser.addEventListener("change", async () => {
    await speak(chooser.value);
    try {
      localStorage.setItem(MEMORY, language);
    } catch {
      // storage is off: it lasts as long as the page
    }
  });
}

/** Says a message in an element, now and after a change of language. */
export function put(element, key) {
  element.dataset.say = key;
  element.textContent = say(key);
}

export function say(key, values = {}) {
  return (messages[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function onLanguage(listener) {
  listeners.push(listener);
}

export function timeOfDay(unixSeconds) {
  return new Intl.DateTimeFormat(region(), { timeStyle: "medium" }).format(new Date(unixSeconds * 1000));
}

export function duration(seconds) {
  const [count, unit] = seconds % 60 === 0 ? [seconds / 60, "minute"] : [seconds, "second"];
  return new Intl.NumberFormat(region(), { style: "unit", unit, unitDisplay: "long" }).format(count);
}

async function speak(code) {
  messages = await (await fetch(`/locales/${code}.json`)).json();
  language = code;
  document.documentElement.lang = code;
  document.title = say("title");
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  for (const listener of listeners) listener();
}

function remembered() {
  try {
    return localStorage.getItem(MEMORY);
  } catch {
    return null;
  }
}

function region() {
  return navigator.languages.find((tag) => tag.startsWith(`${language}-`)) ?? (language === "en" ? "en-GB" : language);
}
