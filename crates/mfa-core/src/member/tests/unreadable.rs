//! C10: a secret that is there but could not be opened is refused, charges nothing, and is never "not enrolled".

use super::world::{World, owes, signed_in};
use crate::member::{Duty, GuardedSecret, Outcome};

#[test]
fn c10_a_code_against_a_sealed_secret_is_unreadable_and_costs_nothing() {
    let (mut world, phone, _) = World::enrolled();
    let pending = world.begin();
    let before = world.member.clone();
    world.keys_at_hand = false;
    for passcode in [phone.shows(world.now), phone.wrong(world.now)] {
        assert_eq!(world.code(pending, passcode), Outcome::Unreadable);
        assert_eq!(world.member, before);
        assert_eq!(world.events, []);
    }
    world.keys_at_hand = true;
    signed_in(world.code(pending, phone.shows(world.now)));
}

#[test]
fn c10_a_sealed_secret_is_never_taken_for_none() {
    let (mut world, _, _) = World::enrolled();
    world.keys_at_hand = false;
    for _ in 0..3 {
        let pending = world.begin();
        assert_eq!(owes(&world.try_begin(None)), Some(Duty::Code));
        let phone = world.names.phone();
        assert_eq!(world.start(pending, &phone).1, Outcome::OtherDuty(Duty::Code));
    }
}

#[test]
fn c10_a_sealed_secret_under_enrolment_is_unreadable_and_counts_no_wrong_code() {
    let mut world = World::joined();
    let pending = world.begin();
    let (phone, sheet) = (world.names.phone(), world.names.sheet());
    let (id, _) = world.start(pending, &phone);
    let before = world.member.clone();
    world.keys_at_hand = false;
    for _ in 0..10 {
        assert_eq!(world.confirm(pending, id, phone.wrong(world.now), &sheet), Outcome::Unreadable);
        assert_eq!(world.member, before);
    }
    world.keys_at_hand = true;
    assert_eq!(world.confirm(pending, id, phone.shows(world.now), &sheet), Outcome::RecoveryKeysIssued { set: 1 });
}

#[test]
fn c10_an_enrolment_is_not_completed_with_a_secret_that_was_not_opened() {
    // It was sealed as "on its way in". Bound as it is it would never open again, and its owner would be shut out.
    let mut world = World::joined();
    let pending = world.begin();
    let (phone, sheet) = (world.names.phone(), world.names.sheet());
    let (id, _) = world.start(pending, &phone);
    world.confirm(pending, id, phone.shows(world.now), &sheet);
    world.keys_at_hand = false;
    assert_eq!(world.complete(pending, id, sheet.proof()), Outcome::Unreadable);
    world.keys_at_hand = true;
    signed_in(world.complete(pending, id, sheet.proof()));
    world.sign_in(&phone);
}

#[test]
fn what_needs_no_secret_works_without_it() {
    let (mut world, phone, sheet) = World::enrolled();
    let device = world.remember(&phone);
    world.keys_at_hand = false;
    signed_in(world.try_begin(Some(device)));
    let pending = world.begin();
    let entered = signed_in(world.recovery_key(pending, sheet.key(1)));
    assert!(matches!(world.view(entered.session), Outcome::Account(_)));
}

#[test]
fn every_secret_of_a_record_is_handed_out_to_be_sealed() {
    let mut vacant = World::vacant();
    assert_eq!(vacant.member.secrets_mut().count(), 0);
    let mut joined = World::joined();
    assert_eq!(joined.member.secrets_mut().count(), 0);
    let pending = joined.begin();
    let phone = joined.names.phone();
    joined.start(pending, &phone);
    assert_eq!(joined.member.secrets_mut().count(), 1);

    let (mut world, phone, sheet) = World::enrolled();
    world.lock(&phone);
    let pending = world.begin();
    world.recovery_key(pending, sheet.key(1));
    world.replace_password(pending, "another one, longer");
    let new_phone = world.names.phone();
    world.start(pending, &new_phone);
    assert_eq!(world.member.secrets_mut().count(), 2, "the one bound and the one on its way");
    assert!(world.member.secrets_mut().all(|(_, _, secret)| matches!(secret, GuardedSecret::Sealed(_))));
}
