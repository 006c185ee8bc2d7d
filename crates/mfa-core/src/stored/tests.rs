//! The stored form, held to its letter. That every state that can be reached survives storage is a law of the
//! member's state machine: `member/tests/laws/storage.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod damaged;
mod pinned;
