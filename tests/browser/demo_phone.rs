//! The demo phone: a second origin that plays the authenticator app.

use edge_mfa_tests::browser::{Browser, Kind, PLAIN};
use edge_mfa_tests::edge::checkout;
use edge_mfa_tests::phone::step_now;
use edge_mfa_tests::static_files;

use crate::in_both;
use crate::steps::{Person, ready, stage};

in_both!(a_newcomer_enrols_with_the_demo_phone_by_copying_the_key);

fn a_newcomer_enrols_with_the_demo_phone_by_copying_the_key(kind: Kind) {
    let origin = static_files::serve(checkout().join("crates/demo-phone/www"));
    let browser = Browser::open(kind, PLAIN);
    let person = Person::invited();
    person.accept(&browser);
    let phone = person.scan(&browser);
    let key = browser.find("#typed-key").text();

    let demo = Browser::open(kind, PLAIN);
    demo.go(&format!("{origin}/"));
    ready(&demo);
    demo.find("#add-text").type_in(&key.replace('\n', " "));
    demo.find("#add-name").type_in("anna");
    demo.find("#add-submit").click();
    let shown = || -> String {
        let text = demo.find("#accounts > li .code").text();
        text.chars().filter(char::is_ascii_digit).collect()
    };
    demo.wait_for("the code of an independent authenticator", || {
        let step = step_now();
        let code = shown();
        (step == step_now() && code == phone.code_at(step)).then_some(())
    });
    browser.find("#code").type_in(&shown());
    stage(&browser, "enrol", "keys");
}
