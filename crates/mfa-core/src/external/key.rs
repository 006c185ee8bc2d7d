//! Which signature, and which key: the header of a token and the keys of its provider.

use alloc::string::String;
use alloc::vec::Vec;

use super::issuer::Issuer;
use super::refusal::TokenRefusal;

/// The algorithms that an ID token may be signed with: public keys only.
///
/// `none` is no signature, and `HS256` would make the client's secret, or a public key taken for one, the key
/// (RFC 8725 §2.1): neither can be written down here.
///
/// ```
/// use mfa_core::external::Algorithm;
///
/// assert_eq!(Algorithm::from_name("RS256"), Some(Algorithm::Rs256));
/// assert_eq!(Algorithm::from_name("Ed25519"), Some(Algorithm::EdDsa));
/// assert_eq!(Algorithm::from_name("HS256"), None);
/// assert_eq!(Algorithm::from_name("none"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3).
    Rs256,
    /// RSASSA-PSS with SHA-256 (RFC 7518 §3.5).
    Ps256,
    /// ECDSA over P-256 with SHA-256 (RFC 7518 §3.4).
    Es256,
    /// Ed25519 (RFC 8037 §3.1; RFC 9864 §2.2 calls it so by name).
    EdDsa,
}

impl Algorithm {
    /// The one of this name, exactly as written. None for every other.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            "EdDSA" | "Ed25519" => Some(Self::EdDsa),
            _ => None,
        }
    }
}

/// What a token's header says that matters. Keys or addresses of keys in it are not even read.
///
/// ```
/// use mfa_core::external::{Algorithm, Header, TokenRefusal};
///
/// let announced = [Algorithm::Rs256];
/// let header = Header { alg: "RS256".into(), kid: None, typ: None, has_critical: false };
/// assert_eq!(header.algorithm(&announced), Ok(Algorithm::Rs256));
/// let unsigned = Header { alg: "none".into(), ..header.clone() };
/// assert_eq!(unsigned.algorithm(&announced), Err(TokenRefusal::AlgorithmNotAllowed));
/// // Rightly signed by the right provider, and for something else.
/// let access_token = Header { typ: Some("at+jwt".into()), ..header };
/// assert_eq!(access_token.algorithm(&announced), Err(TokenRefusal::TypeUnexpected));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Header {
    /// The algorithm's name.
    pub alg: String,
    /// The key's name.
    #[cfg_attr(feature = "serde", serde(default))]
    pub kid: Option<String>,
    /// What kind of token it is.
    #[cfg_attr(feature = "serde", serde(default))]
    pub typ: Option<String>,
    /// Whether there is a `crit`, whatever it holds.
    #[cfg_attr(feature = "serde", serde(default, deserialize_with = "is_there", rename = "crit"))]
    pub has_critical: bool,
}

impl Header {
    /// The algorithm, if we allow it and the provider announced it.
    ///
    /// # Errors
    /// [`TokenRefusal`]: also for a token that says that it is of another kind (RFC 8725 §3.11), and for any critical
    /// header, since we understand none (RFC 7515 §4.1.11).
    pub fn algorithm(&self, announced: &[Algorithm]) -> Result<Algorithm, TokenRefusal> {
        if self.has_critical {
            return Err(TokenRefusal::CriticalHeader);
        }
        if self.typ.as_deref().is_some_and(|kind| !kind.eq_ignore_ascii_case("JWT")) {
            return Err(TokenRefusal::TypeUnexpected);
        }
        let algorithm = Algorithm::from_name(&self.alg).filter(|algorithm| announced.contains(algorithm));
        algorithm.ok_or(TokenRefusal::AlgorithmNotAllowed)
    }
}

#[cfg(feature = "serde")]
fn is_there<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    <serde::de::IgnoredAny as serde::Deserialize>::deserialize(deserializer).map(|_| true)
}

/// A public key of a provider (RFC 7517): the members that say what it may be used for, and the public parts.
///
/// ```
/// use mfa_core::external::{Algorithm, Issuer, Loopback, PublicKey};
///
/// let issuer = Issuer::parse("https://id.acme.example", Loopback::Refused)?;
/// let key = PublicKey {
///     kty: "OKP".into(),
///     crv: Some("Ed25519".into()),
///     x: Some("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".into()), // RFC 8037 appendix A.2
///     ..PublicKey::default()
/// };
/// assert!(key.fits(Algorithm::EdDsa, &issuer));
/// // The key decides what it signs, whatever the token says of it.
/// assert!(!key.fits(Algorithm::Es256, &issuer));
/// let for_encryption = PublicKey { usage: Some("enc".into()), ..key };
/// assert!(!for_encryption.fits(Algorithm::EdDsa, &issuer));
/// # Ok::<(), mfa_core::external::AddressError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicKey {
    /// Its family.
    pub kty: String,
    /// Its name.
    pub kid: Option<String>,
    /// `sig` or `enc`.
    pub usage: Option<String>,
    /// What may be done with it.
    pub key_ops: Option<Vec<String>>,
    /// The one algorithm that it is for.
    pub alg: Option<String>,
    /// Its curve.
    pub crv: Option<String>,
    /// The modulus of an RSA key.
    pub n: Option<String>,
    /// The exponent of an RSA key.
    pub e: Option<String>,
    /// The point of an elliptic-curve key.
    pub x: Option<String>,
    /// The other coordinate of it.
    pub y: Option<String>,
    /// Entra ID: whose tokens it signs.
    pub issuer: Option<String>,
}

