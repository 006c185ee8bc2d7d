//! A platform's own login, whose people show the second factor on our page: there, through it, and back.

use edge_mfa_tests::browser::{Browser, Kind, Look, PLAIN};
use edge_mfa_tests::platform_site::PlatformSite;
use edge_mfa_tests::{Administrator, Edge, Phone, Tenant, Value, json, random};

use crate::keyboard::{ENTER, has_focus, press, type_text};
use crate::manners::{accessible, clean_but_for, fits, shown_as_text_only};
use crate::office::hold_like_a_phone;
use crate::steps::{Person, error, keys_on, prove, ready, stage};
use crate::{CHROMIUM, in_both};

in_both!(there_and_back_to_enrol_with_a_code_and_with_a_recovery_key);

#[test]
fn a_remembered_device_and_then_the_keyboard_alone_in_chromium() {
    a_remembered_device_and_then_the_keyboard_alone(CHROMIUM);
}

#[test]
fn not_now_and_what_has_ended_are_told_calmly_in_chromium() {
    not_now_and_what_has_ended_are_told_calmly(CHROMIUM);
}

/// A platform, and somebody of its who is new to us.
struct Shop {
    site: PlatformSite,
    tenant: Tenant,
    name: String,
}

impl Shop {
    fn open() -> Self {
        let tenant = Tenant::mfa(Edge::shared());
        let anna = Administrator::of(&tenant);
        let site = PlatformSite::open(&anna);
        let name = random::name("p");
        site.platform.make(&name).is(204);
        Self { site, tenant, name }
    }

    fn goes_to_login(&self, browser: &Browser, remembers: bool) {
        browser.go(&self.site.login(&self.name, remembers));
        ready(browser);
    }

    /// Somebody with an authenticator app on this side of the glass.
    fn scans(&self, browser: &Browser) -> Phone {
        let (username, password) = (self.name.clone(), String::new());
        Person { tenant: self.tenant.clone(), username, password, invitation: String::new() }.scan(browser)
    }

    /// Enrols on our page, and is back.
    fn enrols(&self, browser: &Browser) -> (Phone, Vec<String>) {
        self.goes_to_login(browser, false);
        stage(browser, "enrol", "authenticator");
        says_whose_login(browser, &self.name);
        accessible(browser);
        fits(browser);
        let phone = self.scans(browser);
        browser.find("#code").type_in(&phone.next_code());
        stage(browser, "enrol", "keys");
        assert_eq!(browser.find("#sheet-address").text(), "127.0.0.1", "where she signs in");
        let keys = keys_on(browser);
        browser.find("#keys-saved").click();
        stage(browser, "enrol", "proof");
        prove(browser, &keys);
        assert_eq!(amr(&told(browser)), ["vouched", "otp"]);
        (phone, keys)
    }
}

/// What the platform's page says that it was told, once the browser is back there.
fn told(browser: &Browser) -> Value {
    let told: Value = browser.find("pre#told").text().parse().expect("JSON");
    assert_eq!(told["state"], "s-1", "{told}");
    told["told"].clone()
}

fn amr(told: &Value) -> Vec<&str> {
    let words = told["confirmation"]["amr"].as_array().unwrap_or_else(|| panic!("not told: {told}"));
    words.iter().filter_map(Value::as_str).collect()
}

fn says_whose_login(browser: &Browser, username: &str) {
    let text = browser.run("return document.querySelector('section:not([hidden])').innerText", json!([]));
    let text = text.as_str().unwrap_or_default().to_owned();
    assert!(["Shop", "127.0.0.1", username].iter().all(|it| text.contains(it)), "{text}");
}

/// Nothing that opens anything stands in the address.
fn has_a_bare_address(browser: &Browser) {
    assert!(browser.url().ends_with("/second-factor"), "{}", browser.url());
}

