//! More time for whoever needs it (WCAG 2.2, SC 2.2.1): ten times at the least, never without end, and never a way to
//! anything else.

use super::world::{DAY, HOUR, MINUTE, World, owes, signed_in};
use crate::member::{Duty, Outcome, TokenDigest, Waiting};
use crate::tenant::{Epoch, ModeKind};
use crate::time::Timestamp;

/// The epoch set aside.
const ASIDE: Epoch = Epoch(5);

/// Asks in the last second of each time, as often as it is given more. How often that was.
fn stretch(world: &mut World, waiting: Waiting, mut end: Timestamp) -> (u32, Timestamp) {
    for times in 0..10_000 {
        world.now = Timestamp(end.0 - 1);
        match world.extend(waiting) {
            Outcome::Extended { expires_at } if expires_at > end => end = expires_at,
            Outcome::Extended { expires_at } => {
                assert_eq!(expires_at, end, "as much as there was");
                return (times, end);
            }
            refused => panic!("{refused:?} after {times}"),
        }
    }
    panic!("without end");
}

fn expires_at(world: &World, pending: TokenDigest) -> Timestamp {
    world.inside().pending.iter().find(|it| it.token == pending).unwrap().expires_at
}

#[test]
fn a_sign_in_that_owes_a_code_can_be_made_longer_ten_times_and_no_longer_than_that() {
    let (mut world, phone, _) = World::enrolled();
    let (pending, began) = (world.begin(), world.now);
    let first = expires_at(&world, pending);
    assert_eq!(first, Timestamp(began.0 + 5 * MINUTE));
    let (times, end) = stretch(&mut world, Waiting::SignIn(pending), first);
    assert_eq!((times, end.0), (11, began.0 + 55 * MINUTE), "ten whole times, and what the last seconds leave");
    signed_in(world.code(pending, phone.shows(world.now)));
}

#[test]
fn an_enrolment_can_be_made_longer_ten_times_with_its_sign_in_at_either_step() {
    let mut world = World::joined();
    let (pending, began) = (world.begin(), world.now);
    let (phone, sheet) = (world.names.phone(), world.names.sheet());
    let (id, _) = world.start(pending, &phone);
    world.wait(14 * MINUTE);
    let once = Outcome::Extended { expires_at: Timestamp(world.now.0 + 15 * MINUTE) };
    assert_eq!(world.extend(Waiting::SignIn(pending)), once);
    world.wait(14 * MINUTE);
    assert_eq!(world.confirm(pending, id, phone.shows(world.now), &sheet), Outcome::RecoveryKeysIssued { set: 1 });
    // The keys are there to be written down: the time for that is the same.
    let first = expires_at(&world, pending);
    let (_, end) = stretch(&mut world, Waiting::SignIn(pending), first);
    assert_eq!(end.0, began.0 + 165 * MINUTE);
    signed_in(world.complete(pending, id, sheet.proof()));
}

#[test]
fn c06_nothing_that_has_expired_is_revived_and_another_s_token_makes_nothing_longer() {
    let (mut world, phone, _) = World::enrolled();
    let pending = world.begin();
    let nobody = world.names.token();
    let before = world.member.clone();
    assert_eq!(world.extend(Waiting::SignIn(nobody)), Outcome::SignInExpired);
    assert_eq!(world.member, before);
    world.wait(5 * MINUTE);
    assert_eq!(world.extend(Waiting::SignIn(pending)), Outcome::SignInExpired);
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::SignInExpired);
    let done = world.begin();
    signed_in(world.code(done, phone.shows(world.now)));
    assert_eq!(world.extend(Waiting::SignIn(done)), Outcome::SignInExpired, "it is over");
}

#[test]
fn a03_more_time_is_no_further_guess() {
    let (mut world, phone, _) = World::enrolled();
    let pending = world.begin();
    for failures in 1..5 {
        assert_eq!(world.code(pending, phone.wrong(world.now)), Outcome::CodeRefused);
        let lane = world.inside().codes.clone();
        assert!(matches!(world.extend(Waiting::SignIn(pending)), Outcome::Extended { .. }));
        assert_eq!((world.inside().codes.clone(), world.inside().codes.consecutive()), (lane, failures));
    }
    assert_eq!(world.code(pending, phone.wrong(world.now)), Outcome::CodeRefused, "the fifth ends it");
    assert_eq!(world.extend(Waiting::SignIn(pending)), Outcome::SignInExpired);
    let waits = world.begin();
    assert!(matches!(world.code(waits, phone.shows(world.now)), Outcome::Throttled { .. }));
    assert!(matches!(world.extend(Waiting::SignIn(waits)), Outcome::Extended { .. }));
    assert!(matches!(world.code(waits, phone.shows(world.now)), Outcome::Throttled { .. }), "as long as before");
}

