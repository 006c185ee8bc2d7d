//! Guessing codes (ATTACKS.md section A): one counter for the member, whatever the guesser varies.

use std::vec::Vec;

use super::people::{Phone, passcode};
use super::world::{DAY, HOUR, World, signed_in};
use crate::member::Event;
use crate::member::Outcome;
use crate::time::{Seconds, Timestamp};

#[test]
fn a01_many_pending_sign_ins_share_one_counter() {
    let (mut world, phone, _) = World::enrolled();
    let pending: Vec<_> = (0..20).map(|_| world.begin()).collect();
    let mut judged = 0;
    for guess in 0..10 {
        for token in &pending {
            let passcode = nth_wrong(&world, &phone, guess);
            match world.code(*token, passcode) {
                Outcome::CodeRefused => judged += 1,
                other => assert_eq!(other, throttled_for(&world, 30)),
            }
        }
    }
    assert_eq!(judged, 5);
    assert_eq!(world.failures_in_a_row(), 5);
    assert_eq!(world.code(pending[7], phone.shows(world.now)), throttled_for(&world, 30), "even the right one waits");
}

#[test]
fn a02_a_burst_on_one_pending_sign_in_is_judged_five_times() {
    let (mut world, phone, _) = World::enrolled();
    let pending = world.begin();
    let outcomes: Vec<_> = (0..100).map(|_| world.code(pending, phone.wrong(world.now))).collect();
    assert!(outcomes[..5].iter().all(|outcome| *outcome == Outcome::CodeRefused));
    assert!(outcomes[5..].iter().all(|outcome| *outcome == Outcome::SignInExpired), "it died of the fifth");
    assert_eq!(world.failures_in_a_row(), 5);
}

#[test]
fn a03_a_new_sign_in_does_not_reset_the_counter() {
    let (mut world, phone, _) = World::enrolled();
    let mut judged = 0;
    for _ in 0..50 {
        let pending = world.begin();
        for _ in 0..4 {
            judged += u32::from(world.code(pending, phone.wrong(world.now)) == Outcome::CodeRefused);
        }
    }
    assert_eq!((judged, world.failures_in_a_row()), (5, 5));
}

#[test]
fn a04_a_right_password_does_not_clear_failures_of_codes() {
    let (mut world, phone, _) = World::enrolled();
    for expected in 1..=8 {
        assert_eq!(world.guess(&phone), Outcome::CodeRefused);
        assert_eq!(world.events[0], Event::CodeRefused { consecutive: expected });
    }
    assert_eq!(world.failures_in_a_row(), 8);
}

#[test]
fn the_fifth_failure_waits_30_s_doubling_to_an_hour() {
    let (mut world, phone, _) = World::enrolled();
    let mut waits = Vec::new();
    for _ in 0..15 {
        let before = world.now;
        world.guess(&phone);
        waits.push(world.now.0 - before.0);
    }
    assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
}

#[test]
fn a_wait_ends_on_its_second_and_not_before() {
    let (mut world, phone, _) = World::enrolled();
    for _ in 0..5 {
        world.guess(&phone);
    }
    let pending = world.begin();
    world.wait(29);
    assert_eq!(world.code(pending, phone.shows(world.now)), throttled_for(&world, 1));
    world.wait(1);
    signed_in(world.code(pending, phone.shows(world.now)));
    assert_eq!(world.failures_in_a_row(), 0, "a success breaks the row");
}

#[test]
fn a06_switching_methods_gains_nothing() {
    let (mut world, phone, _) = World::enrolled();
    let pending = world.begin();
    let wrong_key = world.names.sheet().key(1);
    assert_eq!(world.code(pending, phone.wrong(world.now)), Outcome::CodeRefused);
    assert_eq!(world.recovery_key(pending, wrong_key), Outcome::RecoveryKeyRefused);
    assert_eq!(world.code(pending, phone.wrong(world.now)), Outcome::CodeRefused);
    assert_eq!(world.recovery_key(pending, wrong_key), Outcome::RecoveryKeyRefused);
    assert_eq!(world.inside().pending.len(), 1, "four failures are not five");
    assert_eq!(world.recovery_key(pending, wrong_key), Outcome::RecoveryKeyRefused);
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::SignInExpired);
    let failures = (world.inside().codes.consecutive(), world.inside().recovery_keys.consecutive());
    assert_eq!(failures, (2, 3), "each in its own lane");
}

#[test]
fn a13_the_patient_attacker_is_locked_out_at_the_twentieth_guess_in_thirty_days() {
    let (mut world, phone, _) = World::enrolled();
    for day in 1..=5 {
        for guess in 1..=4 {
            assert!(world.authenticator().locked_at.is_none(), "day {day}, guess {guess}");
            assert_eq!(world.guess(&phone), Outcome::CodeRefused);
        }
        let locked = world.events.contains(&Event::AuthenticatorLocked);
        assert_eq!(locked, day == 5, "day {day}");
        if !locked {
            world.wait(HOUR);
            world.sign_in(&phone);
            world.wait(DAY - HOUR);
        }
    }
    assert_eq!(world.authenticator().locked_at, Some(world.now));
}

#[test]
fn a13_the_budget_is_of_any_thirty_days_to_the_second() {
    for (last_guess_after, locks) in [(30 * DAY - 1, true), (30 * DAY, false)] {
        let (mut world, phone, _) = World::enrolled();
        let first = world.now;
        for _ in 0..19 {
            world.guess(&phone);
        }
        world.now = first.saturating_add(Seconds(last_guess_after));
        assert_eq!(world.guess(&phone), Outcome::CodeRefused);
        assert_eq!(world.authenticator().locked_at.is_some(), locks, "{last_guess_after} s after the first");
    }
}

