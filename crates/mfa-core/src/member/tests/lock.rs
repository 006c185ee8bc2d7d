//! The lock: what closes, what stays open, and the way out.

use super::people::hashed;
use super::world::{DAY, MINUTE, SCHEME, World, owes, signed_in};
use crate::member::Event;
use crate::member::{Command, Duty, Outcome, PasswordVerifier, RecoveryKeyUse};
use crate::throttle::Lane;
use crate::time::Timestamp;

#[test]
fn a16_when_codes_are_locked_a_remembered_device_and_a_recovery_key_still_work() {
    let (mut world, phone, sheet) = World::enrolled();
    let device = world.remember(&phone);
    world.lock(&phone);

    let pending = world.begin();
    let Outcome::Owes { authenticator_locked, .. } = world.try_begin(None) else { panic!() };
    assert!(authenticator_locked, "the page is told");
    let before = world.member.clone();
    world.wait(30);
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::AuthenticatorLocked);
    assert_eq!(world.code(pending, phone.wrong(world.now)), Outcome::AuthenticatorLocked);
    assert_eq!(world.member, before, "and no code is judged any more");

    signed_in(world.try_begin(Some(device)));
    let opened = world.recovery_key(pending, sheet.key(1));
    assert_eq!(owes(&opened), Some(Duty::NewPassword));
}

#[test]
fn time_does_not_open_the_lock() {
    let (mut world, phone, _) = World::enrolled();
    world.lock(&phone);
    world.wait(400 * DAY);
    let pending = world.begin();
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::AuthenticatorLocked);
}

#[test]
fn the_way_out_is_a_recovery_key_then_a_new_password_then_a_new_authenticator() {
    let (mut world, phone, sheet) = World::enrolled();
    let device = world.remember(&phone);
    world.lock(&phone);
    let pending = world.begin();

    let opened = world.recovery_key(pending, sheet.key(7));
    let expires_at = Timestamp(world.now.0 + 15 * MINUTE);
    let used = RecoveryKeyUse { set: 1, number: 7, left: 9 };
    let owed = Outcome::Owes { duty: Duty::NewPassword, expires_at, authenticator_locked: true, recovery: Some(used) };
    assert_eq!(opened, owed);
    assert!(!world.events.iter().any(|event| matches!(event, Event::SignedIn { .. })), "it is not the door itself");

    let replaced = world.replace_password(pending, "another one, longer");
    let owed = Outcome::Owes { duty: Duty::Enrol, expires_at, authenticator_locked: false, recovery: None };
    assert_eq!(replaced, owed);
    assert_eq!(world.events, [Event::PasswordReplaced]);
    assert_eq!(world.inside().codes, Lane::default(), "the budget counted guesses with the old password");
    assert_eq!(world.inside().recovery_keys, Lane::default());

    let (new_phone, new_sheet) = (world.names.phone(), world.names.sheet());
    let entered = world.enrol_with(pending, &new_phone, &new_sheet);
    assert_eq!(entered.methods.names().collect::<std::vec::Vec<_>>(), ["pwd", "otp", "recovery"]);
    assert_eq!(world.authenticator().recovery.number, 2);
    assert!(world.authenticator().locked_at.is_none());

    world.sign_in(&new_phone);
    assert_eq!(owes(&world.try_begin(Some(device))), Some(Duty::Code), "the old device is forgotten");
    for _ in 0..20 {
        assert_eq!(world.guess(&new_phone), Outcome::CodeRefused, "a whole new budget");
    }
}

#[test]
fn c06_a_new_password_ends_everything_that_was_got_with_the_old_one() {
    let (mut world, phone, sheet) = World::enrolled();
    let session = world.sign_in(&phone).session;
    world.lock(&phone);
    let (owner, thief) = (world.begin(), world.begin());
    let judged_before = world.check_password(&world.password.clone(), None);
    assert!(matches!(judged_before, Outcome::PasswordRight { version: 1, .. }));
    world.recovery_key(owner, sheet.key(1));
    world.replace_password(owner, "another one, longer");

    assert_eq!(world.view(session), Outcome::SessionEnded);
    assert!(world.member.revoked().sessions.iter().any(|(id, _)| *id == session));
    assert_eq!(world.recovery_key(thief, sheet.key(2)), Outcome::SignInExpired);
    assert_eq!(world.code(thief, phone.shows(world.now)), Outcome::SignInExpired);
    let late = Command::BeginSignIn { grant: world.grant, password_version: 1, device: None };
    assert_eq!(world.ask(late), Outcome::SignInRefused);
    assert_eq!(world.check_password(super::world::PASSWORD, None), Outcome::SignInRefused);
}

