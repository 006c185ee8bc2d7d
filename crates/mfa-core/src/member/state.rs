//! What is known about one member.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use subtle::ConstantTimeEq;

use super::id::{DeviceId, EnrolmentId, Generation, SessionId, TokenDigest};
use crate::policy::RECOVERY_KEYS;
use crate::recovery::RecoveryDigest;
use crate::secret::Secret;
use crate::tenant::Epoch;
use crate::throttle::Lane;
use crate::time::{TimeStep, Timestamp};
use crate::totp::TotpParameters;

/// The whole record of one username in one tenant. There is one for every name that anybody ever typed, so that
/// a name nobody bears is throttled, answered and timed like any other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Member {
    /// Password failures of devices that we do not know.
    pub(crate) strangers: Lane,
    /// The person, once an invitation has been accepted.
    pub(crate) joined: Option<Box<Joined>>,
}

/// A person who has accepted an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Joined {
    pub(crate) generation: Generation,
    /// The highest epoch of the tenant seen so far; everything below was made in it.
    pub(crate) epoch: Epoch,
    pub(crate) password: PasswordVerifier,
    pub(crate) factor: Factor,
    /// Failures of codes. They outlive the authenticator: enrolling anew buys an attacker no new budget.
    pub(crate) codes: Lane,
    /// Failures of recovery keys. They outlive the set likewise.
    pub(crate) recovery_keys: Lane,
    pub(crate) enrolment: Option<Enrolment>,
    /// Oldest first.
    pub(crate) pending: Vec<PendingSignIn>,
    pub(crate) devices: Vec<RememberedDevice>,
    /// Oldest first.
    pub(crate) sessions: Vec<Session>,
    pub(crate) revoked: Revoked,
    /// Number of the newest set of recovery keys ever issued to this person; 0 before the first.
    pub(crate) newest_set: u32,
}

/// What is compared with what a typed password hashes to.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordVerifier {
    /// Which hash, parameters and pepper made it; opaque here.
    pub scheme: String,
    /// The output of the password hash.
    pub output: [u8; 32],
    /// Rises with each change; a sign-in begun under an older password ends.
    pub version: u32,
}

impl PasswordVerifier {
    /// Compares in constant time.
    pub(crate) fn matches(&self, output: &[u8; 32]) -> bool {
        self.output.ct_eq(output).into()
    }
}

impl core::fmt::Debug for PasswordVerifier {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "PasswordVerifier(scheme {}, version {})", self.scheme, self.version)
    }
}

/// Whether an authenticator is bound.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "there is one, in a record that is boxed as a whole")]
pub(crate) enum Factor {
    None,
    Bound(Authenticator),
}

/// A bound authenticator app with its set of recovery keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Authenticator {
    pub(crate) secret: GuardedSecret,
    pub(crate) parameters: TotpParameters,
    /// The newest step whose code was accepted. Only a later one will be.
    pub(crate) last_step: TimeStep,
    /// How many steps the app's clock was off at the last success; told, never used to accept more.
    pub(crate) drift: i8,
    pub(crate) enrolled_at: Timestamp,
    /// Since when the budget of failures is spent.
    pub(crate) locked_at: Option<Timestamp>,
    pub(crate) recovery: RecoverySet,
}

/// A secret as it passes through: sealed at rest, open only in the one decision that needs it.
///
/// `decide` refuses where it needs an open secret and finds a sealed one; it never takes "sealed" for "none".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GuardedSecret {
    /// Ciphertext, in the words of whoever sealed it.
    Sealed(String),
    /// Plain, in memory.
    Open(Secret),
}

/// What a secret in a member's record is for. Sealing names it, so that neither can be put in the other's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretPurpose {
    /// The bound authenticator's.
    Authenticator,
    /// That of an enrolment in progress.
    Enrolment,
}

/// A set of recovery keys, as digests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RecoverySet {
    pub(crate) number: u32,
    pub(crate) keys: [StoredRecoveryKey; RECOVERY_KEYS],
}

impl RecoverySet {
    /// How many keys have not been used.
    pub(crate) fn left(&self) -> usize {
        self.keys.iter().filter(|key| key.spent_at.is_none()).count()
    }
}

/// One key of a set. A spent one keeps its digest, so that its second use is known for what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StoredRecoveryKey {
    pub(crate) digest: RecoveryDigest,
    pub(crate) spent_at: Option<Timestamp>,
}

/// An authenticator on its way in. Until it is complete it decides nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Enrolment {
    pub(crate) id: EnrolmentId,
    /// The sign-in that enrols; nobody else can go on with it.
    pub(crate) pending: TokenDigest,
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecoveryKeys {
    /// The digests, key 1 first.
    pub digests: [RecoveryDigest; RECOVERY_KEYS],
    /// Which key's last group is asked for, from 1.
    pub proof_number: u8,
    /// The digest of that group.
    pub proof: RecoveryDigest,
}

/// Somebody who gave the right password and owes something more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PendingSignIn {
    pub(crate) token: TokenDigest,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) duty: Duty,
    pub(crate) methods: Methods,
    pub(crate) failures: Vec<PendingFailure>,
}

/// What a pending sign-in still owes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Duty {
    /// A code, or a recovery key.
    Code,
    /// Enrolment.
    Enrol,
    /// A new password, then enrolment: the old password was in the hands of whoever spent the budget.
    NewPassword,
}

/// A failure that is given back if the sign-in it belongs to succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PendingFailure {
    pub(crate) kind: ProofKind,
    pub(crate) at: Timestamp,
}

/// The kinds of proof that share a pending sign-in's failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub(crate) enum ProofKind {
    Code,
    RecoveryKey,
}

/// By what a person was recognised, for the session's `amr` claim (RFC 8176 where it has a word).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Methods {
    /// A password (`pwd`).
    pub password: bool,
    /// A code of the authenticator app (`otp`).
    pub code: bool,
    /// A recovery key (`recovery`; no registered word).
    pub recovery_key: bool,
    /// A remembered device (`device`; no registered word, and by NIST SP 800-63B-4 §5.1 no factor).
    pub device: bool,
}

impl Methods {
    /// The claim's words, in a fixed order.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        [(self.password, "pwd"), (self.code, "otp"), (self.recovery_key, "recovery"), (self.device, "device")]
            .into_iter()
            .filter_map(|(used, name)| used.then_some(name))
    }
}

/// A device that may skip the code until its time is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RememberedDevice {
    pub(crate) id: DeviceId,
    /// The digest of its present token; the token changes at each use.
    pub(crate) token: TokenDigest,
    pub(crate) until: Timestamp,
    pub(crate) last_used_at: Timestamp,
    /// Password failures on this device, apart from strangers', who thus cannot lock its owner out.
    pub(crate) passwords: Lane,
}

/// A live session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) started_at: Timestamp,
    pub(crate) ends_at: Timestamp,
    pub(crate) methods: Methods,
}

/// What edges must be told, because they let a signed session in without asking.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Revoked {
    /// Every session that would have ended by then is over. Zero when the list says it all.
    pub up_to: Timestamp,
    /// Sessions that ended before their time, with the time when their tokens are worthless anyway.
    pub sessions: Vec<(SessionId, Timestamp)>,
}
