//! What only administrators' pages may ask of the core, in the browser: a colour and a logo before they are chosen, and
//! the audit log, verified where the person who doubts it sits.
//!
//! A façade like `mfa-web`, and a module of its own, because everybody who enrols would wait for it too.
#![forbid(unsafe_code)]

mod answer;
mod appearance;
mod audit;

pub use appearance::{accent_colours, check_logo};
pub use audit::verify_audit;
