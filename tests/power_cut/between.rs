//! A cut right after an acknowledgement.

use edge_mfa_tests::member::{Enrolled, keys_of, proof_of};
use edge_mfa_tests::{Edge, Member, Tenant, eventually, json};

#[test]
fn each_acknowledgement_outlives_a_cut_that_follows_it_at_once() {
    let mut edge = Edge::start();
    let tenant = Tenant::mfa(&edge);
    edge.restart();

    let member = Member::join(&tenant);
    edge.restart();
    let client = member.pending("enrol");
    let enrolment = member.start_enrolment(&client);
    edge.restart();
    let confirmed = member.confirm(&client, &enrolment.id, &enrolment.phone.next_code()).is(200);
    edge.restart();
    member.complete(&client, &enrolment.id, &proof_of(&confirmed)).is(200);
    edge.restart();
    member.session(&client).is(200);

    let keys = keys_of(&confirmed);
    let anna = Enrolled { member, phone: enrolment.phone, keys, client };
    a_spent_code_stays_spent(&mut edge, &anna);
    a_spent_key_stays_spent(&mut edge, &anna);
    a_remembered_device_stays_remembered(&mut edge, &anna);
    signed_out_stays_signed_out(&mut edge, &anna);
}

fn a_spent_code_stays_spent(edge: &mut Edge, anna: &Enrolled) {
    let waiting = anna.pending();
    let code = anna.phone.next_code();
    anna.member.enter_code(&anna.pending(), &code).is(200);
    edge.restart();
    anna.member.enter_code(&waiting, &code).problem(401, "code_refused");
}

fn a_spent_key_stays_spent(edge: &mut Edge, anna: &Enrolled) {
    anna.member.enter_key(&anna.pending(), &anna.keys[0]).is(200);
    edge.restart();
    let answer = anna.member.enter_key(&anna.pending(), &anna.keys[0]);
    answer.problem(401, "recovery_key_refused");
    anna.member.enter_key(&anna.pending(), &anna.keys[1]).is(200);
}

fn a_remembered_device_stays_remembered(edge: &mut Edge, anna: &Enrolled) {
    let device = anna.remembered();
    edge.restart();
    let old = device.clone();
    anna.member.enter_password(&device, "done");
    edge.restart();
    // The rotation was kept too: the old token is known as rotated, and ends the device.
    anna.member.enter_password(&old, "code");
    anna.member.enter_password(&device, "code");
}

fn signed_out_stays_signed_out(edge: &mut Edge, anna: &Enrolled) {
    let client = anna.client.clone();
    anna.client.post(&anna.member.tenant.at("/sign-out"), json!({})).is(204);
    edge.restart();
    client.get(&anna.member.tenant.at("/account")).problem(401, "unauthenticated");
    eventually("the session to end", || anna.member.session(&client).status == 401);
}

#[test]
fn a08_failures_are_not_forgotten_by_a_cut() {
    let mut edge = Edge::start();
    let anna = Enrolled::join(&Tenant::mfa(&edge));
    let client = anna.pending();
    for _ in 0..5 {
        anna.member.enter_code(&client, &anna.phone.wrong_code()).problem(401, "code_refused");
    }
    let waiting = anna.pending();
    edge.restart();
    anna.member.enter_code(&waiting, &anna.phone.next_code()).problem(429, "throttled");
    anna.member.enter_code(&client, &anna.phone.next_code()).problem(401, "sign_in_expired");
}

#[test]
fn an_invitation_that_was_used_or_replaced_stays_so() {
    let mut edge = Edge::start();
    let tenant = Tenant::mfa(&edge);
    let (used, replaced) = (tenant.invite("bert"), tenant.invite("carol"));
    let body = json!({"token": used, "password": "a fine password"});
    tenant.client().post(&tenant.at("/invitation/accept"), body).is(201);
    let new = tenant.invite("carol");
    edge.restart();
    for token in [&used, &replaced] {
        let body = json!({"token": token, "password": "another password"});
        let answer = tenant.client().post(&tenant.at("/invitation/accept"), body);
        answer.problem(404, "invitation_refused");
    }
    let body = json!({"token": new, "password": "a fine password"});
    tenant.client().post(&tenant.at("/invitation/accept"), body).is(201);
    assert_eq!(tenant.seen_by_operator()["members"], json!({"invited": 1, "active": 2}));
}
