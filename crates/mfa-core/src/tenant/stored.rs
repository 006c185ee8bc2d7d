//! The stored form of a tenant: versioned, apart from the domain type, pinned by a literal test.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Candidate, Epoch, Lifecycle, Mode, Tenant};
use crate::time::Timestamp;

/// A tenant as stored, in whatever version. An unknown version or field is refused, never guessed at.
///
/// ```
/// use mfa_core::tenant::{Mode, StoredTenant, Tenant};
/// use mfa_core::time::Timestamp;
///
/// let tenant = Tenant::new(Mode::Password, Timestamp(1_800_000_000));
/// let text = serde_json::to_string(&StoredTenant::from(tenant.clone()))?;
/// assert_eq!(Tenant::from(serde_json::from_str::<StoredTenant>(&text)?), tenant);
/// // A record that has lost a field is not read as one in which it is empty.
/// let damaged = text.replace(r#","candidates":[]"#, "");
/// assert!(serde_json::from_str::<StoredTenant>(&damaged).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "version")]
pub enum StoredTenant {
    /// The first version.
    #[serde(rename = "1")]
    V1(StoredTenantV1),
}

/// Version 1.
///
/// ```
/// use mfa_core::tenant::{Mode, StoredTenant, Tenant};
/// use mfa_core::time::Timestamp;
///
/// // `StoredTenantV1` is made by the domain type alone.
/// let StoredTenant::V1(first) = Tenant::new(Mode::External, Timestamp(1_800_000_000)).into();
/// assert_eq!(serde_json::to_value(&first)?["mode"]["mode"], "external");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredTenantV1 {
    mode: Mode,
    epoch: Epoch,
    since: Timestamp,
    lifecycle: Lifecycle,
    passwords_since: Epoch,
    restored_at: Timestamp,
    newest_epoch: Epoch,
    candidates: Vec<Candidate>,
}

impl From<Tenant> for StoredTenant {
    fn from(tenant: Tenant) -> StoredTenant {
        let Tenant { mode, epoch, since, lifecycle, passwords_since, restored_at, newest_epoch, candidates } = tenant;
        StoredTenant::V1(StoredTenantV1 {
            mode,
            epoch,
            since,
            lifecycle,
            passwords_since,
            restored_at,
            newest_epoch,
            candidates,
        })
    }
}

impl From<StoredTenant> for Tenant {
    fn from(stored: StoredTenant) -> Tenant {
        let StoredTenant::V1(StoredTenantV1 {
            mode,
            epoch,
            since,
            lifecycle,
            passwords_since,
            restored_at,
            newest_epoch,
            candidates,
        }) = stored;
        Tenant { mode, epoch, since, lifecycle, passwords_since, restored_at, newest_epoch, candidates }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy;
    use crate::tenant::{Command, WrappedDataKey, decide};
    use std::string::ToString;

    const NOW: Timestamp = Timestamp(1_700_000_000);

    #[test]
    fn version_1_is_written_like_this_for_ever() {
        let tenant = Tenant::new(Mode::Password, NOW);
        let prepare = Command::Prepare { by: "anna".to_string(), data_key: WrappedDataKey("k.x".to_string()) };
        let tenant = decide(tenant, prepare, NOW).state;
        let text = concat!(
            r#"{"version":"1","mode":{"mode":"password"},"epoch":1,"since":1700000000,"lifecycle":"open","#,
            r#""passwords_since":0,"restored_at":0,"newest_epoch":2,"candidates":[{"epoch":2,"data_key":"k.x","by":"anna","started_at":1700000000,"#,
            r#""expires_at":1700010200}]}"#
        );
        assert_eq!(policy::SET_UP.0, 10_200);
        assert_eq!(serde_json::to_string(&StoredTenant::from(tenant.clone())).unwrap(), text);
        assert_eq!(Tenant::from(serde_json::from_str::<StoredTenant>(text).unwrap()), tenant);
    }

    #[test]
    fn what_is_not_exactly_version_1_is_refused() {
        let good = serde_json::to_string(&StoredTenant::from(Tenant::new(Mode::External, NOW))).unwrap();
        assert!(serde_json::from_str::<StoredTenant>(&good).is_ok());
        for (from, to) in [
            ("\"1\"", "\"2\""),
            ("\"lifecycle\"", "\"life\""),
            ("{\"version\"", "{\"extra\":1,\"version\""),
            ("\"external\"", "\"none\""),
            (",\"candidates\":[]", ""),
            (",\"passwords_since\":0", ""),
            (",\"restored_at\":0", ""),
        ] {
            assert!(serde_json::from_str::<StoredTenant>(&good.replace(from, to)).is_err(), "{to}");
        }
    }
}
