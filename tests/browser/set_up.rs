//! An administrator switches MFA on for everybody, by the wizard; or stops halfway, and nothing has changed.

use std::thread::sleep;
use std::time::Duration;

use edge_mfa_tests::browser::{Browser, Kind, Look, PLAIN};
use edge_mfa_tests::phone::symbols;
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, eventually};

use crate::in_both;
use crate::manners::{accessible, clean, fits, shown_as_text_only};
use crate::office::{hold_like_a_phone, is_hidden, numbers_in, person, sign_in, visit};
use crate::steps::{choose_saved_file, error, keys_on, proof_group, prove, sign_out, stage};

in_both!(
    row_1_the_wizard_from_the_settings_to_the_end,
    row_1_left_halfway_nothing_has_changed,
    row_1_the_wizard_on_a_dutch_phone,
    row_1_of_two_administrators_the_second_is_told,
);

/// Ticks the box and goes on to what it means.
fn choose(browser: &Browser) {
    stage(browser, "set-up", "choose");
    browser.find("#for-all").click();
    browser.find("#choose-submit").click();
    stage(browser, "set-up", "instructions");
}

/// From the box to the three steps.
fn start(browser: &Browser) {
    choose(browser);
    browser.find("#start-submit").click();
    stage(browser, "set-up", "authenticator");
}

fn mode(anna: &Administrator) -> String {
    anna.settings()["mode"].as_str().unwrap_or_default().to_owned()
}

fn row_1_the_wizard_from_the_settings_to_the_end(kind: Kind) {
    let tenant = Tenant::password_only(Edge::shared());
    let anna = Administrator::of(&tenant);
    let (bert, carla) = (Member::join(&tenant), Member::join(&tenant));
    let berts = bert.pending("done");
    tenant.invite("dirk");
    eventually("the impact to be known", || {
        let members = anna.settings()["members"].clone();
        members["active"] == 3 && members["signed_in"] == 2 && members["invited"] == 1
    });

    let browser = Browser::open(kind, PLAIN);
    sign_in(&browser, &anna.member);
    browser.find("#nav-settings").click();
    stage(&browser, "settings", "settings");
    browser.find("[data-method=\"password\"][data-on=\"true\"] .badge");
    accessible(&browser);
    browser.find("#configure").click();

    // The box has to be ticked by hand.
    stage(&browser, "set-up", "choose");
    accessible(&browser);
    browser.find("#choose-submit").click();
    error(&browser, "not_ticked");
    choose(&browser);
    // Two besides her, one of them signed in, one invited.
    assert_eq!(numbers_in(&browser, "#impact > li"), [2, 1, 1]);
    accessible(&browser);
    browser.find("#start-submit").click();

    stage(&browser, "set-up", "authenticator");
    let phone = person(&anna.member).scan(&browser);
    let mut secrets = vec![symbols(phone.secret()), anna.member.password.clone()];
    shown_as_text_only(&browser, &secrets);
    accessible(&browser);
    browser.find("#code").type_in(&phone.next_code());
    stage(&browser, "set-up", "keys");
    let keys = keys_on(&browser);
    secrets.extend(keys.iter().cloned());
    shown_as_text_only(&browser, &secrets);
    accessible(&browser);
    browser.find("#keys-saved").click();
    stage(&browser, "set-up", "proof");
    shown_as_text_only(&browser, &secrets);
    accessible(&browser);

    // Up to the last click nothing has changed for anybody.
    assert_eq!(mode(&anna), "password");
    bert.account(&berts);
    carla.pending("done");

    prove(&browser, &keys);
    stage(&browser, "set-up", "done");
    assert_eq!(numbers_in(&browser, "#done-others"), [2]);
    shown_as_text_only(&browser, &secrets);
    accessible(&browser);
    bert.session(&berts).problem(401, "unauthenticated");
    for member in [&bert, &carla] {
        member.pending("enrol");
    }
    // She herself is still signed in, and sees who is ready.
    browser.find("#done-members").click();
    stage(&browser, "members", "members");
    browser.find("#count-enrolled[data-count=\"1\"]");
    visit(&browser, &tenant, "settings", "settings");
    browser.find("[data-method=\"mfa\"][data-on=\"true\"] .badge");
    clean(&browser);
    visit(&browser, &tenant, "account", "account");
    sign_out(&browser);
    person(&anna.member).enter_password(&browser);
    stage(&browser, "sign-in", "code");
    browser.find("#code").type_in(&phone.next_code());
    stage(&browser, "account", "account");
}

