//! The profile: new recovery keys, remembered devices, another password.

use edge_mfa_tests::browser::{Browser, Kind, PLAIN};
use edge_mfa_tests::{Edge, Member, Tenant, json, random};

use crate::in_both;
use crate::keyboard::{ESCAPE, has_focus, press, type_text};
use crate::manners::{accessible, clean, shown_as_text_only};
use crate::office::{
    agree, dialog, give_password, is_hidden, no_dialog, person, sign_in_remembered, sign_in_with_code, visit,
};
use crate::steps::{error, keys_on, proof_group, prove, sign_out, stage};

in_both!(
    new_recovery_keys_replace_the_old_once_they_are_proven_saved,
    few_recovery_keys_are_warned_of,
    remembered_devices_are_listed_and_forgotten,
    the_password_is_changed_and_everything_else_ends,
);

fn new_recovery_keys_replace_the_old_once_they_are_proven_saved(kind: Kind) {
    let bert = Member::join(&Tenant::mfa(Edge::shared())).enrol();
    let browser = Browser::open(kind, PLAIN);
    sign_in_remembered(&browser, &bert.member, &bert.phone);
    browser.find("#new-keys").click();
    dialog(&browser, "step-up");
    type_text(&browser, &bert.phone.next_code());
    stage(&browser, "account", "keys");
    accessible(&browser);

    // Stopped halfway: the old set is in use, and an old key still opens.
    let dropped = keys_on(&browser);
    shown_as_text_only(&browser, &dropped);
    browser.find("#keys-back").click();
    stage(&browser, "account", "account");
    browser.find("#recovery-left[data-left=\"10\"][data-set=\"1\"]");
    let client = bert.pending();
    bert.member.enter_key(&client, &bert.keys[0]).is(200);

    // The code is fresh: nothing is asked first, since nothing is lost.
    browser.find("#new-keys").click();
    stage(&browser, "account", "keys");
    let keys = keys_on(&browser);
    assert!(keys.iter().all(|key| !bert.keys.contains(key) && !dropped.contains(key)));
    browser.find("#keys-saved").click();
    stage(&browser, "account", "proof");
    accessible(&browser);
    // A group of the old sheet is no proof.
    browser.find("#proof").type_in(&proof_group(&browser, &bert.keys));
    browser.find("#proof-submit").click();
    error(&browser, "proof_refused");
    prove(&browser, &keys);
    stage(&browser, "account", "account");
    browser.find("#notice-done[data-notice=\"keys-replaced\"]");
    browser.find("#recovery-left[data-left=\"10\"][data-set=\"2\"]");
    accessible(&browser);
    sign_out(&browser);
    let client = bert.pending();
    assert!(bert.member.enter_key(&client, &bert.keys[1]).code().is_some(), "a key of the old set still opens");
    bert.member.enter_key(&client, &keys[1]).is(200);
    clean(&browser);
}

fn few_recovery_keys_are_warned_of(kind: Kind) {
    let bert = Member::join(&Tenant::mfa(Edge::shared())).enrol();
    for key in &bert.keys[..6] {
        bert.member.enter_key(&bert.pending(), key).is(200);
    }
    let browser = Browser::open(kind, PLAIN);
    visit(&browser, &bert.member.tenant, "sign-in", "password");
    give_password(&browser, &bert.member.username, &bert.member.password);
    stage(&browser, "sign-in", "code");
    browser.find("#use-recovery-key").click();
    browser.find("#recovery-key").type_in(&bert.keys[6]);
    browser.find("#recovery-submit").click();
    // Which key it was costs no click: the account says it.
    stage(&browser, "account", "account");
    browser.find("#key-used[data-set=\"1\"][data-number=\"7\"][data-left=\"3\"]");
    browser.find("[data-test=\"notice\"][data-notice=\"recovery-low\"]");
    browser.find("[data-test=\"notice\"][data-notice=\"new-phone\"]");
    accessible(&browser);
    // With the app the warning comes as well, until there are new keys.
    sign_out(&browser);
    sign_in_with_code(&browser, &bert.member, &bert.phone);
    browser.find("[data-test=\"notice\"][data-notice=\"recovery-low\"]");
    assert!(!is_held(&browser));
    browser.find("#make-new-keys").click();
    stage(&browser, "account", "keys");
    assert!(is_held(&browser), "keys that are not proven yet are lost without a question");
    browser.find("#keys-back").click();
    stage(&browser, "account", "account");
    assert!(!is_held(&browser));
    clean(&browser);
}

