//! Reset of MFA: by the member from the profile, by the administrator from the list.

use edge_mfa_tests::browser::{Browser, Kind, Look, PLAIN};
use edge_mfa_tests::{Administrator, Edge, Member, Tenant};

use crate::in_both;
use crate::keyboard::{ENTER, ESCAPE, has_focus, press, type_text};
use crate::manners::{accessible, clean, fits};
use crate::office::{
    agree, choose_act, dialog, give_password, hold_like_a_phone, is_there, no_dialog, person, row, sign_in_remembered,
    sign_in_with_code, visit,
};
use crate::steps::stage;

in_both!(
    row_6_a_member_resets_her_own_mfa,
    row_6_proven_by_a_recovery_key_on_a_dutch_phone,
    row_7_an_administrator_resets_a_member,
);

fn row_6_a_member_resets_her_own_mfa(kind: Kind) {
    let bert = Member::join(&Tenant::mfa(Edge::shared())).enrol();
    let browser = Browser::open(kind, PLAIN);
    sign_in_with_code(&browser, &bert.member, &bert.phone);
    accessible(&browser);
    browser.find("#reset-mfa").click();
    dialog(&browser, "reset");
    // Enter alone does nothing here; Escape leads back.
    has_focus(&browser, "reset-heading");
    accessible(&browser);
    press(&browser, ENTER);
    press(&browser, ESCAPE);
    no_dialog(&browser, "reset");
    has_focus(&browser, "reset-mfa");
    bert.member.session(&bert.client).is(200);

    press(&browser, ENTER);
    agree(&browser, "reset");
    stage(&browser, "account", "reset-done");
    accessible(&browser);
    assert!(!is_there(&browser, "#navigation"));
    // Signed out everywhere, and whoever knows the password enrols anew.
    bert.client.get(&bert.member.tenant.at("/account")).problem(401, "unauthenticated");
    browser.find("#reset-sign-in").click();
    give_password(&browser, &bert.member.username, &bert.member.password);
    stage(&browser, "enrol", "authenticator");
    let before = bert.phone.secret().to_vec();
    let bert = person(&bert.member).enrol(&browser);
    assert_ne!(bert.phone.secret(), before);
    clean(&browser);
}

fn row_6_proven_by_a_recovery_key_on_a_dutch_phone(kind: Kind) {
    let bert = Member::join(&Tenant::mfa(Edge::shared())).enrol();
    let browser = Browser::open(kind, Look { language: "nl", dark: false });
    hold_like_a_phone(&browser);
    sign_in_remembered(&browser, &bert.member, &bert.phone);
    accessible(&browser);
    fits(&browser);
    browser.find("#reset-mfa").click();
    dialog(&browser, "reset");
    browser.find("#reset-submit").click();
    dialog(&browser, "step-up");
    browser.find("[data-turn-to=\"recovery-key\"]").click();
    browser.find("dialog[data-dialog=\"step-up\"][data-stage=\"recovery-key\"]");
    has_focus(&browser, "step-up-recovery-key");
    accessible(&browser);
    fits(&browser);
    browser.find("#step-up-recovery-key").type_in(&bert.keys[3]);
    browser.find("#step-up-recovery-key-submit").click();
    stage(&browser, "account", "reset-done");
    fits(&browser);
    // Neither the device nor the other keys are left.
    browser.find("#reset-sign-in").click();
    give_password(&browser, &bert.member.username, &bert.member.password);
    stage(&browser, "enrol", "authenticator");
    clean(&browser);
}

fn row_7_an_administrator_resets_a_member(kind: Kind) {
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Administrator::of(&tenant);
    let bert = Member::join(&tenant).enrol();
    let carla = Member::join(&tenant);
    let name = bert.member.username.clone();

    let browser = Browser::open(kind, PLAIN);
    sign_in_remembered(&browser, &anna.member, anna.phone());
    browser.find("#nav-members").click();
    stage(&browser, "members", "members");
    browser.find("#count-enrolled[data-count=\"2\"]");
    accessible(&browser);
    browser.find("#search").type_in(&name);
    browser.wait_for("the others to be gone", || (!is_there(&browser, &row(&carla.username))).then_some(()));
    let menu = format!("menu-{}", anna.id_of(&name));
    choose_act(&browser, &name, "reset");
    dialog(&browser, "reset-member");
    accessible(&browser);
    browser.find("#reset-member-submit").click();

    // Her device is remembered, so she proves that it is she; thinking better of it leads back one dialog only.
    dialog(&browser, "step-up");
    has_focus(&browser, "step-up-code");
    press(&browser, ESCAPE);
    no_dialog(&browser, "step-up");
    has_focus(&browser, "reset-member-submit");
    bert.member.session(&bert.client).is(200);
    press(&browser, ENTER);
    dialog(&browser, "step-up");
    has_focus(&browser, "step-up-code");
    type_text(&browser, &anna.phone().next_code());
    no_dialog(&browser, "reset-member");
    has_focus(&browser, &menu);
    browser.find("#count-enrolled[data-count=\"1\"]");
    assert!(!is_there(&browser, &format!("{} [data-act=\"reset\"]", row(&name))), "there is nothing left to reset");
    clean(&browser);

    bert.client.get(&tenant.at("/account")).problem(401, "unauthenticated");
    browser.forget_cookies();
    visit(&browser, &tenant, "sign-in", "password");
    give_password(&browser, &name, &bert.member.password);
    stage(&browser, "enrol", "authenticator");
    assert_ne!(person(&bert.member).scan(&browser).secret(), bert.phone.secret());
}
