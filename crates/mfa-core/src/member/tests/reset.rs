//! Reset of MFA, by herself and by an administrator (ATTACKS.md C13, E04, F04, B15): everything of the factor is gone.

use std::vec::Vec;

use super::world::{DAY, HOUR, World, owes, signed_in};
use crate::member::state::{Factor, Joined};
use crate::member::{Duty, Event, Grant, Outcome, ProvenBy, ResetBy, Summary};
use crate::tenant::directory::Orders;
use crate::tenant::{Epoch, ModeKind};
use crate::time::Timestamp;

/// Nothing that was got with the factor is left.
fn nothing_is_left(world: &World) {
    let inside = world.inside();
    assert_eq!(inside.factor, Factor::None);
    assert_eq!((&inside.enrolment, &inside.set_up, &inside.renewal, &inside.older_set), (&None, &None, &None, &None));
    assert!(inside.devices.is_empty() && inside.pending.is_empty() && inside.sessions.is_empty());
    assert_eq!(world.member.clone().secrets_mut().count(), 0);
}

#[test]
fn her_own_reset_unbinds_signs_out_everywhere_and_asks_to_enrol_anew() {
    let (mut world, phone, sheet, session) = World::with_session();
    let device = world.remember(&phone);
    let other = world.sign_in(&phone);
    let pending = world.begin();
    world.wait(30);
    world.step_up_by_code(session, phone.shows(world.now));
    let new_sheet = world.names.sheet();
    world.start_keys(session, &new_sheet);
    assert_eq!(world.reset_own(session), Outcome::MfaReset);
    assert_eq!(world.events, [Event::Reset { by: ResetBy::Member }]);
    nothing_is_left(&world);
    let told = world.member.revoked().sessions;
    assert!([session, other.session].iter().all(|ended| told.iter().any(|(id, _)| id == ended)));

    world.wait(30);
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::SignInExpired);
    assert_eq!(world.reset_own(session), Outcome::SessionEnded);
    assert_eq!(owes(&world.try_begin(Some(device))), Some(Duty::Enrol));
    let pending = world.begin();
    world.enrol(pending);
    assert_eq!(world.authenticator().recovery.number, 2);
    world.wait(30);
    let pending = world.begin();
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::CodeRefused, "B15: the old app is dead");
    assert_eq!(world.recovery_key(pending, sheet.key(1)), Outcome::RecoveryKeyRefused, "and so is the old sheet");
}

#[test]
fn her_own_reset_needs_a_step_up_and_mfa() {
    let (mut world, phone, sheet, session) = World::with_session();
    let before = world.member.clone();
    let owed = Outcome::StepUpOwed { by: [ProvenBy::Code, ProvenBy::RecoveryKey].to_vec() };
    assert_eq!(world.reset_own(session), owed);
    assert_eq!(world.member, before);
    let mut by_key = world.clone();
    by_key.step_up_by_key(session, sheet.key(1));
    assert_eq!(by_key.reset_own(session), Outcome::MfaReset);
    world.step_up_by_code(session, phone.shows(world.now));
    assert_eq!(world.reset_own(session), Outcome::MfaReset);

    let (mut world, session) = World::with_password();
    assert_eq!(world.reset_own(session), Outcome::OtherMode(ModeKind::Password));
}

#[test]
fn a_reset_buys_no_new_guesses() {
    let (mut world, phone, sheet) = World::enrolled();
    for _ in 0..6 {
        world.guess(&phone);
    }
    let pending = world.begin();
    let session = signed_in(world.recovery_key(pending, sheet.key(1))).session;
    let (codes, keys) = (world.inside().codes.clone(), world.inside().recovery_keys.clone());
    world.reset_own(session);
    assert_eq!((&world.inside().codes, &world.inside().recovery_keys), (&codes, &keys));
}

#[test]
fn an_administrator_s_reset_holds_whatever_the_member_asks_next() {
    let (world, phone, sheet, session) = World::with_session();
    let ordered = |world: &World| {
        let mut world = world.clone();
        world.grant.orders.resets = 1;
        world
    };
    for asked in 0..5 {
        let mut world = world.clone();
        let device = world.remember(&phone);
        let pending = world.begin();
        world.wait(30);
        let mut world = ordered(&world);
        let outcome = match asked {
            0 => world.code(pending, phone.shows(world.now)),
            1 => world.recovery_key(pending, sheet.key(1)),
            2 => world.view(session),
            3 => world.try_begin(Some(device)),
            _ => world.follow(),
        };
        match asked {
            0 | 1 => assert_eq!(outcome, Outcome::SignInExpired),
            2 => assert_eq!(outcome, Outcome::SessionEnded),
            3 => assert_eq!(owes(&outcome), Some(Duty::Enrol)),
            _ => assert!(matches!(outcome, Outcome::Followed { .. })),
        }
        assert_eq!(world.events, [Event::Reset { by: ResetBy::Administrator }]);
        if asked != 3 {
            nothing_is_left(&world);
        }
        assert_eq!(world.inside().orders, Orders { resets: 1, sign_outs: 0 });
        world.follow();
        assert_eq!(world.events, [], "carried out once");
    }
}

