//! What is reported of one person.

use core::fmt;

use mfa_core::member::Imported;

/// One person or authenticator of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where in the file: `line 3`, `users[2]`.
    pub place: String,
    /// What she is called there, if it says.
    pub username: Option<String>,
    /// What can be brought in, or why nothing can.
    pub brings: Result<Imported, Trouble>,
    /// What stays behind, and what else has to be known.
    pub notes: Vec<Note>,
}

impl Line {
    pub(crate) fn of(place: String, username: Option<String>, brings: Result<Imported, Trouble>) -> Line {
        let username = username.filter(|name| !name.trim().is_empty());
        let brings = if username.is_some() { brings } else { brings.and(Err(Trouble::Nameless)) };
        Line { place, username, brings, notes: Vec::new() }
    }

    pub(crate) fn with(mut self, notes: impl IntoIterator<Item = Note>) -> Line {
        self.notes.extend(notes);
        self
    }
}

/// What stays behind, or has to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// Unused recovery codes, as far as it says how many. They are too short to be brought along.
    RecoveryCodes(Option<usize>),
    /// Further authenticators: a member has one here.
    FurtherAuthenticators(usize),
    /// The file does not say which hash makes the codes. SHA-1 was taken.
    HashNotTold,
    /// The file does not say whether it is switched off.
    StatusNotTold,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::RecoveryCodes(Some(count)) => {
                write!(f, "{count} recovery codes stay behind: she makes a sheet of ours after signing in")
            }
            Note::RecoveryCodes(None) => {
                f.write_str("her recovery codes stay behind: she makes a sheet of ours after signing in")
            }
            Note::FurtherAuthenticators(1) => f.write_str("one more authenticator stays behind: a member has one here"),
            Note::FurtherAuthenticators(count) => {
                write!(f, "{count} more authenticators stay behind: a member has one here")
            }
            Note::HashNotTold => f.write_str(
                "the file does not say which hash makes the codes: taken to be SHA-1, which it is unless set",
            ),
            Note::StatusNotTold => f.write_str(
                "the file does not say whether it is switched off there: leave it out if it is, or export with that",
            ),
        }
    }
}

/// Why nothing is brought in. Never holds a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trouble {
    /// Nobody is named.
    Nameless,
    /// She has no authenticator there.
    NoAuthenticator,
    /// Begun to be enrolled there, and never confirmed with a code.
    NotConfirmed,
    /// She, or her authenticator, is switched off there.
    Disabled,
    /// It counts instead of looking at the clock, or is something else than an app.
    OtherKind,
    /// The secret has less than 80 bits.
    SecretTooShort,
    /// The secret has more than 1,024 bits.
    SecretTooLong,
    /// The secret is not written as it has to be.
    SecretMalformed,
    /// The secret does not open with the key.
    DoesNotOpen,
    /// Something else than SHA-1, SHA-256 and SHA-512.
    Algorithm,
    /// Something else than 6 to 8 digits.
    Digits,
    /// A code does not live for 15 to 60 s.
    Period,
    /// What the product keeps of it is not in the form that it uses.
    Malformed,
    /// Another line of the file is about the same name.
    Twice,
    /// People of that name are in several realms, and here would be one member.
    SeveralRealms,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Trouble::Nameless => "nobody is named: export with the owners' names",
            Trouble::NoAuthenticator => {
                "she has no authenticator there: invite her, and she enrols at her first sign-in"
            }
            Trouble::NotConfirmed => {
                "it was never confirmed with a code: invite her, and she enrols at her first sign-in"
            }
            Trouble::Disabled => "it is switched off there: switch it on and export again, or leave it out",
            Trouble::OtherKind => "it does not show codes by the clock (TOTP): invite her, and she enrols anew",
            Trouble::SecretTooShort => "its secret has less than 80 bits, which is too little: she has to enrol anew",
            Trouble::SecretTooLong => "its secret has more than 1,024 bits: she has to enrol anew",
            Trouble::SecretMalformed => "its secret is not written as it has to be: look at the line",
            Trouble::DoesNotOpen => "its secret does not open with this key: look whether another was in use",
            Trouble::Algorithm => "it uses another hash than SHA-1, SHA-256 or SHA-512: she has to enrol anew",
            Trouble::Digits => "its codes do not have 6 to 8 digits: she has to enrol anew",
            Trouble::Period => "its codes do not live for 15 to 60 seconds: she has to enrol anew",
            Trouble::Malformed => "what the file says of it is not in the product's form: look at the line",
            Trouble::Twice => "the name is in the file before: only the first line is brought in",
            Trouble::SeveralRealms => {
                "people of that name are in several realms: export each realm for itself, for a tenant of its own"
            }
        })
    }
}

impl core::error::Error for Trouble {}
