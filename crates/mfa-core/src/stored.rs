//! The stored form of a member: versioned, apart from the domain types, pinned by a literal test.
//!
//! A record of an unknown version, with an unknown field or a value out of range is refused, never guessed at:
//! whoever cannot read a record must not let anybody in by it. A missing field is no `null` either: serde would read a
//! record that lost its authenticator as one that never had any, so every optional field has to be there.

mod convert;
mod factor;
pub mod hex;
mod sign_in;
#[cfg(test)]
mod tests;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::member::authorization::{Authorization, Reliance};
use crate::member::page::Confirmation;
use crate::member::{Generation, Revoked, Wiped};
use crate::tenant::Epoch;
use crate::tenant::directory::Orders;
use crate::throttle::Lane;
use crate::time::Timestamp;
use factor::{StoredAuthenticator, StoredExpected, StoredOlderSet, StoredOwedEnrolment, StoredRenewal, StoredSetUp};
use sign_in::{StoredBrowser, StoredDevice, StoredLink, StoredPending, StoredSession};

/// A member as stored, in whatever version.
///
/// A secret that somebody forgot to seal is not written, and a record that is not understood is not read:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{GuardedSecret, Member};
/// use mfa_core::stored::{StoredError, StoredMember};
///
/// let mut member = Shell::enrolled().member;
/// assert_eq!(StoredMember::try_from(&member), Err(StoredError::SecretOpen));
/// for (_, _, secret) in member.secrets_mut() {
///     *secret = GuardedSecret::Sealed("ciphertext".into());
/// }
/// let text = serde_json::to_string(&StoredMember::try_from(&member)?)?;
/// assert_eq!(Member::try_from(serde_json::from_str::<StoredMember>(&text)?)?, member);
/// let newer = text.replacen('{', r#"{"blocked":true,"#, 1);
/// assert!(serde_json::from_str::<StoredMember>(&newer).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "version")]
pub enum StoredMember {
    /// The first version.
    #[serde(rename = "1")]
    V1(StoredMemberV1),
}

/// Reads the version as a member like the others. serde's own way with a tag would set the whole record aside and read
/// it once more from there, by code made for that alone: an eighth of all that the Worker was.
impl<'de> Deserialize<'de> for StoredMember {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<StoredMember, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            version: String,
            strangers: Lane,
            bearer: StoredBearer,
        }
        let Written { version, strangers, bearer } = Written::deserialize(deserializer)?;
        match version.as_str() {
            "1" => Ok(StoredMember::V1(StoredMemberV1 { strangers, bearer })),
            _ => Err(D::Error::custom("a record of an unknown version")),
        }
    }
}

/// Version 1. Secrets are sealed, keys and tokens digested; field names are the words of the domain.
///
/// ```
/// use mfa_core::stored::{StoredMember, StoredMemberV1};
///
/// let text = r#"{"version":"1","strangers":{"consecutive":0,"last_failure":0,"budgeted":[]},"bearer":"nobody"}"#;
/// let StoredMember::V1(StoredMemberV1 { .. }) = serde_json::from_str(text)?;
/// assert!(serde_json::from_str::<StoredMember>(&text.replace(r#""1""#, r#""2""#)).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredMemberV1 {
    strangers: Lane,
    bearer: StoredBearer,
}

/// Nobody, somebody expected, a person or one who has left: never two of them at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum StoredBearer {
    Nobody,
    Expected(StoredExpected),
    Joined(Box<StoredJoined>),
    Left(StoredDeparted),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredDeparted {
    generation: Generation,
    epoch: Epoch,
    password_version: u32,
    revoked: Revoked,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredJoined {
    generation: Generation,
    epoch: Epoch,
    orders: Orders,
    restored_at: Timestamp,
    #[serde(deserialize_with = "Option::deserialize")]
    password: Option<StoredPassword>,
    password_version: u32,
    password_burnt: bool,
    links: Vec<StoredLink>,
    #[serde(deserialize_with = "Option::deserialize")]
    authenticator: Option<StoredAuthenticator>,
    codes: Lane,
    recovery_keys: Lane,
    #[serde(deserialize_with = "Option::deserialize")]
    enrolment: Option<StoredOwedEnrolment>,
    #[serde(deserialize_with = "Option::deserialize")]
    set_up: Option<StoredSetUp>,
    #[serde(deserialize_with = "Option::deserialize")]
    renewal: Option<StoredRenewal>,
    #[serde(deserialize_with = "Option::deserialize")]
    older_set: Option<StoredOlderSet>,
    pending: Vec<StoredPending>,
    devices: Vec<StoredDevice>,
    browsers: Vec<StoredBrowser>,
    sessions: Vec<StoredSession>,
    revoked: Revoked,
    authorizations: Vec<Authorization>,
    confirmations: Vec<Confirmation>,
    reliances: Vec<Reliance>,
    newest_set: u32,
    #[serde(deserialize_with = "Option::deserialize")]
    last_sign_in_at: Option<Timestamp>,
    #[serde(deserialize_with = "Option::deserialize")]
    wiped: Option<StoredWiped>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredPassword {
    scheme: String,
    #[serde(with = "hex")]
    output: [u8; 32],
    stands_alone: bool,
}

impl core::fmt::Debug for StoredPassword {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "StoredPassword(scheme {})", self.scheme)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredWiped {
    epoch: Epoch,
    erased: Wiped,
}

/// Why a member cannot be stored or read.
///
/// For an example see [`StoredMember`].
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
