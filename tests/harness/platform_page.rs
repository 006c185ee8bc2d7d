//! Our page at a platform's sign-in, as the browser asks that the platform has sent there.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::client::Client;
use crate::edge::Edge;
use crate::member::proof_of;
use crate::phone::Phone;
use crate::platform::{Person, Platform, RETURN};

/// A sign-in that has been sent to our page.
#[derive(Debug)]
pub struct Sent {
    /// What the platform keeps.
    pub pending: String,
    /// What brings the browser there.
    pub way: String,
}

/// A browser on our page.
#[derive(Debug)]
pub struct OnPage<'a> {
    platform: &'a Platform,
    /// The browser.
    pub browser: Client,
    /// What the platform keeps.
    pub pending: String,
}

impl Platform {
    /// Begins, and asks for our page.
    pub fn begin_on_page(&self, username: &str, page: Value) -> Answer {
        self.ask("/begin", json!({"username": username, "nonce": "n-1", "page": page}))
    }

    /// Begins, and has the browser sent to our page.
    pub fn sends(&self, username: &str, page: Value) -> Sent {
        let body = self.begin_on_page(username, page).is(200);
        let text = |name: &str| body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}")).to_owned();
        let (_, way) =
            text("page").split_once('#').map(|(page, way)| (page.to_owned(), way.to_owned())).expect("a way");
        Sent { pending: text("pending"), way }
    }

    /// The same, and the browser comes.
    pub fn on_page(&self, username: &str) -> OnPage<'_> {
        let sent = self.sends(username, json!({"return_to": RETURN, "state": "s-1"}));
        let on_page = OnPage { platform: self, browser: self.tenant.client(), pending: sent.pending };
        on_page.open(&sent.way).is(200);
        on_page
    }

    /// The same for somebody who has said that somebody else types her password.
    pub fn on_page_disowned(&self, person: &Person) -> OnPage<'_> {
        let page = self.on_page(&person.username);
        for _ in 0..3 {
            page.code(&person.phone.wrong_code()).problem(401, "code_refused");
        }
        let tenant = &self.tenant;
        let link = Edge::shared().mailbox().wait(&tenant.id, &person.username, "password-burnt").token();
        tenant.client().post(&tenant.at("/password/not-me"), json!({"token": link})).is(200);
        page.view().problem(401, "sign_in_expired");
        self.on_page(&person.username)
    }

    /// "She has another password now", with what the browser brought back.
    pub fn password_changed(&self, pending: &str, reference: &str) -> Answer {
        self.ask("/password-changed", json!({"pending": pending, "reference": reference}))
    }

    /// Fetches what the browser brought back.
    pub fn redeem(&self, pending: &str, reference: &str) -> Answer {
        self.ask("/redeem", json!({"pending": pending, "reference": reference}))
    }
}

impl OnPage<'_> {
    /// Asks what the page's scripts ask.
    pub fn post(&self, step: &str, body: Value) -> Answer {
        self.browser.post(&self.platform.tenant.at(&format!("/second-factor/page{step}")), body)
    }

    /// Comes there with this.
    pub fn open(&self, way: &str) -> Answer {
        self.post("/open", json!({"token": way}))
    }

    /// What the page says when it is loaded again.
    pub fn view(&self) -> Answer {
        self.browser.get(&self.platform.tenant.at("/second-factor/page"))
    }

    /// Types a code.
    pub fn code(&self, code: &str) -> Answer {
        self.post("/code", json!({"code": code, "remember_device": false}))
    }

    /// Types a recovery key.
    pub fn key(&self, key: &str) -> Answer {
        self.post("/recovery-key", json!({"recovery_key": key}))
    }

    /// Starts an enrolment: its id and the app that has scanned the key.
    pub fn start_enrolment(&self) -> (String, Phone) {
        let body = self.post("/enrolment/start", json!({})).is(200);
        let phone = Phone::scan(body["key_uri"].as_str().expect("a key URI"));
        (body["enrolment_id"].as_str().expect("an id").to_owned(), phone)
    }

    /// Types the first code.
    pub fn confirm(&self, id: &str, code: &str) -> Answer {
        self.post("/enrolment/confirm", json!({"enrolment_id": id, "code": code}))
    }

    /// Types the proof.
    pub fn complete(&self, id: &str, proof: &str) -> Answer {
        self.post("/enrolment/complete", json!({"enrolment_id": id, "proof": proof}))
    }

    /// Enrols to the end; with the app, the last answer.
    pub fn enrol(&self) -> (Phone, Value) {
        let (id, phone) = self.start_enrolment();
        let confirmed = self.confirm(&id, &phone.next_code()).is(200);
        (phone, self.complete(&id, &proof_of(&confirmed)).is(200))
    }
}

/// The reference in the address that the browser is sent to.
pub fn reference_in(done: &Value) -> String {
    assert_eq!(done["next"], "done", "{done}");
    reference_at(&done["go_to"])
}

/// The reference in the address where another password is chosen.
pub fn errand_in(shown: &Value) -> String {
    assert_eq!(shown["next"], "new-password", "{shown}");
    reference_at(&shown["password_change"])
}

fn reference_at(address: &Value) -> String {
    let address = address.as_str().expect("an address");
    let (_, query) = address.split_once('?').expect("a query");
    let found = query.split('&').find_map(|pair| pair.strip_prefix("reference="));
    found.unwrap_or_else(|| panic!("no reference in {address}")).to_owned()
}
