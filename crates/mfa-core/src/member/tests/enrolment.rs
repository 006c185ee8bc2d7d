//! Enrolment (ATTACKS.md section D): a secret shown once, to whom it is owed, bound only when it is complete.

use std::vec::Vec;

use super::world::{HOUR, MINUTE, World, owes, signed_in};
use crate::member::Event;
use crate::member::state::Factor;
use crate::member::{Command, Duty, EnrolmentId, Outcome};
use crate::time::Timestamp;

#[test]
fn d01_d02_a_pending_sign_in_that_owes_a_code_can_neither_see_nor_set_a_secret() {
    let (mut world, phone, sheet) = World::enrolled();
    let pending = world.begin();
    let before = world.member.clone();
    let other = world.names.phone();
    let (id, started) = world.start(pending, &other);
    assert_eq!(started, Outcome::OtherDuty(Duty::Code));
    assert_eq!(world.confirm(pending, id, other.shows(world.now), &sheet), Outcome::OtherDuty(Duty::Code));
    assert_eq!(world.renew(pending, id, &sheet), Outcome::OtherDuty(Duty::Code));
    assert_eq!(world.complete(pending, id, sheet.proof()), Outcome::OtherDuty(Duty::Code));
    assert_eq!(world.replace_password(pending, "another"), Outcome::OtherDuty(Duty::Code));
    assert_eq!(world.member, before);
    signed_in(world.code(pending, phone.shows(world.now)));
}

#[test]
fn d02_nobody_enrols_without_a_pending_sign_in() {
    let mut world = World::joined();
    let (nobody, phone, sheet) = (world.names.token(), world.names.phone(), world.names.sheet());
    let (id, started) = world.start(nobody, &phone);
    assert_eq!(started, Outcome::SignInExpired);
    assert_eq!(world.confirm(nobody, id, phone.shows(world.now), &sheet), Outcome::SignInExpired);
    assert_eq!(world.renew(nobody, id, &sheet), Outcome::SignInExpired);
    assert_eq!(world.complete(nobody, id, sheet.proof()), Outcome::SignInExpired);
    assert_eq!(world.replace_password(nobody, "another"), Outcome::SignInExpired);
    assert!(world.inside().enrolment.is_none());
}

#[test]
fn d03_the_secret_that_is_bound_is_the_one_that_was_shown() {
    let mut world = World::joined();
    let pending = world.begin();
    let (phone, other, sheet) = (world.names.phone(), world.names.phone(), world.names.sheet());
    let (id, _) = world.start(pending, &phone);
    assert_eq!(world.confirm(pending, id, other.shows(world.now), &sheet), Outcome::CodeRefused);
    world.confirm(pending, id, phone.shows(world.now), &sheet);
    let entered = signed_in(world.complete(pending, id, sheet.proof()));
    assert_eq!(entered.methods.names().collect::<std::vec::Vec<_>>(), ["pwd", "otp"]);
    assert_eq!(world.events, [Event::Enrolled { set: 1 }, Event::SignedIn { methods: entered.methods }]);
    world.sign_in(&phone);
}

#[test]
fn d05_the_latest_start_wins_and_a_code_of_an_earlier_one_is_stale() {
    let mut world = World::joined();
    let (tab_a, tab_b) = (world.begin(), world.begin());
    let (phone_a, phone_b, sheet) = (world.names.phone(), world.names.phone(), world.names.sheet());
    let (id_a, _) = world.start(tab_a, &phone_a);
    let (id_b, _) = world.start(tab_b, &phone_b);
    assert_eq!(world.confirm(tab_a, id_a, phone_a.shows(world.now), &sheet), Outcome::EnrolmentSuperseded);
    assert_eq!(world.confirm(tab_b, id_a, phone_b.shows(world.now), &sheet), Outcome::EnrolmentSuperseded);
    assert_eq!(world.confirm(tab_a, id_b, phone_b.shows(world.now), &sheet), Outcome::EnrolmentSuperseded);
    assert_eq!(world.confirm(tab_b, id_b, phone_a.shows(world.now), &sheet), Outcome::CodeRefused);
    let issued = Outcome::RecoveryKeysIssued { set: 1 };
    assert_eq!(world.confirm(tab_b, id_b, phone_b.shows(world.now), &sheet), issued);
}

