//! What the authenticator app should be showing now, and whether its clock is
//! right.

use mfa_core::key_uri::secret_and_parameters;
use mfa_core::passcode::Passcode;
use mfa_core::time::{TimeStep, Timestamp};
use mfa_core::totp;
use wasm_bindgen::prelude::wasm_bindgen;

/// The code of `key_uri` at `unix_seconds`, without its leading zeros;
/// `undefined` when either cannot be read, or the codes are not over SHA-1:
/// this edge hands out no others.
///
/// The page shows the first two digits and the countdown while enrolling, and
/// all of it only after the member's own first right one: nothing may be
/// copied from here into the proof.
#[wasm_bindgen]
pub fn code(key_uri: &str, unix_seconds: f64) -> Option<u32> {
    let (secret, parameters) = secret_and_parameters(key_uri).ok()?;
    let step = TimeStep::at(timestamp(unix_seconds)?, parameters.period);
    Some(totp::generate(&secret, &parameters, step).number())
}

/// How long the app goes on showing it.
#[wasm_bindgen]
pub fn seconds_left(key_uri: &str, unix_seconds: f64) -> Option<u32> {
    let (_, parameters) = secret_and_parameters(key_uri).ok()?;
    Some(TimeStep::time_left(timestamp(unix_seconds)?, parameters.period).0 as u32)
}

/// Looks for a refused `code` twenty steps either way of `unix_seconds`: how
/// many seconds the app's clock is off, negative when it is behind;
/// `undefined` when it is not there either (or is no passcode at all).
#[wasm_bindgen]
pub fn clock_doctor(key_uri: &str, code: &str, unix_seconds: f64) -> Option<i32> {
    let (secret, parameters) = secret_and_parameters(key_uri).ok()?;
    let code = Passcode::parse(code, parameters.digits).ok()?;
    let offset = totp::clock_offset(&secret, &parameters, &code, timestamp(unix_seconds)?)?;
    // Twenty hours at the most.
    Some(offset.seconds as i32)
}

/// Unix seconds as JavaScript has them: a number, perhaps with a fraction,
/// which is dropped.
fn timestamp(unix_seconds: f64) -> Option<Timestamp> {
    /// `Number.MAX_SAFE_INTEGER`; also keeps the cast below exact.
    const MAX: f64 = 9_007_199_254_740_991.0;
    (0.0..=MAX).contains(&unix_seconds).then_some(Timestamp(unix_seconds as u64))
}
