//! Races against the running edge. Each round has fresh members.
//!
//! `EDGE_MFA_ROUNDS_PARALLEL` sets the number of rounds of each race; it is printed when a race
//! begins.

mod acts;
mod codes;
mod keys;
mod pending;
mod proofs;
mod wrong_codes;

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Answer, Client, rounds};

/// Requests that are sent at once.
const BURST: usize = 100;

/// The most pending sign-ins that one member may have.
const PENDING_AT_ONCE: usize = 20;

/// How many rounds of this race to run.
fn rounds_of(race: &str, usual: usize) -> usize {
    edge_mfa_tests::rounds::say(race);
    rounds("EDGE_MFA_ROUNDS_PARALLEL", usual)
}

/// As many browsers as may wait for a code at once.
fn waiting(anna: &Enrolled) -> Vec<Client> {
    (0..PENDING_AT_ONCE).map(|_| anna.pending()).collect()
}

/// How many answers let somebody in; every other one must be one of these.
fn sessions(answers: &[Answer], others: &[&str]) -> usize {
    let in_all = answers.iter().filter(|answer| answer.status == 200).count();
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert!(others.contains(&answer.short().as_str()), "{answer}");
    }
    in_all
}