fn row_1_left_halfway_nothing_has_changed(kind: Kind) {
    let tenant = Tenant::password_only(Edge::shared());
    let anna = Administrator::of(&tenant);
    let bert = Member::join(&tenant);

    let browser = Browser::open(kind, PLAIN);
    sign_in(&browser, &anna.member);
    visit(&browser, &tenant, "set-up", "choose");
    start(&browser);
    let first = person(&anna.member).scan(&browser);
    // Loaded again, it begins at the beginning, with another key.
    browser.reload();
    start(&browser);
    let phone = person(&anna.member).scan(&browser);
    assert_ne!(phone.secret(), first.secret());
    browser.find("#code").type_in(&phone.next_code());
    stage(&browser, "set-up", "keys");
    let keys = keys_on(&browser);
    browser.find("#keys-saved").click();
    stage(&browser, "set-up", "proof");
    // The saved file fills the group in, and finishes nothing: that is what the button is for.
    choose_saved_file(&browser, &keys);
    browser.find("#proof-file-fits:not([hidden])");
    let group = proof_group(&browser, &keys);
    assert_eq!(browser.find("#proof").property("value"), group.as_str());
    // Nor does the group typed by hand, however right it is.
    browser.find("#proof").fill(&group);
    sleep(Duration::from_millis(1500));
    stage(&browser, "set-up", "proof");
    assert_eq!(mode(&anna), "password");
    accessible(&browser);
    clean(&browser);
    // One click before the end the window is closed.
    drop(browser);

    assert_eq!(mode(&anna), "password");
    bert.pending("done");
    let browser = Browser::open(kind, PLAIN);
    sign_in(&browser, &anna.member);
    assert!(is_hidden(&browser, "#mfa-acts"));
    visit(&browser, &tenant, "settings", "settings");
    browser.find("[data-method=\"password\"][data-on=\"true\"] .badge");
    browser.find("#configure").click();
    start(&browser);
    assert_ne!(person(&anna.member).scan(&browser).secret(), phone.secret());
}

fn row_1_the_wizard_on_a_dutch_phone(kind: Kind) {
    let tenant = Tenant::password_only(Edge::shared());
    let anna = Administrator::of(&tenant);
    Member::join(&tenant);

    let browser = Browser::open(kind, Look { language: "nl", dark: true });
    hold_like_a_phone(&browser);
    sign_in(&browser, &anna.member);
    visit(&browser, &tenant, "settings", "settings");
    accessible(&browser);
    fits(&browser);
    browser.find("#configure").click();
    choose(&browser);
    assert_eq!(numbers_in(&browser, "#impact > li").first(), Some(&1));
    fits(&browser);
    browser.find("#start-submit").click();
    stage(&browser, "set-up", "authenticator");
    let phone = person(&anna.member).scan(&browser);
    accessible(&browser);
    fits(&browser);
    browser.find("#code").type_in(&phone.next_code());
    stage(&browser, "set-up", "keys");
    let keys = keys_on(&browser);
    accessible(&browser);
    fits(&browser);
    browser.find("#keys-saved").click();
    stage(&browser, "set-up", "proof");
    fits(&browser);
    prove(&browser, &keys);
    stage(&browser, "set-up", "done");
    accessible(&browser);
    fits(&browser);
    assert_eq!(numbers_in(&browser, "#done-others"), [1]);
    assert_eq!(tenant.seen_by_operator()["mode"], "mfa");
    clean(&browser);
}

fn row_1_of_two_administrators_the_second_is_told(kind: Kind) {
    let tenant = Tenant::password_only(Edge::shared());
    let anna = Administrator::of(&tenant);
    let mut bea = anna.another();

    let browser = Browser::open(kind, PLAIN);
    sign_in(&browser, &anna.member);
    visit(&browser, &tenant, "set-up", "choose");
    start(&browser);
    let phone = person(&anna.member).scan(&browser);
    browser.find("#code").type_in(&phone.next_code());
    stage(&browser, "set-up", "keys");
    let keys = keys_on(&browser);
    browser.find("#keys-saved").click();
    stage(&browser, "set-up", "proof");
    bea.switch_on();
    prove(&browser, &keys);
    stage(&browser, "set-up", "overtaken");
    accessible(&browser);
    // What she scanned has not been taken into use: she sets up anew, as everybody does.
    person(&anna.member).enter_password(&browser);
    stage(&browser, "enrol", "authenticator");
    assert_ne!(person(&anna.member).scan(&browser).secret(), phone.secret());
    clean(&browser);
}