#[test]
fn d05_starting_again_on_the_same_page_counts_as_later() {
    let mut world = World::joined();
    let pending = world.begin();
    let (first, second, sheet) = (world.names.phone(), world.names.phone(), world.names.sheet());
    let (first_id, _) = world.start(pending, &first);
    let (second_id, _) = world.start(pending, &second);
    assert_eq!(world.confirm(pending, first_id, first.shows(world.now), &sheet), Outcome::EnrolmentSuperseded);
    assert_eq!(world.confirm(pending, second_id, first.shows(world.now), &sheet), Outcome::CodeRefused);
    let issued = world.confirm(pending, second_id, second.shows(world.now), &sheet);
    assert_eq!(issued, Outcome::RecoveryKeysIssued { set: 1 });
}

#[test]
fn d06_an_enrolment_that_is_not_complete_binds_nothing() {
    let mut world = World::joined();
    let pending = world.begin();
    let (phone, sheet) = (world.names.phone(), world.names.sheet());
    let (id, _) = world.start(pending, &phone);
    assert_eq!(owes(&world.try_begin(None)), Some(Duty::Enrol), "after the start");
    world.confirm(pending, id, phone.shows(world.now), &sheet);
    assert_eq!(owes(&world.try_begin(None)), Some(Duty::Enrol), "after the first code");
    let wrong_proof = world.names.sheet().proof();
    assert_eq!(world.complete(pending, id, wrong_proof), Outcome::ProofRefused);
    assert_eq!(owes(&world.try_begin(None)), Some(Duty::Enrol), "after a wrong proof");
    assert_eq!(world.inside().factor, Factor::None);
    let other = world.begin();
    assert_eq!(world.complete(other, id, sheet.proof()), Outcome::EnrolmentSuperseded, "on another sign-in");
    signed_in(world.complete(pending, id, sheet.proof()));
}

#[test]
fn no_step_of_an_enrolment_can_be_skipped() {
    let mut world = World::joined();
    let pending = world.begin();
    let (phone, sheet) = (world.names.phone(), world.names.sheet());
    let none = EnrolmentId([0; 16]);
    assert_eq!(world.confirm(pending, none, phone.shows(world.now), &sheet), Outcome::EnrolmentExpired);
    let (id, _) = world.start(pending, &phone);
    assert_eq!(world.renew(pending, id, &sheet), Outcome::OtherDuty(Duty::Enrol));
    assert_eq!(world.complete(pending, id, sheet.proof()), Outcome::OtherDuty(Duty::Enrol));
    assert_eq!(world.inside().factor, Factor::None);
}

#[test]
fn d07_an_enrolment_has_fifteen_minutes_and_its_secret_is_erased_with_it() {
    for (waited, expected) in
        [(15 * MINUTE - 1, Outcome::RecoveryKeysIssued { set: 1 }), (15 * MINUTE, Outcome::SignInExpired)]
    {
        let mut world = World::joined();
        let pending = world.begin();
        let (phone, sheet) = (world.names.phone(), world.names.sheet());
        let (id, started) = world.start(pending, &phone);
        let expires_at = Timestamp(world.now.0 + 15 * MINUTE);
        assert_eq!(started, Outcome::EnrolmentStarted { expires_at, set: 1 });
        world.wait(waited);
        assert_eq!(world.confirm(pending, id, phone.shows(world.now), &sheet), expected);
        assert_eq!(world.inside().enrolment.is_none(), waited == 15 * MINUTE);
    }
}

#[test]
fn d07_whoever_goes_on_starting_is_sent_back_to_the_password_in_the_end() {
    let mut world = World::joined();
    let pending = world.begin();
    let began = world.now;
    let phone = world.names.phone();
    let last = (0..200)
        .map_while(|_| {
            let (_, started) = world.start(pending, &phone);
            world.wait(MINUTE);
            matches!(started, Outcome::EnrolmentStarted { .. }).then_some(world.now.0 - MINUTE)
        })
        .last();
    assert_eq!(last, Some(began.0 + 2 * HOUR + 45 * MINUTE - MINUTE));
}

