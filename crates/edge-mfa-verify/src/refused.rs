//! Why a token is not believed.

use core::fmt;

/// Why not. Whoever is told from outside is told one thing for all of them; this is for a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// Not a token, key set or list of the form that is read here.
    Malformed,
    /// A token of another kind, or signed in another way.
    OtherType,
    /// Signed with a key that is not in the set: the set may be old. Fetch it again, at most once a minute.
    UnknownKey,
    /// Not signed with the key that it names.
    BadSignature,
    /// Of another tenant, or of another Edge MFA.
    OtherIssuer,
    /// For another application, or for another host of this one.
    OtherAudience,
    /// Over.
    Expired,
    /// Made in the future: one of the clocks is wrong.
    NotYet,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refused::Malformed => "it is not of the form that is read here",
            Refused::OtherType => "it is another kind of token",
            Refused::UnknownKey => "the key that signed it is not in the set",
            Refused::BadSignature => "the signature is not right",
            Refused::OtherIssuer => "it is of another issuer",
            Refused::OtherAudience => "it is for another application or host",
            Refused::Expired => "it is over",
            Refused::NotYet => "it was made in the future",
        })
    }
}

impl core::error::Error for Refused {}
