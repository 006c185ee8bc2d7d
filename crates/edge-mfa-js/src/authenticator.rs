//! Secrets, key URIs, codes: RFC 4648, the Key URI format, RFC 6238.

use mfa_core::hotp::Algorithm;
use mfa_core::key_uri::KeyUri;
use mfa_core::passcode::{Digits, Passcode};
use mfa_core::secret::Secret;
use mfa_core::time::{Period, TimeStep, Timestamp};
use mfa_core::totp::{self, TotpParameters, Window};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::refused;

/// An authenticator: a secret with what app and verifier agree on.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Authenticator {
    secret: Secret,
    parameters: TotpParameters,
}

#[wasm_bindgen]
impl Authenticator {
    /// `algorithm` is the SHA's number: 1, 256 or 512.
    ///
    /// # Errors
    /// When the secret is no base32 or too short, or a parameter is none that an app has.
    #[wasm_bindgen(constructor)]
    pub fn new(secret: &str, algorithm: u32, digits: u8, period: u32) -> Result<Authenticator, JsError> {
        let wrong = || JsError::new("the algorithm is SHA1, SHA256 or SHA512");
        let algorithm = algorithm_of(algorithm).ok_or_else(wrong)?;
        let digits = Digits::try_from(digits).map_err(refused)?;
        let period = Period::from_seconds(period.into()).map_err(refused)?;
        let secret = Secret::from_base32(secret).map_err(refused)?;
        Ok(Authenticator { secret, parameters: TotpParameters { algorithm, digits, period } })
    }

    /// Reads a key URI; issuer and account are [`issuer_of`]'s and [`account_of`]'s.
    ///
    /// # Errors
    /// Says which part of it is wrong.
    pub fn of_key_uri(text: &str) -> Result<Authenticator, JsError> {
        let KeyUri { secret, parameters, .. } = KeyUri::parse(text).map_err(refused)?;
        Ok(Authenticator { secret, parameters })
    }

    /// The code of the time step that `unix_seconds` is in.
    ///
    /// # Errors
    /// When the time is no number of seconds since 1970.
    pub fn code(&self, unix_seconds: f64) -> Result<String, JsError> {
        let step = TimeStep::at(timestamp(unix_seconds)?, self.parameters.period);
        Ok(totp::generate(&self.secret, &self.parameters, step).display().to_string())
    }

    /// How long that code goes on being shown, in seconds.
    ///
    /// # Errors
    /// When the time is no number of seconds since 1970.
    pub fn seconds_left(&self, unix_seconds: f64) -> Result<u32, JsError> {
        let left = TimeStep::time_left(timestamp(unix_seconds)?, self.parameters.period);
        Ok(u32::try_from(left.0).unwrap_or(u32::MAX))
    }

    /// How far the clock is off that made `code`, in seconds, negative when it is behind; ten minutes either way are
    /// looked at. It diagnoses; it is no reason to let anybody in.
    ///
    /// # Errors
    /// When the time is no number of seconds since 1970.
    pub fn clock_offset(&self, code: &str, unix_seconds: f64) -> Result<Option<f64>, JsError> {
        let now = timestamp(unix_seconds)?;
        let Ok(code) = Passcode::parse(code, self.parameters.digits) else { return Ok(None) };
        let offset = totp::clock_offset(&self.secret, &self.parameters, &code, now);
        Ok(offset.map(|offset| offset.seconds as f64))
    }

    /// What an app scans.
    pub fn key_uri(&self, issuer: Option<String>, account: String) -> String {
        let uri = KeyUri { issuer, account, secret: self.secret.clone(), parameters: self.parameters };
        uri.to_uri().to_string()
    }

    /// The secret, in base32.
    pub fn secret(&self) -> String {
        self.secret.to_base32().to_string()
    }

    /// The SHA's number.
    pub fn algorithm(&self) -> u32 {
        match self.parameters.algorithm {
            Algorithm::Sha1 => 1,
            Algorithm::Sha256 => 256,
            Algorithm::Sha512 => 512,
        }
    }

    /// How many digits a code has.
    pub fn digits(&self) -> u8 {
        self.parameters.digits.count()
    }

    /// How many seconds a code is shown.
    pub fn period(&self) -> u32 {
        u32::try_from(self.parameters.period.seconds()).unwrap_or(u32::MAX)
    }
}

/// The time step that `code` belongs to, if that is the present one, the one before or the one after; else -1. What
/// cannot be a code is none. Not a number when the secret, a parameter or the time is none: why, [`Authenticator`] says.
///
/// What is called most often, so nothing crosses here but two texts and numbers.
#[wasm_bindgen]
pub fn verified_step(secret: &str, algorithm: u32, digits: u8, period: u32, code: &str, unix_seconds: f64) -> f64 {
    let parameters = || {
        let (digits, period) = (Digits::try_from(digits).ok()?, Period::from_seconds(period.into()).ok()?);
        Some(TotpParameters { algorithm: algorithm_of(algorithm)?, digits, period })
    };
    let (Some(parameters), Ok(secret), Ok(now)) = (parameters(), Secret::from_base32(secret), timestamp(unix_seconds))
    else {
        return f64::NAN;
    };
    let found = Passcode::parse(code, parameters.digits)
        .ok()
        .and_then(|code| totp::matching_step(&secret, &parameters, &code, now, Window::ONE));
    found.map_or(-1.0, |found| found.step.0 as f64)
}

fn algorithm_of(number: u32) -> Option<Algorithm> {
    match number {
        1 => Some(Algorithm::Sha1),
        256 => Some(Algorithm::Sha256),
        512 => Some(Algorithm::Sha512),
        _ => None,
    }
}

/// Who issued the account of a key URI, if it says so.
///
/// # Errors
/// Says which part of it is wrong.
#[wasm_bindgen]
pub fn issuer_of(key_uri: &str) -> Result<Option<String>, JsError> {
    Ok(KeyUri::parse(key_uri).map_err(refused)?.issuer)
}

/// Whose account a key URI is.
///
/// # Errors
/// Says which part of it is wrong.
#[wasm_bindgen]
pub fn account_of(key_uri: &str) -> Result<String, JsError> {
    Ok(KeyUri::parse(key_uri).map_err(refused)?.account)
}

/// Twenty random bytes as a secret in base32.
///
/// # Errors
/// When there are not twenty.
#[wasm_bindgen]
pub fn secret_of(random: &[u8]) -> Result<String, JsError> {
    let random = random.try_into().map_err(|_| JsError::new("a secret takes 20 random bytes"))?;
    Ok(Secret::from_random(random).to_base32().to_string())
}

fn timestamp(unix_seconds: f64) -> Result<Timestamp, JsError> {
    /// `Number.MAX_SAFE_INTEGER`; also keeps the cast below exact.
    const MAX: f64 = 9_007_199_254_740_991.0;
    if (0.0..=MAX).contains(&unix_seconds) {
        Ok(Timestamp(unix_seconds as u64))
    } else {
        Err(JsError::new("the time is not a number of seconds since 1970"))
    }
}
