//! What the pages may ask of the core, in the browser.
//!
//! A façade: it turns JavaScript values into the types of `mfa-core`, calls
//! one function there and turns the answer back. No rule lives here, and
//! nothing here decides who may enter; the Worker asks the same core again.
//!
//! Every function is pure: no clock, no storage, no network. It answers with
//! numbers and bytes, and with `undefined` where there is no answer: text,
//! objects and errors would need as much of wasm-bindgen's glue again, and
//! people wait for it to be downloaded.
#![forbid(unsafe_code)]

#[cfg(target_arch = "wasm32")]
use lol_alloc::{FreeListAllocator, LockedAllocator};

mod check;
mod preview;
mod qr;

/// A text at a time lives here, and seldom two: what finds room among thousands would be most of the module.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: LockedAllocator<FreeListAllocator> = LockedAllocator::new(FreeListAllocator::new());

pub use check::{is_recovery_key, recovery_key_problem};
pub use preview::{clock_doctor, code, seconds_left};
pub use qr::qr_pixels;
