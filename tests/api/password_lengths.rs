//! Eight characters beside a code, fifteen alone: a password that was chosen under MFA and is short does not go on
//! alone when MFA is switched off.

use edge_mfa_tests::client::{DEVICE, SESSION};
use edge_mfa_tests::{Administrator, Answer, Client, Edge, Member, Tenant, json, random};

fn choose(member: &Member, client: &Client, password: &str) -> Answer {
    client.post(&member.tenant.at("/sign-in/new-password"), json!({"password": password}))
}

/// Somebody with a short password in a tenant that had MFA until now, and who runs it.
fn left_with_a_short_one() -> (Administrator, Member) {
    let mut anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let token = anna.tenant().invite(&random::name("b"));
    let bert = Member::accept_with(anna.tenant(), &token, random::short_password()).enrol();
    bert.signed_in();
    // Her own password is long: switching off signs her in with it, and asks for no other.
    anna.switch_off();
    (anna, bert.member)
}

#[test]
fn a_short_password_that_is_left_alone_signs_nobody_in_before_it_is_a_long_one() {
    let (_, mut bert) = left_with_a_short_one();
    let client = bert.tenant.client();
    let answer = bert.try_password(&client);
    let owed = answer.is(200);
    assert_eq!(owed["next"], "new-password");
    assert_eq!((&owed["reason"], &owed["password_min_length"]), (&json!("too_short_alone"), &json!(15)));
    assert!(client.cookie(SESSION).is_none() && client.cookie(DEVICE).is_none());
    bert.session(&client).problem(401, "unauthenticated");
    client.get(&bert.tenant.at("/account")).problem(401, "unauthenticated");
    // What is owed is this and nothing else.
    let wrong_step = bert.tenant.at("/enrolment/start");
    client.post(&wrong_step, json!({})).refuses();

    for (password, reason) in [(bert.password.as_str(), "too_short"), ("fourteen chars", "too_short")] {
        let refused = choose(&bert, &client, password);
        let problem = refused.problem(400, "password_unacceptable");
        assert_eq!((&problem["reason"], &problem["min_length"]), (&json!(reason), &json!(15)), "{refused}");
    }
    choose(&bert, &bert.tenant.client(), &random::password()).problem(401, "sign_in_expired");
    bert.session(&client).problem(401, "unauthenticated");

    let long = random::password();
    let done = choose(&bert, &client, &long).is(200);
    assert_eq!((&done["next"], &done["session"]["amr"]), (&json!("done"), &json!(["pwd"])));
    bert.session(&client).is(200);
    assert_eq!(bert.account(&client)["mode"], "password");
    Edge::shared().mailbox().wait(&bert.tenant.id, &bert.username, "password-replaced");

    bert.try_password(&bert.tenant.client()).problem(401, "sign_in_refused");
    bert.password = long;
    bert.enter_password(&bert.tenant.client(), "done");
}

#[test]
fn a_wrong_password_is_not_told_that_the_right_one_is_short() {
    let (_, bert) = left_with_a_short_one();
    let wrong = Member { password: random::short_password(), ..bert };
    wrong.try_password(&wrong.tenant.client()).problem(401, "sign_in_refused");
}

#[test]
fn two_browsers_that_owe_one_leave_one_password() {
    let (_, bert) = left_with_a_short_one();
    let (first, second) = (bert.pending("new-password"), bert.pending("new-password"));
    choose(&bert, &first, &random::password()).is(200);
    choose(&bert, &second, &random::password()).problem(401, "sign_in_expired");
    bert.session(&first).is(200);
}

#[test]
fn one_that_was_made_short_in_a_session_is_short_too() {
    let mut anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let bert = Member::join(anna.tenant()).enrol();
    let short = random::short_password();
    let body = json!({"current_password": bert.member.password, "new_password": short});
    bert.client.post(&bert.member.tenant.at("/account/password"), body).is(204);
    let bert = Member { password: short, ..bert.member };
    bert.pending("code");
    anna.switch_off();
    bert.pending("new-password");
}

#[test]
fn switched_on_again_the_short_one_is_enough_beside_a_code() {
    let (mut anna, bert) = left_with_a_short_one();
    let waiting = bert.pending("new-password");
    anna.switch_on();
    choose(&bert, &waiting, &random::password()).problem(401, "sign_in_expired");
    let bert = bert.enrol();
    bert.signed_in();
}
