//! Setting MFA up: the administrator enrols first, and only the last click turns the tenant.

use edge_mfa_tests::client::SESSION;
use edge_mfa_tests::member::{Enrolled, keys_of, proof_of};
use edge_mfa_tests::phone::now;
use edge_mfa_tests::random::idempotency_key;
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, eventually, json};

/// A tenant in password mode, with its first administrator at work.
fn anna() -> Administrator {
    Administrator::of(&Tenant::password_only(Edge::shared()))
}

#[test]
fn nothing_changes_before_the_last_click_and_everything_with_it() {
    let anna = anna();
    let tenant = anna.tenant();
    let bert = Member::join(tenant);
    let at_bert = bert.tenant.client();
    bert.enter_password(&at_bert, "done");

    let before = anna.settings();
    assert_eq!((&before["mode"], &before["epoch"]), (&json!("password"), &json!(1)));
    let set_up = anna.start_set_up();
    assert_eq!(set_up.body["set"], 1);
    assert_eq!(set_up.body["username"], "anna");
    assert_eq!(set_up.body["tenant_name"], tenant.name);
    assert!(set_up.epoch > 1, "a new epoch");
    let confirmed = anna.confirm(&set_up, &set_up.phone.next_code()).is(200);
    for step in ["session", "account"] {
        at_bert.get(&tenant.at(&format!("/{step}"))).is(200);
    }
    bert.enter_password(&tenant.client(), "done");
    anna.member.enter_password(&tenant.client(), "done");
    let still = anna.settings();
    assert_eq!((&still["mode"], &still["epoch"]), (&json!("password"), &json!(1)));
    assert_eq!(tenant.seen_by_operator()["mode"], "password");

    let answer = anna.complete(&set_up, &proof_of(&confirmed));
    let done = answer.is(200);
    assert_eq!(done["next"], "done");
    assert_eq!(done["session"]["username"], "anna");
    assert_eq!(done["session"]["role"], "administrator");
    assert!(answer.sets(SESSION).is_some(), "a new session");
    let after = anna.settings();
    assert_eq!((&after["mode"], &after["epoch"]), (&json!("mfa"), &json!(set_up.epoch)));
    at_bert.get(&tenant.at("/account")).problem(401, "unauthenticated");
    eventually("the session to end at the edge", || bert.session(&at_bert).status == 401);
    bert.enter_password(&tenant.client(), "enrol");
    anna.member.enter_password(&tenant.client(), "code");
}

#[test]
fn the_first_code_is_spent_and_the_keys_of_the_set_up_are_hers() {
    let mut anna = anna();
    let set_up = anna.start_set_up();
    let code = set_up.phone.next_code();
    let confirmed = anna.confirm(&set_up, &code).is(200);
    anna.complete(&set_up, &proof_of(&confirmed)).is(200);
    anna.keys = keys_of(&confirmed);
    let client = anna.member.pending("code");
    anna.member.enter_code(&client, &code).problem(401, "code_refused");
    anna.member.enter_code(&client, &set_up.phone.next_code()).is(200);
    let client = anna.member.pending("code");
    let used = anna.member.enter_key(&client, &anna.keys[4]).is(200);
    assert_eq!(used["recovery"], json!({"set": 1, "number": 5, "left": 9}));
}

#[test]
fn an_abandoned_set_up_leaves_no_trace_and_starts_again() {
    let mut anna = anna();
    let first = anna.start_set_up();
    let confirmed = anna.confirm(&first, &first.phone.next_code()).is(200);
    // Another day, another tab.
    anna.client = anna.signed_in();
    let account = anna.member.account(&anna.client);
    assert_eq!((&account["mode"], &account["authenticator"]), (&json!("password"), &json!(null)));
    assert_eq!(account["recovery_keys"], json!(null));
    assert_eq!(anna.settings()["set_ups"], json!([]), "her own is no other's");
    let second = anna.start_set_up();
    assert_ne!(second.phone.secret(), first.phone.secret());
    assert!(second.epoch > first.epoch, "an epoch is never given twice");
    anna.confirm(&first, &first.phone.next_code()).refuses();
    anna.complete(&first, &proof_of(&confirmed)).refuses();
    let confirmed = anna.confirm(&second, &second.phone.next_code()).is(200);
    anna.complete(&second, &proof_of(&confirmed)).is(200);
    let client = anna.member.pending("code");
    anna.member.enter_code(&client, &first.phone.next_code()).problem(401, "code_refused");
    anna.member.enter_code(&client, &second.phone.next_code()).is(200);
}

