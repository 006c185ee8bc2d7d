//! Between the domain types and their stored form.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::{
    StoredAuthenticator, StoredDevice, StoredEnrolment, StoredError, StoredFailure, StoredJoined, StoredKey,
    StoredMember, StoredMemberV1, StoredPassword, StoredPending, StoredSession, StoredStage,
};
use crate::member::state::{
    Authenticator, Enrolment, EnrolmentStage, Factor, Joined, PendingFailure, PendingSignIn, RecoverySet,
    RememberedDevice, Session, StoredRecoveryKey,
};
use crate::member::{GuardedSecret, Member, NewRecoveryKeys, PasswordVerifier};

impl TryFrom<&Member> for StoredMember {
    type Error = StoredError;

    fn try_from(member: &Member) -> Result<StoredMember, StoredError> {
        let joined = member.joined.as_deref().map(store_joined).transpose()?;
        Ok(StoredMember::V1(StoredMemberV1 { strangers: (&member.strangers).into(), joined }))
    }
}

impl TryFrom<StoredMember> for Member {
    type Error = StoredError;

    fn try_from(stored: StoredMember) -> Result<Member, StoredError> {
        let StoredMember::V1(stored) = stored;
        let joined = stored.joined.map(load_joined).transpose()?.map(Box::new);
        Ok(Member { strangers: stored.strangers.into(), joined })
    }
}

fn store_joined(joined: &Joined) -> Result<StoredJoined, StoredError> {
    let authenticator = match &joined.factor {
        Factor::None => None,
        Factor::Bound(authenticator) => Some(store_authenticator(authenticator)?),
    };
    Ok(StoredJoined {
        generation: joined.generation,
        epoch: joined.epoch,
        password: StoredPassword {
            scheme: joined.password.scheme.clone(),
            output: joined.password.output,
            version: joined.password.version,
        },
        authenticator,
        codes: (&joined.codes).into(),
        recovery_keys: (&joined.recovery_keys).into(),
        enrolment: joined.enrolment.as_ref().map(store_enrolment).transpose()?,
        pending: joined.pending.iter().map(store_pending).collect(),
        devices: joined.devices.iter().map(store_device).collect(),
        sessions: joined.sessions.iter().map(store_session).collect(),
        revoked: joined.revoked.clone(),
        newest_set: joined.newest_set,
    })
}

fn load_joined(stored: StoredJoined) -> Result<Joined, StoredError> {
    Ok(Joined {
        generation: stored.generation,
        epoch: stored.epoch,
        password: PasswordVerifier {
            scheme: stored.password.scheme,
            output: stored.password.output,
            version: stored.password.version,
        },
        factor: match stored.authenticator {
            None => Factor::None,
            Some(authenticator) => Factor::Bound(load_authenticator(authenticator)?),
        },
        codes: stored.codes.into(),
        recovery_keys: stored.recovery_keys.into(),
        enrolment: stored.enrolment.map(load_enrolment).transpose()?,
        pending: stored.pending.into_iter().map(load_pending).collect(),
        devices: stored.devices.into_iter().map(load_device).collect(),
        sessions: stored.sessions.into_iter().map(load_session).collect(),
        revoked: stored.revoked,
        newest_set: stored.newest_set,
    })
}

fn sealed(secret: &GuardedSecret) -> Result<String, StoredError> {
    match secret {
        GuardedSecret::Sealed(text) => Ok(text.clone()),
        GuardedSecret::Open(_) => Err(StoredError::SecretOpen),
    }
}

fn store_authenticator(authenticator: &Authenticator) -> Result<StoredAuthenticator, StoredError> {
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

fn load_authenticator(stored: StoredAuthenticator) -> Result<Authenticator, StoredError> {
    let keys = stored.keys.into_iter().map(|key| StoredRecoveryKey { digest: key.digest, spent_at: key.spent_at });
    Ok(Authenticator {
        secret: GuardedSecret::Sealed(stored.sealed_secret),
        parameters: stored.parameters,
        last_step: stored.last_step,
        drift: stored.drift,
        enrolled_at: stored.enrolled_at,
        locked_at: stored.locked_at,
        recovery: RecoverySet {
            number: stored.set,
            keys: keys.collect::<Vec<_>>().try_into().map_err(|_| StoredError::RecoveryKeys)?,
        },
    })
}

fn store_enrolment(enrolment: &Enrolment) -> Result<StoredEnrolment, StoredError> {
    Ok(StoredEnrolment {
        id: enrolment.id,
        pending: enrolment.pending,
        sealed_secret: sealed(&enrolment.secret)?,
        expires_at: enrolment.expires_at,
        stage: match &enrolment.stage {
            EnrolmentStage::Code { wrong_codes } => StoredStage::Code { wrong_codes: *wrong_codes },
            EnrolmentStage::Proof { step, drift, keys } => StoredStage::Proof {
                step: *step,
                drift: *drift,
                digests: keys.digests.to_vec(),
                proof_number: keys.proof_number,
                proof: keys.proof,
            },
        },
    })
}

fn load_enrolment(stored: StoredEnrolment) -> Result<Enrolment, StoredError> {
    Ok(Enrolment {
        id: stored.id,
        pending: stored.pending,
        secret: GuardedSecret::Sealed(stored.sealed_secret),
        expires_at: stored.expires_at,
        stage: match stored.stage {
            StoredStage::Code { wrong_codes } => EnrolmentStage::Code { wrong_codes },
            StoredStage::Proof { proof_number, .. } if !(1..=10).contains(&proof_number) => {
                return Err(StoredError::RecoveryKeys);
            }
            StoredStage::Proof { step, drift, digests, proof_number, proof } => EnrolmentStage::Proof {
                step,
                drift,
                keys: NewRecoveryKeys {
                    digests: digests.try_into().map_err(|_| StoredError::RecoveryKeys)?,
                    proof_number,
                    proof,
                },
            },
        },
    })
}

fn store_pending(pending: &PendingSignIn) -> StoredPending {
    let failures = pending.failures.iter().map(|failure| StoredFailure { kind: failure.kind, at: failure.at });
    StoredPending {
        token: pending.token,
        created_at: pending.created_at,
        expires_at: pending.expires_at,
        duty: pending.duty,
        methods: pending.methods,
        failures: failures.collect(),
    }
}

fn load_pending(stored: StoredPending) -> PendingSignIn {
    let failures = stored.failures.into_iter().map(|failure| PendingFailure { kind: failure.kind, at: failure.at });
    PendingSignIn {
        token: stored.token,
        created_at: stored.created_at,
        expires_at: stored.expires_at,
        duty: stored.duty,
        methods: stored.methods,
        failures: failures.collect(),
    }
}

fn store_device(device: &RememberedDevice) -> StoredDevice {
    StoredDevice {
        id: device.id,
        token: device.token,
        until: device.until,
        last_used_at: device.last_used_at,
        passwords: (&device.passwords).into(),
    }
}

fn load_device(stored: StoredDevice) -> RememberedDevice {
    RememberedDevice {
        id: stored.id,
        token: stored.token,
        until: stored.until,
        last_used_at: stored.last_used_at,
        passwords: stored.passwords.into(),
    }
}

fn store_session(session: &Session) -> StoredSession {
    StoredSession { id: session.id, started_at: session.started_at, ends_at: session.ends_at, methods: session.methods }
}

fn load_session(stored: StoredSession) -> Session {
    Session { id: stored.id, started_at: stored.started_at, ends_at: stored.ends_at, methods: stored.methods }
}
