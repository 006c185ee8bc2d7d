//! Tokens: 256 random bits with a typed prefix, the name of the object that knows them, and a tag of ours.
//!
//! `mfap.<member>.<random>.<tag>`. The random part proves; the object that keeps its SHA-256 decides. The tag only
//! keeps forgeries away from the objects: it covers the kind and the tenant, so a token of one kind or tenant in the
//! place of another does not parse (C02, C05, C17), and nobody can make us wake an object that we did not name.

use base64ct::{Base64UrlUnpadded, Encoding};
use mfa_core::member::{DeviceId, PresentedDevice, TokenDigest};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::Problem;
use crate::object_ref::MemberName;
use crate::runtime::{self, KeyRing};
use crate::seal::hmac_sha256;

const TAG: usize = 16;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Right password, something still owed.
    Pending,
    /// A remembered device.
    Device,
    /// An invitation.
    Invitation,
    /// A link to choose another password.
    PasswordLink,
    /// A code by which an application is told who somebody is.
    AuthorizationCode,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Kind::Pending => "mfap",
            Kind::Device => "mfad",
            Kind::Invitation => "mfai",
            Kind::PasswordLink => "mfal",
            Kind::AuthorizationCode => "mfac",
        }
    }
}

/// The random part, as text; shown to its owner once, kept nowhere.
#[derive(Clone)]
pub(crate) struct TokenSecret(Zeroizing<String>);

impl TokenSecret {
    /// A fresh one.
    pub(crate) fn generate() -> Result<TokenSecret, Problem> {
        let bytes: Zeroizing<[u8; 32]> = Zeroizing::new(runtime::random()?);
        Ok(TokenSecret(Zeroizing::new(Base64UrlUnpadded::encode_string(bytes.as_slice()))))
    }

    /// One that was written down by its own [`TokenSecret::expose`].
    pub(crate) fn from_text(text: String) -> TokenSecret {
        TokenSecret(Zeroizing::new(text))
    }

    /// What is stored of it.
    pub(crate) fn digest(&self) -> TokenDigest {
        TokenDigest(Sha256::digest(self.0.as_bytes()).into())
    }

    /// The text, to hand to its owner.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

/// A token that carries our tag: what it says about where it belongs is ours. Whether it is alive, its object knows.
pub(crate) struct Token {
    pub(crate) member: MemberName,
    pub(crate) digest: TokenDigest,
    device: Option<DeviceId>,
}

impl Token {
    /// The device that a device's token names.
    pub(crate) fn presented_device(&self) -> Option<PresentedDevice> {
        Some(PresentedDevice { id: self.device?, token: self.digest })
    }

    /// Writes a token.
    pub(crate) fn write(
        kind: Kind,
        tenant: &str,
        member: &MemberName,
        device: Option<DeviceId>,
        secret: &TokenSecret,
        keys: &KeyRing,
    ) -> Result<Zeroizing<String>, Problem> {
        let device = device.map(|device| format!("{:016x}.", u64::from_be_bytes(device.0))).unwrap_or_default();
        let body = Zeroizing::new(format!("{}.{}.{device}{}", kind.prefix(), member.as_str(), secret.expose()));
        tagged(tenant, &body, keys)
    }

    /// Reads a token of this kind and tenant. `None` for anything else.
    pub(crate) fn read(kind: Kind, tenant: &str, text: &str, keys: &KeyRing) -> Option<Token> {
        let body = untagged(tenant, text, keys)?;
        let mut parts = body.split('.');
        if parts.next()? != kind.prefix() {
            return None;
        }
        let member = MemberName::parse(parts.next()?)?;
        let device = match kind {
            Kind::Device => Some(DeviceId(u64::from_str_radix(parts.next()?, 16).ok()?.to_be_bytes())),
            Kind::Pending | Kind::Invitation | Kind::PasswordLink | Kind::AuthorizationCode => None,
        };
        let secret = TokenSecret::from_text(parts.next()?.to_owned());
        parts.next().is_none().then(|| Token { member, digest: secret.digest(), device })
    }
}

/// A link to a page with a token in its fragment: no server, log or Referer sees it there.
pub(crate) fn link(origin: &str, tenant: &str, page: &str, token: &str) -> String {
    format!("{origin}/t/{tenant}/{page}#{token}")
}

/// A text with our tag behind it.
pub(crate) fn tagged(tenant: &str, body: &str, keys: &KeyRing) -> Result<Zeroizing<String>, Problem> {
    Ok(tagged_under(tenant, body, &keys.newest()?.bytes))
}

/// The same under one key.
pub(crate) fn tagged_under(tenant: &str, body: &str, key: &[u8; 32]) -> Zeroizing<String> {
    Zeroizing::new(format!("{body}.{}", Base64UrlUnpadded::encode_string(&tag(tenant, body, key))))
}

/// What the tag is behind, if it is ours and of this tenant.
pub(crate) fn untagged<'a>(tenant: &str, text: &'a str, keys: &KeyRing) -> Option<&'a str> {
    keys.all().find_map(|key| untagged_under(tenant, text, &key.bytes))
}

/// The same under one key.
pub(crate) fn untagged_under<'a>(tenant: &str, text: &'a str, key: &[u8; 32]) -> Option<&'a str> {
    if text.len() > 256 {
        return None;
    }
    let (body, given) = text.rsplit_once('.')?;
    let mut decoded = [0; TAG];
    let given = Base64UrlUnpadded::decode(given, &mut decoded).ok()?;
    bool::from(tag(tenant, body, key).ct_eq(given)).then_some(body)
}

fn tag(tenant: &str, body: &str, key: &[u8; 32]) -> [u8; TAG] {
    let full = hmac_sha256(key, &[b"edge-mfa token v1\0", tenant.as_bytes(), b"\0", body.as_bytes()]);
    let mut tag = [0; TAG];
    for (place, byte) in tag.iter_mut().zip(full) {
        *place = byte;
    }
    tag
}
