//! Enrolment: who may start it, what ends it, and what an unfinished one leaves behind.

use edge_mfa_tests::client::SESSION;
use edge_mfa_tests::member::{Enrolled, keys_of, proof_of};
use edge_mfa_tests::{Edge, Member, Tenant, json};

/// A symbol of the alphabet that is not this one.
fn other(symbol: char) -> char {
    if symbol == 'X' { 'Y' } else { 'X' }
}

#[test]
fn d01_an_enrolled_member_who_has_only_the_password_cannot_start_an_enrolment() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.pending();
    let answer = client.post(&anna.member.tenant.at("/enrolment/start"), json!({}));
    answer.refuses();
    assert!(!answer.text().contains("otpauth"), "a secret leaves: {answer}");
    anna.member.enter_code(&client, &anna.phone.next_code()).is(200);
}

#[test]
fn d02_a_session_alone_cannot_replace_the_authenticator() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    for route in ["start", "confirm", "recovery-keys", "complete"] {
        let body = match route {
            "start" => json!({}),
            "confirm" => json!({"enrolment_id": "0".repeat(32), "code": anna.phone.code()}),
            "recovery-keys" => json!({"enrolment_id": "0".repeat(32)}),
            _ => json!({"enrolment_id": "0".repeat(32), "proof": "ABCDE"}),
        };
        let path = anna.member.tenant.at(&format!("/enrolment/{route}"));
        anna.client.post(&path, body).refuses();
    }
    anna.signed_in();
}

#[test]
fn d03_a_secret_chosen_by_the_client_is_refused() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let client = member.pending("enrol");
    let enrolment = member.start_enrolment(&client);
    let code = enrolment.phone.next_code();
    let path = member.tenant.at("/enrolment/confirm");
    let secret = "A".repeat(32);
    let body = json!({"enrolment_id": enrolment.id, "code": code, "secret": secret});
    assert_eq!(client.post(&path, body).problem(400, "bad_request")["field"], "secret");
    let start = member.tenant.at("/enrolment/start");
    client.post(&start, json!({"secret": secret})).problem(400, "bad_request");
    member.confirm(&client, &enrolment.id, &code).is(200);
}

#[test]
fn d06_a_started_enrolment_does_not_count_as_enrolled_and_locks_nobody_out() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    member.start_enrolment(&member.pending("enrol"));
    member.enrol();
}

#[test]
fn d06_a_confirmed_enrolment_counts_only_after_the_proof() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let client = member.pending("enrol");
    let enrolment = member.start_enrolment(&client);
    let confirmed = member.confirm(&client, &enrolment.id, &enrolment.phone.next_code()).is(200);
    let keys = keys_of(&confirmed);

    let later = member.pending("enrol");
    member.enter_code(&later, &enrolment.phone.next_code()).refuses();
    member.enter_key(&later, &keys[0]).refuses();
    // The first browser may still finish.
    member.complete(&client, &enrolment.id, &proof_of(&confirmed)).is(200);
    member.pending("code");
}

#[test]
fn c14_a_wrong_code_a_new_tab_or_another_route_does_not_skip_enrolment() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let client = member.pending("enrol");
    let enrolment = member.start_enrolment(&client);
    member.confirm(&client, &enrolment.id, &enrolment.phone.wrong_code()).problem(401, "code_refused");
    client.get(&member.tenant.at("/account")).problem(401, "unauthenticated");
    member.complete(&client, &enrolment.id, "ABCDE").refuses();
    member.enter_code(&client, &enrolment.phone.next_code()).refuses();
    assert!(client.cookie(SESSION).is_none());
    member.pending("enrol");
}

#[test]
fn five_wrong_codes_end_an_enrolment_and_a_new_one_may_start() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let client = member.pending("enrol");
    let enrolment = member.start_enrolment(&client);
    for _ in 0..4 {
        let answer = member.confirm(&client, &enrolment.id, &enrolment.phone.wrong_code());
        answer.problem(401, "code_refused");
    }
    member.confirm(&client, &enrolment.id, &enrolment.phone.wrong_code()).refuses();
    let right = enrolment.phone.next_code();
    let answer = member.confirm(&client, &enrolment.id, &right);
    assert_ne!(answer.status, 200, "the right code after five wrong ones: {answer}");
    assert!(answer.sets(SESSION).is_none());
}

#[test]
fn a_wrong_proof_binds_nothing_and_the_right_one_still_works() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let client = member.pending("enrol");
    let enrolment = member.start_enrolment(&client);
    let confirmed = member.confirm(&client, &enrolment.id, &enrolment.phone.next_code()).is(200);
    let proof = proof_of(&confirmed);
    let wrong: String = proof.chars().map(other).collect();
    member.complete(&client, &enrolment.id, &wrong).problem(409, "proof_refused");
    for malformed in ["", "ABCD", "ABCDEF", "ABC!E", "ABCDU"] {
        let answer = member.complete(&client, &enrolment.id, malformed);
        answer.problem(400, "proof_malformed");
    }
    member.pending("enrol");
    // Typed as people type it.
    let typed = format!(" {} ", proof.to_lowercase());
    member.complete(&client, &enrolment.id, &typed).is(200);
    member.pending("code");
}

#[test]
fn a_fresh_set_replaces_the_one_that_was_not_proven() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let client = member.pending("enrol");
    let enrolment = member.start_enrolment(&client);
    let first = member.confirm(&client, &enrolment.id, &enrolment.phone.next_code()).is(200);
    let again = json!({"enrolment_id": enrolment.id});
    let second = client.post(&member.tenant.at("/enrolment/recovery-keys"), again).is(200);
    let (old, new) = (keys_of(&first), keys_of(&second));
    assert!(old.iter().all(|key| !new.contains(key)), "a key is in both sets");

    member.complete(&client, &enrolment.id, &proof_of(&first)).problem(409, "proof_refused");
    member.complete(&client, &enrolment.id, &proof_of(&second)).is(200);
    member.enter_key(&member.pending("code"), &old[0]).problem(401, "recovery_key_refused");
    member.enter_key(&member.pending("code"), &new[0]).is(200);
}

#[test]
fn d09_recovery_keys_and_secret_cannot_be_seen_again() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let client = member.pending("enrol");
    let before = client.clone();
    let enrolment = member.start_enrolment(&client);
    let confirmed = member.confirm(&client, &enrolment.id, &enrolment.phone.next_code()).is(200);
    member.complete(&client, &enrolment.id, &proof_of(&confirmed)).is(200);
    let again = json!({"enrolment_id": enrolment.id});
    for browser in [&client, &before] {
        let tenant = &member.tenant;
        browser.post(&tenant.at("/enrolment/recovery-keys"), again.clone()).refuses();
        browser.post(&tenant.at("/enrolment/start"), json!({})).refuses();
        member.confirm(browser, &enrolment.id, &enrolment.phone.next_code()).refuses();
    }
    let account = client.get(&member.tenant.at("/account")).text();
    for key in keys_of(&confirmed) {
        assert!(!account.contains(&key));
    }
}
