//! The state machine of one member: may this person enter now?
//!
//! [`decide`] is total: it never panics and has no error case. A refusal is an [`Outcome`] that comes with new state
//! (the charge), which has to be saved like any other.
//!
//! The laws, each held by a property test:
//! 1. An attempt is charged before it is judged; only a success or a replay gives the charge back.
//! 2. A step once accepted is never accepted again, nor any before it; a recovery key opens once.
//! 3. Nothing made in an earlier epoch or generation is ever accepted.
//! 4. Nobody is signed in who has not met the duty that the tenant's mode demands.
//! 5. An enrolment that is not complete decides nothing.

mod code;
mod command;
mod device;
mod enrolment;
mod event;
mod id;
mod password;
mod recovery_key;
mod session;
pub(crate) mod state;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

use alloc::boxed::Box;
use alloc::vec::Vec;

pub use command::{
    Account, Command, Decision, Duty, Fresh, Grant, Outcome, PresentedDevice, RecoveryKeyUse, RememberedUntil, SignedIn,
};
pub use event::Event;
pub use id::{DeviceId, EnrolmentId, Generation, SessionId, TokenDigest};
pub use state::{GuardedSecret, Member, Methods, NewRecoveryKeys, PasswordVerifier, Revoked, SecretPurpose};

use crate::policy;
use crate::tenant::ModeKind;
use crate::throttle::{Admission, Lane};
use crate::time::Timestamp;
use state::{Enrolment, Factor, Joined, PendingSignIn};

/// Decides `command` at time `now`. `fresh` holds random names for whatever comes into being.
///
/// The caller's whole duty: load the state, open what the command needs opened, call this, seal, save, answer.
pub fn decide(mut state: Member, command: Command, fresh: Fresh, now: Timestamp) -> Decision {
    let mut events = Vec::new();
    let outcome = answer(&mut state, command, &fresh, now, &mut events);
    Decision { state, events, outcome }
}

fn answer(member: &mut Member, command: Command, fresh: &Fresh, now: Timestamp, events: &mut Vec<Event>) -> Outcome {
    member.forget_expired(now);
    match command {
        Command::Join { generation, verifier } => member.join(generation, verifier, events),
        Command::CheckPassword { scheme, output, renewed, device } => {
            let outcome = member.check_password(scheme, &output, device, now, events);
            if let (Outcome::PasswordRight { .. }, Some((scheme, output))) = (&outcome, renewed) {
                member.renew_password(scheme, output);
            }
            outcome
        }
        Command::BeginSignIn { grant, password_version, device } => match member.admit(&grant, events) {
            Ok(joined) => joined.begin_sign_in(&grant, password_version, device, fresh, now, events),
            Err(refusal) => refusal.for_sign_in(),
        },
        Command::VerifyCode { grant, pending, passcode, remember_device } => match member.admit(&grant, events) {
            Ok(joined) => joined.verify_code(&grant, &pending, &passcode, remember_device, fresh, now, events),
            Err(refusal) => refusal.for_pending(),
        },
        Command::VerifyRecoveryKey { grant, pending, digest } => match member.admit(&grant, events) {
            Ok(joined) => joined.verify_recovery_key(&grant, &pending, &digest, fresh, now, events),
            Err(refusal) => refusal.for_pending(),
        },
        Command::ReplacePassword { grant, pending, scheme, output, under_current } => {
            match member.admit(&grant, events) {
                Ok(joined) => joined.replace_password(&pending, scheme, output, under_current, events),
                Err(refusal) => refusal.for_pending(),
            }
        }
        Command::StartEnrolment { grant, pending, id, secret } => match member.admit(&grant, events) {
            Ok(joined) => joined.start_enrolment(&pending, id, secret, now, events),
            Err(refusal) => refusal.for_pending(),
        },
        Command::ConfirmEnrolment { grant, pending, id, passcode, keys } => match member.admit(&grant, events) {
            Ok(joined) => joined.confirm_enrolment(&pending, id, &passcode, keys, now, events),
            Err(refusal) => refusal.for_pending(),
        },
        Command::RenewRecoveryKeys { grant, pending, id, keys } => match member.admit(&grant, events) {
            Ok(joined) => joined.renew_recovery_keys(&pending, id, keys),
            Err(refusal) => refusal.for_pending(),
        },
        Command::CompleteEnrolment { grant, pending, id, proof } => match member.admit(&grant, events) {
            Ok(joined) => joined.complete_enrolment(&grant, &pending, id, &proof, fresh, now, events),
            Err(refusal) => refusal.for_pending(),
        },
        Command::ViewAccount { grant, session } => match member.admit(&grant, events) {
            Ok(joined) => joined.view_account(session),
            Err(refusal) => refusal.for_session(),
        },
        Command::SignOut { session } => member.sign_out(session, events),
        Command::Sweep => Outcome::Swept,
    }
}

