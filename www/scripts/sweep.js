// After MFA was switched off the remains are erased one by one. They open
// nothing any more; here one can watch how far it is.

import { put, say } from "./language.js";
import { announce } from "./page.js";

// Often enough to see it move, seldom enough to be no burden.
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 15_000;

const $ = (id) => document.getElementById(id);

/** Shows the progress and keeps asking until it is done. `tell` shows the rest of
 *  the page anew: the receipt grows along. */
export function watchSweep(settings, { ask, tell }) {
  const { sweep } = settings;
  const running = sweep !== null && !sweep.finished_at;
  $("sweep").hidden = !running;
  if (!running) return;
  tellProgress(sweep);
  let wait = FIRST_WAIT_MS;
  const look = async () => {
    wait = Math.min(wait * 1.5, LONGEST_WAIT_MS);
    if (document.body.dataset.stage === "settings" && !document.hidden) {
      const answer = await ask().catch(() => undefined); // asked again soon
      if (answer) {
        tell(answer);
        if (!answer.sweep || answer.sweep.finished_at) {
          $("sweep").hidden = true;
          return announce(say("sweep.done"));
        }
        tellProgress(answer.sweep);
      }
    }
    setTimeout(look, wait);
  };
  setTimeout(look, wait);
}

function tellProgress({ members_done: done, members_total: count }) {
  put($("sweep-text"), "sweep.progress", { done, count });
  $("sweep-progress").max = Math.max(1, count);
  $("sweep-progress").value = done;
}
