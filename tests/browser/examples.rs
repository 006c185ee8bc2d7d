//! The example applications, tried as whoever starts one tries it.

use edge_mfa_tests::browser::{Browser, PLAIN};
use edge_mfa_tests::example::Example;
use edge_mfa_tests::{Edge, Tenant, json};

use crate::CHROMIUM;
use crate::steps::{Person, keys_on, prove, stage};

/// Waits until the application's page says this.
fn says(browser: &Browser, text: &str) {
    browser.wait_for(text, || {
        let shown = browser.run("return document.body ? document.body.innerText : ''", json!([]));
        shown.as_str().is_some_and(|shown| shown.contains(text)).then_some(())
    });
}

/// From our sign-in page to the end of the enrolment.
fn sign_in_for_the_first_time(browser: &Browser, example: &Example) {
    let member = &example.member;
    let tenant: Tenant = member.tenant.clone();
    let (username, password) = (member.username.clone(), member.password.clone());
    let person = Person { tenant, username, password, invitation: String::new() };
    stage(browser, "sign-in", "password");
    browser.find("#username").fill(&person.username);
    browser.find("#password").fill(&person.password);
    browser.find("#password-submit").click();
    stage(browser, "enrol", "authenticator");
    let phone = person.scan(browser);
    browser.find("#code").type_in(&phone.next_code());
    stage(browser, "enrol", "keys");
    let keys = keys_on(browser);
    browser.find("#keys-saved").click();
    stage(browser, "enrol", "proof");
    prove(browser, &keys);
}

#[test]
fn an_application_over_openid_connect() {
    let browser = Browser::open(CHROMIUM, PLAIN);
    let example = Example::openid(Edge::shared());
    browser.go(&example.address);
    browser.find("a[href='/sign-in']").click();
    sign_in_for_the_first_time(&browser, &example);
    says(&browser, "Signed in as bob, with pwd and otp.");
    browser.find("a[href='/pay']").click();
    says(&browser, "Paid, bob.");
    browser.go(&example.address);
    browser.find("button").click();
    says(&browser, "Sign in");
    browser.find("a[href='/sign-in']").click();
    stage(&browser, "sign-in", "password");
}
