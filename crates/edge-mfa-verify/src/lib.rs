//! Who stands behind a request that Edge MFA's gate let through, verified by whoever it reached.
//!
//! A proxy that asks the gate hands the application a token with each request (`X-Edge-MFA-Token`): ES256, five minutes
//! at the most, for this one application. It is verified with the tenant's published keys and asks nobody. What has
//! ended since, the gate is asked now and then ([`Ended`]).
//!
//! ```
//! use edge_mfa_verify::{Ended, Expected, Keys, verify};
//!
//! // GET https://mfa.example.com/t/acme/jwks: keep it as long as its Cache-Control says, and fetch it once more where
//! // verify says `Refused::UnknownKey`.
//! # let jwks = include_str!("../tests/jwks.json");
//! let keys = Keys::from_jwks(jwks)?;
//! let expected = Expected {
//!     issuer: "https://mfa.example.com/t/acme",
//!     application: "app-00010203abcdef09",
//!     origin: "https://wiki.example.com",
//! };
//! # let (token, now) = (include_str!("../tests/token.txt").trim(), 1_800_000_060);
//! let member = verify(token, &keys, &expected, now)?;
//! assert_eq!(member.username, "anna");
//! assert!(member.has_mfa());
//!
//! // GET https://mfa.example.com/api/v1/tenants/acme/gate/ended, with the application's key, every minute or so.
//! let ended = Ended::from_json(r#"{"as_of": 1800000050, "epoch": 3, "sessions": []}"#)?;
//! assert!(!ended.covers(&member));
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! What this crate does not do: it fetches nothing, keeps nothing, and reads no other token of Edge MFA's.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod claims;
mod ended;
mod keys;
mod refused;
mod token;

pub use claims::{Claims, Expected, Role};
pub use ended::Ended;
pub use keys::Keys;
pub use refused::Refused;
pub use token::{TYPE, verify};
