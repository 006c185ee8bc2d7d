//! An ID token's form: a signed token in the compact serialization (RFC 7515 §3.1).

use base64ct::{Base64UrlUnpadded, Encoding};
use mfa_core::external::{Claims, Header};
use zeroize::Zeroizing;

use super::fetch::object;
use super::refused::Refused;

/// The longest that is taken. Entra ID's grow with groups to some 8 KB.
const MAX_BYTES: usize = 16 * 1024;

/// A token in its three parts. Only the header is read before the signature is checked.
pub(crate) struct IdToken<'a> {
    pub(crate) header: Header,
    /// What is signed: header and claims, as they were sent.
    pub(crate) signed: &'a str,
    pub(crate) signature: Vec<u8>,
    claims: &'a str,
}

impl<'a> IdToken<'a> {
    /// Reads one.
    pub(crate) fn parse(text: &'a str) -> Result<IdToken<'a>, Refused> {
        if text.len() > MAX_BYTES {
            return Err(Refused::TokenUnreadable);
        }
        // Exactly three parts: five are an encrypted token's.
        let parts = text.rsplit_once('.').and_then(|(signed, signature)| {
            let (header, claims) = signed.split_once('.')?;
            (!claims.contains('.')).then_some((signed, header, claims, signature))
        });
        let (signed, header, claims, signature) = parts.ok_or(Refused::TokenUnreadable)?;
        let header = object::<Header>(&decoded(header)?).ok_or(Refused::TokenUnreadable)?;
        let signature = Base64UrlUnpadded::decode_vec(signature).map_err(|_| Refused::TokenUnreadable)?;
        Ok(IdToken { header, signed, signature, claims })
    }

    /// What it claims. Ask after the signature.
    pub(crate) fn claims(&self) -> Result<Claims, Refused> {
        object(&decoded(self.claims)?).ok_or(Refused::TokenUnreadable)
    }
}

fn decoded(part: &str) -> Result<Zeroizing<Vec<u8>>, Refused> {
    let bytes = Base64UrlUnpadded::decode_vec(part).map_err(|_| Refused::TokenUnreadable)?;
    Ok(Zeroizing::new(bytes))
}
