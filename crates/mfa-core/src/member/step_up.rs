//! Step-up: proving within a session that it is still she, before anything that could turn her factor against her.
//!
//! A remembered device never counts (F09), and no proof counts for longer than [`policy::STEP_UP`].

use alloc::string::String;
use alloc::vec::Vec;

use super::command::{Fresh, Grant};
use super::door::Door;
use super::event::Event;
use super::id::SessionId;
use super::outcome::Outcome;
use super::state::{Joined, Session};
use crate::passcode::Passcode;
use crate::policy;
use crate::recovery::RecoveryDigest;
use crate::tenant::ModeKind;
use crate::time::Timestamp;

/// A proof given in a session, beyond the session itself.
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Assurance, Command, Outcome, Proven, ProvenBy};
///
/// let mut shell = Shell::enrolled();
/// let (session, grant) = (shell.sign_in(), shell.grant);
/// let Outcome::Authorized { proven, .. } =
///     shell.ask(Command::Authorize { grant, session, assurance: Assurance::Own }) else { panic!("just signed in") };
/// assert_eq!(proven, Some(Proven { at: shell.now, by: ProvenBy::Code }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Proven {
    /// When.
    pub at: Timestamp,
    /// By what.
    pub by: ProvenBy,
}

/// Kinds of proof that count.
///
/// For examples see [`Proven`] and [`Assurance`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum ProvenBy {
    /// The password, where it is the only factor.
    Password,
    /// A code of the authenticator app.
    Code,
    /// A recovery key.
    RecoveryKey,
    /// The identity provider's word.
    Provider,
}

/// What is asked of a session.
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Assurance, Command, Outcome, ProvenBy};
/// use mfa_core::policy;
///
/// let mut shell = Shell::enrolled();
/// let (session, grant) = (shell.sign_in(), shell.grant);
/// shell.wait(policy::STEP_UP);
/// let mut asks = |assurance| shell.ask(Command::Authorize { grant, session, assurance });
/// assert!(matches!(asks(Assurance::Live), Outcome::Authorized { .. }));
/// assert_eq!(asks(Assurance::Own), Outcome::StepUpOwed { by: vec![ProvenBy::Code, ProvenBy::RecoveryKey] });
/// // An administrator's act turns on others: a key from a sheet of paper does not do.
/// assert_eq!(asks(Assurance::Administrator), Outcome::StepUpOwed { by: vec![ProvenBy::Code] });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Assurance {
    /// That it is live.
    Live,
    /// For what somebody does to her own factor.
    Own,
    /// For what an administrator does to others', or to the tenant.
    Administrator,
}

impl Assurance {
    /// The proofs that meet it, best first; none where being live is enough.
    fn met_by(self, mode: ModeKind) -> &'static [ProvenBy] {
        match (self, mode) {
            (Assurance::Live, _) => &[],
            (Assurance::Own, ModeKind::Mfa) => &[ProvenBy::Code, ProvenBy::RecoveryKey],
            (Assurance::Administrator, ModeKind::Mfa) => &[ProvenBy::Code],
            (Assurance::Own | Assurance::Administrator, ModeKind::Password) => &[ProvenBy::Password],
            (Assurance::Own | Assurance::Administrator, ModeKind::External) => &[ProvenBy::Provider],
        }
    }
}

/// What is shown to step up.
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Outcome, StepUpProof};
/// use mfa_core::policy;
///
/// let mut shell = Shell::enrolled();
/// let (session, grant) = (shell.sign_in(), shell.grant);
/// shell.wait(policy::STEP_UP);
/// let (proof, until) = (StepUpProof::Code(shell.phone()), shell.now.saturating_add(policy::STEP_UP));
/// assert_eq!(format!("{proof:?}"), "StepUpProof(Code)", "and no digit of it");
/// assert_eq!(shell.ask(Command::StepUp { grant, session, proof }), Outcome::SteppedUp { until });
/// ```
#[derive(Clone, PartialEq, Eq)]
pub enum StepUpProof {
    /// A code of the authenticator app.
    Code(Passcode),
    /// The digest of a recovery key.
    RecoveryKey(RecoveryDigest),
    /// The password.
    Password {
        /// Scheme that `output` was computed under.
        scheme: String,
        /// What it hashes to.
        output: [u8; 32],
    },
}

