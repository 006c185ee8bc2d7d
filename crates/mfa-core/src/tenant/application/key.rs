//! The keys of an application: 256 random bits each, of which a digest is kept.

use crate::member::TokenDigest;
use crate::time::{Seconds, Timestamp};

/// How exactly the last use of a key is known: nobody writes for each question that is asked with it.
const USE_NOTED_EACH: Seconds = Seconds(3600);

/// A key of an application. The key itself is never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct ApplicationKey {
    /// Which of the application's keys, from 1. A number is never given again.
    pub number: u32,
    digest: TokenDigest,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was last used, to the hour; `None` before the first time.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "Option::deserialize"))]
    pub last_used_at: Option<Timestamp>,
}

impl ApplicationKey {
    pub(super) fn new(number: u32, digest: TokenDigest, now: Timestamp) -> ApplicationKey {
        ApplicationKey { number, digest, created_at: now, last_used_at: None }
    }

    /// Compares in constant time.
    pub(super) fn matches(&self, digest: &TokenDigest) -> bool {
        self.digest.matches(digest)
    }

    /// Notes a use. Whether that changed anything.
    pub(super) fn used(&mut self, now: Timestamp) -> bool {
        let is_due = self.last_used_at.is_none_or(|at| now >= at.saturating_add(USE_NOTED_EACH));
        if is_due {
            self.last_used_at = Some(now);
        }
        is_due
    }
}

/// Why the keys stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKept {
    /// A public client has no key: it could not keep it.
    NeedsNone,
    /// Two live already: end one first.
    TooMany,
    /// There is no live key of that number.
    Unknown,
}
