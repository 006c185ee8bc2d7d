//! What administrators and the operator do.

use edge_mfa_tests::member::{Enrolled, keys_of, proof_of};
use edge_mfa_tests::tenant::token_of;
use edge_mfa_tests::{Administrator, Client, Member, Phone, Tenant, Value, json, random};

use super::{World, enters_with, is_out};
use crate::attempt::Attempt;

/// Somebody who runs a tenant of her own, and a member who has enrolled there.
fn office(world: &World<'_>) -> (Administrator, Enrolled) {
    let anna = Administrator::of(&Tenant::mfa(world.edge));
    let bert = Enrolled::join(anna.tenant());
    (anna, bert)
}

/// Anna orders something about Bert.
fn order(office: &(Administrator, Enrolled), act: &str, body: Value) -> Attempt {
    let (anna, bert) = office;
    let route = format!("/members/{}/{act}", anna.id_of(&bert.member.username));
    Attempt::post(&anna.client, anna.tenant(), &route, body, 204)
}

/// Whether the notifier has brought somebody word of this event.
fn told(world: &World<'_>, tenant: &Tenant, to: &str, event: &'static str) -> impl Fn() -> bool + 'static {
    let (mailbox, tenant, to) = (world.edge.mailbox().clone(), tenant.id.clone(), to.to_owned());
    move || mailbox.told(&tenant, &to).iter().any(|notice| notice.event() == event)
}

pub fn create_tenant(world: &World<'_>) -> Attempt {
    let mut tenant = world.tenant.clone();
    tenant.id = random::name("t");
    let body = json!({"tenant": tenant.id, "name": "Zeta", "mode": "mfa", "administrator": "anna"});
    let attempt = Attempt::by_operator(&tenant, "/api/v1/operator/tenants", body.clone(), 201);
    attempt.then(
        (tenant, body),
        |(tenant, _), _, answer| {
            invited(tenant, &answer.json()["invitation"]).log();
        },
        |(tenant, body), client| {
            let answer = client.ask("POST", "/api/v1/operator/tenants").operator().json(body).send();
            let invitation = match answer.short().as_str() {
                "409 conflict" => tenant.ask_to_invite("boss", "administrator").is(201),
                _ => answer.is(201)["invitation"].take(),
            };
            invited(tenant, &invitation).log();
        },
    )
}

fn invited(tenant: &Tenant, invitation: &Value) -> Administrator {
    Administrator::at_work(Member::accept(tenant, &token_of(invitation)))
}

pub fn invite(world: &World<'_>) -> Attempt {
    let anna = Administrator::of(&Tenant::mfa(world.edge));
    let body = json!({"username": "carla", "role": "member"});
    let attempt = Attempt::post(&anna.client, anna.tenant(), "/members/invite", body.clone(), 201);
    let told = told(world, anna.tenant(), "carla", "invited");
    attempt.leaves("member-invited", "carla").tells(told).then(
        (anna, body),
        |(anna, _), _, answer| {
            Member::accept(anna.tenant(), &token_of(&answer.json())).pending("enrol");
            anna.log();
        },
        |(anna, body), _| {
            let answer = anna.ask("/members/invite", body.clone());
            let invited = match answer.short().as_str() {
                "409 conflict" => anna.order("carla", "invite-again", json!({})).is(201),
                _ => answer.is(201),
            };
            Member::accept(anna.tenant(), &token_of(&invited)).pending("enrol");
            anna.log();
        },
    )
}

pub fn remove(world: &World<'_>) -> Attempt {
    let office = office(world);
    let attempt = order(&office, "remove", json!({}));
    let told = told(world, office.0.tenant(), &office.1.member.username, "left");
    attempt.leaves("member-removed", &office.1.member.username).tells(told).then(
        office,
        |(anna, bert), _, _| {
            is_removed(bert);
            anna.log();
        },
        |(anna, bert), _| {
            match anna.row(&bert.member.username)["standing"].as_str() {
                Some("removed") => is_removed(bert),
                _ => drop(enters_with(bert, 0)),
            }
            let told = anna.log().iter().any(|entry| entry.event() == "member-removed");
            assert_eq!(told, anna.row(&bert.member.username)["standing"] == "removed", "the log and the directory");
        },
    )
}

fn is_removed(bert: &Enrolled) {
    bert.member.try_password(&bert.member.tenant.client()).problem(401, "sign_in_refused");
    is_out(&bert.member, &bert.client);
    let gone = || bert.member.session(&bert.client).status == 401;
    edge_mfa_tests::eventually("the removed member's session to end at the edge", gone);
}

pub fn change_role(world: &World<'_>) -> Attempt {
    let office = office(world);
    let attempt = order(&office, "role", json!({"role": "administrator"}));
    attempt.leaves("role-changed", &office.1.member.username).then(
        office,
        |(anna, bert), _, _| assert_eq!(anna.row(&bert.member.username)["role"], "administrator"),
        |(anna, bert), _| {
            let told = anna.log().iter().any(|entry| entry.event() == "role-changed");
            assert_eq!(told, anna.row(&bert.member.username)["role"] == "administrator", "the log and the directory");
        },
    )
}

pub fn reset(world: &World<'_>) -> Attempt {
    let office = office(world);
    let attempt = order(&office, "reset-mfa", json!({}));
    attempt.leaves("member-reset", &office.1.member.username).then(
        office,
        |(anna, bert), _, _| {
            is_out(&bert.member, &bert.client);
            bert.member.pending("enrol");
            anna.log();
        },
        |(anna, bert), _| {
            super::member::is_reset_or_not(bert);
            anna.log();
        },
    )
}

