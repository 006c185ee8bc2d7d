//! Step-up (ATTACKS.md A06, A07, A09, B06, F09, G03): who is signed in proves anew that it is still she.

use std::vec::Vec;

use super::people::hashed;
use super::world::{MINUTE, PASSWORD, World, signed_in};
use crate::member::Assurance::{Administrator, Live, Own};
use crate::member::ProvenBy::{Code, Password, Provider, RecoveryKey};
use crate::member::{Event, Methods, Outcome, PasswordVerifier, Proven, ProvenBy, SessionId, StepUpProof};
use crate::tenant::ModeKind;
use crate::time::Timestamp;

fn owed(by: &[ProvenBy]) -> Outcome {
    Outcome::StepUpOwed { by: by.to_vec() }
}

fn is_authorized(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Authorized { .. })
}

#[test]
fn a_proof_is_written_down_by_its_kind_alone_and_a_verifier_by_its_scheme() {
    let code = StepUpProof::Code(World::enrolled().1.shows(Timestamp(0)));
    assert_eq!(std::format!("{code:?}"), "StepUpProof(Code)");
    let password = StepUpProof::Password { scheme: "argon2id:1".into(), output: [7; 32] };
    assert_eq!(std::format!("{password:?}"), "StepUpProof(Password)");
    let kept = PasswordVerifier { scheme: "argon2id:1".into(), output: [7; 32], stands_alone: true };
    assert_eq!(std::format!("{kept:?}"), "PasswordVerifier(scheme argon2id:1)");
}

#[test]
fn a_sign_in_is_its_own_step_up_for_five_minutes_and_a_code_renews_it() {
    let (mut world, phone, _) = World::enrolled();
    let entered = world.sign_in(&phone);
    let (session, proven) = (entered.session, Some(Proven { at: world.now, by: Code }));
    let authorized = Outcome::Authorized { proven, methods: entered.methods };
    for assurance in [Live, Own, Administrator] {
        assert_eq!(world.authorize(session, assurance), authorized);
    }
    world.wait(5 * MINUTE - 1);
    assert!(is_authorized(&world.authorize(session, Administrator)));
    world.wait(1);
    assert_eq!(world.authorize(session, Live), authorized);
    assert_eq!(world.authorize(session, Own), owed(&[Code, RecoveryKey]));
    assert_eq!(world.authorize(session, Administrator), owed(&[Code]));
    assert_eq!(world.events, []);

    let until = Timestamp(world.now.0 + 5 * MINUTE);
    assert_eq!(world.step_up_by_code(session, phone.shows(world.now)), Outcome::SteppedUp { until });
    assert_eq!(world.events, [Event::SteppedUp { by: Code }]);
    world.now = Timestamp(until.0 - 1);
    assert!(is_authorized(&world.authorize(session, Administrator)));
    world.wait(1);
    assert_eq!(world.authorize(session, Own), owed(&[Code, RecoveryKey]));
}

#[test]
fn g03_a_recovery_key_will_do_for_oneself_but_not_for_an_administrator_s_acts() {
    let (mut world, _, sheet) = World::enrolled();
    let pending = world.begin();
    let session = signed_in(world.recovery_key(pending, sheet.key(1))).session;
    assert!(is_authorized(&world.authorize(session, Own)));
    assert_eq!(world.authorize(session, Administrator), owed(&[Code]));
    world.wait(5 * MINUTE);
    assert_eq!(world.authorize(session, Own), owed(&[Code, RecoveryKey]));
    assert!(matches!(world.step_up_by_key(session, sheet.key(2)), Outcome::SteppedUp { .. }));
    assert_eq!(
        world.events,
        [Event::RecoveryKeyUsed { set: 1, number: 2, left: 8 }, Event::SteppedUp { by: RecoveryKey }]
    );
    assert!(is_authorized(&world.authorize(session, Own)));
    assert_eq!(world.authorize(session, Administrator), owed(&[Code]));
    assert_eq!(world.step_up_by_key(session, sheet.key(2)), Outcome::RecoveryKeyRefused, "it is spent");
    assert!(world.inside().recovery_keys.budgeted.is_empty(), "and a replay is no guess");
    assert_eq!(world.inside().sessions.last().unwrap().failures, 1);
}

#[test]
fn f09_a_remembered_device_is_never_a_step_up() {
    let (mut world, phone, _) = World::enrolled();
    let device = world.remember(&phone);
    let session = signed_in(world.try_begin(Some(device))).session;
    assert_eq!(
        world.authorize(session, Live),
        Outcome::Authorized { proven: None, methods: Methods { password: true, device: true, ..Methods::default() } }
    );
    assert_eq!(world.authorize(session, Own), owed(&[Code, RecoveryKey]));
    assert_eq!(world.authorize(session, Administrator), owed(&[Code]));
    assert_eq!(world.reset_own(session), owed(&[Code, RecoveryKey]));
    let sheet = world.names.sheet();
    assert_eq!(world.start_keys(session, &sheet), owed(&[Code, RecoveryKey]));
    assert_eq!(world.change_password(session, PASSWORD, "another one, longer"), owed(&[Code, RecoveryKey]));
}