#[test]
fn d06_leaving_the_way_out_half_way_leaves_the_lock_as_it_was() {
    let (mut world, phone, sheet) = World::enrolled();
    world.lock(&phone);
    let pending = world.begin();
    world.recovery_key(pending, sheet.key(1));
    world.replace_password(pending, "another one, longer");
    let new_phone = world.names.phone();
    world.start(pending, &new_phone);
    world.wait(DAY);

    let pending = world.begin();
    assert_eq!(world.code(pending, new_phone.shows(world.now)), Outcome::AuthenticatorLocked);
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::AuthenticatorLocked);
    assert_eq!(owes(&world.recovery_key(pending, sheet.key(2))), Some(Duty::NewPassword));
}

#[test]
fn the_new_password_is_new() {
    // The budgets are cleared because they counted guesses under a password that somebody else knows.
    // Were the same one taken again, twenty guesses would become forty, and so on for each recovery key.
    let (mut world, phone, sheet) = World::enrolled();
    world.lock(&phone);
    let pending = world.begin();
    world.recovery_key(pending, sheet.key(1));
    let same = world.password.clone();
    let refused = world.replace_password(pending, &same);
    assert_eq!(refused, Outcome::PasswordUnchanged);
    assert_eq!(world.events, []);
    assert_ne!(world.inside().codes, Lane::default());
    assert_eq!(owes(&world.replace_password(pending, "another one, longer")), Some(Duty::Enrol));
}

#[test]
fn the_new_password_is_new_however_it_is_hashed() {
    let (mut world, phone, sheet) = World::enrolled();
    world.lock(&phone);
    let pending = world.begin();
    world.recovery_key(pending, sheet.key(1));
    let (grant, same, new) = (world.grant, hashed(&world.password), hashed("another one, longer"));
    let mut replace = |output, under_current| {
        let verifier = PasswordVerifier { scheme: "argon2id:2".into(), output, stands_alone: true };
        world.ask(Command::ReplacePassword { grant, pending, verifier, under_current })
    };
    assert_eq!(replace([1; 32], None), Outcome::OtherScheme(SCHEME.into()), "it cannot be compared");
    assert_eq!(replace([1; 32], Some(same)), Outcome::PasswordUnchanged);
    assert_eq!(owes(&replace([1; 32], Some(new))), Some(Duty::Enrol));
    assert_eq!(world.kept().scheme, "argon2id:2");
    assert_eq!(world.kept().output, [1; 32]);
}

#[test]
fn budgets_outlive_the_authenticator_when_the_password_stays() {
    let (mut world, phone, _) = World::enrolled();
    let wrong = world.names.sheet().key(1);
    for _ in 0..6 {
        world.guess(&phone);
        let pending = world.begin();
        while let Outcome::Throttled { until: Some(until) } = world.recovery_key(pending, wrong) {
            world.now = until;
        }
    }
    let before = world.inside().clone();
    world.inside_mut().factor = crate::member::state::Factor::None; // as a reset will leave it
    let pending = world.begin();
    let (phone, _) = world.enrol(pending);
    assert_eq!(world.inside().codes.budgeted, before.codes.budgeted);
    assert_eq!(world.inside().recovery_keys.budgeted, before.recovery_keys.budgeted);
    world.wait(30);
    for left in (1..=14).rev() {
        assert!(world.authenticator().locked_at.is_none(), "{left} left");
        world.guess(&phone);
    }
    assert!(world.authenticator().locked_at.is_some(), "six before and fourteen after are twenty");
}
