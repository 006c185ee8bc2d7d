//! Enrolment: a secret shown, a first code, recovery keys, proof that they were saved.

use alloc::vec::Vec;

use super::command::{Duty, Fresh, Grant, Outcome};
use super::event::Event;
use super::id::{EnrolmentId, TokenDigest};
use super::state::{
    Authenticator, Enrolment, EnrolmentStage, Factor, GuardedSecret, Joined, NewRecoveryKeys, RecoverySet,
    StoredRecoveryKey,
};
use crate::passcode::Passcode;
use crate::policy;
use crate::recovery::RecoveryDigest;
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::totp::{self, TotpParameters, Window};

impl Joined {
    /// Begins anew, whatever was begun before. What is bound, if anything is, stays bound until the end.
    pub(super) fn start_enrolment(
        &mut self,
        pending: &TokenDigest,
        id: EnrolmentId,
        secret: Secret,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let set = self.next_set();
        let Some(sign_in) = self.pending_mut(pending) else {
            return Outcome::SignInExpired;
        };
        if sign_in.duty != Duty::Enrol {
            return Outcome::OtherDuty(sign_in.duty);
        }
        let in_all = sign_in.created_at.saturating_add(policy::PENDING_ENROLMENT_IN_ALL);
        let expires_at = now.saturating_add(policy::ENROLMENT).min(in_all);
        sign_in.expires_at = expires_at;
        self.enrolment = Some(Enrolment {
            id,
            pending: *pending,
            secret: GuardedSecret::Open(secret),
            expires_at,
            stage: EnrolmentStage::Code { wrong_codes: 0 },
        });
        events.push(Event::EnrolmentStarted);
        Outcome::EnrolmentStarted { expires_at, set }
    }

    /// Judges the first code. Two tabs may both ask: the first right code wins, the other is told (D15).
    pub(super) fn confirm_enrolment(
        &mut self,
        pending: &TokenDigest,
        id: EnrolmentId,
        passcode: &Passcode,
        keys: NewRecoveryKeys,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let set = self.next_set();
        let enrolment = match self.enrolment_of(pending, id) {
            Ok(enrolment) => enrolment,
            Err(outcome) => return outcome,
        };
        let EnrolmentStage::Code { wrong_codes } = &mut enrolment.stage else {
            return Outcome::EnrolmentSuperseded;
        };
        let GuardedSecret::Open(secret) = &enrolment.secret else {
            return Outcome::Unreadable;
        };
        *wrong_codes = wrong_codes.saturating_add(1);
        let Some(found) = totp::matching_step(secret, &TotpParameters::OURS, passcode, now, Window::ONE) else {
            if *wrong_codes >= policy::ENROLMENT_WRONG_CODES {
                self.enrolment = None;
                events.push(Event::EnrolmentFailed);
                return Outcome::EnrolmentExpired;
            }
            return Outcome::CodeRefused;
        };
        enrolment.stage = EnrolmentStage::Proof { step: found.step, drift: found.drift, keys };
        Outcome::RecoveryKeysIssued { set }
    }

    /// Replaces keys that nobody has proven to have saved.
    pub(super) fn renew_recovery_keys(
        &mut self,
        pending: &TokenDigest,
        id: EnrolmentId,
        fresh_keys: NewRecoveryKeys,
    ) -> Outcome {
        let set = self.next_set();
        let enrolment = match self.enrolment_of(pending, id) {
            Ok(enrolment) => enrolment,
            Err(outcome) => return outcome,
        };
        let EnrolmentStage::Proof { keys, .. } = &mut enrolment.stage else {
            return Outcome::OtherDuty(Duty::Enrol);
        };
        *keys = fresh_keys;
        Outcome::RecoveryKeysIssued { set }
    }

    /// Binds the authenticator. Its first code is spent with this, and everything got before it ends (C13).
    #[allow(clippy::too_many_arguments, reason = "a decision's whole context, passed in the open")]
    pub(super) fn complete_enrolment(
        &mut self,
        grant: &Grant,
        pending: &TokenDigest,
        id: EnrolmentId,
        proof: &RecoveryDigest,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let set = self.next_set();
        let enrolment = match self.enrolment_of(pending, id) {
            Ok(enrolment) => enrolment,
            Err(outcome) => return outcome,
        };
        let EnrolmentStage::Proof { step, drift, keys } = &enrolment.stage else {
            return Outcome::OtherDuty(Duty::Enrol);
        };
        if keys.proof != *proof {
            return Outcome::ProofRefused;
        }
        // Bound sealed for another purpose it would never open again.
        if !matches!(enrolment.secret, GuardedSecret::Open(_)) {
            return Outcome::Unreadable;
        }
        self.factor = Factor::Bound(Authenticator {
            secret: enrolment.secret.clone(),
            parameters: TotpParameters::OURS,
            last_step: *step,
            drift: *drift,
            enrolled_at: now,
            locked_at: None,
            recovery: RecoverySet {
                number: set,
                keys: keys.digests.map(|digest| StoredRecoveryKey { digest, spent_at: None }),
            },
        });
        let mut methods = self.pending_mut(pending).map(|pending| pending.methods).unwrap_or_default();
        methods.code = true;
        self.newest_set = set;
        self.enrolment = None;
        self.pending.clear();
        self.devices.clear();
        self.end_sessions();
        // A new authenticator and a new set have not failed yet; the budgets, which count guesses with this password,
        // stay.
        self.codes.succeed();
        self.recovery_keys.succeed();
        events.push(Event::Enrolled { set });
        self.sign_in(grant, methods, None, None, fresh, now, events)
    }

    fn next_set(&self) -> u32 {
        self.newest_set.saturating_add(1)
    }
}
