// What the account page has to say before anything else.

import { now } from "./clock.js";
import { day } from "./dates.js";
import { takeKeyUsed, tellKeyUsed } from "./key-used.js";
import { put } from "./language.js";

// From here on, warn that the recovery keys run out.
const FEW_KEYS = 3;
const JUST_NOW_SECONDS = 120;

const $ = (id) => document.getElementById(id);
let keyUsed = takeKeyUsed();

// Set 0 is none at all: her authenticator came with her from elsewhere, and the codes of there stayed behind.
const recoveryNotice = ({ set, left }) => set === 0 ? "recovery.none_yet" : left === 0 ? "recovery.last_used" : "recovery.few";

/** `done` names what was just done here, if anything. */
export function tellNotices({ mode, role, authenticator, recovery_keys: keys, devices, password }, { amr }, done) {
  $("notice-done").hidden = !done;
  if (done) {
    $("notice-done").dataset.notice = done;
    put($("notice-done"), `account.done.${done}`, { set: keys?.set });
  }
  // Told once: what is done here afterwards is told instead.
  tellKeyUsed(done || !amr.includes("recovery") ? undefined : keyUsed);
  keyUsed = undefined;
  // Whoever came in since without a code knows, or has lost the app again.
  const isNews = !amr.includes("device") && !amr.includes("recovery");
  $("notice-enrolled").hidden = done || !(isNews && authenticator && now() - authenticator.enrolled_at < JUST_NOW_SECONDS);
  // The first thing that a new administrator comes for.
  $("notice-no-mfa").hidden = !(role === "administrator" && mode === "password");

  const here = devices.find((device) => device.this);
  const skipped = amr.includes("device") && here;
  $("notice-skipped").hidden = !skipped;
  if (skipped) put($("notice-skipped"), "sign_in.skipped", () => ({ day: day(here.remembered_until) }));

  const few = keys && keys.left <= FEW_KEYS;
  $("notice-recovery").hidden = !few;
  if (few) put($("few-keys"), recoveryNotice(keys), { count: keys.left });
  $("make-new-keys").hidden = !authenticator;

  $("notice-burnt").hidden = !password?.burnt;
  // She came in by a recovery key: perhaps the phone is gone for good.
  $("notice-new-phone").hidden = !(mode === "mfa" && authenticator && amr.includes("recovery"));
}
