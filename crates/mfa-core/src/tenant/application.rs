//! Software that a tenant's administrators let rely on us: its name, where it may have people sent back to, its keys.
//!
//! An application is nobody: it signs nobody in and decides nothing. What one may ask, its kind says; that the mode of
//! the tenant allows it is asked each time, so nothing here changes with the mode.

mod gate;
mod key;
mod kind;
#[cfg(test)]
mod tests;

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

pub use gate::{GuardedOrigin, GuardedOrigins, GuardedPath};
pub use key::{ApplicationKey, KeyKept};
pub use kind::{ApplicationKind, ReturnAddress, ReturnAddresses};

use crate::member::TokenDigest;
use crate::time::Timestamp;

/// How many applications a tenant has at the most: more than any platform registers by hand, few enough to be read at
/// once.
///
/// ```
/// use mfa_core::tenant::application::{APPLICATIONS, Application};
///
/// // The core keeps no list of them: whoever does asks this before another is taken in.
/// fn may_register(registered: &[Application]) -> bool {
///     registered.len() < APPLICATIONS
/// }
/// assert!(may_register(&[]));
/// ```
pub const APPLICATIONS: usize = 50;

/// Names an application. Public: it stands in addresses and tokens.
///
/// ```
/// use mfa_core::tenant::application::ApplicationId;
///
/// let id = ApplicationId::parse("app-00f1e2d3c4b5a697").ok_or("`app-` and sixteen digits")?;
/// assert_eq!(id.to_string(), "app-00f1e2d3c4b5a697");
/// // One spelling, for it is compared as text in tokens.
/// assert_eq!(ApplicationId::parse("app-00F1E2D3C4B5A697"), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct ApplicationId(pub [u8; 8]);

impl ApplicationId {
    const PREFIX: &'static str = "app-";
    const DIGITS: usize = 16;

    /// Reads `app-` and sixteen hexadecimal digits in lower case.
    #[must_use]
    pub fn parse(text: &str) -> Option<ApplicationId> {
        let digits = text.strip_prefix(ApplicationId::PREFIX)?;
        let well_formed = digits.len() == ApplicationId::DIGITS
            && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let number = u64::from_str_radix(digits, 16).ok().filter(|_| well_formed)?;
        Some(ApplicationId(number.to_be_bytes()))
    }
}

impl fmt::Display for ApplicationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:016x}", ApplicationId::PREFIX, u64::from_be_bytes(self.0))
    }
}

impl TryFrom<String> for ApplicationId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<ApplicationId, Self::Error> {
        ApplicationId::parse(&text).ok_or("not an application's id")
    }
}

impl From<ApplicationId> for String {
    fn from(id: ApplicationId) -> String {
        format!("{id}")
    }
}

/// What administrators call an application: for people to read, never to decide by.
///
/// ```
/// use mfa_core::tenant::application::ApplicationName;
///
/// let name = ApplicationName::parse("  Shop, for dealers ").ok_or("1 to 80 characters")?;
/// assert_eq!(name.as_str(), "Shop, for dealers");
/// assert_eq!(ApplicationName::parse("Shop\nBcc: everybody"), None, "it is one line, for people to read");
/// assert!(ApplicationName::parse(&"é".repeat(ApplicationName::MAX_CHARS + 1)).is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct ApplicationName(String);

impl ApplicationName {
    /// The longest, in characters.
    pub const MAX_CHARS: usize = 80;