/// Why a member is not let through to a command at all.
enum NotAdmitted {
    /// No such member, or not the one that the tenant means.
    Stranger,
    /// The grant is older than what the member has seen.
    StaleGrant,
    /// The tenant signs in elsewhere.
    LocalDoorsClosed,
}

impl NotAdmitted {
    fn for_sign_in(self) -> Outcome {
        self.or(Outcome::SignInRefused)
    }

    fn for_pending(self) -> Outcome {
        self.or(Outcome::SignInExpired)
    }

    fn for_session(self) -> Outcome {
        self.or(Outcome::SessionEnded)
    }

    fn or(self, stranger: Outcome) -> Outcome {
        match self {
            NotAdmitted::Stranger => stranger,
            NotAdmitted::StaleGrant => Outcome::StaleGrant,
            NotAdmitted::LocalDoorsClosed => Outcome::LocalDoorsClosed,
        }
    }
}

impl Member {
    /// Nobody yet.
    #[must_use]
    pub fn vacant() -> Member {
        Member::default()
    }

    /// The bearer of the name that the tenant means, brought to the tenant's epoch.
    fn admit(&mut self, grant: &Grant, events: &mut Vec<Event>) -> Result<&mut Joined, NotAdmitted> {
        let Some(joined) = self.joined.as_deref_mut() else {
            return Err(NotAdmitted::Stranger);
        };
        if joined.generation != grant.generation {
            return Err(NotAdmitted::Stranger);
        }
        if grant.epoch < joined.epoch {
            return Err(NotAdmitted::StaleGrant);
        }
        if grant.epoch > joined.epoch {
            joined.pass_to(grant, events);
        }
        match grant.mode {
            ModeKind::External => Err(NotAdmitted::LocalDoorsClosed),
            ModeKind::Password | ModeKind::Mfa => Ok(joined),
        }
    }

    /// Erases what time has ended, so that nothing below has to look at a clock twice.
    fn forget_expired(&mut self, now: Timestamp) {
        // A name that nobody bears is forgotten after this time, so it has to be so for a name that somebody bears.
        if now >= self.strangers.last_failure.saturating_add(policy::STRANGERS_FORGOTTEN) {
            self.strangers = Lane::default();
        }
        let Some(joined) = self.joined.as_deref_mut() else {
            return;
        };
        joined.pending.retain(|pending| now < pending.expires_at);
        joined.devices.retain(|device| now < device.until);
        joined.sessions.retain(|session| now < session.ends_at);
        joined.revoked.sessions.retain(|(_, until)| now < *until);
        if now >= joined.revoked.up_to {
            joined.revoked.up_to = Timestamp::default();
        }
        if joined.enrolment.as_ref().is_some_and(|enrolment| now >= enrolment.expires_at) {
            joined.enrolment = None;
        }
    }

    /// Whether there is nothing to keep.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        *self == Member::default()
    }

    /// What edges must be told about this member.
    #[must_use]
    pub fn revoked(&self) -> Revoked {
        self.joined.as_deref().map(|joined| joined.revoked.clone()).unwrap_or_default()
    }

    /// Which bearer of the name this is, and the newest epoch it has seen; `None` for nobody.
    #[must_use]
    pub fn standing(&self) -> Option<(Generation, crate::tenant::Epoch)> {
        self.joined.as_deref().map(|joined| (joined.generation, joined.epoch))
    }

    /// Every secret in the record with what it is for, to be opened before and sealed after a decision.
    pub fn secrets_mut(&mut self) -> impl Iterator<Item = (SecretPurpose, &mut GuardedSecret)> {
        let (factor, enrolment) = match self.joined.as_deref_mut() {
            Some(Joined { factor, enrolment, .. }) => (Some(factor), enrolment.as_mut()),
            None => (None, None),
        };
        let bound = factor.and_then(|factor| match factor {
            Factor::Bound(authenticator) => Some((SecretPurpose::Authenticator, &mut authenticator.secret)),
            Factor::None => None,
        });
        bound.into_iter().chain(enrolment.map(|enrolment| (SecretPurpose::Enrolment, &mut enrolment.secret)))
    }
}