#[test]
fn an_order_is_told_of_if_it_ended_anything_and_only_then() {
    let (mut full, phone, _) = World::enrolled();
    full.remember(&phone);
    full.begin();
    let mut enrolling = World::joined();
    let pending = enrolling.begin();
    enrolling.start(pending, &phone);
    let (mut setting_up, session) = World::with_password();
    setting_up.start_set_up(session, Epoch(5), &phone);
    let bare = |of: &World| {
        let mut world = of.clone();
        let inside = world.inside_mut();
        (inside.factor, inside.enrolment, inside.set_up) = (Factor::None, None, None);
        (inside.devices, inside.pending, inside.sessions) = (Vec::new(), Vec::new(), Vec::new());
        world
    };
    let told = |of: &World, keep: fn(&mut Joined, Joined)| {
        let mut world = bare(of);
        keep(world.inside_mut(), of.inside().clone());
        world.grant.orders.resets += 1;
        world.follow();
        nothing_is_left(&world);
        world.events == [Event::Reset { by: ResetBy::Administrator }]
    };
    assert!(told(&full, |inside, before| inside.factor = before.factor));
    assert!(told(&full, |inside, before| inside.devices = before.devices));
    assert!(told(&full, |inside, before| inside.pending = before.pending));
    assert!(told(&full, |inside, before| inside.sessions = before.sessions));
    assert!(told(&enrolling, |inside, before| inside.enrolment = before.enrolment));
    assert!(told(&setting_up, |inside, before| inside.set_up = before.set_up));
    for world in [&full, &enrolling, &setting_up] {
        assert!(!told(world, |_, _| {}), "there was nothing to end");
    }
}

#[test]
fn a_word_from_before_the_order_is_stale_and_changes_nothing() {
    let (mut world, _, _, session) = World::with_session();
    let before_the_order = world.grant;
    world.grant.orders = Orders { resets: 1, sign_outs: 1 };
    world.follow();
    let pending = world.begin();
    world.enrol(pending);
    world.wait(30);
    let known = world.member.clone();
    for orders in [Orders { resets: 0, sign_outs: 1 }, Orders { resets: 1, sign_outs: 0 }, before_the_order.orders] {
        world.grant = Grant { orders, ..before_the_order };
        assert_eq!(world.view(session), Outcome::StaleGrant);
        assert_eq!(world.follow(), Outcome::StaleGrant);
        assert_eq!(world.try_begin(None), Outcome::StaleGrant);
        world.grant.epoch.0 += 1;
        assert_eq!(world.follow(), Outcome::StaleGrant, "not even with a later epoch");
        assert_eq!(world.member, known);
    }
}

#[test]
fn an_order_that_has_nothing_to_undo_says_nothing() {
    let mut world = World::joined();
    world.begin();
    world.wait(HOUR);
    world.grant.orders = Orders { resets: 3, sign_outs: 2 };
    assert!(matches!(world.follow(), Outcome::Followed { .. }));
    assert_eq!(world.events, []);
    assert_eq!(world.inside().orders, world.grant.orders);

    let (mut world, _, _, _) = World::with_session();
    world.switch(ModeKind::Password);
    world.grant.orders = Orders { resets: 1, sign_outs: 1 };
    world.follow();
    assert_eq!(world.events, [Event::EpochPassed], "the epoch left nothing to reset");
    assert_eq!(world.inside().orders, world.grant.orders);
}

#[test]
fn a_new_bearer_begins_without_orders() {
    let (mut world, _, _) = World::enrolled();
    world.grant.orders = Orders { resets: 5, sign_outs: 5 };
    world.follow();
    world.grant.generation = world.grant.generation.next();
    world.grant.orders = Orders::default();
    world.join();
    assert_eq!(owes(&world.try_begin(None)), Some(Duty::Enrol));
}

#[test]
fn a16_the_way_out_of_the_lock_by_an_administrator_leads_to_a_new_password_and_really_out() {
    let (mut world, phone, _) = World::enrolled();
    world.lock(&phone);
    assert!(world.member.summary().unwrap().locked);
    world.grant.orders.resets = 1;
    // The budget counts guesses with this password: with it a new authenticator would take no code for weeks.
    assert_eq!(owes(&world.try_begin(None)), Some(Duty::NewPassword));
    let pending = world.fresh.pending;
    assert!(matches!(world.start(pending, &phone).1, Outcome::OtherDuty(Duty::NewPassword)));
    let replaced = world.replace_password(pending, "another one, longer");
    assert_eq!(owes(&replaced), Some(Duty::Enrol), "never in by the password alone");
    assert!(world.inside().sessions.is_empty());
    let (phone, _) = world.enrol(pending);
    let Some(Summary { locked, recovery_keys_left, .. }) = world.member.summary() else { panic!() };
    assert_eq!((locked, recovery_keys_left), (false, Some(10)));
    let sessions: Vec<Timestamp> = world.inside().sessions.iter().map(|session| session.ends_at).collect();
    assert_eq!(world.member.summary().unwrap().signed_in_until, sessions[0]);
    world.sign_in(&phone);
}

#[test]
fn after_a_lock_and_a_reset_the_budget_frees_itself_as_well() {
    let (mut world, phone, _) = World::enrolled();
    world.lock(&phone);
    world.grant.orders.resets = 1;
    world.wait(31 * DAY);
    let pending = world.begin();
    let (phone, _) = world.enrol(pending);
    world.sign_in(&phone);
}

#[test]
fn after_a_reset_without_a_lock_no_new_password_is_asked_for() {
    let (mut world, phone, _) = World::enrolled();
    for _ in 0..19 {
        assert_eq!(world.guess(&phone), Outcome::CodeRefused);
    }
    world.grant.orders.resets = 1;
    let pending = world.begin();
    let (phone, _) = world.enrol(pending);
    world.sign_in(&phone);
}
