//! New passwords: chosen in a session, by link, or because the old one is burnt (ATTACKS.md C06, F03, and the promise
//! that a link is never a way round MFA).

use std::vec::Vec;

use super::people::hashed;
use super::world::{DAY, HOUR, MINUTE, PASSWORD, SCHEME, World, laptop, owes, signed_in};
use crate::member::state::{Factor, Joined};
use crate::member::{
    Command, Duty, Event, Generation, LinkPurpose, Methods, Outcome, PasswordVerifier, Proven, ProvenBy, SessionId,
    TokenDigest,
};
use crate::tenant::ModeKind;
use crate::throttle::Lane;
use crate::time::Timestamp;

const NEW: &str = "another one, longer";

/// A new password under a newer scheme.
fn newer_scheme() -> PasswordVerifier {
    PasswordVerifier { scheme: "argon2id:2".into(), output: [9; 32], stands_alone: true }
}

// Within a session.

#[test]
fn a_change_ends_what_was_got_with_the_old_password_but_not_the_session_that_makes_it() {
    let (mut world, phone, sheet, session) = World::with_session();
    let device = world.remember(&phone);
    let other = world.sign_in(&phone).session;
    world.guess(&phone);
    let pending = world.begin();
    let Outcome::PasswordRight { version: judged, .. } = world.check_password(PASSWORD, None) else { panic!() };
    world.issue_link();
    let link = world.fresh.link;
    world.wait(30);
    world.step_up_by_code(session, phone.shows(world.now));
    assert_eq!(world.change_password(session, PASSWORD, NEW), Outcome::PasswordChanged);
    assert_eq!(world.events, [Event::PasswordReplaced]);

    let live: Vec<SessionId> = world.inside().sessions.iter().map(|session| session.id).collect();
    assert_eq!(live, [session]);
    assert_eq!(world.view(other), Outcome::SessionEnded);
    assert!(world.inside().devices.is_empty() && world.inside().links.is_empty());
    assert_eq!((&world.inside().codes, &world.inside().recovery_keys), (&Lane::default(), &Lane::default()));
    assert_eq!(world.inside().password_version, 2);
    assert!(matches!(world.inside().factor, Factor::Bound(_)), "the second factor is untouched");
    assert_eq!(world.preview(link), Outcome::LinkRefused);
    assert_eq!(world.recovery_key(pending, sheet.key(1)), Outcome::SignInExpired);
    let late = Command::BeginSignIn { grant: world.grant, password_version: judged, device: None };
    assert_eq!(world.ask(late), Outcome::SignInRefused);
    assert_eq!(world.check_password(PASSWORD, None), Outcome::SignInRefused);
    assert_eq!(owes(&world.try_begin(Some(device))), Some(Duty::Code), "F03");
}

#[test]
fn a_change_needs_the_present_password_and_with_mfa_a_step_up() {
    let (mut world, phone, _, session) = World::with_session();
    let owed = Outcome::StepUpOwed { by: [ProvenBy::Code, ProvenBy::RecoveryKey].to_vec() };
    assert_eq!(world.change_password(session, PASSWORD, NEW), owed);
    world.step_up_by_code(session, phone.shows(world.now));
    for failures in 1..5 {
        assert_eq!(world.change_password(session, "wrong", NEW), Outcome::PasswordRefused);
        assert_eq!(world.events, [Event::StepUpRefused { by: ProvenBy::Password }]);
        assert_eq!(world.inside().sessions.iter().find(|s| s.id == session).unwrap().failures, failures);
    }
    assert_eq!(world.change_password(session, "wrong", NEW), Outcome::PasswordRefused);
    assert_eq!(world.change_password(session, PASSWORD, NEW), Outcome::SessionEnded);
    assert_eq!(world.member.strangers, Lane::default());
    assert_eq!(world.inside().password_version, 1);
}

#[test]
fn without_mfa_the_present_password_is_enough() {
    let (mut world, session) = World::with_password();
    world.wait(HOUR);
    assert_eq!(world.change_password(session, PASSWORD, PASSWORD), Outcome::PasswordUnchanged);
    assert_eq!(world.change_password(session, "wrong", "wrong"), Outcome::PasswordRefused, "judged first");
    assert_eq!(world.change_password(session, PASSWORD, NEW), Outcome::PasswordChanged);
    signed_in(world.try_begin(None));
}

