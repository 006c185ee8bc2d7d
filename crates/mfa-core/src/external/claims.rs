//! The claims of an ID token, judged. The signature has been checked before.

use alloc::string::String;
use alloc::vec::Vec;

use subtle::ConstantTimeEq;

use super::LEEWAY;
use super::identity::{Identity, Subject};
use super::issuer::Issuer;
use super::refusal::TokenRefusal;
use crate::time::{Seconds, Timestamp};

/// The claims that matter (OpenID Connect Core 1.0 §2, and `tid` of Entra ID). All others are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(default))]
pub struct Claims {
    /// Issuer.
    pub iss: Option<String>,
    /// Subject.
    pub sub: Option<String>,
    /// Audience.
    pub aud: Option<Audience>,
    /// Authorized party.
    pub azp: Option<String>,
    /// When the token ends.
    pub exp: Option<NumericDate>,
    /// When it was made.
    pub iat: Option<NumericDate>,
    /// When it begins.
    pub nbf: Option<NumericDate>,
    /// When the person signed in.
    pub auth_time: Option<NumericDate>,
    /// What we sent along.
    pub nonce: Option<String>,
    /// Entra ID: the directory.
    pub tid: Option<String>,
    /// What the person calls herself there. For the eye only.
    pub preferred_username: Option<String>,
    /// Her name. For the eye only.
    pub name: Option<String>,
}

/// One audience or several.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(untagged))]
pub enum Audience {
    /// A string.
    One(String),
    /// An array of strings.
    Several(Vec<String>),
}

/// Seconds since 1970, as a JSON number (RFC 7519 §2). A fraction is cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumericDate(pub Timestamp);

/// What the token has to fit.
///
/// ```
/// # use mfa_core::external::{Audience, Claims, Expected, Issuer, Loopback, NumericDate, TokenRefusal, judge};
/// # use mfa_core::time::{Seconds, Timestamp};
/// # let issuer = Issuer::parse("https://id.acme.example", Loopback::Refused)?;
/// # let date = |seconds| Some(NumericDate(Timestamp(seconds)));
/// # let claims = Claims {
/// #     iss: Some("https://id.acme.example".into()),
/// #     sub: Some("24400320".into()),
/// #     aud: Some(Audience::One("edge-mfa".into())),
/// #     exp: date(1_800_000_300),
/// #     iat: date(1_800_000_000),
/// #     nonce: Some("n-0S6_WzA2Mj".into()),
/// #     ..Claims::default()
/// # };
/// let (asked_at, now) = (Timestamp(1_799_999_940), Timestamp(1_800_000_000));
/// let expected = Expected { issuer: &issuer, client_id: "edge-mfa", nonce: "n-0S6_WzA2Mj", asked_at, max_age: None };
/// assert!(judge(&claims, &expected, now).is_ok());
/// // A step-up asks for a fresh sign-in. To have asked for it is not enough: the token has to say that there was one.
/// let fresh = Expected { max_age: Some(Seconds::ZERO), ..expected };
/// assert_eq!(judge(&claims, &fresh, now), Err(TokenRefusal::AuthTimeMissing));
/// let yesterday = Claims { auth_time: date(1_799_913_600), ..claims };
/// assert_eq!(judge(&yesterday, &fresh, now), Err(TokenRefusal::AuthTimeTooOld));
/// # Ok::<(), mfa_core::external::AddressError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The tenant's provider.
    pub issuer: &'a Issuer,
    /// What we are called there.
    pub client_id: &'a str,
    /// What we sent along.
    pub nonce: &'a str,
    /// When we sent the person there.
    pub asked_at: Timestamp,
    /// How long before that she may have signed in. None: as long as the provider likes.
    pub max_age: Option<Seconds>,
}

/// What a good ID token proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Who it is.
    pub identity: Identity,
    /// When she signed in there. None when the provider does not say: then nothing is fresh.
    pub auth_time: Option<Timestamp>,
    /// What to show, never what to decide by.
    pub display: Option<String>,
}

/// The rules of OpenID Connect Core 1.0 §3.1.3.7.
///
/// ```
/// use mfa_core::external::{
///     Audience, Claims, Expected, Issuer, LEEWAY, Loopback, NumericDate, Proof, TokenRefusal, judge,
/// };
/// use mfa_core::time::Timestamp;
///
/// let issuer = Issuer::parse("https://id.acme.example", Loopback::Refused)?;
/// let (asked_at, now, ends) = (Timestamp(1_799_999_940), Timestamp(1_800_000_000), Timestamp(1_800_000_300));
/// let claims = Claims {
///     iss: Some("https://id.acme.example".into()),
///     sub: Some("24400320".into()),
///     aud: Some(Audience::One("edge-mfa".into())),
///     exp: Some(NumericDate(ends)),
///     iat: Some(NumericDate(now)),
///     nonce: Some("n-0S6_WzA2Mj".into()),
///     ..Claims::default()
/// };
/// let expected = Expected { issuer: &issuer, client_id: "edge-mfa", nonce: "n-0S6_WzA2Mj", asked_at, max_age: None };
/// let Proof { identity, auth_time, .. } = judge(&claims, &expected, now)?;
/// // The provider does not say when she signed in: she is who she is, and nothing is fresh.
/// assert_eq!((identity.subject.as_str(), auth_time), ("24400320", None));
/// // Somebody else's token, slipped into her sign-in; the same one, kept.
/// let hers = Expected { nonce: "bm9uY2Ugb2YgaGVycw", ..expected };
/// assert_eq!(judge(&claims, &hers, now), Err(TokenRefusal::NonceMismatch));
/// assert_eq!(judge(&claims, &expected, ends.saturating_add(LEEWAY)), Err(TokenRefusal::Expired));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The first rule that the token breaks.
pub fn judge(claims: &Claims, expected: &Expected<'_>, now: Timestamp) -> Result<Proof, TokenRefusal> {
    check_issuer(claims, expected.issuer)?;
    check_audience(claims, expected.client_id)?;
    check_times(claims, now)?;
    // Ours has 43 characters, so an empty one never fits.
    let nonce = claims.nonce.as_deref().ok_or(TokenRefusal::NonceMismatch)?;
    if expected.nonce.is_empty() || !bool::from(nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) {
        return Err(TokenRefusal::NonceMismatch);
    }
    let auth_time = check_auth_time(claims, expected, now)?;
    let subject = Subject::parse(claims.sub.as_deref().ok_or(TokenRefusal::ClaimMissing)?)?;
    let identity = Identity { issuer: expected.issuer.clone(), subject };
    Ok(Proof { identity, auth_time, display: display(claims) })
}

