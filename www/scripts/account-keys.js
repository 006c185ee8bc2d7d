// Ten new recovery keys. The old ones work until the new ones are proven saved.

import { Action } from "./action.js";
import { post } from "./api.js";
import { Backup } from "./backup.js";
import { Form } from "./form.js";
import { whenLeaving } from "./page.js";
import { whileSignedIn } from "./signed-in.js";
import { show } from "./stage.js";
import { steppedUp } from "./step-up.js";
import { doorOf } from "./tenant.js";
import { TimeLeft } from "./time-left.js";

const ENDINGS = ["enrolment_expired", "enrolment_superseded"];

/** Wires the button; gives `name` and `forget` of the sheet. `done` follows when
 *  the new keys are in use. */
export function wireKeys(tenant, { done }) {
  const door = `${doorOf(tenant)}/account/recovery-keys`;
  const completion = new Action();
  const forget = () => {
    time.stop();
    backup.forget();
  };
  const end = () => {
    forget();
    show("keys-ended");
  };
  const time = new TimeLeft({ name: "keys", more: whileSignedIn(tenant, () => post(`${door}/extend`, {})), end });
  const backup = new Backup(tenant, {
    prove: whileSignedIn(tenant, async (proof) => {
      try {
        await post(`${door}/complete`, { proof }, completion);
      } catch (problem) {
        if (ENDINGS.includes(problem.code)) return end();
        throw problem;
      }
      forget();
      return done();
    }),
  });
  // Nothing is asked first: nothing is lost by a set that is begun and left.
  const start = new Action();
  new Form(document.getElementById("new-keys-form"), {
    name: "new_keys",
    send: whileSignedIn(tenant, async () => {
      const issued = await steppedUp(tenant, () => post(`${door}/start`, {}, start));
      time.until(issued.expires_at);
      backup.show(issued);
    }),
  });
  whenLeaving(forget);
  return { name: (names) => backup.name(names), forget };
}
