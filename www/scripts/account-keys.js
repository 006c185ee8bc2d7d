// Ten new recovery keys. The old ones work until the new ones are proven saved.

import { Action } from "./action.js";
import { post } from "./api.js";
import { Backup } from "./backup.js";
import { ask, paragraph } from "./dialog.js";
import { whenLeaving } from "./page.js";
import { whileSignedIn } from "./signed-in.js";
import { show } from "./stage.js";
import { steppedUp } from "./step-up.js";
import { doorOf } from "./tenant.js";
import { TimeLeft } from "./time-left.js";

const ENDINGS = ["enrolment_expired", "enrolment_superseded"];

/** Wires the buttons; gives `name` and `forget` of the sheet. `done` follows when
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
  const start = async () => {
    const action = new Action();
    const issued = await ask({
      name: "new-keys",
      heading: "new_keys.heading",
      content: [paragraph("new_keys.text"), paragraph("new_keys.stay")],
      submit: "new_keys.submit",
      busy: "new_keys.busy",
      send: whileSignedIn(tenant, () => steppedUp(tenant, () => post(`${door}/start`, {}, action))),
    });
    if (!issued) return;
    time.until(issued.expires_at);
    backup.show(issued);
  };
  document.getElementById("new-keys").addEventListener("click", start);
  whenLeaving(forget);
  return { name: (names) => backup.name(names), forget };
}
