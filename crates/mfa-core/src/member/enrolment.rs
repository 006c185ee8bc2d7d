//! Enrolment: a secret shown, a first code, recovery keys, proof that they were saved.

use alloc::vec::Vec;

use super::command::{Fresh, Grant};
use super::event::Event;
use super::id::{EnrolmentId, TokenDigest};
use super::outcome::Outcome;
use super::session::Entrance;
use super::state::{
    Authenticator, Duty, Enrolment, EnrolmentStage, Factor, GuardedSecret, Joined, NewRecoveryKeys, OlderSet,
    OwedEnrolment, RecoverySet,
};
use super::step_up::{Proven, ProvenBy};
use crate::passcode::Passcode;
use crate::policy;
use crate::recovery::RecoveryDigest;
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::totp::{self, TotpParameters, Window};

/// The steps themselves, whoever enrols: at a sign-in, or an administrator under an epoch to come.
impl Enrolment {
    /// A secret to be shown.
    pub(super) fn new(id: EnrolmentId, secret: Secret, expires_at: Timestamp) -> Enrolment {
        let stage = EnrolmentStage::Code { wrong_codes: 0 };
        Enrolment { id, secret: GuardedSecret::Open(secret), expires_at, stage }
    }

    /// Judges the first code. Two tabs may both ask: the first right code wins, the other is told (D15).
    ///
    /// On [`Outcome::EnrolmentExpired`] that was one wrong code too many, and the caller forgets the enrolment.
    pub(super) fn confirm(&mut self, passcode: &Passcode, keys: NewRecoveryKeys, set: u32, now: Timestamp) -> Outcome {
        let EnrolmentStage::Code { wrong_codes } = &mut self.stage else {
            return Outcome::EnrolmentSuperseded;
        };
        let GuardedSecret::Open(secret) = &self.secret else {
            return Outcome::Unreadable;
        };
        *wrong_codes = wrong_codes.saturating_add(1);
        let Some(found) = totp::matching_step(secret, &TotpParameters::OURS, passcode, now, Window::ONE) else {
            if *wrong_codes >= policy::ENROLMENT_WRONG_CODES {
                return Outcome::EnrolmentExpired;
            }
            return Outcome::CodeRefused;
        };
        self.stage = EnrolmentStage::Proof { step: found.step, drift: found.drift, keys };
        Outcome::RecoveryKeysIssued { set }
    }

    /// Replaces keys that nobody has proven to have saved.
    pub(super) fn renew_keys(&mut self, fresh_keys: NewRecoveryKeys, set: u32) -> Outcome {
        let EnrolmentStage::Proof { keys, .. } = &mut self.stage else {
            return Outcome::OtherDuty(Duty::Enrol);
        };
        *keys = fresh_keys;
        Outcome::RecoveryKeysIssued { set }
    }

    /// The authenticator, once the proof is right. Its first code is spent with this.
    pub(super) fn complete(&self, proof: &RecoveryDigest, set: u32, now: Timestamp) -> Result<Authenticator, Outcome> {
        let EnrolmentStage::Proof { step, drift, keys } = &self.stage else {
            return Err(Outcome::OtherDuty(Duty::Enrol));
        };
        if keys.proof != *proof {
            return Err(Outcome::ProofRefused);
        }
        // Bound sealed for another purpose it would never open again.
        if !matches!(self.secret, GuardedSecret::Open(_)) {
            return Err(Outcome::Unreadable);
        }
        Ok(Authenticator {
            secret: self.secret.clone(),
            parameters: TotpParameters::OURS,
            last_step: *step,
            drift: *drift,
            enrolled_at: now,
            locked_at: None,
            recovery: RecoverySet::new(set, keys.digests),
        })
    }
}

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
        let token = sign_in.token;
        if sign_in.duty != Duty::Enrol {
            return Outcome::OtherDuty(sign_in.duty);
        }
        let in_all = sign_in.created_at.saturating_add(policy::PENDING_ENROLMENT_IN_ALL);
        let expires_at = now.saturating_add(policy::ENROLMENT).min(in_all);
        sign_in.expires_at = expires_at;
        // Once for a sign-in: nobody fills the log by beginning again and again.
        if self.enrolment.as_ref().is_none_or(|owed| !owed.pending.matches(&token)) {
            events.push(Event::EnrolmentStarted);
        }
        let enrolment = Enrolment::new(id, secret, expires_at);
        self.enrolment = Some(OwedEnrolment { pending: token, enrolment });
        Outcome::EnrolmentStarted { expires_at, set }
    }

    /// Judges the first code.
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
        let outcome = match self.enrolment_of(pending, id) {
            Ok(enrolment) => enrolment.confirm(passcode, keys, set, now),
            Err(outcome) => return outcome,
        };
        if outcome == Outcome::EnrolmentExpired {
            self.enrolment = None;
            events.push(Event::EnrolmentFailed);
        }
        outcome
    }

    /// Replaces keys that nobody has proven to have saved.
    pub(super) fn renew_recovery_keys(
        &mut self,
        pending: &TokenDigest,
        id: EnrolmentId,
        keys: NewRecoveryKeys,
    ) -> Outcome {
        let set = self.next_set();
        match self.enrolment_of(pending, id) {
            Ok(enrolment) => enrolment.renew_keys(keys, set),
            Err(outcome) => outcome,
        }
    }

    /// Binds the authenticator; everything got before it ends (C13).
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
        let completed = match self.enrolment_of(pending, id) {
            Ok(enrolment) => enrolment.complete(proof, set, now),
            Err(outcome) => return outcome,
        };
        let authenticator = match completed {
            Ok(authenticator) => authenticator,
            Err(outcome) => return outcome,
        };
        if let Factor::Bound(replaced) = &self.factor {
            self.older_set = OlderSet::of(&replaced.recovery);
        }
        self.factor = Factor::Bound(authenticator);
        let owed = self.pending_mut(pending).map(|owing| (owing.methods, owing.hearer(pending)));
        let (mut methods, hearer) = owed.unwrap_or_default();
        methods.code = true;
        self.newest_set = set;
        self.forget_sign_ins();
        self.devices.clear();
        self.end_sessions();
        // A new authenticator and a new set have not failed yet; the budgets, which count guesses with this password,
        // stay.
        self.codes.succeed();
        self.recovery_keys.succeed();
        events.push(Event::Enrolled { set });
        let proven = Some(Proven { at: now, by: ProvenBy::Code });
        self.let_in(grant, hearer, Entrance::by(methods, proven), fresh, now, events)
    }

    /// The number that the next set of recovery keys will bear.
    pub(super) fn next_set(&self) -> u32 {
        self.newest_set.saturating_add(1)
    }

    /// The enrolment that `pending` started, if it is the one called `id`; else what to answer.
    fn enrolment_of(&mut self, pending: &TokenDigest, id: EnrolmentId) -> Result<&mut Enrolment, Outcome> {
        let position = self.find_pending_that_owes(pending, Duty::Enrol)?;
        let token = self.pending.get(position).map(|owing| owing.token).ok_or(Outcome::SignInExpired)?;
        match &mut self.enrolment {
            None => Err(Outcome::EnrolmentExpired),
            Some(owed) if owed.enrolment.id == id && owed.pending.matches(&token) => Ok(&mut owed.enrolment),
            Some(_) => Err(Outcome::EnrolmentSuperseded),
        }
    }
}
