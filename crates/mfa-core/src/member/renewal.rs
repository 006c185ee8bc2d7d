//! New recovery keys for the authenticator that is bound. The old set stays good until the new one is proven saved.

use alloc::vec::Vec;

use super::command::Grant;
use super::event::Event;
use super::id::SessionId;
use super::outcome::Outcome;
use super::state::{Factor, Joined, NewRecoveryKeys, OlderSet, RecoverySet, Renewal};
use super::step_up::Assurance;
use crate::policy;
use crate::recovery::RecoveryDigest;
use crate::tenant::ModeKind;
use crate::time::Timestamp;

impl Joined {
    /// Issues a set; a later start replaces an earlier one.
    pub(super) fn start_recovery_keys(
        &mut self,
        grant: &Grant,
        session: SessionId,
        keys: NewRecoveryKeys,
        now: Timestamp,
    ) -> Outcome {
        if grant.mode != ModeKind::Mfa {
            return Outcome::OtherMode(grant.mode);
        }
        if let Err(outcome) = self.session_with(grant, session, Assurance::Own, now) {
            return outcome;
        }
        if self.factor == Factor::None {
            return Outcome::SessionEnded;
        }
        let expires_at = now.saturating_add(policy::ENROLMENT);
        self.renewal = Some(Renewal { session, keys, expires_at });
        Outcome::RecoveryKeysIssued { set: self.next_set() }
    }

    /// Proves that they were saved: they are the set from now on, and no key of the one before opens any more (E04).
    pub(super) fn complete_recovery_keys(
        &mut self,
        session: SessionId,
        proof: &RecoveryDigest,
        events: &mut Vec<Event>,
    ) -> Outcome {
        if self.find_session(session).is_none() {
            return Outcome::SessionEnded;
        }
        let set = self.next_set();
        let (Some(renewal), Factor::Bound(authenticator)) = (&self.renewal, &mut self.factor) else {
            return Outcome::EnrolmentExpired;
        };
        if renewal.session != session {
            return Outcome::EnrolmentSuperseded;
        }
        if renewal.keys.proof != *proof {
            return Outcome::ProofRefused;
        }
        self.older_set = OlderSet::of(&authenticator.recovery);
        authenticator.recovery = RecoverySet::new(set, renewal.keys.digests);
        self.newest_set = set;
        self.renewal = None;
        // The new set has not failed yet; the budget stays.
        self.recovery_keys.succeed();
        events.push(Event::RecoveryKeysReplaced { set });
        Outcome::RecoveryKeysReplaced { set }
    }
}
