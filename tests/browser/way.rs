//! The whole way: invitation, password, enrolment by QR code, and every kind of sign-in.

use edge_mfa_tests::browser::{Browser, Kind, PLAIN};
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Edge, Tenant, json, random};

use crate::in_both;
use crate::manners::{accessible, clean};
use crate::office::{give_password, is_hidden, person};
use crate::steps::{Holder, Person, error, sign_out, stage};

in_both!(
    the_whole_way,
    a_remembered_device_skips_the_code,
    a_recovery_key_signs_in_once,
    a_recovery_key_is_told_where_a_new_password_comes_first,
);

fn the_whole_way(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let person = Person::invited();
    person.accept(&browser);
    assert!(!browser.url().contains('#'), "the token is still in the address");
    let anna = person.enrol(&browser);
    assert_eq!(browser.find("#who").text(), anna.person.username);
    sign_out(&browser);

    let code = anna.phone.next_code();
    anna.sign_in(&browser, &code);
    sign_out(&browser);

    // The same code is refused the second time; the next one is accepted.
    anna.person.enter_password(&browser);
    stage(&browser, "sign-in", "code");
    browser.find("#code").type_in(&code);
    error(&browser, "code_refused");
    browser.find("#code").fill(&anna.phone.next_code());
    stage(&browser, "account", "account");

    // The account page needs the session.
    browser.forget_cookies();
    anna.person.open(&browser, "account");
    stage(&browser, "sign-in", "password");
}

fn a_remembered_device_skips_the_code(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let anna = Holder::enrolled(&browser);
    sign_out(&browser);
    anna.person.enter_password(&browser);
    stage(&browser, "sign-in", "code");
    browser.find("#remember-device").click();
    browser.find("#code").type_in(&anna.phone.next_code());
    stage(&browser, "account", "account");
    browser.find("#devices > li[data-this]");
    sign_out(&browser);

    anna.person.enter_password(&browser);
    stage(&browser, "account", "account");
    browser.find("[data-test=\"notice\"][data-notice=\"device-skipped\"]");
    sign_out(&browser);

    // On another device the code is asked for.
    browser.forget_cookies();
    anna.person.enter_password(&browser);
    stage(&browser, "sign-in", "code");
}

fn a_recovery_key_signs_in_once(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let anna = Holder::enrolled(&browser);
    sign_out(&browser);
    let key = &anna.keys[6];
    to_the_recovery_key(&anna, &browser);

    // A slip of the finger is told in the browser and asks the edge nothing.
    let slip = format!("{}{}", if key.starts_with('7') { "8" } else { "7" }, &key[1..]);
    let asked = requests_so_far(&browser);
    browser.find("#recovery-key").type_in(&slip);
    browser.find("#recovery-submit").click();
    error(&browser, "recovery_key_malformed");
    assert_eq!(requests_so_far(&browser), asked, "a malformed key was sent");

    browser.find("#recovery-key").fill(&key.to_lowercase().replace('-', " "));
    browser.find("#recovery-submit").click();
    stage(&browser, "account", "account");
    browser.find("#key-used[data-set=\"1\"][data-number=\"7\"][data-left=\"9\"]");
    assert!(browser.url().ends_with("/account"), "{}", browser.url());
    browser.find("#recovery-left[data-left=\"9\"]");
    // Told once.
    browser.reload();
    stage(&browser, "account", "account");
    assert!(is_hidden(&browser, "#notice-key-used"));
    sign_out(&browser);

    to_the_recovery_key(&anna, &browser);
    browser.find("#recovery-key").type_in(key);
    browser.find("#recovery-submit").click();
    error(&browser, "recovery_key_refused");
    // On the way to another page, which says nothing of keys, it is told before.
    let next = format!("sign-in?next={}", anna.person.tenant.page("settings"));
    anna.person.open(&browser, &next);
    give_password(&browser, &anna.person.username, &anna.person.password);
    stage(&browser, "sign-in", "code");
    browser.find("#use-recovery-key").click();
    browser.find("#recovery-key").fill(&anna.keys[0]);
    browser.find("#recovery-submit").click();
    stage(&browser, "sign-in", "recovery-accepted");
    browser.find("#recovery-result[data-set=\"1\"][data-number=\"1\"][data-left=\"8\"]");
    browser.find("#recovery-continue").click();
    stage(&browser, "settings", "not-administrator");
}

fn a_recovery_key_is_told_where_a_new_password_comes_first(kind: Kind) {
    let tenant = Tenant::mfa(Edge::shared());
    let bert = Enrolled::join(&tenant);
    for _ in 0..3 {
        bert.member.enter_code(&bert.pending(), &bert.phone.wrong_code()).refuses();
    }
    let burnt = Edge::shared().mailbox().wait(&tenant.id, &bert.member.username, "password-burnt");
    tenant.client().post(&tenant.at("/password/not-me"), json!({"token": burnt.token()})).is(200);

    let browser = Browser::open(kind, PLAIN);
    person(&bert.member).enter_password(&browser);
    stage(&browser, "sign-in", "code");
    browser.find("#use-recovery-key").click();
    browser.find("#recovery-key").type_in(&bert.keys[3]);
    browser.find("#recovery-submit").click();
    stage(&browser, "sign-in", "new-password");
    browser.find("#key-used[data-set=\"1\"][data-number=\"4\"][data-left=\"9\"]");
    accessible(&browser);
    browser.find("#new-password").type_in(&random::password());
    browser.find("#new-password-submit").click();
    stage(&browser, "account", "account");
    clean(&browser);
}

fn to_the_recovery_key(anna: &Holder, browser: &Browser) {
    anna.person.enter_password(browser);
    stage(browser, "sign-in", "code");
    browser.find("#use-recovery-key").click();
    stage(browser, "sign-in", "recovery");
}

/// How many requests this page has made of the API.
fn requests_so_far(browser: &Browser) -> u64 {
    let script = "return performance.getEntriesByType('resource').filter((it) => it.name.includes('/api/')).length";
    browser.run(script, json!([])).as_u64().expect("a number")
}
