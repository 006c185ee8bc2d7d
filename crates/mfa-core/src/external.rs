//! Signing in at somebody else's door: what an ID token of an external identity provider has to be.
//!
//! The rules of OpenID Connect Core 1.0 §3.1.3.7 for the authorization code flow, of RFC 7636 (PKCE) and of RFC 8725
//! (best practice for JSON Web Tokens). Whoever calls has fetched the provider's keys and parsed the token; the order is
//!
//! 1. [`Header::algorithm`]: the algorithm is one of ours and one that the provider announced;
//! 2. [`choose_key`]: the one public key of the provider that fits;
//! 3. the signature, with that key and that algorithm (the caller's part);
//! 4. [`judge`]: the claims.
//!
//! Nothing of the token is believed before all four have passed. Who somebody is, is issuer and subject together
//! ([`Identity`]), never an e-mail address: addresses change hands, and a provider does not vouch for those of others.
//!
//! ```
//! use mfa_core::external::{Algorithm, Claims, Expected, FLOW, Header, Proof, PublicKey, choose_key, judge};
//! use mfa_core::time::Timestamp;
//!
//! # fn is_signed(_: &PublicKey, _: Algorithm) -> bool {
//! #     true
//! # }
//! /// `keys` and `announced` are the provider's: what the token says of keys and issuers is never followed.
//! fn admit(
//!     (header, claims): (&Header, &Claims),
//!     (keys, announced): (&[PublicKey], &[Algorithm]),
//!     expected: &Expected<'_>,
//!     now: Timestamp,
//! ) -> Option<Proof> {
//!     // Who comes back later than this begins anew.
//!     if now.since(expected.asked_at) > FLOW {
//!         return None;
//!     }
//!     let algorithm = header.algorithm(announced).ok()?;
//!     let key = choose_key(keys, header, algorithm, expected.issuer).ok()?;
//!     // By the caller's own cryptography, of the token as it came.
//!     if !is_signed(key, algorithm) {
//!         return None;
//!     }
//!     judge(claims, expected, now).ok()
//! }
//! # use mfa_core::external::{Audience, Issuer, Loopback, NumericDate};
//! # let issuer = Issuer::parse("https://id.acme.example", Loopback::Refused)?;
//! # let (asked_at, now) = (Timestamp(1_800_000_000), Timestamp(1_800_000_060));
//! # let claims = Claims {
//! #     iss: Some("https://id.acme.example".into()),
//! #     sub: Some("24400320".into()),
//! #     aud: Some(Audience::One("edge-mfa".into())),
//! #     exp: Some(NumericDate(Timestamp(1_800_003_600))),
//! #     iat: Some(NumericDate(now)),
//! #     nonce: Some("n-0S6_WzA2Mj".into()),
//! #     ..Claims::default()
//! # };
//! # let key = PublicKey {
//! #     kty: "OKP".into(),
//! #     crv: Some("Ed25519".into()),
//! #     x: Some("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".into()),
//! #     ..PublicKey::default()
//! # };
//! # let given = (&[key][..], &[Algorithm::EdDsa][..]);
//! # let (client_id, nonce) = ("edge-mfa", "n-0S6_WzA2Mj");
//! # let expected = Expected { issuer: &issuer, client_id, nonce, asked_at, max_age: None };
//!
//! let signed = Header { alg: "EdDSA".into(), kid: None, typ: None, has_critical: false };
//! let unsigned = Header { alg: "none".into(), ..signed.clone() };
//! assert!(admit((&signed, &claims), given, &expected, now).is_some());
//! assert_eq!(admit((&unsigned, &claims), given, &expected, now), None);
//! assert_eq!(admit((&signed, &claims), given, &expected, Timestamp(1_800_000_601)), None);
//! # Ok::<(), mfa_core::external::AddressError>(())
//! ```
//!
//! # What this module does not do
//!
//! It fetches nothing, verifies no signature and follows nothing that a token names (`jku`, `x5u`, `jwk`, `x5c`).

mod address;
mod claims;
mod identity;
mod issuer;
mod key;
mod pkce;
mod refusal;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

pub use self::address::{Address, AddressError, Loopback};
pub use self::claims::{Audience, Claims, Expected, NumericDate, Proof, judge};
pub use self::identity::{Identity, Subject};
pub use self::issuer::Issuer;
pub use self::key::{Algorithm, Header, PublicKey, choose_key};
pub use self::pkce::Verifier;
pub use self::refusal::TokenRefusal;

use crate::time::Seconds;

/// How far the provider's clock may be from ours. RFC 7519 §4.1.4: "usually no more than a few minutes".
pub const LEEWAY: Seconds = Seconds::minutes(1);

/// How long somebody may take at the provider: as long as its own page with a second factor needs.
pub const FLOW: Seconds = Seconds::minutes(10);

/// How long it counts that an administrator got in at the provider herself: long enough to read what the move means for
/// everybody and to decide, short enough that what worked then works still.
pub const TRIED: Seconds = Seconds::minutes(60);
