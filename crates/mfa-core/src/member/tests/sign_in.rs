//! From the password to what is still owed (ATTACKS.md section C), and how many sign-ins may be under way.

use std::vec::Vec;

use super::people::hashed;
use super::world::{MINUTE, PASSWORD, SCHEME, World, owes, signed_in};
use crate::member::Event;
use crate::member::{Command, Duty, Methods, Outcome};
use crate::policy;
use crate::tenant::ModeKind;
use crate::time::Timestamp;

#[test]
fn without_mfa_the_password_is_enough() {
    let mut world = World::vacant();
    world.grant.mode = ModeKind::Password;
    world.join();
    let entered = signed_in(world.try_begin(None));
    assert_eq!(entered.methods, Methods { password: true, ..Methods::default() });
    assert_eq!((entered.session, entered.at), (world.fresh.session, world.now));
    assert_eq!((entered.generation, entered.epoch), (world.grant.generation, world.grant.epoch));
    assert_eq!((entered.device, entered.recovery), (None, None));
    assert!(world.inside().pending.is_empty());
}

#[test]
fn c08_with_mfa_the_password_gives_no_session() {
    let (mut world, phone, _) = World::enrolled();
    let before = world.inside().sessions.clone();
    let outcome = world.try_begin(None);
    let expires_at = Timestamp(world.now.0 + 5 * MINUTE);
    let owed = Outcome::Owes { duty: Duty::Code, expires_at, authenticator_locked: false, recovery: None };
    assert_eq!(outcome, owed);
    assert_eq!(world.events, []);
    assert_eq!(world.inside().sessions, before);

    let pending = world.fresh.pending;
    let entered = signed_in(world.code(pending, phone.shows(world.now)));
    assert_eq!(entered.methods.names().collect::<Vec<_>>(), ["pwd", "otp"]);
    assert_eq!(world.events, [Event::SignedIn { methods: entered.methods }]);
}

#[test]
fn c14_who_has_not_enrolled_owes_it_at_every_sign_in() {
    let mut world = World::joined();
    for _ in 0..3 {
        let pending = world.begin();
        assert_eq!(world.inside().pending.last().unwrap().duty, Duty::Enrol);
        let phone = world.names.phone();
        let (id, _) = world.start(pending, &phone);
        let sheet = world.names.sheet();
        assert_eq!(world.confirm(pending, id, phone.wrong(world.now), &sheet), Outcome::CodeRefused);
    }
    assert!(world.inside().sessions.is_empty());
    assert_eq!(owes(&world.try_begin(None)), Some(Duty::Enrol));
}

#[test]
fn a_wrong_password_begins_nothing() {
    let (mut world, _, _) = World::enrolled();
    let before = world.inside().pending.clone();
    assert_eq!(world.check_password("wrong", None), Outcome::SignInRefused);
    assert_eq!(world.events, [Event::PasswordRefused { consecutive: 1, known_device: false }]);
    assert_eq!(world.inside().pending, before);
}

#[test]
fn a_right_password_clears_strangers_failures_and_a_wrong_one_is_counted() {
    let (mut world, _, _) = World::enrolled();
    for expected in 1..=9 {
        world.check_password("wrong", None);
        assert_eq!(world.member.strangers.consecutive(), expected);
    }
    assert!(matches!(world.check_password(PASSWORD, None), Outcome::PasswordRight { .. }));
    assert_eq!(world.member.strangers.consecutive(), 0);
}

#[test]
fn ten_passwords_are_free_then_even_the_right_one_waits() {
    let (mut world, _, _) = World::enrolled();
    for _ in 0..10 {
        assert_eq!(world.check_password("wrong", None), Outcome::SignInRefused);
    }
    let until = Timestamp(world.now.0 + 30);
    assert_eq!(world.check_password(PASSWORD, None), Outcome::Throttled { until: Some(until) });
    world.now = until;
    assert!(matches!(world.check_password(PASSWORD, None), Outcome::PasswordRight { .. }));
}

#[test]
fn a_password_hashed_under_another_scheme_is_neither_judged_nor_charged() {
    let (mut world, _, _) = World::enrolled();
    let before = world.member.clone();
    for password in [PASSWORD, "wrong"] {
        let scheme = "argon2id:2".into();
        let outcome = world.ask(Command::CheckPassword {
            scheme,
            output: hashed(password),
            renewed: None,
            device: None,
            browser: None,
        });
        assert_eq!(outcome, Outcome::OtherScheme(SCHEME.into()));
        assert_eq!(world.member, before);
    }
}

