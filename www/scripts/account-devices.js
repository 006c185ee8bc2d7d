// Where you need no code, and where else you are signed in.

import { Action } from "./action.js";
import { post } from "./api.js";
import { day } from "./dates.js";
import { ask, paragraph } from "./dialog.js";
import { make } from "./element.js";
import { put, say } from "./language.js";
import { announce } from "./page.js";
import { whileSignedIn } from "./signed-in.js";
import { doorOf } from "./tenant.js";

const $ = (id) => document.getElementById(id);
let forgetOne;

export function wireDevices(tenant, { done }) {
  const forget = async ({ name, path, body, says, values }) => {
    const action = new Action();
    const answer = await ask({
      name,
      heading: `account.${says}_heading`,
      content: [paragraph(`account.${says}_text`, values)],
      submit: `account.${says}_submit`,
      busy: "account.forget_busy",
      send: whileSignedIn(tenant, () => post(`${doorOf(tenant)}/account/devices/${path}`, body, action)),
    });
    if (!answer) return;
    await done();
    announce(say("account.forgotten"));
    $("devices-heading").focus();
  };
  forgetOne = (device) => forget({
    name: "forget-device", path: "forget", body: { device_id: device.id }, says: "forget",
    values: () => ({ device: device.label || say("account.other_device") }),
  });
  $("forget-all").addEventListener("click", () => {
    forget({ name: "forget-devices", path: "forget-all", body: {}, says: "forget_all" });
  });
}

export function tellDevices({ devices, mode }) {
  $("devices-part").hidden = mode !== "mfa";
  $("no-devices").hidden = devices.length > 0;
  $("devices-hint").hidden = devices.length === 0;
  $("forget-all").hidden = devices.length < 2;
  $("devices").replaceChildren(...devices.map(deviceLine));
}

function deviceLine(device) {
  const name = make("strong");
  if (device.label) name.textContent = device.label;
  else put(name, device.this ? "account.this_device" : "account.other_device");
  const about = make("div", {}, name);
  if (device.this && device.label) about.append(" ", make("span", { class: "badge", say: "account.this_device" }));
  about.append(make("p", { class: "hint", say: "account.device_until",
    values: () => ({ until: day(device.remembered_until), used: day(device.last_used_at) }) }));
  // "Forget Firefox, Linux" for those who hear the button alone.
  const button = make("button", { type: "button", class: "button small secondary", say: "account.forget" });
  name.id = `device-${device.id}`;
  button.id = `forget-${device.id}`;
  button.setAttribute("aria-labelledby", `${button.id} ${name.id}`);
  button.addEventListener("click", () => forgetOne(device));
  return make("li", { "data-device": device.id, "data-this": String(device.this) }, about, button);
}

export function wireSessions(tenant, { done }) {
  $("end-others").addEventListener("click", async () => {
    const action = new Action();
    const answer = await ask({
      name: "end-others",
      heading: "account.end_others_heading",
      content: [paragraph("account.end_others_text")],
      submit: "account.end_others",
      busy: "account.end_others_busy",
      send: whileSignedIn(tenant, () => post(`${doorOf(tenant)}/account/sessions/end-others`, {}, action)),
    });
    if (!answer) return;
    await done();
    announce(say("account.others_ended"));
    $("sessions-heading").focus();
  });
}

export function tellSessions({ sessions }) {
  const others = Math.max(0, sessions - 1);
  $("sessions").dataset.count = sessions;
  put($("sessions"), others === 0 ? "account.only_here" : "account.elsewhere", { count: others });
  $("end-others").hidden = others === 0;
}