#[test]
fn a13_a_lifetime_of_ordinary_slips_never_locks() {
    let (mut world, phone, _) = World::enrolled();
    for _ in 0..300 {
        let pending = world.begin();
        for _ in 0..4 {
            assert_eq!(world.code(pending, phone.wrong(world.now)), Outcome::CodeRefused);
        }
        signed_in(world.code(pending, phone.shows(world.now)));
        world.wait(DAY);
    }
}

#[test]
fn a15_wrong_passwords_leave_the_second_factor_and_known_devices_alone() {
    let (mut world, phone, _) = World::enrolled();
    let device = world.remember(&phone);
    let before = world.inside().clone();
    for guess in 0..1000 {
        world.check_password("wrong", None);
        world.wait(u64::from(guess % 7 == 0));
    }
    assert_eq!((&world.inside().codes, &world.inside().recovery_keys), (&before.codes, &before.recovery_keys));
    assert_eq!(world.inside().devices, before.devices);
    signed_in(world.try_begin(Some(device)));
}

#[test]
fn a17_a_replay_is_not_a_guess() {
    let (mut world, phone, _) = World::enrolled();
    let spent = phone.shows(world.now);
    let first = world.begin();
    signed_in(world.code(first, spent.clone()));
    let lane = world.inside().codes.clone();
    let pending = world.begin();
    for _ in 0..4 {
        assert_eq!(world.code(pending, spent.clone()), Outcome::CodeRefused);
        assert_eq!(world.events, [Event::CodeReplayed]);
    }
    assert_eq!((&world.inside().codes, world.failures_in_a_row()), (&lane, 0));
    assert!(world.inside().pending[0].failures.is_empty());
    world.wait(30);
    signed_in(world.code(pending, phone.shows(world.now)));
}

#[test]
fn the_third_wrong_code_in_a_row_says_that_the_password_is_burnt_and_only_the_third() {
    let (mut world, phone, _) = World::enrolled();
    let told: Vec<bool> = (0..6)
        .map(|_| {
            world.guess(&phone);
            world.events.contains(&Event::PasswordBurnt)
        })
        .collect();
    assert_eq!(told, [false, false, true, false, false, false]);
}

#[test]
fn a13_slow_guessing_between_her_own_sign_ins_is_told_at_the_tenth_in_thirty_days() {
    let (mut world, phone, _) = World::enrolled();
    let mut told = Vec::new();
    for _ in 0..9 {
        for _ in 0..2 {
            world.guess(&phone);
            told.push(world.events.contains(&Event::PasswordBurnt));
        }
        // Never a third in a row.
        world.wait(DAY);
        world.sign_in(&phone);
    }
    assert_eq!(told.iter().position(|told| *told), Some(9), "the tenth");
    assert_eq!(told.iter().filter(|told| **told).count(), 1, "while the notice lives, once");
}

/// She mistypes three times, is told, and knows that it was she. In the week that follows somebody guesses slowly.
#[test]
fn a13_slow_guessing_is_told_though_a_notice_of_her_own_slips_lives() {
    let (mut world, phone, _) = World::enrolled();
    let pending = world.begin();
    for _ in 0..3 {
        world.code(pending, phone.wrong(world.now));
    }
    assert!(world.events.contains(&Event::PasswordBurnt));
    world.wait(30);
    assert!(matches!(world.code(pending, phone.shows(world.now)), Outcome::SignedIn(_)));
    assert_eq!(world.inside().codes.budgeted(), 0, "her slips are given back");
    let mut told = Vec::new();
    for _ in 0..9 {
        world.wait(DAY / 2);
        for _ in 0..2 {
            world.guess(&phone);
            told.push(world.events.contains(&Event::PasswordBurnt));
        }
        world.wait(60);
        world.sign_in(&phone);
    }
    assert_eq!(told.iter().position(|told| *told), Some(9), "the tenth");
    assert_eq!(told.iter().filter(|told| **told).count(), 1);
}

#[test]
fn guessing_at_the_edge_of_the_budget_for_years_ends_in_the_lock() {
    // Nineteen guesses in thirty days never spend the budget. NIST SP 800-63B-4 §3.2.2 wants an end at 100 in a row.
    let (mut world, phone, sheet) = World::enrolled();
    let mut judged = 0;
    for _ in 0..200 {
        world.wait(2 * DAY);
        let pending = world.begin();
        judged += u32::from(world.code(pending, phone.wrong(world.now)) == Outcome::CodeRefused);
    }
    assert_eq!(judged, 100);
    // And the way out of it is the way out of any lock.
    let pending = world.begin();
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::AuthenticatorLocked);
    let opened = world.recovery_key(pending, sheet.key(1));
    assert_eq!(super::world::owes(&opened), Some(crate::member::Duty::NewPassword), "{opened:?}");
}

fn nth_wrong(world: &World, phone: &Phone, guess: usize) -> crate::passcode::Passcode {
    let right: Vec<_> = (world.now.0 / 30 - 1..=world.now.0 / 30 + 1).map(|step| phone.at_step(step)).collect();
    (0..).map(|n| passcode(&std::format!("{n:06}"))).filter(|code| !right.contains(code)).nth(guess).unwrap()
}

fn throttled_for(world: &World, seconds: u64) -> Outcome {
    Outcome::Throttled { until: Some(Timestamp(world.now.0 + seconds)) }
}
