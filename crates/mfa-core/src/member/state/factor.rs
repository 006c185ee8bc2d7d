//! The bound authenticator and its recovery keys.

use alloc::string::String;
use alloc::vec::Vec;

use crate::policy::RECOVERY_KEYS;
use crate::recovery::RecoveryDigest;
use crate::secret::Secret;
use crate::time::{TimeStep, Timestamp};
use crate::totp::TotpParameters;

/// Whether an authenticator is bound.
#[derive(Debug, Clone, PartialEq, Eq)]
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
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{GuardedSecret, SecretPurpose};
///
/// let mut shell = Shell::enrolled();
/// let Some((purpose, _, secret)) = shell.member.secrets_mut().next() else { panic!("hers") };
/// assert_eq!(purpose, SecretPurpose::Authenticator);
/// assert!(matches!(secret, GuardedSecret::Open(_)));
/// *secret = GuardedSecret::Sealed("ciphertext".into()); // And now it may be stored.
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GuardedSecret {
    /// Ciphertext, in the words of whoever sealed it.
    Sealed(String),
    /// Plain, in memory.
    Open(Secret),
}

/// What a secret in a member's record is for. Sealing names it, so that neither can be put in the other's place.
///
/// For an example see [`GuardedSecret`].
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
    /// Ten, or none in set 0.
    pub(crate) keys: Vec<StoredRecoveryKey>,
}

impl RecoverySet {
    /// Of an authenticator that was made elsewhere: there is no key until its owner makes a set.
    pub(crate) const NONE: RecoverySet = RecoverySet { number: 0, keys: Vec::new() };

    /// A set of which nothing has been used.
    pub(crate) fn new(number: u32, digests: [RecoveryDigest; RECOVERY_KEYS]) -> RecoverySet {
        RecoverySet { number, keys: digests.map(|digest| StoredRecoveryKey { digest, spent_at: None }).into() }
    }

    /// How many keys have not been used.
    pub(crate) fn left(&self) -> u8 {
        let left = self.keys.iter().filter(|key| key.spent_at.is_none()).count();
        u8::try_from(left).unwrap_or(u8::MAX)
    }
}

/// One key of a set. A spent one keeps its digest, so that its second use is known for what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StoredRecoveryKey {
    pub(crate) digest: RecoveryDigest,
    pub(crate) spent_at: Option<Timestamp>,
}

/// The set that was replaced last. Its keys open nothing; that one is of an older sheet may be said, no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OlderSet {
    pub(crate) number: u32,
    pub(crate) digests: [RecoveryDigest; RECOVERY_KEYS],
}

impl OlderSet {
    /// What is kept of a set that is replaced; of none, nothing.
    pub(crate) fn of(set: &RecoverySet) -> Option<OlderSet> {
        let digests: Vec<RecoveryDigest> = set.keys.iter().map(|key| key.digest).collect();
        Some(OlderSet { number: set.number, digests: digests.try_into().ok()? })
    }
}