#[test]
fn a_set_up_ends_with_the_sign_in_it_was_begun_in() {
    let anna = anna();
    let set_up = anna.start_set_up();
    let code = set_up.phone.next_code();
    // The same administrator, signed in elsewhere: another browser cannot go on with it.
    let elsewhere = anna.signed_in();
    let path = anna.tenant().at("/settings/mfa/set-up/confirm");
    elsewhere.post(&path, set_up.with("code", &code)).problem(409, "enrolment_superseded");
    anna.ask("/sign-out", json!({})).is(204);
    anna.confirm(&set_up, &code).problem(401, "unauthenticated");
    elsewhere.post(&path, set_up.with("code", &code)).refuses();
    anna.member.enter_password(&anna.tenant().client(), "done");
}

#[test]
fn wrong_codes_and_wrong_proofs_turn_nothing() {
    let anna = anna();
    let set_up = anna.start_set_up();
    assert!((now() + 14 * 60..=now() + 20 * 60 + 1).contains(&set_up.body["expires_at"].as_u64().expect("a time")));
    let keys = json!({"epoch": set_up.epoch, "enrolment_id": set_up.id});
    anna.complete(&set_up, "00000").refuses();
    anna.ask("/settings/mfa/set-up/recovery-keys", keys).refuses();
    for _ in 0..4 {
        anna.confirm(&set_up, &set_up.phone.wrong_code()).problem(401, "code_refused");
    }
    anna.confirm(&set_up, "12345").problem(400, "passcode_malformed");
    let confirmed = anna.confirm(&set_up, &set_up.phone.next_code()).is(200);
    let wrong = if proof_of(&confirmed) == "00000" { "11111" } else { "00000" };
    anna.complete(&set_up, wrong).problem(409, "proof_refused");
    anna.complete(&set_up, "no").problem(400, "proof_malformed");
    assert_eq!(anna.settings()["mode"], "password");
    anna.complete(&set_up, &proof_of(&confirmed)).is(200);
}

#[test]
fn five_wrong_codes_end_a_set_up_and_it_starts_again() {
    let mut anna = anna();
    let set_up = anna.start_set_up();
    for _ in 0..5 {
        anna.confirm(&set_up, &set_up.phone.wrong_code()).refuses();
    }
    anna.confirm(&set_up, &set_up.phone.next_code()).refuses();
    anna.switch_on();
    anna.signed_in();
}

#[test]
fn d03_of_two_sets_of_keys_the_newer_counts_and_nothing_may_be_chosen() {
    let anna = anna();
    let set_up = anna.start_set_up();
    let mut body = set_up.with("code", &set_up.phone.code());
    body["secret"] = json!("A".repeat(32));
    assert_eq!(anna.ask("/settings/mfa/set-up/confirm", body).problem(400, "bad_request")["field"], "secret");
    let first = anna.confirm(&set_up, &set_up.phone.next_code()).is(200);
    let which = json!({"epoch": set_up.epoch, "enrolment_id": set_up.id});
    let second = anna.ask("/settings/mfa/set-up/recovery-keys", which).is(200);
    assert!(keys_of(&first).iter().all(|key| !keys_of(&second).contains(key)));
    anna.complete(&set_up, &proof_of(&first)).problem(409, "proof_refused");
    anna.complete(&set_up, &proof_of(&second)).is(200);
    let client = anna.member.pending("code");
    anna.member.enter_key(&client, &keys_of(&first)[0]).problem(401, "recovery_key_refused");
    anna.member.enter_key(&client, &keys_of(&second)[0]).is(200);
}

