//! From what a product keeps to an authenticator: the rules are the core's.

use mfa_core::hotp::Algorithm;
use mfa_core::key_uri::{KeyUri, KeyUriError, Part};
use mfa_core::member::Imported;
use mfa_core::passcode::Digits;
use mfa_core::secret::{Secret, SecretError};
use mfa_core::time::Period;
use mfa_core::totp::TotpParameters;
use zeroize::Zeroizing;

use crate::Trouble;

/// What a product says about an authenticator beside its secret.
pub(crate) struct Said<'a> {
    pub(crate) algorithm: &'a str,
    pub(crate) digits: u64,
    pub(crate) period: u64,
}

impl Said<'_> {
    pub(crate) fn with(&self, secret: Secret) -> Result<Imported, Trouble> {
        let algorithm = algorithm(self.algorithm)?;
        let digits = u8::try_from(self.digits).ok().and_then(|count| Digits::try_from(count).ok());
        let digits = digits.ok_or(Trouble::Digits)?;
        let period = Period::from_seconds(self.period).map_err(|_| Trouble::Period)?;
        imported(secret, TotpParameters { algorithm, digits, period })
    }
}

pub(crate) fn imported(secret: Secret, parameters: TotpParameters) -> Result<Imported, Trouble> {
    Imported::new(secret, parameters).map_err(|_| Trouble::Period)
}

/// `SHA1`, `sha-256`, `HmacSHA512`: every product spells it in its own way.
fn algorithm(name: &str) -> Result<Algorithm, Trouble> {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    match plain.strip_prefix("hmac").unwrap_or(&plain) {
        "sha1" => Ok(Algorithm::Sha1),
        "sha256" => Ok(Algorithm::Sha256),
        "sha512" => Ok(Algorithm::Sha512),
        _ => Err(Trouble::Algorithm),
    }
}

pub(crate) fn secret_from_bytes(bytes: &[u8]) -> Result<Secret, Trouble> {
    Secret::from_bytes(bytes).map_err(secret_trouble)
}

/// Base32 as products write it: in either case, with padding, in groups.
pub(crate) fn secret_from_base32(text: &str) -> Result<Secret, Trouble> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let symbols = text.trim_end().trim_end_matches('=').chars().filter(|symbol| !matches!(symbol, ' ' | '-'));
    plain.extend(symbols.map(|symbol| symbol.to_ascii_uppercase()));
    Secret::from_base32(&plain).map_err(secret_trouble)
}

pub(crate) fn secret_from_hex(text: &str) -> Result<Secret, Trouble> {
    secret_from_bytes(&hex(text).ok_or(Trouble::SecretMalformed)?)
}

pub(crate) fn hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digits = text.trim().as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(digits.len() / 2));
    for pair in digits.chunks_exact(2) {
        let mut value = 0_u32;
        for digit in pair {
            value = value * 16 + char::from(*digit).to_digit(16)?;
        }
        bytes.push(u8::try_from(value).ok()?);
    }
    Some(bytes)
}

/// A key URI, with whose it is.
pub(crate) fn key_uri(text: &str) -> (Option<String>, Result<Imported, Trouble>) {
    match KeyUri::parse(text) {
        Ok(uri) => (Some(account(&uri.account)), imported(uri.secret, uri.parameters)),
        Err(error) => (None, Err(uri_trouble(error))),
    }
}

/// The account alone: an issuer before it is whose door it was.
pub(crate) fn account(label: &str) -> String {
    label.rsplit_once(':').map_or(label, |(_, account)| account).trim().to_owned()
}

fn secret_trouble(error: SecretError) -> Trouble {
    match error {
        SecretError::TooShort => Trouble::SecretTooShort,
        SecretError::TooLong => Trouble::SecretTooLong,
        _ => Trouble::SecretMalformed,
    }
}

fn uri_trouble(error: KeyUriError) -> Trouble {
    match error {
        KeyUriError::NotTotp => Trouble::OtherKind,
        KeyUriError::Secret(error) => secret_trouble(error),
        KeyUriError::Missing(Part::Secret) => Trouble::SecretMalformed,
        KeyUriError::Malformed(Part::Algorithm) => Trouble::Algorithm,
        KeyUriError::Malformed(Part::Digits) => Trouble::Digits,
        KeyUriError::Malformed(Part::Period) => Trouble::Period,
        _ => Trouble::Malformed,
    }
}
