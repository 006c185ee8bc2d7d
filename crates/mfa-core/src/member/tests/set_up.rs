//! The administrator's set-up: it decides nothing until the tenant passes to its very epoch.

use super::world::{DAY, MINUTE, World, owes, signed_in};
use crate::member::state::{Factor, SetUpStage};
use crate::member::{
    Assurance, Duty, EnrolmentId, Event, GuardedSecret, Methods, Outcome, Proven, ProvenBy, SecretPurpose,
};
use crate::tenant::{Epoch, ModeKind};

/// The epoch set aside.
const ASIDE: Epoch = Epoch(5);

#[test]
fn the_tenant_s_step_binds_it_and_signs_her_in_anew() {
    let (mut world, session) = World::with_password();
    let (phone, sheet, id) = world.set_up(session, ASIDE);
    let ready_at = world.now;
    assert_eq!(world.inside().factor, Factor::None);
    signed_in(world.clone().try_begin(None));

    world.wait(MINUTE);
    world.commit(ASIDE);
    let entered = signed_in(world.adopt_set_up(session, ASIDE, id, sheet.proof()));
    assert_eq!(entered.methods, Methods { password: true, code: true, ..Methods::default() });
    assert_eq!(entered.epoch, ASIDE);
    let expected = [Event::EpochPassed, Event::Enrolled { set: 1 }, Event::SignedIn { methods: entered.methods }];
    assert_eq!(world.events, expected);
    assert_eq!(world.authenticator().enrolled_at, ready_at);
    assert_eq!(world.inside().newest_set, 1);
    assert!(world.inside().set_up.is_none());
    assert_eq!(world.view(session), Outcome::SessionEnded, "the old session ended with its epoch");
    let proven = Some(Proven { at: ready_at, by: ProvenBy::Code });
    let authorized = Outcome::Authorized { proven, methods: entered.methods };
    assert_eq!(world.authorize(entered.session, Assurance::Administrator), authorized);

    world.sign_in(&phone);
    let pending = world.begin();
    signed_in(world.recovery_key(pending, sheet.key(1)));
}

#[test]
fn b06_the_code_that_proved_it_is_spent() {
    let (mut world, session) = World::with_password();
    let (phone, _, _) = world.set_up(session, ASIDE);
    world.commit(ASIDE);
    world.follow();
    let pending = world.begin();
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::CodeRefused);
    assert_eq!(world.events, [Event::CodeReplayed]);
}

#[test]
fn whatever_asks_first_after_the_tenant_s_step_binds_it() {
    let (mut world, session) = World::with_password();
    let (phone, sheet, id) = world.set_up(session, ASIDE);
    world.commit(ASIDE);
    let mut followed = world.clone();
    assert!(matches!(followed.follow(), Outcome::Followed { .. }));
    assert_eq!(followed.events, [Event::EpochPassed, Event::Enrolled { set: 1 }]);
    let adopted = followed.adopt_set_up(session, ASIDE, id, sheet.proof());
    assert_eq!(adopted, Outcome::SessionEnded, "its session is over; she signs in");
    followed.sign_in(&phone);
    assert_eq!(owes(&world.try_begin(None)), Some(Duty::Code));
}

#[test]
fn left_at_any_point_nothing_has_changed() {
    let (world, session) = World::with_password();
    let mut half_way = world.clone();
    let (phone, sheet) = (half_way.names.phone(), half_way.names.sheet());
    let (id, _) = half_way.start_set_up(session, ASIDE, &phone);
    let mut confirmed = half_way.clone();
    confirmed.confirm_set_up(session, ASIDE, id, phone.shows(confirmed.now), &sheet);
    let mut ready = confirmed.clone();
    ready.prepare_set_up(session, ASIDE, id, sheet.proof());
    for mut world in [half_way, confirmed, ready] {
        let sessions = world.inside().sessions.clone();
        signed_in(world.try_begin(None));
        assert_eq!(world.inside().sessions[..1], sessions[..]);
        assert_eq!(world.inside().factor, Factor::None);
        world.start_set_up(session, ASIDE, &phone);
        world.wait(DAY);
        signed_in(world.try_begin(None));
        assert!(world.inside().set_up.is_none(), "one that is not ready is forgotten");
    }
}

