//! After a backup was brought back nothing that was used since the backup can be used again (ATTACKS.md section B).

use super::vouched;
use super::world::{HOUR, World, signed_in};
use crate::member::state::Factor;
use crate::member::{Event, Generation, Grant, Outcome};
use crate::tenant::Epoch;
use crate::tenant::directory::Orders;

/// The world as it was at the backup, an hour later, when the operator has said so.
fn brought_back(backup: &World, now: &World) -> World {
    let mut world = backup.clone();
    world.now = now.now;
    world.grant.restored_at = now.now;
    world
}

#[test]
fn b03_no_code_that_was_seen_before_the_restore_is_accepted_after_it() {
    let (mut world, phone, _) = World::enrolled();
    let backup = world.clone();
    world.wait(HOUR);
    let pending = world.begin();
    let step = world.now.0 / 30;
    signed_in(world.code(pending, phone.at_step(step + 1)));

    let mut again = brought_back(&backup, &world);
    for spent in [step - 1, step, step + 1] {
        let pending = again.begin();
        assert_eq!(again.code(pending, phone.at_step(spent)), Outcome::CodeRefused);
        assert_eq!(again.events, [Event::CodeReplayed]);
    }
    again.wait(30);
    let pending = again.begin();
    signed_in(again.code(pending, phone.at_step(step + 2)));
}

#[test]
fn b11_recovery_keys_devices_links_and_sign_ins_of_before_are_worth_nothing() {
    let (mut world, phone, sheet, session) = World::with_session();
    let device = world.remember(&phone);
    let pending = world.begin();
    let backup = world.clone();
    world.wait(HOUR);
    let mut again = brought_back(&backup, &world);
    assert_eq!(again.view(session), Outcome::SessionEnded);
    assert_eq!(again.events, [Event::RestorePassed]);
    assert_eq!(again.code(pending, phone.shows(again.now)), Outcome::SignInExpired);
    assert!(again.inside().devices.is_empty() && again.inside().links.is_empty());
    for number in 1..=10 {
        let pending = again.begin();
        assert_eq!(again.recovery_key(pending, sheet.key(number)), Outcome::RecoveryKeyRefused, "key {number}");
        let [Event::RecoveryKeyReplayed { .. }] = again.events.as_slice() else { panic!("{:?}", again.events) };
    }
    assert!(!matches!(again.try_begin(Some(device)), Outcome::SignedIn(_)), "a device of before");
    assert_ne!(again.inside().factor, Factor::None, "the app stays bound");
    let told = again.member.revoked().sessions;
    assert!(told.iter().any(|(id, _)| *id == session), "edges are told");
}

#[test]
fn a_restore_is_made_up_for_once_and_an_older_word_is_refused_after_it() {
    let (mut world, phone, _) = World::enrolled();
    let before = world.grant;
    world.wait(HOUR);
    world.grant.restored_at = world.now;
    world.begin();
    assert!(world.events.contains(&Event::RestorePassed));
    world.wait(30);
    let session = world.sign_in(&phone);
    assert!(!world.events.contains(&Event::RestorePassed), "once");
    let kept = world.member.clone();
    let told = Grant { restored_at: before.restored_at, ..world.grant };
    let said = core::mem::replace(&mut world.grant, told);
    assert_eq!(world.view(session.session), Outcome::StaleGrant);
    assert_eq!(world.member, kept);
    world.grant = said;
    assert!(matches!(world.view(session.session), Outcome::Account(_)));
}

#[test]
fn a_tenant_that_is_older_than_its_member_is_followed_after_a_restore_and_not_before() {
    let (mut world, _, _) = World::enrolled();
    let old = world.grant;
    world.grant = Grant { epoch: Epoch(5), orders: Orders { resets: 2, sign_outs: 3 }, ..old };
    world.begin();
    world.wait(HOUR);
    world.grant = old;
    assert_eq!(world.try_begin(None), Outcome::StaleGrant);
    world.grant.restored_at = world.now;
    world.begin();
    assert_eq!((world.inside().epoch, world.inside().orders), (old.epoch, old.orders));
    assert_eq!(world.inside().factor, Factor::None, "nothing of a later epoch opens");
    // An order that was given after the backup and again after the restore is carried out.
    world.grant.orders.sign_outs = 1;
    world.begin();
    assert_eq!(world.inside().orders.sign_outs, 1);
}

#[test]
fn whom_an_older_tenant_makes_a_member_anew_after_a_restore_comes_in_and_is_somebody_else() {
    let (mut world, ..) = vouched::enrolled();
    world.grant.epoch = Epoch(5);
    world.vouched();
    world.wait(HOUR);
    world.grant = Grant { epoch: Epoch(1), generation: Generation(1_700_000_000), ..world.grant };
    assert_eq!(world.try_vouched(None), Outcome::StaleGrant);
    world.grant.restored_at = world.now;
    world.vouched();
    let inside = world.inside();
    assert_eq!((inside.generation, inside.epoch), (world.grant.generation, Epoch(1)));
    assert_eq!(inside.factor, Factor::None);
}
