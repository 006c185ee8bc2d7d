//! The key URI: what the QR code says to the authenticator app.
//!
//! Format: Google Authenticator's "Key Uri Format"
//! (`otpauth://TYPE/LABEL?PARAMETERS`), in the syntax of RFC 3986.

mod error;
mod percent;

use alloc::string::String;
use core::fmt;

use zeroize::Zeroizing;

pub use self::error::{KeyUriError, Part};
use crate::hotp::Algorithm;
use crate::passcode::Digits;
use crate::secret::Secret;
use crate::time::Period;
use crate::totp::TotpParameters;

const PREFIX: &str = "otpauth://totp/";

/// Everything an authenticator app needs for one entry.
///
/// Issuer and account may be any text: whatever it holds, [`KeyUri::parse`] of
/// [`KeyUri::to_uri`] gives it back, and it can never become a parameter.
///
/// ```
/// use mfa_core::key_uri::KeyUri;
/// use mfa_core::secret::Secret;
/// use mfa_core::totp::TotpParameters;
///
/// let uri = KeyUri {
///     issuer: Some("ACME Co".into()),
///     // Whoever may choose her own name does not choose her own secret.
///     account: "anna&secret=AAAA".into(),
///     secret: Secret::from_base32("HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ")?,
///     parameters: TotpParameters::OURS,
/// };
/// assert_eq!(
///     *uri.to_uri(),
///     "otpauth://totp/ACME%20Co:anna%26secret%3DAAAA?secret=HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ\
///      &issuer=ACME%20Co&algorithm=SHA1&digits=6&period=30",
/// );
/// assert_eq!(KeyUri::parse(&uri.to_uri()), Ok(uri));
/// # Ok::<(), mfa_core::secret::SecretError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct KeyUri {
    /// Whose door it is: the tenant's name. `None` only in URIs made elsewhere.
    pub issuer: Option<String>,
    /// Who enters: the member's name there.
    pub account: String,
    /// What app and verifier share.
    pub secret: Secret,
    /// How passcodes are computed.
    pub parameters: TotpParameters,
}

impl KeyUri {
    /// Longest text that [`KeyUri::parse`] looks at, in bytes.
    ///
    /// ```
    /// use mfa_core::key_uri::{KeyUri, KeyUriError};
    ///
    /// let text = "a".repeat(KeyUri::MAX_TEXT_BYTES + 1);
    /// assert_eq!(KeyUri::parse(&text), Err(KeyUriError::Length));
    /// ```
    pub const MAX_TEXT_BYTES: usize = 4096;

    /// Writes `otpauth://totp/Issuer:Account?secret=…&issuer=…&algorithm=SHA1&digits=6&period=30`.
    ///
    /// The issuer stands twice, as the format recommends. All parameters are
    /// written, defaults too, for apps whose defaults differ. Everything but
    /// the unreserved characters of RFC 3986 §2.3 is percent-encoded as UTF-8;
    /// a space is `%20`, since several apps show the `+` of web forms as it is.
    #[must_use]
    pub fn to_uri(&self) -> Zeroizing<String> {
        let secret = self.secret.to_base32();
        let issuer = self.issuer.as_deref();
        // Reserved whole (each byte becomes three at most, the rest is under
        // 96), so that no copy of the secret stays behind when it grows.
        let label_bytes = issuer.map_or(0, |text| text.len().saturating_mul(6));
        let room = label_bytes
            .saturating_add(self.account.len().saturating_mul(3))
            .saturating_add(secret.len())
            .saturating_add(96);
        let mut uri = Zeroizing::new(String::with_capacity(room));
        uri.push_str(PREFIX);
        if let Some(issuer) = issuer {
            percent::push_encoded(&mut uri, issuer);
            uri.push(':');
        }
        percent::push_encoded(&mut uri, &self.account);
        uri.push_str("?secret=");
        uri.push_str(&secret);
        if let Some(issuer) = issuer {
            uri.push_str("&issuer=");
            percent::push_encoded(&mut uri, issuer);
        }
        uri.push_str("&algorithm=");
        uri.push_str(algorithm_name(self.parameters.algorithm));
        uri.push_str("&digits=");
        push_number(&mut uri, u64::from(self.parameters.digits.count()));
        uri.push_str("&period=");
        push_number(&mut uri, self.parameters.period.seconds());
        uri
    }

