//! A directory elsewhere, as its provisioning service speaks: SCIM 2.0 with a key, no browser, no cookie.

use serde_json::{Value, json};

use crate::administrator::Administrator;
use crate::answer::Answer;
use crate::client::Client;
use crate::tenant::Tenant;

/// A provisioning service with its key.
#[derive(Clone, Debug)]
pub struct Provisioner {
    /// Whose members it provisions.
    pub tenant: Tenant,
    /// Its id there.
    pub application: String,
    /// What it bears.
    pub key: String,
    server: Client,
}

impl Provisioner {
    /// Registered by this administrator.
    pub fn of(anna: &Administrator) -> Self {
        let made =
            anna.ask("/settings/applications/register", json!({"name": "Entra ID", "kind": "provisioning"})).is(201);
        let application = made["application"]["application"].as_str().expect("an id").to_owned();
        let key = made["key"].as_str().expect("a key").to_owned();
        Self { tenant: anna.tenant().clone(), application, key, server: anna.tenant().client() }
    }

    /// The same with another key.
    pub fn with_key(&self, key: &str) -> Self {
        Self { key: key.to_owned(), ..self.clone() }
    }

    /// The path of something below the base address.
    pub fn at(&self, place: &str) -> String {
        format!("/t/{}/scim/v2{place}", self.tenant.id)
    }

    /// Asks without a body.
    pub fn ask(&self, method: &str, place: &str) -> Answer {
        self.send(method, place, None)
    }

    /// Asks with one.
    pub fn tell(&self, method: &str, place: &str, body: &str) -> Answer {
        self.send(method, place, Some(body))
    }

    fn send(&self, method: &str, place: &str, body: Option<&str>) -> Answer {
        let ask = self.server.ask(method, &self.at(place)).without("sec-fetch-site").without("origin");
        let ask = ask.without("idempotency-key").header("authorization", &format!("Bearer {}", self.key));
        match body {
            Some(body) => ask.header("content-type", "application/scim+json; charset=utf-8").bytes(body).send(),
            None => ask.without("content-type").send(),
        }
    }

    /// Makes a user; gives her as she is answered.
    pub fn make(&self, username: &str) -> Value {
        let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": username});
        self.tell("POST", "/Users", &body.to_string()).is(201)
    }

    /// Whom a filter means.
    pub fn find(&self, filter: &str) -> Vec<Value> {
        let found = self.ask("GET", &format!("/Users?filter={}", encoded(filter))).is(200);
        found["Resources"].as_array().expect("a list").clone()
    }

    /// Says whether somebody belongs.
    pub fn set_active(&self, id: &str, active: bool) -> Answer {
        let body = json!({"Operations": [{"op": "replace", "value": {"active": active}}]});
        self.tell("PATCH", &format!("/Users/{id}"), &body.to_string())
    }
}

/// As it stands in an address.
pub fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
