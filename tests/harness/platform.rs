//! A platform with a login of its own, which asks us for the second factor: its server, and its people.

use serde_json::{Value, json};

use crate::administrator::Administrator;
use crate::answer::Answer;
use crate::client::Client;
use crate::member::{keys_of, proof_of};
use crate::phone::Phone;
use crate::random;
use crate::tenant::Tenant;

/// Where people are sent back to, at a platform that only looks at what they would bring.
pub const RETURN: &str = "https://shop.example/back?from=mfa";

/// A platform's server with its key.
#[derive(Clone, Debug)]
pub struct Platform {
    /// Where its people are members.
    pub tenant: Tenant,
    /// Its id there.
    pub application: String,
    /// What it bears.
    pub key: String,
    server: Client,
}

/// One of its people, with an authenticator.
#[derive(Debug)]
pub struct Person {
    /// The username, there as here.
    pub username: String,
    /// The authenticator app.
    pub phone: Phone,
    /// The recovery keys, number 1 first.
    pub keys: Vec<String>,
}

impl Platform {
    /// Registered by this administrator.
    pub fn of(anna: &Administrator) -> Self {
        Self::returning_to(anna, &[RETURN])
    }

    /// The same, to have people sent back to these addresses.
    pub fn returning_to(anna: &Administrator, return_uris: &[&str]) -> Self {
        let body = json!({"name": "Shop", "kind": "login", "return_uris": return_uris});
        let made = anna.ask("/settings/applications/register", body).is(201);
        let application = made["application"]["application"].as_str().expect("an id").to_owned();
        let key = made["key"].as_str().expect("a key").to_owned();
        Self { tenant: anna.tenant().clone(), application, key, server: anna.tenant().client() }
    }

    /// The same with another key.
    pub fn with_key(&self, key: &str) -> Self {
        Self { key: key.to_owned(), ..self.clone() }
    }

    /// Asks what a server asks: no browser, no cookie.
    pub fn ask(&self, step: &str, body: Value) -> Answer {
        let path = self.tenant.at(&format!("/second-factor{step}"));
        let ask = self.server.ask("POST", &path).json(&body).without("sec-fetch-site").without("origin");
        ask.header("authorization", &format!("Bearer {}", self.key)).send()
    }

    /// Makes somebody a member.
    pub fn make(&self, username: &str) -> Answer {
        self.ask("/members", json!({"username": username}))
    }

    /// "She has given her password."
    pub fn begin(&self, username: &str) -> Answer {
        self.ask("/begin", json!({"username": username}))
    }

    /// The same where a step is owed: its token.
    pub fn pending(&self, username: &str, status: &str) -> String {
        let body = self.begin(username).is(200);
        assert_eq!(body["status"], status, "{body}");
        body["pending"].as_str().expect("a token").to_owned()
    }

    /// Sends a code.
    pub fn code(&self, pending: &str, code: &str) -> Answer {
        self.ask("/code", json!({"pending": pending, "code": code, "remember_device": false}))
    }

    /// Sends a recovery key.
    pub fn key(&self, pending: &str, key: &str) -> Answer {
        self.ask("/recovery-key", json!({"pending": pending, "recovery_key": key}))
    }

    /// Starts an enrolment: its id and the app that has scanned the key.
    pub fn start_enrolment(&self, pending: &str) -> (String, Phone) {
        let body = self.ask("/enrolment/start", json!({"pending": pending})).is(200);
        let phone = Phone::scan(body["key_uri"].as_str().expect("a key URI"));
        (body["enrolment_id"].as_str().expect("an id").to_owned(), phone)
    }

    /// Sends the first code.
    pub fn confirm(&self, pending: &str, id: &str, code: &str) -> Answer {
        self.ask("/enrolment/confirm", json!({"pending": pending, "enrolment_id": id, "code": code}))
    }

    /// Sends the proof.
    pub fn complete(&self, pending: &str, id: &str, proof: &str) -> Answer {
        self.ask("/enrolment/complete", json!({"pending": pending, "enrolment_id": id, "proof": proof}))
    }

    /// Enrols to the end; gives the last answer too.
    pub fn enrol(&self, username: &str, pending: &str) -> (Person, Value) {
        let (id, phone) = self.start_enrolment(pending);
        let confirmed = self.confirm(pending, &id, &phone.next_code()).is(200);
        let done = self.complete(pending, &id, &proof_of(&confirmed)).is(200);
        (Person { username: username.to_owned(), phone, keys: keys_of(&confirmed) }, done)
    }

    /// Somebody new who has enrolled.
    pub fn person(&self) -> Person {
        let username = random::name("p");
        self.make(&username).is(204);
        let pending = self.pending(&username, "enrolment-needed");
        self.enrol(&username, &pending).0
    }
}
