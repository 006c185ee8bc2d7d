//! MFA is switched off for everybody: typed by hand, proven by a code, with a receipt. And on again: all anew.

use edge_mfa_tests::browser::{Browser, Kind, PLAIN};
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, random};

use crate::in_both;
use crate::keyboard::{ENTER, ESCAPE, focus_stays_in, has_focus, press, type_text};
use crate::manners::{accessible, clean};
use crate::office::{
    dialog, give_password, is_hidden, no_dialog, numbers_in, person, sign_in, sign_in_remembered, texts, visit,
};
use crate::steps::{error, keys_on, prove, sign_out, stage};

in_both!(
    row_5_switched_off_by_hand_with_a_code_and_a_receipt,
    row_5_switched_on_again_everybody_enrols_anew,
    a_password_that_is_too_short_alone_is_a_longer_one_before_it_opens_anything,
);

fn row_5_switched_off_by_hand_with_a_code_and_a_receipt(kind: Kind) {
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Administrator::of(&tenant);
    let bert = Member::join(&tenant).enrol();

    let browser = Browser::open(kind, PLAIN);
    sign_in_remembered(&browser, &anna.member, anna.phone());
    visit(&browser, &tenant, "settings", "settings");
    browser.find("[data-method=\"mfa\"][data-on=\"true\"] .badge");
    browser.find("#switch-off").click();
    stage(&browser, "settings", "switch-off");
    // Two members, both enrolled, both signed in somewhere.
    assert_eq!(numbers_in(&browser, "#switch-off-impact > li"), [2, 2, 2]);
    accessible(&browser);

    // The organisation's short name, by hand; its display name is not it.
    browser.find("#confirmation").type_in(&tenant.name);
    browser.find("#switch-off-submit").click();
    error(&browser, "confirmation_wrong");
    browser.find("#confirmation").fill(&tenant.id);
    browser.find("#switch-off-submit").click();

    // A remembered device is not proof enough. By the keyboard: in, out again without harm, in again.
    dialog(&browser, "step-up");
    has_focus(&browser, "step-up-code");
    accessible(&browser);
    focus_stays_in(&browser, "step-up");
    press(&browser, ESCAPE);
    no_dialog(&browser, "step-up");
    has_focus(&browser, "switch-off-submit");
    assert!(is_hidden(&browser, "[data-test=\"error-summary\"]"), "to think better of it is no error");
    assert_eq!(anna.settings()["mode"], "mfa");
    press(&browser, ENTER);
    dialog(&browser, "step-up");
    has_focus(&browser, "step-up-code");
    type_text(&browser, &anna.phone().next_code());
    stage(&browser, "settings", "switched-off");
    accessible(&browser);

    // Everybody is out.
    bert.client.get(&tenant.at("/account")).problem(401, "unauthenticated");
    browser.find("#switched-off-sign-in").click();
    give_password(&browser, &anna.member.username, &anna.member.password);
    stage(&browser, "settings", "settings");
    browser.find("[data-method=\"password\"][data-on=\"true\"] .badge");

    // The receipt, after whose, when, by whom, until when and which epoch: two members, their two apps, their twenty keys, her one device, three sessions.
    let counts = || -> Vec<String> {
        let facts = texts(&browser, "#receipts > article:first-child dd");
        facts.get(5..10).unwrap_or_default().to_vec()
    };
    browser.wait_for("the receipt to be complete", || (counts() == ["2", "2", "20", "1", "3"]).then_some(()));
    assert!(texts(&browser, "#receipts > article dd").contains(&anna.member.username), "it does not say by whom");
    accessible(&browser);
    clean(&browser);

    // The password alone is enough for everybody now.
    browser.forget_cookies();
    sign_in(&browser, &bert.member);
    assert!(is_hidden(&browser, "#mfa-acts"));
    clean(&browser);
}

fn row_5_switched_on_again_everybody_enrols_anew(kind: Kind) {
    let tenant = Tenant::mfa(Edge::shared());
    let mut anna = Administrator::of(&tenant);
    let bert = Member::join(&tenant).enrol();
    let browser = Browser::open(kind, PLAIN);
    sign_in_remembered(&browser, &bert.member, &bert.phone);
    anna.switch_off();
    anna.switch_on();

    // Neither the remembered device nor the app nor the keys of before are worth anything.
    browser.reload();
    give_password(&browser, &bert.member.username, &bert.member.password);
    stage(&browser, "enrol", "authenticator");
    let phone = person(&bert.member).scan(&browser);
    assert_ne!(phone.secret(), bert.phone.secret());
    browser.find("#code").type_in(&bert.phone.code());
    error(&browser, "code_refused");
    browser.find("#code").fill(&phone.next_code());
    stage(&browser, "enrol", "keys");
    let keys = keys_on(&browser);
    assert!(keys.iter().all(|key| !bert.keys.contains(key)));
    browser.find("#keys-saved").click();
    stage(&browser, "enrol", "proof");
    prove(&browser, &keys);
    stage(&browser, "account", "account");
    browser.find("#recovery-left[data-left=\"10\"]");
    browser.find("#no-devices");
    sign_out(&browser);
    person(&bert.member).enter_password(&browser);
    stage(&browser, "sign-in", "code");
    browser.find("#use-recovery-key").click();
    browser.find("#recovery-key").type_in(&bert.keys[0]);
    browser.find("#recovery-submit").click();
    error(&browser, "recovery_key_refused");
    clean(&browser);
}

fn a_password_that_is_too_short_alone_is_a_longer_one_before_it_opens_anything(kind: Kind) {
    let mut anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let tenant = anna.tenant().clone();
    let token = tenant.invite(&random::name("b"));
    let bert = Member::accept_with(&tenant, &token, random::short_password()).enrol().member;
    anna.switch_off();

    let browser = Browser::open(kind, PLAIN);
    visit(&browser, &tenant, "sign-in", "password");
    give_password(&browser, &bert.username, &bert.password);
    stage(&browser, "sign-in", "new-password");
    assert!(browser.find("#new-password-why").text().contains("too short"));
    assert!(browser.find("#new-password-hint").text().contains("15"));
    accessible(&browser);
    browser.find("#new-password").type_in("14 characters!");
    browser.find("#new-password-submit").click();
    error(&browser, "password_unacceptable");
    let long = random::password();
    browser.find("#new-password").fill(&long);
    browser.find("#new-password-submit").click();
    stage(&browser, "account", "account");
    sign_out(&browser);
    sign_in(&browser, &Member { password: long, ..bert });
    clean(&browser);
}