#[test]
fn the_loser_of_two_is_never_bound() {
    for (mode, epoch) in [
        (ModeKind::Mfa, Epoch(4)),
        (ModeKind::Mfa, Epoch(6)),
        (ModeKind::Password, ASIDE),
        (ModeKind::Password, Epoch(6)),
        (ModeKind::External, ASIDE),
    ] {
        let (mut world, session) = World::with_password();
        let (phone, sheet, id) = world.set_up(session, ASIDE);
        (world.grant.mode, world.grant.epoch) = (mode, epoch);
        let outcome = world.adopt_set_up(session, ASIDE, id, sheet.proof());
        match mode {
            ModeKind::External => assert_eq!(outcome, Outcome::LocalDoorsClosed),
            _ => assert_eq!(outcome, Outcome::SessionEnded, "{mode:?} {epoch:?}"),
        }
        assert_eq!(world.events, [Event::EpochPassed]);
        assert_eq!(world.inside().factor, Factor::None, "{mode:?} {epoch:?}");
        assert_eq!(world.member.secrets_mut().count(), 0, "its secret is erased");
        world.commit(Epoch(7));
        let pending = world.begin_or_none();
        if let Some(pending) = pending {
            assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::OtherDuty(Duty::Enrol));
        }
    }
}

#[test]
fn it_needs_passwords_alone_a_live_session_and_a_step_up() {
    let (mut world, phone, _, session) = World::with_session();
    let other = world.names.phone();
    world.step_up_by_code(session, phone.shows(world.now));
    let on = Outcome::OtherMode(ModeKind::Mfa);
    let sheet = world.names.sheet();
    let (id, started) = world.start_set_up(session, ASIDE, &other);
    assert_eq!(started, on);
    assert_eq!(world.confirm_set_up(session, ASIDE, id, other.shows(world.now), &sheet), on);
    assert_eq!(world.renew_set_up(session, ASIDE, id, &sheet), on);
    assert_eq!(world.prepare_set_up(session, ASIDE, id, sheet.proof()), on);
    world.switch(ModeKind::External);
    assert_eq!(world.start_set_up(session, ASIDE, &other).1, Outcome::LocalDoorsClosed);

    let (mut world, session) = World::with_password();
    world.wait(5 * MINUTE);
    let owed = Outcome::StepUpOwed { by: [ProvenBy::Password].to_vec() };
    assert_eq!(world.start_set_up(session, ASIDE, &other).1, owed);
    world.step_up_by_password(session, super::world::PASSWORD);
    for epoch in [Epoch(0), Epoch(1)] {
        assert_eq!(world.start_set_up(session, epoch, &other).1, Outcome::EnrolmentSuperseded, "no epoch to come");
    }
    world.sign_out(session);
    assert_eq!(world.start_set_up(session, ASIDE, &other).1, Outcome::SessionEnded);
    assert!(world.inside().set_up.is_none());
}

#[test]
fn no_step_is_skipped_taken_by_another_session_or_for_another_epoch() {
    let (mut world, session) = World::with_password();
    let stranger = signed_in(world.try_begin(None)).session;
    let (phone, sheet) = (world.names.phone(), world.names.sheet());
    let none = EnrolmentId([0; 16]);
    assert_eq!(world.prepare_set_up(session, ASIDE, none, sheet.proof()), Outcome::EnrolmentExpired);
    let (id, _) = world.start_set_up(session, ASIDE, &phone);
    assert_eq!(world.renew_set_up(session, ASIDE, id, &sheet), Outcome::OtherDuty(Duty::Enrol));
    assert_eq!(world.prepare_set_up(session, ASIDE, id, sheet.proof()), Outcome::OtherDuty(Duty::Enrol));
    let superseded = Outcome::EnrolmentSuperseded;
    for (session, epoch, id) in [(stranger, ASIDE, id), (session, Epoch(6), id), (session, ASIDE, none)] {
        let code = phone.shows(world.now);
        assert_eq!(world.confirm_set_up(session, epoch, id, code, &sheet), superseded);
        assert_eq!(world.renew_set_up(session, epoch, id, &sheet), superseded);
        assert_eq!(world.prepare_set_up(session, epoch, id, sheet.proof()), superseded);
    }
    assert_eq!(world.confirm_set_up(session, ASIDE, id, phone.wrong(world.now), &sheet), Outcome::CodeRefused);
    let issued = Outcome::RecoveryKeysIssued { set: 1 };
    assert_eq!(world.confirm_set_up(session, ASIDE, id, phone.shows(world.now), &sheet), issued);
    let other_proof = world.names.sheet().proof();
    assert_eq!(world.prepare_set_up(session, ASIDE, id, other_proof), Outcome::ProofRefused);
    let renewed = world.names.sheet();
    assert_eq!(world.renew_set_up(session, ASIDE, id, &renewed), issued);
    assert_eq!(world.prepare_set_up(session, ASIDE, id, sheet.proof()), Outcome::ProofRefused);
    for _ in 0..2 {
        let ready = Outcome::SetUpReady { epoch: ASIDE };
        assert_eq!(world.prepare_set_up(session, ASIDE, id, renewed.proof()), ready, "and again");
    }
    assert_eq!(world.prepare_set_up(session, ASIDE, id, sheet.proof()), Outcome::ProofRefused, "by the same proof");
    let code = phone.shows(world.now);
    assert_eq!(world.confirm_set_up(session, ASIDE, id, code, &sheet), superseded);
    assert_eq!(world.renew_set_up(session, ASIDE, id, &sheet), superseded, "keys that are proven stay");
    world.commit(ASIDE);
    for (session, epoch, id, proof) in [
        (stranger, ASIDE, id, renewed.proof()),
        (session, Epoch(6), id, renewed.proof()),
        (session, ASIDE, none, renewed.proof()),
        (session, ASIDE, id, sheet.proof()),
    ] {
        let mut world = world.clone();
        assert_eq!(world.adopt_set_up(session, epoch, id, proof), Outcome::SessionEnded);
        assert_eq!(world.events, [Event::EpochPassed, Event::Enrolled { set: 1 }], "bound, but nobody is signed in");
        assert!(world.inside().sessions.is_empty());
        world.sign_in(&phone);
    }
    signed_in(world.adopt_set_up(session, ASIDE, id, renewed.proof()));
}