fn there_and_back_to_enrol_with_a_code_and_with_a_recovery_key(kind: Kind) {
    let browser = Browser::open(kind, Look { language: "nl", dark: true });
    hold_like_a_phone(&browser);
    let shop = Shop::open();
    let (phone, keys) = shop.enrols(&browser);

    shop.goes_to_login(&browser, false);
    stage(&browser, "second-factor", "code");
    has_a_bare_address(&browser);
    says_whose_login(&browser, &shop.name);
    accessible(&browser);
    fits(&browser);
    // Loaded again, it goes on.
    browser.reload();
    stage(&browser, "second-factor", "code");
    browser.find("#code").type_in(&phone.wrong_code());
    error(&browser, "code_refused");
    browser.find("#code").fill(&phone.next_code());
    browser.find("#code-submit").click();
    assert_eq!(amr(&told(&browser)), ["vouched", "otp"]);

    shop.goes_to_login(&browser, false);
    stage(&browser, "second-factor", "code");
    browser.find("#use-recovery-key").click();
    stage(&browser, "second-factor", "recovery");
    accessible(&browser);
    fits(&browser);
    browser.find("#recovery-key").fill(&keys[1]);
    browser.find("#recovery-submit").click();
    stage(&browser, "second-factor", "recovery-accepted");
    browser.find("#recovery-result[data-number=\"2\"][data-left=\"9\"]");
    accessible(&browser);
    shown_as_text_only(&browser, &keys);
    browser.find("#recovery-continue").click();
    let told = told(&browser);
    assert_eq!((amr(&told), &told["recovery"]["left"]), (vec!["vouched", "recovery"], &json!(9)));
    clean_but_for(&browser, &[&shop.site.origin]);
}

fn a_remembered_device_and_then_the_keyboard_alone(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let shop = Shop::open();
    let (phone, _) = shop.enrols(&browser);
    shop.goes_to_login(&browser, true);
    stage(&browser, "second-factor", "code");
    has_focus(&browser, "code");
    browser.find("#remember-device").click();
    browser.find("#code").click();
    type_text(&browser, &phone.next_code());
    assert_eq!(amr(&told(&browser)), ["vouched", "otp"]);

    browser.go(&shop.site.login(&shop.name, true));
    assert_eq!(amr(&told(&browser)), ["vouched", "device"]);
    // A platform that wants a code gets one.
    shop.goes_to_login(&browser, false);
    stage(&browser, "second-factor", "code");
    has_focus(&browser, "code");
    type_text(&browser, &phone.wrong_code());
    error(&browser, "code_refused");
    type_text(&browser, &phone.next_code());
    press(&browser, ENTER);
    assert_eq!(amr(&told(&browser)), ["vouched", "otp"]);
}

fn not_now_and_what_has_ended_are_told_calmly(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let shop = Shop::open();
    let (phone, _) = shop.enrols(&browser);
    shop.goes_to_login(&browser, false);
    stage(&browser, "second-factor", "code");
    browser.find("section:not([hidden]) .not-now").click();
    assert_eq!(told(&browser)["error"], "access_denied");

    // Somebody who has come by an address that has served, and somebody whose sign-in is over.
    let sent = shop.site.platform.sends(&shop.name, json!({"return_to": format!("{}/back", shop.site.origin)}));
    let page = format!("{}{}", Edge::shared().door().origin(), shop.tenant.page("second-factor"));
    browser.go(&format!("{page}#{}", sent.way));
    stage(&browser, "second-factor", "code");
    let other = Browser::open(kind, Look { language: "nl", dark: true });
    other.go(&format!("{page}#{}", sent.way));
    stage(&other, "second-factor", "ended");
    accessible(&other);
    for _ in 0..5 {
        browser.find("#code").fill(&phone.wrong_code());
        browser.find("#code-submit").click();
        error(&browser, "code_refused");
        browser.find("#code").fill("");
    }
    browser.find("#code").fill(&phone.next_code());
    browser.find("#code-submit").click();
    stage(&browser, "second-factor", "ended");
    accessible(&browser);
    browser.find("section:not([hidden]) .not-now").click();
    assert_eq!(told_without_state(&browser)["error"], "access_denied");
}

fn told_without_state(browser: &Browser) -> Value {
    let told: Value = browser.find("pre#told").text().parse().expect("JSON");
    told["told"].clone()
}