#[test]
fn a_change_is_compared_under_the_scheme_that_is_kept() {
    let (mut world, session) = World::with_password();
    let (grant, current, kept) = (world.grant, hashed(PASSWORD), SCHEME);
    let mut change = |kept_scheme: &str, under_kept| {
        let (kept_scheme, verifier) = (kept_scheme.into(), newer_scheme());
        world.ask(Command::ChangePassword { grant, session, kept_scheme, current, under_kept, verifier })
    };
    assert_eq!(change("argon2id:0", hashed(NEW)), Outcome::OtherScheme(kept.into()));
    assert_eq!(change(kept, current), Outcome::PasswordUnchanged);
    assert_eq!(change(kept, hashed(NEW)), Outcome::PasswordChanged);
    assert_eq!((world.kept().scheme.as_str(), world.kept().output), ("argon2id:2", [9; 32]));
}

// By link.

#[test]
fn a_link_is_issued_at_most_every_five_minutes_and_lives_an_hour() {
    let (mut world, _, _) = World::enrolled();
    let issued = world.now;
    let expires_at = Timestamp(issued.0 + HOUR);
    assert_eq!(world.issue_link(), Outcome::PasswordLinkIssued { expires_at });
    assert_eq!(world.events, [Event::PasswordLinkIssued]);
    let first = world.fresh.link;
    world.wait(5 * MINUTE - 1);
    assert_eq!(world.issue_link(), Outcome::PasswordLinkHeld);
    assert_eq!(world.events, []);
    assert_eq!(world.preview(first), Outcome::LinkValid { purpose: LinkPurpose::Forgotten });
    world.wait(1);
    assert!(matches!(world.issue_link(), Outcome::PasswordLinkIssued { .. }));
    let second = world.fresh.link;
    world.wait(HOUR - 5 * MINUTE);
    assert_eq!(world.preview(first), Outcome::LinkRefused);
    world.wait(5 * MINUTE - 1);
    assert_eq!(world.preview(second), Outcome::LinkValid { purpose: LinkPurpose::Forgotten });
    world.wait(1);
    assert_eq!(world.preview(second), Outcome::LinkRefused);
    assert_eq!(world.replace_by_link(second, NEW), Outcome::LinkRefused);
    assert!(world.inside().links.is_empty());
}

#[test]
fn a_stranger_who_asks_makes_no_link_worthless_and_fills_no_mailbox() {
    let (mut world, _, _) = World::enrolled();
    world.issue_link();
    let hers = world.fresh.link;
    let mut mails = 1;
    for minute in 1..60 {
        world.wait(MINUTE);
        if matches!(world.issue_link(), Outcome::PasswordLinkIssued { .. }) {
            mails += 1;
        }
        assert_eq!(world.preview(hers), Outcome::LinkValid { purpose: LinkPurpose::Forgotten }, "minute {minute}");
    }
    assert_eq!(mails, 3);
    assert_eq!(world.replace_by_link(hers, NEW), Outcome::PasswordChanged);
    assert!(world.inside().links.is_empty(), "the others are gone with it");
}

#[test]
fn a_link_that_is_no_stranger_s_wish_is_issued_anyway() {
    let (mut world, _, _) = World::enrolled();
    world.issue_link();
    let first = world.fresh.link;
    assert_eq!(world.issue_link(), Outcome::PasswordLinkHeld);
    let expires_at = Timestamp(world.now.0 + HOUR);
    let anyway = Command::IssuePasswordLink { grant: world.grant, anyway: true };
    assert_eq!(world.ask(anyway.clone()), Outcome::PasswordLinkIssued { expires_at });
    assert_eq!(world.events, [Event::PasswordLinkIssued]);
    let second = world.fresh.link;
    assert_eq!(world.preview(first), Outcome::LinkValid { purpose: LinkPurpose::Forgotten });
    assert_eq!(world.issue_link(), Outcome::PasswordLinkHeld);
    for _ in 0..2 {
        assert!(matches!(world.ask(anyway.clone()), Outcome::PasswordLinkIssued { .. }));
    }
    assert_eq!(world.preview(first), Outcome::LinkRefused, "of four the oldest goes");
    assert_eq!(world.preview(second), Outcome::LinkValid { purpose: LinkPurpose::Forgotten });
}

