//! The tenant's published keys (RFC 7517).

use alloc::string::String;
use alloc::vec::Vec;

use base64ct::{Base64UrlUnpadded, Encoding};
use p256::ecdsa::VerifyingKey;
use serde::Deserialize;

use crate::Refused;

/// Keys by their names.
#[derive(Debug, Clone)]
pub struct Keys(Vec<(String, VerifyingKey)>);

impl Keys {
    /// Reads a key set. Keys of other kinds are left out: a set may hold what is for others.
    ///
    /// # Errors
    /// [`Refused::Malformed`] for what is no key set, or if a key of our kind in it is none.
    pub fn from_jwks(text: &str) -> Result<Keys, Refused> {
        let set: Set = serde_json::from_str(text).map_err(|_| Refused::Malformed)?;
        let ours = set.keys.into_iter().filter(|key| key.is_ours());
        ours.map(|key| Some((key.kid.clone()?, key.point()?)))
            .collect::<Option<Vec<_>>>()
            .map(Keys)
            .ok_or(Refused::Malformed)
    }

    pub(crate) fn find(&self, kid: &str) -> Option<&VerifyingKey> {
        self.0.iter().find(|(name, _)| name == kid).map(|(_, key)| key)
    }
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    kty: String,
    crv: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    kid: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl Key {
    fn is_ours(&self) -> bool {
        let is = |value: &Option<String>, expected| value.as_deref().is_none_or(|value| value == expected);
        self.kty == "EC" && self.crv.as_deref() == Some("P-256") && is(&self.alg, "ES256") && is(&self.usage, "sig")
    }

    /// A point of the curve, or nothing.
    fn point(&self) -> Option<VerifyingKey> {
        // SEC 1 §2.3.3: uncompressed.
        let mut point = alloc::vec![4];
        for coordinate in [&self.x, &self.y] {
            let bytes = Base64UrlUnpadded::decode_vec(coordinate.as_deref()?).ok().filter(|bytes| bytes.len() == 32)?;
            point.extend(bytes);
        }
        VerifyingKey::from_sec1_bytes(&point).ok()
    }
}
