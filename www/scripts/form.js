// A form that waits, says what is wrong and keeps what was typed.
//
// The error stands in a summary and, in the same words, at its field. In a form
// with one field the focus goes to the field, whose text is selected, so that
// typing replaces it; else to the summary, whose links lead to the fields.

import { duration, knows, put, say } from "./language.js";
import { announce } from "./page.js";
import { messageKey } from "./message.js";
import { Problem } from "./problem.js";
import { titleError } from "./stage.js";

const SLOW_MS = 4000;

// Kinds of fields in which something is typed.
const TYPED = ["text", "password", "textarea"];

export class Form {
  #form; #send; #name; #blames;
  #button; #label;
  #summary; #countdown; #slow; #again;
  #busy = false;
  #ticking;
  #slowTimer;

  /** `send(values)` does the work and throws a Problem when it is refused.
   *  `name` picks particular messages; `blames` is the id of the field at fault
   *  when the problem does not say. */
  constructor(form, { name, blames, send }) {
    this.#form = form;
    this.#send = send;
    this.#name = name;
    this.#blames = blames;
    this.#button = form.querySelector("button[type=submit]");
    this.#label = this.#button.dataset.say;
    this.#build();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
  }

  /** Sends the form, once: neither while it waits nor while it counts down. */
  async submit() {
    if (this.#busy || this.#ticking) return;
    const empty = this.#fields().filter((field) => field.required && !field.value.trim());
    if (empty.length > 0) {
      this.#refuse("empty", empty.map((field) => ({ field, key: `empty.${field.name}` })));
      return;
    }
    this.clear();
    this.#wait(true);
    try {
      await this.#send(Object.fromEntries(new FormData(this.#form)));
    } catch (problem) {
      if (problem.code !== "cancelled") this.refuse(problem); // by the person: nothing is wrong
    } finally {
      this.#wait(false);
    }
  }

  /** Shows why not. */
  refuse(problem) {
    const known = problem instanceof Problem ? problem : new Problem("internal");
    // Throttled without an end: waiting does not help.
    if (known.code === "throttled" && !known.retryAfter) known.reason = "closed";
    const key = messageKey(known, this.#name);
    this.#refuse(known.code, [{ field: this.#fieldOf(known), key, values: known.values }]);
    if (known.retryAfter) this.#countDown(known.retryAfter);
  }

  /** Takes every complaint away. */
  clear() {
    this.#again.hidden = true;
    if (this.#summary.hidden) return;
    this.#summary.hidden = true;
    delete this.#summary.dataset.code;
    for (const field of this.#form.querySelectorAll("[aria-invalid]")) {
      field.removeAttribute("aria-invalid");
      hush(this.#errorOf(field));
    }
    titleError(false);
  }

  #refuse(code, errors) {
    this.clear();
    this.#summary.dataset.code = code;
    this.#summary.querySelector("ul").replaceChildren(...errors.map((error) => this.#line(error)));
    this.#summary.hidden = false;
    for (const { field, key, values } of errors) {
      if (!field) continue;
      field.setAttribute("aria-invalid", "true");
      put(this.#errorOf(field), key, values);
      this.#errorOf(field).hidden = false;
    }
    titleError(true);
    this.#focus(errors);
  }

  #focus(errors) {
    const [{ field }] = errors;
    if (field && this.#fields().length === 1) {
      // Where the focus is already nothing is read out by itself.
      if (document.activeElement === field) announce(this.#errorOf(field).textContent);
      field.focus();
      field.scrollIntoView({ block: "nearest" }); // what is wrong has just pushed it down
      if (field.type !== "file") field.select();
    } else {
      this.#summary.focus();
    }
  }

  #line({ field, key, values }) {
    const item = document.createElement("li");
    const text = document.createElement(field ? "a" : "span");
    put(text, key, values);
    if (field) {
      text.href = `#${field.id}`;
      text.addEventListener("click", (event) => {
        event.preventDefault(); // to the field without a trace in the history
        field.focus();
        field.scrollIntoView({ block: "center" });
      });
    }
    item.append(text);
    return item;
  }

  #countDown(seconds) {
    const until = Date.now() + seconds * 1000;
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      if (left <= 0) return this.#countedDown();
      this.#countdown.dataset.seconds = left;
      put(this.#countdown, "throttled.countdown", () => ({ time: duration(left) }));
    };
    this.#ticking = setInterval(tick, 1000);
    this.#countdown.hidden = false;
    this.#markButton();
    tick();
  }

  #countedDown() {
    clearInterval(this.#ticking);
    this.#ticking = undefined;
    this.#countdown.hidden = true;
    this.#markButton();
    const wasHere = this.#form.contains(document.activeElement);
    this.clear();
    // What was typed has not been looked at; a code of then is stale by now.
    const [field] = this.#fields();
    if (wasHere) field?.focus();
    if (wasHere && this.#fields().length === 1) field.select();
    const particular = `throttled.over_${this.#name}`;
    const over = knows(particular) ? particular : "throttled.over";
    put(this.#again, over);
    this.#again.hidden = false;
    announce(say(over));
  }

  #wait(yes) {
    this.#busy = yes;
    this.#form.setAttribute("aria-busy", String(yes));
    this.#markButton();
    put(this.#button, yes ? this.#button.dataset.busy ?? this.#label : this.#label);
    clearTimeout(this.#slowTimer);
    this.#slow.hidden = true;
    if (yes) this.#tellSlowSoon();
  }

  #tellSlowSoon() {
    this.#slowTimer = setTimeout(() => {
      // While a question lies over this form, it is the person who is waited for.
      if (isCovered(this.#form)) return this.#tellSlowSoon();
      this.#slow.hidden = false;
    }, SLOW_MS);
  }

  // aria-disabled, not disabled: that would throw the focus off the button.
  #markButton() {
    this.#button.setAttribute("aria-disabled", String(this.#busy || this.#ticking !== undefined));
  }

  #fields() {
    return [...this.#form.querySelectorAll("input:not([readonly]), textarea")].filter((input) => TYPED.includes(input.type));
  }

  #fieldOf({ code, field }) {
    // Nothing that was typed is at fault when the way or the server failed.
    if (["offline", "unavailable", "internal", "throttled"].includes(code)) return undefined;
    return this.#form.elements[field] ?? this.#form.querySelector(`#${this.#blames}`) ?? undefined;
  }

  #errorOf(field) {
    return document.getElementById(`${field.id}-error`);
  }

  #build() {
    this.#summary = document.createElement("div");
    this.#summary.className = "error-summary";
    this.#summary.dataset.test = "error-summary";
    this.#summary.tabIndex = -1;
    this.#summary.hidden = true;
    const heading = document.createElement("h2");
    put(heading, "problem.heading");
    this.#summary.append(heading, document.createElement("ul"));
    this.#countdown = hiddenLine("countdown", "timer");
    this.#slow = hiddenLine("slow", "status");
    put(this.#slow, "page.slow");
    this.#summary.append(this.#countdown);
    this.#again = document.createElement("p");
    this.#again.className = "notice";
    this.#again.dataset.test = "try-again";
    this.#again.hidden = true;
    this.#form.prepend(this.#summary, this.#again);
    this.#button.after(this.#slow);
  }
}

/** Without its words too: what a field is described by is read out although it is hidden. */
function hush(error) {
  error.hidden = true;
  error.textContent = "";
  delete error.dataset.say;
}

/** Whether a dialog is open that this form is not in; the last one is on top. */
function isCovered(form) {
  const top = [...document.querySelectorAll("dialog[open]")].at(-1);
  return top !== undefined && !top.contains(form);
}

function hiddenLine(name, role) {
  const line = document.createElement("p");
  line.className = name;
  line.dataset.test = name;
  line.setAttribute("role", role);
  line.hidden = true;
  return line;
}