fn check_issuer(claims: &Claims, expected: &Issuer) -> Result<(), TokenRefusal> {
    let issuer = claims.iss.as_deref().ok_or(TokenRefusal::ClaimMissing)?;
    if issuer != expected.as_str() {
        return Err(TokenRefusal::IssuerMismatch);
    }
    match (expected.directory(), claims.tid.as_deref()) {
        (Some(directory), Some(tid)) if directory != tid => Err(TokenRefusal::DirectoryMismatch),
        _ => Ok(()),
    }
}

/// For us, and where there are others or it says to whom it was given, given to us.
fn check_audience(claims: &Claims, client_id: &str) -> Result<(), TokenRefusal> {
    let (is_for_us, is_for_others) = match claims.aud.as_ref().ok_or(TokenRefusal::ClaimMissing)? {
        Audience::One(one) => (one == client_id, false),
        Audience::Several(several) => {
            (several.iter().any(|one| one == client_id), several.iter().any(|one| one != client_id))
        }
    };
    if client_id.is_empty() || !is_for_us {
        return Err(TokenRefusal::AudienceMismatch);
    }
    match claims.azp.as_deref() {
        Some(party) if party == client_id => Ok(()),
        None if !is_for_others => Ok(()),
        _ => Err(TokenRefusal::PartyMismatch),
    }
}

/// `iat` may lie some minutes back: Entra ID dates its tokens five minutes early. What binds a token to this sign-in is
/// the nonce.
fn check_times(claims: &Claims, now: Timestamp) -> Result<(), TokenRefusal> {
    let NumericDate(expires_at) = claims.exp.ok_or(TokenRefusal::ClaimMissing)?;
    let NumericDate(issued_at) = claims.iat.ok_or(TokenRefusal::ClaimMissing)?;
    if now >= expires_at.saturating_add(LEEWAY) {
        return Err(TokenRefusal::Expired);
    }
    if is_ahead(issued_at, now) {
        return Err(TokenRefusal::IssuedAhead);
    }
    match claims.nbf {
        Some(NumericDate(begins_at)) if is_ahead(begins_at, now) => Err(TokenRefusal::NotYetValid),
        _ => Ok(()),
    }
}

/// Measured from when we asked, not from now: with `max_age` zero the person has to sign in after that.
fn check_auth_time(
    claims: &Claims,
    expected: &Expected<'_>,
    now: Timestamp,
) -> Result<Option<Timestamp>, TokenRefusal> {
    let auth_time = claims.auth_time.map(|NumericDate(time)| time);
    if auth_time.is_some_and(|time| is_ahead(time, now)) {
        return Err(TokenRefusal::AuthTimeAhead);
    }
    if let Some(max_age) = expected.max_age {
        let time = auth_time.ok_or(TokenRefusal::AuthTimeMissing)?;
        if time.saturating_add(max_age).saturating_add(LEEWAY) < expected.asked_at {
            return Err(TokenRefusal::AuthTimeTooOld);
        }
    }
    // A clock that is ahead within the leeway must not make a proof last longer.
    Ok(auth_time.map(|time| time.min(now)))
}

fn is_ahead(time: Timestamp, now: Timestamp) -> bool {
    time > now.saturating_add(LEEWAY)
}

/// A name to show: one line, no control or direction characters that could dress it up as something else.
fn display(claims: &Claims) -> Option<String> {
    const MAX_CHARACTERS: usize = 100;
    let given = [&claims.preferred_username, &claims.name];
    given.into_iter().flatten().find_map(|text| {
        let plain: String = text.trim().chars().filter(|c| !is_deceptive(*c)).take(MAX_CHARACTERS).collect();
        (!plain.is_empty()).then_some(plain)
    })
}

/// Control characters, and the invisible ones that change direction or join (Unicode TR 36 §3).
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for NumericDate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumericDateVisitor)
    }
}

#[cfg(feature = "serde")]
struct NumericDateVisitor;

#[cfg(feature = "serde")]
impl serde::de::Visitor<'_> for NumericDateVisitor {
    type Value = NumericDate;

    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("seconds since 1970")
    }

    fn visit_u64<E: serde::de::Error>(self, seconds: u64) -> Result<NumericDate, E> {
        Ok(NumericDate(Timestamp(seconds)))
    }

    fn visit_f64<E: serde::de::Error>(self, seconds: f64) -> Result<NumericDate, E> {
        // Up to here a double counts every second; a date that far is no date.
        const MAX: f64 = 9_007_199_254_740_992.0;
        if (0.0..MAX).contains(&seconds) {
            // Whole seconds below 2^53 fit.
            Ok(NumericDate(Timestamp(seconds as u64)))
        } else {
            Err(E::custom("not a date"))
        }
    }
}
