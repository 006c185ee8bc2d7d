//! The token of a sign-in that an application vouched for: `mfav.<member>.<application>.<nonce>.<random>.<tag>`.
//!
//! Another kind than the cookie of our own sign-ins, so neither parses in the other's place; and the tag covers the
//! application, so what one began no other goes on with.

use mfa_core::member::TokenDigest;
use mfa_core::tenant::application::ApplicationId;
use zeroize::Zeroizing;

use crate::error::Problem;
use crate::object_ref::MemberName;
use crate::runtime::KeyRing;
use crate::token::{self, TokenSecret};

const PREFIX: &str = "mfav";
/// The longest nonce, in characters.
const LONGEST_NONCE: usize = 64;

/// What the application wants to find in the answer again; empty where it wants nothing.
#[derive(Clone, Default)]
pub(crate) struct Nonce(String);

impl Nonce {
    /// Up to 64 letters, digits, `_` and `-`.
    pub(crate) fn parse(text: &str) -> Option<Nonce> {
        let well_formed = text.len() <= LONGEST_NONCE
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        well_formed.then(|| Nonce(text.to_owned()))
    }

    /// What was sent, if something was.
    pub(crate) fn shown(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|text| !text.is_empty())
    }
}

/// A token that carries our tag. Whether the sign-in lives, the member's object knows.
pub(crate) struct VouchedToken {
    pub(crate) member: MemberName,
    pub(crate) application: ApplicationId,
    pub(crate) nonce: Nonce,
    pub(crate) digest: TokenDigest,
}

/// Writes one.
pub(crate) fn write(
    tenant: &str,
    member: &MemberName,
    application: ApplicationId,
    nonce: &Nonce,
    secret: &TokenSecret,
    keys: &KeyRing,
) -> Result<Zeroizing<String>, Problem> {
    let body = Zeroizing::new(format!("{PREFIX}.{}.{application}.{}.{}", member.as_str(), nonce.0, secret.expose()));
    token::tagged(tenant, &body, keys)
}

/// Reads one of this tenant. `None` for anything else.
pub(crate) fn read(tenant: &str, text: &str, keys: &KeyRing) -> Option<VouchedToken> {
    let body = token::untagged(tenant, text, keys)?;
    let mut parts = body.split('.');
    if parts.next()? != PREFIX {
        return None;
    }
    let member = MemberName::parse(parts.next()?)?;
    let application = ApplicationId::parse(parts.next()?)?;
    let nonce = Nonce::parse(parts.next()?)?;
    let secret = TokenSecret::from_text(parts.next()?.to_owned());
    parts.next().is_none().then(|| VouchedToken { member, application, nonce, digest: secret.digest() })
}
