//! Law 1: an attempt is charged before it is judged; only a success or a replay gives the charge back.

use std::vec::Vec;

use proptest::prelude::*;

use super::script::script;
use super::step::Step;
use super::{Law, config, hold};
use crate::member::link::PasswordLink;
use crate::member::state::{Factor, Joined, PendingFailure, ProofKind};
use crate::member::{Command, Member, Outcome, SessionId, StepUpProof, TokenDigest, decide};
use crate::member::{Event, LinkPurpose};
use crate::policy;
use crate::throttle::Lane;
use crate::time::Seconds;

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn law_1_every_wrong_proof_is_charged_and_nothing_else_is(script in script()) {
        hold(&script, Charge);
    }
}

struct Charge;

impl Law for Charge {
    fn observe(&mut self, step: &Step) {
        match &step.command {
            Command::CheckPassword { .. } => passwords(step),
            Command::VerifyCode { pending, .. } if !step.wiped() && !step.obeyed() => codes(step, pending),
            Command::VerifyRecoveryKey { pending, .. } if !step.wiped() && !step.obeyed() => {
                recovery_keys(step, pending)
            }
            Command::StepUp { session, proof, .. } if !step.wiped() && !step.obeyed() => step_up(step, *session, proof),
            Command::ReplacePassword { .. }
            | Command::ChangePassword { .. }
            | Command::CompleteEnrolment { .. }
            | Command::CompleteRecoveryKeys { .. }
            | Command::Join { .. } => {}
            Command::VerifyCode { .. } | Command::VerifyRecoveryKey { .. } | Command::StepUp { .. }
                if step.obeyed() => {}
            _ if step.wiped() => {}
            Command::ReplacePasswordByLink { .. } => {
                assert_eq!(lanes(&swept(step)), lanes(&step.after), "a link buys no guesses");
            }
            _ => {
                let swept = swept(step);
                assert_eq!(lanes(&swept), lanes(&step.after));
                assert_eq!(swept.strangers, step.after.strangers);
            }
        }
    }
}

/// A wrong proof in a session counts in the lane of its kind, if that has one, and on the session; nothing gives the
/// lane's charge back.
fn step_up(step: &Step, session: SessionId, proof: &StepUpProof) {
    let before = swept(step);
    let (before, Some(after)) = (before.joined(), step.after.joined()) else { return };
    let before = before.unwrap();
    let failures = |joined: &Joined| joined.sessions.iter().find(|live| live.id == session).map(|live| live.failures);
    let refused = matches!(
        step.outcome,
        Outcome::CodeRefused
            | Outcome::RecoveryKeyRefused
            | Outcome::RecoveryKeyOfOlderSet { .. }
            | Outcome::PasswordRefused
    );
    let judged_wrong = match &step.outcome {
        Outcome::CodeRefused => step.events != [Event::CodeReplayed],
        Outcome::RecoveryKeyRefused => step.events.iter().any(is_key_refused),
        Outcome::PasswordRefused => true,
        _ => false,
    };
    match failures(before) {
        Some(4) if refused => assert_eq!(failures(after), None, "a session dies of the fifth, a guess or not"),
        Some(earlier) if refused => assert_eq!(failures(after), Some(earlier + 1)),
        Some(_) if matches!(step.outcome, Outcome::SteppedUp { .. }) => assert_eq!(failures(after), Some(0)),
        earlier => assert_eq!(failures(after), earlier),
    }
    let charge = |lane: &Lane, wrong: bool| lane.consecutive() + u32::from(wrong);
    let stepped_up = matches!(step.outcome, Outcome::SteppedUp { .. });
    match proof {
        StepUpProof::Code(_) if !stepped_up => {
            assert_eq!(after.codes.consecutive(), charge(&before.codes, judged_wrong));
            assert_eq!(judged_wrong, step.outcome == Outcome::CodeRefused && step.shown_at.is_none());
            assert_eq!(before.recovery_keys, after.recovery_keys, "the other lane");
        }
        StepUpProof::RecoveryKey(_) if !stepped_up => {
            assert_eq!(after.recovery_keys.consecutive(), charge(&before.recovery_keys, judged_wrong));
            assert_eq!(before.codes, after.codes, "the other lane");
        }
        StepUpProof::Password { .. } => {
            assert_eq!((&before.codes, &before.recovery_keys), (&after.codes, &after.recovery_keys));
        }
        StepUpProof::Code(_) => assert_eq!(after.codes.budgeted, before.codes.budgeted, "nothing is given back"),
        StepUpProof::RecoveryKey(_) => assert_eq!(after.recovery_keys.budgeted, before.recovery_keys.budgeted),
    }
    assert_eq!(swept(step).strangers, step.after.strangers, "nobody's sign-in is slowed");
}

