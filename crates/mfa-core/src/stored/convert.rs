//! Between the domain types and their stored form.

use alloc::boxed::Box;

use super::{
    StoredBearer, StoredDeparted, StoredError, StoredJoined, StoredMember, StoredMemberV1, StoredPassword, StoredWiped,
};
use crate::member::state::{Bearer, Departed, Factor, Joined};
use crate::member::{Member, PasswordVerifier};

impl TryFrom<&Member> for StoredMember {
    type Error = StoredError;

    fn try_from(member: &Member) -> Result<StoredMember, StoredError> {
        let bearer = match &member.bearer {
            Bearer::Nobody => StoredBearer::Nobody,
            Bearer::Expected(expected) => StoredBearer::Expected(expected.try_into()?),
            Bearer::Joined(joined) => StoredBearer::Joined(Box::new(store_joined(joined)?)),
            Bearer::Left(departed) => StoredBearer::Left(departed.into()),
        };
        Ok(StoredMember::V1(StoredMemberV1 { strangers: member.strangers.clone(), bearer }))
    }
}

impl TryFrom<StoredMember> for Member {
    type Error = StoredError;

    fn try_from(stored: StoredMember) -> Result<Member, StoredError> {
        let StoredMember::V1(stored) = stored;
        let bearer = match stored.bearer {
            StoredBearer::Nobody => Bearer::Nobody,
            StoredBearer::Expected(expected) => Bearer::Expected(expected.into()),
            StoredBearer::Joined(joined) => Bearer::Joined(Box::new(load_joined(*joined)?)),
            StoredBearer::Left(departed) => Bearer::Left(departed.into()),
        };
        Ok(Member { strangers: stored.strangers, bearer })
    }
}

impl From<&Departed> for StoredDeparted {
    fn from(departed: &Departed) -> StoredDeparted {
        StoredDeparted {
            generation: departed.generation,
            epoch: departed.epoch,
            password_version: departed.password_version,
            revoked: departed.revoked.clone(),
        }
    }
}

impl From<StoredDeparted> for Departed {
    fn from(stored: StoredDeparted) -> Departed {
        Departed {
            generation: stored.generation,
            epoch: stored.epoch,
            password_version: stored.password_version,
            revoked: stored.revoked,
        }
    }
}

fn store_joined(joined: &Joined) -> Result<StoredJoined, StoredError> {
    let authenticator = match &joined.factor {
        Factor::None => None,
        Factor::Bound(authenticator) => Some(authenticator.try_into()?),
    };
    let password = joined.password.as_ref().map(|kept| StoredPassword {
        scheme: kept.scheme.clone(),
        output: kept.output,
        stands_alone: kept.stands_alone,
    });
    Ok(StoredJoined {
        generation: joined.generation,
        epoch: joined.epoch,
        orders: joined.orders,
        restored_at: joined.restored_at,
        password,
        password_version: joined.password_version,
        password_burnt: joined.password_burnt,
        links: joined.links.iter().map(Into::into).collect(),
        authenticator,
        codes: joined.codes.clone(),
        recovery_keys: joined.recovery_keys.clone(),
        enrolment: joined.enrolment.as_ref().map(TryInto::try_into).transpose()?,
        set_up: joined.set_up.as_ref().map(TryInto::try_into).transpose()?,
        renewal: joined.renewal.as_ref().map(Into::into),
        older_set: joined.older_set.as_ref().map(Into::into),
        pending: joined.pending.iter().map(Into::into).collect(),
        devices: joined.devices.iter().map(Into::into).collect(),
        browsers: joined.browsers.iter().map(Into::into).collect(),
        sessions: joined.sessions.iter().map(Into::into).collect(),
        revoked: joined.revoked.clone(),
        authorizations: joined.authorizations.clone(),
        confirmations: joined.confirmations.clone(),
        reliances: joined.reliances.clone(),
        newest_set: joined.newest_set,
        last_sign_in_at: joined.last_sign_in_at,
        wiped: joined.wiped.map(|(epoch, erased)| StoredWiped { epoch, erased }),
    })
}

fn load_joined(stored: StoredJoined) -> Result<Joined, StoredError> {
    Ok(Joined {
        generation: stored.generation,
        epoch: stored.epoch,
        orders: stored.orders,
        restored_at: stored.restored_at,
        password: stored.password.map(|kept| PasswordVerifier {
            scheme: kept.scheme,
            output: kept.output,
            stands_alone: kept.stands_alone,
        }),
        password_version: stored.password_version,
        password_burnt: stored.password_burnt,
        links: stored.links.into_iter().map(Into::into).collect(),
        factor: match stored.authenticator {
            None => Factor::None,
            Some(authenticator) => Factor::Bound(authenticator.try_into()?),
        },
        codes: stored.codes,
        recovery_keys: stored.recovery_keys,
        enrolment: stored.enrolment.map(TryInto::try_into).transpose()?,
        set_up: stored.set_up.map(TryInto::try_into).transpose()?,
        renewal: stored.renewal.map(TryInto::try_into).transpose()?,
        older_set: stored.older_set.map(TryInto::try_into).transpose()?,
        pending: stored.pending.into_iter().map(Into::into).collect(),
        devices: stored.devices.into_iter().map(Into::into).collect(),
        browsers: stored.browsers.into_iter().map(Into::into).collect(),
        sessions: stored.sessions.into_iter().map(Into::into).collect(),
        revoked: stored.revoked,
        authorizations: stored.authorizations,
        confirmations: stored.confirmations,
        reliances: stored.reliances,
        newest_set: stored.newest_set,
        last_sign_in_at: stored.last_sign_in_at,
        wiped: stored.wiped.map(|wiped| (wiped.epoch, wiped.erased)),
    })
}
