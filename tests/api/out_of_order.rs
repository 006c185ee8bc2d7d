//! The steps of a sign-in in the wrong order: refused, with what is owed.

use edge_mfa_tests::member::{Enrolled, Enrolment, keys_of, proof_of};
use edge_mfa_tests::{Client, Edge, Member, Tenant, Value, json};

/// Asks one step in this browser and expects to be told what is owed instead.
fn owed(member: &Member, client: &Client, route: &str, body: Value, owes: &str) {
    let problem = client.post(&member.tenant.at(route), body).problem(409, "wrong_step");
    assert_eq!(problem["owes"], owes, "{route}");
}

#[test]
fn who_owes_a_code_cannot_do_anything_else() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.pending();
    let id = "0".repeat(32);
    owed(&anna.member, &client, "/enrolment/start", json!({}), "code");
    owed(&anna.member, &client, "/enrolment/confirm", json!({"enrolment_id": id, "code": "000000"}), "code");
    owed(&anna.member, &client, "/enrolment/recovery-keys", json!({"enrolment_id": id}), "code");
    owed(&anna.member, &client, "/enrolment/complete", json!({"enrolment_id": id, "proof": "00000"}), "code");
    let password = json!({"password": "another good password"});
    owed(&anna.member, &client, "/sign-in/new-password", password, "code");
    // Nothing of that was charged, changed or ended.
    anna.member.enter_code(&client, &anna.phone.next_code()).is(200);
    anna.pending();
}

#[test]
fn who_must_enrol_cannot_do_anything_else() {
    let tenant = Tenant::mfa(Edge::shared());
    let other = Enrolled::join(&tenant);
    let member = Member::join(&tenant);
    let client = member.pending("enrol");
    let Enrolment { id, phone, .. } = member.start_enrolment(&client);
    let code = json!({"code": phone.code(), "remember_device": false});
    owed(&member, &client, "/sign-in/code", code, "enrol");
    owed(&member, &client, "/sign-in/recovery-key", json!({"recovery_key": other.keys[0]}), "enrol");
    let password = json!({"password": "another good password"});
    owed(&member, &client, "/sign-in/new-password", password, "enrol");
    let confirmed = member.confirm(&client, &id, &phone.next_code()).is(200);
    assert_eq!(keys_of(&confirmed).len(), 10);
    member.complete(&client, &id, &proof_of(&confirmed)).is(200);
}

#[test]
fn the_proof_before_the_code_and_fresh_keys_before_any_are_refused() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let client = member.pending("enrol");
    let Enrolment { id, phone, .. } = member.start_enrolment(&client);
    member.complete(&client, &id, "00000").refuses();
    let fresh = json!({"enrolment_id": id});
    client.post(&member.tenant.at("/enrolment/recovery-keys"), fresh).refuses();
    member.confirm(&client, &id, &phone.next_code()).is(200);
    // The enrolment's code is asked for once: a second confirmation shows no second set.
    member.confirm(&client, &id, &phone.next_code()).refuses();
}