    /// Reads a key URI, strictly.
    ///
    /// - `otpauth://totp/` in any case (RFC 3986 §3.1, §3.2.2), then exactly one
    ///   path segment, no fragment, only characters that RFC 3986 allows unencoded.
    /// - `secret` is required; `algorithm`, `digits`, `period` default to SHA-1, 6, 30.
    ///   Each at most once, in the exact spelling that [`KeyUri::to_uri`] uses.
    /// - The label is `Issuer:Account` where `:` stands unencoded. Where it does
    ///   not, a label that begins with the `issuer` parameter and a colon means
    ///   the same (some emitters encode the separator), else it is all account.
    /// - Issuer in the label and `issuer` parameter must be equal if both are there.
    /// - Parameters that we do not know (`image`, `lock`, …) are vendors'
    ///   extensions and are ignored. A `+` is a plus, not a space.
    ///
    /// ```
    /// use mfa_core::key_uri::{KeyUri, KeyUriError, Part};
    ///
    /// let refusal = |rest: &str| KeyUri::parse(&["otpauth://totp/ACME:anna?", rest].concat()).err();
    /// let secret = "secret=HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ";
    /// assert_eq!(refusal(secret), None);
    /// assert_eq!(refusal("digits=6"), Some(KeyUriError::Missing(Part::Secret)));
    /// // Apps differ in which of two they take, and in which issuer they show.
    /// assert_eq!(refusal(&format!("{secret}&{secret}")), Some(KeyUriError::Twice(Part::Secret)));
    /// assert_eq!(refusal(&format!("{secret}&issuer=Bank")), Some(KeyUriError::IssuerMismatch));
    /// let hotp = KeyUri::parse("otpauth://hotp/ACME:anna?counter=0");
    /// assert_eq!(hotp, Err(KeyUriError::NotTotp));
    /// ```
    ///
    /// # Errors
    /// [`KeyUriError`] names the part that is wrong and never its content.
    pub fn parse(text: &str) -> Result<Self, KeyUriError> {
        let (label, query) = split(text)?;
        let found = Found::in_query(query, |name, value| {
            // Ignored, as the format has it, but not if it cannot be read.
            decode(name, Part::Parameter).and(decode(value, Part::Parameter)).map(|_| ())
        })?;
        let issuer_parameter = found.issuer.map(|raw| decode(raw, Part::Issuer)).transpose()?;
        let (issuer, account) = split_label(label, issuer_parameter)?;
        Ok(Self { issuer, account, secret: found.secret()?, parameters: found.parameters()? })
    }
}

/// Reads of a key URI only what its codes are computed with. Issuer and account, which an app shows, and parameters
/// that it does not know may be malformed.
///
/// ```
/// use mfa_core::key_uri::{KeyUri, secret_and_parameters};
///
/// let text = "otpauth://totp/Demo:anna?secret=GEZDGNBVGY3TQOJQ&issuer=Demo&digits=8";
/// let whole = KeyUri::parse(text)?;
/// assert_eq!(secret_and_parameters(text)?, (whole.secret, whole.parameters));
/// let foreign = "otpauth://totp/%?secret=GEZDGNBVGY3TQOJQ";
/// assert!(KeyUri::parse(foreign).is_err() && secret_and_parameters(foreign).is_ok());
/// # Ok::<(), mfa_core::key_uri::KeyUriError>(())
/// ```
///
/// # Errors
/// As [`KeyUri::parse`], of what is read.
pub fn secret_and_parameters(text: &str) -> Result<(Secret, TotpParameters), KeyUriError> {
    let (_, query) = split(text)?;
    let found = Found::in_query(query, |_, _| Ok(()))?;
    Ok((found.secret()?, found.parameters()?))
}

/// Label and parameters.
fn split(text: &str) -> Result<(&str, &str), KeyUriError> {
    if text.len() > KeyUri::MAX_TEXT_BYTES {
        return Err(KeyUriError::Length);
    }
    let (prefix, rest) = text.split_at_checked(PREFIX.len()).ok_or(KeyUriError::NotTotp)?;
    if !prefix.eq_ignore_ascii_case(PREFIX) {
        return Err(KeyUriError::NotTotp);
    }
    split_once(rest, b'?').ok_or(KeyUriError::Missing(Part::Secret))
}

/// At the first `symbol`, which is ASCII. That of `str` takes any pattern, and three times as much of a module.
fn split_once(text: &str, symbol: u8) -> Option<(&str, &str)> {
    let (before, rest) = text.split_at_checked(text.bytes().position(|byte| byte == symbol)?)?;
    Some((before, rest.get(1..)?))
}

