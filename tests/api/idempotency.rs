//! The same action sent twice with one idempotency key has one outcome.

use edge_mfa_tests::member::{Enrolled, keys_of, proof_of};
use edge_mfa_tests::random::idempotency_key;
use edge_mfa_tests::tenant::token_of;
use edge_mfa_tests::{Answer, Client, Edge, Member, Tenant, Value, json};

/// Sends the same request in copies of a browser, so that each copy has the cookies of the first.
fn send(client: &Client, path: &str, key: &str, body: &Value) -> Answer {
    client.ask("POST", path).key(key).json(body).send()
}

#[test]
fn a_wrong_code_that_is_sent_again_is_charged_once() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.pending();
    let path = anna.member.tenant.at("/sign-in/code");
    let body = json!({"code": anna.phone.wrong_code(), "remember_device": false});
    let key = idempotency_key();
    for _ in 0..8 {
        send(&client, &path, &key, &body).problem(401, "code_refused");
    }
    anna.member.enter_code(&client, &anna.phone.next_code()).is(200);
}

#[test]
fn a_right_code_that_is_sent_again_lets_in_again() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let first = anna.pending();
    let copies = [first.clone(), first.clone()];
    let path = anna.member.tenant.at("/sign-in/code");
    let code = anna.phone.next_code();
    let body = json!({"code": code, "remember_device": true});
    let key = idempotency_key();
    let done = send(&first, &path, &key, &body).is(200);
    for copy in &copies {
        let again = send(copy, &path, &key, &body).is(200);
        assert_eq!(again, done, "one outcome");
        anna.member.session(copy).is(200);
    }
    // It is the same sign-in, not a second one.
    let account = first.get(&anna.member.tenant.at("/account")).is(200);
    assert_eq!(account["devices"].as_array().map(Vec::len), Some(1));
    anna.member.enter_code(&anna.pending(), &code).problem(401, "code_refused");
}

#[test]
fn a_recovery_key_that_is_sent_again_is_spent_once() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let first = anna.pending();
    let copy = first.clone();
    let path = anna.member.tenant.at("/sign-in/recovery-key");
    let body = json!({"recovery_key": anna.keys[0]});
    let key = idempotency_key();
    let done = send(&first, &path, &key, &body).is(200);
    assert_eq!(send(&copy, &path, &key, &body).is(200), done);
    anna.member.session(&copy).is(200);
    let account = copy.get(&anna.member.tenant.at("/account")).is(200);
    assert_eq!(account["recovery_keys"]["left"], 9);
}

#[test]
fn a_wrong_password_that_is_sent_again_is_charged_once() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let client = member.tenant.client();
    let body = json!({"username": member.username, "password": "a wrong password"});
    let key = idempotency_key();
    for _ in 0..13 {
        send(&client, &member.tenant.at("/sign-in"), &key, &body).problem(401, "sign_in_refused");
    }
    member.pending("enrol");
}

#[test]
fn the_same_key_for_something_else_is_refused() {
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Enrolled::join(&tenant);
    let client = anna.pending();
    let key = idempotency_key();
    let path = tenant.at("/sign-in/code");
    let wrong = anna.phone.wrong_code();
    let body = json!({"code": wrong, "remember_device": false});
    send(&client, &path, &key, &body).problem(401, "code_refused");
    let code = anna.phone.next_code();
    let other = json!({"code": code, "remember_device": false});
    send(&client, &path, &key, &other).problem(422, "idempotency_key_reused");
    let other = json!({"code": wrong, "remember_device": true});
    send(&client, &path, &key, &other).problem(422, "idempotency_key_reused");
    send(&client, &path, &key, &body).problem(401, "code_refused");
    anna.member.enter_code(&client, &code).is(200);
}

#[test]
fn the_same_key_for_another_password_is_refused() {
    let tenant = Tenant::mfa(Edge::shared());
    let token = tenant.invite("bert");
    let path = tenant.at("/invitation/accept");
    let client = tenant.client();
    let key = idempotency_key();
    let first = json!({"token": token, "password": "the first password"});
    let other = json!({"token": token, "password": "another password"});
    send(&client, &path, &key, &first).is(201);
    assert_eq!(send(&client, &path, &key, &first).is(201), json!({"username": "bert"}));
    send(&client, &path, &key, &other).problem(422, "idempotency_key_reused");
    let sign_in = json!({"username": "bert", "password": "the first password"});
    client.post(&tenant.at("/sign-in"), sign_in).is(200);
}

