//! A password that was long enough beside a code and is all there is after a switch-off: DESIGN.md section 5 asks for
//! eight characters there and fifteen here.

use std::vec::Vec;

use super::people::hashed;
use super::world::{HOUR, MINUTE, SCHEME, World, owes, signed_in};
use crate::member::{Command, Duty, Event, LinkPurpose, Methods, Outcome, Proven, ProvenBy, SessionId};
use crate::tenant::ModeKind;
use crate::time::Timestamp;

const SHORT: &str = "9 letters";
const LONG: &str = "a sentence nobody says";

const BY_PASSWORD: Methods =
    Methods { password: true, code: false, recovery_key: false, device: false, external: false };

/// Somebody with a short password whose tenant has switched MFA off since.
fn left_with_a_short_one() -> World {
    let mut world = World::vacant();
    world.password = SHORT.into();
    world.join();
    let pending = world.begin();
    world.enrol(pending);
    world.switch(ModeKind::Password);
    world
}

#[test]
fn under_mfa_it_is_as_good_as_any() {
    let mut world = World::vacant();
    world.password = SHORT.into();
    world.join();
    let pending = world.begin();
    let (phone, _) = world.enrol(pending);
    assert_eq!(world.sign_in(&phone).methods, Methods { code: true, ..BY_PASSWORD });
}

#[test]
fn alone_it_is_right_and_owes_a_longer_one() {
    let mut world = left_with_a_short_one();
    assert_eq!(world.check_password("wrong", None), Outcome::SignInRefused, "judged first");
    let outcome = world.try_begin(None);
    let expires_at = Timestamp(world.now.0 + 5 * MINUTE);
    let owed = Outcome::Owes { duty: Duty::NewPassword, expires_at, authenticator_locked: false, recovery: None };
    assert_eq!(outcome, owed);
    assert!(world.inside().sessions.is_empty());
    assert!(world.events.iter().all(|event| !matches!(event, Event::SignedIn { .. })));
}

#[test]
fn the_longer_one_signs_in_and_the_short_one_never_again() {
    let mut world = left_with_a_short_one();
    let pending = world.begin();
    let at = world.now;
    world.wait(4 * MINUTE);
    let entered = signed_in(world.replace_password(pending, LONG));
    assert_eq!(entered.methods, BY_PASSWORD);
    assert_eq!(world.events, [Event::PasswordReplaced, Event::SignedIn { methods: BY_PASSWORD }]);
    let proven = world.inside().sessions[0].proven;
    assert_eq!(proven, Some(Proven { at, by: ProvenBy::Password }), "as old as the password that was judged");
    assert!(world.inside().pending.is_empty());
    assert_eq!(world.check_password(SHORT, None), Outcome::SignInRefused);
    assert_eq!(signed_in(world.try_begin(None)).methods, BY_PASSWORD, "and owes nothing more");
}

#[test]
fn neither_the_same_one_nor_another_short_one_pays() {
    let mut world = left_with_a_short_one();
    let pending = world.begin();
    let before = world.member.clone();
    for chosen in [SHORT, "another", "exactly 14 ..."] {
        assert_eq!(world.replace_password(pending, chosen), Outcome::PasswordTooShort, "{chosen}");
        assert_eq!(world.member, before);
    }
    signed_in(world.replace_password(pending, "exactly 15 ...."));
}

#[test]
fn what_is_owed_is_owed_five_minutes_and_by_nobody_but_who_gave_the_password() {
    let mut world = left_with_a_short_one();
    let other = world.names.token();
    let pending = world.begin();
    assert_eq!(world.replace_password(other, LONG), Outcome::SignInExpired);
    world.wait(5 * MINUTE);
    assert_eq!(world.replace_password(pending, LONG), Outcome::SignInExpired);
    assert_eq!(owes(&world.try_begin(None)), Some(Duty::NewPassword));
}

#[test]
fn whoever_chose_first_is_the_only_one() {
    let mut world = left_with_a_short_one();
    let (first, second) = (world.begin(), world.begin());
    signed_in(world.replace_password(first, LONG));
    assert_eq!(world.replace_password(second, "a sentence of another"), Outcome::SignInExpired);
    assert_eq!(world.kept().output, hashed(LONG));
}

