//! Where the bound ends: what gives whoever has a password a new budget. None of it is in his own hands. Each is a
//! figure to be told (SECURITY.md), and a change that moves one of them fails here.

use super::attackers::{self, Attacker};
use super::doors;
use super::habits;
use super::ledger::{Ledger, PER_YEAR};
use super::run::{Setting, lives, seed};
use crate::member::tests::people::Phone;
use crate::member::tests::world::{DAY, PASSWORD, World};
use crate::member::{Event, Outcome};
use crate::tenant::ModeKind;
use crate::time::Seconds;

/// Guesses with the password that leaked, as many as are judged before the lock or `most`.
fn judged(world: &mut World, phone: &Phone, most: usize) -> usize {
    let mut judged = 0;
    while judged < most && world.guess(phone) == Outcome::CodeRefused {
        judged += 1;
        if world.events.contains(&Event::AuthenticatorLocked) {
            break;
        }
    }
    judged
}

#[test]
fn a_password_that_she_takes_up_again_has_leaked_again() {
    // Changed and changed back, with a code each time: the budget is cleared, for nobody knew the one in between. Of
    // older passwords nothing is kept that would tell.
    let (mut world, phone, _) = World::enrolled();
    let first = judged(&mut world, &phone, 19);
    world.wait(DAY);
    let session = world.sign_in(&phone).session;
    assert_eq!(world.change_password(session, PASSWORD, "another one, longer"), Outcome::PasswordChanged);
    assert_eq!(world.change_password(session, "another one, longer", PASSWORD), Outcome::PasswordChanged);
    world.wait(60);
    let second = judged(&mut world, &phone, 20);
    assert_eq!((first, second), (19, 20), "39 in two days: 1.2e-4");
}

#[test]
fn after_the_tenant_was_switched_off_and_on_again_guessing_begins_anew() {
    // In between he needed no code at all.
    let (mut world, phone, _) = World::enrolled();
    let first = judged(&mut world, &phone, 19);
    world.switch(ModeKind::Password);
    assert!(matches!(world.try_begin(None), Outcome::SignedIn(_)));
    world.switch(ModeKind::Mfa);
    let pending = world.begin();
    let (phone, _) = world.enrol(pending);
    world.wait(60);
    assert_eq!((first, judged(&mut world, &phone, 20)), (19, 20));
}

#[test]
fn who_is_invited_again_and_takes_the_password_of_before_begins_anew() {
    let (mut world, phone, _) = World::enrolled();
    let first = judged(&mut world, &phone, 20);
    world.leave();
    world.grant.generation = world.grant.generation.next();
    assert_eq!(world.join(), Outcome::Joined);
    let pending = world.begin();
    let (phone, _) = world.enrol(pending);
    world.wait(60);
    assert_eq!((first, judged(&mut world, &phone, 20)), (20, 20));
}

/// Each way out of the lock by a recovery key is a new password and a new budget. To whoever hears of each new password
/// on the same day it is twenty guesses more.
fn for_each_password_twenty(attacker: &mut dyn Attacker, setting: Setting) -> Ledger {
    let ledger = lives(attacker, setting);
    assert!(ledger.worst_month().judged <= 20, "of each password");
    assert!(ledger.judged() <= 20 * (ledger.passwords as usize + 1));
    ledger
}

/// Of a life in which she takes the way out of each lock at once. More would only be more of it.
fn two_months() -> Setting {
    Setting { span: Seconds(60 * DAY), ..Setting::year(&habits::ORDINARY, seed()) }
}

#[test]
fn a_year_holds_sixteen_leaks_and_no_more() {
    let daily = Setting { leaks_again_after: Some(Seconds(DAY)), ..two_months() };
    let leaks = for_each_password_twenty(&mut attackers::Burst, daily);
    assert!(leaks.passwords > 16 && leaks.worst_year().probability > PER_YEAR);
    let sixteen = 1.0 - (1.0 - 3e-6_f64).powi(20 * 16);
    let seventeen = 1.0 - (1.0 - 3e-6_f64).powi(20 * 17);
    assert!(sixteen <= PER_YEAR && seventeen > PER_YEAR);
}

#[test]
fn who_reads_her_mail_has_twenty_guesses_for_each_recovery_key_that_gets_her_out_of_the_lock() {
    let mail = for_each_password_twenty(&mut doors::ReadsHerMail { taken: 0 }, two_months());
    assert!(mail.passwords > 16 && mail.worst_year().probability > PER_YEAR);
}

#[test]
fn who_has_every_session_of_hers_has_twenty_guesses_for_each_password_without_knowing_any() {
    let mut thief = doors::HasHerSession { worn_out: None, needs_the_password: false };
    let sessions = for_each_password_twenty(&mut thief, two_months());
    assert!(sessions.passwords > 2 && sessions.judged() > 40, "{} judged", sessions.judged());
}