#[test]
fn b06_a_code_is_good_for_one_thing_whatever_it_is() {
    let (mut world, phone, _, session) = World::with_session();
    let code = phone.shows(world.now);
    assert!(matches!(world.step_up_by_code(session, code.clone()), Outcome::SteppedUp { .. }));
    assert_eq!(world.step_up_by_code(session, code.clone()), Outcome::CodeRefused);
    assert_eq!(world.events, [Event::CodeReplayed]);
    let pending = world.begin();
    assert_eq!(world.code(pending, code), Outcome::CodeRefused, "not for a sign-in either");
    world.wait(30);
    let code = phone.shows(world.now);
    signed_in(world.code(pending, code.clone()));
    assert_eq!(world.step_up_by_code(session, code), Outcome::CodeRefused, "and the other way round");
    assert_eq!(world.failures_in_a_row(), 0);
    assert!(world.inside().codes.budgeted.is_empty(), "replays are not charged");
    let failures: Vec<u8> = world.inside().sessions.iter().map(|session| session.failures).collect();
    assert_eq!(failures.iter().sum::<u8>(), 2, "but the session counts them");
}

#[test]
fn a06_a07_a_wrong_code_counts_once_for_all_doors() {
    let (mut world, phone, _, session) = World::with_session();
    let pending = world.begin();
    assert_eq!(world.code(pending, phone.wrong(world.now)), Outcome::CodeRefused);
    assert_eq!(world.step_up_by_code(session, phone.wrong(world.now)), Outcome::CodeRefused);
    assert_eq!(world.events, [Event::CodeRefused { consecutive: 2 }]);
    assert_eq!(world.code(pending, phone.wrong(world.now)), Outcome::CodeRefused);
    assert!(world.events.contains(&Event::PasswordBurnt), "the notice counts both doors");
    assert_eq!(world.step_up_by_code(session, phone.wrong(world.now)), Outcome::CodeRefused);
    assert_eq!(world.code(pending, phone.wrong(world.now)), Outcome::CodeRefused);
    let throttled = Outcome::Throttled { until: Some(Timestamp(world.now.0 + 30)) };
    assert_eq!(world.step_up_by_code(session, phone.shows(world.now)), throttled);
    assert_eq!(world.code(pending, phone.shows(world.now)), throttled);
    assert_eq!(world.inside().codes.budgeted.len(), 5);
}

#[test]
fn a07_guesses_over_all_doors_share_one_budget_and_the_lock_closes_them_all() {
    let (mut world, phone, sheet) = World::enrolled();
    let mut judged = 0;
    for round in 0..20 {
        let session = if round % 2 == 0 {
            let pending = world.begin();
            signed_in(world.recovery_key(pending, sheet.key(round / 2 + 1))).session
        } else {
            world.inside().sessions.last().unwrap().id
        };
        while let Outcome::Throttled { until: Some(until) } = world.step_up_by_code(session, phone.wrong(world.now)) {
            world.now = until;
        }
        judged += 1;
        assert_eq!(world.inside().codes.budgeted.len(), judged);
    }
    assert!(world.authenticator().locked_at.is_some(), "twenty in all");
    world.wait(30);
    let session = world.inside().sessions.last().unwrap().id;
    assert_eq!(world.step_up_by_code(session, phone.shows(world.now)), Outcome::AuthenticatorLocked);
    let pending = world.begin();
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::AuthenticatorLocked);
}

#[test]
fn what_fails_in_a_session_is_never_given_back() {
    let (mut world, phone, _, session) = World::with_session();
    for _ in 0..4 {
        assert_eq!(world.step_up_by_code(session, phone.wrong(world.now)), Outcome::CodeRefused);
    }
    assert!(matches!(world.step_up_by_code(session, phone.shows(world.now)), Outcome::SteppedUp { .. }));
    assert_eq!(world.failures_in_a_row(), 0, "the row is broken");
    assert_eq!(world.inside().codes.budgeted.len(), 4, "the budget is not");
    world.sign_in(&phone);
    assert_eq!(world.inside().codes.budgeted.len(), 4);
}

#[test]
fn a09_five_wrong_proofs_of_whatever_kind_end_the_session_and_edges_are_told() {
    let (mut world, phone, _, session) = World::with_session();
    let wrong_key = world.names.sheet().key(1);
    for _ in 0..2 {
        assert_eq!(world.step_up_by_code(session, phone.wrong(world.now)), Outcome::CodeRefused);
        assert_eq!(world.step_up_by_key(session, wrong_key), Outcome::RecoveryKeyRefused);
    }
    assert!(is_authorized(&world.authorize(session, Live)));
    assert_eq!(world.step_up_by_key(session, wrong_key), Outcome::RecoveryKeyRefused);
    assert!(world.events.contains(&Event::SessionsEnded));
    assert_eq!(world.step_up_by_code(session, phone.shows(world.now)), Outcome::SessionEnded);
    assert_eq!(world.authorize(session, Live), Outcome::SessionEnded);
    assert!(world.member.revoked().sessions.iter().any(|(id, _)| *id == session));
}