#[test]
fn a_burnt_one_still_owes_the_mail() {
    let mut world = World::vacant();
    world.password = SHORT.into();
    world.join();
    let pending = world.begin();
    let (phone, _) = world.enrol(pending);
    world.wait(HOUR);
    let link = world.burnt_notice(&phone);
    world.switch(ModeKind::Password);
    let pending = world.begin();
    assert_eq!(world.preview(link), Outcome::LinkValid { purpose: LinkPurpose::Burnt });
    assert_eq!(world.disown(link), Outcome::Disowned);
    assert_eq!(world.replace_password(pending, LONG), Outcome::SignInExpired, "the thief chooses no password");
    assert_eq!(world.try_begin(None), Outcome::PasswordBurnt);
}

#[test]
fn switched_on_again_before_it_was_paid_nothing_is_owed_but_the_enrolment() {
    let mut world = left_with_a_short_one();
    let pending = world.begin();
    world.switch(ModeKind::Mfa);
    assert_eq!(world.replace_password(pending, LONG), Outcome::SignInExpired);
    assert_eq!(owes(&world.try_begin(None)), Some(Duty::Enrol));
}

#[test]
fn an_invitation_that_was_accepted_under_mfa_and_arrives_after_it_owes_a_longer_one() {
    let mut world = World::vacant();
    world.switch(ModeKind::Password);
    world.password = SHORT.into();
    world.join();
    assert_eq!(owes(&world.try_begin(None)), Some(Duty::NewPassword));
}

#[test]
fn without_mfa_no_short_one_is_chosen_in_a_session_or_by_link_either() {
    let (mut world, session) = World::with_password();
    let long = world.password.clone();
    assert_eq!(world.change_password(session, "wrong", SHORT), Outcome::PasswordRefused, "judged first");
    assert_eq!(world.change_password(session, &long, SHORT), Outcome::PasswordTooShort);
    world.issue_link();
    let link = world.fresh.link;
    let before = world.member.clone();
    assert_eq!(world.replace_by_link(link, SHORT), Outcome::PasswordTooShort);
    assert_eq!(world.member, before, "the link may be used again");
    assert_eq!(world.replace_by_link(link, LONG), Outcome::PasswordChanged);
}

#[test]
fn with_mfa_a_short_one_is_chosen_in_every_way_and_remembered_as_one() {
    let (mut world, phone, _, session) = World::with_session();
    let long = world.password.clone();
    world.step_up_by_code(session, phone.shows(world.now));
    assert_eq!(world.change_password(session, &long, SHORT), Outcome::PasswordChanged);
    assert!(!world.kept().stands_alone);
    world.issue_link();
    let link = world.fresh.link;
    assert_eq!(world.replace_by_link(link, LONG), Outcome::PasswordChanged);
    assert!(world.kept().stands_alone);
    world.inside_mut().password_burnt = true; // by hand: the way to a new one at a sign-in
    world.wait(30);
    let pending = world.begin();
    assert_eq!(owes(&world.code(pending, phone.shows(world.now))), Some(Duty::NewPassword));
    signed_in(world.replace_password(pending, SHORT));
    assert!(!world.kept().stands_alone);
}

#[test]
fn a_newer_hash_of_a_short_one_is_of_a_short_one() {
    for (password, expected) in [(SHORT, false), (LONG, true)] {
        let mut world = World::vacant();
        world.password = password.into();
        world.join();
        let renewed = Some(("argon2id:2".into(), [2; 32]));
        let check = Command::CheckPassword {
            scheme: SCHEME.into(),
            output: hashed(password),
            renewed,
            device: None,
            browser: None,
        };
        assert!(matches!(world.ask(check), Outcome::PasswordRight { .. }));
        assert_eq!((world.kept().scheme.as_str(), world.kept().stands_alone), ("argon2id:2", expected));
    }
}

#[test]
fn a_flood_of_sign_ins_with_it_stays_within_bounds() {
    let mut world = left_with_a_short_one();
    let pending: Vec<_> = (0..50).map(|_| world.begin()).collect();
    assert_eq!(world.inside().pending.len(), 20);
    assert_eq!(world.replace_password(pending[29], LONG), Outcome::SignInExpired, "the oldest went");
    signed_in(world.replace_password(pending[49], LONG));
    let live: Vec<SessionId> = world.inside().sessions.iter().map(|session| session.id).collect();
    assert_eq!(live, [world.fresh.session]);
}