#[test]
fn asking_early_or_again_and_again_gains_nothing_and_costs_nothing() {
    let (mut world, _, _) = World::enrolled();
    let pending = world.begin();
    let before = world.member.clone();
    for _ in 0..100 {
        let expires_at = Timestamp(world.now.0 + 5 * MINUTE);
        assert_eq!(world.extend(Waiting::SignIn(pending)), Outcome::Extended { expires_at });
    }
    assert_eq!(world.member, before);
}

#[test]
fn an_enrolment_that_failed_or_was_begun_elsewhere_is_not_made_longer_with_the_sign_in() {
    let mut world = World::joined();
    let (tab_a, tab_b) = (world.begin(), world.begin());
    let (phone, sheet) = (world.names.phone(), world.names.sheet());
    world.start(tab_a, &phone);
    let (id, _) = world.start(tab_b, &phone);
    let end = world.inside().enrolment.as_ref().unwrap().enrolment.expires_at;
    world.wait(MINUTE);
    assert!(matches!(world.extend(Waiting::SignIn(tab_a)), Outcome::Extended { .. }));
    assert_eq!(world.inside().enrolment.as_ref().unwrap().enrolment.expires_at, end, "it is the other tab's");
    for _ in 0..5 {
        world.confirm(tab_b, id, phone.wrong(world.now), &sheet);
    }
    assert!(matches!(world.extend(Waiting::SignIn(tab_b)), Outcome::Extended { .. }));
    assert!(world.inside().enrolment.is_none());
}

#[test]
fn new_recovery_keys_wait_for_as_long_as_their_session_lives_and_for_it_alone() {
    let (mut world, phone, _, session) = World::with_session();
    let began = world.now;
    let new = world.names.sheet();
    world.step_up_by_code(session, phone.shows(world.now));
    assert_eq!(world.extend(Waiting::RecoveryKeys(session)), Outcome::EnrolmentExpired, "there are none yet");
    world.start_keys(session, &new);
    let other = world.sign_in(&phone).session;
    assert_eq!(world.extend(Waiting::RecoveryKeys(other)), Outcome::EnrolmentSuperseded);
    let first = world.inside().renewal.as_ref().unwrap().expires_at;
    let (times, end) = stretch(&mut world, Waiting::RecoveryKeys(session), first);
    assert!(times > 10 && end.0 <= began.0 + DAY, "{times} {end:?}");
    assert_eq!(world.complete_keys(session, new.proof()), Outcome::RecoveryKeysReplaced { set: 2 });
    assert_eq!(world.extend(Waiting::RecoveryKeys(session)), Outcome::EnrolmentExpired);
    world.wait(DAY);
    assert_eq!(world.extend(Waiting::RecoveryKeys(session)), Outcome::SessionEnded);
}

#[test]
fn a_set_up_is_made_longer_until_the_tenant_keeps_its_epoch_no_more() {
    let (mut world, session) = World::with_password();
    let (phone, sheet, until) = (world.names.phone(), world.names.sheet(), Timestamp(world.now.0 + 3 * HOUR));
    let (id, _) = world.start_set_up(session, ASIDE, &phone);
    let waiting = |epoch, id| Waiting::SetUp { session, epoch, id, until };
    let first = Timestamp(world.now.0 + 15 * MINUTE);
    let (times, end) = stretch(&mut world, waiting(ASIDE, id), first);
    assert!(times > 10, "{times}");
    assert_eq!(end, until);
    let another = world.names.enrolment();
    assert_eq!(world.extend(waiting(ASIDE, another)), Outcome::EnrolmentSuperseded);
    assert_eq!(world.extend(waiting(Epoch(6), id)), Outcome::EnrolmentSuperseded);
    world.confirm_set_up(session, ASIDE, id, phone.shows(world.now), &sheet);
    world.prepare_set_up(session, ASIDE, id, sheet.proof());
    assert_eq!(world.extend(waiting(ASIDE, id)), Outcome::EnrolmentSuperseded, "it waits for the tenant alone");
}

#[test]
fn what_owes_a_password_has_the_time_of_an_enrolment() {
    let (mut world, phone, sheet) = World::enrolled();
    world.lock(&phone);
    world.wait(HOUR);
    let (pending, began) = (world.begin(), world.now);
    assert_eq!(owes(&world.recovery_key(pending, sheet.key(1))), Some(Duty::NewPassword));
    let first = expires_at(&world, pending);
    let (times, end) = stretch(&mut world, Waiting::SignIn(pending), first);
    assert!(times >= 10 && end.0 == began.0 + 165 * MINUTE, "{times} {end:?}");
    assert!(world.grant.mode == ModeKind::Mfa);
    assert_eq!(owes(&world.replace_password(pending, "quite another password")), Some(Duty::Enrol));
}
