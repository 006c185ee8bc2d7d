//! The stored form of an authenticator, of recovery keys and of what is on its way to become either.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{StoredDeparted, StoredError};
use crate::member::state::{
    Authenticator, Enrolment, EnrolmentStage, Expected, OlderSet, OwedEnrolment, RecoverySet, Renewal, SetUp,
    SetUpStage, StoredRecoveryKey,
};
use crate::member::{EnrolmentId, Generation, GuardedSecret, NewRecoveryKeys, SessionId, TokenDigest};
use crate::policy::RECOVERY_KEYS;
use crate::recovery::RecoveryDigest;
use crate::tenant::Epoch;
use crate::time::{TimeStep, Timestamp};
use crate::totp::TotpParameters;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredAuthenticator {
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

/// An authenticator made elsewhere that waits for its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredExpected {
    generation: Generation,
    epoch: Epoch,
    sealed_secret: String,
    parameters: TotpParameters,
    at: Timestamp,
    before: StoredDeparted,
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
pub(super) struct StoredOwedEnrolment {
    pending: TokenDigest,
    enrolment: StoredEnrolment,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredEnrolment {
    id: EnrolmentId,
    sealed_secret: String,
    expires_at: Timestamp,
    stage: StoredStage,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum StoredStage {
    Code { wrong_codes: u8 },
    Proof { step: TimeStep, drift: i8, keys: StoredNewKeys },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredNewKeys {
    digests: Vec<RecoveryDigest>,
    proof_number: u8,
    proof: RecoveryDigest,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredRenewal {
    session: SessionId,
    keys: StoredNewKeys,
    expires_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredOlderSet {
    set: u32,
    digests: Vec<RecoveryDigest>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredSetUp {
    epoch: Epoch,
    session: SessionId,
    stage: StoredSetUpStage,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum StoredSetUpStage {
    Enrolling(StoredEnrolment),
    Ready { id: EnrolmentId, proof: RecoveryDigest, authenticator: StoredAuthenticator, expires_at: Timestamp },
}

fn sealed(secret: &GuardedSecret) -> Result<String, StoredError> {
    match secret {
        GuardedSecret::Sealed(text) => Ok(text.clone()),
        GuardedSecret::Open(_) => Err(StoredError::SecretOpen),
    }
}

fn ten<T>(keys: Vec<T>) -> Result<[T; RECOVERY_KEYS], StoredError> {
    keys.try_into().map_err(|_| StoredError::RecoveryKeys)
}

impl TryFrom<&Expected> for StoredExpected {
    type Error = StoredError;

    fn try_from(expected: &Expected) -> Result<StoredExpected, StoredError> {
        Ok(StoredExpected {
            generation: expected.generation,
            epoch: expected.epoch,
            sealed_secret: sealed(&expected.secret)?,
            parameters: expected.parameters,
            at: expected.at,
            before: (&expected.before).into(),
        })
    }
}

impl From<StoredExpected> for Expected {
    fn from(stored: StoredExpected) -> Expected {
        Expected {
            generation: stored.generation,
            epoch: stored.epoch,
            secret: GuardedSecret::Sealed(stored.sealed_secret),
            parameters: stored.parameters,
            at: stored.at,
            before: stored.before.into(),
        }
    }
}

impl TryFrom<&Authenticator> for StoredAuthenticator {
    type Error = StoredError;

    fn try_from(authenticator: &Authenticator) -> Result<StoredAuthenticator, StoredError> {
        let keys = authenticator.recovery.keys.iter();
        Ok(StoredAuthenticator {
            sealed_secret: sealed(&authenticator.secret)?,
            parameters: authenticator.parameters,
            last_step: authenticator.last_step,
            drift: authenticator.drift,
            enrolled_at: authenticator.enrolled_at,
            locked_at: authenticator.locked_at,
            set: authenticator.recovery.number,
            keys: keys.map(|key| StoredKey { digest: key.digest, spent_at: key.spent_at }).collect(),
        })
    }
}

impl TryFrom<StoredAuthenticator> for Authenticator {
    type Error = StoredError;

    fn try_from(stored: StoredAuthenticator) -> Result<Authenticator, StoredError> {
        let keys = stored.keys.into_iter();
        let keys = keys.map(|key| StoredRecoveryKey { digest: key.digest, spent_at: key.spent_at });
        let keys: Vec<StoredRecoveryKey> = keys.collect();
        // None is a set too, but only before the first.
        let is_whole = keys.len() == RECOVERY_KEYS || keys.is_empty() && stored.set == 0;
        if !is_whole {
            return Err(StoredError::RecoveryKeys);
        }
        Ok(Authenticator {
            secret: GuardedSecret::Sealed(stored.sealed_secret),
            parameters: stored.parameters,
            last_step: stored.last_step,
            drift: stored.drift,
            enrolled_at: stored.enrolled_at,
            locked_at: stored.locked_at,
            recovery: RecoverySet { number: stored.set, keys },
        })
    }
}

impl TryFrom<&Enrolment> for StoredEnrolment {
    type Error = StoredError;

    fn try_from(enrolment: &Enrolment) -> Result<StoredEnrolment, StoredError> {
        Ok(StoredEnrolment {
            id: enrolment.id,
            sealed_secret: sealed(&enrolment.secret)?,
            expires_at: enrolment.expires_at,
            stage: match &enrolment.stage {
                EnrolmentStage::Code { wrong_codes } => StoredStage::Code { wrong_codes: *wrong_codes },
                EnrolmentStage::Proof { step, drift, keys } => {
                    StoredStage::Proof { step: *step, drift: *drift, keys: keys.into() }
                }
            },
        })
    }
}

impl TryFrom<StoredEnrolment> for Enrolment {
    type Error = StoredError;

    fn try_from(stored: StoredEnrolment) -> Result<Enrolment, StoredError> {
        Ok(Enrolment {
            id: stored.id,
            secret: GuardedSecret::Sealed(stored.sealed_secret),
            expires_at: stored.expires_at,
            stage: match stored.stage {
                StoredStage::Code { wrong_codes } => EnrolmentStage::Code { wrong_codes },
                StoredStage::Proof { step, drift, keys } => {
                    EnrolmentStage::Proof { step, drift, keys: keys.try_into()? }
                }
            },
        })
    }
}

impl From<&NewRecoveryKeys> for StoredNewKeys {
    fn from(keys: &NewRecoveryKeys) -> StoredNewKeys {
        StoredNewKeys { digests: keys.digests.to_vec(), proof_number: keys.proof_number, proof: keys.proof }
    }
}

impl TryFrom<StoredNewKeys> for NewRecoveryKeys {
    type Error = StoredError;

    fn try_from(stored: StoredNewKeys) -> Result<NewRecoveryKeys, StoredError> {
        if !(1..=RECOVERY_KEYS).contains(&usize::from(stored.proof_number)) {
            return Err(StoredError::RecoveryKeys);
        }
        let (proof_number, proof) = (stored.proof_number, stored.proof);
        Ok(NewRecoveryKeys { digests: ten(stored.digests)?, proof_number, proof })
    }
}

impl TryFrom<&OwedEnrolment> for StoredOwedEnrolment {
    type Error = StoredError;

    fn try_from(owed: &OwedEnrolment) -> Result<StoredOwedEnrolment, StoredError> {
        Ok(StoredOwedEnrolment { pending: owed.pending, enrolment: (&owed.enrolment).try_into()? })
    }
}

impl TryFrom<StoredOwedEnrolment> for OwedEnrolment {
    type Error = StoredError;

    fn try_from(stored: StoredOwedEnrolment) -> Result<OwedEnrolment, StoredError> {
        Ok(OwedEnrolment { pending: stored.pending, enrolment: stored.enrolment.try_into()? })
    }
}

impl From<&Renewal> for StoredRenewal {
    fn from(renewal: &Renewal) -> StoredRenewal {
        StoredRenewal { session: renewal.session, keys: (&renewal.keys).into(), expires_at: renewal.expires_at }
    }
}

impl TryFrom<StoredRenewal> for Renewal {
    type Error = StoredError;

    fn try_from(stored: StoredRenewal) -> Result<Renewal, StoredError> {
        Ok(Renewal { session: stored.session, keys: stored.keys.try_into()?, expires_at: stored.expires_at })
    }
}

impl From<&OlderSet> for StoredOlderSet {
    fn from(older: &OlderSet) -> StoredOlderSet {
        StoredOlderSet { set: older.number, digests: older.digests.to_vec() }
    }
}

impl TryFrom<StoredOlderSet> for OlderSet {
    type Error = StoredError;

    fn try_from(stored: StoredOlderSet) -> Result<OlderSet, StoredError> {
        Ok(OlderSet { number: stored.set, digests: ten(stored.digests)? })
    }
}

impl TryFrom<&SetUp> for StoredSetUp {
    type Error = StoredError;

    fn try_from(set_up: &SetUp) -> Result<StoredSetUp, StoredError> {
        Ok(StoredSetUp {
            epoch: set_up.epoch,
            session: set_up.session,
            stage: match &set_up.stage {
                SetUpStage::Enrolling(enrolment) => StoredSetUpStage::Enrolling(enrolment.try_into()?),
                SetUpStage::Ready { id, proof, authenticator, expires_at } => StoredSetUpStage::Ready {
                    id: *id,
                    proof: *proof,
                    authenticator: authenticator.try_into()?,
                    expires_at: *expires_at,
                },
            },
        })
    }
}

impl TryFrom<StoredSetUp> for SetUp {
    type Error = StoredError;

    fn try_from(stored: StoredSetUp) -> Result<SetUp, StoredError> {
        Ok(SetUp {
            epoch: stored.epoch,
            session: stored.session,
            stage: match stored.stage {
                StoredSetUpStage::Enrolling(enrolment) => SetUpStage::Enrolling(enrolment.try_into()?),
                StoredSetUpStage::Ready { id, proof, authenticator, expires_at } => {
                    SetUpStage::Ready { id, proof, authenticator: authenticator.try_into()?, expires_at }
                }
            },
        })
    }
}
