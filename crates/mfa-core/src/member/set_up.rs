//! The administrator who switches MFA on enrols first, under an epoch that the tenant has set aside for her.
//!
//! Until the tenant passes to that very epoch nothing here decides anything, and if it passes to another (because
//! somebody else was first, or thought better of it) it is gone. The tenant's step is the only one that counts, so
//! there is no moment at which one of the two has switched and the other has not.

use alloc::vec::Vec;

use super::admission::NotAdmitted;
use super::command::{Fresh, Grant};
use super::event::Event;
use super::id::{EnrolmentId, SessionId};
use super::outcome::Outcome;
use super::session::Entrance;
use super::state::{
    Authenticator, Enrolment, Factor, GuardedSecret, Joined, Member, Methods, NewRecoveryKeys, SetUp, SetUpStage,
};
use super::step_up::{Assurance, Proven, ProvenBy};
use crate::passcode::Passcode;
use crate::policy;
use crate::recovery::RecoveryDigest;
use crate::secret::Secret;
use crate::tenant::{Epoch, ModeKind};
use crate::time::Timestamp;

/// Which set-up somebody speaks of.
#[derive(Clone, Copy)]
pub(super) struct SetUpName {
    pub(super) session: SessionId,
    pub(super) epoch: Epoch,
    pub(super) id: EnrolmentId,
}

impl SetUp {
    fn is(&self, name: SetUpName) -> bool {
        (self.session, self.epoch, self.id()) == (name.session, name.epoch, name.id)
    }
}

impl Member {
    /// Signs in anew whoever switched MFA on, once the tenant has. Nothing is taken on trust: the session must still
    /// have been live and its set-up complete when the tenant's word arrived, and she shows again what completed it.
    pub(super) fn adopt_set_up(
        &mut self,
        grant: &Grant,
        name: SetUpName,
        proof: &RecoveryDigest,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let hers = grant.epoch == name.epoch && self.joined().is_some_and(|joined| joined.awaits(name, proof));
        let joined = match self.admit_local(grant, events) {
            Ok(joined) => joined,
            Err(refusal) => return refusal.for_session(),
        };
        let Factor::Bound(authenticator) = &joined.factor else {
            return Outcome::SessionEnded;
        };
        if !hers {
            return Outcome::SessionEnded;
        }
        let proven = Some(Proven { at: authenticator.enrolled_at, by: ProvenBy::Code });
        let methods = Methods { password: true, code: true, ..Methods::default() };
        joined.sign_in(grant, Entrance::by(methods, proven), fresh, now, events)
    }
}

impl Joined {
    /// Begins anew, whatever was begun before.
    pub(super) fn start_set_up(
        &mut self,
        grant: &Grant,
        name: SetUpName,
        secret: Secret,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        if grant.mode != ModeKind::Password {
            return Outcome::OtherMode(grant.mode);
        }
        if let Err(outcome) = self.session_with(grant, name.session, Assurance::Administrator, now) {
            return outcome;
        }
        // An epoch that is over, or was set aside before the one at hand, is nothing to begin with.
        let at_hand = self.set_up.as_ref().map_or(self.epoch, |set_up| set_up.epoch);
        if name.epoch <= grant.epoch || name.epoch < at_hand {
            return Outcome::EnrolmentSuperseded;
        }
        let expires_at = now.saturating_add(policy::ENROLMENT);
        let stage = SetUpStage::Enrolling(Enrolment::new(name.id, secret, expires_at));
        self.set_up = Some(SetUp { epoch: name.epoch, session: name.session, stage });
        events.push(Event::EnrolmentStarted);
        Outcome::EnrolmentStarted { expires_at, set: self.next_set() }
    }

    /// Judges the first code.
    pub(super) fn confirm_set_up(
        &mut self,
        grant: &Grant,
        name: SetUpName,
        passcode: &Passcode,
        keys: NewRecoveryKeys,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let set = self.next_set();
        let outcome = match self.set_up_of(grant, name) {
            Ok(SetUp { stage: SetUpStage::Enrolling(enrolment), .. }) => enrolment.confirm(passcode, keys, set, now),
            Ok(SetUp { stage: SetUpStage::Ready { .. }, .. }) => return Outcome::EnrolmentSuperseded,
            Err(outcome) => return outcome,
        };
        if outcome == Outcome::EnrolmentExpired {
            self.set_up = None;
            events.push(Event::EnrolmentFailed);
        }
        outcome
    }

