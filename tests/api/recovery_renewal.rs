//! New recovery keys from the profile: the old sheet stays valid until the new one is proven saved.

use edge_mfa_tests::member::{Enrolled, keys_of, proof_of};
use edge_mfa_tests::phone::now;
use edge_mfa_tests::{Answer, Client, Edge, Tenant, json};

fn start(bert: &Enrolled, client: &Client) -> Answer {
    client.post(&bert.member.tenant.at("/account/recovery-keys/start"), json!({}))
}

fn complete(bert: &Enrolled, client: &Client, proof: &str) -> Answer {
    client.post(&bert.member.tenant.at("/account/recovery-keys/complete"), json!({"proof": proof}))
}

#[test]
fn e04_the_old_set_is_valid_until_the_new_one_is_proven_and_then_dead() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = bert.signed_in();
    let shown = start(&bert, &client).is(200);
    assert_eq!(shown["set"], 2);
    let expires = shown["expires_at"].as_u64().expect("a time");
    assert!((now() + 14 * 60..=now() + 15 * 60 + 1).contains(&expires), "15 minutes");
    let new = keys_of(&shown);
    assert!(new.iter().all(|key| !bert.keys.contains(key)));
    // Not proven yet: the old one opens, the new one does not.
    assert_eq!(bert.member.account(&client)["recovery_keys"], json!({"set": 1, "left": 10}));
    bert.member.enter_key(&bert.pending(), &bert.keys[0]).is(200);
    bert.member.enter_key(&bert.pending(), &new[0]).problem(401, "recovery_key_refused");

    assert_eq!(complete(&bert, &client, &proof_of(&shown)).is(200), json!({"set": 2, "left": 10}));
    let waiting = bert.pending();
    let answer = bert.member.enter_key(&waiting, &bert.keys[1]);
    assert_eq!(answer.problem(401, "recovery_key_older_set")["set"], 1);
    let used = bert.member.enter_key(&waiting, &new[9]).is(200);
    assert_eq!(used["recovery"], json!({"set": 2, "number": 10, "left": 9}));
}

#[test]
fn a_key_of_the_older_sheet_is_named_and_costs_nothing() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = bert.signed_in();
    let shown = start(&bert, &client).is(200);
    complete(&bert, &client, &proof_of(&shown)).is(200);
    // Ten tries, more than the lane would bear, at the sign-in and as a proof.
    for key in &bert.keys {
        let answer = bert.member.enter_key(&bert.pending(), key);
        answer.problem(401, "recovery_key_older_set");
    }
    bert.member.step_up(&client, "recovery_key", &bert.keys[0]).problem(401, "recovery_key_older_set");
    bert.member.enter_key(&bert.pending(), &keys_of(&shown)[0]).is(200);
}

#[test]
fn only_the_newest_of_two_offers_counts_and_a_wrong_proof_replaces_nothing() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = bert.signed_in();
    complete(&bert, &client, "00000").refuses();
    let first = start(&bert, &client).is(200);
    let second = start(&bert, &client).is(200);
    complete(&bert, &client, &proof_of(&first)).problem(409, "proof_refused");
    complete(&bert, &client, "!").problem(400, "proof_malformed");
    assert_eq!(bert.member.account(&client)["recovery_keys"], json!({"set": 1, "left": 10}));
    // Another session of hers does not finish what this one began.
    complete(&bert, &bert.signed_in(), &proof_of(&second)).problem(409, "enrolment_superseded");
    complete(&bert, &client, &proof_of(&second)).is(200);
    complete(&bert, &client, &proof_of(&second)).refuses();
    bert.member.enter_key(&bert.pending(), &keys_of(&first)[0]).problem(401, "recovery_key_refused");
}

#[test]
fn a_recovery_key_is_proof_enough_for_a_new_sheet() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    for key in &bert.keys[..9] {
        bert.member.enter_key(&bert.pending(), key).is(200);
    }
    let client = bert.pending();
    let last = bert.member.enter_key(&client, &bert.keys[9]).is(200);
    assert_eq!(last["recovery"], json!({"set": 1, "number": 10, "left": 0}));
    let shown = start(&bert, &client).is(200);
    complete(&bert, &client, &proof_of(&shown)).is(200);
    assert_eq!(bert.member.account(&client)["recovery_keys"], json!({"set": 2, "left": 10}));
    bert.signed_in();
}

#[test]
fn a_reset_ends_an_offer() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = bert.signed_in();
    let shown = start(&bert, &client).is(200);
    client.post(&bert.member.tenant.at("/account/reset-mfa"), json!({})).is(204);
    complete(&bert, &client, &proof_of(&shown)).problem(401, "unauthenticated");
    let anew = bert.member.enrol();
    anew.member.enter_key(&anew.pending(), &keys_of(&shown)[0]).problem(401, "recovery_key_refused");
}
