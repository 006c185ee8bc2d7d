//! Nothing is good twice (ATTACKS.md section B).

use super::people::Phone;
use super::world::{World, signed_in};
use crate::member::Event;
use crate::member::Outcome;
use crate::time::Timestamp;

#[test]
fn b01_the_same_code_twice_is_refused_the_second_time() {
    let (mut world, phone, _) = World::enrolled();
    let code = phone.shows(world.now);
    let first = world.begin();
    signed_in(world.code(first, code.clone()));
    for later in [0, 1, 29, 30, 59] {
        let mut world = world.clone();
        world.wait(later);
        let second = world.begin();
        assert_eq!(world.code(second, code.clone()), Outcome::CodeRefused, "{later} s later");
        assert_eq!(world.events, [Event::CodeReplayed]);
    }
}

#[test]
fn b03_an_older_code_after_a_newer_one_is_refused() {
    let (mut world, phone, _) = World::enrolled();
    let step = world.now.0 / 30;
    let first = world.begin();
    signed_in(world.code(first, phone.at_step(step + 1)));
    for older in [step - 1, step, step + 1] {
        let pending = world.begin();
        assert_eq!(world.code(pending, phone.at_step(older)), Outcome::CodeRefused);
        assert_eq!(world.events, [Event::CodeReplayed]);
    }
    world.wait(30);
    let pending = world.begin();
    signed_in(world.code(pending, phone.at_step(step + 2)));
}

#[test]
fn b05_one_code_on_many_pending_sign_ins_opens_one() {
    let (mut world, phone, _) = World::enrolled();
    let pending: std::vec::Vec<_> = (0..20).map(|_| world.begin()).collect();
    let right = phone.shows(world.now);
    let opened = pending.iter().filter(|token| matches!(world.code(**token, right.clone()), Outcome::SignedIn(_)));
    assert_eq!(opened.count(), 1);
}

#[test]
fn a17_what_is_refused_uncharged_is_not_shown_for_ever() {
    let (mut world, phone, _) = World::enrolled();
    let used = phone.shows(world.now);
    let first = world.begin();
    signed_in(world.code(first, used.clone()));
    let lane = world.inside().codes.clone();
    let pending = world.begin();
    for refusals in 1..5 {
        assert_eq!(world.code(pending, used.clone()), Outcome::CodeRefused);
        assert_eq!((&world.inside().codes, world.inside().pending[0].refusals), (&lane, refusals));
    }
    let mut in_time = world.clone();
    in_time.wait(30);
    signed_in(in_time.code(pending, phone.shows(in_time.now)));
    assert_eq!(in_time.inside().codes, lane, "there was nothing to give back");
    assert_eq!(world.code(pending, used), Outcome::CodeRefused);
    assert_eq!(world.events, [Event::CodeReplayed]);
    assert_eq!(world.inside().codes, lane, "no guess, so no charge");
    world.wait(30);
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::SignInExpired);
    world.sign_in(&phone);
}

#[test]
fn a17_guesses_replays_and_spent_keys_end_a_sign_in_together() {
    let (mut world, phone, sheet) = World::enrolled();
    let used = phone.shows(world.now);
    let first = world.begin();
    signed_in(world.code(first, used.clone()));
    let second = world.begin();
    signed_in(world.recovery_key(second, sheet.key(1)));
    let pending = world.begin();
    let wrong = world.names.sheet().key(1);
    world.code(pending, used.clone());
    world.recovery_key(pending, sheet.key(1));
    world.code(pending, phone.wrong(world.now));
    world.recovery_key(pending, wrong);
    let sign_in = &world.inside().pending[0];
    assert_eq!((sign_in.refusals, sign_in.failures.len()), (2, 2));
    world.recovery_key(pending, sheet.key(1));
    assert_eq!(world.events, [Event::RecoveryKeyReplayed { set: 1, number: 1 }]);
    assert!(world.inside().pending.is_empty());
    assert_eq!((world.inside().codes.budgeted.len(), world.inside().recovery_keys.budgeted.len()), (1, 1));
}

