// Days and times of day, as the language of the person writes them.

import { region } from "./language.js";

/** "12 March", with the year when it is not this one. */
export function day(unixSeconds) {
  const date = new Date(unixSeconds * 1000);
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(region(), { day: "numeric", month: "long", year }).format(date);
}

/** "12 March 2027" */
export function fullDay(unixSeconds) {
  return new Intl.DateTimeFormat(region(), { dateStyle: "long" }).format(new Date(unixSeconds * 1000));
}

/** "12 March 2027 at 14:32" */
export function moment(unixSeconds) {
  const style = { dateStyle: "long", timeStyle: "short" };
  return new Intl.DateTimeFormat(region(), style).format(new Date(unixSeconds * 1000));
}

/** "14:32" */
export function timeOfDay(unixSeconds) {
  return new Intl.DateTimeFormat(region(), { timeStyle: "short" }).format(new Date(unixSeconds * 1000));
}
