//! What Worker and objects say to each other, in JSON: read, it says the same as it did.

use mfa_core::audit::Link;
use mfa_core::external::Identity;
use mfa_core::member::{Event, Grant, Outcome, PresentedDevice, Revoked, Summary};
use mfa_core::tenant::{Receipt, TenantEvent};
use mfa_core::totp::TotpParameters;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::stored::{faithful, read};

/// The first byte says which word, the rest is its text.
pub(crate) fn word(data: &[u8]) {
    let Some((which, text)) = data.split_first() else { return };
    match which {
        b'g' => one::<Grant>(text),
        b'o' => outcome(text),
        b'e' => one::<Event>(text),
        b't' => one::<TenantEvent>(text),
        b'r' => one::<Receipt>(text),
        b's' => one::<Summary>(text),
        b'd' => one::<PresentedDevice>(text),
        b'i' => one::<Identity>(text),
        b'p' => one::<TotpParameters>(text),
        b'v' => one::<Revoked>(text),
        b'l' => link(text),
        _ => {}
    }
}

fn one<T: Serialize + DeserializeOwned + PartialEq>(text: &[u8]) {
    if let Some((text, read)) = read::<T>(text) {
        faithful(&text, &read);
    }
}

/// An outcome, which is said between two ends of one version: what it does not know it passes over.
fn outcome(text: &[u8]) {
    if let Some((_, read)) = read::<Outcome>(text) {
        let written = serde_json::to_string(&read).unwrap();
        faithful(&written, &read);
    }
}

/// A link of the audit log's chain.
fn link(text: &[u8]) {
    let Ok(text) = core::str::from_utf8(text) else { return };
    if let Some(link) = Link::from_hex(text) {
        assert_eq!(link.to_string(), text, "a second spelling was read");
    }
    let next = Link::START.next(text);
    assert_eq!(Link::from_hex(&next.to_string()), Some(next));
}
