//! What the npm package `edge-mfa` asks of the core. `npm/core.js` is the face of it: defaults, randomness and the
//! clock are there, everything that is computed is here, and nothing is remembered.
//!
//! A façade like `mfa-web`, for other people's programs: it turns JavaScript values into the types of `mfa-core`, calls
//! one function there and turns the answer back. A refusal is a JavaScript `Error` that never holds the secret.
#![forbid(unsafe_code)]

mod authenticator;
mod qr;
mod recovery_key;

pub use authenticator::{Authenticator, account_of, issuer_of, secret_of, verified_step};
pub use qr::qr_modules;
pub use recovery_key::{read_recovery_key, recovery_key_digest, recovery_key_of};
use wasm_bindgen::JsError;

/// What is wrong, in the core's own words.
fn refused(error: impl core::fmt::Display) -> JsError {
    JsError::new(&error.to_string())
}
