//! The stored form of a member: versioned, apart from the domain types, pinned by a literal test.
//!
//! A record of an unknown version, with an unknown field or a value out of range is refused, never guessed at:
//! whoever cannot read a record must not let anybody in by it. A missing field is no `null` either: serde would read a
//! record that lost its authenticator as one that never had any, so every optional field has to be there.

mod convert;
pub mod hex;
#[cfg(test)]
mod tests;

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::member::Duty;
use crate::member::state::ProofKind;
use crate::member::{DeviceId, EnrolmentId, Generation, Methods, Revoked, SessionId, TokenDigest};
use crate::recovery::RecoveryDigest;
use crate::tenant::Epoch;
use crate::throttle::Lane;
use crate::time::{TimeStep, Timestamp};
use crate::totp::TotpParameters;

/// A member as stored, in whatever version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "version")]
pub enum StoredMember {
    /// The first version.
    #[serde(rename = "1")]
    V1(StoredMemberV1),
}

/// Version 1. Secrets are sealed, keys and tokens digested; field names are the words of the domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredMemberV1 {
    strangers: StoredLane,
    #[serde(deserialize_with = "Option::deserialize")]
    joined: Option<StoredJoined>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredLane {
    consecutive: u32,
    last_failure: Timestamp,
    budgeted: Vec<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredJoined {
    generation: Generation,
    epoch: Epoch,
    password: StoredPassword,
    #[serde(deserialize_with = "Option::deserialize")]
    authenticator: Option<StoredAuthenticator>,
    codes: StoredLane,
    recovery_keys: StoredLane,
    #[serde(deserialize_with = "Option::deserialize")]
    enrolment: Option<StoredEnrolment>,
    pending: Vec<StoredPending>,
    devices: Vec<StoredDevice>,
    sessions: Vec<StoredSession>,
    revoked: Revoked,
    newest_set: u32,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredPassword {
    scheme: String,
    #[serde(with = "hex")]
    output: [u8; 32],
    version: u32,
}

impl core::fmt::Debug for StoredPassword {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "StoredPassword(scheme {}, version {})", self.scheme, self.version)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredAuthenticator {
    sealed_secret: String,
    parameters: TotpParameters,
    last_step: TimeStep,
    drift: i8,
    enrolled_at: Timestamp,
    #[serde(deserialize_with = "Option::deserialize")]
    locked_at: Option<Timestamp>,
    set: u32,
    keys: Vec<StoredKey>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredKey {
    digest: RecoveryDigest,
    #[serde(deserialize_with = "Option::deserialize")]
    spent_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredEnrolment {
    id: EnrolmentId,
    pending: TokenDigest,
    sealed_secret: String,
    expires_at: Timestamp,
    stage: StoredStage,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum StoredStage {
    Code { wrong_codes: u8 },
    Proof { step: TimeStep, drift: i8, digests: Vec<RecoveryDigest>, proof_number: u8, proof: RecoveryDigest },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredPending {
    token: TokenDigest,
    created_at: Timestamp,
    expires_at: Timestamp,
    duty: Duty,
    methods: Methods,
    failures: Vec<StoredFailure>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredFailure {
    kind: ProofKind,
    at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredDevice {
    id: DeviceId,
    token: TokenDigest,
    until: Timestamp,
    last_used_at: Timestamp,
    passwords: StoredLane,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredSession {
    id: SessionId,
    started_at: Timestamp,
    ends_at: Timestamp,
    methods: Methods,
}

/// Why a member cannot be stored or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoredError {
    /// A secret is still open: seal it first.
    SecretOpen,
    /// A set of recovery keys has not exactly ten, or asks for one that it has not.
    RecoveryKeys,
}

impl core::fmt::Display for StoredError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            StoredError::SecretOpen => "a secret has not been sealed",
            StoredError::RecoveryKeys => "a set of recovery keys has not exactly ten keys",
        })
    }
}

impl core::error::Error for StoredError {}

impl From<&Lane> for StoredLane {
    fn from(lane: &Lane) -> StoredLane {
        StoredLane { consecutive: lane.consecutive, last_failure: lane.last_failure, budgeted: lane.budgeted.clone() }
    }
}

impl From<StoredLane> for Lane {
    fn from(stored: StoredLane) -> Lane {
        Lane { consecutive: stored.consecutive, last_failure: stored.last_failure, budgeted: stored.budgeted }
    }
}