#[test]
fn a_link_replaces_the_password_once_and_signs_nobody_in() {
    let (mut world, phone, sheet, session) = World::with_session();
    let device = world.remember(&phone);
    for _ in 0..10 {
        world.check_password("wrong", None);
    }
    world.issue_link();
    let link = world.fresh.link;
    assert_eq!(world.replace_by_link(link, NEW), Outcome::PasswordChanged);
    assert_eq!(world.events, [Event::PasswordReplaced]);
    assert!(world.inside().sessions.is_empty() && world.inside().devices.is_empty());
    assert_eq!(world.member.strangers, Lane::default(), "its owner is not shut out by strangers");
    assert_eq!(world.view(session), Outcome::SessionEnded);
    assert_eq!(world.replace_by_link(link, "a third one, longer"), Outcome::LinkRefused);
    assert_eq!(owes(&world.try_begin(Some(device))), Some(Duty::Code), "never a way round MFA");
    let pending = world.begin();
    signed_in(world.recovery_key(pending, sheet.key(1)));
    world.sign_in(&phone);
}

#[test]
fn whoever_reads_the_mail_gets_no_more_guesses_at_codes_by_asking_for_links() {
    let (mut world, phone, _) = World::enrolled();
    let mut judged = 0;
    while world.authenticator().locked_at.is_none() && judged < 30 {
        assert_eq!(world.guess(&phone), Outcome::CodeRefused);
        judged += 1;
        world.wait(5 * MINUTE);
        assert!(matches!(world.issue_link(), Outcome::PasswordLinkIssued { .. }));
        let link = world.fresh.link;
        assert_eq!(world.replace_by_link(link, &std::format!("password {judged}")), Outcome::PasswordChanged);
    }
    assert_eq!(judged, 20);
}

#[test]
fn a_link_takes_no_password_that_is_the_present_one() {
    let (mut world, _, _) = World::enrolled();
    world.issue_link();
    let link = world.fresh.link;
    assert_eq!(world.replace_by_link(link, PASSWORD), Outcome::PasswordUnchanged);
    let grant = world.grant;
    let mut other_scheme =
        |under_kept| world.ask(Command::ReplacePasswordByLink { grant, link, verifier: newer_scheme(), under_kept });
    assert_eq!(other_scheme(None), Outcome::OtherScheme(SCHEME.into()));
    assert_eq!(other_scheme(Some(hashed(PASSWORD))), Outcome::PasswordUnchanged);
    assert_eq!(other_scheme(Some(hashed(NEW))), Outcome::PasswordChanged);
}

