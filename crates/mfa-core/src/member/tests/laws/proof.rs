//! Step-up: whatever needs a fresh proof is done only within five minutes of one that its mode accepts, given in that
//! very session. A remembered device is none.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::script::script;
use super::step::Step;
use super::{Law, config, hold};
use crate::member::{Assurance, Command, Methods, Outcome, ProvenBy, SessionId, SignedIn, StepUpProof};
use crate::tenant::ModeKind;
use crate::time::Timestamp;

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn nothing_is_done_to_a_factor_without_a_fresh_proof(script in script()) {
        hold(&script, Proofs::default());
    }
}

/// What was last proven in each session, by our own account.
#[derive(Default)]
struct Proofs(BTreeMap<SessionId, (Timestamp, ProvenBy)>);

const FIVE_MINUTES: u64 = 300;

impl Law for Proofs {
    fn observe(&mut self, step: &Step) {
        let mode = step.grant().map(|grant| grant.mode);
        match (&step.command, &step.outcome) {
            (Command::Authorize { session, assurance, .. }, Outcome::Authorized { proven, .. }) => {
                let known = self.0.get(session).copied();
                assert_eq!(proven.map(|proven| (proven.at, proven.by)), known);
                self.meets(step, *session, *assurance, mode);
            }
            (Command::ResetMfa { session, .. }, Outcome::MfaReset)
            | (Command::StartRecoveryKeys { session, .. }, Outcome::RecoveryKeysIssued { .. }) => {
                self.meets(step, *session, Assurance::Own, mode);
            }
            (Command::ChangePassword { session, .. }, Outcome::PasswordChanged) if mode == Some(ModeKind::Mfa) => {
                self.meets(step, *session, Assurance::Own, mode);
            }
            (Command::StartSetUp { session, .. }, Outcome::EnrolmentStarted { .. }) => {
                self.meets(step, *session, Assurance::Administrator, mode);
            }
            (Command::StepUp { session, proof, .. }, Outcome::SteppedUp { until }) => {
                let by = match proof {
                    StepUpProof::Code(_) => ProvenBy::Code,
                    StepUpProof::RecoveryKey(_) => ProvenBy::RecoveryKey,
                    StepUpProof::Password { .. } => ProvenBy::Password,
                };
                assert_eq!(until.0, step.now.0 + FIVE_MINUTES);
                self.0.insert(*session, (step.now, by));
            }
            (_, Outcome::SignedIn(entered)) => self.signed_in(step, entered),
            _ => {}
        }
    }
}

impl Proofs {
    fn signed_in(&mut self, step: &Step, entered: &SignedIn) {
        let Methods { code, recovery_key, device, external, .. } = entered.methods;
        let now = step.now;
        let proof = match &step.command {
            // A new password proves nothing; what was given before it, at the sign-in, is as old as it is.
            Command::ReplacePassword { pending, .. } => {
                let joined = step.before.joined().unwrap();
                let sign_in = joined.pending.iter().find(|sign_in| sign_in.token == *pending).unwrap();
                sign_in.proven.map(|proven| (proven.at, proven.by))
            }
            Command::AdoptSetUp { .. } => {
                let enrolled_at = step.after.summary().unwrap().enrolled_at.unwrap();
                Some((enrolled_at, ProvenBy::Code))
            }
            _ if device => None,
            _ if external => Some((now, ProvenBy::Provider)),
            _ if code => Some((now, ProvenBy::Code)),
            _ if recovery_key => Some((now, ProvenBy::RecoveryKey)),
            _ => Some((now, ProvenBy::Password)),
        };
        self.0.extend(proof.map(|proof| (entered.session, proof)));
    }

    fn meets(&self, step: &Step, session: SessionId, assurance: Assurance, mode: Option<ModeKind>) {
        let accepted: &[ProvenBy] = match (assurance, mode.unwrap()) {
            (Assurance::Live, _) => return,
            (Assurance::Own, ModeKind::Mfa) => &[ProvenBy::Code, ProvenBy::RecoveryKey],
            (Assurance::Administrator, ModeKind::Mfa) => &[ProvenBy::Code],
            (_, ModeKind::Password) => &[ProvenBy::Password],
            (_, ModeKind::External) => &[ProvenBy::Provider],
        };
        let (at, by) = self.0.get(&session).unwrap_or_else(|| panic!("nothing proven before {:?}", step.command));
        assert!(accepted.contains(by), "{by:?} will not do for {:?}", step.command);
        assert!(step.now.0 < at.0.saturating_add(FIVE_MINUTES), "a proof that is too old");
    }
}
