//! What is stored of a recovery key: HMAC-SHA-256 under a key of the tenant.
//!
//! 115 random bits need no slow hash. The key makes the stored digests useless
//! on their own, and dead at once when it is destroyed.

use alloc::string::String;
use core::fmt;

use hmac::Mac;
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::symbol;
use crate::hotp::keyed;

const DIGEST_BYTES: usize = 32;

/// The key under which recovery keys are digested: 256 bits, one for each
/// tenant and epoch. Wiped when dropped.
///
/// ```
/// use mfa_core::recovery::{RecoveryDigestKey, RecoveryKey};
///
/// let (old, new) = (RecoveryDigestKey::from_bytes([7; 32]), RecoveryDigestKey::from_bytes([8; 32]));
/// let key = RecoveryKey::parse("008J4-CT4AN-K7F24-SNAXW-SQFVK")?;
/// // With the key of its epoch gone, no stored digest is anybody's.
/// assert_ne!(key.digest(&old, b"anna"), key.digest(&new, b"anna"));
/// assert_eq!(format!("{old:?}"), "RecoveryDigestKey(redacted)");
/// # Ok::<(), mfa_core::recovery::RecoveryKeyError>(())
/// ```
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryDigestKey([u8; 32]);

impl RecoveryDigestKey {
    /// Takes the key's bytes over; the copy passed in is wiped.
    #[must_use]
    pub fn from_bytes(mut bytes: [u8; 32]) -> Self {
        let key = Self(bytes);
        bytes.zeroize();
        key
    }
}

impl fmt::Debug for RecoveryDigestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryDigestKey(redacted)")
    }
}

/// The digest of a recovery key, or of the group that proves its backup.
///
/// Compared in constant time; printed as `RecoveryDigest(redacted)`; stored as
/// 64 lower-case hexadecimal digits.
///
/// ```
/// use mfa_core::recovery::{RecoveryDigest, RecoveryDigestError};
///
/// let digest = RecoveryDigest::from_bytes([0xa1; 32]);
/// assert_eq!(RecoveryDigest::from_bytes(*digest.as_bytes()), digest);
/// let stored = digest.to_hex();
/// assert_eq!(RecoveryDigest::from_hex(&stored), Ok(digest));
/// // One spelling only: two rows are never the same digest written differently.
/// assert_eq!(RecoveryDigest::from_hex(&stored.to_uppercase()), Err(RecoveryDigestError));
/// ```
#[derive(Clone, Copy)]
pub struct RecoveryDigest([u8; DIGEST_BYTES]);

impl RecoveryDigest {
    /// `HMAC-SHA-256(key, label || len(context) || context || symbols)`,
    /// the length as 64 bits, big-endian, the symbols as canonical ASCII. Labels
    /// are all of one length and each has symbols of one length, so no
    /// two different inputs run into the same bytes.
    pub(super) fn new(key: &RecoveryDigestKey, label: &[u8; 24], context: &[u8], symbols: &[u8]) -> Self {
        let mut mac = keyed::<Sha256>(&key.0)
            .chain_update(label)
            .chain_update((context.len() as u64).to_be_bytes())
            .chain_update(context);
        for &value in symbols {
            mac.update(&[symbol::canonical(value)]);
        }
        Self(mac.finalize().into_bytes().into())
    }

    /// A digest that was stored as bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; DIGEST_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be stored.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; DIGEST_BYTES] {
        &self.0
    }

    /// Reads what was stored as text: exactly 64 hexadecimal digits, lower case.
    ///
    /// # Errors
    /// [`RecoveryDigestError`] for anything else.
    pub fn from_hex(text: &str) -> Result<Self, RecoveryDigestError> {
        if text.len() != 2 * DIGEST_BYTES {
            return Err(RecoveryDigestError);
        }
        let mut nibbles = text.bytes().map(hex_value);
        let mut bytes = [0; DIGEST_BYTES];
        for byte in &mut bytes {
            let (Some(Some(high)), Some(Some(low))) = (nibbles.next(), nibbles.next()) else {
                return Err(RecoveryDigestError);
            };
            *byte = (high << 4) | low;
        }
        Ok(Self(bytes))
    }

    /// The digest as 64 hexadecimal digits, lower case, to be stored.
    #[must_use]
    pub fn to_hex(&self) -> String {
        let nibbles = self.0.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
        nibbles.filter_map(|nibble| char::from_digit(u32::from(nibble), 16)).collect()
    }
}

const fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl ConstantTimeEq for RecoveryDigest {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl PartialEq for RecoveryDigest {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for RecoveryDigest {}

impl fmt::Debug for RecoveryDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryDigest(redacted)")
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for RecoveryDigest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_hex())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for RecoveryDigest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Hex;

        impl serde::de::Visitor<'_> for Hex {
            type Value = RecoveryDigest;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("64 lower-case hexadecimal digits")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<RecoveryDigest, E> {
                // Not `invalid_value`: that would quote the text.
                RecoveryDigest::from_hex(text).map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Hex)
    }
}

/// A text that is not a stored [`RecoveryDigest`]. Never holds any of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoveryDigestError;

impl fmt::Display for RecoveryDigestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a digest is 64 lower-case hexadecimal digits")
    }
}

impl core::error::Error for RecoveryDigestError {}
