//! The stored form of sign-ins, devices, sessions and links.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::member::link::PasswordLink;
use crate::member::page::Page;
use crate::member::state::{GuessingBrowser, PendingFailure, PendingSignIn, ProofKind, RememberedDevice, Session};
use crate::member::{BrowserId, DeviceId, DeviceLabel, Duty, LinkPurpose, Methods, Proven, SessionId, TokenDigest};
use crate::tenant::application::ApplicationId;
use crate::throttle::Lane;
use crate::time::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredPending {
    token: TokenDigest,
    created_at: Timestamp,
    expires_at: Timestamp,
    duty: Duty,
    methods: Methods,
    #[serde(deserialize_with = "Option::deserialize")]
    proven: Option<Proven>,
    failures: Vec<StoredFailure>,
    refusals: u8,
    #[serde(deserialize_with = "Option::deserialize")]
    voucher: Option<ApplicationId>,
    #[serde(deserialize_with = "Option::deserialize")]
    page: Option<Page>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredFailure {
    kind: ProofKind,
    at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredDevice {
    id: DeviceId,
    token: TokenDigest,
    until: Timestamp,
    remembered_at: Timestamp,
    last_used_at: Timestamp,
    label: DeviceLabel,
    passwords: Lane,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredBrowser {
    id: BrowserId,
    passwords: Lane,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredSession {
    id: SessionId,
    started_at: Timestamp,
    ends_at: Timestamp,
    methods: Methods,
    #[serde(deserialize_with = "Option::deserialize")]
    proven: Option<Proven>,
    failures: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredLink {
    token: TokenDigest,
    purpose: LinkPurpose,
    expires_at: Timestamp,
}

impl From<&PendingSignIn> for StoredPending {
    fn from(pending: &PendingSignIn) -> StoredPending {
        let failures = pending.failures.iter().map(|failure| StoredFailure { kind: failure.kind, at: failure.at });
        StoredPending {
            token: pending.token,
            created_at: pending.created_at,
            expires_at: pending.expires_at,
            duty: pending.duty,
            methods: pending.methods,
            proven: pending.proven,
            failures: failures.collect(),
            refusals: pending.refusals,
            voucher: pending.voucher,
            page: pending.page.clone(),
        }
    }
}

impl From<StoredPending> for PendingSignIn {
    fn from(stored: StoredPending) -> PendingSignIn {
        let failures = stored.failures.into_iter().map(|failure| PendingFailure { kind: failure.kind, at: failure.at });
        PendingSignIn {
            token: stored.token,
            created_at: stored.created_at,
            expires_at: stored.expires_at,
            duty: stored.duty,
            methods: stored.methods,
            proven: stored.proven,
            failures: failures.collect(),
            refusals: stored.refusals,
            voucher: stored.voucher,
            page: stored.page,
        }
    }
}

impl From<&RememberedDevice> for StoredDevice {
    fn from(device: &RememberedDevice) -> StoredDevice {
        StoredDevice {
            id: device.id,
            token: device.token,
            until: device.until,
            remembered_at: device.remembered_at,
            last_used_at: device.last_used_at,
            label: device.label.clone(),
            passwords: device.passwords.clone(),
        }
    }
}

impl From<StoredDevice> for RememberedDevice {
    fn from(stored: StoredDevice) -> RememberedDevice {
        RememberedDevice {
            id: stored.id,
            token: stored.token,
            until: stored.until,
            remembered_at: stored.remembered_at,
            last_used_at: stored.last_used_at,
            label: stored.label,
            passwords: stored.passwords,
        }
    }
}

impl From<&GuessingBrowser> for StoredBrowser {
    fn from(browser: &GuessingBrowser) -> StoredBrowser {
        StoredBrowser { id: browser.id, passwords: browser.passwords.clone() }
    }
}

impl From<StoredBrowser> for GuessingBrowser {
    fn from(stored: StoredBrowser) -> GuessingBrowser {
        GuessingBrowser { id: stored.id, passwords: stored.passwords }
    }
}

impl From<&Session> for StoredSession {
    fn from(session: &Session) -> StoredSession {
        StoredSession {
            id: session.id,
            started_at: session.started_at,
            ends_at: session.ends_at,
            methods: session.methods,
            proven: session.proven,
            failures: session.failures,
        }
    }
}

impl From<StoredSession> for Session {
    fn from(stored: StoredSession) -> Session {
        Session {
            id: stored.id,
            started_at: stored.started_at,
            ends_at: stored.ends_at,
            methods: stored.methods,
            proven: stored.proven,
            failures: stored.failures,
        }
    }
}

impl From<&PasswordLink> for StoredLink {
    fn from(link: &PasswordLink) -> StoredLink {
        StoredLink { token: link.token, purpose: link.purpose, expires_at: link.expires_at }
    }
}

impl From<StoredLink> for PasswordLink {
    fn from(stored: StoredLink) -> PasswordLink {
        PasswordLink { token: stored.token, purpose: stored.purpose, expires_at: stored.expires_at }
    }
}
