//! The example applications, tried as whoever starts one tries it.

use edge_mfa_tests::browser::{Browser, PLAIN};
use edge_mfa_tests::example::Example;
use edge_mfa_tests::{Edge, json};

use crate::CHROMIUM;
use crate::steps::{Holder, Person, keys_on, prove, stage};

/// Waits until the application's page says this.
fn says(browser: &Browser, text: &str) {
    browser.wait_for(text, || {
        let shown = browser.run("return document.body ? document.body.innerText : ''", json!([]));
        shown.as_str().is_some_and(|shown| shown.contains(text)).then_some(())
    });
}

/// From the first stage of the enrolment to its end.
fn enrol(browser: &Browser, example: &Example) -> Holder {
    stage(browser, "enrol", "authenticator");
    let (tenant, username) = (example.tenant.clone(), example.username.to_owned());
    let person = Person { tenant, username, password: example.password.to_owned(), invitation: String::new() };
    let phone = person.scan(browser);
    browser.find("#code").type_in(&phone.next_code());
    stage(browser, "enrol", "keys");
    let keys = keys_on(browser);
    browser.find("#keys-saved").click();
    stage(browser, "enrol", "proof");
    prove(browser, &keys);
    Holder { person, phone, keys }
}

#[test]
fn an_application_over_openid_connect() {
    let browser = Browser::open(CHROMIUM, PLAIN);
    let example = Example::openid(Edge::shared());
    browser.go(&example.address);
    browser.find("a[href='/sign-in']").click();
    stage(&browser, "sign-in", "password");
    browser.find("#username").fill(example.username);
    browser.find("#password").fill(example.password);
    browser.find("#password-submit").click();
    enrol(&browser, &example);
    says(&browser, "Signed in as bob, with pwd and otp.");
    browser.find("a[href='/pay']").click();
    says(&browser, "Pay now");
    browser.find("button").click();
    says(&browser, "Paid, bob.");
    browser.go(&example.address);
    browser.find("button").click();
    says(&browser, "Sign in");
    browser.find("a[href='/sign-in']").click();
    stage(&browser, "sign-in", "password");
}

#[test]
fn an_application_with_its_own_passwords() {
    let browser = Browser::open(CHROMIUM, PLAIN);
    let example = Example::own_login(Edge::shared());
    let log_in = |username: &str, password: &str| {
        browser.go(&example.address);
        browser.find("[name=username]").fill(username);
        browser.find("[name=password]").fill(password);
        browser.find("button").click();
    };
    log_in(example.username, "a wrong password");
    says(&browser, "Name or password is not right.");
    // As a phone's keyboard writes a name.
    log_in("Carol", example.password);
    let carol = enrol(&browser, &example);
    says(&browser, "Signed in as carol, with a password and otp.");
    browser.find("button").click();
    says(&browser, "Password");

    log_in(example.username, example.password);
    stage(&browser, "second-factor", "code");
    browser.find("#code").type_in(&carol.phone.next_code());
    says(&browser, "Signed in as carol, with a password and otp.");
}

#[test]
fn a_static_site_behind_nginx() {
    let browser = Browser::open(CHROMIUM, PLAIN);
    let Some(example) = Example::gate(Edge::shared()) else {
        println!("no nginx on this machine: not tried");
        return;
    };
    browser.go(&format!("{}/minutes.html", example.address));
    stage(&browser, "sign-in", "password");
    browser.find("#username").fill(example.username);
    browser.find("#password").fill(example.password);
    browser.find("#password-submit").click();
    enrol(&browser, &example);
    says(&browser, "For members only");
    assert_eq!(browser.url(), format!("{}/minutes.html", example.address));
    browser.find("a[href='/.edge-mfa/sign-out']").click();
    stage(&browser, "sign-in", "password");
}