impl PublicKey {
    /// NIST SP 800-57 part 1, table 2: 112 bits of strength.
    const MIN_RSA_BITS: usize = 2048;
    /// More is no key but a way to keep us busy.
    const MAX_RSA_BITS: usize = 8192;
    /// 32 bytes in base64url: a coordinate of P-256, a public key of Ed25519.
    const POINT_SYMBOLS: usize = 43;

    /// Whether it may verify signatures of this algorithm on tokens of this issuer.
    #[must_use]
    pub fn fits(&self, algorithm: Algorithm, issuer: &Issuer) -> bool {
        let is_for_signatures = self.usage.as_deref().is_none_or(|usage| usage == "sig")
            && self.key_ops.as_ref().is_none_or(|operations| operations.iter().any(|operation| operation == "verify"));
        let is_for_this_algorithm =
            self.alg.as_deref().is_none_or(|name| Algorithm::from_name(name) == Some(algorithm));
        // Keys of personal accounts stand in the documents of other directories too, under their own issuer.
        let is_for_this_issuer = issuer.directory().is_none()
            || self.issuer.as_deref().is_none_or(|theirs| issuer.shares_directory_with(theirs));
        is_for_signatures && is_for_this_algorithm && is_for_this_issuer && self.has_form_for(algorithm)
    }

    fn has_form_for(&self, algorithm: Algorithm) -> bool {
        let is_point = |part: &Option<String>| {
            part.as_deref().is_some_and(|text| text.len() == Self::POINT_SYMBOLS && is_base64url(text))
        };
        match algorithm {
            Algorithm::Rs256 | Algorithm::Ps256 => {
                let modulus = self.n.as_deref().unwrap_or_default();
                let exponent = self.e.as_deref().unwrap_or_default();
                self.kty == "RSA"
                    && is_base64url(modulus)
                    && (Self::MIN_RSA_BITS..=Self::MAX_RSA_BITS).contains(&bits(modulus))
                    && is_base64url(exponent)
                    // From 3 to 2^32: what every verifier takes. An exponent of 1 would make every signature right.
                    && (2..=32).contains(&bits(exponent))
            }
            Algorithm::Es256 => {
                self.kty == "EC" && self.crv.as_deref() == Some("P-256") && is_point(&self.x) && is_point(&self.y)
            }
            Algorithm::EdDsa => self.kty == "OKP" && self.crv.as_deref() == Some("Ed25519") && is_point(&self.x),
        }
    }
}

/// The key that a token must be signed with. Without a name in the header only one key may fit
/// (OpenID Connect Core 1.0 §10.1).
///
/// ```
/// use mfa_core::external::{Algorithm, Header, Issuer, Loopback, PublicKey, TokenRefusal, choose_key};
///
/// let issuer = Issuer::parse("https://id.acme.example", Loopback::Refused)?;
/// let keys = ["old", "new"].map(|name| PublicKey {
///     kty: "OKP".into(),
///     kid: Some(name.into()),
///     crv: Some("Ed25519".into()),
///     x: Some("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".into()),
///     ..PublicKey::default()
/// });
/// let chosen = |kid: Option<&str>| {
///     let header = Header { alg: "EdDSA".into(), kid: kid.map(Into::into), typ: None, has_critical: false };
///     choose_key(&keys, &header, Algorithm::EdDsa, &issuer)
/// };
/// assert_eq!(chosen(Some("new")), Ok(&keys[1]));
/// // Perhaps the provider has changed its keys: fetch them anew, once.
/// assert_eq!(chosen(Some("newest")), Err(TokenRefusal::KeyUnknown));
/// // No trying of one after the other.
/// assert_eq!(chosen(None), Err(TokenRefusal::KeyAmbiguous));
/// # Ok::<(), mfa_core::external::AddressError>(())
/// ```
///
/// # Errors
/// [`TokenRefusal::KeyUnknown`]: the caller may fetch the keys anew, once. [`TokenRefusal::KeyUnsuitable`] and
/// [`TokenRefusal::KeyAmbiguous`]: newer keys would not help.
pub fn choose_key<'a>(
    keys: &'a [PublicKey],
    header: &Header,
    algorithm: Algorithm,
    issuer: &Issuer,
) -> Result<&'a PublicKey, TokenRefusal> {
    let is_named = |key: &&PublicKey| header.kid.is_none() || key.kid == header.kid;
    if !keys.iter().any(|key| is_named(&key)) {
        return Err(TokenRefusal::KeyUnknown);
    }
    let mut fitting = keys.iter().filter(is_named).filter(|key| key.fits(algorithm, issuer));
    let key = fitting.next().ok_or(TokenRefusal::KeyUnsuitable)?;
    if fitting.next().is_some() {
        return Err(TokenRefusal::KeyAmbiguous);
    }
    Ok(key)
}

fn is_base64url(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// How many bits the number has that is written in base64url, big-endian; leading zeros do not count.
fn bits(text: &str) -> usize {
    let is_zero = |byte: &u8| *byte == b'A';
    let leading = text.bytes().take_while(|byte| is_zero(byte)).count();
    // The first symbol that is not zero has from one to six bits.
    let first = match text.as_bytes().get(leading) {
        Some(b'B') => 5,
        Some(b'C' | b'D') => 4,
        Some(b'E'..=b'H') => 3,
        Some(b'I'..=b'P') => 2,
        Some(b'Q'..=b'Z' | b'a'..=b'f') => 1,
        _ => 0,
    };
    let bytes = text.len().saturating_mul(6) / 8;
    let zeros = leading.saturating_mul(6).saturating_add(first);
    bytes.saturating_mul(8).saturating_sub(zeros)
}
