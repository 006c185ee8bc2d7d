//! The token: taken apart, its signature checked before anything in it is believed.

use alloc::string::String;

use base64ct::{Base64UrlUnpadded, Encoding};
use p256::ecdsa::Signature;
use p256::ecdsa::signature::Verifier;
use serde::Deserialize;

use crate::{Claims, Expected, Keys, Refused};

/// The type of the tokens that are read here: no other token of Edge MFA's passes for one (RFC 8725 §3.11).
pub const TYPE: &str = "edge-mfa-gate+jwt";

/// The longest that is looked at.
const MAX_BYTES: usize = 4096;

/// Who it is, if a key of the set signed this for whom it is expected to be for and it is not over. `now` is Unix time
/// in seconds.
///
/// # Errors
/// [`Refused`] says why not.
pub fn verify(token: &str, keys: &Keys, expected: &Expected<'_>, now: u64) -> Result<Claims, Refused> {
    if token.len() > MAX_BYTES {
        return Err(Refused::Malformed);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(Refused::Malformed)?;
    let header: Header = read(header)?;
    if header.alg != "ES256" || header.typ != TYPE {
        return Err(Refused::OtherType);
    }
    let key = keys.find(&header.kid).ok_or(Refused::UnknownKey)?;
    let signature = Base64UrlUnpadded::decode_vec(signature).map_err(|_| Refused::Malformed)?;
    let signature = Signature::from_slice(&signature).map_err(|_| Refused::BadSignature)?;
    key.verify(signed.as_bytes(), &signature).map_err(|_| Refused::BadSignature)?;
    let claims: Claims = read(claims)?;
    claims.are_for(expected, now).map(|()| claims)
}

/// Exactly these: `crit` would say that there is something to heed which is not known here (RFC 7515 §4.1.11).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

fn read<T: for<'de> Deserialize<'de>>(part: &str) -> Result<T, Refused> {
    let bytes = Base64UrlUnpadded::decode_vec(part).map_err(|_| Refused::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| Refused::Malformed)
}
