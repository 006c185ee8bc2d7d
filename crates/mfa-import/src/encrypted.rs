//! AES-128-CBC with a MAC over the ciphertext: Fernet's tokens, and the values of PSKC (RFC 6030 §6).

use aes::Aes128;
use base64ct::{Base64Url, Encoding};
use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::Unreadable;

/// A Fernet token: version, time, IV, ciphertext, HMAC-SHA-256 over all of it.
pub(crate) fn fernet(token: &str, key: &str) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
    let key = Base64Url::decode_vec(key.trim()).map(Zeroizing::new).map_err(|_| Unreadable::KeyMalformed)?;
    let (mac_key, key) = key.split_at_checked(16).filter(|(_, key)| key.len() == 16).ok_or(Unreadable::KeyMalformed)?;
    let token = Base64Url::decode_vec(token.trim()).map_err(|_| Unreadable::DoesNotOpen)?;
    let (covered, tag) = token.split_at_checked(token.len().saturating_sub(32)).ok_or(Unreadable::DoesNotOpen)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(mac_key).map_err(|_| Unreadable::KeyMalformed)?;
    mac.update(covered);
    mac.verify_slice(tag).map_err(|_| Unreadable::DoesNotOpen)?;
    let sealed = covered.get(9..).filter(|_| covered.first() == Some(&0x80)).ok_or(Unreadable::DoesNotOpen)?;
    aes_128_cbc(key, sealed).ok_or(Unreadable::DoesNotOpen)
}

/// IV and ciphertext, padded. Only after its MAC has been looked at.
pub(crate) fn aes_128_cbc(key: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (iv, ciphertext) = sealed.split_at_checked(16)?;
    let decryptor = Decryptor::<Aes128>::new_from_slices(key, iv).ok()?;
    decryptor.decrypt_padded_vec::<Pkcs7>(ciphertext).ok().map(Zeroizing::new)
}
