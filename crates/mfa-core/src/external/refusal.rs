//! Why an ID token is refused.

use core::fmt;

/// Why an ID token is refused. Never holds any of it.
///
/// ```
/// use mfa_core::external::TokenRefusal;
///
/// let refusal = TokenRefusal::AuthTimeTooOld;
/// // A word for programs and logs, a sentence for the administrator who sets the provider up.
/// assert_eq!(refusal.word(), "auth_time_too_old");
/// assert_eq!(refusal.to_string(), "the person did not sign in anew");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenRefusal {
    /// Signed with an algorithm that is not allowed, or not at all.
    AlgorithmNotAllowed,
    /// Says that some of its header must be understood that we do not understand.
    CriticalHeader,
    /// A token, but not an ID token.
    TypeUnexpected,
    /// No key of the provider has the name that the token gives.
    KeyUnknown,
    /// The key of that name is not for signatures of this kind, or too weak.
    KeyUnsuitable,
    /// More than one key would do.
    KeyAmbiguous,
    /// A claim that has to be there is not.
    ClaimMissing,
    /// Of another issuer.
    IssuerMismatch,
    /// Of another directory than the issuer names.
    DirectoryMismatch,
    /// For somebody else.
    AudienceMismatch,
    /// Given to somebody else, or for several without saying to whom.
    PartyMismatch,
    /// Its time is over.
    Expired,
    /// Made in the future.
    IssuedAhead,
    /// Not valid yet.
    NotYetValid,
    /// Made for another sign-in.
    NonceMismatch,
    /// A fresh sign-in was asked for, and the provider does not say when it was.
    AuthTimeMissing,
    /// The person signed in in the future.
    AuthTimeAhead,
    /// The person signed in longer ago than was asked for.
    AuthTimeTooOld,
    /// The subject is empty, too long, or not plain text.
    SubjectUnacceptable,
}

impl TokenRefusal {
    /// A stable word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::AlgorithmNotAllowed => "algorithm_not_allowed",
            Self::CriticalHeader => "critical_header",
            Self::TypeUnexpected => "type_unexpected",
            Self::KeyUnknown => "key_unknown",
            Self::KeyUnsuitable => "key_unsuitable",
            Self::KeyAmbiguous => "key_ambiguous",
            Self::ClaimMissing => "claim_missing",
            Self::IssuerMismatch => "issuer_mismatch",
            Self::DirectoryMismatch => "directory_mismatch",
            Self::AudienceMismatch => "audience_mismatch",
            Self::PartyMismatch => "party_mismatch",
            Self::Expired => "expired",
            Self::IssuedAhead => "issued_ahead",
            Self::NotYetValid => "not_yet_valid",
            Self::NonceMismatch => "nonce_mismatch",
            Self::AuthTimeMissing => "auth_time_missing",
            Self::AuthTimeAhead => "auth_time_ahead",
            Self::AuthTimeTooOld => "auth_time_too_old",
            Self::SubjectUnacceptable => "subject_unacceptable",
        }
    }
}

impl fmt::Display for TokenRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AlgorithmNotAllowed => "the ID token is not signed with an algorithm that is allowed",
            Self::CriticalHeader => "the ID token has a critical header",
            Self::TypeUnexpected => "the token is not an ID token",
            Self::KeyUnknown => "the provider has no key of the name that the ID token gives",
            Self::KeyUnsuitable => "the provider's key does not fit the ID token's signature",
            Self::KeyAmbiguous => "several keys of the provider could have signed the ID token",
            Self::ClaimMissing => "the ID token lacks a claim",
            Self::IssuerMismatch => "the ID token is of another issuer",
            Self::DirectoryMismatch => "the ID token is of another directory",
            Self::AudienceMismatch => "the ID token is for another client",
            Self::PartyMismatch => "the ID token was given to another client",
            Self::Expired => "the ID token has expired",
            Self::IssuedAhead => "the ID token was made in the future",
            Self::NotYetValid => "the ID token is not valid yet",
            Self::NonceMismatch => "the ID token belongs to another sign-in",
            Self::AuthTimeMissing => "the provider does not say when the person signed in",
            Self::AuthTimeAhead => "the person signed in in the future",
            Self::AuthTimeTooOld => "the person did not sign in anew",
            Self::SubjectUnacceptable => "the subject is not 1 to 255 plain characters",
        })
    }
}

impl core::error::Error for TokenRefusal {}
