//! More time for whoever needs it to read, to find a phone or to type (WCAG 2.2, SC 2.2.1).
//!
//! Only what is alive is made longer, by whoever bears what it goes by. A time is all that changes: no failure, wait,
//! budget or proof, so it gives nobody a further guess. How often is bounded by what the record says anyway: when the
//! sign-in began, when the session ends, until when the tenant has set an epoch aside.

use super::admission::NotAdmitted;
use super::command::Grant;
use super::id::{EnrolmentId, SessionId, TokenDigest};
use super::outcome::Outcome;
use super::set_up::SetUpName;
use super::state::{Duty, Joined, SetUpStage};
use crate::policy;
use crate::tenant::Epoch;
use crate::time::{Seconds, Timestamp};

/// What waits for somebody, named by what it goes by.
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Outcome, Waiting};
/// use mfa_core::policy::{PENDING_SIGN_IN, PENDING_SIGN_IN_IN_ALL};
/// use mfa_core::time::Seconds;
///
/// let mut shell = Shell::enrolled();
/// shell.begin();
/// let (began, grant, waiting) = (shell.now, shell.grant, Waiting::SignIn(shell.pending));
/// // She looks for her phone, and says so each time that a minute is left.
/// let mut end = began.saturating_add(PENDING_SIGN_IN);
/// while end.since(began) < PENDING_SIGN_IN_IN_ALL {
///     shell.wait(Seconds(end.since(shell.now).0 - 60));
///     let Outcome::Extended { expires_at } = shell.ask(Command::Extend { grant, waiting }) else { panic!("alive") };
///     end = expires_at;
/// }
/// assert!(matches!(shell.type_code(shell.phone()), Outcome::SignedIn(_)), "nearly an hour later");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// A pending sign-in, with the enrolment under way in it.
    SignIn(TokenDigest),
    /// New recovery keys that are not proven saved, of this session.
    RecoveryKeys(SessionId),
    /// An administrator's set-up.
    SetUp {
        /// Her session.
        session: SessionId,
        /// The epoch set aside.
        epoch: Epoch,
        /// Which enrolment.
        id: EnrolmentId,
        /// Until when the tenant keeps that epoch for her.
        until: Timestamp,
    },
}

impl Waiting {
    /// What to answer whoever is not admitted.
    pub(super) fn refused(self, refusal: NotAdmitted) -> Outcome {
        match self {
            Waiting::SignIn(_) => refusal.for_pending(),
            Waiting::RecoveryKeys(_) | Waiting::SetUp { .. } => refusal.for_session(),
        }
    }
}

impl Joined {
    /// Makes it longer.
    pub(super) fn extend(&mut self, grant: &Grant, waiting: Waiting, now: Timestamp) -> Outcome {
        match waiting {
            Waiting::SignIn(token) => self.extend_sign_in(&token, now),
            Waiting::RecoveryKeys(session) => self.extend_recovery_keys(session, now),
            Waiting::SetUp { session, epoch, id, until } => {
                self.extend_set_up(grant, SetUpName { session, epoch, id }, until, now)
            }
        }
    }

    fn extend_sign_in(&mut self, token: &TokenDigest, now: Timestamp) -> Outcome {
        let Some(sign_in) = self.pending_mut(token) else {
            return Outcome::SignInExpired;
        };
        let (length, in_all) = match sign_in.duty {
            Duty::Code => (policy::PENDING_SIGN_IN, policy::PENDING_SIGN_IN_IN_ALL),
            Duty::Enrol | Duty::NewPassword => (policy::ENROLMENT, policy::PENDING_ENROLMENT_IN_ALL),
        };
        let most = sign_in.created_at.saturating_add(in_all);
        let expires_at = longer(sign_in.expires_at, length, most, now);
        sign_in.expires_at = expires_at;
        // By whichever of its two tokens: the enrolment is known by the first.
        let own = sign_in.token;
        if let Some(owed) = self.enrolment.as_mut().filter(|owed| owed.pending.matches(&own)) {
            owed.enrolment.expires_at = expires_at;
        }
        Outcome::Extended { expires_at }
    }

    fn extend_recovery_keys(&mut self, session: SessionId, now: Timestamp) -> Outcome {
        let live = self.find_session(session).and_then(|position| self.sessions.get(position));
        let Some(most) = live.map(|live| live.ends_at) else {
            return Outcome::SessionEnded;
        };
        match &mut self.renewal {
            None => Outcome::EnrolmentExpired,
            Some(renewal) if renewal.session != session => Outcome::EnrolmentSuperseded,
            Some(renewal) => {
                renewal.expires_at = longer(renewal.expires_at, policy::ENROLMENT, most, now);
                Outcome::Extended { expires_at: renewal.expires_at }
            }
        }
    }

    fn extend_set_up(&mut self, grant: &Grant, name: SetUpName, until: Timestamp, now: Timestamp) -> Outcome {
        match self.set_up_of(grant, name) {
            Err(outcome) => outcome,
            Ok(set_up) => match &mut set_up.stage {
                // Nothing of it waits for her any more.
                SetUpStage::Ready { .. } => Outcome::EnrolmentSuperseded,
                SetUpStage::Enrolling(enrolment) => {
                    enrolment.expires_at = longer(enrolment.expires_at, policy::ENROLMENT, until, now);
                    Outcome::Extended { expires_at: enrolment.expires_at }
                }
            },
        }
    }
}

/// The same length from now on, but no later than `most`; and never sooner than it would have ended.
fn longer(expires_at: Timestamp, length: Seconds, most: Timestamp, now: Timestamp) -> Timestamp {
    now.saturating_add(length).min(most).max(expires_at)
}
