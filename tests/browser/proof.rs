//! The proof that recovery keys were saved: what is right goes by itself, where it concerns one person alone.

use std::thread::sleep;
use std::time::Duration;

use edge_mfa_tests::browser::{Browser, Kind, PLAIN};

use crate::in_both;
use crate::keyboard::{has_focus, type_text};
use crate::manners::clean;
use crate::steps::{Person, choose_saved_file, error, keys_on, proof_group, stage};

in_both!(the_right_group_goes_by_itself_however_it_is_written, the_saved_file_goes_by_itself);

/// Longer than anything that goes by itself waits.
const A_WHILE: Duration = Duration::from_millis(1500);

fn the_right_group_goes_by_itself_however_it_is_written(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let keys = at_the_proof(&browser);
    let right = proof_group(&browser, &keys);
    has_focus(&browser, "proof");

    // Five symbols that are another's wait for the button, and only the server refuses them.
    let last = if right.ends_with('7') { "8" } else { "7" };
    type_text(&browser, &format!("{}{last}", &right[..4]));
    sleep(A_WHILE);
    stage(&browser, "enrol", "proof");
    assert!(browser.seen("[data-test=\"error-summary\"]").is_none(), "a wrong group went by itself");
    browser.find("#proof-submit").click();
    error(&browser, "proof_refused");

    // As people write on paper: small letters, O for 0, L for 1.
    browser.find("#proof").fill("");
    type_text(&browser, &right.to_lowercase().replace('0', "o").replace('1', "l"));
    stage(&browser, "account", "account");
    clean(&browser);
}

fn the_saved_file_goes_by_itself(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let keys = at_the_proof(&browser);
    // The sheet of another set does not.
    let mut others = keys.clone();
    others.rotate_left(1);
    choose_saved_file(&browser, &others);
    error(&browser, "file_other_set");
    choose_saved_file(&browser, &keys);
    stage(&browser, "account", "account");
    clean(&browser);
}

/// Enrols up to the proof; gives the keys.
fn at_the_proof(browser: &Browser) -> Vec<String> {
    let person = Person::invited();
    person.accept(browser);
    let phone = person.scan(browser);
    browser.find("#code").type_in(&phone.next_code());
    stage(browser, "enrol", "keys");
    let keys = keys_on(browser);
    browser.find("#keys-saved").click();
    stage(browser, "enrol", "proof");
    keys
}
