//! Guessing codes: one counter per member, over sign-ins, tabs and routes.

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Answer, Client, Edge, Tenant, together};

/// Sends `count` wrong codes in this browser; each must be compared and refused.
fn fail(anna: &Enrolled, client: &Client, count: usize) {
    for _ in 0..count {
        let answer = anna.member.enter_code(client, &anna.phone.wrong_code());
        answer.problem(401, "code_refused");
    }
}

#[test]
fn a03_a_new_sign_in_does_not_reset_the_counter() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    fail(&anna, &anna.pending(), 4);
    fail(&anna, &anna.pending(), 1);
    let client = anna.pending();
    let answer = anna.member.enter_code(&client, &anna.phone.wrong_code());
    let seconds = answer.problem(429, "throttled")["retry_after_seconds"].as_u64();
    assert!(seconds.is_some_and(|it| it <= 30), "the first back-off is 30 s: {answer}");
    // The right code is not looked at either, in any tab.
    anna.member.enter_code(&client, &anna.phone.next_code()).problem(429, "throttled");
    anna.member.enter_code(&anna.pending(), &anna.phone.next_code()).problem(429, "throttled");
}

#[test]
fn a03_after_the_wait_one_more_wrong_code_is_compared_and_doubles_it() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    fail(&anna, &anna.pending(), 4);
    fail(&anna, &anna.pending(), 1);
    let client = anna.pending();
    wait_for(&anna.member.enter_code(&client, &anna.phone.wrong_code()));
    fail(&anna, &client, 1);
    let again = anna.member.enter_code(&client, &anna.phone.next_code());
    let seconds = again.problem(429, "throttled")["retry_after_seconds"].as_u64();
    assert!(seconds.is_some_and(|it| (31..=60).contains(&it)), "60 s: {again}");
}

/// Waits as long as the edge asks to.
fn wait_for(answer: &Answer) {
    let seconds = answer.problem(429, "throttled")["retry_after_seconds"].as_u64();
    std::thread::sleep(std::time::Duration::from_secs(seconds.expect("seconds") + 1));
}

#[test]
fn a04_the_right_password_does_not_clear_the_failures_of_the_code() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.member.tenant.client();
    anna.member.enter_password(&client, "code");
    fail(&anna, &client, 4);
    anna.member.enter_password(&client, "code");
    fail(&anna, &client, 1);
    anna.member.enter_password(&client, "code");
    let answer = anna.member.enter_code(&client, &anna.phone.wrong_code());
    answer.problem(429, "throttled");
}

#[test]
fn a02_a_burst_on_one_pending_sign_in_is_compared_five_times_at_most() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.pending();
    let wrong = anna.phone.wrong_code();
    let answers = together(60, |_| anna.member.enter_code(&client.clone(), &wrong));
    let compared = answers.iter().filter(|it| it.code().as_deref() == Some("code_refused"));
    assert_eq!(compared.count(), 5);
    for answer in answers.iter().filter(|it| it.code().as_deref() != Some("code_refused")) {
        let short = answer.short();
        assert!(short == "429 throttled" || short == "401 sign_in_expired", "{answer}");
    }
}

#[test]
fn a17_a_replayed_code_is_refused_and_not_charged() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let spent = anna.phone.next_code();
    anna.member.enter_code(&anna.pending(), &spent).is(200);
    for _ in 0..2 {
        let client = anna.pending();
        for _ in 0..5 {
            anna.member.enter_code(&client, &spent).problem(401, "code_refused");
        }
        // Uncharged, but not without end: the sign-in is over, the lane is as it was.
        anna.member.enter_code(&client, &spent).problem(401, "sign_in_expired");
    }
    fail(&anna, &anna.pending(), 4);
    anna.member.enter_code(&anna.pending(), &anna.phone.next_code()).is(200);
}

#[test]
fn a_success_clears_the_failures_before_it() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    for _ in 0..2 {
        let client = anna.pending();
        fail(&anna, &client, 4);
        anna.member.enter_code(&client, &anna.phone.next_code()).is(200);
    }
}

#[test]
fn one_member_under_attack_slows_no_other() {
    let tenant = Tenant::mfa(Edge::shared());
    let (anna, bert) = (Enrolled::join(&tenant), Enrolled::join(&tenant));
    let client = anna.pending();
    fail(&anna, &client, 5);
    bert.signed_in();
}
