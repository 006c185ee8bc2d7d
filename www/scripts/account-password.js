// Another password, by whoever knows the present one.

import { Action } from "./action.js";
import { post } from "./api.js";
import { Form } from "./form.js";
import { put } from "./language.js";
import { letShow, refuseShort } from "./password-field.js";
import { whileSignedIn } from "./signed-in.js";
import { show } from "./stage.js";
import { steppedUp } from "./step-up.js";
import { doorOf } from "./tenant.js";

const $ = (id) => document.getElementById(id);

/** Wires the form; `know(account)` tells it whose password it is and how long a
 *  new one must be. `done` follows when it has changed. */
export function wirePassword(tenant, { done }) {
  const action = new Action();
  let count;
  const form = new Form($("change-password-form"), {
    name: "change_password",
    blames: "new-password",
    send: whileSignedIn(tenant, async ({ current_password, new_password }) => {
      refuseShort(new_password, count);
      const body = { current_password, new_password };
      try {
        await steppedUp(tenant, () => post(`${doorOf(tenant)}/account/password`, body, action));
      } catch (problem) {
        if (problem.code === "password_refused") problem.field = "current_password";
        throw problem;
      }
      empty();
      return done();
    }),
  });
  const empty = () => {
    for (const id of ["current-password", "new-password"]) $(id).value = "";
  };
  for (const id of ["current-password", "new-password"]) letShow($(id), $(`${id}-toggle`));
  for (const id of ["change-password", "burnt-change-password"]) {
    $(id).addEventListener("click", () => {
      empty();
      form.clear();
      show("change-password");
    });
  }
  return {
    know({ username, password_min_length }) {
      count = password_min_length;
      $("password-username").value = username;
      put($("new-password-hint"), "password.hint", { count });
    },
  };
}