impl StepUpProof {
    fn kind(&self) -> ProvenBy {
        match self {
            StepUpProof::Code(_) => ProvenBy::Code,
            StepUpProof::RecoveryKey(_) => ProvenBy::RecoveryKey,
            StepUpProof::Password { .. } => ProvenBy::Password,
        }
    }
}

/// The kind alone: what it carries is a code, a key's digest or a password's hash.
impl core::fmt::Debug for StepUpProof {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "StepUpProof({:?})", self.kind())
    }
}

impl Joined {
    /// Whether a session may do what asks for `assurance`.
    pub(super) fn authorize(&self, grant: &Grant, id: SessionId, assurance: Assurance, now: Timestamp) -> Outcome {
        match self.session_with(grant, id, assurance, now) {
            Ok(session) => Outcome::Authorized { proven: session.proven, methods: session.methods },
            Err(outcome) => outcome,
        }
    }

    /// The live session, if what was last proven in it meets `assurance`; else what to answer.
    pub(super) fn session_with(
        &self,
        grant: &Grant,
        id: SessionId,
        assurance: Assurance,
        now: Timestamp,
    ) -> Result<&Session, Outcome> {
        let Some(session) = self.sessions.iter().find(|session| session.id == id) else {
            return Err(Outcome::SessionEnded);
        };
        let met_by = assurance.met_by(grant.mode);
        let fresh = |proven: Proven| met_by.contains(&proven.by) && now < proven.at.saturating_add(policy::STEP_UP);
        if met_by.is_empty() || session.proven.is_some_and(fresh) {
            return Ok(session);
        }
        Err(Outcome::StepUpOwed { by: met_by.to_vec() })
    }

    /// Judges a proof given in a session, by the judges of the sign-in and out of its budgets. What fails here is
    /// never given back: nobody has just typed a password.
    pub(super) fn step_up(
        &mut self,
        grant: &Grant,
        id: SessionId,
        proof: &StepUpProof,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let Some(position) = self.find_session(id) else {
            return Outcome::SessionEnded;
        };
        let (by, fitting) = (proof.kind(), Assurance::Own.met_by(grant.mode));
        if !fitting.contains(&by) {
            return Outcome::StepUpOwed { by: fitting.to_vec() };
        }
        let door = Door::StepUp(position);
        let judged = match proof {
            StepUpProof::Code(passcode) => self.judge_code(door, passcode, fresh, now, events),
            StepUpProof::RecoveryKey(digest) => self.judge_recovery_key(door, digest, now, events).map(|_| ()),
            StepUpProof::Password { scheme, output } => self.judge_own_password(position, scheme, output, events),
        };
        if let Err(outcome) = judged {
            return outcome;
        }
        let Some(session) = self.sessions.get_mut(position) else {
            return Outcome::SessionEnded;
        };
        session.failures = 0;
        session.proven = Some(Proven { at: now, by });
        events.push(Event::SteppedUp { by });
        Outcome::SteppedUp { until: now.saturating_add(policy::STEP_UP) }
    }

    /// Compares a password typed within a session. It counts on that session alone: a session gives nobody a way to
    /// close the sign-in of its owner. A right one takes its charge back.
    pub(super) fn judge_own_password(
        &mut self,
        position: usize,
        scheme: &str,
        output: &[u8; 32],
        events: &mut Vec<Event>,
    ) -> Result<(), Outcome> {
        let (Some(kept), Some(session)) = (&self.password, self.sessions.get_mut(position)) else {
            return Err(Outcome::SessionEnded);
        };
        if kept.scheme != scheme {
            return Err(Outcome::OtherScheme(kept.scheme.clone()));
        }
        let before = session.failures;
        session.failures = before.saturating_add(1);
        if kept.matches(output) {
            session.failures = before;
            return Ok(());
        }
        events.push(Event::StepUpRefused { by: ProvenBy::Password });
        self.close_if_worn_out(Door::StepUp(position), events);
        Err(Outcome::PasswordRefused)
    }
}
