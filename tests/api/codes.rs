//! The code step: a code is taken once, in order, for one purpose.

use edge_mfa_tests::client::{PENDING, SESSION};
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::phone::step_now;
use edge_mfa_tests::{Edge, Tenant, json};

#[test]
fn b01_the_same_code_is_refused_the_second_time() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let (first, second) = (anna.pending(), anna.pending());
    let code = anna.phone.next_code();
    anna.member.enter_code(&first, &code).is(200);
    anna.member.enter_code(&second, &code).problem(401, "code_refused");
    anna.member.enter_code(&anna.pending(), &code).problem(401, "code_refused");
    anna.member.enter_code(&second, &anna.phone.next_code()).is(200);
}

#[test]
fn b03_an_older_code_after_a_newer_one_is_refused() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    anna.phone.rest_until(2);
    let (_, older) = anna.phone.next();
    let (_, newer) = anna.phone.next();
    anna.member.enter_code(&anna.pending(), &newer).is(200);
    anna.member.enter_code(&anna.pending(), &older).problem(401, "code_refused");
}

#[test]
fn b06_the_code_of_the_enrolment_does_not_sign_in() {
    let tenant = Tenant::mfa(Edge::shared());
    let member = edge_mfa_tests::Member::join(&tenant);
    let client = member.pending("enrol");
    let enrolment = member.start_enrolment(&client);
    let code = enrolment.phone.next_code();
    let confirmed = member.confirm(&client, &enrolment.id, &code).is(200);
    let proof = edge_mfa_tests::member::proof_of(&confirmed);
    member.complete(&client, &enrolment.id, &proof).is(200);
    member.enter_code(&member.pending("code"), &code).problem(401, "code_refused");
}

#[test]
fn b08_codes_outside_the_window_are_refused() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.pending();
    // Three steps away, so that a step's end between here and the edge changes nothing.
    for step in [step_now() - 3, step_now() + 3] {
        let code = anna.phone.code_at(step);
        anna.member.enter_code(&client, &code).problem(401, "code_refused");
    }
    anna.member.enter_code(&client, &anna.phone.next_code()).is(200);
}

#[test]
fn b05_one_code_in_two_tabs_at_once_lets_one_in() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    for _ in 0..3 {
        let tabs = [anna.pending(), anna.pending()];
        let code = anna.phone.next_code();
        let answers = edge_mfa_tests::together(2, |tab| anna.member.enter_code(&tabs[tab], &code));
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    }
}

#[test]
fn c08_the_password_alone_gives_no_session() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.member.tenant.client();
    let answer = anna.member.try_password(&client);
    assert_eq!(answer.is(200)["next"], "code");
    assert!(answer.sets(SESSION).is_none());
    assert!(answer.json().get("session").is_none());
    let pending = answer.sets(PENDING).expect("a pending sign-in");
    // Without a life it ends with the browser; what counts is the edge's own clock.
    assert!(pending.max_age().is_none_or(|seconds| seconds <= 300));
    anna.member.session(&client).problem(401, "unauthenticated");
}

#[test]
fn c04_an_identity_in_the_body_is_refused() {
    let tenant = Tenant::mfa(Edge::shared());
    let (anna, bert) = (Enrolled::join(&tenant), Enrolled::join(&tenant));
    let client = anna.pending();
    let code = bert.phone.next_code();
    for field in ["username", "user", "member", "tenant", "member_id"] {
        let mut body = json!({"code": code, "remember_device": false});
        body[field] = json!(bert.member.username);
        let problem = client.post(&tenant.at("/sign-in/code"), body).problem(400, "bad_request");
        assert_eq!(problem["field"], field);
    }
    anna.member.enter_code(&client, &code).problem(401, "code_refused");
    bert.member.enter_code(&bert.pending(), &code).is(200);
}

#[test]
fn j03_wrong_spent_and_old_codes_get_the_same_answer() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.pending();
    let spent = anna.phone.next_code();
    anna.member.enter_code(&anna.pending(), &spent).is(200);
    let codes = [anna.phone.wrong_code(), spent, anna.phone.code_at(step_now() - 1_000)];
    let answers = codes.map(|code| anna.member.enter_code(&client, &code));
    for answer in &answers {
        answer.problem(401, "code_refused");
        assert_eq!(answer.told(), answers[0].told());
        assert_eq!(answer.body.len(), answers[0].body.len());
    }
}

#[test]
fn a_pending_sign_in_is_over_once_it_has_let_somebody_in() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.pending();
    let copy = client.clone();
    anna.member.enter_code(&client, &anna.phone.next_code()).is(200);
    let answer = anna.member.enter_code(&copy, &anna.phone.next_code());
    answer.problem(401, "sign_in_expired");
    anna.member.enter_key(&copy, &anna.keys[0]).problem(401, "sign_in_expired");
}

#[test]
fn a_pending_sign_in_dies_after_five_failures() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.pending();
    for _ in 0..5 {
        anna.member.enter_code(&client, &anna.phone.wrong_code()).refuses();
    }
    let answer = anna.member.enter_code(&client, &anna.phone.next_code());
    assert!(matches!(answer.status, 401 | 429), "{answer}");
    let answer = anna.member.enter_key(&client, &anna.keys[0]);
    answer.problem(401, "sign_in_expired");
}
