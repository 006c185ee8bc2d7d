//! External authentication (ATTACKS.md G08): the identity provider's word, and no local door.

use super::people::verifier;
use super::world::{DAY, HOUR, PASSWORD, World, owes, signed_in};
use crate::member::state::Factor;
use crate::member::{Assurance, Command, Duty, Event, Generation, Methods, Outcome, Proven, ProvenBy};
use crate::tenant::{Epoch, ModeKind};
use crate::time::Timestamp;

fn external() -> World {
    let mut world = World::vacant();
    world.grant.mode = ModeKind::External;
    world
}

#[test]
fn the_provider_s_word_takes_somebody_new_in_without_a_password() {
    let mut world = external();
    let provider_time = Timestamp(world.now.0 - 60);
    let entered = signed_in(world.begin_external(provider_time));
    assert_eq!(entered.methods, Methods { external: true, ..Methods::default() });
    assert_eq!(entered.methods.names().collect::<std::vec::Vec<_>>(), ["external"]);
    assert_eq!(world.events, [Event::Joined, Event::SignedIn { methods: entered.methods }]);
    assert_eq!(world.inside().password, None);
    let proven = Some(Proven { at: provider_time, by: ProvenBy::Provider });
    let authorized = Outcome::Authorized { proven, methods: entered.methods };
    assert_eq!(world.authorize(entered.session, Assurance::Administrator), authorized);
    assert!(matches!(world.view(entered.session), Outcome::Account(_)));
    let other = world.external_session();
    assert_eq!(world.events, [Event::SignedIn { methods: other.methods }], "she is no stranger the second time");
    assert_eq!(world.end_others(other.session), Outcome::SessionsEnded);
    assert_eq!(world.view(entered.session), Outcome::SessionEnded);
    assert_eq!(world.sign_out(other.session), Outcome::SignedOut);
}

#[test]
fn whoever_is_invited_again_within_an_epoch_is_somebody_new() {
    let mut world = external();
    let before = world.external_session();
    world.grant.generation = Generation(2);
    let now = world.now;
    let entered = signed_in(world.begin_external(now));
    assert_eq!((entered.generation, entered.epoch), (Generation(2), before.epoch));
    assert_eq!(world.view(before.session), Outcome::SessionEnded);
}

#[test]
fn a_provider_whose_clock_is_ahead_proves_nothing_in_the_future_and_an_old_word_is_no_step_up() {
    let mut world = external();
    let now = world.now;
    let entered = signed_in(world.begin_external(Timestamp(now.0 + HOUR)));
    assert_eq!(world.inside().sessions[0].proven, Some(Proven { at: now, by: ProvenBy::Provider }));
    let session = signed_in(world.begin_external(Timestamp(now.0 - HOUR))).session;
    let owed = Outcome::StepUpOwed { by: [ProvenBy::Provider].to_vec() };
    assert_eq!(world.authorize(session, Assurance::Own), owed);
    assert!(matches!(world.authorize(entered.session, Assurance::Own), Outcome::Authorized { .. }));
}

