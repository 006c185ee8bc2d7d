//! Keys of applications: `mfak.<application>.<random>.<tag>`, for software that asks on its own behalf.
//!
//! As with every token the random part proves and the tenant's object, which keeps its SHA-256, decides; the tag keeps
//! forgeries away from it. An application's key lives for as long as its owner likes, so its tag is made with what is
//! never rotated: a new token key ends sessions and links, not the software of every tenant.

use mfa_core::member::TokenDigest;
use mfa_core::tenant::application::ApplicationId;
use zeroize::Zeroizing;

use crate::runtime::Secrets;
use crate::seal::hmac_sha256;
use crate::token::{self, TokenSecret};

const PREFIX: &str = "mfak";

/// A key that carries our tag. Whether it lives, its tenant's object knows.
#[derive(Clone, Copy)]
pub(crate) struct PresentedKey {
    pub(crate) application: ApplicationId,
    pub(crate) digest: TokenDigest,
}

/// Writes a key, to be shown once.
pub(crate) fn write(
    tenant: &str,
    application: ApplicationId,
    secret: &TokenSecret,
    secrets: &Secrets,
) -> Zeroizing<String> {
    let body = Zeroizing::new(format!("{PREFIX}.{application}.{}", secret.expose()));
    token::tagged_under(tenant, &body, &tagging_key(secrets))
}

/// Reads one of this tenant. `None` for anything else.
pub(crate) fn read(tenant: &str, text: &str, secrets: &Secrets) -> Option<PresentedKey> {
    let body = token::untagged_under(tenant, text, &tagging_key(secrets))?;
    let mut parts = body.split('.');
    if parts.next()? != PREFIX {
        return None;
    }
    let application = ApplicationId::parse(parts.next()?)?;
    let secret = TokenSecret::from_text(parts.next()?.to_owned());
    parts.next().is_none().then(|| PresentedKey { application, digest: secret.digest() })
}

fn tagging_key(secrets: &Secrets) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(hmac_sha256(secrets.naming.as_slice(), &[b"edge-mfa application keys v1"]))
}
