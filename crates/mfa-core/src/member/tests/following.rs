//! Following the tenant: the sweep, the receipt, the removed, and what the directory shows.

use super::world::{DAY, HOUR, PASSWORD, World, owes, signed_in};
use crate::member::state::Factor;
use crate::member::{Duty, Event, Generation, Outcome, Summary, Wiped};
use crate::tenant::{Epoch, ModeKind};
use crate::time::Timestamp;

fn followed(outcome: Outcome) -> Wiped {
    match outcome {
        Outcome::Followed { wiped } => wiped,
        other => panic!("not followed: {other:?}"),
    }
}

#[test]
fn g04_after_switching_off_the_sweep_leaves_nothing_that_opens_and_counts_what_there_was() {
    let (mut world, phone, sheet) = World::enrolled();
    world.remember(&phone);
    world.remember(&phone);
    let pending = world.begin();
    signed_in(world.recovery_key(pending, sheet.key(1)));
    let sessions = u8::try_from(world.inside().sessions.len()).unwrap();
    world.switch(ModeKind::Password);
    let wiped = Wiped { authenticators: 1, recovery_keys: 10, devices: 2, sessions };
    for _ in 0..3 {
        assert_eq!(followed(world.follow()), wiped, "and again");
    }
    assert_eq!(world.inside().factor, Factor::None);
    assert_eq!(world.member.secrets_mut().count(), 0);
    signed_in(world.try_begin(None));
    assert_eq!(followed(world.follow()), wiped, "she has signed in since; the receipt is about the epoch");
}

#[test]
fn whoever_passed_on_her_own_is_counted_all_the_same() {
    let (mut world, _, _) = World::enrolled();
    world.switch(ModeKind::Password);
    signed_in(world.try_begin(None));
    assert_eq!(followed(world.follow()).authenticators, 1);
    world.switch(ModeKind::Mfa);
    assert_eq!(followed(world.follow()), Wiped { sessions: 1, ..Wiped::default() });
    world.grant.epoch = Epoch(2);
    assert_eq!(world.follow(), Outcome::StaleGrant);
}

#[test]
fn every_digest_is_counted_spent_older_and_on_its_way() {
    let (mut world, phone, _, session) = World::with_session();
    for _ in 0..2 {
        let sheet = world.names.sheet();
        world.wait(30);
        world.step_up_by_code(session, phone.shows(world.now));
        world.start_keys(session, &sheet);
        world.complete_keys(session, sheet.proof());
    }
    let sheet = world.names.sheet();
    world.start_keys(session, &sheet);
    world.switch(ModeKind::Password);
    assert_eq!(followed(world.follow()).recovery_keys, 30);
}

#[test]
fn nobody_follows_with_nothing() {
    assert_eq!(World::vacant().follow(), Outcome::Followed { wiped: Wiped::default() });
    let (mut world, _, _) = World::enrolled();
    let before = world.member.clone();
    world.grant.generation = Generation(2);
    world.switch(ModeKind::Password);
    assert_eq!(followed(world.follow()), Wiped::default());
    assert_eq!(world.member, before, "a word about somebody else");
}

#[test]
fn g11_who_has_left_cannot_get_in_by_anything() {
    let (mut world, phone, sheet, session) = World::with_session();
    let device = world.remember(&phone);
    let link = world.burnt_notice(&phone);
    let pending = world.begin();
    world.wait(30);
    let told = world.inside().sessions.clone();
    assert_eq!(world.leave(), Outcome::Left);
    assert_eq!(world.events, [Event::Left]);
    assert_eq!(world.leave(), Outcome::Left);
    assert_eq!(world.events, [], "once");

    assert!(world.member.joined().is_none());
    assert_eq!(world.member.secrets_mut().count(), 0);
    assert_eq!(world.member.summary(), None);
    assert!(told.iter().all(|live| world.member.revoked().sessions.contains(&(live.id, live.ends_at))));
    assert_eq!(world.check_password(PASSWORD, Some(device)), Outcome::SignInRefused);
    assert_eq!(world.events, [], "nobody's name");
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::SignInExpired);
    assert_eq!(world.recovery_key(pending, sheet.key(1)), Outcome::SignInExpired);
    assert_eq!(world.view(session), Outcome::SessionEnded);
    assert_eq!(world.preview(link), Outcome::LinkRefused);
    assert_eq!(world.issue_link(), Outcome::LinkRefused);
    assert_eq!(world.join(), Outcome::AlreadyJoined, "not by the same invitation");
    assert_eq!(followed(world.follow()), Wiped::default());
    world.switch(ModeKind::External);
    assert_eq!(world.begin_external(world.now), Outcome::SignInRefused);
}