#[test]
fn a_link_that_differs_in_one_bit_is_none_and_nobody_s_link_is_refused_alike() {
    let (mut world, _, _) = World::enrolled();
    world.issue_link();
    let link = world.fresh.link;
    let before = world.member.clone();
    for bit in 0..256 {
        let mut forged = link;
        forged.0[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(world.preview(forged), Outcome::LinkRefused);
        assert_eq!(world.replace_by_link(forged, NEW), Outcome::LinkRefused);
        assert_eq!(world.disown(forged), Outcome::LinkRefused);
    }
    assert_eq!(world.member, before);
    let mut nobody = World::vacant();
    assert_eq!(nobody.issue_link(), Outcome::LinkRefused);
    assert_eq!(nobody.preview(link), Outcome::LinkRefused);
    assert_eq!(nobody.replace_by_link(link, NEW), Outcome::LinkRefused);
    assert_eq!(nobody.disown(link), Outcome::LinkRefused);
    world.grant.generation = Generation(2);
    assert_eq!(world.replace_by_link(link, NEW), Outcome::LinkRefused, "of the bearer before");
}

// "This was not me."

#[test]
fn the_third_wrong_code_leaves_a_link_that_only_the_notice_tells() {
    let (mut world, phone, _) = World::enrolled();
    let link = world.burnt_notice(&phone);
    assert!(world.events.contains(&Event::PasswordBurnt));
    assert_eq!(world.preview(link), Outcome::LinkValid { purpose: LinkPurpose::Burnt });
    assert!(!world.inside().password_burnt, "a notice is no verdict");
    world.wait(7 * DAY - 1);
    assert_eq!(world.preview(link), Outcome::LinkValid { purpose: LinkPurpose::Burnt });
    world.wait(1);
    assert_eq!(world.disown(link), Outcome::LinkRefused);
}

#[test]
fn not_me_ends_everything_and_can_be_said_again() {
    let (mut world, phone, _, session) = World::with_session();
    world.remember(&phone);
    let link = world.burnt_notice(&phone);
    for told in [Vec::from([Event::Disowned]), Vec::new(), Vec::new()] {
        assert_eq!(world.disown(link), Outcome::Disowned);
        assert_eq!(world.events, told, "administrators hear of it once");
        let inside = world.inside();
        assert!(inside.sessions.is_empty() && inside.devices.is_empty() && inside.pending.is_empty());
        assert!(inside.password_burnt);
        assert!(matches!(inside.factor, Factor::Bound(_)));
    }
    assert_eq!(world.view(session), Outcome::SessionEnded);
    assert_eq!(world.replace_by_link(link, NEW), Outcome::PasswordChanged);
    assert!(!world.inside().password_burnt);
    world.sign_in(&phone);
}

#[test]
fn not_me_is_told_of_again_where_it_ends_anything_again() {
    let (mut world, phone, _) = World::enrolled();
    world.remember(&phone);
    let link = world.burnt_notice(&phone);
    let before = world.inside().clone();
    world.disown(link);
    world.disown(link);
    assert_eq!(world.events, []);
    let came_back: [fn(&mut Joined, Joined); 4] = [
        |inside, before| inside.sessions = before.sessions,
        |inside, before| inside.devices = before.devices,
        |inside, before| inside.pending = before.pending,
        |inside, before| inside.password_burnt = before.password_burnt,
    ];
    for put_back in came_back {
        let mut world = world.clone();
        put_back(world.inside_mut(), before.clone());
        assert_eq!(world.disown(link), Outcome::Disowned);
        assert_eq!(world.events, [Event::Disowned]);
    }
}

#[test]
fn a_later_notice_replaces_the_link_of_the_earlier_and_no_other() {
    let (mut world, phone, _) = World::enrolled();
    world.issue_link();
    let asked_for = world.fresh.link;
    let earlier = world.burnt_notice(&phone);
    world.sign_in(&phone);
    let later = world.burnt_notice(&phone);
    assert_eq!(world.preview(earlier), Outcome::LinkRefused);
    assert_eq!(world.preview(later), Outcome::LinkValid { purpose: LinkPurpose::Burnt });
    assert_eq!(world.preview(asked_for), Outcome::LinkValid { purpose: LinkPurpose::Forgotten });
}

#[test]
fn a_link_for_a_forgotten_password_disowns_nothing() {
    let (mut world, _, _) = World::enrolled();
    world.issue_link();
    let link = world.fresh.link;
    assert_eq!(world.disown(link), Outcome::LinkRefused);
    assert!(!world.inside().password_burnt);
}

fn burnt() -> (World, super::people::Phone, super::people::Sheet) {
    let (mut world, phone, sheet) = World::enrolled();
    let link = world.burnt_notice(&phone);
    assert_eq!(world.disown(link), Outcome::Disowned);
    world.wait(30);
    (world, phone, sheet)
}

#[test]
fn a_burnt_password_is_not_enough_even_with_a_code_until_there_is_a_new_one() {
    let (mut world, phone, _) = burnt();
    assert_eq!(owes(&world.try_begin(None)), Some(Duty::Code), "the code first: the thief has the password");
    let pending = world.fresh.pending;
    assert_eq!(world.replace_password(pending, NEW), Outcome::OtherDuty(Duty::Code));
    let passcode = phone.shows(world.now);
    let at = world.now;
    let remember_device = Some(laptop());
    let grant = world.grant;
    let outcome = world.ask(Command::VerifyCode { grant, pending, passcode, remember_device });
    let expires_at = Timestamp(world.now.0 + 15 * MINUTE);
    let owed = Outcome::Owes { duty: Duty::NewPassword, expires_at, authenticator_locked: false, recovery: None };
    assert_eq!(outcome, owed);
    assert!(world.inside().sessions.is_empty() && world.inside().devices.is_empty());
    let same = world.password.clone();
    assert_eq!(world.replace_password(pending, &same), Outcome::PasswordUnchanged);
    world.wait(10 * MINUTE);
    let entered = signed_in(world.replace_password(pending, NEW));
    assert_eq!(entered.methods, Methods { password: true, code: true, ..Methods::default() });
    assert_eq!(world.events, [Event::PasswordReplaced, Event::SignedIn { methods: entered.methods }]);
    let proven = world.inside().sessions[0].proven;
    assert_eq!(proven, Some(Proven { at, by: ProvenBy::Code }), "as old as the code was");
    assert!(!world.inside().password_burnt && world.inside().pending.is_empty());
}

#[test]
fn a_burnt_password_with_a_recovery_key_owes_a_new_one_too() {
    let (mut world, _, sheet) = burnt();
    let pending = world.begin();
    let outcome = world.recovery_key(pending, sheet.key(1));
    assert_eq!(owes(&outcome), Some(Duty::NewPassword));
    let Outcome::Owes { authenticator_locked, recovery: Some(used), .. } = outcome else { panic!() };
    assert_eq!((authenticator_locked, used.left), (false, 9));
    let entered = signed_in(world.replace_password(pending, NEW));
    assert_eq!(entered.methods, Methods { password: true, recovery_key: true, ..Methods::default() });
    assert!(matches!(world.inside().factor, Factor::Bound(_)));
}

#[test]
fn burnt_and_locked_it_is_the_way_out_of_the_lock() {
    let (mut world, phone, sheet) = World::enrolled();
    let link = world.burnt_notice(&phone);
    world.wait(30);
    while world.authenticator().locked_at.is_none() {
        world.guess(&phone);
    }
    assert_eq!(world.disown(link), Outcome::Disowned);
    let pending = world.begin();
    assert_eq!(owes(&world.recovery_key(pending, sheet.key(1))), Some(Duty::NewPassword));
    assert_eq!(owes(&world.replace_password(pending, NEW)), Some(Duty::Enrol), "not the door itself");
    world.enrol(pending);
}

#[test]
fn burnt_without_a_factor_only_a_link_goes_on() {
    let (world, phone, _) = burnt();
    for mode in [ModeKind::Mfa, ModeKind::Password] {
        let mut world = world.clone();
        world.switch(mode);
        assert_eq!(world.try_begin(None), Outcome::PasswordBurnt, "{mode:?}");
        assert!(world.inside().pending.is_empty() && world.inside().sessions.is_empty());
        let pending = world.fresh.pending;
        assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::SignInExpired);
        let other = world.names.phone();
        assert_eq!(world.start(pending, &other).1, Outcome::SignInExpired);
        assert_eq!(world.replace_password(pending, NEW), Outcome::SignInExpired, "the thief chooses no password");
        assert_eq!(world.try_begin(None), Outcome::PasswordBurnt, "and again");
        world.issue_link();
        let link = world.fresh.link;
        assert_eq!(world.replace_by_link(link, NEW), Outcome::PasswordChanged);
        let outcome = world.try_begin(None);
        match mode {
            ModeKind::Mfa => assert_eq!(owes(&outcome), Some(Duty::Enrol)),
            _ => {
                let entered = signed_in(outcome);
                assert_eq!(entered.methods, Methods { password: true, ..Methods::default() });
            }
        }
    }
}

