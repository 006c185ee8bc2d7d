//! What can be wrong with a key URI.

use core::fmt;

use crate::secret::SecretError;

/// A part of a key URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// Issuer and account, before the question mark.
    Label,
    /// The parameter `secret`.
    Secret,
    /// The parameter `issuer`.
    Issuer,
    /// The parameter `algorithm`.
    Algorithm,
    /// The parameter `digits`.
    Digits,
    /// The parameter `period`.
    Period,
    /// A parameter that we do not know.
    Parameter,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Label => "label",
            Self::Secret => "secret",
            Self::Issuer => "issuer",
            Self::Algorithm => "algorithm",
            Self::Digits => "digits",
            Self::Period => "period",
            Self::Parameter => "unknown parameter",
        })
    }
}

/// Why a text is no key URI. Never holds any of it.
///
/// ```
/// use mfa_core::key_uri::{KeyUri, KeyUriError, Part};
///
/// let error = KeyUri::parse("otpauth://totp/anna?secret=HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ&period=0").err();
/// let error = error.ok_or("a period of zero")?;
/// assert_eq!(error, KeyUriError::Malformed(Part::Period));
/// // Fit for a log: it names the part and repeats nothing.
/// assert_eq!(error.to_string(), "the key URI has a malformed period");
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyUriError {
    /// Longer than [`KeyUri::MAX_TEXT_BYTES`](super::KeyUri::MAX_TEXT_BYTES).
    Length,
    /// Does not begin with `otpauth://totp/`.
    NotTotp,
    /// A required part is not there.
    Missing(Part),
    /// A parameter stands twice.
    Twice(Part),
    /// A part has forbidden characters, broken encoding or an unknown value.
    Malformed(Part),
    /// The label names another issuer than the parameter.
    IssuerMismatch,
    /// The secret is not base32, too short or too long.
    Secret(SecretError),
}

impl fmt::Display for KeyUriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length => f.write_str("the key URI is too long"),
            Self::NotTotp => f.write_str("a key URI begins with otpauth://totp/"),
            Self::Missing(part) => write!(f, "the key URI has no {part}"),
            Self::Twice(part) => write!(f, "the key URI has its {part} twice"),
            Self::Malformed(part) => write!(f, "the key URI has a malformed {part}"),
            Self::IssuerMismatch => f.write_str("the key URI names two different issuers"),
            Self::Secret(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl core::error::Error for KeyUriError {}
