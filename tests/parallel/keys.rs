//! One recovery key, a hundred requests: one session.

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Edge, Tenant, together};

use crate::{BURST, rounds_of, sessions, waiting};

const OTHERS: [&str; 3] = ["401 recovery_key_refused", "401 sign_in_expired", "429 throttled"];

#[test]
fn e02_one_key_on_every_pending_sign_in_at_once_lets_exactly_one_in() {
    let tenant = Tenant::mfa(Edge::shared());
    for round in 0..rounds_of("one recovery key, 20 pending sign-ins, 100 requests", 6) {
        let anna = Enrolled::join(&tenant);
        let tabs = waiting(&anna);
        let answers =
            together(BURST, |number| anna.member.enter_key(&tabs[number % tabs.len()].clone(), &anna.keys[round % 10]));
        assert_eq!(sessions(&answers, &OTHERS), 1, "round {round}");
        let account = anna.client.get(&tenant.at("/account")).is(200);
        assert_eq!(account["recovery_keys"]["left"], 9, "round {round}");
    }
}

#[test]
fn e02_one_key_on_one_pending_sign_in_at_once_lets_exactly_one_in() {
    let tenant = Tenant::mfa(Edge::shared());
    for round in 0..rounds_of("one recovery key, one pending sign-in, 100 requests", 6) {
        let anna = Enrolled::join(&tenant);
        let tab = anna.pending();
        let answers = together(BURST, |_| anna.member.enter_key(&tab.clone(), &anna.keys[9]));
        assert_eq!(sessions(&answers, &OTHERS), 1, "round {round}");
        let account = anna.client.get(&tenant.at("/account")).is(200);
        assert_eq!(account["recovery_keys"]["left"], 9, "round {round}");
    }
}

#[test]
fn e02_all_ten_keys_at_once_let_each_in_once_at_most() {
    let tenant = Tenant::mfa(Edge::shared());
    for round in 0..rounds_of("ten recovery keys, 20 pending sign-ins, 20 requests", 2) {
        let anna = Enrolled::join(&tenant);
        let tabs = waiting(&anna);
        let answers = together(tabs.len(), |number| anna.member.enter_key(&tabs[number], &anna.keys[number % 10]));
        let let_in = sessions(&answers, &OTHERS);
        let account = anna.client.get(&tenant.at("/account")).is(200);
        assert_eq!(account["recovery_keys"]["left"], 10 - let_in, "round {round}");
        let mut numbers: Vec<_> = answers
            .iter()
            .filter(|answer| answer.status == 200)
            .map(|answer| answer.json()["recovery"]["number"].as_u64())
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), let_in, "round {round}: a key let two in");
    }
}
