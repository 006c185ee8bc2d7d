//! One right code, a hundred requests: one session.

use edge_mfa_tests::client::SESSION;
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Edge, Tenant, together};

use crate::{BURST, rounds_of, sessions, waiting};

#[test]
fn b05_one_code_on_every_pending_sign_in_at_once_lets_exactly_one_in() {
    let tenant = Tenant::mfa(Edge::shared());
    for round in 0..rounds_of("one code, 20 pending sign-ins, 100 requests", 6) {
        let anna = Enrolled::join(&tenant);
        let tabs = waiting(&anna);
        let code = anna.phone.next_code();
        let answers = together(BURST, |number| {
            let tab = tabs[number % tabs.len()].clone();
            let answer = anna.member.enter_code(&tab, &code);
            assert_eq!(answer.status == 200, tab.cookie(SESSION).is_some(), "{answer}");
            answer
        });
        let others = ["401 code_refused", "401 sign_in_expired"];
        assert_eq!(sessions(&answers, &others), 1, "round {round}");
        // Nobody was charged for the same code: the next one enters at once.
        anna.signed_in();
    }
}

#[test]
fn b05_a_hundred_pending_sign_ins_and_one_code_let_exactly_one_in() {
    let tenant = Tenant::mfa(Edge::shared());
    for round in 0..rounds_of("one code, 100 pending sign-ins, 100 requests", 1) {
        let anna = Enrolled::join(&tenant);
        let tabs: Vec<_> = (0..BURST).map(|_| anna.pending()).collect();
        let code = anna.phone.next_code();
        let answers = together(BURST, |number| anna.member.enter_code(&tabs[number], &code));
        let others = ["401 code_refused", "401 sign_in_expired"];
        assert_eq!(sessions(&answers, &others), 1, "round {round}");
        let alive = answers.iter().filter(|it| it.code().as_deref() != Some("sign_in_expired"));
        assert!(alive.count() <= crate::PENDING_AT_ONCE, "more pending sign-ins than allowed");
    }
}

#[test]
fn b05_two_codes_of_neighbouring_steps_at_once_let_at_most_one_in_each() {
    let tenant = Tenant::mfa(Edge::shared());
    for round in 0..rounds_of("two codes of neighbouring steps", 3) {
        let anna = Enrolled::join(&tenant);
        let tabs = waiting(&anna);
        anna.phone.rest_until(2);
        let codes = [anna.phone.next_code(), anna.phone.next_code()];
        let answers = together(tabs.len(), |number| anna.member.enter_code(&tabs[number], &codes[number % 2]));
        let others = ["401 code_refused", "401 sign_in_expired"];
        // The older one may come first, and then the newer one; never one of them twice.
        let of = |parity: usize| -> Vec<_> { answers.iter().skip(parity).step_by(2).cloned().collect() };
        let (older, newer) = (sessions(&of(0), &others), sessions(&of(1), &others));
        assert!(older <= 1 && newer == 1, "round {round}: {older} and {newer}");
    }
}
