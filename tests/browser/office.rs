//! People prepared through the API, seated at a browser: an administrator's and a member's daily acts.

use edge_mfa_tests::browser::{Browser, Kind};
use edge_mfa_tests::{Edge, Member, Phone, Tenant, json};

use crate::steps::{Person, ready, sign_out, stage};

/// Somebody who has joined, as the steps of the other tests know people.
pub fn person(member: &Member) -> Person {
    Person {
        tenant: member.tenant.clone(),
        username: member.username.clone(),
        password: member.password.clone(),
        invitation: String::new(),
    }
}

/// Goes to a page of this tenant and waits for its stage.
pub fn visit(browser: &Browser, tenant: &Tenant, page: &str, at: &str) {
    let origin = Edge::shared().door().origin().to_owned();
    browser.go(&format!("{origin}{}", tenant.page(page)));
    ready(browser);
    stage(browser, page.split(['#', '?']).next().unwrap_or_default(), at);
}

/// Fills username and password in on the sign-in page that is open.
pub fn give_password(browser: &Browser, username: &str, password: &str) {
    stage(browser, "sign-in", "password");
    browser.find("#username").fill(username);
    browser.find("#password").fill(password);
    browser.find("#password-submit").click();
}

/// Signs in with the password alone.
pub fn sign_in(browser: &Browser, member: &Member) {
    visit(browser, &member.tenant, "sign-in", "password");
    give_password(browser, &member.username, &member.password);
    stage(browser, "account", "account");
}

/// Signs in with password and code: what follows needs no further proof for five minutes.
pub fn sign_in_with_code(browser: &Browser, member: &Member, phone: &Phone) {
    visit(browser, &member.tenant, "sign-in", "password");
    give_password(browser, &member.username, &member.password);
    stage(browser, "sign-in", "code");
    browser.find("#code").type_in(&phone.next_code());
    stage(browser, "account", "account");
}

/// Signs in on a device that is remembered, which proves too little for anything important.
pub fn sign_in_remembered(browser: &Browser, member: &Member, phone: &Phone) {
    visit(browser, &member.tenant, "sign-in", "password");
    give_password(browser, &member.username, &member.password);
    stage(browser, "sign-in", "code");
    browser.find("#remember-device").click();
    browser.find("#code").type_in(&phone.next_code());
    sign_out(browser);
    sign_in(browser, member);
}

/// Waits for a dialog.
pub fn dialog(browser: &Browser, name: &str) {
    browser.find(&format!("dialog[open][data-dialog=\"{name}\"]"));
}

/// Waits until a dialog is gone from the page.
pub fn no_dialog(browser: &Browser, name: &str) {
    browser.wait_for(&format!("the dialog {name} to close"), || (!is_there(browser, &by_name(name))).then_some(()));
}

fn by_name(name: &str) -> String {
    format!("dialog[data-dialog=\"{name}\"]")
}

/// Whether the page has such an element, seen or not.
pub fn is_there(browser: &Browser, selector: &str) -> bool {
    browser.run("return document.querySelector(arguments[0]) !== null", json!([selector])) == true
}

/// Whether nothing of the kind can be seen.
pub fn is_hidden(browser: &Browser, selector: &str) -> bool {
    browser.seen(selector).is_none()
}

/// Chooses an act from the menu at the end of a member's row.
pub fn choose_act(browser: &Browser, username: &str, act: &str) {
    let row = row(username);
    browser.find(&format!("{row} summary")).click();
    browser.find(&format!("{row} [data-act=\"{act}\"]")).click();
}

/// The selector of a member's row.
pub fn row(username: &str) -> String {
    format!("#rows > tr[data-username=\"{username}\"]")
}

/// Says yes in a dialog and waits until it is gone.
pub fn agree(browser: &Browser, name: &str) {
    dialog(browser, name);
    browser.find(&format!("#{name}-submit")).click();
    no_dialog(browser, name);
}

/// Picks from a list of choices, whose pop-up is no part of the page.
pub fn pick(browser: &Browser, list: &str, value: &str) {
    browser.find(list);
    let script = "const list = document.querySelector(arguments[0]);
        list.value = arguments[1];
        list.dispatchEvent(new Event('change', {bubbles: true}))";
    browser.run(script, json!([list, value]));
}

/// The texts of all elements that match.
pub fn texts(browser: &Browser, selector: &str) -> Vec<String> {
    let script = "return [...document.querySelectorAll(arguments[0])].map((it) => it.textContent)";
    let found = browser.run(script, json!([selector]));
    let found = found.as_array().expect("a list");
    found.iter().map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
}

/// The whole numbers in a text, in whichever language it is.
pub fn numbers(text: &str) -> Vec<u64> {
    text.split(|symbol: char| !symbol.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

/// The whole numbers in the texts of all elements that match.
pub fn numbers_in(browser: &Browser, selector: &str) -> Vec<u64> {
    numbers(&texts(browser, selector).join(" | "))
}

/// Makes the page as small as a phone's: 390 by 844. Firefox's own window gets no narrower than 500.
pub fn hold_like_a_phone(browser: &Browser) {
    if browser.kind() == Kind::Chromium {
        let screen = json!({"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": false});
        browser.devtools("Emulation.setDeviceMetricsOverride", screen);
    } else {
        browser.resize(390, 844);
    }
    let width = browser.run("return innerWidth", json!([])).as_u64();
    assert!(width <= Some(500), "the window is as wide as {width:?}");
}
