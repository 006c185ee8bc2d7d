//! A gate, and the reverse proxy that guards a page with it: what it asks us, and what a browser's way through it is.

use serde_json::{Value, json};

use crate::administrator::Administrator;
use crate::answer::Answer;
use crate::client::{Ask, Client};
use crate::random;
use crate::tenant::Tenant;

/// The cookie of a guarded host.
pub const GATE: &str = "__Host-mfag";
/// What ties a way in to the browser that began it.
pub const START: &str = "__Host-mfa_way_in";

/// A gate as the proxy that guards with it knows it.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Whose members get past.
    pub tenant: Tenant,
    /// Its id there.
    pub id: String,
    /// What the proxy shows.
    pub key: String,
    /// What it guards.
    pub origin: String,
}

impl Gate {
    /// Registered by this administrator for this host.
    pub fn register(anna: &Administrator, origin: &str) -> Self {
        let body = json!({"name": "Wiki", "kind": "gate", "hosts": [origin]});
        let made = anna.ask("/settings/applications/register", body).is(201);
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let (id, key) = (text(&made["application"]["application"]), text(&made["key"]));
        Self { tenant: anna.tenant().clone(), id, key, origin: origin.to_owned() }
    }

    /// The same for a host of its own.
    pub fn of(anna: &Administrator) -> Self {
        Self::register(anna, &format!("https://{}.example", random::name("wiki")))
    }

    /// What the proxy asks when this browser, with the cookies that it has there, comes to a page.
    pub fn ask<'a>(&self, browser: &'a Client, step: &str) -> Ask<'a> {
        let (scheme, host) = self.origin.split_once("://").expect("an origin");
        let ask = browser.ask("GET", &self.tenant.at(&format!("/gate/{step}"))).header("x-edge-mfa-key", &self.key);
        ask.header("x-forwarded-proto", scheme).header("x-forwarded-host", host)
    }

    /// The same where the page is asked for by going there.
    pub fn navigate<'a>(&self, browser: &'a Client, step: &str, page: &str) -> Ask<'a> {
        let ask = self.ask(browser, step).header("x-forwarded-method", "GET").header("x-forwarded-uri", page);
        ask.header("sec-fetch-mode", "navigate").header("sec-fetch-dest", "document")
    }

    /// Asks whether this browser may see a page.
    pub fn check(&self, browser: &Client) -> Answer {
        self.navigate(browser, "check", "/page").send()
    }

    /// What stands behind our part of a guarded origin, for the proxy to ask.
    pub fn step(&self, location: &str) -> String {
        let ours = format!("{}/.edge-mfa/", self.origin);
        location.strip_prefix(&ours).unwrap_or_else(|| panic!("not ours: {location}")).to_owned()
    }

    /// From the guarded host to our own: the path there.
    pub fn set_out(&self, browser: &Client, to: &str) -> String {
        let sent = self.ask(browser, &format!("start?to={to}")).send();
        assert!(sent.sets(START).is_some(), "{sent}");
        let (origin, sent) = (self.tenant.client().door().origin().to_owned(), go(&sent));
        sent.strip_prefix(&origin).unwrap_or_else(|| panic!("not to us: {sent}")).to_owned()
    }

    /// Back from our own host, where somebody is signed in: what the callback is asked with.
    pub fn way_back(&self, own: &Client, path: &str) -> String {
        self.step(&go(&own.ask("GET", path).header("sec-fetch-site", "cross-site").send()))
    }

    /// The whole way of somebody who is signed in with us; her browser as the guarded host knows it.
    pub fn enter(&self, own: &Client) -> Client {
        let browser = self.tenant.client();
        let back = self.way_back(own, &self.set_out(&browser, "%2Fpage"));
        let in_ = self.ask(&browser, &back).send();
        assert_eq!(go(&in_), format!("{}/page", self.origin));
        assert!(in_.sets(GATE).is_some(), "{in_}");
        browser
    }
}

/// Where an answer sends a browser.
fn go(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{answer}");
    answer.header("location").expect("a place to go").to_owned()
}
