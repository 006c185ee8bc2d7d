//! The preview that does not weaken the proof, and the clock doctor.

use edge_mfa_tests::browser::{Browser, Kind, PLAIN};
use edge_mfa_tests::json;
use edge_mfa_tests::phone::{PERIOD, now, step_now};

use crate::in_both;
use crate::steps::{Person, error, stage};

in_both!(the_preview_shows_two_digits_before_the_proof_and_all_after, a_phone_whose_clock_is_wrong_is_told_so,);

fn the_preview_shows_two_digits_before_the_proof_and_all_after(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let person = Person::invited();
    person.accept(&browser);
    let phone = person.scan(&browser);
    // Between two readings of the clock in one time step the page shows that step's digits.
    browser.wait_for("the first two digits", || {
        let step = step_now();
        let shown = browser.find("#preview-first-two").text();
        (step == step_now() && phone.code_at(step).starts_with(shown.trim()) && shown.trim().len() == 2).then_some(())
    });
    let left: u64 = browser.find("#preview-seconds").text().trim().parse().expect("seconds");
    assert!((1..=PERIOD).contains(&left), "{left} at {}", now());
    let codes: Vec<_> = (step_now() - 1..=step_now() + 2).map(|it| phone.code_at(it)).collect();
    let page = browser.run("return document.documentElement.outerHTML", json!([])).to_string();
    let digits: String = page.chars().filter(|it| !it.is_whitespace()).collect();
    assert!(codes.iter().all(|code| !digits.contains(code)), "the page gives the code away");
    assert_eq!(browser.find("#code").property("value"), "", "nothing is filled in");

    browser.find("#code").type_in(&phone.next_code());
    stage(&browser, "enrol", "keys");
    browser.wait_for("the whole code", || {
        let step = step_now();
        let shown: String = browser.find("#preview-code").text().chars().filter(char::is_ascii_digit).collect();
        (step == step_now() && shown == phone.code_at(step)).then_some(())
    });
}

fn a_phone_whose_clock_is_wrong_is_told_so(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let person = Person::invited();
    person.accept(&browser);
    let phone = person.scan(&browser);
    // Four minutes behind.
    browser.find("#code").type_in(&phone.code_at(step_now() - 8));
    error(&browser, "clock_off");
    let told = browser.find("[data-test=\"error-summary\"]").text();
    assert!(told.contains('4'), "it does not say by how much: {told}");
    // It helps, and it does not accept.
    stage(&browser, "enrol", "authenticator");
    browser.find("#code").fill(&phone.next_code());
    stage(&browser, "enrol", "keys");
}
