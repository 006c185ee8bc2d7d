//! Issuers: who signs the tokens.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use super::address::{AddressError, Loopback, Parts};

/// Microsoft's clouds, whose issuers name a directory: `https://login.microsoftonline.com/{tid}/v2.0`.
const ENTRA_HOSTS: [&str; 4] =
    ["login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn", "sts.windows.net"];

/// The directory of all personal Microsoft accounts: an issuer that anybody can sign up at.
const ENTRA_PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// An issuer identifier (OpenID Connect Discovery 1.0 §3): an address without query and fragment.
///
/// Compared byte by byte, never normalised: a slash more at the end is another issuer.
///
/// ```
/// use mfa_core::external::{AddressError, Issuer, Loopback};
///
/// let text = "https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0";
/// let issuer = Issuer::parse(text, Loopback::Refused)?;
/// assert_eq!((issuer.as_str(), issuer.directory()), (text, Some("8eaef023-2b34-4da1-9baa-8bc8c9d6a490")));
/// assert_eq!(issuer.discovery_address(), [text, "/.well-known/openid-configuration"].concat());
/// // The address that the manuals show lets in everybody who has an account anywhere.
/// let common = Issuer::parse("https://login.microsoftonline.com/common/v2.0", Loopback::Refused);
/// assert_eq!(common, Err(AddressError::MultiTenant));
/// # Ok::<(), AddressError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct Issuer(String);

impl Issuer {
    /// Reads one.
    ///
    /// # Errors
    /// [`AddressError`] says which rule it breaks. An issuer of Entra ID has to name one directory, by its id:
    /// `common`, `organizations`, `consumers` and the directory of personal accounts let in people whom the tenant
    /// does not know.
    pub fn parse(text: &str, loopback: Loopback) -> Result<Self, AddressError> {
        let parts = Parts::parse(text, loopback)?;
        if parts.query.is_some() {
            return Err(AddressError::HasQuery);
        }
        if ENTRA_HOSTS.contains(&parts.host) {
            match first_segment(parts.path) {
                "common" | "organizations" | "consumers" | ENTRA_PERSONAL => return Err(AddressError::MultiTenant),
                directory if !is_directory_id(directory) => return Err(AddressError::DirectoryIdNeeded),
                _ => {}
            }
        }
        Ok(Self(text.to_owned()))
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where its discovery document is (OpenID Connect Discovery 1.0 §4.1).
    #[must_use]
    pub fn discovery_address(&self) -> String {
        let base = self.0.strip_suffix('/').unwrap_or(&self.0);
        [base, "/.well-known/openid-configuration"].concat()
    }

    /// The directory that an issuer of Entra ID's shape names: a directory id first in the path.
    #[must_use]
    pub fn directory(&self) -> Option<&str> {
        let (_, rest) = self.0.split_once("://")?;
        let (_, path) = rest.split_once('/')?;
        let directory = path.split('/').next()?;
        is_directory_id(directory).then_some(directory)
    }

    /// Whether another issuer's address is of the same directory, or is Entra ID's template `…/{tenantid}/…` for all
    /// of them. Its other parts tell versions of its protocol apart, which share their keys.
    pub(super) fn shares_directory_with(&self, theirs: &str) -> bool {
        let path = theirs.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
        let directory = path.and_then(|(_, path)| path.split('/').next());
        directory.is_some_and(|directory| directory == "{tenantid}" || self.directory() == Some(directory))
    }
}

fn first_segment(path: &str) -> &str {
    path.split('/').nth(1).unwrap_or_default()
}

/// A UUID in the form of RFC 9562 §4, in lower case.
fn is_directory_id(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    text.len() == 36
        && text.split('-').count() == lengths.len()
        && text.split('-').zip(lengths).all(|(group, length)| {
            group.len() == length && group.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        })
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What was stored: whether this deployment talks to a loopback host, it decides when it does.
impl TryFrom<String> for Issuer {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        Self::parse(&text, Loopback::Allowed)
    }
}

impl From<Issuer> for String {
    fn from(issuer: Issuer) -> Self {
        issuer.0
    }
}
