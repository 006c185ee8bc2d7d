//! What a person does on the pages, by the hooks that the pages promise to tests.

use edge_mfa_tests::browser::Browser;
use edge_mfa_tests::{Edge, Phone, Tenant, json, qr, random};

/// A person in front of a browser.
#[derive(Debug)]
pub struct Person {
    /// Where the person belongs.
    pub tenant: Tenant,
    /// The username.
    pub username: String,
    /// The password.
    pub password: String,
    /// The invitation's token.
    pub invitation: String,
}

/// A person with an authenticator app and a sheet of recovery keys.
#[derive(Debug)]
pub struct Holder {
    /// Who it is.
    pub person: Person,
    /// The authenticator app.
    pub phone: Phone,
    /// The recovery keys, number 1 first.
    pub keys: Vec<String>,
}

impl Person {
    /// Somebody who has been invited.
    pub fn invited() -> Self {
        let tenant = Tenant::mfa(Edge::shared());
        let username = random::name("m");
        let invitation = tenant.invite(&username);
        Self { tenant, username, password: random::password(), invitation }
    }

    /// Opens one of the tenant's pages and waits until it listens.
    pub fn open(&self, browser: &Browser, page: &str) {
        let origin = Edge::shared().door().origin().to_owned();
        browser.go(&format!("{origin}{}", self.tenant.page(page)));
        ready(browser);
    }

    /// Opens the invitation and chooses the password; ends at enrolment.
    pub fn accept(&self, browser: &Browser) {
        self.open(browser, &format!("invitation#{}", self.invitation));
        stage(browser, "invitation", "choose");
        assert_eq!(browser.find("#username").property("value"), self.username);
        browser.find("#password").type_in(&self.password);
        browser.find("#accept").click();
        stage(browser, "enrol", "authenticator");
    }

    /// Scans the QR code off the screen.
    pub fn scan(&self, browser: &Browser) -> Phone {
        browser.find("canvas#qr[data-drawn]");
        browser.run("document.querySelector('#qr').scrollIntoView({block: 'center'})", json!([]));
        let phone = Phone::scan(&qr::read(&browser.screenshot()));
        let typed = Phone::typed(&browser.find("#typed-key").text().replace(['\n', ' '], ""));
        assert_eq!(typed.secret(), phone.secret(), "what is shown as text and as QR differ");
        phone
    }

    /// Enrols from the page's first stage to the account page.
    pub fn enrol(self, browser: &Browser) -> Holder {
        let phone = self.scan(browser);
        browser.find("#code").type_in(&phone.next_code());
        stage(browser, "enrol", "keys");
        let keys = keys_on(browser);
        browser.find("#keys-saved").click();
        stage(browser, "enrol", "proof");
        prove(browser, &keys);
        stage(browser, "account", "account");
        Holder { person: self, phone, keys }
    }

    /// Opens the sign-in page and enters username and password.
    pub fn enter_password(&self, browser: &Browser) {
        self.open(browser, "sign-in");
        stage(browser, "sign-in", "password");
        browser.find("#username").fill(&self.username);
        browser.find("#password").fill(&self.password);
        browser.find("#password-submit").click();
    }
}

impl Holder {
    /// Someone enrolled in this browser, signed in.
    pub fn enrolled(browser: &Browser) -> Self {
        let person = Person::invited();
        person.accept(browser);
        person.enrol(browser)
    }

    /// Signs in with username, password and this code, to the account page.
    pub fn sign_in(&self, browser: &Browser, code: &str) {
        self.person.enter_password(browser);
        stage(browser, "sign-in", "code");
        browser.find("#code").type_in(code);
        stage(browser, "account", "account");
    }
}

/// The keys that the page shows.
pub fn keys_on(browser: &Browser) -> Vec<String> {
    let script = "return [...document.querySelectorAll('ol#keys > li .key')].map((key) => key.textContent)";
    let shown = browser.run(script, json!([]));
    let keys = edge_mfa_tests::member::keys_of(&json!({"recovery_keys": shown}));
    assert_eq!(keys.len(), 10);
    keys
}

/// The number of the key whose last group the page asks for ("key 7", "sleutel 7").
pub fn proof_number(browser: &Browser) -> usize {
    let text = browser.find("#proof-number").text();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().expect("a number")
}

/// Types the last group of the key that the page names: once it is right it goes by itself, but for what concerns
/// everybody.
pub fn prove(browser: &Browser, keys: &[String]) {
    let concerns_everybody = browser.run("return document.body.dataset.page", json!([])) == "set-up";
    browser.find("#proof").fill(&proof_group(browser, keys));
    if concerns_everybody {
        browser.find("#proof-submit").click();
    }
}

/// The last group of the key that the page names.
pub fn proof_group(browser: &Browser, keys: &[String]) -> String {
    keys[proof_number(browser) - 1].rsplit('-').next().expect("five groups").to_owned()
}

/// Chooses the file that the page offered to download, as the person saved it.
pub fn choose_saved_file(browser: &Browser, keys: &[String]) {
    let lines = keys.iter().enumerate().map(|(index, key)| format!("{:>2}. {key}\n", index + 1));
    let script = "const chosen = new DataTransfer(); chosen.items.add(new File([arguments[0]], 'keys.txt'));
        const field = document.querySelector('#proof-file'); field.files = chosen.files;
        field.dispatchEvent(new Event('change'))";
    browser.run(script, json!([lines.collect::<String>()]));
}

/// Signs out on the account page.
pub fn sign_out(browser: &Browser) {
    stage(browser, "account", "account");
    browser.find("#sign-out").click();
    stage(browser, "account", "signed-out");
}

/// Waits until a page listens.
pub fn ready(browser: &Browser) {
    browser.wait_for("the page to listen", || {
        (!browser.run("return document.querySelector('html[data-ready]')", json!([])).is_null()).then_some(())
    });
}

/// Waits until this page is in this stage, with its handlers in place.
pub fn stage(browser: &Browser, page: &str, stage: &str) {
    let selector = format!("html[data-ready] > body[data-page=\"{page}\"][data-stage=\"{stage}\"]");
    browser.wait_for(&selector, || {
        let found = browser.run("return document.querySelector(arguments[0])", json!([selector]));
        (!found.is_null()).then_some(())
    });
    has_its_words(browser);
}

/// Waits for an error summary with this code, said in words of its own.
pub fn error(browser: &Browser, code: &str) {
    let summary = format!("[data-test=\"error-summary\"][data-code=\"{code}\"]");
    browser.find(&summary);
    has_its_words(browser);
    let vague = format!("return document.querySelector('{summary} [data-say=\"problem.internal\"]') !== null");
    assert_eq!(browser.run(&vague, json!([])), code == "internal", "{code} is said as something else");
}

/// Panics when the page shows the key of a message instead of what it says: the message was not served with it.
fn has_its_words(browser: &Browser) {
    let script = "return [...document.querySelectorAll('[data-say]')]
        .filter((it) => it.textContent === it.dataset.say)
        .map((it) => it.dataset.say)
        .concat([...document.querySelectorAll('[data-say-label]')]
            .filter((it) => it.getAttribute('aria-label') === it.dataset.sayLabel).map((it) => it.dataset.sayLabel))";
    assert_eq!(browser.run(script, json!([])), json!([]), "messages are missing on {}", browser.url());
}
