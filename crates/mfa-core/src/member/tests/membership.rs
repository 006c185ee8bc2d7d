//! Who bears the name (ATTACKS.md G10 to G12): a later generation is somebody new, who inherits nothing.

use std::vec::Vec;

use super::people::verifier;
use super::world::{PASSWORD, World, owes, signed_in};
use crate::member::Event;
use crate::member::state::Factor;
use crate::member::{Command, Duty, Generation, Grant, Outcome};
use crate::tenant::{Epoch, ModeKind};
use crate::throttle::Lane;

#[test]
fn g10_an_invitation_is_accepted_once_and_its_first_password_stays() {
    let mut world = World::joined();
    assert_eq!(world.events, [Event::Joined]);
    let verifier = verifier("the second");
    let before = world.member.clone();
    for generation in [0, 1].map(Generation) {
        let again = Command::Join { generation, epoch: Epoch::FIRST, verifier: verifier.clone() };
        assert_eq!(world.ask(again), Outcome::AlreadyJoined);
        assert_eq!(world.member, before);
        assert_eq!(world.events, []);
    }
    assert_eq!(world.check_password("the second", None), Outcome::SignInRefused);
    assert!(matches!(world.check_password(PASSWORD, None), Outcome::PasswordRight { .. }));
}

#[test]
fn g10_an_older_invitation_does_not_bring_an_earlier_bearer_back() {
    let mut world = World::vacant();
    world.grant.generation = Generation(3);
    world.join();
    let verifier = verifier("old");
    let older = Command::Join { generation: Generation(2), epoch: Epoch::FIRST, verifier };
    assert_eq!(world.ask(older), Outcome::AlreadyJoined);
}

#[test]
fn g11_who_is_removed_gets_no_further_than_the_password() {
    // The tenant's word on somebody removed and not invited again names a generation that nobody here bears.
    let (mut world, phone, sheet) = World::enrolled();
    let device = world.remember(&phone);
    let session = world.sign_in(&phone).session;
    let pending = world.begin();
    world.wait(30);
    let before = world.member.clone();
    world.grant.generation = Generation(2);
    assert_eq!(world.try_begin(Some(device)), Outcome::SignInRefused);
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::SignInExpired);
    assert_eq!(world.recovery_key(pending, sheet.key(1)), Outcome::SignInExpired);
    assert_eq!(world.view(session), Outcome::SessionEnded);
    assert_eq!(world.member, before);
}

#[test]
fn g12_who_is_invited_again_inherits_nothing() {
    let (mut world, phone, sheet) = World::enrolled();
    let device = world.remember(&phone);
    let session = world.sign_in(&phone).session;
    for _ in 0..3 {
        world.guess(&phone);
        world.check_password("wrong", None);
    }
    let pending = world.begin();
    world.grant.generation = Generation(2);
    world.password = "a new person's".into();
    assert_eq!(world.join(), Outcome::Joined);

    assert_eq!(world.member.strangers, Lane::default());
    let inside = world.inside();
    assert_eq!(inside.generation, Generation(2));
    assert_eq!(inside.factor, Factor::None);
    assert_eq!((&inside.codes, &inside.recovery_keys), (&Lane::default(), &Lane::default()));
    assert_eq!(inside.enrolment, None);
    assert!(inside.pending.is_empty() && inside.devices.is_empty() && inside.sessions.is_empty());

    assert_eq!(world.check_password(PASSWORD, None), Outcome::SignInRefused);
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::SignInExpired);
    assert_eq!(world.recovery_key(pending, sheet.key(1)), Outcome::SignInExpired);
    assert_eq!(world.view(session), Outcome::SessionEnded);
    assert_eq!(world.sign_out(session), Outcome::SessionEnded);
    assert_eq!(owes(&world.try_begin(Some(device))), Some(Duty::Enrol));
}

#[test]
fn g12_a_password_judged_for_an_earlier_bearer_begins_nothing_for_the_next() {
    // Right password of generation 1 … removed, invited again, joined … and only now the sign-in goes on,
    // with the tenant's word on generation 2 in hand.
    let mut world = World::vacant();
    world.grant.mode = ModeKind::Password;
    world.join();
    let Outcome::PasswordRight { version, .. } = world.check_password(PASSWORD, None) else { panic!() };
    world.grant.generation = Generation(2);
    world.password = "a new person has it".into();
    world.join();
    let late = Command::BeginSignIn { grant: world.grant, password_version: version, device: None };
    assert_eq!(world.ask(late), Outcome::SignInRefused);
    signed_in(world.try_begin(None));
}

#[test]
fn g12_edges_go_on_being_told_of_the_earlier_bearer_s_sessions() {
    let (mut world, phone, _) = World::enrolled();
    let left = world.sign_in(&phone);
    world.sign_out(left.session);
    let live: Vec<_> = world.inside().sessions.iter().map(|session| (session.id, session.ends_at)).collect();
    assert!(!live.is_empty());
    world.grant.generation = Generation(2);
    world.join();
    let told = world.member.revoked().sessions;
    assert!(told.contains(&(left.session, left.ends_at)), "what was revoked stays revoked");
    assert!(live.iter().all(|session| told.contains(session)), "what was live is revoked");
}

#[test]
fn g06_a_new_bearer_does_not_make_the_record_forget_which_epoch_it_has_seen() {
    let (mut world, _, _) = World::enrolled();
    world.grant.epoch = Epoch(5);
    world.begin();
    world.grant.generation = Generation(2);
    world.join();
    let stale = Grant { epoch: Epoch(4), mode: ModeKind::Password, ..world.grant };
    let outcome = world.ask(Command::BeginSignIn { grant: stale, password_version: 1, device: None });
    assert_eq!(outcome, Outcome::StaleGrant);
}

#[test]
fn nobody_yet_is_refused_everywhere() {
    let mut world = World::vacant();
    let (nobody, session, phone, sheet) =
        (world.names.token(), world.fresh.session, world.names.phone(), world.names.sheet());
    assert_eq!(world.check_password(PASSWORD, None), Outcome::SignInRefused);
    let (id, started) = world.start(nobody, &phone);
    assert_eq!(started, Outcome::SignInExpired);
    assert_eq!(world.code(nobody, phone.shows(world.now)), Outcome::SignInExpired);
    assert_eq!(world.recovery_key(nobody, sheet.key(1)), Outcome::SignInExpired);
    assert_eq!(world.replace_password(nobody, "new"), Outcome::SignInExpired);
    assert_eq!(world.confirm(nobody, id, phone.shows(world.now), &sheet), Outcome::SignInExpired);
    assert_eq!(world.renew(nobody, id, &sheet), Outcome::SignInExpired);
    assert_eq!(world.complete(nobody, id, sheet.proof()), Outcome::SignInExpired);
    assert_eq!(world.view(session), Outcome::SessionEnded);
    for version in [0, 1] {
        let begin = Command::BeginSignIn { grant: world.grant, password_version: version, device: None };
        assert_eq!(world.ask(begin), Outcome::SignInRefused);
    }
    assert_eq!(world.member.standing(), None);
    assert!(world.member.revoked().sessions.is_empty());
}

#[test]
fn the_hash_of_nobody_is_no_way_in() {
    let mut world = World::vacant();
    for output in [[0; 32], [255; 32]] {
        let check = Command::CheckPassword { scheme: "".into(), output, renewed: None, device: None, browser: None };
        assert_eq!(world.ask(check), Outcome::SignInRefused);
    }
    assert_eq!(world.member.strangers.consecutive(), 2);
}