impl Joined {
    /// The bearer of a new generation. From the one before she takes over only what protects: the newest epoch seen,
    /// the numbering of passwords (so that nothing judged under an older one goes on) and what edges must be told.
    fn new(generation: Generation, mut password: PasswordVerifier, before: Option<Box<Joined>>) -> Box<Joined> {
        let (epoch, version, revoked) = match before {
            None => (crate::tenant::Epoch::default(), 0, Revoked::default()),
            Some(before) => (before.epoch, before.password.version, before.revoked),
        };
        password.version = version.saturating_add(1);
        Box::new(Joined {
            generation,
            epoch,
            password,
            factor: Factor::None,
            codes: Lane::default(),
            recovery_keys: Lane::default(),
            enrolment: None,
            pending: Vec::new(),
            devices: Vec::new(),
            sessions: Vec::new(),
            revoked,
            newest_set: 0,
        })
    }

    /// The tenant has moved to a later epoch: everything made in an earlier one is gone, counters too.
    fn pass_to(&mut self, grant: &Grant, events: &mut Vec<Event>) {
        let had_anything = self.epoch != crate::tenant::Epoch::default();
        self.end_sessions();
        self.epoch = grant.epoch;
        self.factor = Factor::None;
        self.codes = Lane::default();
        self.recovery_keys = Lane::default();
        self.enrolment = None;
        self.pending.clear();
        self.devices.clear();
        if had_anything {
            events.push(Event::EpochPassed);
        }
    }

    /// Where in the list a live pending sign-in stands. Compared in constant time with every one.
    fn find_pending(&self, token: &TokenDigest) -> Option<usize> {
        let mut found = None;
        for (position, pending) in self.pending.iter().enumerate() {
            if pending.token.matches(token) {
                found = Some(position);
            }
        }
        found
    }

    fn pending_mut(&mut self, token: &TokenDigest) -> Option<&mut PendingSignIn> {
        let position = self.find_pending(token)?;
        self.pending.get_mut(position)
    }

    /// Adds a pending sign-in. If there are too many, the oldest that has cost nothing but a password goes: whoever
    /// has only that cannot push out one on which a recovery key was spent, or an enrolment.
    fn add_pending(&mut self, pending: PendingSignIn) {
        if self.pending.len() >= policy::PENDING_AT_ONCE {
            let owes_code = self.pending.iter().position(|pending| pending.duty == Duty::Code);
            // One that enrols lives longer than one that does not, so the first to expire is the one to miss least.
            let unpaid = self.pending.iter().enumerate().filter(|(_, pending)| !pending.methods.recovery_key);
            let idle = unpaid.min_by_key(|(_, pending)| pending.expires_at).map(|(position, _)| position);
            self.pending.remove(owes_code.or(idle).unwrap_or(0));
        }
        self.pending.push(pending);
    }

    /// The enrolment that `pending` started, if it is the one called `id`; else what to answer.
    fn enrolment_of(&mut self, pending: &TokenDigest, id: EnrolmentId) -> Result<&mut Enrolment, Outcome> {
        let Some(position) = self.find_pending(pending) else {
            return Err(Outcome::SignInExpired);
        };
        let duty = self.pending.get(position).map(|pending| pending.duty);
        if let Some(duty @ (Duty::Code | Duty::NewPassword)) = duty {
            return Err(Outcome::OtherDuty(duty));
        }
        match &mut self.enrolment {
            None => Err(Outcome::EnrolmentExpired),
            Some(enrolment) if enrolment.id == id && enrolment.pending.matches(pending) => Ok(enrolment),
            Some(_) => Err(Outcome::EnrolmentSuperseded),
        }
    }
}

/// Turns a lane's refusal into the answer; `None` when the attempt may be judged.
fn refusal(admission: Admission) -> Option<Outcome> {
    match admission {
        Admission::Open => None,
        Admission::Wait(until) => Some(Outcome::Throttled { until: Some(until) }),
        Admission::Closed => Some(Outcome::Throttled { until: None }),
    }
}