/// Somebody who runs a tenant where passwords suffice, and a member there.
fn before(world: &World<'_>) -> (Administrator, Member) {
    let anna = Administrator::of(&Tenant::password_only(world.edge));
    let bert = Member::join(anna.tenant());
    (anna, bert)
}

pub fn start_set_up(world: &World<'_>) -> Attempt {
    let (anna, bert) = before(world);
    let attempt = Attempt::post(&anna.client, anna.tenant(), "/settings/mfa/set-up/start", json!({}), 200);
    attempt.then(
        (anna, bert),
        |(anna, bert), client, answer| {
            let started = answer.json();
            let phone = Phone::scan(started["key_uri"].as_str().expect("a key URI"));
            let body = json!({"epoch": started["epoch"], "enrolment_id": started["enrolment_id"],
                "code": phone.next_code()});
            let confirmed = client.post(&anna.tenant().at("/settings/mfa/set-up/confirm"), body).is(200);
            nothing_has_changed(anna, bert);
            let body = json!({"epoch": started["epoch"], "enrolment_id": started["enrolment_id"],
                "proof": proof_of(&confirmed)});
            client.post(&anna.tenant().at("/settings/mfa/set-up/complete"), body).is(200);
            bert.pending("enrol");
        },
        |(anna, bert), _| switches_on_anew(anna, bert),
    )
}

pub fn confirm_set_up(world: &World<'_>) -> Attempt {
    let (anna, bert) = before(world);
    let set_up = anna.start_set_up();
    let body = set_up.with("code", &set_up.phone.next_code());
    let attempt = Attempt::post(&anna.client, anna.tenant(), "/settings/mfa/set-up/confirm", body, 200);
    attempt.then(
        (anna, bert, set_up),
        |(anna, bert, set_up), client, answer| {
            nothing_has_changed(anna, bert);
            let body = set_up.with("proof", &proof_of(&answer.json()));
            client.post(&anna.tenant().at("/settings/mfa/set-up/complete"), body).is(200);
            bert.pending("enrol");
        },
        |(anna, bert, _), _| switches_on_anew(anna, bert),
    )
}

pub fn switch_on(world: &World<'_>) -> Attempt {
    let (anna, bert) = before(world);
    let set_up = anna.start_set_up();
    let confirmed = anna.confirm(&set_up, &set_up.phone.next_code()).is(200);
    let body = set_up.with("proof", &proof_of(&confirmed));
    let attempt = Attempt::post(&anna.client, anna.tenant(), "/settings/mfa/set-up/complete", body, 200);
    let keys = keys_of(&confirmed);
    attempt.then(
        (anna, bert, keys),
        |(anna, bert, keys), client, _| {
            anna.member.account(client);
            is_on(anna, bert, &keys[0]);
        },
        |(anna, bert, keys), _| {
            let client = anna.tenant().client();
            match anna.member.try_password(&client).is(200)["next"].as_str() {
                Some("code") => is_on(anna, bert, &keys[0]),
                _ => switches_on_anew(anna, bert),
            }
        },
    )
}

pub fn switch_off(world: &World<'_>) -> Attempt {
    let office = office(world);
    let (anna, bert) = &office;
    let body = json!({"confirmation": anna.tenant().id});
    let attempt = Attempt::post(&anna.client, anna.tenant(), "/settings/mfa/switch-off", body, 200);
    // Her own session has ended with it: who asks again is told to sign in.
    let attempt = attempt.or_again(&["401 unauthenticated"]);
    let _ = bert;
    attempt.then(
        office,
        |(anna, bert), _, _| is_off(anna, bert),
        |(anna, bert), _| match bert.member.try_password(&bert.member.tenant.client()).is(200)["next"].as_str() {
            Some("done") => is_off(anna, bert),
            _ => {
                drop(enters_with(bert, 0));
                let code = bert.phone.next_code();
                bert.member.enter_code(&bert.pending(), &code).is(200);
                anna.ask_to_switch_off().is(200);
                is_off(anna, bert);
            }
        },
    )
}

/// Interrupted or not: nobody else has noticed anything.
fn nothing_has_changed(anna: &Administrator, bert: &Member) {
    bert.enter_password(&bert.tenant.client(), "done");
    assert_eq!(anna.settings()["mode"], "password");
}

fn switches_on_anew(anna: &Administrator, bert: &Member) {
    bert.enter_password(&bert.tenant.client(), "done");
    let set_up = anna.start_set_up();
    let confirmed = anna.confirm(&set_up, &set_up.phone.next_code()).is(200);
    anna.complete(&set_up, &proof_of(&confirmed)).is(200);
    is_on(anna, bert, &keys_of(&confirmed)[0]);
}

fn is_on(anna: &Administrator, bert: &Member, key: &str) {
    let client = anna.member.pending("code");
    anna.member.enter_key(&client, key).is(200);
    bert.pending("enrol");
    assert_eq!(count(anna, &client, "switched-on"), 1);
}

fn is_off(anna: &Administrator, bert: &Enrolled) {
    bert.member.enter_password(&bert.member.tenant.client(), "done");
    is_out(&bert.member, &bert.client);
    let client = anna.tenant().client();
    anna.member.enter_password(&client, "done");
    assert_eq!(count(anna, &client, "switched-off"), 1);
    let settings = || client.get(&anna.tenant().at("/settings/authentication")).is(200);
    edge_mfa_tests::eventually("the sweep to finish", || settings()["sweep"]["finished_at"].is_u64());
}

fn count(anna: &Administrator, client: &Client, event: &str) -> usize {
    edge_mfa_tests::log::read(client, anna.tenant()).iter().filter(|entry| entry.event() == event).count()
}
