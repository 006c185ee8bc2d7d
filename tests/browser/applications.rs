//! Settings › Applications: an administrator registers the software that her engineer asks for, hands over a key that is
//! shown once, changes keys without an outage, and removes it when it goes.

use edge_mfa_tests::browser::{Browser, Kind, Look, PLAIN};
use edge_mfa_tests::{Administrator, Edge, Tenant, Value, json};

use crate::in_both;
use crate::keyboard::{ENTER, ESCAPE, focus_stays_in, has_focus, press};
use crate::manners::{accessible, clean, fits, shown_as_text_only};
use crate::office::{
    agree, dialog, hold_like_a_phone, is_hidden, is_there, no_dialog, sign_in, sign_in_remembered, texts, visit,
};
use crate::steps::{error, stage};

in_both!(
    an_application_gets_a_key_that_is_shown_once_and_another_without_an_outage,
    applications_without_a_key_and_signing_keys_on_a_dutch_phone,
);

/// The only application that there is.
fn only_one(anna: &Administrator) -> Value {
    let seen = anna.see("/settings/applications");
    let [one] = seen["applications"].as_array().expect("a list").as_slice() else { panic!("not one: {seen}") };
    one.clone()
}

fn numbers(application: &Value) -> Vec<u64> {
    application["keys"].as_array().expect("keys").iter().filter_map(|key| key["number"].as_u64()).collect()
}

/// The key that the page shows, which is nowhere else.
fn key_shown(browser: &Browser) -> String {
    stage(browser, "applications", "key");
    let key = browser.find("#key").text();
    assert!(key.starts_with("mfak.app-"), "{key}");
    shown_as_text_only(browser, std::slice::from_ref(&key));
    accessible(browser);
    key
}

/// Goes on from the key, of which nothing stays on the page.
fn go_on(browser: &Browser, key: &str) {
    stage(browser, "applications", "applications");
    assert!(!texts(browser, "html").concat().contains(key), "the key is still on the page");
    accessible(browser);
}

/// An address that does not do is told at its field, and everything that was typed stays.
fn refuses(browser: &Browser, addresses: &str, name: &str) {
    browser.find("#client-redirect_uris").fill(addresses);
    browser.find("#describe-submit").click();
    error(browser, "bad_request");
    browser.find("#client-redirect_uris[aria-invalid=\"true\"]");
    let said = browser.find("#client-redirect_uris-error").text();
    assert!(said.contains("https://wiki.example/#part"), "it does not say which: {said}");
    assert_eq!(browser.find("#client-redirect_uris").property("value"), addresses);
    assert_eq!(browser.find("#name").property("value"), name);
    accessible(browser);
}

fn an_application_gets_a_key_that_is_shown_once_and_another_without_an_outage(kind: Kind) {
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Administrator::of(&tenant);
    let browser = Browser::open(kind, PLAIN);
    sign_in_remembered(&browser, &anna.member, anna.phone());
    visit(&browser, &tenant, "settings", "settings");
    browser.find("#to-applications").click();
    stage(&browser, "applications", "applications");
    browser.find("#no-applications");
    accessible(&browser);

    // Registered: first with an address that does not do, then with a fresh code, by which nothing is lost.
    browser.find("#register").click();
    stage(&browser, "applications", "describe");
    browser.find("#describe-submit").click();
    error(&browser, "empty");
    accessible(&browser);
    browser.find("#name").type_in("Wiki");
    refuses(&browser, "https://wiki.example/back\nhttps://wiki.example/#part", "Wiki");
    browser.find("#client-redirect_uris").fill("https://wiki.example/back\n\n https://wiki.example/too ");
    browser.find("#describe-submit").click();
    dialog(&browser, "step-up");
    accessible(&browser);
    browser.find("#step-up-code").type_in(&anna.phone().next_code());
    let first = key_shown(&browser);
    let wiki = only_one(&anna);
    let id = wiki["application"].as_str().expect("an id");
    assert_eq!(wiki["redirect_uris"], json!(["https://wiki.example/back", "https://wiki.example/too"]));
    let issuer = format!("{}/t/{}", Edge::shared().door().origin(), tenant.id);
    for (fact, text) in [("client_id", id), ("issuer", &issuer), ("discovery", "/.well-known/openid-configuration")] {
        let shown = texts(&browser, &format!("#key-facts [data-fact=\"{fact}\"] span")).concat();
        assert!(shown.ends_with(text), "{fact}: {shown}");
    }
    // Who goes on without having copied it is asked, once.
    browser.find("#key-done").click();
    dialog(&browser, "leave-key");
    accessible(&browser);
    press(&browser, ESCAPE);
    no_dialog(&browser, "leave-key");
    browser.find("#copy-key").click();
    browser.find("#copy-key[data-copied]");
    browser.find("#key-done").click();
    go_on(&browser, &first);
    has_focus(&browser, id);

    // A second key; the first is ended only after it says that the second was never used.
    browser.find(&format!("#addKey-{id}")).click();
    dialog(&browser, "add-key");
    accessible(&browser);
    agree(&browser, "add-key");
    let second = key_shown(&browser);
    assert_ne!(second, first);
    browser.find("#key-rotation");
    browser.find("#key-done").click();
    agree(&browser, "leave-key");
    go_on(&browser, &second);
    assert!(!is_there(&browser, &format!("#addKey-{id}")), "a third key is on offer");
    browser.find(&format!("#{id}-key-1-end")).click();
    dialog(&browser, "end-key");
    browser.find("[data-dialog=\"end-key\"] [data-say=\"applications.end.untried\"]");
    accessible(&browser);
    agree(&browser, "end-key");
    browser.find("#act-done");
    assert_eq!(numbers(&only_one(&anna)), [2]);

    // Changed: what is there is filled in.
    browser.find(&format!("#change-{id}")).click();
    stage(&browser, "applications", "describe");
    let shown = browser.find("#client-redirect_uris").property("value");
    assert_eq!(shown, "https://wiki.example/back\nhttps://wiki.example/too");
    browser.find("#name").fill("Our wiki");
    refuses(&browser, "https://wiki.example/#part", "Our wiki");
    browser.find("#client-redirect_uris").fill("https://wiki.example/new");
    browser.find("#describe-submit").click();
    stage(&browser, "applications", "applications");
    has_focus(&browser, id);
    let changed = only_one(&anna);
    assert_eq!(
        (&changed["name"], &changed["redirect_uris"]),
        (&json!("Our wiki"), &json!(["https://wiki.example/new"]))
    );

    // The last key, and then the application itself: each says what stops.
    browser.find(&format!("#{id}-key-2-end")).click();
    dialog(&browser, "end-key");
    browser.find("[data-dialog=\"end-key\"] [data-say=\"applications.end.last\"]");
    agree(&browser, "end-key");
    browser.find("[data-notice=\"no-key\"]");
    accessible(&browser);
    browser.find(&format!("#remove-{id}")).click();
    dialog(&browser, "remove-application");
    accessible(&browser);
    agree(&browser, "remove-application");
    browser.find("#no-applications");
    assert_eq!(anna.see("/settings/applications")["applications"], json!([]));
    clean(&browser);
}