#[test]
fn an_epoch_that_was_not_set_aside_for_her_is_refused() {
    let anna = anna();
    let carol = anna.another();
    let (hers, other) = (anna.start_set_up(), carol.start_set_up());
    assert_ne!(hers.epoch, other.epoch);
    for epoch in [0, 1, other.epoch, hers.epoch + 7] {
        let mut body = hers.with("code", &hers.phone.code());
        body["epoch"] = json!(epoch);
        anna.ask("/settings/mfa/set-up/confirm", body).refuses();
    }
    // Nor does another's browser go on with hers.
    carol.confirm(&hers, &hers.phone.code()).refuses();
    anna.confirm(&hers, &hers.phone.next_code()).is(200);
}

#[test]
fn of_two_administrators_one_wins_and_nothing_of_the_others_ever_works() {
    let anna = anna();
    let carol = anna.another();
    let (hers, lost) = (anna.start_set_up(), carol.start_set_up());
    let others = anna.settings()["set_ups"].clone();
    assert_eq!(others[0]["by"], carol.member.username, "who else is at it");
    let confirmed = anna.confirm(&hers, &hers.phone.next_code()).is(200);
    let in_vain = carol.confirm(&lost, &lost.phone.next_code()).is(200);
    anna.complete(&hers, &proof_of(&confirmed)).is(200);

    carol.complete(&lost, &proof_of(&in_vain)).problem(409, "set_up_overtaken");
    assert_eq!(anna.settings()["epoch"], hers.epoch);
    let client = carol.member.pending("enrol");
    carol.member.enter_code(&client, &lost.phone.next_code()).refuses();
    carol.member.enter_key(&client, &keys_of(&in_vain)[0]).refuses();
    let Administrator { member, .. } = carol;
    let enrolled = member.enrol();
    let client = enrolled.pending();
    enrolled.member.enter_code(&client, &lost.phone.next_code()).problem(401, "code_refused");
    enrolled.member.enter_key(&client, &keys_of(&in_vain)[0]).problem(401, "recovery_key_refused");
    enrolled.member.enter_code(&client, &enrolled.phone.next_code()).is(200);
}

#[test]
fn a_lost_answer_of_the_last_click_is_given_again() {
    let anna = anna();
    let set_up = anna.start_set_up();
    let confirmed = anna.confirm(&set_up, &set_up.phone.next_code()).is(200);
    let copies = [anna.client.clone(), anna.client.clone()];
    let path = anna.tenant().at("/settings/mfa/set-up/complete");
    let body = set_up.with("proof", &proof_of(&confirmed));
    let key = idempotency_key();
    let done = anna.client.ask("POST", &path).key(&key).json(&body).send().is(200);
    for copy in &copies {
        // The browser that asks again still has the cookie of before.
        let again = copy.ask("POST", &path).key(&key).json(&body).send().is(200);
        assert_eq!(again, done, "one outcome");
        anna.member.session(copy).is(200);
        copy.get(&anna.tenant().at("/account")).is(200);
    }
    assert_eq!(anna.settings()["epoch"], set_up.epoch);
    // With the cookies of the answer, too.
    assert_eq!(anna.client.ask("POST", &path).key(&key).json(&body).send().is(200)["next"], "done");
}

#[test]
fn set_up_belongs_to_password_mode() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let problem = anna.ask("/settings/mfa/set-up/start", json!({})).problem(409, "wrong_mode");
    assert_eq!(problem["mode"], "mfa");
}

#[test]
fn the_last_click_where_nothing_was_set_up_is_no_success() {
    let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let path = anna.tenant().at("/settings/mfa/set-up/complete");
    let body = json!({"epoch": anna.settings()["epoch"], "enrolment_id": "0".repeat(32), "proof": "00000"});
    anna.client.post(&path, body).problem(409, "set_up_overtaken");
    assert_eq!(anna.settings()["mode"], "password");
}

#[test]
fn the_last_click_of_a_session_that_has_ended_is_answered_to_nobody() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let path = anna.tenant().at("/settings/mfa/set-up/complete");
    let body = json!({"epoch": anna.settings()["epoch"], "enrolment_id": "0".repeat(32), "proof": "00000"});
    let ended = anna.client.clone();
    anna.client.post(&anna.tenant().at("/sign-out"), json!({})).is(204);
    ended.post(&path, body.clone()).problem(401, "unauthenticated");
    let bert = Enrolled::join(anna.tenant());
    bert.client.post(&path, body).problem(403, "not_administrator");
}