    /// Replaces keys that nobody has proven to have saved.
    pub(super) fn renew_set_up_keys(&mut self, grant: &Grant, name: SetUpName, keys: NewRecoveryKeys) -> Outcome {
        let set = self.next_set();
        match self.set_up_of(grant, name) {
            Ok(SetUp { stage: SetUpStage::Enrolling(enrolment), .. }) => enrolment.renew_keys(keys, set),
            Ok(SetUp { stage: SetUpStage::Ready { .. }, .. }) => Outcome::EnrolmentSuperseded,
            Err(outcome) => outcome,
        }
    }

    /// Everything is proven; the tenant may be told. Asked again, it says so again, until its time is up.
    pub(super) fn prepare_set_up(
        &mut self,
        grant: &Grant,
        name: SetUpName,
        proof: &RecoveryDigest,
        now: Timestamp,
    ) -> Outcome {
        let set = self.next_set();
        let set_up = match self.set_up_of(grant, name) {
            Ok(set_up) => set_up,
            Err(outcome) => return outcome,
        };
        let ready = Outcome::SetUpReady { epoch: set_up.epoch };
        match &set_up.stage {
            SetUpStage::Ready { proof: shown, .. } if shown != proof => Outcome::ProofRefused,
            SetUpStage::Ready { expires_at, .. } if now < *expires_at => ready,
            SetUpStage::Ready { .. } => Outcome::EnrolmentExpired,
            SetUpStage::Enrolling(enrolment) => match enrolment.complete(proof, set, now) {
                Ok(authenticator) => {
                    let (id, expires_at) = (enrolment.id, enrolment.expires_at);
                    set_up.stage = SetUpStage::Ready { id, proof: *proof, authenticator, expires_at };
                    ready
                }
                Err(outcome) => outcome,
            },
        }
    }

    /// The authenticator that the tenant's word binds, if it is the word that a set-up waited for. An administrator's
    /// order given in the meantime was given without knowing of it, so it goes before.
    pub(super) fn adopted_by(&self, grant: &Grant) -> Result<Option<Authenticator>, NotAdmitted> {
        let Some(SetUp { epoch, stage: SetUpStage::Ready { authenticator, .. }, .. }) = &self.set_up else {
            return Ok(None);
        };
        if grant.mode != ModeKind::Mfa || grant.epoch != *epoch || grant.orders != self.orders {
            return Ok(None);
        }
        match authenticator.secret {
            GuardedSecret::Open(_) => Ok(Some(authenticator.clone())),
            GuardedSecret::Sealed(_) => Err(NotAdmitted::Unreadable),
        }
    }

    /// Whether the set-up spoken of, whose session is live, is complete by `proof` and waits for the tenant.
    fn awaits(&self, name: SetUpName, proof: &RecoveryDigest) -> bool {
        let ready = self.set_up.as_ref().is_some_and(|set_up| {
            let completed = matches!(&set_up.stage, SetUpStage::Ready { proof: shown, .. } if shown == proof);
            completed && set_up.is(name)
        });
        ready && self.find_session(name.session).is_some()
    }

    /// The set-up of that session, if it is the one spoken of; else what to answer.
    pub(super) fn set_up_of(&mut self, grant: &Grant, name: SetUpName) -> Result<&mut SetUp, Outcome> {
        if grant.mode != ModeKind::Password {
            return Err(Outcome::OtherMode(grant.mode));
        }
        if self.find_session(name.session).is_none() {
            return Err(Outcome::SessionEnded);
        }
        match &mut self.set_up {
            None => Err(Outcome::EnrolmentExpired),
            Some(set_up) if set_up.is(name) => Ok(set_up),
            Some(_) => Err(Outcome::EnrolmentSuperseded),
        }
    }
}
