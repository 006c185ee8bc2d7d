//! Which codes are right: the window, and nothing but the code typed on a live sign-in.

use super::people::Phone;
use super::world::{MINUTE, World, signed_in};
use crate::member::{Command, Duty, Generation, Grant, Outcome, TokenDigest};
use crate::time::Timestamp;

#[test]
fn b08_the_window_is_one_step_either_way_at_every_second_of_a_step() {
    for second in [0, 1, 15, 29, 30] {
        for drift in -2..=2_i64 {
            let (mut world, phone, _) = World::enrolled();
            assert_eq!(world.now.0 % 30, 0);
            world.wait(second);
            let step = (world.now.0 / 30).checked_add_signed(drift).unwrap();
            let pending = world.begin();
            let outcome = world.code(pending, phone.at_step(step));
            if (-1..=1).contains(&drift) {
                signed_in(outcome);
                assert_eq!(i64::from(world.authenticator().drift), drift, "drift is learnt");
                assert_eq!(world.authenticator().last_step.0, step);
            } else {
                assert_eq!(outcome, Outcome::CodeRefused, "second {second}, drift {drift}");
            }
        }
    }
}

#[test]
fn b08_a_learnt_drift_does_not_widen_or_move_the_window() {
    let (mut world, phone, _) = World::enrolled();
    for round in 0..5 {
        world.wait(5 * MINUTE);
        let ahead = world.now.0 / 30 + 1;
        let pending = world.begin();
        assert_eq!(world.code(pending, phone.at_step(ahead + 1)), Outcome::CodeRefused, "round {round}");
        signed_in(world.code(pending, phone.at_step(ahead)));
    }
}

#[test]
fn b08_at_most_three_codes_are_right_at_any_moment() {
    let (world, phone, _) = World::enrolled();
    let mut right = 0;
    for step in world.now.0 / 30 - 40..=world.now.0 / 30 + 40 {
        let mut world = world.clone();
        let pending = world.begin();
        right += u32::from(matches!(world.code(pending, phone.at_step(step)), Outcome::SignedIn(_)));
    }
    assert_eq!(right, 3);
}

#[test]
fn a_code_of_another_phone_is_wrong() {
    let (mut world, _, _) = World::enrolled();
    let other = world.names.phone();
    let pending = world.begin();
    assert_eq!(world.code(pending, other.shows(world.now)), Outcome::CodeRefused);
}

#[test]
fn a_code_needs_its_own_pending_sign_in() {
    let (mut world, phone, _) = World::enrolled();
    world.begin();
    let right = phone.shows(world.now);
    let before = world.member.clone();
    assert_eq!(world.code(TokenDigest([0; 32]), right.clone()), Outcome::SignInExpired);
    let other_bearer = Grant { generation: Generation(2), ..world.grant };
    let pending = world.inside().pending[0].token;
    let command = Command::VerifyCode { grant: other_bearer, pending, passcode: right.clone(), remember_device: None };
    assert_eq!(world.ask(command), Outcome::SignInExpired);
    assert_eq!(world.member, before, "and costs nothing");
    signed_in(world.code(pending, right));
}

#[test]
fn c04_a_sign_in_begun_as_one_member_cannot_go_on_as_another() {
    let (mut anna, annas_phone, annas_sheet) = World::enrolled();
    let (mut bert, berts_phone, berts_sheet) = World::enrolled();
    let annas = anna.begin();
    bert.names = super::people::Names(99);
    bert.begin();
    let before = bert.member.clone();
    for phone in [annas_phone, berts_phone] {
        assert_eq!(bert.code(annas, phone.shows(bert.now)), Outcome::SignInExpired);
    }
    for sheet in [annas_sheet, berts_sheet] {
        assert_eq!(bert.recovery_key(annas, sheet.key(1)), Outcome::SignInExpired);
    }
    assert_eq!(bert.member, before, "and costs him nothing");
}

#[test]
fn a_pending_token_that_differs_in_one_bit_is_another() {
    let (mut world, phone, sheet) = World::enrolled();
    let pending = world.begin();
    for bit in 0..256 {
        let mut forged = pending;
        forged.0[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(world.code(forged, phone.shows(world.now)), Outcome::SignInExpired);
        assert_eq!(world.recovery_key(forged, sheet.key(1)), Outcome::SignInExpired);
    }
    signed_in(world.code(pending, phone.shows(world.now)));
}

#[test]
fn a_code_for_a_sign_in_that_owes_enrolment_is_no_code() {
    let mut world = World::joined();
    let pending = world.begin();
    let phone = Phone::with(&[0; 20]);
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::OtherDuty(Duty::Enrol));
    let key = world.names.sheet().key(1);
    assert_eq!(world.recovery_key(pending, key), Outcome::OtherDuty(Duty::Enrol));
}

#[test]
fn a_pending_sign_in_lives_five_minutes_and_serves_once() {
    let (mut world, phone, _) = World::enrolled();
    let (in_time, too_late) = (world.begin(), world.begin());
    world.wait(5 * MINUTE - 1);
    signed_in(world.code(in_time, phone.shows(world.now)));
    world.wait(1);
    assert_eq!(world.code(too_late, phone.at_step(world.now.0 / 30 + 1)), Outcome::SignInExpired);
    assert!(world.inside().pending.is_empty());

    let pending = world.begin();
    world.wait(30);
    signed_in(world.code(pending, phone.shows(world.now)));
    world.wait(30);
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::SignInExpired);
}

#[test]
fn b11_codes_are_right_beyond_2038_and_at_both_ends_of_time() {
    for now in [60, 2_147_483_648, 4_294_967_296, 20_000_000_000, u64::MAX / 2] {
        let mut world = World::vacant();
        world.now = Timestamp(now);
        world.join();
        let pending = world.begin();
        let (phone, _) = world.enrol(pending);
        world.sign_in(&phone);
    }
}
