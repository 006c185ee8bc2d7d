//! Reads the authenticators that other products keep, so that whoever moves here need not enrol anew.
//!
//! [`read`] takes a file of a [`Product`] and gives one [`Line`] for each person or authenticator in it: what can be
//! brought in, what stays behind, or what is wrong and what to do. It reads no file, asks nobody and writes nothing.
//!
//! # What comes along and what does not
//!
//! | from | authenticator | password | recovery codes |
//! |---|---|---|---|
//! | better-auth | yes | no | no: 10 symbols (59 bits), kept reversibly |
//! | Keycloak | yes | no | no: 12 symbols (59 bits), hashed without a secret key |
//! | Ory Kratos | yes | no | no: 8 symbols (41 bits), kept in plain text |
//! | Authelia | yes | not in the file | it has none |
//! | privacyIDEA | yes | no (its PIN neither) | it has none |
//! | Google Authenticator, key URIs | yes | not in the file | not in the file |
//!
//! A password's hash is made with another function and without our pepper, so she chooses one with her invitation.
//! A recovery code of less than 64 bits would be the weakest way in by far, so none of them is taken: she makes a sheet
//! of ours once she is in, and is told so as long as she has none.
//!
//! # What is refused
//!
//! What cannot be as strong as an authenticator of ours where it counts: a secret of less than 80 bits, codes of fewer
//! than six digits, codes that live for less than 15 or more than 60 s, anything but SHA-1, SHA-256 and SHA-512, and
//! authenticators that count instead of looking at the clock (HOTP).
#![forbid(unsafe_code)]

mod authelia;
mod better_auth;
mod encrypted;
mod google;
mod json;
mod key_uris;
mod keycloak;
mod kratos;
mod line;
mod parameters;
mod privacy_idea;
mod pskc;

pub use line::{Line, Note, Trouble};

use std::collections::HashSet;

use zeroize::Zeroizing;

/// The largest file that is read, in bytes: a realm of 100,000 people takes about 100 MB in Keycloak's export.
pub const MAX_FILE: usize = 256 * 1024 * 1024;
/// The most lines that one file may have.
pub const MAX_LINES: usize = 200_000;

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// better-auth: a JSON object with the rows of its tables `user` and `twoFactor`. The key is BETTER_AUTH_SECRET, or
    /// one `version:secret` a line where several are live.
    BetterAuth,
    /// Keycloak: a realm's export with its users (`kc.sh export --users realm_file`), or a file of users alone.
    Keycloak,
    /// Ory Kratos: identities as its admin API lists them with `include_credential=totp&include_credential=lookup_secret`.
    Kratos,
    /// Authelia: `authelia storage user totp export csv`, or `… export uri`.
    Authelia,
    /// privacyIDEA: `pi-tokenjanitor find export` in its format `pi` (encrypted; the key is what it told), the same
    /// decrypted, `csv`, or `pskc` (RFC 6030; the key is what it told, in hexadecimal).
    PrivacyIdea,
    /// Google Authenticator: the text of its QR codes, one `otpauth-migration://` a line, all parts.
    GoogleAuthenticator,
    /// One `otpauth://totp/…` a line, as most apps and password managers export.
    KeyUris,
}

/// What goes with a file.
#[derive(Default)]
pub struct Options {
    /// What its secrets are encrypted with.
    pub key: Option<Zeroizing<String>>,
    /// Digits of a code, where the product keeps that in its configuration (better-auth). Six if not told.
    pub digits: Option<u8>,
    /// Seconds that a code lives, likewise. Thirty if not told.
    pub period: Option<u64>,
}

/// Reads a file.
///
/// # Errors
/// [`Unreadable`] when it is none of the product's. What is wrong with one line alone is said in that line.
pub fn read(product: Product, file: &[u8], options: &Options) -> Result<Vec<Line>, Unreadable> {
    if file.len() > MAX_FILE {
        return Err(Unreadable::TooLarge);
    }
    let text = core::str::from_utf8(file).map_err(|_| Unreadable::NotText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = match product {
        Product::BetterAuth => better_auth::read(text, options)?,
        Product::Keycloak => keycloak::read(text)?,
        Product::Kratos => kratos::read(text)?,
        Product::Authelia => authelia::read(text)?,
        Product::PrivacyIdea => privacy_idea::read(text, options)?,
        Product::GoogleAuthenticator => google::read(text)?,
        Product::KeyUris => key_uris::read(text)?,
    };
    match lines.len() {
        0 => Err(Unreadable::Empty),
        count if count > MAX_LINES => Err(Unreadable::TooManyLines),
        _ => Ok(once_each(lines)),
    }
}

/// Here a member has one authenticator; elsewhere she may have several, each in a line of its own. The first that can be
/// brought in is hers.
fn once_each(lines: Vec<Line>) -> Vec<Line> {
    let mut seen = HashSet::new();
    let judge = |mut line: Line| {
        if let (Some(username), Ok(_)) = (&line.username, &line.brings)
            && !seen.insert(username.trim().to_lowercase())
        {
            line.brings = Err(Trouble::Twice);
        }
        line
    };
    lines.into_iter().map(judge).collect()
}

/// Why a whole file cannot be read. Holds nothing of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreadable {
    /// Larger than [`MAX_FILE`].
    TooLarge,
    /// More lines than [`MAX_LINES`].
    TooManyLines,
    /// Not UTF-8.
    NotText,
    /// Nobody is in it.
    Empty,
    /// Not in the product's form: what was looked for, and where reading stopped, if that is known.
    OtherForm {
        /// What a file of the product is.
        expected: &'static str,
        /// Line and column.
        at: Option<(usize, usize)>,
    },
    /// It is encrypted, and there is no key.
    KeyMissing,
    /// The key is not in the form that the product uses.
    KeyMalformed,
    /// It does not open with the key, or was changed.
    DoesNotOpen,
    /// Not all parts of an export are there.
    PartMissing,
}

impl core::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Unreadable::TooLarge => "the file is larger than 256 MB: export fewer people at a time",
            Unreadable::TooManyLines => "the file has more than 200,000 lines: export fewer people at a time",
            Unreadable::NotText => "the file is no text in UTF-8",
            Unreadable::Empty => "nobody is in the file",
            Unreadable::OtherForm { expected, at } => {
                write!(f, "the file is not {expected}")?;
                return at.map_or(Ok(()), |(line, column)| write!(f, " (line {line}, column {column})"));
            }
            Unreadable::KeyMissing => "the file is encrypted: name a file that holds the key",
            Unreadable::KeyMalformed => "the key is not in the form that the product uses",
            Unreadable::DoesNotOpen => "the file does not open with this key, or it was changed",
            Unreadable::PartMissing => "a part of the export is missing: put the text of every QR code in, one a line",
        })
    }
}

impl core::error::Error for Unreadable {}
