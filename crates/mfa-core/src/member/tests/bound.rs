//! The guess bound, measured: whoever has the password guesses his way in with probability at most 6.1e-5 up to the
//! lock or within any thirty days, and at most 1e-3 in any year, whatever his temperament. Where that ends, [`limits`]
//! tells.
//!
//! An attacker and a member live through the same years on one clock, against the real `decide`. The attacker sees what
//! a browser shows him and chooses his next act by it; some see more than anybody could. Nothing is left to luck: at
//! each guess we ask which codes *would* have let him in, and multiply ([`ledger`]).
//!
//! Out of account, for there is nothing to guess: whoever has the password of a member who has not enrolled yet can
//! enrol in her place (SECURITY.md), so here she always enrols at once.
//!
//! `EDGE_MFA_SEED` repeats a run, `EDGE_MFA_ROUNDS_BOUND` lives through so many times as many lives.

#![allow(clippy::print_stdout, reason = "the table is what a long run is for")]

mod attackers;
mod doors;
mod habits;
mod hands;
mod ledger;
mod limits;
mod plans;
mod provokers;
mod run;
mod victim;

use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

use attackers::Attacker;
use habits::Habits;
use ledger::{HEADINGS, Ledger, PER_LEAK, PER_YEAR, YEAR};
use run::{Setting, lives, rounds, seed};

use crate::policy;
use crate::time::Seconds;

/// Everybody but the one who sees all.
fn temperaments(seed: u64) -> Vec<Box<dyn Attacker>> {
    let mut all = attackers::all();
    all.extend(doors::all());
    all.extend(provokers::all(seed));
    all
}

/// One life, held to both bounds; its row of the table.
fn measured(attacker: &mut dyn Attacker, setting: Setting, table: &mut Vec<String>) -> Ledger {
    let ledger = lives(attacker, setting);
    let row = ledger.row(attacker.name(), setting.habits.name);
    let whose = std::format!("EDGE_MFA_SEED={}\n{HEADINGS}\n{row}", setting.seed);
    table.push(row);
    ledger.is_within_the_bounds(&whose);
    let judged = (ledger.worst_month().judged, ledger.worst_year().judged);
    assert!(judged.0 <= MOST.0 && judged.1 <= MOST.1, "more than who sees all: {whose}");
    ledger
}

/// What is judged of whoever guesses whenever a guess would be judged, while she undoes each lock in its first second:
/// in thirty days, and in a year. Nobody gets more.
const MOST: (usize, usize) = (20, 260);

fn print(table: &[String]) {
    std::println!("\n{HEADINGS}\n{}\n", table.join("\n"));
}

/// Every temperament against the same habits.
fn everybody_against(habits: &'static Habits) {
    let (mut table, mut judged) = (Vec::new(), 0);
    for seed in seed()..seed() + rounds() {
        for mut attacker in temperaments(seed) {
            judged += measured(attacker.as_mut(), Setting::year(habits, seed), &mut table).judged();
        }
    }
    print(&table);
    assert!(judged > table.len() * 20, "they hardly ever guessed: {judged}");
}

#[test]
fn nobody_guesses_more_than_the_bound_allows_at_one_who_re_binds_and_keeps_her_password() {
    everybody_against(&habits::REBINDS);
}

#[test]
fn nobody_guesses_more_than_the_bound_allows_at_one_who_lives_an_ordinary_life() {
    everybody_against(&habits::ORDINARY);
}

#[test]
fn nobody_guesses_more_than_the_bound_allows_at_one_who_heeds_notices() {
    everybody_against(&habits::ALERT);
}

#[test]
fn nobody_guesses_more_than_the_bound_allows_at_one_who_is_never_there() {
    everybody_against(&habits::ABSENT);
}

#[test]
fn nobody_guesses_more_at_the_door_of_an_application_than_at_ours() {
    everybody_against(&habits::ABSENT_ELSEWHERE);
}

#[test]
fn three_years_are_no_worse_than_one() {
    let mut table = Vec::new();
    for seed in seed()..seed() + rounds() {
        let three = |habits| Setting { span: Seconds(3 * YEAR.0), ..Setting::year(habits, seed) };
        let most = measured(&mut attackers::SeesAll, three(&habits::ACCOMPLICE), &mut table);
        assert!(most.judged() > 2 * MOST.1);
        for mut attacker in attackers::at_the_edge() {
            measured(attacker.as_mut(), three(&habits::REBINDS), &mut table);
        }
    }
    print(&table);
}

#[test]
fn who_sees_all_and_is_helped_gets_what_the_settings_page_says_and_no_more() {
    let mut table = Vec::new();
    let ledger = measured(&mut attackers::SeesAll, Setting::year(&habits::ACCOMPLICE, seed()), &mut table);
    measured(&mut doors::ReadsHerMail { taken: 0 }, Setting::year(&habits::REBINDS, seed()), &mut table);
    print(&table);
    let (month, year) = (ledger.worst_month(), ledger.worst_year());
    assert_eq!((month.judged, year.judged), MOST);
    let (leak, member_year) = (policy::odds_per_leaked_password(), policy::odds_per_member_year());
    let close = |measured: f64, told: f64| (measured / told - 1.0).abs() < 0.001;
    assert!(close(month.probability, leak), "{} in thirty days, {leak} told", month.probability);
    assert!(close(year.probability, member_year), "{} in a year, {member_year} told", year.probability);
    assert!(leak <= PER_LEAK && member_year <= PER_YEAR);
}

#[test]
fn no_plan_within_a_small_scope_gets_more() {
    let explored = plans::explore(if rounds() > 1 { 5 } else { 4 });
    std::println!("{} plans, at most {} judged in thirty days", explored.plans, explored.worst_month);
    assert!(explored.plans > 300, "{}", explored.plans);
    assert_eq!(explored.worst_month, MOST.0);
}
