//! What the authenticator app should be showing now, and whether its clock is
//! right.

use mfa_core::key_uri::KeyUri;
use mfa_core::passcode::Passcode;
use mfa_core::time::TimeStep;
use mfa_core::totp;
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

use crate::answer::{timestamp, to_js};

#[derive(Serialize)]
struct Preview<'a> {
    seconds_left: u64,
    period: u64,
    first_two: &'a str,
    code: &'a str,
}

/// The code of `key_uri` at `unix_seconds`: `{seconds_left, period, first_two, code}`.
///
/// The page shows `first_two` and the countdown while enrolling, and `code`
/// only after the member's own first right one: nothing may be copied from
/// here into the proof.
///
/// # Errors
/// When the key URI or the time cannot be read.
#[wasm_bindgen]
pub fn preview(key_uri: &str, unix_seconds: f64) -> Result<JsValue, JsError> {
    let key_uri = read(key_uri)?;
    let now = timestamp(unix_seconds)?;
    let period = key_uri.parameters.period;
    let step = TimeStep::at(now, period);
    let code = totp::generate(&key_uri.secret, &key_uri.parameters, step).display();
    to_js(&Preview {
        seconds_left: TimeStep::time_left(now, period).0,
        period: period.seconds(),
        first_two: code.get(..2).unwrap_or_default(),
        code: &code,
    })
}

#[derive(Serialize)]
struct ClockOffset {
    offset_seconds: i64,
}

/// Looks for a refused `code` twenty steps either way of `unix_seconds`:
/// `{offset_seconds}`, negative when the app's clock is behind, or `null` when
/// it is not there either (or is no passcode at all).
///
/// # Errors
/// When the key URI or the time cannot be read.
#[wasm_bindgen]
pub fn clock_doctor(key_uri: &str, code: &str, unix_seconds: f64) -> Result<JsValue, JsError> {
    let key_uri = read(key_uri)?;
    let now = timestamp(unix_seconds)?;
    let found = Passcode::parse(code, key_uri.parameters.digits)
        .ok()
        .and_then(|code| totp::clock_offset(&key_uri.secret, &key_uri.parameters, &code, now))
        .map(|offset| ClockOffset { offset_seconds: offset.seconds });
    to_js(&found)
}

fn read(key_uri: &str) -> Result<KeyUri, JsError> {
    KeyUri::parse(key_uri).map_err(|error| JsError::new(&error.to_string()))
}
