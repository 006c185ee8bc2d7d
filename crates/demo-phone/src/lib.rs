//! A demo phone: an authenticator app in a page, for the local edge.
//!
//! It stands for the app on a real phone, so it shares no line with
//! `mfa-core`: passcodes come from `totp-lite`, URIs are read by the rules of
//! web forms, and it is as lenient as the common apps are. It keeps nothing;
//! the page does.
#![forbid(unsafe_code)]

mod account;
mod code;

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

use crate::account::Account;
use crate::code::Code;

/// Takes what was scanned or typed: an `otpauth://totp/…` link, or a bare
/// base32 key (then `name` becomes the account's name).
///
/// Gives `{issuer, account, key, algorithm, digits, period}`: keep it, and hand
/// it to [`phone_code`] as it is.
///
/// # Errors
/// An `Error` whose message is one of `empty`, `not_totp`, `no_key`, `bad_key`,
/// `bad_parameter`: words for the page to translate.
#[wasm_bindgen]
pub fn phone_add(text: &str, name: &str) -> Result<JsValue, JsError> {
    to_js(&Account::read(text, name).map_err(JsError::new)?)
}

/// The code that the phone shows for an entry at `unix_seconds` (by the
/// phone's own clock): `{code, seconds_left, period}`.
///
/// # Errors
/// An `Error` with the message `bad_entry` or `bad_time`.
#[wasm_bindgen]
pub fn phone_code(entry: JsValue, unix_seconds: f64) -> Result<JsValue, JsError> {
    let account: Account = serde_wasm_bindgen::from_value(entry).map_err(|_| JsError::new("bad_entry"))?;
    to_js(&Code::at(&account, unix_seconds).map_err(JsError::new)?)
}

fn to_js(answer: &impl Serialize) -> Result<JsValue, JsError> {
    answer.serialize(&Serializer::new()).map_err(|_| JsError::new("bad_entry"))
}
