//! Who mistypes and then gets in has not guessed: those failures are given back, and only those.

use super::world::{DAY, World, signed_in};
use crate::member::Outcome;
use crate::throttle::Lane;

#[test]
fn failures_under_a_sign_in_that_succeeds_by_a_code_are_given_back() {
    let (mut world, phone, _) = World::enrolled();
    let wrong_key = world.names.sheet().key(1);
    let pending = world.begin();
    for _ in 0..2 {
        world.code(pending, phone.wrong(world.now));
        world.recovery_key(pending, wrong_key);
        world.wait(1);
    }
    signed_in(world.code(pending, phone.shows(world.now)));
    assert!(world.inside().codes.budgeted.is_empty());
    assert!(world.inside().recovery_keys.budgeted.is_empty());
    let rows = (world.failures_in_a_row(), world.inside().recovery_keys.consecutive());
    assert_eq!(rows, (0, 2), "a row is broken only by a success in its own lane");
}

#[test]
fn failures_under_a_sign_in_that_succeeds_by_a_recovery_key_are_given_back() {
    let (mut world, phone, sheet) = World::enrolled();
    let wrong_key = world.names.sheet().key(1);
    let pending = world.begin();
    for _ in 0..2 {
        world.code(pending, phone.wrong(world.now));
        world.recovery_key(pending, wrong_key);
        world.wait(1);
    }
    signed_in(world.recovery_key(pending, sheet.key(1)));
    assert!(world.inside().codes.budgeted.is_empty());
    assert!(world.inside().recovery_keys.budgeted.is_empty());
    let rows = (world.failures_in_a_row(), world.inside().recovery_keys.consecutive());
    assert_eq!(rows, (2, 0), "a row is broken only by a success in its own lane");
}

#[test]
fn failures_under_other_sign_ins_stay_in_the_budget_whoever_succeeds() {
    let (mut world, phone, _) = World::enrolled();
    let thief = world.begin();
    for _ in 0..3 {
        world.code(thief, phone.wrong(world.now));
    }
    let charged = world.inside().codes.budgeted.clone();
    assert_eq!(charged.len(), 3);
    let owner = world.begin();
    world.code(owner, phone.wrong(world.now));
    signed_in(world.code(owner, phone.shows(world.now)));
    assert_eq!(world.inside().codes.budgeted, charged);
    assert_eq!(world.failures_in_a_row(), 0, "but the row is broken");
}

#[test]
fn a_remembered_device_gives_nothing_back() {
    let (mut world, phone, _) = World::enrolled();
    let device = world.remember(&phone);
    for _ in 0..3 {
        world.guess(&phone);
    }
    let codes = world.inside().codes.clone();
    signed_in(world.try_begin(Some(device)));
    assert_eq!(world.inside().codes, codes);
}

#[test]
fn a_sign_in_that_dies_or_expires_gives_nothing_back() {
    let (mut world, phone, _) = World::enrolled();
    let worn_out = world.begin();
    for _ in 0..5 {
        world.code(worn_out, phone.wrong(world.now));
    }
    world.wait(60);
    let forgotten = world.begin();
    world.code(forgotten, phone.wrong(world.now));
    world.wait(DAY);
    world.sign_in(&phone);
    assert_eq!(world.inside().codes.budgeted.len(), 6);
}

#[test]
fn what_is_given_back_does_not_shorten_a_row_that_began_later() {
    let (mut world, phone, sheet) = World::enrolled();
    let slow = world.begin();
    for _ in 0..3 {
        world.code(slow, phone.wrong(world.now));
    }
    world.sign_in(&phone);
    assert_eq!(world.failures_in_a_row(), 0);
    for _ in 0..3 {
        world.guess(&phone);
    }
    signed_in(world.recovery_key(slow, sheet.key(1)));
    assert_eq!(world.failures_in_a_row(), 3);
    assert_eq!(world.inside().codes.budgeted.len(), 3);
}

#[test]
fn the_last_try_of_the_budget_may_be_the_right_one() {
    let (mut world, phone, _) = World::enrolled();
    for _ in 0..19 {
        world.guess(&phone);
    }
    let pending = world.begin();
    let Outcome::Throttled { until: Some(until) } = world.code(pending, phone.shows(world.now)) else { panic!() };
    world.now = until;
    let pending = world.begin();
    signed_in(world.code(pending, phone.shows(world.now)));
    assert!(world.authenticator().locked_at.is_none());
    assert_eq!(world.inside().codes.budgeted.len(), 19);
}

#[test]
fn the_way_out_of_the_lock_gives_back_once_too() {
    let (mut world, phone, sheet) = World::enrolled();
    for _ in 0..6 {
        for _ in 0..3 {
            world.guess(&phone);
        }
        world.sign_in(&phone);
    }
    let pending = world.begin();
    for _ in 0..2 {
        assert_eq!(world.code(pending, phone.wrong(world.now)), Outcome::CodeRefused);
    }
    assert!(world.authenticator().locked_at.is_some());
    world.recovery_key(pending, sheet.key(1));
    assert_eq!(world.inside().codes.budgeted.len(), 18, "her own two are given back");
    let hers = world.inside().pending.iter().find(|sign_in| sign_in.token == pending).unwrap();
    assert!(hers.failures.is_empty());
    assert!(world.authenticator().locked_at.is_some(), "which does not open the lock");
    world.replace_password(pending, "another one, longer");
    let (phone, _) = world.enrol(pending);
    assert_eq!(world.inside().codes, Lane::default());
    world.sign_in(&phone);
}