/// The state before, less what time alone has ended.
fn swept(step: &Step) -> Member {
    decide(step.before.clone(), Command::Sweep, step.fresh, step.now).state
}

fn lanes(member: &Member) -> Option<(&Lane, &Lane)> {
    member.joined().map(|joined| (&joined.codes, &joined.recovery_keys))
}

fn codes(step: &Step, pending: &TokenDigest) {
    let (Some(before), Some(after)) = (step.before.joined(), step.after.joined()) else {
        return;
    };
    match &step.outcome {
        Outcome::CodeRefused if step.shown_at.is_none() => {
            charged(step, &before.codes, &after.codes);
            let consecutive = after.codes.consecutive();
            assert!(step.events.contains(&Event::CodeRefused { consecutive }));
            let told = step.events.contains(&Event::PasswordBurnt);
            // One of before the failures that are counted says nothing of them.
            let oldest = after.codes.budgeted.first().copied().unwrap_or_default();
            let since = step.now.max(oldest.saturating_add(policy::BURNT_LINK).saturating_sub(Seconds(1)));
            let notice = |link: &PasswordLink| link.purpose == LinkPurpose::Burnt && link.expires_at > since;
            let slowly = after.codes.budgeted.len() == 10 && !before.links.iter().any(notice);
            assert_eq!(told, consecutive == policy::BURNT_PASSWORD_AFTER || slowly);
            failed_on(step, pending, ProofKind::Code);
        }
        Outcome::CodeRefused => {
            assert!(step.shown_at <= Some(last_step(before)), "a right and unused code was refused");
            assert_eq!(step.events, [Event::CodeReplayed]);
            assert_eq!(before.codes, after.codes);
            refused_uncharged(before, after, pending);
        }
        Outcome::SignedIn(_) | Outcome::Owes { .. } => assert_eq!(after.codes.consecutive(), 0),
        _ => assert_eq!(before.codes, after.codes, "not judged, so not charged"),
    }
    if !matches!(step.outcome, Outcome::SignedIn(_) | Outcome::Owes { .. }) {
        assert_eq!(before.recovery_keys, after.recovery_keys, "the other lane");
    }
}

fn recovery_keys(step: &Step, pending: &TokenDigest) {
    let (Some(before), Some(after)) = (step.before.joined(), step.after.joined()) else {
        return;
    };
    match &step.outcome {
        Outcome::RecoveryKeyRefused if step.events.iter().any(is_key_refused) => {
            charged(step, &before.recovery_keys, &after.recovery_keys);
            failed_on(step, pending, ProofKind::RecoveryKey);
        }
        Outcome::RecoveryKeyRefused => {
            assert!(matches!(step.events[..], [Event::RecoveryKeyReplayed { .. }]));
            assert_eq!(before.recovery_keys, after.recovery_keys);
            refused_uncharged(before, after, pending);
        }
        Outcome::RecoveryKeyOfOlderSet { .. } => {
            assert_eq!(before.recovery_keys, after.recovery_keys);
            refused_uncharged(before, after, pending);
        }
        Outcome::SignedIn(_) | Outcome::Owes { .. } => {
            assert_eq!(after.recovery_keys.consecutive(), 0)
        }
        _ => assert_eq!(before.recovery_keys, after.recovery_keys, "not judged, so not charged"),
    }
    if !matches!(step.outcome, Outcome::SignedIn(_) | Outcome::Owes { .. }) {
        assert_eq!(before.codes, after.codes, "the other lane");
    }
}

