//! The compact form of a signed token (RFC 7515 §7.1), one algorithm, and a type in each (RFC 8725 §3.11): a token of
//! one kind does not pass for one of another.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::json;

/// The longest token that is read back.
const MAX_BYTES: usize = 4096;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Typ {
    /// An ID token; OpenID Connect gives it no type of its own.
    Id,
    /// An access token (RFC 9068 §2.1).
    Access,
    /// A logout token (OpenID Connect Back-Channel Logout 1.0 §2.4).
    Logout,
    /// That somebody showed a second factor, for an application whose login stays its own.
    SecondFactor,
    /// Who stands behind a request that a gate let through.
    Gate,
}

impl Typ {
    fn word(self) -> &'static str {
        match self {
            Typ::Id => "JWT",
            Typ::Access => "at+jwt",
            Typ::Logout => "logout+jwt",
            Typ::SecondFactor => "edge-mfa-assertion+jwt",
            Typ::Gate => "edge-mfa-gate+jwt",
        }
    }
}

/// What the signature covers.
pub(super) fn unsigned(typ: Typ, kid: &str, claims: &Value) -> String {
    let header = json!({ "alg": "ES256", "typ": typ.word(), "kid": kid });
    let encoded = |part: &Value| Base64UrlUnpadded::encode_string(part.to_string().as_bytes());
    format!("{}.{}", encoded(&header), encoded(claims))
}

/// The whole token.
pub(super) fn signed(unsigned: &str, signature: &[u8]) -> String {
    format!("{unsigned}.{}", Base64UrlUnpadded::encode_string(signature))
}

/// A token taken apart; nothing of it is believed yet.
pub(super) struct Unverified<'a> {
    pub(super) kid: String,
    pub(super) signed: &'a str,
    pub(super) signature: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

/// Takes a token of this type apart.
pub(super) fn parse(typ: Typ, text: &str) -> Option<Unverified<'_>> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let (signed, signature) = text.rsplit_once('.')?;
    let (header, _) = signed.split_once('.')?;
    let header: Header = json::read_bytes(&Base64UrlUnpadded::decode_vec(header).ok()?)?;
    let signature = Base64UrlUnpadded::decode_vec(signature).ok()?;
    let ours = header.alg == "ES256" && header.typ == typ.word();
    ours.then_some(Unverified { kid: header.kid, signed, signature })
}

impl Unverified<'_> {
    /// What it says. To be asked once the signature is known to be right.
    pub(super) fn claims(&self) -> Option<Value> {
        let (_, claims) = self.signed.split_once('.')?;
        json::read_bytes(&Base64UrlUnpadded::decode_vec(claims).ok()?)
    }
}
