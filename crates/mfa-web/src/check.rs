//! What is typed, looked at before it is sent: a slip costs no attempt.

use mfa_core::recovery::{RecoveryKey, RecoveryKeyError};
use wasm_bindgen::prelude::wasm_bindgen;

/// What is wrong with a recovery key as people type it: 1 when it has too few
/// or too many symbols, 2 when one of them is none, 3 when the check symbols do
/// not fit; 0 when it is well-formed, which does not mean right: that only the
/// server knows.
#[wasm_bindgen]
pub fn recovery_key_problem(text: &str) -> u8 {
    match RecoveryKey::parse(text) {
        Ok(_) => 0,
        Err(RecoveryKeyError::Length) => 1,
        Err(RecoveryKeyError::Checksum) => 3,
        Err(_) => 2,
    }
}

/// Whether what was typed is the recovery key that was shown.
#[wasm_bindgen]
pub fn is_recovery_key(typed: &str, shown: &str) -> bool {
    matches!((RecoveryKey::parse(typed), RecoveryKey::parse(shown)), (Ok(typed), Ok(shown)) if typed == shown)
}
