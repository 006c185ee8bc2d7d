//! Somebody who runs a tenant: set-up, switching off, members, the audit log.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::client::Client;
use crate::log::{self, Entry};
use crate::member::{Member, keys_of, proof_of};
use crate::phone::Phone;
use crate::random;
use crate::tenant::{Tenant, token_of};

/// An administrator, signed in with a proof that is fresh enough for everything.
#[derive(Debug)]
pub struct Administrator {
    /// Who it is.
    pub member: Member,
    /// The authenticator app, where the tenant asks for one.
    pub phone: Option<Phone>,
    /// The recovery keys, number 1 first; none without an app.
    pub keys: Vec<String>,
    /// The browser in which the administrator works.
    pub client: Client,
}

/// A set-up that has not been completed.
#[derive(Debug)]
pub struct SetUp {
    /// The epoch that is set aside.
    pub epoch: u64,
    /// The id of the administrator's own enrolment.
    pub id: String,
    /// The authenticator app, which has scanned the key.
    pub phone: Phone,
    /// What the start answered.
    pub body: Value,
}

impl Administrator {
    /// The first administrator of a tenant, in whichever mode it is.
    pub fn of(tenant: &Tenant) -> Self {
        Self::at_work(Member::accept(tenant, &tenant.invitation))
    }

    /// One more administrator of the same tenant.
    pub fn another(&self) -> Self {
        let tenant = &self.member.tenant;
        let invited = tenant.ask_to_invite(&random::name("a"), "administrator").is(201);
        Self::at_work(Member::accept(tenant, &token_of(&invited)))
    }

    /// Signs in with the password, and enrols where that is owed.
    pub fn at_work(member: Member) -> Self {
        let client = member.tenant.client();
        let body = member.try_password(&client).is(200);
        if body["next"] == "done" {
            return Self { member, phone: None, keys: Vec::new(), client };
        }
        let enrolled = member.enrol();
        let (phone, keys) = (Some(enrolled.phone), enrolled.keys);
        Self { member: enrolled.member, phone, keys, client: enrolled.client }
    }

    /// A fresh browser, signed in with everything that is asked for.
    pub fn signed_in(&self) -> Client {
        let client = self.member.tenant.client();
        if let Some(phone) = &self.phone {
            self.member.enter_password(&client, "code");
            self.member.enter_code(&client, &phone.next_code()).is(200);
        } else {
            self.member.enter_password(&client, "done");
        }
        client
    }

    /// The tenant.
    pub fn tenant(&self) -> &Tenant {
        &self.member.tenant
    }

    /// The authenticator app.
    pub fn phone(&self) -> &Phone {
        self.phone.as_ref().expect("an administrator who has enrolled")
    }

    /// Orders something.
    pub fn ask(&self, route: &str, body: Value) -> Answer {
        self.client.post(&self.tenant().at(route), body)
    }

    /// Looks at something.
    pub fn see(&self, route: &str) -> Value {
        self.client.get(&self.tenant().at(route)).is(200)
    }

    /// Settings › Authentication.
    pub fn settings(&self) -> Value {
        self.see("/settings/authentication")
    }

    /// The row of a member.
    pub fn row(&self, username: &str) -> Value {
        for filter in ["all", "removed"] {
            let page = self.see(&format!("/members?search={username}&filter={filter}&limit=100"));
            let rows = page["members"].as_array().expect("a list");
            if let Some(row) = rows.iter().find(|row| row["username"] == username) {
                return row.clone();
            }
        }
        panic!("{username} is not in the directory");
    }

    /// The id by which a member is named in paths.
    pub fn id_of(&self, username: &str) -> String {
        self.row(username)["member"].as_str().expect("an id").to_owned()
    }

    /// Orders something about a member.
    pub fn order(&self, username: &str, act: &str, body: Value) -> Answer {
        self.ask(&format!("/members/{}/{act}", self.id_of(username)), body)
    }

    /// Begins to set MFA up.
    pub fn start_set_up(&self) -> SetUp {
        let body = self.ask("/settings/mfa/set-up/start", json!({})).is(200);
        let phone = Phone::scan(body["key_uri"].as_str().expect("a key URI"));
        let id = body["enrolment_id"].as_str().expect("an id").to_owned();
        SetUp { epoch: body["epoch"].as_u64().expect("an epoch"), id, phone, body }
    }

    /// Sends the code of a set-up.
    pub fn confirm(&self, set_up: &SetUp, code: &str) -> Answer {
        self.ask("/settings/mfa/set-up/confirm", set_up.with("code", code))
    }

    /// Sends the proof that the recovery keys were saved: the last click.
    pub fn complete(&self, set_up: &SetUp, proof: &str) -> Answer {
        self.ask("/settings/mfa/set-up/complete", set_up.with("proof", proof))
    }

    /// Sets MFA up to the end.
    pub fn switch_on(&mut self) {
        let set_up = self.start_set_up();
        let confirmed = self.confirm(&set_up, &set_up.phone.next_code()).is(200);
        let done = self.complete(&set_up, &proof_of(&confirmed)).is(200);
        assert_eq!(done["next"], "done");
        self.keys = keys_of(&confirmed);
        self.phone = Some(set_up.phone);
    }

    /// Switches MFA off and signs in again with the password.
    pub fn switch_off(&mut self) -> Value {
        let done = self.ask_to_switch_off().is(200);
        self.phone = None;
        self.keys.clear();
        self.client = self.signed_in();
        done
    }

    /// Asks to switch MFA off, as the page does.
    pub fn ask_to_switch_off(&self) -> Answer {
        self.ask("/settings/mfa/switch-off", json!({"confirmation": self.tenant().id}))
    }

    /// The whole audit log, its chain checked.
    pub fn log(&self) -> Vec<Entry> {
        log::read(&self.client, self.tenant())
    }
}

impl SetUp {
    /// The body of one of its steps.
    pub fn with(&self, field: &str, value: &str) -> Value {
        let mut body = json!({"epoch": self.epoch, "enrolment_id": self.id});
        body[field] = json!(value);
        body
    }
}
