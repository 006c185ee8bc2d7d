//! The keys of an application: 256 random bits each, of which a digest is kept.

use crate::member::TokenDigest;
use crate::time::{Seconds, Timestamp};

/// How exactly the last use of a key is known: nobody writes for each question that is asked with it.
const USE_NOTED_EACH: Seconds = Seconds(3600);

/// A key of an application. The key itself is never stored.
///
/// ```
/// use mfa_core::member::TokenDigest;
/// use mfa_core::tenant::application::{
///     Application, ApplicationId, ApplicationKey, ApplicationKind, ApplicationName, KeyKept,
/// };
/// use mfa_core::time::Timestamp;
///
/// let (now, name) = (Timestamp(1_800_000_000), ApplicationName::parse("Payroll").ok_or("a name")?);
/// let mut payroll = Application::new(ApplicationId([7; 8]), name, ApplicationKind::Provisioning, now);
/// let made = [1, 2, 3].map(|n| payroll.add_key(TokenDigest([n; 32]), now));
/// assert_eq!(made, [Ok(1), Ok(2), Err(KeyKept::TooMany)]);
/// let [first, ApplicationKey { number, last_used_at, .. }] = payroll.keys() else { panic!("two") };
/// assert_eq!((first.number, *number, *last_used_at), (1, 2, None));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// For an example see [`ApplicationKey`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKept {
    /// A public client has no key: it could not keep it.
    NeedsNone,
    /// Two live already: end one first.
    TooMany,
    /// There is no live key of that number.
    Unknown,
}
