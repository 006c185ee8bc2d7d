//! From the moment that MFA is on, everybody enrols at the next sign-in; there is no way round it.

use edge_mfa_tests::browser::{Browser, Kind, Look, PLAIN};
use edge_mfa_tests::{Administrator, Edge, Member, Tenant};

use crate::in_both;
use crate::manners::{clean, fits};
use crate::office::{give_password, hold_like_a_phone, person, sign_in, visit};
use crate::steps::{sign_out, stage};

in_both!(
    row_2_a_member_signed_in_before_is_out_and_enrols,
    row_2_an_administrator_is_no_exception_and_half_an_enrolment_is_none,
);

fn row_2_a_member_signed_in_before_is_out_and_enrols(kind: Kind) {
    let tenant = Tenant::password_only(Edge::shared());
    let mut anna = Administrator::of(&tenant);
    let bert = Member::join(&tenant);
    let browser = Browser::open(kind, Look { language: "nl", dark: false });
    hold_like_a_phone(&browser);
    sign_in(&browser, &bert);
    anna.switch_on();

    browser.reload();
    give_password(&browser, &bert.username, &bert.password);
    stage(&browser, "enrol", "authenticator");
    fits(&browser);
    let bert = person(&bert).enrol(&browser);
    fits(&browser);
    sign_out(&browser);
    bert.person.enter_password(&browser);
    stage(&browser, "sign-in", "code");
    clean(&browser);
}

fn row_2_an_administrator_is_no_exception_and_half_an_enrolment_is_none(kind: Kind) {
    let tenant = Tenant::password_only(Edge::shared());
    let mut anna = Administrator::of(&tenant);
    let bea = anna.another();
    anna.switch_on();

    let browser = Browser::open(kind, PLAIN);
    visit(&browser, &tenant, "sign-in", "password");
    give_password(&browser, &bea.member.username, &bea.member.password);
    stage(&browser, "enrol", "authenticator");
    let phone = person(&bea.member).scan(&browser);
    browser.find("#code").type_in(&phone.next_code());
    stage(&browser, "enrol", "keys");
    // Whatever else she opens, she is nobody yet.
    for page in ["account", "settings", "members", "audit"] {
        person(&bea.member).open(&browser, page);
        stage(&browser, "sign-in", "password");
    }
    // What was begun and left is worth nothing: she enrols from the start, with another key.
    give_password(&browser, &bea.member.username, &bea.member.password);
    stage(&browser, "enrol", "authenticator");
    assert_ne!(person(&bea.member).scan(&browser).secret(), phone.secret());
    clean(&browser);
}
