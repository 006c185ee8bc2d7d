//! The member's state machine, held to its promises.
//!
//! * `world`, `acts`, `people` and `shell` are the driver: one member, a clock, a phone that is not our code, a sheet of keys.
//!   Whatever they do goes through the stored form and back, as it does in the edge.
//! * The other modules are one rule a test, named after the attack in ATTACKS.md that it turns away.
//! * `laws` are the laws of `super`, held against random sequences of commands.
//! * `model` explores tenant and members together, exhaustively within small bounds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::incompatible_msrv,
    missing_docs,
    reason = "tests"
)]

mod acts;
mod authorization;
mod bound;
mod browsers;
mod codes;
mod devices;
mod enrolment;
mod extension;
mod external;
mod following;
mod guessing;
mod imported;
mod laws;
mod lock;
mod membership;
mod model;
mod page;
mod passwords;
mod people;
mod recovery_keys;
mod recovery_keys_renewed;
mod refunds;
mod replay;
mod reset;
mod restored;
mod sessions;
mod set_up;
mod shell;
mod short_passwords;
mod sign_in;
mod step_up;
mod strangers;
mod tenant;
mod unreadable;
mod vouched;
mod world;