    /// Reads one: 1 to 80 characters, no control characters, without space at its ends.
    #[must_use]
    pub fn parse(text: &str) -> Option<ApplicationName> {
        let name = text.trim();
        let well_formed = !name.is_empty()
            && name.chars().count() <= ApplicationName::MAX_CHARS
            && !name.chars().any(char::is_control);
        well_formed.then(|| ApplicationName(name.to_owned()))
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ApplicationName {
    type Error = &'static str;

    fn try_from(text: String) -> Result<ApplicationName, Self::Error> {
        ApplicationName::parse(&text).ok_or("not an application's name")
    }
}

impl From<ApplicationName> for String {
    fn from(name: ApplicationName) -> String {
        name.0
    }
}

/// An application as it is registered.
///
/// A key is changed without a moment at which none works, and ended at once when it leaks:
///
/// ```
/// use mfa_core::member::TokenDigest;
/// use mfa_core::tenant::application::{Application, ApplicationId, ApplicationKind, ApplicationName};
/// use mfa_core::time::Timestamp;
///
/// let (now, old, new) = (Timestamp(1_800_000_000), TokenDigest([1; 32]), TokenDigest([2; 32]));
/// let name = ApplicationName::parse("Payroll").ok_or("a name")?;
/// let mut payroll = Application::new(ApplicationId([7; 8]), name, ApplicationKind::Provisioning, now);
/// assert_eq!((payroll.add_key(old, now), payroll.add_key(new, now)), (Ok(1), Ok(2)));
/// assert_eq!(payroll.end_key(1), Ok(()));
/// assert_eq!(payroll.is_proven_by(&old, now), None);
/// assert_eq!(payroll.is_proven_by(&new, now), Some(true), "and that is worth writing down");
/// assert_eq!(payroll.keys()[0].last_used_at, Some(now));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Application {
    /// Its id, for good.
    pub id: ApplicationId,
    /// What administrators call it.
    pub name: ApplicationName,
    /// What it may do.
    pub kind: ApplicationKind,
    /// Since when.
    pub registered_at: Timestamp,
    /// Its live keys, oldest first: at most [`Application::KEYS`].
    keys: Vec<ApplicationKey>,
    /// The number of the newest key that it ever had; 0 before the first.
    newest_key: u32,
}

impl Application {
    /// Keys that live at the same time: the one in use and the one that takes its place.
    pub const KEYS: usize = 2;

    /// A new one, without a key.
    #[must_use]
    pub fn new(id: ApplicationId, name: ApplicationName, kind: ApplicationKind, now: Timestamp) -> Application {
        Application { id, name, kind, registered_at: now, keys: Vec::new(), newest_key: 0 }
    }

    /// The same with another name and other addresses. What it is stays: another kind is another application.
    ///
    /// ```
    /// use mfa_core::tenant::application::{
    ///     Application, ApplicationId, ApplicationKind, ApplicationName, ReturnAddresses,
    /// };
    /// use mfa_core::time::Timestamp;
    ///
    /// let [old, new] = ["Payroll", "Staff"].map(|name| ApplicationName::parse(name).expect("a name"));
    /// let (id, kind) = (ApplicationId([7; 8]), ApplicationKind::Provisioning);
    /// let staff = Application::new(id, old, kind.clone(), Timestamp(1_800_000_000));
    /// // A key that was given for one thing must not become good for another.
    /// let login = ApplicationKind::Login { return_uris: ReturnAddresses::default() };
    /// assert_eq!(staff.clone().changed(new.clone(), login), None);
    /// assert_eq!(staff.changed(new.clone(), kind).map(|staff| staff.name), Some(new));
    /// ```
    #[must_use]
    pub fn changed(self, name: ApplicationName, kind: ApplicationKind) -> Option<Application> {
        self.kind.is_like(&kind).then_some(Application { name, kind, ..self })
    }

    /// Its live keys, oldest first.
    #[must_use]
    pub fn keys(&self) -> &[ApplicationKey] {
        &self.keys
    }

    /// Adds a key, of which `digest` is kept. The other one lives on until it is ended. Gives the number of the new.
    ///
    /// # Errors
    /// [`KeyKept::NeedsNone`], [`KeyKept::TooMany`].
    pub fn add_key(&mut self, digest: TokenDigest, now: Timestamp) -> Result<u32, KeyKept> {
        if !self.kind.has_keys() {
            return Err(KeyKept::NeedsNone);
        }
        if self.keys.len() >= Application::KEYS {
            return Err(KeyKept::TooMany);
        }
        self.newest_key = self.newest_key.saturating_add(1);
        self.keys.push(ApplicationKey::new(self.newest_key, digest, now));
        Ok(self.newest_key)
    }

    /// Ends a key, the last one too: whoever suspects a leak must not be kept from it.
    ///
    /// # Errors
    /// [`KeyKept::Unknown`].
    pub fn end_key(&mut self, number: u32) -> Result<(), KeyKept> {
        let before = self.keys.len();
        self.keys.retain(|key| key.number != number);
        if self.keys.len() < before { Ok(()) } else { Err(KeyKept::Unknown) }
    }

    /// Whether this is a live key of it. Every one is looked at, each in constant time. The use is noted now and then:
    /// whether there is anything to write.
    pub fn is_proven_by(&mut self, digest: &TokenDigest, now: Timestamp) -> Option<bool> {
        let mut found = None;
        for key in &mut self.keys {
            if key.matches(digest) {
                found = Some(key);
            }
        }
        found.map(|key| key.used(now))
    }
}
