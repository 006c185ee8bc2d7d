//! A fresh proof within a session: at most five attempts, and the page says what became of it.

use edge_mfa_tests::browser::{Browser, Kind, PLAIN};
use edge_mfa_tests::{Edge, Member, Tenant};

use crate::in_both;
use crate::manners::{accessible, clean};
use crate::office::{dialog, sign_in_remembered};
use crate::steps::{error, stage};

in_both!(a09_five_wrong_proofs_end_the_session_and_the_page_says_so);

fn a09_five_wrong_proofs_end_the_session_and_the_page_says_so(kind: Kind) {
    let bert = Member::join(&Tenant::mfa(Edge::shared())).enrol();
    let other = Member::join(&bert.member.tenant).enrol();
    let browser = Browser::open(kind, PLAIN);
    sign_in_remembered(&browser, &bert.member, &bert.phone);
    browser.find("#reset-mfa").click();
    dialog(&browser, "reset");
    browser.find("#reset-submit").click();
    dialog(&browser, "step-up");
    browser.find("[data-turn-to=\"recovery-key\"]").click();
    for key in &other.keys[..5] {
        browser.find("#step-up-recovery-key").fill(key);
        browser.find("#step-up-recovery-key-submit").click();
        error(&browser, "recovery_key_refused");
    }
    // The fifth ended the session: the right one comes too late.
    browser.find("#step-up-recovery-key").fill(&bert.keys[0]);
    browser.find("#step-up-recovery-key-submit").click();
    browser.find("dialog[data-dialog=\"step-up\"][data-stage=\"sign-in\"]");
    accessible(&browser);
    browser.find("#step-up-sign-in").click();
    stage(&browser, "sign-in", "password");
    // Nothing was reset: the app still opens the door.
    bert.signed_in();
    clean(&browser);
}
