//! Sealing at rest: a key-encryption key wraps each tenant's data key, the data key seals each secret.
//!
//! XChaCha20-Poly1305 with random 192-bit nonces: no counter to keep, no limit to reach. Associated data names the
//! purpose, the format, the tenant, the member, the generation and the epoch, so that a record moved elsewhere does
//! not open (G15). What does not open is refused and alarmed by the caller, never taken for "nothing there".

#[cfg(test)]
mod tests;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use mfa_core::member::{Generation, GuardedSecret, SecretPurpose};
use mfa_core::recovery::RecoveryDigestKey;
use mfa_core::secret::Secret;
use mfa_core::tenant::{Epoch, WrappedDataKey};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::Problem;
use crate::runtime::{self, KeyRing};

const NONCE: usize = 24;

/// A tenant's key for one epoch, open.
pub(crate) struct DataKey(Zeroizing<[u8; 32]>);

impl DataKey {
    /// A fresh one.
    pub(crate) fn generate() -> Result<DataKey, Problem> {
        Ok(DataKey(Zeroizing::new(runtime::random()?)))
    }

    /// Wraps it under the newest key-encryption key.
    pub(crate) fn wrap(&self, ring: &KeyRing, tenant: &str, epoch: Epoch) -> Result<WrappedDataKey, Problem> {
        let key = ring.newest()?;
        let sealed = seal(&key.bytes, self.0.as_slice(), &wrapping_context(&key.id, tenant, epoch))?;
        Ok(WrappedDataKey(format!("{}.{sealed}", key.id)))
    }

    /// Opens one that was wrapped under any listed key-encryption key.
    pub(crate) fn unwrap(wrapped: &WrappedDataKey, ring: &KeyRing, tenant: &str, epoch: Epoch) -> Option<DataKey> {
        let (id, sealed) = wrapped.0.split_once('.')?;
        let plain = open(&ring.named(id)?.bytes, sealed, &wrapping_context(id, tenant, epoch))?;
        let bytes: [u8; 32] = plain.as_slice().try_into().ok()?;
        Some(DataKey(Zeroizing::new(bytes)))
    }

    /// Whether it is wrapped under the newest key-encryption key.
    pub(crate) fn is_newest(wrapped: &WrappedDataKey, ring: &KeyRing) -> Result<bool, Problem> {
        is_newest(&wrapped.0, ring)
    }

    /// The key that recovery keys are digested under.
    pub(crate) fn recovery_digest_key(&self) -> RecoveryDigestKey {
        RecoveryDigestKey::from_bytes(*self.derive(b"edge-mfa recovery-key digests v1"))
    }

    fn sealing_key(&self) -> Zeroizing<[u8; 32]> {
        self.derive(b"edge-mfa totp secrets v1")
    }

    /// A key of its own for each purpose. The data key is uniform, so one HMAC is a sound derivation (RFC 5869 §3.3).
    fn derive(&self, purpose: &[u8]) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(hmac_sha256(self.0.as_slice(), &[purpose]))
    }
}

/// Whose secret it is: the associated data.
pub(crate) struct SecretContext<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) member: &'a str,
    pub(crate) generation: Generation,
    pub(crate) epoch: Epoch,
}

impl SecretContext<'_> {
    fn bytes(&self, purpose: SecretPurpose) -> Vec<u8> {
        let purpose = match purpose {
            SecretPurpose::Authenticator => "authenticator",
            SecretPurpose::Enrolment => "enrolment",
        };
        let generation = self.generation.0.to_string();
        let epoch = self.epoch.0.to_string();
        context(&["edge-mfa totp secret v1", purpose, self.tenant, self.member, &generation, &epoch])
    }

    /// What recovery keys' digests are bound to.
    pub(crate) fn recovery_keys(&self) -> Vec<u8> {
        let generation = self.generation.0.to_string();
        let epoch = self.epoch.0.to_string();
        context(&[self.tenant, self.member, &generation, &epoch])
    }

    /// Opens a sealed secret in place. `false` when it does not open: it then stays sealed.
    pub(crate) fn open(&self, key: &DataKey, purpose: SecretPurpose, secret: &mut GuardedSecret) -> bool {
        let GuardedSecret::Sealed(text) = &*secret else {
            return true;
        };
        let plain = open(&key.sealing_key(), text, &self.bytes(purpose));
        match plain.and_then(|plain| Secret::from_bytes(&plain).ok()) {
            Some(open) => {
                *secret = GuardedSecret::Open(open);
                true
            }
            None => false,
        }
    }

    /// Seals an open secret in place, under a fresh nonce.
    pub(crate) fn seal(
        &self,
        key: &DataKey,
        purpose: SecretPurpose,
        secret: &mut GuardedSecret,
    ) -> Result<(), Problem> {
        if let GuardedSecret::Open(plain) = &*secret {
            let text = seal(&key.sealing_key(), plain.expose(), &self.bytes(purpose))?;
            *secret = GuardedSecret::Sealed(text);
        }
        Ok(())
    }
}

