//! Recovery keys: 23 random symbols and 2 that check them.

use mfa_core::recovery::{RecoveryDigestKey, RecoveryKey, RecoveryKeyError};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// Sixteen random bytes as a recovery key, as it is shown to its owner once.
///
/// # Errors
/// When there are not sixteen.
#[wasm_bindgen]
pub fn recovery_key_of(random: &[u8]) -> Result<String, JsError> {
    let random = random.try_into().map_err(|_| JsError::new("a recovery key takes 16 random bytes"))?;
    Ok(RecoveryKey::from_random(random).to_string())
}

/// A recovery key as it was typed, in the form in which it was shown.
///
/// # Errors
/// `length`, `symbol` or `checksum`: it was mistyped. Whether it is right, only its digest tells.
#[wasm_bindgen]
pub fn read_recovery_key(typed: &str) -> Result<String, JsError> {
    let key = RecoveryKey::parse(typed).map_err(|error| {
        JsError::new(match error {
            RecoveryKeyError::Length => "length",
            RecoveryKeyError::Checksum => "checksum",
            _ => "symbol",
        })
    })?;
    Ok(key.to_string())
}

/// What is kept of a recovery key: a keyed digest, in hex. `context` names whose key it is.
///
/// # Errors
/// When the key was mistyped, or the digest's key has not 32 bytes.
#[wasm_bindgen]
pub fn recovery_key_digest(typed: &str, digest_key: &[u8], context: &str) -> Result<String, JsError> {
    let digest_key = digest_key.try_into().map_err(|_| JsError::new("a digest takes a key of 32 bytes"))?;
    let key = RecoveryKey::parse(typed).map_err(crate::refused)?;
    Ok(key.digest(&RecoveryDigestKey::from_bytes(digest_key), context.as_bytes()).to_hex())
}
