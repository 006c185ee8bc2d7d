//! What people do, request by request as the pages send them: to be counted and to be measured.

use serde_json::json;

use crate::client::Client;
use crate::member::{Enrolled, Enrolment, Member, keys_of, proof_of};
use crate::tenant::Tenant;

/// Something that people do.
#[derive(Debug)]
pub struct Flow {
    /// What it is called.
    pub name: &'static str,
    /// Makes somebody ready for it, and gives what she then does.
    pub prepare: fn(&Tenant) -> Steps,
}

/// What somebody does, with a pause wherever she has to read or type.
pub type Steps = Box<dyn FnOnce(&dyn Fn()) + Send>;

/// Each of them, from the page that is opened first to the session.
pub static FLOWS: [Flow; 7] = [
    Flow { name: "sign-in", prepare: sign_in },
    Flow { name: "remembered sign-in", prepare: remembered_sign_in },
    Flow { name: "recovery sign-in", prepare: recovery_sign_in },
    Flow { name: "first sign-in with enrolment", prepare: enrolment },
    Flow { name: "session check", prepare: session_check },
    Flow { name: "wrong password", prepare: wrong_password },
    Flow { name: "wrong code", prepare: wrong_code },
];

/// The one of this name.
pub fn named(name: &str) -> &'static Flow {
    FLOWS.iter().find(|flow| flow.name == name).unwrap_or_else(|| panic!("there is no flow {name}"))
}

fn sign_in(tenant: &Tenant) -> Steps {
    let anna = Enrolled::join(tenant);
    Box::new(move |pause| {
        let client = anna.member.tenant.client();
        open("sign-in", &anna.member.tenant, &client);
        pause();
        anna.member.enter_password(&client, "code");
        pause();
        anna.member.enter_code(&client, &anna.phone.next_code()).is(200);
    })
}

fn remembered_sign_in(tenant: &Tenant) -> Steps {
    let anna = Enrolled::join(tenant);
    let client = anna.remembered();
    Box::new(move |pause| {
        open("sign-in", &anna.member.tenant, &client);
        pause();
        anna.member.enter_password(&client, "done");
    })
}

fn recovery_sign_in(tenant: &Tenant) -> Steps {
    let anna = Enrolled::join(tenant);
    Box::new(move |pause| {
        let client = anna.member.tenant.client();
        open("sign-in", &anna.member.tenant, &client);
        pause();
        anna.member.enter_password(&client, "code");
        pause();
        anna.member.enter_key(&client, &anna.keys[0]).is(200);
    })
}

fn enrolment(tenant: &Tenant) -> Steps {
    let anna = Member::join(tenant);
    Box::new(move |pause| {
        let client = anna.tenant.client();
        open("sign-in", &anna.tenant, &client);
        pause();
        anna.enter_password(&client, "enrol");
        open("enrol", &anna.tenant, &client);
        let Enrolment { id, phone, .. } = anna.start_enrolment(&client);
        pause();
        let confirmed = anna.confirm(&client, &id, &phone.next_code()).is(200);
        assert_eq!(keys_of(&confirmed).len(), 10);
        pause();
        anna.complete(&client, &id, &proof_of(&confirmed)).is(200);
    })
}

fn session_check(tenant: &Tenant) -> Steps {
    let anna = Enrolled::join(tenant);
    Box::new(move |_| {
        anna.member.session(&anna.client).is(200);
    })
}

fn wrong_password(tenant: &Tenant) -> Steps {
    let anna = Enrolled::join(tenant);
    Box::new(move |_| {
        let body = json!({"username": anna.member.username, "password": "a wrong password"});
        anna.member.tenant.client().post(&anna.member.tenant.at("/sign-in"), body).problem(401, "sign_in_refused");
    })
}

fn wrong_code(tenant: &Tenant) -> Steps {
    let anna = Enrolled::join(tenant);
    let client = anna.pending();
    Box::new(move |_| {
        anna.member.enter_code(&client, &anna.phone.wrong_code()).problem(401, "code_refused");
    })
}

/// The page and what it asks for; scripts, styles and words come from the platform's store of assets, which wakes no
/// Worker and costs nothing.
fn open(page: &str, tenant: &Tenant, client: &Client) {
    assert_eq!(client.get(&tenant.page(page)).status, 200);
    client.get(&tenant.at("")).is(200);
}
