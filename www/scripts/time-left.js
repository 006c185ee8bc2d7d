// How much time is left for what this page waits for. She is told before it is up,
// calmly and with a while to spare, and one press gives her more of it.
//
// The line says the minutes and no seconds, so that whoever listens hears it twice
// at the most. It is looked at each second all the same: a computer that slept
// wakes up to the right time.

import { now } from "./clock.js";
import { timeOfDay } from "./dates.js";
import { make } from "./element.js";
import { amount, put } from "./language.js";
import { messageKey } from "./message.js";

// To hear the line, find the button and press it (WCAG 2.2, SC 2.2.1: 20 s at the least).
const WARN_SECONDS = 120;
const TICK_MS = 1000;
// For as long as that the line says that there is more time now.
const GOOD_NEWS_MS = 8000;
// A live region speaks of what changes in it, not of what it comes with.
export const SPEAKS_AFTER_MS = 100;

// Asked once more, there may be an answer.
const PASSING = ["offline", "unavailable", "internal", "throttled"];

export class TimeLeft {
  #name;
  #more;
  #end;
  #expiresAt;
  #ticking;
  #leaving;
  #minutes; // that the line says
  #asking = false;
  #isLast = false; // more was asked for, and there is none
  #cameFrom; // where the focus was before it came to the button
  #text = make("p", { role: "status" });
  #button = make("button", { type: "button", class: "button small" });
  #line = make("div", { class: "time-left" }, this.#text, this.#button);

  /** `name` picks the message; `more()` asks for more time and gives `{ expires_at }`;
   *  `end(problem)` is for when the time is up, or `more` is refused for good. */
  constructor({ name, more, end }) {
    this.#name = name;
    this.#more = more;
    this.#end = end;
    this.#line.dataset.test = `time-left-${name}`;
    this.#button.addEventListener("focus", (event) => { this.#cameFrom = event.relatedTarget ?? this.#cameFrom; });
    this.#button.addEventListener("click", () => this.#ask());
  }

  /** It ends then. */
  until(expiresAt) {
    this.#hide();
    this.#runUntil(expiresAt);
    this.#tick();
  }

  /** Nothing waits any more. */
  stop() {
    clearInterval(this.#ticking);
    this.#hide();
  }

  #runUntil(expiresAt) {
    clearInterval(this.#ticking);
    this.#expiresAt = expiresAt;
    this.#isLast = false;
    this.#minutes = undefined;
    this.#ticking = setInterval(() => this.#tick(), TICK_MS);
  }

  #tick() {
    const left = this.#expiresAt - now();
    if (left <= 0) {
      this.stop();
      this.#end();
    } else if (left <= WARN_SECONDS) {
      this.#warn(Math.ceil(left / 60));
    }
  }

  #warn(minutes) {
    if (minutes === this.#minutes) return;
    this.#minutes = minutes;
    this.#button.hidden = this.#isLast;
    this.#say(`time_left.${this.#name}`, () => ({ time: amount(minutes, "minute") }));
  }

  async #ask() {
    if (this.#asking) return;
    this.#wait(true);
    try {
      const { expires_at: expiresAt } = await this.#more();
      const hadFocus = this.#button === document.activeElement;
      if (expiresAt > this.#expiresAt) this.#tellMore(expiresAt);
      else this.#tellLast();
      if (hadFocus) this.#giveFocusBack();
    } catch (problem) {
      if (PASSING.includes(problem.code)) {
        this.#say(messageKey(problem, "time_left"), problem.values);
      } else {
        this.stop();
        this.#end(problem);
      }
    } finally {
      this.#wait(false);
    }
  }

  #tellMore(expiresAt) {
    this.#runUntil(expiresAt);
    this.#button.hidden = true;
    this.#say("time_left.extended", () => ({ time: timeOfDay(expiresAt) }));
    this.#leaving = setTimeout(() => this.#hide(), GOOD_NEWS_MS);
  }

  #tellLast() {
    this.#isLast = this.#button.hidden = true;
    this.#say("time_left.no_more", () => ({ time: timeOfDay(this.#expiresAt) }));
  }

  /** To where she was before she pressed the button, which is gone. */
  #giveFocusBack() {
    const before = this.#cameFrom?.isConnected && this.#cameFrom.checkVisibility() ? this.#cameFrom : undefined;
    (before ?? document.querySelector("section[data-stage]:not([hidden]) h1"))?.focus();
  }

  #say(key, values) {
    clearTimeout(this.#leaving);
    if (this.#line.isConnected) return put(this.#text, key, values);
    place(this.#line);
    put(this.#button, "time_left.more"); // now, in the words of now: off the page no change of language reaches it
    setTimeout(() => put(this.#text, key, values), SPEAKS_AFTER_MS);
  }

  #wait(yes) {
    this.#asking = yes;
    this.#button.setAttribute("aria-disabled", String(yes));
  }

  #hide() {
    clearTimeout(this.#leaving);
    this.#line.remove();
    this.#text.textContent = "";
    this.#minutes = undefined;
  }
}

/** Shows a line about time: over the page, where a dialog is open in that, since
 *  nothing else can be reached or heard then. */
export function place(line) {
  const dialogs = [...document.querySelectorAll("dialog[open]")];
  (dialogs.at(-1) ?? document.getElementById("main")).append(line);
}

/** A dialog has opened or closed: what there is to say of time goes along. */
export function placeAgain() {
  for (const line of document.querySelectorAll(".time-left")) place(line);
}
