//! Law 2: a step once accepted is never accepted again, nor any before it; a recovery key opens once; and so does
//! every other token.

use std::collections::{BTreeMap, BTreeSet};
use std::vec::Vec;

use proptest::prelude::*;

use super::script::script;
use super::step::Step;
use super::{Law, config, hold};
use crate::member::{Command, EnrolmentId, Outcome, StepUpProof, TokenDigest};

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn law_2_nothing_is_good_twice(script in script()) {
        hold(&script, Once::default());
    }
}

#[derive(Default)]
struct Once {
    /// The newest step accepted of each phone.
    steps: BTreeMap<Vec<u8>, u64>,
    /// The step that proved a phone during its enrolment.
    proven: BTreeMap<EnrolmentId, u64>,
    keys: BTreeSet<[u8; 32]>,
    pending: BTreeSet<TokenDigest>,
    device_tokens: BTreeSet<TokenDigest>,
    completed: BTreeSet<EnrolmentId>,
}

impl Law for Once {
    fn observe(&mut self, step: &Step) {
        let signed_in = matches!(step.outcome, Outcome::SignedIn(_));
        let stepped_up = matches!(step.outcome, Outcome::SteppedUp { .. });
        let secret = || step.phone.as_ref().unwrap().secret.clone();
        match &step.command {
            Command::VerifyCode { pending, .. } if signed_in || matches!(step.outcome, Outcome::Owes { .. }) => {
                let accepted = step.shown_at.expect("let in by a code that the phone does not show");
                if let Some(earlier) = self.steps.insert(secret(), accepted) {
                    assert!(accepted > earlier, "step {accepted} accepted after {earlier}");
                }
                assert!(!signed_in || self.pending.insert(*pending), "one pending sign-in let in twice");
            }
            Command::StepUp { proof: StepUpProof::Code(_), .. } if stepped_up => {
                let accepted = step.shown_at.expect("stepped up by a code that the phone does not show");
                if let Some(earlier) = self.steps.insert(secret(), accepted) {
                    assert!(accepted > earlier, "step {accepted} accepted after {earlier}");
                }
            }
            Command::StepUp { proof: StepUpProof::RecoveryKey(digest), .. } if stepped_up => {
                assert!(self.keys.insert(*digest.as_bytes()), "one recovery key opened twice");
            }
            Command::PrepareSetUp { id, .. } if matches!(step.outcome, Outcome::SetUpReady { .. }) => {
                let proven = *self.proven.get(id).expect("ready without a right code");
                self.steps.entry(secret()).or_insert(proven);
            }
            Command::VerifyRecoveryKey { pending, digest, .. }
                if matches!(step.outcome, Outcome::SignedIn(_) | Outcome::Owes { .. }) =>
            {
                assert!(self.keys.insert(*digest.as_bytes()), "one recovery key opened twice");
                assert!(!signed_in || self.pending.insert(*pending), "one pending sign-in let in twice");
            }
            Command::BeginSignIn { device: Some(device), .. } if signed_in && used_device(step) => {
                assert!(self.device_tokens.insert(device.token), "one device token let in twice");
            }
            Command::ConfirmEnrolment { id, .. } | Command::ConfirmSetUp { id, .. }
                if matches!(step.outcome, Outcome::RecoveryKeysIssued { .. }) =>
            {
                let shown = step.shown_at.expect("confirmed by a code that the phone does not show");
                assert!(self.proven.insert(*id, shown).is_none(), "one enrolment confirmed twice");
            }
            Command::CompleteEnrolment { id, pending, .. } if signed_in => {
                let proven = self.proven.get(id).expect("completed without a right code");
                assert!(self.completed.insert(*id), "one enrolment completed twice");
                assert!(self.steps.insert(secret(), *proven).is_none());
                assert!(self.pending.insert(*pending), "one pending sign-in let in twice");
            }
            _ => {}
        }
    }
}

fn used_device(step: &Step) -> bool {
    matches!(&step.outcome, Outcome::SignedIn(entered) if entered.device.is_some())
}
