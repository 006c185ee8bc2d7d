//! What the pages may ask of the core, in the browser.
//!
//! A façade: it turns JavaScript values into the types of `mfa-core`, calls
//! one function there and turns the answer back. No rule lives here, and
//! nothing here decides who may enter; the Worker asks the same core again.
//!
//! Every function is pure: no clock, no storage, no network. A refusal is a
//! JavaScript `Error` whose message never holds the secret.
#![forbid(unsafe_code)]

mod answer;
mod appearance;
mod audit;
mod check;
mod preview;
mod qr;

pub use appearance::{accent_colours, check_logo};
pub use audit::verify_audit;
pub use check::check_recovery_key;
pub use preview::{clock_doctor, preview};
pub use qr::qr_pixels;