#[test]
fn a_right_password_is_kept_under_a_newer_scheme_and_a_wrong_one_changes_nothing() {
    let (mut world, phone, _) = World::enrolled();
    let pending = world.begin();
    let Outcome::PasswordRight { version, .. } = world.check_password(PASSWORD, None) else { panic!() };
    let before = world.inside().password.clone();
    let check = |password: &str| Command::CheckPassword {
        scheme: SCHEME.into(),
        output: hashed(password),
        renewed: Some(("argon2id:2".into(), [2; 32])),
        device: None,
        browser: None,
    };
    assert_eq!(world.ask(check("wrong")), Outcome::SignInRefused);
    assert_eq!(world.inside().password, before);
    assert!(matches!(world.ask(check(PASSWORD)), Outcome::PasswordRight { .. }));
    assert_eq!(world.kept().scheme, "argon2id:2");
    assert_eq!(world.kept().output, [2; 32]);
    assert_eq!(world.ask(check(PASSWORD)), Outcome::OtherScheme("argon2id:2".into()));

    let late = Command::BeginSignIn { grant: world.grant, password_version: version, device: None };
    assert!(matches!(world.ask(late), Outcome::Owes { .. }), "it is the same password");
    signed_in(world.code(pending, phone.shows(world.now)));
}

#[test]
fn a_throttled_password_is_not_kept_under_a_newer_scheme() {
    let (mut world, _, _) = World::enrolled();
    for _ in 0..10 {
        world.check_password("wrong", None);
    }
    let before = world.member.clone();
    let renewed = Some(("argon2id:2".into(), [2; 32]));
    let check = Command::CheckPassword {
        scheme: SCHEME.into(),
        output: hashed(PASSWORD),
        renewed,
        device: None,
        browser: None,
    };
    assert!(matches!(world.ask(check), Outcome::Throttled { .. }));
    assert_eq!(world.member, before);
}

#[test]
fn passwords_wait_an_hour_at_most_and_no_stranger_closes_their_lane() {
    let (mut world, _, _) = World::enrolled();
    for _ in 0..300 {
        assert_eq!(world.check_password("wrong", None), Outcome::SignInRefused);
        world.wait(3600);
    }
    assert!(matches!(world.check_password(PASSWORD, None), Outcome::PasswordRight { .. }));
}

#[test]
fn a_sign_in_begun_with_a_password_that_was_replaced_since_is_refused() {
    let (mut world, _, _) = World::enrolled();
    let before = world.member.clone();
    for version in [0, 2, u32::MAX] {
        let grant = world.grant;
        let outcome = world.ask(Command::BeginSignIn { grant, password_version: version, device: None });
        assert_eq!(outcome, Outcome::SignInRefused);
        assert_eq!(world.member, before);
    }
}

#[test]
fn at_most_twenty_sign_ins_are_pending_and_the_oldest_gives_way() {
    let (mut world, phone, _) = World::enrolled();
    let pending: Vec<_> = (0..21).map(|_| world.begin()).collect();
    assert_eq!(world.inside().pending.len(), 20);
    assert_eq!(world.code(pending[0], phone.shows(world.now)), Outcome::SignInExpired);
    signed_in(world.code(pending[1], phone.shows(world.now)));
}

#[test]
fn a_flood_of_sign_ins_does_not_push_out_one_that_is_enrolling() {
    let mut world = World::joined();
    let idle = world.begin();
    let enrolling = world.begin();
    let (phone, sheet) = (world.names.phone(), world.names.sheet());
    let (id, _) = world.start(enrolling, &phone);
    for _ in 0..2 * policy::PENDING_AT_ONCE {
        world.begin();
    }
    assert_eq!(world.inside().pending.len(), policy::PENDING_AT_ONCE);
    assert!(world.inside().pending.iter().all(|pending| pending.token != idle));
    world.confirm(enrolling, id, phone.shows(world.now), &sheet);
    signed_in(world.complete(enrolling, id, sheet.proof()));
}

#[test]
fn a_flood_of_sign_ins_does_not_push_out_one_that_has_paid_a_recovery_key() {
    // Locked means that somebody else has the password: he can begin sign-ins at will. If that ended the one on
    // which the owner spent a recovery key, ten rounds of it would leave her with no key.
    let (mut world, phone, sheet) = World::enrolled();
    world.lock(&phone);
    let owner = world.begin();
    assert_eq!(owes(&world.recovery_key(owner, sheet.key(1))), Some(Duty::NewPassword));
    for _ in 0..2 * policy::PENDING_AT_ONCE {
        world.begin();
    }
    assert_eq!(owes(&world.replace_password(owner, "another one, longer")), Some(Duty::Enrol));
}

#[test]
fn whoever_keeps_its_owner_out_by_beginning_again_and_again_is_told_of_with_a_way_out() {
    let (mut world, phone, _) = World::enrolled();
    let hers = world.begin();
    let mut told = 0;
    for _ in 0..3 * policy::PENDING_AT_ONCE {
        world.begin();
        told += world.events.iter().filter(|event| **event == Event::PasswordBurnt).count();
        if world.events.contains(&Event::PasswordBurnt) {
            assert_eq!(world.code(hers, phone.shows(world.now)), Outcome::SignInExpired, "not sooner than that");
            assert_eq!(world.inside().links.len(), 1);
        }
    }
    assert_eq!(told, 1, "nobody fills a mailbox so");
}
