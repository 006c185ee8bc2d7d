//! Who runs out of time is told before, in words and out loud, and has more of it by one press (WCAG 2.2, SC 2.2.1).
//!
//! Nobody waits here: the page's clock is set ahead, and back to the true time before it asks for more.

use edge_mfa_tests::browser::{Browser, Kind, PLAIN};
use edge_mfa_tests::platform_site::PlatformSite;
use edge_mfa_tests::{Administrator, Edge, Tenant, Value, json, random};

use crate::in_both;
use crate::keyboard::has_focus;
use crate::manners::{accessible, fits};
use crate::office::{sign_in_with_code, visit};
use crate::steps::{Holder, Person, error, keys_on, prove, ready, stage};

in_both!(
    a_sign_in_is_made_longer_by_one_press_and_says_when_it_is_over,
    an_enrolment_is_made_longer_over_a_reload_of_its_keys,
    a_session_is_made_longer_and_what_was_typed_outlives_it,
    a_platform_s_sign_in_is_made_longer_on_our_page,
);

const MINUTE: u64 = 60;

fn a_sign_in_is_made_longer_by_one_press_and_says_when_it_is_over(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let holder = Holder::enrolled(&browser);
    holder.person.enter_password(&browser);
    stage(&browser, "sign-in", "code");
    pass(&browser, 2 * MINUTE);
    quiet(&browser, "sign_in");
    browser.find("#code").type_in("12");

    pass(&browser, 4 * MINUTE);
    warned(&browser, "sign_in", '1');
    accessible(&browser);
    fits(&browser);
    more(&browser, "sign_in");
    assert!(browser.find(&line("sign_in")).text().contains(':'), "until when");
    assert_eq!(browser.find("#code").property("value"), "12", "what was typed stays");
    has_focus(&browser, "code");
    browser.find("#code").fill(&holder.phone.next_code());
    stage(&browser, "account", "account");

    holder.person.enter_password(&browser);
    stage(&browser, "sign-in", "code");
    pass(&browser, 5 * MINUTE + 1);
    error(&browser, "sign_in_expired");
    stage(&browser, "sign-in", "password");
    assert_eq!(browser.find("#username").property("value"), holder.person.username);
    quiet(&browser, "sign_in");
}

fn an_enrolment_is_made_longer_over_a_reload_of_its_keys(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let person = Person::invited();
    person.accept(&browser);
    let until = browser.find("#enrol-until").text();
    pass(&browser, 14 * MINUTE - 10);
    warned(&browser, "enrolment", '2');
    accessible(&browser);
    more(&browser, "enrolment");
    assert!(!until.is_empty() && !browser.find("#enrol-until").text().is_empty());
    let phone = person.scan(&browser);
    browser.find("#code").type_in(&phone.next_code());
    stage(&browser, "enrol", "keys");
    browser.run("location.reload()", json!([]));
    ready(&browser);
    stage(&browser, "enrol", "keys-reload");
    browser.find("#fresh-keys").click();
    stage(&browser, "enrol", "keys");
    let keys = keys_on(&browser);
    pass(&browser, 14 * MINUTE);
    warned(&browser, "enrolment", '1');
    more(&browser, "enrolment");
    browser.find("#keys-saved").click();
    stage(&browser, "enrol", "proof");
    prove(&browser, &keys);
    stage(&browser, "account", "account");

    let late = Person::invited();
    late.accept(&browser);
    pass(&browser, 15 * MINUTE + 1);
    stage(&browser, "enrol", "expired");
    let key = browser.run("return document.querySelector('#typed-key').textContent", json!([]));
    assert_eq!(key, "", "the secret is gone from the page");
}

fn a_session_is_made_longer_and_what_was_typed_outlives_it(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    sign_in_with_code(&browser, &anna.member, anna.phone());
    visit(&browser, anna.tenant(), "members", "members");
    pass(&browser, 59 * MINUTE);
    warned(&browser, "session", '1');
    accessible(&browser);
    // Over the page lies a question: the line goes where it can be reached, and back.
    browser.find("#invite").click();
    browser.find(&format!("dialog[open] {}", line("session")));
    browser.find("dialog[open] input[name=username]").fill("bert");
    pass(&browser, 60 * MINUTE + 1);
    browser.find("dialog[open] [data-test=\"session-ended\"]");
    accessible(&browser);
    assert_eq!(browser.find("dialog[open] input[name=username]").property("value"), "bert");
    let link = browser.find("[data-test=\"session-ended\"] a");
    assert_eq!(link.property("target"), "_blank");
    assert!(link.property("href").as_str().is_some_and(|href| href.contains("/sign-in?next=")));
    // She is back from the other tab.
    pass(&browser, 0);
    browser.run("window.dispatchEvent(new Event('focus'))", json!([]));
    gone(&browser, "[data-test=\"session-ended\"]");
    quiet(&browser, "session");
}

fn a_platform_s_sign_in_is_made_longer_on_our_page(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let site = PlatformSite::open(&anna);
    let name = random::name("p");
    site.platform.make(&name).is(204);
    browser.go(&site.login(&name, false));
    ready(&browser);
    stage(&browser, "enrol", "authenticator");
    pass(&browser, 14 * MINUTE);
    warned(&browser, "enrolment", '1');
    more(&browser, "enrolment");
    pass(&browser, 15 * MINUTE + 10);
    stage(&browser, "enrol", "expired");
}

/// So much more time has passed for the page than for everybody else.
fn pass(browser: &Browser, seconds: u64) {
    // Firefox shows a driver's script the page's own things behind glass.
    let script = "const [ahead] = arguments; const { Date } = window.wrappedJSObject ?? window; \
                  Date.trueNow ??= Date.now; Date.now = () => Date.trueNow() + ahead * 1000;";
    browser.run(script, json!([seconds]));
}

fn line(name: &str) -> String {
    format!("[data-test=\"time-left-{name}\"]")
}

/// Waits for the line that says so many minutes.
fn warned(browser: &Browser, name: &str, minutes: char) {
    browser.wait_for("the warning", || {
        let shown = browser.run(
            "return document.querySelector(arguments[0])?.querySelector('[role=status]').textContent",
            json!([line(name)]),
        );
        shown.as_str().is_some_and(|text| text.contains(minutes)).then_some(())
    });
}

/// Presses, and waits until it says that there is more time.
fn more(browser: &Browser, name: &str) {
    pass(browser, 0);
    browser.find(&format!("{} button", line(name))).click();
    browser.wait_for("more time", || {
        let hidden = browser
            .run("return document.querySelector(arguments[0])?.hidden", json!([format!("{} button", line(name))]));
        (hidden == Value::Bool(true)).then_some(())
    });
    let key =
        browser.run("return document.querySelector(arguments[0]).dataset.say", json!([format!("{} p", line(name))]));
    assert_eq!(key, "time_left.extended");
}

/// Nothing is said of time, for longer than it takes to look.
fn quiet(browser: &Browser, name: &str) {
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let shown = browser.run("return document.querySelector(arguments[0])", json!([line(name)]));
    assert!(shown.is_null(), "{shown}");
}

fn gone(browser: &Browser, css: &str) {
    browser.wait_for("it to be gone", || {
        browser.run("return document.querySelector(arguments[0])", json!([css])).is_null().then_some(())
    });
}
