//! The deciding part of Edge MFA: who may enter, and what that costs an attacker.
//!
//! Everything here is a pure function of its arguments. There is no I/O, no clock, no randomness and no
//! `async`: time ([`time::Timestamp`]) and random bytes are arguments, state goes in and state comes out.
//!
//! * [`member::decide`] is the state machine of one person's sign-in.
//! * [`tenant::decide`] is the state machine of a tenant's mode; [`tenant::directory`] that of one directory entry.
//! * The leaf modules are the standards: [`hotp`] (RFC 4226), [`totp`] (RFC 6238), [`base32`] (RFC 4648),
//!   [`key_uri`], [`recovery`], [`throttle`]; [`external`] (OpenID Connect) judges another provider's tokens.
//!
//! # The leaf modules by themselves
//!
//! Whoever has sign-in already, and wants codes only, needs no state machine:
//!
//! ```
//! use mfa_core::passcode::Passcode;
//! use mfa_core::policy::CODE_LANE;
//! use mfa_core::secret::Secret;
//! use mfa_core::throttle::{Admission, Lane};
//! use mfa_core::time::{TimeStep, Timestamp};
//! use mfa_core::totp::{TotpParameters, Window, matching_step};
//!
//! /// What is stored of a member, the secret sealed.
//! struct Member {
//!     secret: Secret,
//!     lane: Lane,
//!     last: Option<TimeStep>,
//! }
//!
//! fn is_right(member: &mut Member, typed: &Passcode, now: Timestamp) -> bool {
//!     if member.lane.admission(&CODE_LANE, now) != Admission::Open {
//!         return false;
//!     }
//!     member.lane.charge(&CODE_LANE, now);
//!     // Save the member here, so that no crash gives a guess away, and once more at the end.
//!     let found = matching_step(&member.secret, &TotpParameters::OURS, typed, now, Window::ONE);
//!     let step = found.map(|found| found.step);
//!     // `None` is less than any step: a wrong code and one that was used fail alike.
//!     if step <= member.last {
//!         return false;
//!     }
//!     member.last = step;
//!     member.lane.refund(now);
//!     member.lane.succeed();
//!     true
//! }
//!
//! let secret = Secret::from_bytes(b"12345678901234567890")?;
//! let mut anna = Member { secret, lane: Lane::default(), last: None };
//! let typed = Passcode::parse_any("287082")?;
//! assert!(is_right(&mut anna, &typed, Timestamp(59)));
//! assert!(!is_right(&mut anna, &typed, Timestamp(60)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it needs
//!
//! `alloc`, and Rust 1.85 or later: that is Debian 13's own.
//!
//! # What this crate does not do
//!
//! It stores nothing, encrypts nothing and hashes no password. The caller opens what is sealed, calls `decide`,
//! seals, saves, and only then answers: **a [`member::Decision`] whose state was not saved must not be revealed.**
#![no_std]
#![cfg_attr(doctest, doc = include_str!("../README.md"))]
#![forbid(unsafe_code, unused_must_use)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod audit;
pub mod base32;
pub mod external;
pub mod hotp;
pub mod key_uri;
pub mod member;
pub mod passcode;
pub mod policy;
pub mod recovery;
pub mod secret;
#[cfg(feature = "serde")]
pub mod stored;
pub mod tenant;
pub mod throttle;
pub mod time;
pub mod totp;
