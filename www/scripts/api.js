// The JSON API, as one function per kind of request.
//
// `post` tries again by itself, with the same idempotency key, when no answer
// came or the server failed: a write may have happened although its answer
// was lost.

import { Action } from "./action.js";
import { learnTime } from "./clock.js";
import { Problem } from "./problem.js";

const WAITS_MS = [400, 1500];
const PATIENCE_MS = 20_000;

/** Asks for something that changes nothing. */
export function get(path) {
  return persistently(() => once("GET", path));
}

/** Asks for a text and, where the answer is only a part, from where it goes on. */
export function getText(path) {
  return persistently(() => once("GET", path, { read: textAndNext }));
}

/** Does something. Pass the form's own `Action`, so that the person pressing
 *  again after a lost answer repeats it and does not do it twice. */
export async function post(path, body, action = new Action()) {
  const text = JSON.stringify(body);
  const key = action.keyFor(`${path} ${text}`);
  try {
    const answer = await persistently(() => once("POST", path, { key, text }));
    action.answered();
    return answer;
  } catch (problem) {
    if (!isPassing(problem)) action.answered();
    throw problem;
  }
}

async function persistently(ask) {
  for (const wait of WAITS_MS) {
    try {
      return await ask();
    } catch (problem) {
      if (!isPassing(problem)) throw problem;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
  return ask();
}

function isPassing(problem) {
  return ["offline", "unavailable", "internal"].includes(problem.code);
}

async function once(method, path, { key, text, read = (answer) => answer.json() } = {}) {
  const headers = { Accept: "application/json" };
  if (key) headers["Idempotency-Key"] = key;
  if (text) headers["Content-Type"] = "application/json";
  const sentAt = Date.now();
  let answer, content;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method, headers, body: text,
      cache: "no-store", credentials: "same-origin", redirect: "error", referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    learnTime(answer.headers.get("Date"), sentAt, Date.now());
    content = answer.status === 204 ? {} : await (answer.ok ? read(answer) : answer.json());
  } catch {
    // Nothing came, or it broke off, or it was not ours (a proxy's page).
    throw new Problem(answer ? "unavailable" : "offline");
  }
  if (answer.ok) return content;
  throw new Problem(content.code ?? "internal", {
    retryAfter: content.retry_after_seconds,
    reason: content.reason,
    field: content.field,
    owes: content.owes,
    by: content.by,
    values: { count: content.min_length, set: content.set, position: content.position },
  });
}

async function textAndNext(answer) {
  return { text: await answer.text(), next: answer.headers.get("x-next-position") };
}