#[test]
fn g08_on_the_way_there_everything_local_is_gone_and_nothing_revives_on_the_way_back() {
    let (mut world, phone, sheet, session) = World::with_session();
    let device = world.remember(&phone);
    let link = world.burnt_notice(&phone);
    world.disown(link);
    let Outcome::PasswordRight { version: judged, .. } = world.check_password(PASSWORD, None) else { panic!() };
    world.switch(ModeKind::External);
    world.follow();
    let inside = world.inside();
    assert_eq!((&inside.password, inside.password_burnt, inside.links.len()), (&None, false, 0));
    assert_eq!(inside.factor, Factor::None);
    assert_eq!(world.check_password(PASSWORD, None), Outcome::SignInRefused, "as for a name that nobody bears");
    assert_eq!(world.events, []);
    assert_eq!(world.issue_link(), Outcome::LocalDoorsClosed);
    assert_eq!(world.preview(link), Outcome::LocalDoorsClosed);
    assert_eq!(world.replace_by_link(link, "another one, longer"), Outcome::LocalDoorsClosed);
    assert_eq!(world.disown(link), Outcome::LocalDoorsClosed);
    let entered = world.external_session();
    let closed = Outcome::LocalDoorsClosed;
    assert_eq!(world.step_up_by_code(entered.session, phone.shows(world.now)), closed);
    assert_eq!(world.reset_own(entered.session), closed);
    assert_eq!(world.start_keys(entered.session, &sheet), closed);
    assert_eq!(world.forget_devices(entered.session, None), closed);
    assert_eq!(world.change_password(entered.session, PASSWORD, "another one, longer"), closed);

    for mode in [ModeKind::Password, ModeKind::Mfa] {
        let mut back = world.clone();
        back.switch(ModeKind::Password);
        if mode == ModeKind::Mfa {
            back.switch(mode);
        }
        assert_eq!(back.view(entered.session), Outcome::SessionEnded);
        assert_eq!(back.view(session), Outcome::SessionEnded);
        assert_eq!(back.check_password(PASSWORD, Some(device)), Outcome::SignInRefused);
        let late = Command::BeginSignIn { grant: back.grant, password_version: judged, device: Some(device) };
        assert_eq!(back.ask(late), Outcome::SignInRefused, "not even one that was judged before");
        let late =
            Command::BeginSignIn { grant: back.grant, password_version: back.inside().password_version, device: None };
        assert_eq!(back.ask(late), Outcome::SignInRefused);
        assert_eq!(back.replace_by_link(link, "another one, longer"), Outcome::LinkRefused);
        assert_eq!(back.begin_external(back.now), Outcome::OtherMode(mode));
        // The way in is a link.
        assert!(matches!(back.issue_link(), Outcome::PasswordLinkIssued { .. }));
        let fresh_link = back.fresh.link;
        assert_eq!(back.replace_by_link(fresh_link, "another one, longer"), Outcome::PasswordChanged);
        let outcome = back.try_begin(None);
        match mode {
            ModeKind::Mfa => assert_eq!(owes(&outcome), Some(Duty::Enrol)),
            _ => {
                signed_in(outcome);
            }
        }
    }
}

#[test]
fn g08_a_password_that_was_chosen_as_the_tenant_turned_does_not_wait_for_its_return() {
    // Invited under passwords, accepted after the record had passed to the external epoch for its bearer before.
    let (mut world, _, _) = World::enrolled();
    world.switch(ModeKind::External);
    world.follow();
    world.grant.generation = Generation(2);
    world.join();
    assert_eq!(world.follow(), Outcome::Followed { wiped: Default::default() });
    assert_eq!(world.inside().password, None);
    world.switch(ModeKind::Password);
    assert_eq!(world.check_password(PASSWORD, None), Outcome::SignInRefused);
}

#[test]
fn g08_a_join_that_lands_as_the_tenant_turns_is_as_old_as_its_acceptance() {
    // Accepted under passwords, arrived when the tenant had been elsewhere, or was back already.
    let verifier = verifier(PASSWORD);
    for back in [false, true] {
        let mut world = World::vacant();
        world.grant.mode = ModeKind::Password;
        let accepted = world.grant.epoch;
        world.switch(ModeKind::External);
        if back {
            world.switch(ModeKind::Password);
        }
        let join = Command::Join { generation: world.grant.generation, epoch: accepted, verifier: verifier.clone() };
        assert_eq!(world.ask(join), Outcome::Joined);
        if !back {
            world.switch(ModeKind::Password);
        }
        assert!(matches!(world.check_password(PASSWORD, None), Outcome::PasswordRight { .. }), "nobody asked");
        assert_eq!(world.try_begin(None), Outcome::SignInRefused);
        assert_eq!(world.inside().password, None);
        assert_eq!(world.check_password(PASSWORD, None), Outcome::SignInRefused);
    }
}

#[test]
fn g08_accepted_while_the_tenant_is_elsewhere_it_does_not_wait_for_its_return_either() {
    let mut world = external();
    world.join();
    world.switch(ModeKind::Password);
    assert_eq!(world.try_begin(None), Outcome::SignInRefused);
}

