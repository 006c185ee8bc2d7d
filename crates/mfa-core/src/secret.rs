//! The secret that an authenticator app and the verifier share.

use alloc::vec::Vec;
use core::fmt;

use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, Zeroizing};

use crate::base32::{self, Base32Error};

/// The shared secret `K` of RFC 4226 §5.1: from 10 to 128 bytes.
///
/// Wiped when dropped, compared in constant time, and printed as
/// `Secret(redacted)`. The one way out is [`Secret::expose`].
///
/// ```
/// use mfa_core::secret::Secret;
///
/// # fn from_generator() -> [u8; 20] { *b"12345678901234567890" }
/// let random: [u8; Secret::OUR_BYTES] = from_generator();
/// let secret = Secret::from_random(random);
/// assert_eq!(*secret.to_base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
/// assert_eq!(format!("{secret:?}"), "Secret(redacted)");
/// // To be sealed before it is stored, and back.
/// assert_eq!(Secret::from_bytes(secret.expose()), Ok(secret));
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Our own length: 160 bits, as RFC 4226 §4 (R6) recommends.
    pub const OUR_BYTES: usize = 20;
    /// The least that we take in: 80 bits, the sixteen symbols of base32 that authenticators were handed out with for
    /// years. RFC 4226 §4 (R6) asks for 128, and what we make has 160; but nobody guesses 80 bits through a door that
    /// closes after twenty codes, and whoever moves here with such a secret would else have to enrol anew.
    pub const MIN_BYTES: usize = 10;
    /// The most we take in: one block of SHA-512. More adds no strength.
    pub const MAX_BYTES: usize = 128;

    /// A new secret of 160 bits from bytes that the caller drew from a
    /// cryptographic generator. The copy passed in is wiped.
    #[must_use]
    pub fn from_random(mut random: [u8; Self::OUR_BYTES]) -> Self {
        let secret = Self(Zeroizing::new(random.to_vec()));
        random.zeroize();
        secret
    }

    /// A secret that somebody else made, or that was stored.
    ///
    /// ```
    /// use mfa_core::secret::{Secret, SecretError};
    ///
    /// assert!(Secret::from_bytes(&[7; Secret::MIN_BYTES]).is_ok());
    /// assert_eq!(Secret::from_bytes(&[7; Secret::MIN_BYTES - 1]), Err(SecretError::TooShort));
    /// assert_eq!(Secret::from_bytes(&[7; Secret::MAX_BYTES + 1]), Err(SecretError::TooLong));
    /// ```
    ///
    /// # Errors
    /// [`SecretError::TooShort`] under 10 bytes, [`SecretError::TooLong`] over 128.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SecretError> {
        if bytes.len() < Self::MIN_BYTES {
            return Err(SecretError::TooShort);
        }
        if bytes.len() > Self::MAX_BYTES {
            return Err(SecretError::TooLong);
        }
        Ok(Self(Zeroizing::new(bytes.to_vec())))
    }

    /// A secret in the base32 of a key URI: upper case, no padding, no spaces.
    ///
    /// ```
    /// use mfa_core::base32::Base32Error;
    /// use mfa_core::secret::{Secret, SecretError};
    ///
    /// assert!(Secret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").is_ok());
    /// // Half a secret, as when a paste was cut off, is none.
    /// assert_eq!(Secret::from_base32("GEZDGNBVGY3TQ"), Err(SecretError::TooShort));
    /// let spaced = Secret::from_base32("GEZD GNBV GY3T QOJQ");
    /// assert_eq!(spaced, Err(SecretError::Base32(Base32Error::Symbol)));
    /// ```
    ///
    /// # Errors
    /// [`SecretError::Base32`] when the text is not canonical base32, else as
    /// [`Secret::from_bytes`].
    pub fn from_base32(text: &str) -> Result<Self, SecretError> {
        let bytes = base32::decode(text).map_err(SecretError::Base32)?;
        Self::from_bytes(&bytes)
    }

    /// The secret as authenticator apps take it: base32 without padding.
    #[must_use]
    pub fn to_base32(&self) -> Zeroizing<alloc::string::String> {
        base32::encode(self.expose())
    }

    /// The bytes themselves: for the HMAC, for sealing, and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl ConstantTimeEq for Secret {
    /// The time depends on the lengths, which are no secret.
    fn ct_eq(&self, other: &Self) -> Choice {
        self.expose().ct_eq(other.expose())
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

/// Why some bytes or some text are no secret. Never holds any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretError {
    /// Fewer than 10 bytes.
    TooShort,
    /// More than 128 bytes.
    TooLong,
    /// Not canonical base32.
    Base32(Base32Error),
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort => f.write_str("a secret has at least 10 bytes (80 bits)"),
            Self::TooLong => f.write_str("a secret has at most 128 bytes"),
            Self::Base32(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl core::error::Error for SecretError {}