fn applications_without_a_key_and_signing_keys_on_a_dutch_phone(kind: Kind) {
    let tenant = Tenant::password_only(Edge::shared());
    let anna = Administrator::of(&tenant);
    // Whoever verifies a token has the first key made.
    tenant.client().get(&tenant.page("jwks")).is(200);
    let browser = Browser::open(kind, Look { language: "nl", dark: true });
    hold_like_a_phone(&browser);
    sign_in(&browser, &anna.member);
    visit(&browser, &tenant, "applications", "applications");
    fits(&browser);

    // Every kind that the API knows is on offer, in words.
    browser.find("#register").click();
    stage(&browser, "applications", "describe");
    let kinds = "return [...document.querySelectorAll('input[name=\"kind\"]')].map((it) => it.value).sort()";
    let document = tenant.client().get("/api/v1/openapi.json").is(200);
    let known = &document["components"]["schemas"]["DescribedApplication"]["properties"]["kind"]["enum"];
    let mut known: Vec<_> = known.as_array().expect("kinds").iter().filter_map(Value::as_str).collect();
    known.sort_unstable();
    assert_eq!(browser.run(kinds, json!([])), json!(known));
    assert!(!texts(&browser, "#describe-form").concat().contains("applications."), "a word is missing");

    // What runs in a browser gets no key, and there is nothing to lose by going on.
    browser.find("#name").type_in("Een toepassing met een naam-die-maar-doorgaat-en-nergens-een-spatie-heeft");
    browser.find("#client-redirect_uris").type_in("http://localhost:4000/");
    browser.find("#public-true").click();
    fits(&browser);
    accessible(&browser);
    browser.find("#describe-submit").click();
    stage(&browser, "applications", "key");
    assert!(is_hidden(&browser, "#key-part"));
    fits(&browser);
    accessible(&browser);
    browser.find("#key-done").click();
    stage(&browser, "applications", "applications");
    fits(&browser);
    let one = only_one(&anna);
    assert_eq!((&one["public"], numbers(&one)), (&json!(true), vec![]));
    assert!(is_hidden(&browser, "[data-act=\"addKey\"], [data-act=\"endKey\"]"));

    // The next key to sign with, by the keyboard.
    browser.run("document.getElementById('rotate').focus()", json!([]));
    press(&browser, ENTER);
    dialog(&browser, "rotate-keys");
    focus_stays_in(&browser, "rotate-keys");
    accessible(&browser);
    fits(&browser);
    agree(&browser, "rotate-keys");
    has_focus(&browser, "signing-keys-heading");
    browser.find("#signing-key-list [data-stage-of-key=\"signing\"]");
    browser.find("#signing-key-list [data-stage-of-key=\"next\"]");
    assert!(is_hidden(&browser, "#rotate"), "one waits already");
    fits(&browser);
    accessible(&browser);
    clean(&browser);
}
