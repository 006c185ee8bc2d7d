//! Sessions: how many, how long, and who is told when one ends before its time.

use std::vec::Vec;

use super::world::{DAY, HOUR, World, laptop, signed_in};
use crate::member::Event;
use crate::member::{Device, Outcome, Proven, ProvenBy, SessionId};
use crate::policy;
use crate::tenant::{Epoch, ModeKind};
use crate::time::Timestamp;

#[test]
fn a_session_lives_a_day_and_no_longer() {
    let (mut world, phone, _) = World::enrolled();
    let entered = world.sign_in(&phone);
    assert_eq!(entered.ends_at, Timestamp(world.now.0 + DAY));
    world.wait(DAY - 1);
    assert!(matches!(world.view(entered.session), Outcome::Account(_)));
    world.wait(1);
    assert_eq!(world.view(entered.session), Outcome::SessionEnded);
    assert_eq!(world.sign_out(entered.session), Outcome::SessionEnded);
    assert!(world.inside().sessions.is_empty());
}

#[test]
fn a_session_that_is_signed_out_is_over_and_edges_are_told_until_its_token_dies() {
    let (mut world, phone, _) = World::enrolled();
    let entered = world.sign_in(&phone);
    assert_eq!(world.sign_out(entered.session), Outcome::SignedOut);
    assert_eq!(world.events, [Event::SignedOut]);
    assert_eq!(world.sign_out(entered.session), Outcome::SessionEnded);
    assert_eq!(world.view(entered.session), Outcome::SessionEnded);
    assert!(world.member.revoked().sessions.contains(&(entered.session, entered.ends_at)));
    world.now = entered.ends_at;
    world.sweep();
    assert!(world.member.revoked().sessions.is_empty());
}

#[test]
fn at_most_twenty_sessions_and_the_oldest_gives_way() {
    let (mut world, phone, _) = World::enrolled();
    world.wait(DAY);
    let entered: Vec<_> = (0..21).map(|_| world.sign_in(&phone)).collect();
    assert_eq!(world.inside().sessions.len(), 20);
    assert_eq!(world.view(entered[0].session), Outcome::SessionEnded);
    assert_eq!(world.member.revoked().sessions, [(entered[0].session, entered[0].ends_at)]);
    assert!(matches!(world.view(entered[1].session), Outcome::Account(_)));
}

#[test]
fn signing_in_and_out_all_day_does_not_make_the_record_grow_without_end() {
    let mut world = World::vacant();
    world.grant.mode = ModeKind::Password;
    world.join();
    for seconds_between in [0, 1, 60] {
        let mut world = world.clone();
        let mut ended = Vec::new();
        for _ in 0..500 {
            let entered = signed_in(world.try_begin(None));
            world.sign_out(entered.session);
            ended.push(entered);
            world.wait(seconds_between);
        }
        let revoked = world.member.revoked();
        assert!(revoked.sessions.len() <= policy::REVOKED_SESSIONS, "{} kept", revoked.sessions.len());
        for session in ended.iter().filter(|session| session.ends_at > world.now) {
            let named = revoked.sessions.contains(&(session.session, session.ends_at));
            assert!(named || session.ends_at <= revoked.up_to, "one that ended early is not told");
        }
    }
}

#[test]
fn a_time_that_covers_old_sessions_ends_the_live_ones_it_covers_and_is_forgotten_with_them() {
    let mut world = World::vacant();
    world.grant.mode = ModeKind::Password;
    world.join();
    let oldest = signed_in(world.try_begin(None));
    world.wait(1);
    for _ in 0..=policy::REVOKED_SESSIONS {
        world.wait(1);
        let entered = signed_in(world.try_begin(None));
        world.sign_out(entered.session);
    }
    let young = signed_in(world.try_begin(None));
    let up_to = world.member.revoked().up_to;
    assert!(oldest.ends_at <= up_to && up_to < young.ends_at);
    assert_eq!(world.view(oldest.session), Outcome::SessionEnded);
    assert!(matches!(world.view(young.session), Outcome::Account(_)));
    world.now = Timestamp(up_to.0 - 1);
    world.sweep();
    assert_eq!(world.member.revoked().up_to, up_to);
    world.wait(1);
    world.sweep();
    assert_eq!(world.member.revoked().up_to, Timestamp(0));
}

#[test]
fn a_hundred_ended_sessions_are_named_and_the_next_covers_the_oldest_and_all_of_its_second() {
    let mut world = World::vacant();
    world.grant.mode = ModeKind::Password;
    world.join();
    let twin = signed_in(world.try_begin(None));
    let end_one = |world: &mut World| {
        let entered = signed_in(world.try_begin(None));
        world.sign_out(entered.session);
        (entered.session, entered.ends_at)
    };
    let mut ended = Vec::from([end_one(&mut world)]);
    for _ in 1..policy::REVOKED_SESSIONS {
        ended.push(end_one(&mut world));
        world.wait(1);
    }
    let revoked = world.member.revoked();
    assert_eq!((revoked.up_to, revoked.sessions), (Timestamp(0), ended.clone()));
    assert!(matches!(world.view(twin.session), Outcome::Account(_)));

    let young = signed_in(world.try_begin(None));
    ended.push(end_one(&mut world));
    let revoked = world.member.revoked();
    assert_eq!(ended[0].1, ended[1].1);
    assert_eq!((revoked.up_to, revoked.sessions.as_slice()), (ended[0].1, &ended[2..]));
    assert_eq!(world.view(twin.session), Outcome::SessionEnded, "covered, for every edge: so here too");
    assert!(matches!(world.view(young.session), Outcome::Account(_)));
}

