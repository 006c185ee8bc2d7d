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