#[test]
fn an_enrolment_sent_again_step_by_step_ends_with_one_authenticator() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let client = member.pending("enrol");
    let at = |route: &str| member.tenant.at(&format!("/enrolment/{route}"));
    let keys = [idempotency_key(), idempotency_key(), idempotency_key()];

    let once = send(&client, &at("start"), &keys[0], &json!({})).is(200);
    let again = send(&client, &at("start"), &keys[0], &json!({}));
    // A secret is not kept to be shown again: a repeat may give it again or start anew, never a mix.
    let started = if again.status == 200 { again.json() } else { once };
    let phone = edge_mfa_tests::Phone::scan(started["key_uri"].as_str().expect("a key URI"));
    let id = started["enrolment_id"].as_str().expect("an id");

    let body = json!({"enrolment_id": id, "code": phone.next_code()});
    let mut confirmed = send(&client, &at("confirm"), &keys[1], &body).is(200);
    let again = send(&client, &at("confirm"), &keys[1], &body);
    if again.status == 200 {
        confirmed = again.json();
    }

    let copy = client.clone();
    let body = json!({"enrolment_id": id, "proof": proof_of(&confirmed)});
    let done = send(&client, &at("complete"), &keys[2], &body).is(200);
    assert_eq!(send(&copy, &at("complete"), &keys[2], &body).is(200), done);
    member.session(&copy).is(200);
    member.enter_key(&member.pending("code"), &keys_of(&confirmed)[0]).is(200);
    member.enter_code(&member.pending("code"), &phone.next_code()).is(200);
}

#[test]
fn an_order_of_the_operator_sent_again_has_one_outcome_and_a_link_that_works() {
    let tenant = Tenant::mfa(Edge::shared());
    let id = edge_mfa_tests::random::name("t");
    let order = json!({"tenant": id, "name": "Name", "mode": "mfa", "administrator": "anna"});
    let client = tenant.client();
    let key = idempotency_key();
    let ask = client.ask("POST", "/api/v1/operator/tenants").operator().key(&key).json(&order);
    ask.clone().send().is(201);
    let again = ask.send().is(201);
    let mut made = tenant.clone();
    made.id = id;
    let token = token_of(&again["invitation"]);
    client.post(&made.at("/invitation/preview"), json!({"token": token})).is(200);

    let path = format!("/api/v1/operator/tenants/{}/invitations", tenant.id);
    let order = json!({"username": "bert", "role": "member"});
    let ask = client.ask("POST", &path).operator().key(&idempotency_key()).json(&order);
    ask.clone().send().is(201);
    let token = token_of(&ask.send().is(201));
    client.post(&tenant.at("/invitation/preview"), json!({"token": token})).is(200);
    assert_eq!(tenant.seen_by_operator()["members"]["invited"], 2);
}

#[test]
fn d09_what_was_shown_for_once_is_not_answered_again_when_it_is_in_use() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let tenant = member.tenant.clone();
    let client = member.pending("enrol");
    let (start, confirm) = (tenant.at("/enrolment/start"), tenant.at("/enrolment/confirm"));
    let keys = [idempotency_key(), idempotency_key()];
    let started = send(&client, &start, &keys[0], &json!({})).is(200);
    let phone = edge_mfa_tests::Phone::typed(started["secret"].as_str().expect("a secret"));
    let body = json!({"enrolment_id": started["enrolment_id"], "code": phone.next_code()});
    let confirmed = send(&client, &confirm, &keys[1], &body).is(200);
    // Until it is bound a lost answer is given again.
    let copy = client.clone();
    assert_eq!(send(&copy, &start, &keys[0], &json!({})).is(200), started);
    assert_eq!(send(&copy, &confirm, &keys[1], &body).is(200), confirmed);
    let id = started["enrolment_id"].as_str().expect("an id");
    member.complete(&client, id, &proof_of(&confirmed)).is(200);
    send(&copy, &start, &keys[0], &json!({})).refuses();
    send(&copy, &confirm, &keys[1], &body).refuses();

    // New recovery keys likewise, the more so to a session that has ended.
    let path = tenant.at("/account/recovery-keys/start");
    let key = idempotency_key();
    let fresh = send(&client, &path, &key, &json!({})).is(200);
    let copy = client.clone();
    assert_eq!(send(&copy, &path, &key, &json!({})).is(200)["recovery_keys"], fresh["recovery_keys"]);
    client.post(&tenant.at("/account/recovery-keys/complete"), json!({"proof": proof_of(&fresh)})).is(200);
    assert_ne!(send(&copy, &path, &key, &json!({})).json()["recovery_keys"], fresh["recovery_keys"]);
    client.post(&tenant.at("/sign-out"), json!({})).is(204);
    send(&copy, &path, &key, &json!({})).problem(401, "unauthenticated");
}