#[test]
fn a17_within_a_session_they_count_on_the_session() {
    let (mut world, phone, sheet, session) = World::with_session();
    assert!(matches!(world.step_up_by_key(session, sheet.key(1)), Outcome::SteppedUp { .. }));
    let lanes = (world.inside().codes.clone(), world.inside().recovery_keys.clone());
    let used = phone.at_step(world.authenticator().last_step.0);
    world.now = Timestamp(world.authenticator().last_step.0 * 30);
    for failures in 1..5 {
        match failures % 2 {
            0 => assert_eq!(world.step_up_by_code(session, used.clone()), Outcome::CodeRefused),
            _ => assert_eq!(world.step_up_by_key(session, sheet.key(1)), Outcome::RecoveryKeyRefused),
        }
        let live = world.inside().sessions.iter().find(|live| live.id == session).unwrap();
        assert_eq!(live.failures, failures);
    }
    assert_eq!(world.step_up_by_code(session, used), Outcome::CodeRefused);
    assert_eq!(world.events, [Event::CodeReplayed, Event::SessionsEnded]);
    assert_eq!((world.inside().codes.clone(), world.inside().recovery_keys.clone()), lanes);
    assert_eq!(world.view(session), Outcome::SessionEnded);
}

#[test]
fn b06_the_code_that_enrolled_is_spent() {
    let mut world = World::joined();
    let pending = world.begin();
    let (phone, _) = world.enrol(pending);
    for earlier in 0..=1 {
        let pending = world.begin();
        let passcode = phone.at_step(world.now.0 / 30 - earlier);
        assert_eq!(world.code(pending, passcode), Outcome::CodeRefused);
        assert_eq!(world.events, [Event::CodeReplayed]);
    }
    world.sign_in(&phone);
}

#[test]
fn b06_the_enrolling_code_is_spent_at_its_own_step_not_at_the_time_of_completion() {
    let mut world = World::joined();
    let pending = world.begin();
    let (phone, sheet) = (world.names.phone(), world.names.sheet());
    let (id, _) = world.start(pending, &phone);
    let ahead = world.now.0 / 30 + 1;
    world.confirm(pending, id, phone.at_step(ahead), &sheet);
    signed_in(world.complete(pending, id, sheet.proof()));
    assert_eq!((world.authenticator().last_step.0, world.authenticator().drift), (ahead, 1));
    world.wait(30);
    let pending = world.begin();
    assert_eq!(world.code(pending, phone.at_step(ahead)), Outcome::CodeRefused);
    signed_in(world.code(pending, phone.at_step(ahead + 1)));
}

/// This secret (of RFC 6238) shows the same code in both steps of each pair.
const TWINS: &[u8; 20] = b"12345678901234567890";
const TWIN_STEPS: [(u64, u64); 2] = [(57_766_335, 57_766_336), (57_017_782, 57_017_784)];

#[test]
fn b01_a_code_that_neighbouring_steps_share_is_good_once() {
    for (low, high) in TWIN_STEPS {
        let (mut world, phone) = enrolled_with_twins(low);
        assert_eq!(phone.text_at_step(low), phone.text_at_step(high));
        world.now = Timestamp((high - 1) * 30);
        let first = world.begin();
        signed_in(world.code(first, phone.at_step(low)));
        assert_eq!(world.authenticator().last_step.0, high, "the highest is the one to remember");
        world.now = Timestamp(high * 30);
        let second = world.begin();
        assert_eq!(world.code(second, phone.at_step(high)), Outcome::CodeRefused);
    }
}

#[test]
fn b06_a_shared_code_is_spent_by_enrolment_at_its_highest_step() {
    let (low, high) = TWIN_STEPS[0];
    let mut world = World::vacant();
    world.now = Timestamp(low * 30);
    world.join();
    let pending = world.begin();
    let (phone, sheet) = (Phone::with(TWINS), world.names.sheet());
    world.enrol_with(pending, &phone, &sheet);
    assert_eq!(world.authenticator().last_step.0, high);
}

#[test]
fn b15_a_phone_that_was_replaced_opens_nothing() {
    let (mut world, old_phone, sheet) = World::enrolled();
    world.lock(&old_phone);
    let pending = world.begin();
    world.recovery_key(pending, sheet.key(1));
    world.replace_password(pending, "another one, longer");
    let (new_phone, _) = world.enrol(pending);
    world.wait(60);
    let pending = world.begin();
    assert_eq!(world.code(pending, old_phone.shows(world.now)), Outcome::CodeRefused);
    signed_in(world.code(pending, new_phone.shows(world.now)));
}

fn enrolled_with_twins(before: u64) -> (World, Phone) {
    let mut world = World::vacant();
    world.now = Timestamp((before - 100) * 30);
    world.join();
    let pending = world.begin();
    let (phone, sheet) = (Phone::with(TWINS), world.names.sheet());
    world.enrol_with(pending, &phone, &sheet);
    (world, phone)
}
