//! The laws of the leaf modules, and other people's implementations held
//! against ours. Native only; what must hold in a browser too is in `vectors.rs`.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod base32;
mod differential;
mod key_uri;
mod passcode;
mod recovery;
mod secrecy;
#[cfg(feature = "serde")]
mod stored_form;
mod time;
mod totp;