#[test]
fn whoever_joins_after_the_way_back_signs_in() {
    for bearer_before in [false, true] {
        let mut world = if bearer_before { World::enrolled().0 } else { World::vacant() };
        for mode in [ModeKind::Password, ModeKind::External, ModeKind::Password] {
            world.switch(mode);
        }
        world.grant.generation = Generation(2);
        assert_eq!(world.join(), Outcome::Joined);
        assert_eq!(world.member.standing(), Some((Generation(2), world.grant.epoch)));
        signed_in(world.try_begin(None));
        world.switch(ModeKind::Mfa);
        assert_eq!(owes(&world.try_begin(None)), Some(Duty::Enrol), "and goes on to");
    }
}

#[test]
fn a_join_never_takes_a_record_back_to_an_epoch_before() {
    let (mut world, _, _) = World::enrolled();
    world.grant.epoch = Epoch(5);
    world.follow();
    let verifier = verifier(PASSWORD);
    world.ask(Command::Join { generation: Generation(2), epoch: Epoch(4), verifier });
    assert_eq!(world.member.standing(), Some((Generation(2), Epoch(5))));
}

#[test]
fn whoever_is_taken_in_by_the_provider_starts_in_its_epoch() {
    let mut world = external();
    world.grant.epoch = Epoch(4);
    world.external_session();
    assert_eq!(world.events.len(), 2, "no epoch has passed: {:?}", world.events);
    assert_eq!(world.member.standing(), Some((Generation(1), Epoch(4))));
    assert_eq!(world.inside().wiped, None);
}

#[test]
fn a_word_of_another_mode_is_followed_or_refused_like_any() {
    let (mut world, _, _, session) = World::with_session();
    let before_the_order = world.grant;
    world.grant.orders.sign_outs += 1;
    assert_eq!(world.begin_external(world.now), Outcome::OtherMode(ModeKind::Mfa));
    assert_eq!(world.view(session), Outcome::SessionEnded);
    assert_eq!(world.inside().orders, world.grant.orders);
    let known = world.member.clone();
    world.grant = before_the_order;
    assert_eq!(world.begin_external(world.now), Outcome::StaleGrant);
    assert_eq!(world.follow(), Outcome::StaleGrant);
    assert_eq!(world.member, known);
}

#[test]
fn g12_somebody_new_inherits_nothing_here_either() {
    let (mut world, _, _, session) = World::with_session();
    world.switch(ModeKind::External);
    world.grant.generation = Generation(2);
    let entered = world.external_session();
    assert_eq!(world.events[0], Event::Joined);
    assert_eq!(entered.generation, Generation(2));
    assert!(world.member.revoked().sessions.iter().any(|(id, _)| *id == session));
    let verifier = verifier("x");
    let join = Command::Join { generation: Generation(2), epoch: world.grant.epoch, verifier };
    assert_eq!(world.ask(join), Outcome::AlreadyJoined);
}

#[test]
fn an_outdated_word_replaces_nobody() {
    let (mut world, _, _) = World::enrolled();
    world.grant.epoch = Epoch(5);
    world.follow();
    let before = world.member.clone();
    world.grant.mode = ModeKind::External;
    world.grant.epoch = Epoch(4);
    world.grant.generation = Generation(2);
    assert_eq!(world.begin_external(world.now), Outcome::StaleGrant);
    assert_eq!(world.member, before);
    world.grant.generation = Generation(0);
    assert_eq!(world.begin_external(world.now), Outcome::SignInRefused, "nor an earlier bearer the present one");
    assert_eq!(world.member, before);
}

#[test]
fn only_in_external_mode() {
    for mode in [ModeKind::Password, ModeKind::Mfa] {
        let mut world = World::vacant();
        world.grant.mode = mode;
        assert_eq!(world.begin_external(world.now), Outcome::OtherMode(mode));
        assert!(world.member.is_blank());
    }
    let mut world = external();
    let entered = world.external_session();
    world.wait(DAY);
    assert_eq!(world.view(entered.session), Outcome::SessionEnded);
}
