//! Known browsers (A15): a stranger's wrong passwords do not make their owners wait, and nothing else is different.

use super::world::{DAY, HOUR, PASSWORD, World, owes, signed_in};
use crate::member::{BrowserId, Command, Duty, Event, Generation, KnownBrowser, Outcome};
use crate::tenant::{Epoch, ModeKind};

fn browser(number: u8) -> KnownBrowser {
    KnownBrowser { generation: Generation(1), password_version: 1, id: BrowserId([number; 8]) }
}

#[test]
fn a15_strangers_do_not_make_a_known_browser_wait() {
    let mut world = World::joined();
    for _ in 0..11 {
        world.check_password("wrong", None);
    }
    let right = world.password.clone();
    assert!(matches!(world.check_password(&right, None), Outcome::Throttled { .. }), "a stranger waits, whoever it is");
    assert!(matches!(world.check_password_at(&right, None, Some(browser(1))), Outcome::PasswordRight { .. }));
}

#[test]
fn a15_a_known_browser_waits_by_itself_and_makes_no_other_wait() {
    let mut world = World::joined();
    for _ in 0..10 {
        assert_eq!(world.check_password_at("wrong", None, Some(browser(1))), Outcome::SignInRefused);
    }
    let refused = world.check_password_at(&world.password.clone(), None, Some(browser(1)));
    assert_eq!(refused, Outcome::Throttled { until: Some(crate::time::Timestamp(world.now.0 + 30)) });
    let right = world.password.clone();
    for elsewhere in [None, Some(browser(2))] {
        let mut other = world.clone();
        assert!(matches!(other.check_password_at(&right, None, elsewhere), Outcome::PasswordRight { .. }));
        assert_eq!(other.inside().browsers.len(), 1, "a right password elsewhere changes nothing here");
    }
    world.wait(30);
    assert!(matches!(world.check_password_at(&right, None, Some(browser(1))), Outcome::PasswordRight { .. }));
    assert!(world.inside().browsers.is_empty());
}

#[test]
fn it_skips_nothing() {
    let (mut world, _, _) = World::enrolled();
    let password = world.password.clone();
    let Outcome::PasswordRight { version, .. } = world.check_password_at(&password, None, Some(browser(1))) else {
        panic!("not right");
    };
    let begun = world.ask(Command::BeginSignIn { grant: world.grant, password_version: version, device: None });
    assert_eq!(owes(&begun), Some(Duty::Code));
}

#[test]
fn g12_of_an_earlier_bearer_it_is_a_stranger() {
    let mut world = World::joined();
    for generation in [0, 2] {
        let others = KnownBrowser { generation: Generation(generation), ..browser(1) };
        world.check_password_at("wrong", None, Some(others));
    }
    assert_eq!(world.member.strangers.consecutive(), 2);
    assert!(world.inside().browsers.is_empty());
    assert_eq!(world.events, [Event::PasswordRefused { consecutive: 2, known_device: false }]);
}

#[test]
fn a_remembered_device_comes_first() {
    let (mut world, phone, _) = World::enrolled();
    let device = world.remember(&phone);
    world.check_password_at("wrong", Some(device), Some(browser(1)));
    assert_eq!(world.inside().devices[0].passwords.consecutive(), 1);
    assert!(world.inside().browsers.is_empty());
}

#[test]
fn at_most_ten_wait_by_themselves_and_the_eleventh_is_a_stranger() {
    let mut world = World::joined();
    for number in 1..=10 {
        world.check_password_at("wrong", None, Some(browser(number)));
    }
    world.check_password_at("wrong", None, Some(browser(1)));
    world.check_password_at("wrong", None, Some(browser(11)));
    let ids = world.inside().browsers.iter().map(|browser| browser.id.0[0]).collect::<std::vec::Vec<_>>();
    assert_eq!(ids, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert_eq!(world.inside().browsers[0].passwords.consecutive(), 2);
    assert_eq!(world.member.strangers.consecutive(), 1);
    // A right password makes room.
    let right = world.password.clone();
    assert!(matches!(world.check_password_at(&right, None, Some(browser(2))), Outcome::PasswordRight { .. }));
    world.check_password_at("wrong", None, Some(browser(11)));
    assert_eq!(world.inside().browsers.last().map(|browser| browser.id.0[0]), Some(11));
}

#[test]
fn a15_eleven_browsers_are_no_endless_guessing() {
    let mut world = World::joined();
    let mut judged = 0;
    for round in 0..1000_u32 {
        let his = browser(u8::try_from(round % 11).unwrap());
        for _ in 0..10 {
            judged += u32::from(world.check_password_at("wrong", None, Some(his)) == Outcome::SignInRefused);
        }
    }
    assert_eq!(judged, 11 * 10, "ten lanes and the strangers', ten free in each");
}

/// Whoever signed in with the old one may be why there is a new one.
#[test]
fn a_new_password_makes_every_browser_a_stranger_s() {
    let (mut world, session) = World::with_password();
    world.check_password_at("wrong", None, Some(browser(7)));
    assert_eq!(world.inside().browsers.len(), 1);
    assert_eq!(world.change_password(session, PASSWORD, "another one, longer"), Outcome::PasswordChanged);
    world.check_password_at("wrong", None, Some(browser(7)));
    assert_eq!(world.events, [Event::PasswordRefused { consecutive: 1, known_device: false }]);
    let now_known = KnownBrowser { password_version: world.member.password_version(), ..browser(7) };
    world.check_password_at("wrong", None, Some(now_known));
    assert_eq!(world.inside().browsers.len(), 1);
}

#[test]
fn what_failed_is_forgotten_after_a_day_and_with_the_epoch() {
    let mut world = World::joined();
    world.check_password_at("wrong", None, Some(browser(1)));
    let mut later = world.clone();
    later.wait(DAY - 1);
    later.sweep();
    assert_eq!(later.inside().browsers.len(), 1);
    later.wait(1);
    later.sweep();
    assert!(later.inside().browsers.is_empty());

    world.grant.epoch = Epoch(world.grant.epoch.0 + 1);
    world.grant.mode = ModeKind::Mfa;
    world.wait(HOUR);
    world.ask(Command::Follow { grant: world.grant });
    assert!(world.inside().browsers.is_empty());
}

#[test]
fn a_sign_in_from_there_is_one_like_any_other() {
    let mut world = World::joined();
    world.grant.mode = ModeKind::Password;
    let password = world.password.clone();
    world.check_password_at("wrong", None, Some(browser(1)));
    let Outcome::PasswordRight { version, .. } = world.check_password_at(&password, None, Some(browser(1))) else {
        panic!("not right");
    };
    let begun = world.ask(Command::BeginSignIn { grant: world.grant, password_version: version, device: None });
    let entered = signed_in(begun);
    assert_eq!((entered.device, entered.methods.device), (None, false));
}
