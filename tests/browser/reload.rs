//! Reloading, a second tab, and a proof by file.

use edge_mfa_tests::browser::{Browser, Kind, PLAIN};

use crate::in_both;
use crate::steps::{Holder, Person, error, keys_on, proof_number, prove, sign_out, stage};

in_both!(
    reloading_while_the_keys_are_shown_gives_a_fresh_set,
    a_wrong_proof_is_told_and_the_keys_can_be_seen_again,
    an_older_tab_is_told_that_set_up_went_on_elsewhere,
    an_invitation_opened_again_is_refused,
);

fn reloading_while_the_keys_are_shown_gives_a_fresh_set(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let person = Person::invited();
    person.accept(&browser);
    let phone = person.scan(&browser);
    browser.find("#code").type_in(&phone.next_code());
    stage(&browser, "enrol", "keys");
    let lost = keys_on(&browser);
    browser.reload();
    stage(&browser, "enrol", "keys-reload");
    browser.find("#fresh-keys").click();
    stage(&browser, "enrol", "keys");
    let keys = keys_on(&browser);
    assert!(keys.iter().all(|key| !lost.contains(key)));
    browser.find("#keys-saved").click();
    stage(&browser, "enrol", "proof");
    prove(&browser, &keys);
    stage(&browser, "account", "account");
    let anna = Holder { person, phone, keys };
    sign_out(&browser);
    anna.sign_in(&browser, &anna.phone.next_code());
}

fn a_wrong_proof_is_told_and_the_keys_can_be_seen_again(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let person = Person::invited();
    person.accept(&browser);
    let phone = person.scan(&browser);
    browser.find("#code").type_in(&phone.next_code());
    stage(&browser, "enrol", "keys");
    let keys = keys_on(&browser);
    browser.find("#keys-saved").click();
    stage(&browser, "enrol", "proof");
    let number = proof_number(&browser);
    // The last group of the next key on the sheet: the commonest mistake.
    let other = keys[number % 10].rsplit('-').next().expect("five groups");
    browser.find("#proof").type_in(other);
    browser.find("#proof-submit").click();
    error(&browser, "proof_refused");
    browser.find("#back-to-keys").click();
    stage(&browser, "enrol", "keys");
    assert_eq!(keys_on(&browser), keys);
    browser.find("#keys-saved").click();
    stage(&browser, "enrol", "proof");
    prove(&browser, &keys);
    stage(&browser, "account", "account");
}

fn an_older_tab_is_told_that_set_up_went_on_elsewhere(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let person = Person::invited();
    person.accept(&browser);
    let phone = person.scan(&browser);
    // Another browser starts later: the latest start wins.
    let other = Browser::open(kind, PLAIN);
    person.enter_password(&other);
    stage(&other, "enrol", "authenticator");
    browser.find("#code").type_in(&phone.next_code());
    stage(&browser, "enrol", "superseded");
    browser.find("#superseded-start-over").click();
    stage(&browser, "enrol", "authenticator");
    person.enrol(&browser);
}

fn an_invitation_opened_again_is_refused(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let person = Person::invited();
    person.accept(&browser);
    // Another page first: a change of the fragment alone loads nothing.
    person.open(&browser, "sign-in");
    person.open(&browser, &format!("invitation#{}", person.invitation));
    stage(&browser, "invitation", "refused");
    person.open(&browser, "sign-in");
    person.open(&browser, "invitation");
    stage(&browser, "invitation", "missing");
}
