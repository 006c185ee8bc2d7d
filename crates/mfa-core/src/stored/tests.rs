//! The stored form, held to its letter. That every state that can be reached survives storage is a law of the
//! member's state machine: `member/tests/laws/storage.rs`.

mod damaged;
mod pinned;
