//! An administrator's act sent twice with one idempotency key is one act.

use edge_mfa_tests::member::{Enrolled, proof_of};
use edge_mfa_tests::random::idempotency_key;
use edge_mfa_tests::tenant::token_of;
use edge_mfa_tests::{Administrator, Answer, Client, Edge, Member, Tenant, Value, json};

/// Sends the same twice under one key, from copies of one browser.
fn twice(client: &Client, path: &str, body: &Value) -> [Answer; 2] {
    let key = idempotency_key();
    let copies = [client.clone(), client.clone()];
    copies.map(|copy| copy.ask("POST", path).key(&key).json(body).send())
}

#[test]
fn invitations_are_made_once_and_their_links_are_the_same() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let tenant = anna.tenant();
    let body = json!({"username": "bert", "role": "member"});
    let [first, second] = twice(&anna.client, &tenant.at("/members/invite"), &body);
    assert_eq!(first.is(201), second.is(201));
    let rows = json!({"rows": [{"username": "carol", "role": "member"}, {"username": "dave", "role": "x"}]});
    let [first, second] = twice(&anna.client, &tenant.at("/members/invite-many"), &rows);
    assert_eq!(first.is(200), second.is(200));
    let path = tenant.at(&format!("/members/{}/invite-again", anna.id_of("bert")));
    let [first, second] = twice(&anna.client, &path, &json!({}));
    assert_eq!(first.is(201), second.is(201));
    let preview = json!({"token": token_of(&second.json())});
    tenant.client().post(&tenant.at("/invitation/preview"), preview).is(200);
    assert_eq!(anna.log().iter().filter(|it| it.event() == "invitation-renewed").count(), 1);
    let invited = Edge::shared().mailbox().wait_for(2, &tenant.id, "bert", "invited");
    assert_eq!(invited.len(), 2, "one for each invitation, none for the repetition");
}

#[test]
fn orders_about_a_member_hold_once() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let tenant = anna.tenant();
    let bert = Enrolled::join(tenant);
    let path = |act: &str| tenant.at(&format!("/members/{}/{act}", anna.id_of(&bert.member.username)));
    for (act, body) in [("role", json!({"role": "administrator"})), ("reset-mfa", json!({})), ("remove", json!({}))] {
        let [first, second] = twice(&anna.client, &path(act), &body);
        first.is(204);
        second.is(204);
    }
    let log = anna.log();
    for event in ["role-changed", "member-reset", "member-removed"] {
        assert_eq!(log.iter().filter(|it| it.event() == event).count(), 1, "{event}");
    }
}

#[test]
fn a_proof_sent_again_is_spent_once_and_charged_once() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let path = bert.member.tenant.at("/step-up");
    let [first, second] = twice(&bert.client, &path, &json!({"code": bert.phone.next_code()}));
    assert_eq!(first.is(200), second.is(200));
    let [first, second] = twice(&bert.client, &path, &json!({"recovery_key": bert.keys[0]}));
    assert_eq!(first.is(200), second.is(200));
    assert_eq!(bert.member.account(&bert.client)["recovery_keys"]["left"], 9);
    let key = idempotency_key();
    let wrong = json!({"code": bert.phone.wrong_code()});
    for _ in 0..7 {
        bert.client.ask("POST", &path).key(&key).json(&wrong).send().problem(401, "code_refused");
    }
    bert.member.step_up(&bert.client, "code", &bert.phone.next_code()).is(200);
}

#[test]
fn a_new_sheet_is_shown_again_and_replaced_once() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let [first, second] = twice(&bert.client, &bert.member.tenant.at("/account/recovery-keys/start"), &json!({}));
    let shown = first.is(200);
    assert_eq!(shown["recovery_keys"], second.is(200)["recovery_keys"]);
    let body = json!({"proof": proof_of(&shown)});
    let [first, second] = twice(&bert.client, &bert.member.tenant.at("/account/recovery-keys/complete"), &body);
    assert_eq!(first.is(200), second.is(200));
    assert_eq!(bert.member.account(&bert.client)["recovery_keys"]["set"], 2);
}

#[test]
fn a_changed_password_is_changed_once() {
    let bert = Member::join(&Tenant::password_only(Edge::shared()));
    let client = bert.tenant.client();
    bert.enter_password(&client, "done");
    let body = json!({"current_password": bert.password, "new_password": "quite another password"});
    for answer in twice(&client, &bert.tenant.at("/account/password"), &body) {
        answer.is(204);
    }
    bert.account(&client);
}

#[test]
fn a_step_of_a_set_up_sent_again_goes_on_with_the_same_set_up() {
    let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let tenant = anna.tenant();
    let [first, second] = twice(&anna.client, &tenant.at("/settings/mfa/set-up/start"), &json!({}));
    assert_eq!(first.is(200), second.is(200), "one set-up");
    let shown = first.json();
    let phone = edge_mfa_tests::Phone::scan(shown["key_uri"].as_str().expect("a key URI"));
    let mut body = json!({"epoch": shown["epoch"], "enrolment_id": shown["enrolment_id"], "code": phone.next_code()});
    let [first, second] = twice(&anna.client, &tenant.at("/settings/mfa/set-up/confirm"), &body);
    let confirmed = first.is(200);
    assert_eq!(confirmed, second.is(200), "one set of keys");
    body.as_object_mut().expect("an object").remove("code");
    body["proof"] = json!(proof_of(&confirmed));
    let [first, second] = twice(&anna.client, &tenant.at("/settings/mfa/set-up/complete"), &body);
    assert_eq!(first.is(200), second.is(200));
    assert_eq!(tenant.seen_by_operator()["mode"], "mfa");
}

#[test]
fn a_key_that_was_used_for_another_act_is_refused() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let key = idempotency_key();
    let ask = |body: Value| {
        let path = anna.tenant().at("/members/invite");
        anna.client.ask("POST", &path).key(&key).json(&body).send()
    };
    ask(json!({"username": "bert", "role": "member"})).is(201);
    ask(json!({"username": "bert", "role": "administrator"})).problem(422, "idempotency_key_reused");
    ask(json!({"username": "carol", "role": "member"})).problem(422, "idempotency_key_reused");
    // Another administrator's key is another key, whatever it says.
    let other = anna.another();
    let path = anna.tenant().at("/members/invite");
    let body = json!({"username": "bert", "role": "member"});
    let answer = other.client.ask("POST", &path).key(&key).json(&body).send();
    assert!(matches!(answer.status, 409 | 422), "{answer}");
}
