//! The operator's side: tenants and invitations.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::client::{Client, Door};
use crate::edge::Edge;
use crate::random;

/// A tenant made for one test.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Its identifier.
    pub id: String,
    /// Its display name.
    pub name: String,
    /// The token of its first administrator's invitation.
    pub invitation: String,
    door: Arc<Door>,
}

impl Tenant {
    /// A tenant where MFA is on; its administrator `anna` is invited.
    pub fn mfa(edge: &Edge) -> Self {
        Self::create(edge.door(), "mfa", "Zeta & Daughters")
    }

    /// A tenant where username and password suffice; its administrator `anna` is invited.
    pub fn password_only(edge: &Edge) -> Self {
        Self::create(edge.door(), "password", "Zeta & Sons")
    }

    /// A tenant with this mode and display name; its administrator `anna` is invited.
    pub fn create(door: Arc<Door>, mode: &str, name: &str) -> Self {
        Self::called(&random::name("t"), door, mode, name)
    }

    /// The same, under this identifier.
    pub fn called(id: &str, door: Arc<Door>, mode: &str, name: &str) -> Self {
        let body = json!({"tenant": id, "name": name, "mode": mode, "administrator": "anna"});
        let client = Client::at(Arc::clone(&door));
        let answer = client.ask("POST", "/api/v1/operator/tenants").operator().json(&body).send();
        let invitation = token_of(&answer.is(201)["invitation"]);
        Self { id: id.to_owned(), name: name.to_owned(), invitation, door }
    }

    /// The path of one of its routes.
    pub fn at(&self, route: &str) -> String {
        format!("/api/v1/tenants/{}{route}", self.id)
    }

    /// The path of one of its pages.
    pub fn page(&self, page: &str) -> String {
        format!("/t/{}/{page}", self.id)
    }

    /// A browser without cookies.
    pub fn client(&self) -> Client {
        Client::at(Arc::clone(&self.door))
    }

    /// Asks the operator's door for an invitation.
    pub fn ask_to_invite(&self, username: &str, role: &str) -> Answer {
        let path = format!("/api/v1/operator/tenants/{}/invitations", self.id);
        let body = json!({"username": username, "role": role});
        self.client().ask("POST", &path).operator().json(&body).send()
    }

    /// Invites a member; gives the invitation's token.
    pub fn invite(&self, username: &str) -> String {
        token_of(&self.ask_to_invite(username, "member").is(201))
    }

    /// What the operator sees of it.
    pub fn seen_by_operator(&self) -> Value {
        let path = format!("/api/v1/operator/tenants/{}", self.id);
        self.client().ask("GET", &path).operator().send().is(200)
    }
}

/// The token in an invitation's link.
pub fn token_of(invitation: &Value) -> String {
    let url = invitation["url"].as_str().expect("an invitation has a link");
    url.split_once('#').expect("the token is in the fragment, which no server sees").1.to_owned()
}