fn passwords(step: &Step) {
    let (before, after) = (swept(step), &step.after);
    match step.outcome {
        Outcome::SignInRefused => assert_eq!(failed_passwords(after), failed_passwords(&before) + 1),
        Outcome::PasswordRight { .. } => assert!(failed_passwords(after) <= failed_passwords(&before)),
        _ => assert_eq!(*after, before),
    }
    assert_eq!(lanes(&before), lanes(after), "the other lanes");
}

/// In all lanes together: strangers', those of remembered devices and those of known browsers.
fn failed_passwords(member: &Member) -> u32 {
    let devices = member.joined().into_iter().flat_map(|joined| &joined.devices).map(|device| &device.passwords);
    let browsers = member.joined().into_iter().flat_map(|joined| &joined.browsers).map(|browser| &browser.passwords);
    devices.chain(browsers).chain([&member.strangers]).map(Lane::consecutive).sum()
}

/// One more in a row and in the budget, unless the sign-in died of it.
fn charged(step: &Step, before: &Lane, after: &Lane) {
    assert_eq!(after.consecutive(), before.consecutive() + 1);
    assert_eq!(after.budgeted.last(), Some(&step.now));
    assert_eq!(after.last_failure, before.last_failure.max(step.now));
    let kept = after.budgeted.len() - 1;
    assert!(before.budgeted.len() >= kept && kept <= 19);
    let dropped = before.budgeted.len() - kept;
    let month = crate::time::Seconds(30 * 24 * 3600);
    let gone = before.budgeted.iter().filter(|failure| failure.saturating_add(month) <= step.now).count();
    assert_eq!(dropped, gone, "only what is a month old is dropped");
}

fn failed_on(step: &Step, pending: &TokenDigest, kind: ProofKind) {
    let (before, after) = (step.before.joined().unwrap(), step.after.joined().unwrap());
    let mut expected = failures(before, pending).unwrap();
    expected.push(PendingFailure { kind, at: step.now });
    let refusals = usize::from(refusals(before, pending));
    let expected = (expected.len() + refusals < policy::PENDING_FAILURES).then_some(expected);
    assert_eq!(failures(after, pending), expected, "counted on the sign-in, which dies of the fifth");
}

/// No lane hears of it and nothing of it is given back, but the sign-in counts it, and dies of the fifth in all.
fn refused_uncharged(before: &Joined, after: &Joined, pending: &TokenDigest) {
    let failed = failures(before, pending).unwrap();
    let refused = refusals(before, pending) + 1;
    if failed.len() + usize::from(refused) >= policy::PENDING_FAILURES {
        assert_eq!(failures(after, pending), None, "shown for ever");
    } else {
        assert_eq!((failures(after, pending), refusals(after, pending)), (Some(failed), refused));
    }
}

fn refusals(joined: &Joined, token: &TokenDigest) -> u8 {
    joined.pending.iter().find(|pending| pending.token == *token).map_or(0, |pending| pending.refusals)
}

fn failures(joined: &Joined, token: &TokenDigest) -> Option<Vec<PendingFailure>> {
    joined.pending.iter().find(|pending| pending.token == *token).map(|pending| pending.failures.clone())
}

fn last_step(joined: &Joined) -> u64 {
    match &joined.factor {
        Factor::Bound(authenticator) => authenticator.last_step.0,
        Factor::None => 0,
    }
}

fn is_key_refused(event: &Event) -> bool {
    matches!(event, Event::RecoveryKeyRefused { .. })
}