#[test]
fn g10_an_invitation_that_was_withdrawn_is_not_accepted_however_late_that_arrives() {
    let mut nobody = World::vacant();
    assert_eq!(nobody.leave(), Outcome::Left);
    assert_eq!(nobody.events, []);
    assert_eq!(nobody.join(), Outcome::AlreadyJoined);
    let (mut world, _, _) = World::enrolled();
    world.grant.generation = Generation(2);
    assert_eq!(world.leave(), Outcome::Left);
    assert_eq!(world.join(), Outcome::AlreadyJoined);
    world.grant.generation = Generation(3);
    assert_eq!(world.join(), Outcome::Joined);
}

#[test]
fn g12_a_later_bearer_is_not_touched_however_late_it_arrives() {
    let (mut world, _, _) = World::enrolled();
    let removed = world.grant.generation;
    world.grant.generation = Generation(2);
    world.join();
    let before = world.member.clone();
    let outcome = world.ask(crate::member::Command::Leave { generation: removed });
    assert_eq!((outcome, &world.member), (Outcome::Left, &before));
    assert_eq!(world.events, []);
    assert_eq!(owes(&world.try_begin(None)), Some(Duty::Enrol));
}

#[test]
fn g12_who_comes_after_one_who_left_is_protected_by_what_is_kept() {
    let (mut world, _, _, session) = World::with_session();
    world.grant.epoch = Epoch(4);
    world.follow();
    let Outcome::PasswordRight { version: judged, .. } = world.check_password(PASSWORD, None) else { panic!() };
    world.leave();
    world.grant.generation = Generation(2);
    assert_eq!(world.join(), Outcome::Joined);
    assert!(world.member.revoked().sessions.iter().any(|(id, _)| *id == session), "edges go on being told");
    let late = crate::member::Command::BeginSignIn { grant: world.grant, password_version: judged, device: None };
    assert_eq!(world.ask(late), Outcome::SignInRefused);
    world.grant.epoch = Epoch(3);
    assert_eq!(world.follow(), Outcome::StaleGrant);
}

#[test]
fn what_is_kept_of_one_who_left_is_forgotten_when_edges_need_it_no_more() {
    let (mut world, _, _, _) = World::with_session();
    world.leave();
    assert!(!world.member.revoked().sessions.is_empty());
    world.wait(DAY);
    world.sweep();
    assert!(world.member.revoked().sessions.is_empty());
    assert_eq!(world.member.standing(), Some((Generation(1), Epoch(1))));
}

#[test]
fn the_directory_sees_how_things_stand_and_no_secret() {
    assert_eq!(World::vacant().member.summary(), None);
    let mut world = World::joined();
    let nothing_yet = Summary {
        generation: Generation(1),
        epoch: Epoch(1),
        enrolled_at: None,
        locked: false,
        recovery_keys_left: None,
        last_sign_in_at: None,
        signed_in_until: Timestamp(0),
    };
    assert_eq!(world.member.summary(), Some(nothing_yet));
    let pending = world.begin();
    let enrolled_at = world.now;
    let (_, sheet) = world.enrol(pending);
    world.wait(HOUR);
    let pending = world.begin();
    let entered = signed_in(world.recovery_key(pending, sheet.key(5)));
    let expected = Summary {
        epoch: Epoch(1),
        enrolled_at: Some(enrolled_at),
        recovery_keys_left: Some(9),
        last_sign_in_at: Some(world.now),
        signed_in_until: entered.ends_at,
        ..nothing_yet
    };
    assert_eq!(world.member.summary(), Some(expected));
    world.sign_out(entered.session);
    let first = Timestamp(enrolled_at.0 + DAY);
    assert_eq!(world.member.summary().unwrap().signed_in_until, first);
}