#[test]
fn five_wrong_codes_end_it_and_cost_no_budget() {
    let (mut world, session) = World::with_password();
    let (phone, sheet) = (world.names.phone(), world.names.sheet());
    let (id, _) = world.start_set_up(session, ASIDE, &phone);
    for _ in 1..5 {
        assert_eq!(world.confirm_set_up(session, ASIDE, id, phone.wrong(world.now), &sheet), Outcome::CodeRefused);
    }
    let ended = world.confirm_set_up(session, ASIDE, id, phone.wrong(world.now), &sheet);
    assert_eq!(ended, Outcome::EnrolmentExpired);
    assert_eq!(world.events, [Event::EnrolmentFailed]);
    assert_eq!(world.inside().codes, Default::default());
    world.set_up(session, ASIDE);
}

#[test]
fn one_that_is_ready_waits_for_the_tenant_but_is_not_announced_after_its_time() {
    let (mut world, session) = World::with_password();
    let (phone, sheet, id) = world.set_up(session, ASIDE);
    let ready = Outcome::SetUpReady { epoch: ASIDE };
    world.wait(15 * MINUTE - 1);
    assert_eq!(world.prepare_set_up(session, ASIDE, id, sheet.proof()), ready);
    world.wait(1);
    assert_eq!(world.prepare_set_up(session, ASIDE, id, sheet.proof()), Outcome::EnrolmentExpired);
    world.wait(3 * DAY);
    world.sweep();
    assert!(world.inside().set_up.is_some(), "the tenant may have passed already");
    world.commit(ASIDE);
    assert_eq!(owes(&world.try_begin(None)), Some(Duty::Code));
    world.sign_in(&phone);
}

#[test]
fn a_later_set_up_takes_its_place_and_an_earlier_one_does_not() {
    let (mut world, session) = World::with_password();
    world.set_up(session, ASIDE);
    let other = world.names.phone();
    assert_eq!(world.start_set_up(session, Epoch(4), &other).1, Outcome::EnrolmentSuperseded, "a late repetition");
    assert!(matches!(world.inside().set_up.as_ref().unwrap().stage, SetUpStage::Ready { .. }));
    let (phone, sheet, id) = world.set_up(session, Epoch(6));
    let mut first = world.clone();
    first.commit(ASIDE);
    assert_eq!(owes(&first.try_begin(None)), Some(Duty::Enrol));
    world.commit(Epoch(6));
    signed_in(world.adopt_set_up(session, Epoch(6), id, sheet.proof()));
    world.sign_in(&phone);
}