impl fmt::Debug for KeyUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyUri")
            .field("issuer", &self.issuer)
            .field("account", &self.account)
            .field("secret", &self.secret)
            .field("parameters", &self.parameters)
            .finish()
    }
}

/// The parameters as they stand in the query, still encoded.
#[derive(Default)]
struct Found<'a> {
    secret: Option<&'a str>,
    issuer: Option<&'a str>,
    algorithm: Option<&'a str>,
    digits: Option<&'a str>,
    period: Option<&'a str>,
}

impl<'a> Found<'a> {
    /// `unknown` is asked about every other parameter.
    fn in_query(
        query: &'a str,
        unknown: impl Fn(&'a str, &'a str) -> Result<(), KeyUriError>,
    ) -> Result<Self, KeyUriError> {
        let mut found = Self::default();
        let mut rest = Some(query);
        while let Some(query) = rest {
            let (pair, after) = split_once(query, b'&').map_or((query, None), |(pair, after)| (pair, Some(after)));
            rest = after;
            let (name, value) = split_once(pair, b'=').unwrap_or((pair, ""));
            let (slot, part) = match name {
                "secret" => (&mut found.secret, Part::Secret),
                "issuer" => (&mut found.issuer, Part::Issuer),
                "algorithm" => (&mut found.algorithm, Part::Algorithm),
                "digits" => (&mut found.digits, Part::Digits),
                "period" => (&mut found.period, Part::Period),
                _ => {
                    unknown(name, value)?;
                    continue;
                }
            };
            if slot.replace(value).is_some() {
                return Err(KeyUriError::Twice(part));
            }
        }
        Ok(found)
    }

    fn secret(&self) -> Result<Secret, KeyUriError> {
        let secret = self.secret.ok_or(KeyUriError::Missing(Part::Secret))?;
        Secret::from_base32(secret).map_err(KeyUriError::Secret)
    }

    fn parameters(&self) -> Result<TotpParameters, KeyUriError> {
        let mut parameters = TotpParameters::OURS;
        if let Some(name) = self.algorithm {
            parameters.algorithm = match name {
                "SHA1" => Algorithm::Sha1,
                #[cfg(feature = "sha2-codes")]
                "SHA256" => Algorithm::Sha256,
                #[cfg(feature = "sha2-codes")]
                "SHA512" => Algorithm::Sha512,
                _ => return Err(KeyUriError::Malformed(Part::Algorithm)),
            };
        }
        if let Some(count) = self.digits {
            parameters.digits = match count {
                "6" => Digits::Six,
                "7" => Digits::Seven,
                "8" => Digits::Eight,
                _ => return Err(KeyUriError::Malformed(Part::Digits)),
            };
        }
        if let Some(seconds) = self.period {
            parameters.period = number(seconds)
                .and_then(|seconds| Period::from_seconds(seconds).ok())
                .ok_or(KeyUriError::Malformed(Part::Period))?;
        }
        Ok(parameters)
    }
}

fn split_label(label: &str, issuer_parameter: Option<String>) -> Result<(Option<String>, String), KeyUriError> {
    if let Some((issuer, account)) = label.split_once(':') {
        let issuer = decode(issuer, Part::Label)?;
        if issuer_parameter.is_some_and(|parameter| parameter != issuer) {
            return Err(KeyUriError::IssuerMismatch);
        }
        return Ok((Some(issuer), decode(account, Part::Label)?));
    }
    let label = decode(label, Part::Label)?;
    let Some(issuer) = issuer_parameter else {
        return Ok((None, label));
    };
    let account = label.strip_prefix(issuer.as_str()).and_then(|rest| rest.strip_prefix(':')).unwrap_or(label.as_str());
    let account = String::from(account);
    Ok((Some(issuer), account))
}

const fn algorithm_name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Sha1 => "SHA1",
        #[cfg(feature = "sha2-codes")]
        Algorithm::Sha256 => "SHA256",
        #[cfg(feature = "sha2-codes")]
        Algorithm::Sha512 => "SHA512",
    }
}

fn push_number(uri: &mut String, number: u64) {
    if number >= 10 {
        push_number(uri, number / 10);
    }
    let digit = u32::try_from(number % 10).unwrap_or(0);
    uri.push(char::from_digit(digit, 10).unwrap_or('0'));
}

/// A number as [`push_number`] writes it: no sign, no leading zero.
fn number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    if !plain || text.starts_with('0') {
        return None;
    }
    text.parse().ok()
}

fn decode(raw: &str, part: Part) -> Result<String, KeyUriError> {
    percent::decode(raw).ok_or(KeyUriError::Malformed(part))
}