/// Whether the browser asks before it leaves this page.
fn is_held(browser: &Browser) -> bool {
    let script = "const leaving = new Event(\"beforeunload\", { cancelable: true });
        dispatchEvent(leaving);
        return leaving.defaultPrevented";
    browser.run(script, json!([])) == true
}

fn remembered_devices_are_listed_and_forgotten(kind: Kind) {
    let bert = Member::join(&Tenant::mfa(Edge::shared())).enrol();
    let elsewhere = bert.remembered();
    let browser = Browser::open(kind, PLAIN);
    sign_in_remembered(&browser, &bert.member, &bert.phone);
    browser.find("[data-test=\"notice\"][data-notice=\"device-skipped\"]");
    browser.find("#devices > li[data-this=\"true\"]");
    let other =
        browser.run("return document.querySelector('#devices > li[data-this=\"false\"]').dataset.device", json!([]));
    let other = other.as_str().expect("a device").to_owned();
    accessible(&browser);
    let button = format!("forget-{other}");
    browser.find(&format!("[id=\"{button}\"]")).click();
    dialog(&browser, "forget-device");
    accessible(&browser);
    press(&browser, ESCAPE);
    no_dialog(&browser, "forget-device");
    has_focus(&browser, &button);
    browser.find(&format!("[id=\"{button}\"]")).click();
    agree(&browser, "forget-device");
    browser.wait_for("the device to go", || is_hidden(&browser, &format!("[id=\"{button}\"]")).then_some(()));
    // There a code is asked for again; here none.
    bert.member.enter_password(&elsewhere, "code");
    sign_out(&browser);
    person(&bert.member).enter_password(&browser);
    stage(&browser, "account", "account");
    // And now here too.
    browser.find("#devices > li[data-this=\"true\"] button").click();
    agree(&browser, "forget-device");
    browser.find("#no-devices");
    sign_out(&browser);
    person(&bert.member).enter_password(&browser);
    stage(&browser, "sign-in", "code");
    clean(&browser);
}

fn the_password_is_changed_and_everything_else_ends(kind: Kind) {
    let bert = Member::join(&Tenant::mfa(Edge::shared())).enrol();
    let browser = Browser::open(kind, PLAIN);
    sign_in_remembered(&browser, &bert.member, &bert.phone);
    browser.find("#change-password").click();
    stage(&browser, "account", "change-password");
    accessible(&browser);
    let password = random::password();
    browser.find("#current-password").type_in("not the password at all");
    browser.find("#new-password").type_in(&password);
    browser.find("#change-password-submit").click();
    dialog(&browser, "step-up");
    type_text(&browser, &bert.phone.next_code());
    error(&browser, "password_refused");
    accessible(&browser);
    browser.find("#current-password").fill(&bert.member.password);
    browser.find("#change-password-submit").click();
    stage(&browser, "account", "account");
    browser.find("#notice-done[data-notice=\"password-changed\"]");
    browser.find("#no-devices");
    bert.client.get(&bert.member.tenant.at("/account")).problem(401, "unauthenticated");
    sign_out(&browser);
    person(&bert.member).enter_password(&browser);
    error(&browser, "sign_in_refused");
    browser.find("#password").fill(&password);
    browser.find("#password-submit").click();
    stage(&browser, "sign-in", "code");
    clean(&browser);
}
