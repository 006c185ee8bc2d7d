//! D10: what stays behind in the browser. The secret is on one page only, in no attribute, address,
//! history entry or storage; afterwards it is nowhere, the profile on disk included.

use edge_mfa_tests::browser::{Browser, Kind, PLAIN};
use edge_mfa_tests::needles::{Needle, files, search};
use edge_mfa_tests::{Edge, Value, json};

use crate::in_both;
use crate::steps::{Holder, Person, keys_on, prove, sign_out, stage};

in_both!(
    d10_the_secret_is_in_no_attribute_address_or_storage,
    d10_after_enrolment_nothing_secret_is_left_in_the_page_or_profile,
);

/// Everything of a page that is not plain text on it.
const HIDDEN_PLACES: &str = "return (async () => {
    const all = [...document.querySelectorAll('*')];
    const attributes = all.flatMap((element) => [...element.attributes].map((it) => it.value));
    const fields = all.filter((it) => it.matches('input, textarea')).map((it) => it.value);
    const databases = indexedDB.databases ? await indexedDB.databases() : [];
    const kept = self.caches ? await caches.keys().catch(() => []) : [];
    return JSON.stringify({
        attributes, fields, databases, kept,
        scripts: [...document.scripts].map((it) => it.textContent),
        address: location.href, title: document.title, referrer: document.referrer,
        state: history.state, cookie: document.cookie, window: window.name,
        local: {...localStorage}, session: {...sessionStorage},
        entries: performance.getEntries().map((entry) => entry.name),
    });
})()";

fn hidden_places(browser: &Browser) -> Value {
    let found = browser.run(HIDDEN_PLACES, json!([]));
    serde_json_of(&found)
}

fn serde_json_of(text: &Value) -> Value {
    text.as_str().expect("text").parse().expect("JSON")
}

/// Panics when one of these is in a hidden place, with or without spaces and hyphens.
fn free_of(places: &Value, secrets: &[String]) {
    let plain = |text: &str| text.replace([' ', '-'], "").to_lowercase();
    let places = plain(&places.to_string());
    for secret in secrets {
        assert!(!places.contains(&plain(secret)), "{secret} is in {places}");
    }
}

fn d10_the_secret_is_in_no_attribute_address_or_storage(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let person = Person::invited();
    person.accept(&browser);
    let phone = person.scan(&browser);
    let secret = edge_mfa_tests::phone::symbols(phone.secret());
    let mut secrets = vec![secret, person.password.clone(), person.invitation.clone()];
    free_of(&hidden_places(&browser), &secrets);

    browser.find("#code").type_in(&phone.next_code());
    stage(&browser, "enrol", "keys");
    let keys = keys_on(&browser);
    secrets.extend(keys.iter().cloned());
    free_of(&hidden_places(&browser), &secrets);
    browser.find("#keys-saved").click();
    stage(&browser, "enrol", "proof");
    free_of(&hidden_places(&browser), &secrets);
    prove(&browser, &keys);
    stage(&browser, "account", "account");
    free_of(&hidden_places(&browser), &secrets);
}

fn d10_after_enrolment_nothing_secret_is_left_in_the_page_or_profile(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let anna = Holder::enrolled(&browser);
    let secret = edge_mfa_tests::phone::symbols(anna.phone.secret());
    let mut secrets = vec![secret, anna.person.password.clone()];
    secrets.extend(anna.keys.iter().cloned());
    nothing_secret_in_text(&browser, &secrets);

    // Back, past the page that has shown them, as far as our pages go.
    let origin = Edge::shared().door().origin().to_owned();
    for _ in 0..3 {
        browser.back();
        if !browser.url().starts_with(&origin) {
            break;
        }
        crate::steps::ready(&browser);
        nothing_secret_in_text(&browser, &secrets);
        free_of(&hidden_places(&browser), &secrets);
    }
    anna.person.open(&browser, "enrol");
    browser.wait_for("the page to settle", || {
        let stage = browser.run("return document.body.dataset.stage", json!([]));
        (stage != "loading").then_some(())
    });
    nothing_secret_in_text(&browser, &secrets);
    anna.person.open(&browser, "account");
    sign_out(&browser);
    nothing_secret_in_text(&browser, &secrets);

    let needles: Vec<_> = secrets.iter().map(|it| Needle::plain(it, it)).collect();
    let mut files = files(browser.folder());
    // The browser's own scripts, compiled: megabytes that no page can write to.
    files.retain(|(path, _)| !path.components().any(|part| part.as_os_str() == "startupCache"));
    let leaks = search(&needles, &files);
    assert!(leaks.is_empty(), "the profile on disk keeps secrets:\n{}", leaks.join("\n"));
}

fn nothing_secret_in_text(browser: &Browser, secrets: &[String]) {
    let page = browser.run("return document.documentElement.textContent", json!([]));
    free_of(&page, secrets);
}
