//! What is typed, looked at before it is sent: a slip costs no attempt.

use mfa_core::recovery::{RecoveryKey, RecoveryKeyError};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

use crate::answer::to_js;

#[derive(Serialize)]
struct RecoveryKeyCheck {
    well_formed: bool,
    canonical: Option<String>,
    problem: Option<&'static str>,
}

/// Reads a recovery key as people type it:
/// `{well_formed, canonical, problem: null | "length" | "symbol" | "checksum"}`.
/// Well-formed does not mean right: that only the server knows.
///
/// # Errors
/// None that input can cause.
#[wasm_bindgen]
pub fn check_recovery_key(text: &str) -> Result<JsValue, JsError> {
    let read = RecoveryKey::parse(text);
    to_js(&RecoveryKeyCheck {
        well_formed: read.is_ok(),
        problem: read.as_ref().err().map(|error| match error {
            RecoveryKeyError::Length => "length",
            RecoveryKeyError::Checksum => "checksum",
            _ => "symbol",
        }),
        canonical: read.ok().map(|key| key.to_string()),
    })
}
