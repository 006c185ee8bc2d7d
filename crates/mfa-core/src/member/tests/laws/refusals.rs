//! What is refused without being judged changes nothing, however often it is asked.

use proptest::prelude::*;

use super::script::script;
use super::step::Step;
use super::{Law, config, hold};
use crate::member::{Command, Outcome, decide};

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn what_is_not_judged_changes_nothing(script in script()) {
        hold(&script, Unjudged);
    }
}

struct Unjudged;

impl Law for Unjudged {
    fn observe(&mut self, step: &Step) {
        let unjudged = match &step.outcome {
            Outcome::Throttled { until } => {
                assert!(until.is_none_or(|until| until > step.now), "told to come back in the past");
                true
            }
            Outcome::AuthenticatorLocked
            | Outcome::AlreadyJoined
            | Outcome::AlreadyImported
            | Outcome::CodeOfOtherLength { .. }
            | Outcome::OtherScheme(_)
            | Outcome::OtherDuty(_)
            | Outcome::ProofRefused
            | Outcome::SignInExpired
            | Outcome::SessionEnded
            | Outcome::EnrolmentSuperseded
            | Outcome::PasswordUnchanged
            | Outcome::PasswordTooShort
            | Outcome::StaleGrant
            | Outcome::LocalDoorsClosed
            | Outcome::Unreadable
            | Outcome::Account(_)
            | Outcome::Authorized { .. }
            | Outcome::StepUpOwed { .. }
            | Outcome::OtherMode(_)
            | Outcome::PasswordLinkHeld
            | Outcome::LinkValid { .. }
            | Outcome::LinkRefused
            | Outcome::PasswordHere
            | Outcome::Swept => true,
            Outcome::SignInRefused => matches!(step.command, Command::BeginSignIn { .. }),
            _ => false,
        };
        if !unjudged || step.wiped() || step.obeyed() || step.turned() {
            return;
        }
        let swept = decide(step.before.clone(), Command::Sweep, step.fresh, step.now);
        assert_eq!(step.after, swept.state, "{:?} after {:?}", step.outcome, step.command);
        assert_eq!(step.events, []);
        assert_eq!(swept.events, []);
    }
}
