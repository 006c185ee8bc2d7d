//! What is on its way in: an authenticator, a new set of recovery keys, an administrator's set-up.

use super::factor::{Authenticator, GuardedSecret};
use crate::member::id::{EnrolmentId, SessionId, TokenDigest};
use crate::policy::RECOVERY_KEYS;
use crate::recovery::RecoveryDigest;
use crate::tenant::Epoch;
use crate::time::{TimeStep, Timestamp};

/// An authenticator on its way in. Until it is complete it decides nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Enrolment {
    pub(crate) id: EnrolmentId,
    pub(crate) secret: GuardedSecret,
    pub(crate) expires_at: Timestamp,
    pub(crate) stage: EnrolmentStage,
}

/// How far an enrolment is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "there is one, in a record that is boxed as a whole")]
pub(crate) enum EnrolmentStage {
    /// The secret was shown; the first code is awaited.
    Code { wrong_codes: u8 },
    /// The code was right and recovery keys were shown; proof that they were saved is awaited.
    Proof { step: TimeStep, drift: i8, keys: NewRecoveryKeys },
}

/// A freshly made set of recovery keys, not yet anybody's.
///
/// An enrolment. Nothing is bound before its last step, so whoever closes the page half-way is not locked out:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Duty, EnrolmentId, NewRecoveryKeys, Outcome};
/// use mfa_core::tenant::ModeKind;
///
/// let mut shell = Shell::joined(ModeKind::Mfa);
/// assert!(matches!(shell.begin(), Outcome::Owes { duty: Duty::Enrol, .. }));
/// let (grant, pending, id, passcode) = (shell.grant, shell.pending, EnrolmentId([1; 16]), shell.phone());
/// shell.ask(Command::StartEnrolment { grant, pending, id, secret: secret() });
/// let keys: NewRecoveryKeys = keys(); // Drawn beforehand, and shown only if the code is right.
/// let confirms = Command::ConfirmEnrolment { grant, pending, id, passcode, keys: keys.clone() };
/// assert_eq!(shell.ask(confirms), Outcome::RecoveryKeysIssued { set: 1 });
/// // She types the last group of key 3, so she has them.
/// let completes = Command::CompleteEnrolment { grant, pending, id, proof: keys.proof };
/// assert!(matches!(shell.ask(completes), Outcome::SignedIn(_)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecoveryKeys {
    /// The digests, key 1 first.
    pub digests: [RecoveryDigest; RECOVERY_KEYS],
    /// Which key's last group is asked for, from 1.
    pub proof_number: u8,
    /// The digest of that group.
    pub proof: RecoveryDigest,
}

/// An enrolment at a sign-in that owes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwedEnrolment {
    /// The sign-in that enrols; nobody else can go on with it.
    pub(crate) pending: TokenDigest,
    pub(crate) enrolment: Enrolment,
}

/// New recovery keys for the authenticator that is bound. Until they are proven saved the present set stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Renewal {
    /// The session that asked for them; no other can go on with it.
    pub(crate) session: SessionId,
    pub(crate) keys: NewRecoveryKeys,
    pub(crate) expires_at: Timestamp,
}

/// An administrator's own enrolment under an epoch that the tenant has set aside for her. It decides nothing unless
/// the tenant passes to exactly that epoch with MFA on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SetUp {
    /// The epoch set aside; always later than the one the member is in.
    pub(crate) epoch: Epoch,
    /// The session that sets up; no other can go on with it.
    pub(crate) session: SessionId,
    pub(crate) stage: SetUpStage,
}

/// How far a set-up is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "there is one, in a record that is boxed as a whole")]
pub(crate) enum SetUpStage {
    /// As any enrolment, and as any it expires.
    Enrolling(Enrolment),
    /// Complete, and waiting for the tenant. It is not forgotten by time: the tenant may have passed to its epoch
    /// already, and this member be the last to hear.
    Ready {
        /// Of the enrolment that it was.
        id: EnrolmentId,
        /// What proved the keys saved; whoever goes on from here shows it again.
        proof: RecoveryDigest,
        authenticator: Authenticator,
        /// Until when the tenant may still be told that it is ready.
        expires_at: Timestamp,
    },
}

impl SetUp {
    /// The enrolment's name.
    pub(crate) fn id(&self) -> EnrolmentId {
        match &self.stage {
            SetUpStage::Enrolling(enrolment) => enrolment.id,
            SetUpStage::Ready { id, .. } => *id,
        }
    }
}
