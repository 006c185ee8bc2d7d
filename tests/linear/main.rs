//! Linearizability: whatever overlaps, one serial order explains every answer.
//!
//! Rounds of a few hundred requests against the running edge, many at once: codes, recovery keys, remembered devices,
//! enrolments, new sheets, resets by the member and by administrators, switching off and on. Each request is noted with
//! the moments at which it began and was answered. For each member the [`checker`] then looks for a serial order that
//! keeps to those moments and in which the [`specification`] gives every answer that was given.
//!
//! `EDGE_MFA_SEED` repeats the choices of a run (the overlapping is the machine's), `EDGE_MFA_ROUNDS_LINEAR` says how
//! many rounds are played.

mod brute;
mod checker;
mod dice;
mod flips;
mod known;
mod lane;
mod person;
mod recorder;
mod report;
mod round;
mod specification;
mod story;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use edge_mfa_tests::rounds::say;
use edge_mfa_tests::{Edge, random, rounds};

use crate::checker::{Operation, Verdict, check};
use crate::report::must_be_linearizable;
use crate::specification::Member;

/// After so many rounds the next edge is started: each keeps all tenants that it ever had.
const ROUNDS_OF_AN_EDGE: usize = 100;

#[test]
fn every_history_of_a_member_has_a_serial_order() {
    let seed = seed();
    let count = rounds("EDGE_MFA_ROUNDS_LINEAR", 8);
    let mut noticed = 0;
    let mut said: BTreeMap<String, usize> = BTreeMap::new();
    let mut edge = Edge::start_without_proxy();
    for number in 0..count {
        if number > 0 && number % ROUNDS_OF_AN_EDGE == 0 {
            edge = Edge::start_without_proxy();
        }
        let seed = seed.wrapping_add(number as u64);
        let started = std::time::Instant::now();
        let histories = round::play(&edge, seed);
        let played = started.elapsed();
        let requests: usize = histories.iter().map(Vec::len).sum();
        for (member, history) in histories.iter().enumerate() {
            let whose = format!("EDGE_MFA_SEED={seed}, member {member}");
            must_be_linearizable(&whose, history);
            noticed += flips::are_noticed(&whose, history);
            for operation in history {
                *said.entry(summary(operation)).or_default() += 1;
            }
        }
        say(&format!(
            "round {number}, EDGE_MFA_SEED={seed}: {requests} requests, played in {played:.1?}, checked in {:.1?}",
            started.elapsed() - played
        ));
    }
    assert!(noticed > count, "hardly an answer could be changed: {noticed}");
    say(&format!("{noticed} changed answers, each noticed"));
    for (answer, times) in said {
        say(&format!("{times:>8} {answer}"));
    }
}

/// A checker that finds an order for everything would find one for these histories too.
#[test]
fn a_worker_that_awaits_between_load_and_save_is_refuted() {
    let edge = Edge::start_as("tests/linear/forgetful.mjs");
    let seed = seed();
    let refuted = (0..20).map(|number| seed.wrapping_add(number)).find(|seed| {
        // Whoever plays is surprised by such a Worker too, and gives the round up.
        let Ok(histories) = catch_unwind(AssertUnwindSafe(|| round::play(&edge, *seed))) else { return false };
        histories.iter().any(|history| matches!(check(Member::joined(), history), Verdict::Refuted { .. }))
    });
    assert!(refuted.is_some(), "twenty rounds from EDGE_MFA_SEED={seed} were explained, and could not be");
}

/// What was asked and answered, without whose and how many.
fn summary(operation: &Operation<Member>) -> String {
    let first_word = |text: String| text.split([' ', '(']).next().unwrap_or_default().to_owned();
    let call = first_word(format!("{:?}", operation.call));
    let answer = operation.answer.as_ref().map_or("no answer".to_owned(), |answer| first_word(format!("{answer:?}")));
    format!("{call} -> {answer}")
}

/// Of the environment, or a new one.
fn seed() -> u64 {
    let given = std::env::var("EDGE_MFA_SEED").ok().and_then(|text| text.parse().ok());
    given.unwrap_or_else(|| random::below(1 << 48))
}
