//! A person with a password, a phone and a sheet of recovery keys.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::client::Client;
use crate::phone::Phone;
use crate::random;
use crate::tenant::Tenant;

/// An active member of a tenant.
#[derive(Debug)]
pub struct Member {
    /// Where the member belongs.
    pub tenant: Tenant,
    /// The username.
    pub username: String,
    /// The password.
    pub password: String,
}

/// A member with an authenticator.
#[derive(Debug)]
pub struct Enrolled {
    /// Who it is.
    pub member: Member,
    /// The authenticator app.
    pub phone: Phone,
    /// The recovery keys, number 1 first.
    pub keys: Vec<String>,
    /// The browser in which the member enrolled, signed in.
    pub client: Client,
}

/// An enrolment that has not been completed.
#[derive(Debug)]
pub struct Enrolment {
    /// Its id.
    pub id: String,
    /// The authenticator app, which has scanned the key.
    pub phone: Phone,
    /// What the start answered.
    pub body: Value,
}

impl Member {
    /// Invites a member and accepts: active, not enrolled.
    pub fn join(tenant: &Tenant) -> Self {
        Self::join_as(tenant, &random::name("m"))
    }

    /// The same, under this username.
    pub fn join_as(tenant: &Tenant, username: &str) -> Self {
        Self::accept(tenant, &tenant.invite(username))
    }

    /// Accepts an invitation.
    pub fn accept(tenant: &Tenant, token: &str) -> Self {
        Self::accept_with(tenant, token, random::password())
    }

    /// The same, with this password.
    pub fn accept_with(tenant: &Tenant, token: &str, password: String) -> Self {
        let body = json!({"token": token, "password": password});
        let answer = tenant.client().post(&tenant.at("/invitation/accept"), body);
        let username = answer.is(201)["username"].as_str().expect("a username").to_owned();
        Self { tenant: tenant.clone(), username, password }
    }

    /// The password step in this browser, whatever comes of it.
    pub fn try_password(&self, client: &Client) -> Answer {
        let body = json!({"username": self.username, "password": self.password});
        client.post(&self.tenant.at("/sign-in"), body)
    }

    /// The password step in this browser; the right password must be accepted.
    pub fn enter_password(&self, client: &Client, next: &str) -> Value {
        let body = self.try_password(client).is(200);
        assert_eq!(body["next"], next, "{body}");
        body
    }

    /// A fresh browser after the password step.
    pub fn pending(&self, next: &str) -> Client {
        let client = self.tenant.client();
        self.enter_password(&client, next);
        client
    }

    /// Starts an enrolment in a browser whose duty it is.
    pub fn start_enrolment(&self, client: &Client) -> Enrolment {
        let body = client.post(&self.tenant.at("/enrolment/start"), json!({})).is(200);
        let phone = Phone::scan(body["key_uri"].as_str().expect("a key URI"));
        let id = body["enrolment_id"].as_str().expect("an id").to_owned();
        Enrolment { id, phone, body }
    }

    /// Sends the enrolment's code.
    pub fn confirm(&self, client: &Client, id: &str, code: &str) -> Answer {
        let body = json!({"enrolment_id": id, "code": code});
        client.post(&self.tenant.at("/enrolment/confirm"), body)
    }

    /// Sends the proof that the recovery keys were saved.
    pub fn complete(&self, client: &Client, id: &str, proof: &str) -> Answer {
        let body = json!({"enrolment_id": id, "proof": proof});
        client.post(&self.tenant.at("/enrolment/complete"), body)
    }

    /// Enrols from a fresh browser to the end.
    pub fn enrol(self) -> Enrolled {
        let client = self.pending("enrol");
        let Enrolment { id, phone, .. } = self.start_enrolment(&client);
        let confirmed = self.confirm(&client, &id, &phone.next_code()).is(200);
        let keys = keys_of(&confirmed);
        let done = self.complete(&client, &id, &proof_of(&confirmed)).is(200);
        assert_eq!(done["next"], "done");
        Enrolled { member: self, phone, keys, client }
    }

    /// Sends a code in a browser after the password step.
    pub fn enter_code(&self, client: &Client, code: &str) -> Answer {
        let body = json!({"code": code, "remember_device": false});
        client.post(&self.tenant.at("/sign-in/code"), body)
    }

    /// Sends a code and asks to be remembered.
    pub fn enter_code_and_remember(&self, client: &Client, code: &str) -> Answer {
        let body = json!({"code": code, "remember_device": true});
        client.post(&self.tenant.at("/sign-in/code"), body)
    }

    /// Sends a recovery key in a browser after the password step.
    pub fn enter_key(&self, client: &Client, key: &str) -> Answer {
        let body = json!({"recovery_key": key});
        client.post(&self.tenant.at("/sign-in/recovery-key"), body)
    }

    /// The profile in this browser.
    pub fn account(&self, client: &Client) -> Value {
        client.get(&self.tenant.at("/account")).is(200)
    }

    /// Proves once more in this browser that it is she: a code, a recovery key or a password.
    pub fn step_up(&self, client: &Client, kind: &str, proof: &str) -> Answer {
        client.post(&self.tenant.at("/step-up"), json!({kind: proof}))
    }

    /// What the session check says in this browser.
    pub fn session(&self, client: &Client) -> Answer {
        client.get(&self.tenant.at("/session"))
    }
}

impl Enrolled {
    /// Joins a tenant and enrols.
    pub fn join(tenant: &Tenant) -> Self {
        Member::join(tenant).enrol()
    }

    /// A fresh browser that waits for a code.
    pub fn pending(&self) -> Client {
        self.member.pending("code")
    }

    /// A fresh browser, signed in with a code.
    pub fn signed_in(&self) -> Client {
        let client = self.pending();
        let body = self.member.enter_code(&client, &self.phone.next_code()).is(200);
        assert_eq!(body["next"], "done");
        client
    }

    /// A fresh browser, signed in with a code and remembered.
    pub fn remembered(&self) -> Client {
        let client = self.pending();
        let code = self.phone.next_code();
        let body = self.member.enter_code_and_remember(&client, &code).is(200);
        assert_eq!(body["next"], "done");
        client
    }
}

/// The ten keys of an answer that shows them; panics unless they have their printed form.
pub fn keys_of(body: &Value) -> Vec<String> {
    let keys = body["recovery_keys"].as_array().expect("recovery keys");
    let keys: Vec<_> = keys.iter().map(|key| key.as_str().expect("text").to_owned()).collect();
    assert_eq!(keys.len(), 10);
    for key in &keys {
        let groups: Vec<_> = key.split('-').collect();
        assert!(groups.len() == 5 && groups.iter().all(|group| group.len() == 5), "not 5x5");
        let crockford = |symbol: char| "0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains(symbol);
        assert!(groups.concat().chars().all(crockford), "not Crockford base32");
    }
    keys
}

/// The last group of the key that the answer names.
pub fn proof_of(body: &Value) -> String {
    let number = body["proof_number"].as_u64().expect("a number") as usize;
    let keys = keys_of(body);
    let key = keys.get(number - 1).expect("a number from 1 to 10");
    key.rsplit('-').next().expect("five groups").to_owned()
}
