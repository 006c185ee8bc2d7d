//! HOTP: an HMAC-based one-time passcode (RFC 4226), over SHA-1, SHA-256 or SHA-512.

mod hmac_sha1;
#[cfg(test)]
mod tests;

use core::fmt;

use hmac::digest::Digest;
use hmac::digest::common::{Key, KeySizeUser};
#[cfg(feature = "sha2-codes")]
use hmac::digest::{Mac, Output};
use hmac::{EagerHash, Hmac, KeyInit};
#[cfg(feature = "sha2-codes")]
use sha2::{Sha256, Sha512};
use zeroize::Zeroize;

use crate::passcode::{Digits, Passcode};
use crate::secret::Secret;
use hmac_sha1::HmacSha1;

/// The hash under the HMAC: SHA-1 by RFC 4226, the others by RFC 6238 §1.2.
///
/// Apps agree on SHA-1 only; several ignore the parameter and compute SHA-1
/// whatever it says. The others are for secrets made elsewhere. That SHA-1 is
/// broken for collisions does not touch HMAC (RFC 4226 appendix B.2, RFC 6194 §3.3).
///
/// ```
/// use mfa_core::hotp::{Algorithm, hotp};
/// use mfa_core::passcode::Digits;
/// use mfa_core::secret::Secret;
///
/// // RFC 6238 appendix B, SHA-256 at 59 s, which is step 1.
/// let secret = Secret::from_bytes(b"12345678901234567890123456789012")?;
/// assert_eq!(*hotp(&secret, 1, Digits::Eight, Algorithm::Sha256).display(), "46119246");
/// assert_eq!(Algorithm::default(), Algorithm::Sha1);
/// # Ok::<(), mfa_core::secret::SecretError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Algorithm {
    /// HMAC-SHA-1: ours.
    #[default]
    #[cfg_attr(feature = "serde", serde(rename = "SHA1"))]
    Sha1,
    /// HMAC-SHA-256.
    #[cfg(feature = "sha2-codes")]
    #[cfg_attr(feature = "serde", serde(rename = "SHA256"))]
    Sha256,
    /// HMAC-SHA-512.
    #[cfg(feature = "sha2-codes")]
    #[cfg_attr(feature = "serde", serde(rename = "SHA512"))]
    Sha512,
}

/// The passcode for one counter value: `HOTP(K, C)` of RFC 4226 §5.3.
///
/// For several counters of one secret make a [`HotpKey`] once.
///
/// ```
/// use mfa_core::hotp::{Algorithm, hotp};
/// use mfa_core::passcode::Digits;
/// use mfa_core::secret::Secret;
///
/// // RFC 4226 appendix D.
/// let secret = Secret::from_bytes(b"12345678901234567890")?;
/// assert_eq!(*hotp(&secret, 0, Digits::Six, Algorithm::Sha1).display(), "755224");
/// assert_eq!(*hotp(&secret, 1, Digits::Six, Algorithm::Sha1).display(), "287082");
/// # Ok::<(), mfa_core::secret::SecretError>(())
/// ```
#[must_use]
pub fn hotp(secret: &Secret, counter: u64, digits: Digits, algorithm: Algorithm) -> Passcode {
    HotpKey::new(secret, algorithm).passcode(counter, digits)
}

/// A secret made ready: both pads of the HMAC are hashed already, which is half
/// of the work. Each passcode then costs two compressions. Wiped when dropped.
///
/// ```
/// use mfa_core::hotp::{Algorithm, HotpKey};
/// use mfa_core::passcode::{Digits, Passcode};
/// use mfa_core::secret::Secret;
///
/// let key = HotpKey::new(&Secret::from_bytes(b"12345678901234567890")?, Algorithm::Sha1);
/// let typed = Passcode::parse("338314", Digits::Six)?;
/// // A token with a button: next is counter 2, but she pressed it twice on the way. Look a few ahead (RFC 4226 §7.4),
/// // then go on after the one that was found, never at it.
/// let found = (2..=6).find(|counter| key.passcode(*counter, Digits::Six) == typed);
/// assert_eq!(found, Some(4));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct HotpKey(KeyedHmac);

#[derive(Clone)]
enum KeyedHmac {
    Sha1(HmacSha1),
    #[cfg(feature = "sha2-codes")]
    Sha256(Hmac<Sha256>),
    #[cfg(feature = "sha2-codes")]
    Sha512(Hmac<Sha512>),
}

impl HotpKey {
    /// Prepares `secret` for `algorithm`.
    #[must_use]
    pub fn new(secret: &Secret, algorithm: Algorithm) -> Self {
        let bytes = secret.expose();
        Self(match algorithm {
            Algorithm::Sha1 => KeyedHmac::Sha1(HmacSha1::new(bytes)),
            #[cfg(feature = "sha2-codes")]
            Algorithm::Sha256 => KeyedHmac::Sha256(keyed(bytes)),
            #[cfg(feature = "sha2-codes")]
            Algorithm::Sha512 => KeyedHmac::Sha512(keyed(bytes)),
        })
    }

    /// The passcode for one counter value. Allocates nothing.
    #[must_use]
    pub fn passcode(&self, counter: u64, digits: Digits) -> Passcode {
        let [passcode] = self.passcodes([counter], digits);
        passcode
    }

    /// The passcodes for several counter values, in less time than one by one.
    pub(crate) fn passcodes<const N: usize>(&self, counters: [u64; N], digits: Digits) -> [Passcode; N] {
        let truncated = match &self.0 {
            KeyedHmac::Sha1(key) => key.macs(counters).map(|mac| truncated(&mac)),
            #[cfg(feature = "sha2-codes")]
            KeyedHmac::Sha256(key) => counters.map(|counter| truncated(&mac(key, counter))),
            #[cfg(feature = "sha2-codes")]
            KeyedHmac::Sha512(key) => counters.map(|counter| truncated(&mac(key, counter))),
        };
        truncated.map(|truncated| Passcode::from_truncated(truncated, digits))
    }
}

impl fmt::Debug for HotpKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HotpKey(redacted)")
    }
}

/// An HMAC with its key set, for a key of any length (RFC 2104 §2: a key longer
/// than a block is hashed, a shorter one is filled up with zeros).
///
/// It is done here because `Hmac::new` takes a whole block and cannot fail,
/// while `new_from_slice` returns an error that never comes.
pub(crate) fn keyed<D>(key: &[u8]) -> Hmac<D>
where
    D: EagerHash + Digest,
    Hmac<D>: KeyInit,
{
    let mut block = Key::<Hmac<D>>::default();
    if key.len() > Hmac::<D>::key_size() {
        copy(&mut block, &D::digest(key));
    } else {
        copy(&mut block, key);
    }
    let mac = Hmac::new(&block);
    block.zeroize();
    mac
}

fn copy(to: &mut [u8], from: &[u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

#[cfg(feature = "sha2-codes")]
fn mac<M: Mac + Clone>(keyed: &M, counter: u64) -> Output<M> {
    keyed.clone().chain_update(counter.to_be_bytes()).finalize().into_bytes()
}

/// Dynamic truncation, `DT` of RFC 4226 §5.3: 31 bits from the place that the
/// last four bits of the MAC name. The last possible place ends within the 20
/// bytes of SHA-1, so always four bytes are there.
fn truncated(mac: &[u8]) -> u32 {
    let place = mac.last().map_or(0, |last| usize::from(last & 0x0f));
    let mut bits = [0; 4];
    copy(&mut bits, mac.get(place..).unwrap_or_default());
    u32::from_be_bytes(bits) & 0x7fff_ffff
}