#[test]
fn a_clock_that_is_turned_back_brings_no_covered_session_back() {
    let mut world = World::vacant();
    world.grant.mode = ModeKind::Password;
    world.join();
    let flood = |world: &mut World| {
        for _ in 0..=policy::REVOKED_SESSIONS {
            let entered = signed_in(world.try_begin(None));
            world.sign_out(entered.session);
        }
        world.member.revoked().up_to
    };
    let covered = flood(&mut world);
    assert_ne!(covered, Timestamp(0));
    world.now = Timestamp(world.now.0 - 60);
    assert!(flood(&mut world) >= covered);
}

#[test]
fn nobody_else_s_session_is_looked_into_or_ended() {
    let (mut world, _, _) = World::enrolled();
    let before = world.member.clone();
    assert_eq!(world.view(SessionId([0; 16])), Outcome::SessionEnded);
    assert_eq!(world.sign_out(SessionId([0; 16])), Outcome::SessionEnded);
    assert_eq!(world.member, before);
    let mut nobody = World::vacant();
    assert_eq!(nobody.view(SessionId([0; 16])), Outcome::SessionEnded);
    assert_eq!(nobody.sign_out(SessionId([0; 16])), Outcome::SessionEnded);
}

#[test]
fn c13_binding_an_authenticator_ends_every_session_and_device() {
    let (mut world, phone, sheet) = World::enrolled();
    let device = world.remember(&phone);
    let sessions: Vec<_> = world.inside().sessions.iter().map(|session| (session.id, session.ends_at)).collect();
    assert_eq!(sessions.len(), 2);
    // By hand, as an administrator's reset will leave it: no factor, everything else as it was.
    world.inside_mut().factor = crate::member::state::Factor::None;
    let pending = world.begin();
    let phone = world.names.phone();
    let entered = world.enrol_with(pending, &phone, &sheet);
    let live: Vec<_> = world.inside().sessions.iter().map(|session| session.id).collect();
    assert_eq!(live, [entered.session], "only the one that enrolled");
    assert!(sessions.iter().all(|session| world.member.revoked().sessions.contains(session)));
    assert!(world.inside().devices.is_empty());
    assert!(world.inside().pending.is_empty());
    assert!(matches!(world.try_begin(Some(device)), Outcome::Owes { .. }), "the device asks for a code again");
}

#[test]
fn the_account_says_what_is_there_and_no_more() {
    let (mut world, phone, sheet) = World::enrolled();
    let enrolled_at = world.now.saturating_sub(crate::time::Seconds(HOUR));
    let device = world.remember(&phone);
    let remembered_at = world.now;
    let pending = world.begin();
    let entered = signed_in(world.recovery_key(pending, sheet.key(4)));
    let Outcome::Account(account) = world.view(entered.session) else { panic!() };
    assert_eq!(account.enrolled_at, Some(enrolled_at));
    assert_eq!(account.recovery_keys, Some((1, 9)));
    let until = Timestamp(remembered_at.0 + 30 * DAY);
    let listed = Device { id: device.id, label: laptop(), remembered_at, last_used_at: remembered_at, until };
    assert_eq!(account.devices, [listed]);
    let proven = Some(Proven { at: world.now, by: ProvenBy::RecoveryKey });
    assert_eq!((account.proven, account.sessions), (proven, 3));
    assert_eq!((account.locked, account.password_burnt, account.renewal), (false, false, false));
    assert_eq!(world.events, []);
}

#[test]
fn she_ends_every_session_but_the_one_she_is_in() {
    let (mut world, phone, _) = World::enrolled();
    let others = [world.sign_in(&phone).session, world.sign_in(&phone).session];
    let mine = world.sign_in(&phone).session;
    assert_eq!(world.end_others(mine), Outcome::SessionsEnded);
    assert_eq!(world.events, [Event::SessionsEnded]);
    assert!(matches!(world.view(mine), Outcome::Account(_)));
    for other in others {
        assert_eq!(world.view(other), Outcome::SessionEnded);
        assert_eq!(world.end_others(other), Outcome::SessionEnded, "and it ends no other");
        assert!(world.member.revoked().sessions.iter().any(|(id, _)| *id == other));
    }
    assert!(matches!(world.view(mine), Outcome::Account(_)));
}

#[test]
fn what_was_begun_in_a_session_that_she_ends_is_over_and_what_was_begun_in_hers_goes_on() {
    let (mut world, phone, _) = World::enrolled();
    let sessions = [world.sign_in(&phone).session, world.sign_in(&phone).session];
    let sheet = world.names.sheet();
    let issued = world.start_keys(sessions[1], &sheet);
    assert!(matches!(issued, Outcome::RecoveryKeysIssued { .. }), "{issued:?}");
    for (mine, goes_on) in [(sessions[0], false), (sessions[1], true)] {
        let mut world = world.clone();
        world.end_others(mine);
        assert_eq!(world.inside().renewal.is_some(), goes_on);
    }

    let (mut world, first) = World::with_password();
    let second = signed_in(world.try_begin(None)).session;
    world.start_set_up(second, Epoch(5), &phone);
    assert!(world.inside().set_up.is_some());
    for (mine, goes_on) in [(first, false), (second, true)] {
        let mut world = world.clone();
        world.end_others(mine);
        assert_eq!(world.inside().set_up.is_some(), goes_on);
    }
}