/// HMAC-SHA-256 over the concatenation of `parts`.
pub(crate) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // Any length of key is valid for HMAC (RFC 2104 §2), so the fallback is never taken; it is a dead key, not a panic.
    let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key) else {
        return [0; 32];
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Seals `plain` under a fresh nonce; base64url of nonce and ciphertext.
pub(crate) fn seal(key: &[u8; 32], plain: &[u8], context: &[u8]) -> Result<String, Problem> {
    seal_under(runtime::random()?, key, plain, context)
}

fn seal_under(nonce: [u8; NONCE], key: &[u8; 32], plain: &[u8], context: &[u8]) -> Result<String, Problem> {
    let payload = Payload { msg: plain, aad: context };
    let sealed = XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| Problem::alarm("sealing failed"))?;
    Ok(Base64UrlUnpadded::encode_string(&[&nonce[..], &sealed].concat()))
}

/// Opens what [`seal`] sealed under the same key and context.
pub(crate) fn open(key: &[u8; 32], text: &str, context: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = Base64UrlUnpadded::decode_vec(text).ok()?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
    let payload = Payload { msg: sealed, aad: context };
    let plain = XChaCha20Poly1305::new(key.into()).decrypt(&XNonce::from(*nonce), payload).ok()?;
    Some(Zeroizing::new(plain))
}

/// Seals a link that opens something, on its way into a notice.
pub(crate) fn seal_link(link: &str, ring: &KeyRing, tenant: &str) -> Result<String, Problem> {
    let key = ring.newest()?;
    let sealed = seal(&key.bytes, link.as_bytes(), &link_context(&key.id, tenant))?;
    Ok(format!("{}.{sealed}", key.id))
}

/// Opens what [`seal_link`] sealed.
pub(crate) fn open_link(text: &str, ring: &KeyRing, tenant: &str) -> Option<String> {
    let (id, sealed) = text.split_once('.')?;
    let plain = open(&ring.named(id)?.bytes, sealed, &link_context(id, tenant))?;
    String::from_utf8(plain.to_vec()).ok()
}

/// Seals the secret that the tenant's external provider knows us by.
pub(crate) fn seal_client_secret(secret: &str, ring: &KeyRing, tenant: &str) -> Result<String, Problem> {
    let key = ring.newest()?;
    let sealed = seal(&key.bytes, secret.as_bytes(), &client_secret_context(&key.id, tenant))?;
    Ok(format!("{}.{sealed}", key.id))
}

/// Opens what [`seal_client_secret`] sealed.
pub(crate) fn open_client_secret(text: &str, ring: &KeyRing, tenant: &str) -> Option<Zeroizing<String>> {
    let (id, sealed) = text.split_once('.')?;
    let plain = open(&ring.named(id)?.bytes, sealed, &client_secret_context(id, tenant))?;
    String::from_utf8(plain.to_vec()).ok().map(Zeroizing::new)
}

/// Seals the private half of a tenant's signing key.
pub(crate) fn seal_signing_key(private: &str, ring: &KeyRing, tenant: &str, kid: &str) -> Result<String, Problem> {
    let key = ring.newest()?;
    let sealed = seal(&key.bytes, private.as_bytes(), &signing_key_context(&key.id, tenant, kid))?;
    Ok(format!("{}.{sealed}", key.id))
}

/// Opens what [`seal_signing_key`] sealed.
pub(crate) fn open_signing_key(text: &str, ring: &KeyRing, tenant: &str, kid: &str) -> Option<Zeroizing<String>> {
    let (id, sealed) = text.split_once('.')?;
    let plain = open(&ring.named(id)?.bytes, sealed, &signing_key_context(id, tenant, kid))?;
    String::from_utf8(plain.to_vec()).ok().map(Zeroizing::new)
}

/// Whether something is sealed under the newest key of the ring.
pub(crate) fn is_newest(text: &str, ring: &KeyRing) -> Result<bool, Problem> {
    let newest = &ring.newest()?.id;
    Ok(text.split_once('.').is_some_and(|(id, _)| id == newest))
}

/// Base64 with padding, as web hooks are signed in.
pub(crate) fn base64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

fn link_context(key_id: &str, tenant: &str) -> Vec<u8> {
    context(&["edge-mfa link v1", key_id, tenant])
}

fn client_secret_context(key_id: &str, tenant: &str) -> Vec<u8> {
    context(&["edge-mfa client secret v1", key_id, tenant])
}

fn signing_key_context(key_id: &str, tenant: &str, kid: &str) -> Vec<u8> {
    context(&["edge-mfa signing key v1", key_id, tenant, kid])
}

fn wrapping_context(key_id: &str, tenant: &str, epoch: Epoch) -> Vec<u8> {
    context(&["edge-mfa data key v1", key_id, tenant, &epoch.0.to_string()])
}

/// Parts with their lengths, so that no two lists of parts give the same bytes.
pub(crate) fn context(parts: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}
