//! Who somebody is elsewhere.

use alloc::borrow::ToOwned;
use alloc::string::String;

use super::issuer::Issuer;
use super::refusal::TokenRefusal;

/// A person as an external provider knows her: issuer and subject, the only pair that is unique and never given to
/// somebody else (OpenID Connect Core 1.0 §5.7).
///
/// ```
/// use mfa_core::external::{Identity, Issuer, Loopback, Subject};
///
/// let subject = Subject::parse("24400320")?;
/// let ours = Issuer::parse("https://id.acme.example", Loopback::Refused)?;
/// let other = Issuer::parse("https://id.acme.example/", Loopback::Refused)?;
/// // The same number at another provider is somebody else.
/// let anna = Identity { issuer: ours, subject: subject.clone() };
/// assert_ne!(Identity { issuer: other, subject }, anna);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Identity {
    /// Who says so.
    pub issuer: Issuer,
    /// Whom it means.
    pub subject: Subject,
}

/// The claim `sub` of OpenID Connect Core 1.0 §2: from 1 to 255 ASCII characters, none of them a control character.
///
/// Compared byte by byte.
///
/// ```
/// use mfa_core::external::{Subject, TokenRefusal};
///
/// assert_eq!(Subject::parse("24400320")?.as_str(), "24400320");
/// assert_ne!(Subject::parse("anna")?, Subject::parse("Anna")?);
/// // The Cyrillic letter only looks like hers.
/// assert_eq!(Subject::parse("\u{430}nna"), Err(TokenRefusal::SubjectUnacceptable));
/// let long = "1".repeat(Subject::MAX_BYTES + 1);
/// assert_eq!(Subject::parse(&long), Err(TokenRefusal::SubjectUnacceptable));
/// # Ok::<(), TokenRefusal>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct Subject(String);

impl Subject {
    /// The most that the standard allows, in bytes.
    pub const MAX_BYTES: usize = 255;

    /// Reads one.
    ///
    /// # Errors
    /// [`TokenRefusal::SubjectUnacceptable`] for anything else.
    pub fn parse(text: &str) -> Result<Self, TokenRefusal> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        if (1..=Self::MAX_BYTES).contains(&text.len()) && is_plain {
            Ok(Self(text.to_owned()))
        } else {
            Err(TokenRefusal::SubjectUnacceptable)
        }
    }

    /// As the provider wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Subject {
    type Error = TokenRefusal;

    fn try_from(text: String) -> Result<Self, TokenRefusal> {
        Self::parse(&text)
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.0
    }
}
