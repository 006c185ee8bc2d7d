//! An idempotency key is no token: whoever knows it gets nothing by it.

use edge_mfa_tests::client::{DEVICE, SESSION};
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::random::idempotency_key;
use edge_mfa_tests::{Edge, Member, Tenant, json, together};

#[test]
fn a_known_key_without_the_cookie_gets_no_stored_answer() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let path = anna.member.tenant.at("/sign-in/code");
    let body = json!({"code": anna.phone.next_code(), "remember_device": true});
    let key = idempotency_key();
    anna.pending().ask("POST", &path).key(&key).json(&body).send().is(200);

    let (nobody, other) = (anna.member.tenant.client(), anna.pending());
    for client in [&nobody, &other] {
        let answer = client.ask("POST", &path).key(&key).json(&body).send();
        assert!(matches!(answer.status, 401 | 422), "{answer}");
        assert!(answer.sets(SESSION).is_none() && answer.sets(DEVICE).is_none(), "{answer}");
    }
}

#[test]
fn a_known_key_with_a_wrong_password_gets_no_stored_answer() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let path = member.tenant.at("/sign-in");
    let key = idempotency_key();
    let right = json!({"username": member.username, "password": member.password});
    let client = member.tenant.client();
    client.ask("POST", &path).key(&key).json(&right).send().is(200);
    let wrong = json!({"username": member.username, "password": "a wrong password"});
    let stranger = member.tenant.client();
    let answer = stranger.ask("POST", &path).key(&key).json(&wrong).send();
    assert!(matches!(answer.status, 401 | 422), "{answer}");
    assert!(answer.cookies().is_empty(), "{answer}");
}

#[test]
fn one_key_at_two_members_and_two_routes_means_two_actions() {
    let tenant = Tenant::mfa(Edge::shared());
    let (anna, bert) = (Enrolled::join(&tenant), Enrolled::join(&tenant));
    let key = idempotency_key();
    let path = tenant.at("/sign-in/code");
    for person in [&anna, &bert] {
        let body = json!({"code": person.phone.next_code(), "remember_device": false});
        let client = person.pending();
        let done = client.ask("POST", &path).key(&key).json(&body).send().is(200);
        assert_eq!(done["session"]["username"], person.member.username);
    }
    let client = anna.pending();
    let body = json!({"recovery_key": anna.keys[0]});
    let path = tenant.at("/sign-in/recovery-key");
    let answer = client.ask("POST", &path).key(&key).json(&body).send();
    // Another route with a key that was used: a new action, or refused; never the old answer.
    match answer.status {
        200 => assert_eq!(answer.json()["recovery"]["number"], 1),
        _ => drop(answer.problem(422, "idempotency_key_reused")),
    }
}

#[test]
fn one_action_sent_twenty_times_at_once_has_one_outcome() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.pending();
    let path = anna.member.tenant.at("/sign-in/code");
    let code = anna.phone.next_code();
    let body = json!({"code": code, "remember_device": false});
    let key = idempotency_key();
    let answers = together(20, |_| {
        let copy = client.clone();
        copy.ask("POST", &path).key(&key).json(&body).send()
    });
    let done: Vec<_> = answers.iter().filter(|it| it.status == 200).collect();
    assert_eq!(done.len(), 20, "{:?}", answers.iter().map(|it| it.short()).collect::<Vec<_>>());
    assert!(done.iter().all(|it| it.json() == done[0].json()));
    anna.member.enter_code(&anna.pending(), &code).problem(401, "code_refused");
}
