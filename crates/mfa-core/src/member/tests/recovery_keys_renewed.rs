//! New recovery keys from the profile (ATTACKS.md E04, E12): the old set stays good until the new one is proven saved.

use super::world::{MINUTE, World, signed_in};
use crate::member::{Event, Outcome, ProvenBy, RecoveryKeyUse};
use crate::tenant::ModeKind;

#[test]
fn the_new_set_takes_the_old_one_s_place_when_it_is_proven_saved_and_not_before() {
    let (mut world, phone, old, session) = World::with_session();
    let new = world.names.sheet();
    let owed = Outcome::StepUpOwed { by: [ProvenBy::Code, ProvenBy::RecoveryKey].to_vec() };
    assert_eq!(world.start_keys(session, &new), owed);
    world.step_up_by_code(session, phone.shows(world.now));
    assert_eq!(world.start_keys(session, &new), Outcome::RecoveryKeysIssued { set: 2 });
    let Outcome::Account(account) = world.view(session) else { panic!() };
    assert!(account.renewal);
    assert_eq!(account.recovery_keys, Some((1, 10)));

    let pending = world.begin();
    signed_in(world.recovery_key(pending, old.key(1)));
    let pending = world.begin();
    assert_eq!(world.recovery_key(pending, new.key(1)), Outcome::RecoveryKeyRefused, "not yet");

    assert_eq!(world.complete_keys(session, old.proof()), Outcome::ProofRefused);
    assert_eq!(world.complete_keys(session, new.proof()), Outcome::RecoveryKeysReplaced { set: 2 });
    assert_eq!(world.events, [Event::RecoveryKeysReplaced { set: 2 }]);
    assert_eq!(world.inside().recovery_keys.consecutive(), 0);
    assert_eq!(world.inside().newest_set, 2);
    let entered = signed_in(world.recovery_key(pending, new.key(4)));
    assert_eq!(entered.recovery, Some(RecoveryKeyUse { set: 2, number: 4, left: 9 }));
    assert_eq!(world.complete_keys(session, new.proof()), Outcome::EnrolmentExpired, "once");
    world.sign_in(&phone);
}

#[test]
fn e04_a_key_of_the_older_set_is_named_as_such_opens_nothing_and_is_no_guess() {
    let (mut world, phone, old, session) = World::with_session();
    let pending = world.begin();
    signed_in(world.recovery_key(pending, old.key(1)));
    let new = world.names.sheet();
    world.step_up_by_code(session, phone.shows(world.now));
    world.start_keys(session, &new);
    world.complete_keys(session, new.proof());

    let mut pending = world.begin();
    let lane = world.inside().recovery_keys.clone();
    for number in 1..=10 {
        let refused = Outcome::RecoveryKeyOfOlderSet { set: 1 };
        assert_eq!(world.recovery_key(pending, old.key(number)), refused, "key {number}, spent or not");
        assert_eq!(world.events, [Event::OlderRecoveryKey { set: 1 }]);
        if number % 5 == 0 {
            assert_eq!(world.recovery_key(pending, old.key(number)), Outcome::SignInExpired, "nor shown for ever");
            pending = world.begin();
        }
    }
    for number in 1..5 {
        assert_eq!(world.step_up_by_key(session, old.key(number)), Outcome::RecoveryKeyOfOlderSet { set: 1 });
    }
    assert_eq!(world.inside().recovery_keys, lane);
    assert!(world.inside().pending.iter().all(|pending| pending.failures.is_empty()));
    let mut worn_out = world.clone();
    worn_out.step_up_by_key(session, old.key(5));
    assert_eq!(worn_out.events, [Event::OlderRecoveryKey { set: 1 }, Event::SessionsEnded]);
    assert_eq!(worn_out.view(session), Outcome::SessionEnded);
    signed_in(world.recovery_key(pending, new.key(1)));

    let newest = world.names.sheet();
    world.wait(30);
    world.step_up_by_code(session, phone.shows(world.now));
    world.start_keys(session, &newest);
    world.complete_keys(session, newest.proof());
    let pending = world.begin();
    assert_eq!(world.recovery_key(pending, new.key(2)), Outcome::RecoveryKeyOfOlderSet { set: 2 });
    assert_eq!(world.recovery_key(pending, old.key(2)), Outcome::RecoveryKeyRefused, "only the last one is known");
}

#[test]
fn enrolling_anew_out_of_the_lock_remembers_the_older_set() {
    let (mut world, phone, old) = World::enrolled();
    world.lock(&phone);
    let pending = world.begin();
    world.recovery_key(pending, old.key(1));
    world.replace_password(pending, "another one, longer");
    world.enrol(pending);
    let pending = world.begin();
    assert_eq!(world.recovery_key(pending, old.key(2)), Outcome::RecoveryKeyOfOlderSet { set: 1 });
}

#[test]
fn a_later_start_replaces_an_earlier_one_and_only_its_own_session_completes_it() {
    let (mut world, phone, _, session) = World::with_session();
    let (first, second) = (world.names.sheet(), world.names.sheet());
    world.step_up_by_code(session, phone.shows(world.now));
    world.start_keys(session, &first);
    let other = world.sign_in(&phone).session;
    assert_eq!(world.start_keys(other, &second), Outcome::RecoveryKeysIssued { set: 2 });
    assert_eq!(world.complete_keys(session, first.proof()), Outcome::EnrolmentSuperseded);
    assert_eq!(world.complete_keys(session, second.proof()), Outcome::EnrolmentSuperseded);
    assert_eq!(world.complete_keys(other, first.proof()), Outcome::ProofRefused);
    assert_eq!(world.complete_keys(other, second.proof()), Outcome::RecoveryKeysReplaced { set: 2 });
}

#[test]
fn it_has_fifteen_minutes_and_ends_with_its_session() {
    let (mut world, phone, old, session) = World::with_session();
    let new = world.names.sheet();
    world.step_up_by_code(session, phone.shows(world.now));
    world.start_keys(session, &new);
    let mut late = world.clone();
    late.wait(15 * MINUTE - 1);
    assert_eq!(late.clone().complete_keys(session, new.proof()), Outcome::RecoveryKeysReplaced { set: 2 });
    late.wait(1);
    assert_eq!(late.complete_keys(session, new.proof()), Outcome::EnrolmentExpired);
    assert!(late.inside().renewal.is_none());
    world.sign_out(session);
    assert_eq!(world.complete_keys(session, new.proof()), Outcome::SessionEnded);
    let pending = world.begin();
    signed_in(world.recovery_key(pending, old.key(1)));
}

#[test]
fn there_are_none_without_mfa() {
    let (mut world, session) = World::with_password();
    let sheet = world.names.sheet();
    assert_eq!(world.start_keys(session, &sheet), Outcome::OtherMode(ModeKind::Password));
    assert_eq!(world.complete_keys(session, sheet.proof()), Outcome::EnrolmentExpired);
}