#[test]
fn c10_one_that_cannot_be_opened_is_refused_whole_and_never_not_enrolled() {
    let (mut world, session) = World::with_password();
    let (phone, sheet, id) = {
        let (phone, sheet) = (world.names.phone(), world.names.sheet());
        let (id, _) = world.start_set_up(session, ASIDE, &phone);
        world.confirm_set_up(session, ASIDE, id, phone.shows(world.now), &sheet);
        (phone, sheet, id)
    };
    world.keys_at_hand = false;
    assert_eq!(world.prepare_set_up(session, ASIDE, id, sheet.proof()), Outcome::Unreadable);
    world.keys_at_hand = true;
    world.prepare_set_up(session, ASIDE, id, sheet.proof());
    world.commit(ASIDE);
    world.keys_at_hand = false;
    let before = world.member.clone();
    assert_eq!(world.try_begin(None), Outcome::Unreadable);
    assert_eq!(world.follow(), Outcome::Unreadable);
    assert_eq!(world.adopt_set_up(session, ASIDE, id, sheet.proof()), Outcome::Unreadable);
    assert_eq!(world.view(session), Outcome::Unreadable);
    assert_eq!(world.member, before);
    world.keys_at_hand = true;
    signed_in(world.adopt_set_up(session, ASIDE, id, sheet.proof()));
    world.sign_in(&phone);
}

#[test]
fn its_secret_is_sealed_under_its_own_epoch() {
    let (mut world, session) = World::with_password();
    let (phone, sheet) = (world.names.phone(), world.names.sheet());
    let (id, _) = world.start_set_up(session, ASIDE, &phone);
    let kinds = |world: &mut World| {
        let mut secrets = world.member.secrets_mut().map(|(purpose, epoch, secret)| {
            assert!(matches!(secret, GuardedSecret::Sealed(_)));
            (purpose, epoch)
        });
        (secrets.next().unwrap(), secrets.count())
    };
    assert_eq!(kinds(&mut world), ((SecretPurpose::Enrolment, ASIDE), 0));
    world.confirm_set_up(session, ASIDE, id, phone.shows(world.now), &sheet);
    world.prepare_set_up(session, ASIDE, id, sheet.proof());
    assert_eq!(kinds(&mut world), ((SecretPurpose::Authenticator, ASIDE), 0));
    world.commit(ASIDE);
    world.follow();
    assert_eq!(kinds(&mut world), ((SecretPurpose::Authenticator, ASIDE), 0));
}

#[test]
fn whatever_ends_its_session_against_her_will_ends_it() {
    type End = fn(&mut World, crate::member::SessionId);
    let ends: [(&str, End); 4] = [
        ("an order to sign out", |world, _| world.grant.orders.sign_outs += 1),
        ("an order to reset", |world, _| world.grant.orders.resets += 1),
        ("a new password by link", |world, _| {
            world.issue_link();
            let link = world.fresh.link;
            assert_eq!(world.replace_by_link(link, "another one, longer"), Outcome::PasswordChanged);
        }),
        ("another session that ends all others", |world, _| {
            let other = signed_in(world.try_begin(None)).session;
            world.end_others(other);
        }),
    ];
    for (name, end) in ends {
        for seen_before in [true, false] {
            let (mut world, session) = World::with_password();
            let (_, sheet, id) = world.set_up(session, ASIDE);
            end(&mut world, session);
            if seen_before {
                world.follow();
            }
            world.commit(ASIDE);
            let adopted = world.adopt_set_up(session, ASIDE, id, sheet.proof());
            assert_eq!(adopted, Outcome::SessionEnded, "{name}");
            assert_eq!(world.inside().factor, Factor::None, "{name}");
        }
    }
}

#[test]
fn signed_out_or_gone_for_a_day_it_is_bound_but_signs_nobody_in() {
    for gone in [false, true] {
        let (mut world, session) = World::with_password();
        let (phone, sheet, id) = world.set_up(session, ASIDE);
        if gone {
            world.wait(DAY);
        } else {
            world.sign_out(session);
        }
        world.commit(ASIDE);
        assert_eq!(world.adopt_set_up(session, ASIDE, id, sheet.proof()), Outcome::SessionEnded);
        assert!(world.inside().sessions.is_empty());
        world.sign_in(&phone);
    }
}

#[test]
fn adopting_takes_a_word_that_is_no_older_than_what_is_known() {
    let (mut world, session) = World::with_password();
    let (_, sheet, id) = world.set_up(session, ASIDE);
    let before = world.grant;
    world.commit(ASIDE);
    signed_in(world.adopt_set_up(session, ASIDE, id, sheet.proof()));
    let known = world.member.clone();
    assert_eq!(world.adopt_set_up(session, ASIDE, id, sheet.proof()), Outcome::SessionEnded, "once");
    world.grant = before;
    assert_eq!(world.adopt_set_up(session, ASIDE, id, sheet.proof()), Outcome::StaleGrant);
    assert_eq!(world.member, known);
}