#[test]
fn burnt_and_reset_it_is_the_link_too() {
    let (mut world, _, _) = burnt();
    world.grant.orders.resets += 1;
    assert_eq!(world.try_begin(None), Outcome::PasswordBurnt);
    assert!(world.inside().password_burnt);
}

#[test]
fn nothing_but_a_second_factor_pays_for_a_new_password() {
    // By hand: nothing leads there any more.
    let refused = [
        (ModeKind::Mfa, "bound", true),
        (ModeKind::Mfa, "bound", false),
        (ModeKind::Mfa, "unbound", true),
        (ModeKind::Password, "unbound", true),
    ];
    for (mode, factor, burnt) in refused {
        let (mut world, _, _) = World::enrolled();
        let pending = world.begin();
        world.grant.mode = mode;
        let inside = world.inside_mut();
        inside.password.as_mut().unwrap().stands_alone = false;
        inside.password_burnt = burnt;
        if factor == "unbound" {
            inside.factor = Factor::None;
        }
        let sign_in = &mut inside.pending[0];
        sign_in.duty = Duty::NewPassword;
        sign_in.methods.code = mode == ModeKind::Password;
        let before = world.member.clone();
        assert_eq!(world.replace_password(pending, NEW), Outcome::SignInExpired);
        assert_eq!(world.member, before);
    }
}

#[test]
fn a_remembered_device_does_not_pass_a_burnt_password() {
    let (mut world, phone, _) = World::enrolled();
    let device = world.remember(&phone);
    world.inside_mut().password_burnt = true; // by hand: disowning forgets devices
    assert_eq!(owes(&world.try_begin(Some(device))), Some(Duty::Code));
}

#[test]
fn a_flood_of_sign_ins_does_not_push_out_one_that_has_paid_a_code() {
    let (mut world, phone, _) = burnt();
    let owner = world.begin();
    assert_eq!(owes(&world.code(owner, phone.shows(world.now))), Some(Duty::NewPassword));
    for _ in 0..50 {
        world.begin();
    }
    signed_in(world.replace_password(owner, NEW));
}

#[test]
fn tokens_of_other_kinds_are_no_links() {
    let (mut world, _, _) = World::enrolled();
    let pending = world.begin();
    assert_eq!(world.preview(pending), Outcome::LinkRefused);
    assert_eq!(world.preview(TokenDigest([0; 32])), Outcome::LinkRefused);
}