#[test]
fn the_fifth_wrong_code_ends_an_enrolment_and_costs_no_budget() {
    let mut world = World::joined();
    let pending = world.begin();
    let (phone, sheet) = (world.names.phone(), world.names.sheet());
    let (id, _) = world.start(pending, &phone);
    for _ in 1..5 {
        assert_eq!(world.confirm(pending, id, phone.wrong(world.now), &sheet), Outcome::CodeRefused);
    }
    assert_eq!(world.confirm(pending, id, phone.wrong(world.now), &sheet), Outcome::EnrolmentExpired);
    assert_eq!(world.events, [Event::EnrolmentFailed]);
    assert_eq!(world.confirm(pending, id, phone.shows(world.now), &sheet), Outcome::EnrolmentExpired);
    assert_eq!(world.inside().codes, Default::default());
    world.enrol(pending);
}

#[test]
fn d15_of_two_tabs_that_confirm_one_wins_and_there_is_one_set_of_keys() {
    let mut world = World::joined();
    let pending = world.begin();
    let (phone, shown, never_shown) = (world.names.phone(), world.names.sheet(), world.names.sheet());
    let (id, _) = world.start(pending, &phone);
    let code = phone.shows(world.now);
    assert_eq!(world.confirm(pending, id, code.clone(), &shown), Outcome::RecoveryKeysIssued { set: 1 });
    assert_eq!(world.confirm(pending, id, code, &never_shown), Outcome::EnrolmentSuperseded);
    assert_eq!(world.complete(pending, id, never_shown.proof()), Outcome::ProofRefused);
    signed_in(world.complete(pending, id, shown.proof()));
    assert_eq!(world.complete(pending, id, shown.proof()), Outcome::SignInExpired, "completed once");
}

#[test]
fn keys_that_were_lost_before_their_proof_are_replaced_whole() {
    let mut world = World::joined();
    let pending = world.begin();
    let (phone, lost, renewed) = (world.names.phone(), world.names.sheet(), world.names.sheet());
    let (id, _) = world.start(pending, &phone);
    world.confirm(pending, id, phone.shows(world.now), &lost);
    assert_eq!(world.renew(pending, id, &renewed), Outcome::RecoveryKeysIssued { set: 1 });
    assert_eq!(world.renew(pending, EnrolmentId([0; 16]), &lost), Outcome::EnrolmentSuperseded);
    assert_eq!(world.complete(pending, id, lost.proof()), Outcome::ProofRefused);
    signed_in(world.complete(pending, id, renewed.proof()));
    let pending = world.begin();
    assert_eq!(world.recovery_key(pending, lost.key(1)), Outcome::RecoveryKeyRefused);
    signed_in(world.recovery_key(pending, renewed.key(1)));
}

#[test]
fn d02_a_completed_enrolment_is_not_completed_or_started_again() {
    let (mut world, phone, sheet) = World::enrolled();
    let bound = world.inside().factor.clone();
    let pending = world.begin();
    let id = EnrolmentId([1; 16]);
    let grant = world.grant;
    for command in [
        Command::StartEnrolment { grant, pending, id, secret: world.names.phone().scanned() },
        Command::RenewRecoveryKeys { grant, pending, id, keys: sheet.issued() },
        Command::CompleteEnrolment { grant, pending, id, proof: sheet.proof() },
    ] {
        assert_eq!(world.ask(command), Outcome::OtherDuty(Duty::Code));
        assert_eq!(world.inside().factor, bound);
    }
    world.sign_in(&phone);
}

#[test]
fn beginning_again_and_again_is_noted_once_for_a_sign_in() {
    let mut world = World::joined();
    let (first, second) = (world.begin(), world.begin());
    let mut noted = Vec::new();
    for pending in [first, first, first, second, second] {
        let phone = world.names.phone();
        assert!(matches!(world.start(pending, &phone).1, Outcome::EnrolmentStarted { .. }));
        noted.push(world.events.contains(&Event::EnrolmentStarted));
    }
    assert_eq!(noted, [true, false, false, true, false]);
}