#[test]
fn a_right_proof_breaks_the_session_s_row() {
    let (mut world, phone, _, session) = World::with_session();
    for _ in 0..3 {
        for _ in 0..4 {
            while let Outcome::Throttled { until: Some(until) } = world.step_up_by_code(session, phone.wrong(world.now))
            {
                world.now = until;
            }
        }
        world.wait(30);
        assert!(matches!(world.step_up_by_code(session, phone.shows(world.now)), Outcome::SteppedUp { .. }));
    }
    assert_eq!(world.inside().codes.budgeted.len(), 12);
}

#[test]
fn where_there_is_only_a_password_it_is_the_step_up_and_counts_on_the_session_alone() {
    let (mut world, session) = World::with_password();
    for assurance in [Own, Administrator] {
        assert!(is_authorized(&world.authorize(session, assurance)));
    }
    world.wait(5 * MINUTE);
    for assurance in [Own, Administrator] {
        assert_eq!(world.authorize(session, assurance), owed(&[Password]));
    }
    for _ in 0..4 {
        assert_eq!(world.step_up_by_password(session, "wrong"), Outcome::PasswordRefused);
        assert_eq!(world.events, [Event::StepUpRefused { by: Password }]);
    }
    assert!(matches!(world.step_up_by_password(session, PASSWORD), Outcome::SteppedUp { .. }));
    assert_eq!(world.events, [Event::SteppedUp { by: Password }]);
    assert_eq!(world.member.strangers.consecutive(), 0, "nobody's sign-in is slowed");
    for _ in 0..5 {
        assert_eq!(world.step_up_by_password(session, "wrong"), Outcome::PasswordRefused);
    }
    assert_eq!(world.step_up_by_password(session, PASSWORD), Outcome::SessionEnded);
    assert_eq!(world.member.strangers.consecutive(), 0);
}

#[test]
fn a_password_hashed_under_another_scheme_is_neither_judged_nor_counted() {
    let (mut world, session) = World::with_password();
    let proof = StepUpProof::Password { scheme: "argon2id:2".into(), output: hashed(PASSWORD) };
    assert_eq!(world.step_up(session, proof), Outcome::OtherScheme(super::world::SCHEME.into()));
    assert_eq!(world.inside().sessions[0].failures, 0);
}

#[test]
fn a_proof_that_does_not_fit_the_mode_is_not_judged() {
    let (mut world, phone, sheet, session) = World::with_session();
    let before = world.member.clone();
    assert_eq!(world.step_up_by_password(session, PASSWORD), owed(&[Code, RecoveryKey]));
    assert_eq!(world.step_up_by_password(session, "wrong"), owed(&[Code, RecoveryKey]));
    assert_eq!(world.member, before);
    let (mut world, session) = World::with_password();
    assert_eq!(world.step_up_by_code(session, phone.shows(world.now)), owed(&[Password]));
    assert_eq!(world.step_up_by_key(session, sheet.key(1)), owed(&[Password]));
    world.switch(ModeKind::External);
    let session = world.external_session().session;
    assert_eq!(world.step_up_by_password(session, PASSWORD), Outcome::LocalDoorsClosed);
    assert!(is_authorized(&world.authorize(session, Administrator)));
    world.wait(5 * MINUTE);
    assert_eq!(world.authorize(session, Administrator), owed(&[Provider]));
}

#[test]
fn no_session_no_step_up() {
    let (mut world, phone, sheet, session) = World::with_session();
    world.sign_out(session);
    let before = world.member.clone();
    for session in [session, SessionId([0; 16])] {
        for assurance in [Live, Own, Administrator] {
            assert_eq!(world.authorize(session, assurance), Outcome::SessionEnded);
        }
        assert_eq!(world.step_up_by_code(session, phone.wrong(world.now)), Outcome::SessionEnded);
        assert_eq!(world.step_up_by_key(session, sheet.key(1)), Outcome::SessionEnded);
        assert_eq!(world.step_up_by_password(session, PASSWORD), Outcome::SessionEnded);
    }
    assert_eq!(world.member, before, "nothing is judged, and no key is spent");
}

#[test]
fn c10_a_secret_that_was_not_opened_is_no_wrong_code() {
    let (mut world, phone, _, session) = World::with_session();
    let before = world.member.clone();
    world.keys_at_hand = false;
    assert_eq!(world.step_up_by_code(session, phone.wrong(world.now)), Outcome::Unreadable);
    assert_eq!(world.member, before);
}

#[test]
fn g11_g17_a_session_that_an_administrator_ended_has_no_rights_at_once() {
    let (mut world, phone, _) = World::enrolled();
    let session = world.sign_in(&phone).session;
    world.grant.orders.sign_outs += 1;
    assert_eq!(world.authorize(session, Live), Outcome::SessionEnded);
    assert_eq!(world.events, [Event::SessionsEnded]);
    let session = world.sign_in(&phone).session;
    assert!(is_authorized(&world.authorize(session, Administrator)), "once, not for ever");
}
