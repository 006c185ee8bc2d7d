//! Recovery keys: what lets a member in when the phone is gone.
//!
//! A key is 25 symbols of Crockford's base32, written as five groups of five:
//! 23 random ones (115 bits) and two check symbols, so that a slip of the pen
//! is noticed in the browser and costs no attempt. At rest there is only a
//! keyed digest.

mod check;
mod digest;
mod symbol;

use core::fmt;

use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop};

pub use self::digest::{RecoveryDigest, RecoveryDigestError, RecoveryDigestKey};

const RANDOM_SYMBOLS: usize = 23;
const SYMBOLS: usize = 25;
const GROUP_SYMBOLS: usize = 5;

/// One recovery key.
///
/// Wiped when dropped, compared in constant time, printed by `Debug` as
/// `RecoveryKey(redacted)`. `Display` writes it out as
/// `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX`, for the one page that shows it.
///
/// ```
/// use mfa_core::recovery::RecoveryKey;
///
/// # fn from_generator() -> [u8; 16] { std::array::from_fn(|i| (i as u8) * 17) }
/// let key = RecoveryKey::from_random(&from_generator());
/// assert_eq!(format!("{key:?}"), "RecoveryKey(redacted)");
/// assert_eq!(key.to_string(), "008J4-CT4AN-K7F24-SNAXW-SQFVK");
/// ```
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryKey {
    /// Values from 0 to 31. The last two are the check symbols of the rest.
    symbols: [u8; SYMBOLS],
}

impl RecoveryKey {
    /// Longest text that [`RecoveryKey::parse`] and [`RecoveryGroup::parse`] look at, in bytes.
    pub const MAX_TEXT_BYTES: usize = 128;

    /// A new key from 128 bits that the caller drew from a cryptographic
    /// generator. The first 115 are used.
    #[must_use]
    pub fn from_random(random: &[u8; 16]) -> Self {
        let mut bits = u128::from_be_bytes(*random);
        let mut symbols = [0; SYMBOLS];
        for symbol in symbols.iter_mut().take(RANDOM_SYMBOLS) {
            bits = bits.rotate_left(5);
            *symbol = (bits & 0x1f) as u8;
        }
        bits.zeroize();
        check::append(&mut symbols);
        let key = Self { symbols };
        symbols.zeroize();
        key
    }

    /// Reads a key as people type it: upper or lower case, `O` for `0`, `I` and
    /// `L` for `1` (Crockford's rules), with spaces (U+0020), no-break spaces
    /// (U+00A0) and hyphens anywhere. Nothing else; `U` is no symbol.
    ///
    /// ```
    /// use mfa_core::recovery::{RecoveryKey, RecoveryKeyError};
    ///
    /// let key = RecoveryKey::parse("008J4-CT4AN-K7F24-SNAXW-SQFVK")?;
    /// // Typed from paper: the letter O, small letters, no hyphens.
    /// assert_eq!(RecoveryKey::parse("oo8j4 ct4an k7f24 snaxw sqfvk"), Ok(key));
    /// // Two symbols swapped: known before anything is looked up, so it need cost no attempt.
    /// let swapped = RecoveryKey::parse("008J4-CT4AN-7KF24-SNAXW-SQFVK");
    /// assert_eq!(swapped, Err(RecoveryKeyError::Checksum));
    /// let long = "0".repeat(RecoveryKey::MAX_TEXT_BYTES + 1);
    /// assert_eq!(RecoveryKey::parse(&long), Err(RecoveryKeyError::Length));
    /// # Ok::<(), RecoveryKeyError>(())
    /// ```
    ///
    /// # Errors
    /// [`RecoveryKeyError::Symbol`] for anything else, [`RecoveryKeyError::Length`]
    /// unless there are 25 symbols (or the text is longer than
    /// [`RecoveryKey::MAX_TEXT_BYTES`]), [`RecoveryKeyError::Checksum`] when the
    /// check symbols do not fit: the key was mistyped and is nobody's.
    pub fn parse(text: &str) -> Result<Self, RecoveryKeyError> {
        let key = Self { symbols: parse_symbols(text)? };
        if !check::holds(&key.symbols) {
            return Err(RecoveryKeyError::Checksum);
        }
        Ok(key)
    }

    /// The last five symbols: what the member types to prove that the keys were saved.
    #[must_use]
    pub fn last_group(&self) -> RecoveryGroup {
        let mut symbols = [0; GROUP_SYMBOLS];
        let before = SYMBOLS.saturating_sub(GROUP_SYMBOLS);
        for (to, from) in symbols.iter_mut().zip(self.symbols.iter().skip(before)) {
            *to = *from;
        }
        RecoveryGroup { symbols }
    }

    /// What is stored of the key. `context` says whose it is (tenant, member,
    /// generation, epoch, set …): elsewhere the same key has another digest.
    ///
    /// ```
    /// use mfa_core::recovery::{RecoveryDigestKey, RecoveryKey};
    ///
    /// let tenants = RecoveryDigestKey::from_bytes([7; 32]); // from a cryptographic generator, kept sealed
    /// let stored = RecoveryKey::parse("008J4-CT4AN-K7F24-SNAXW-SQFVK")?.digest(&tenants, b"anna");
    /// let typed = RecoveryKey::parse("008j4 ct4an k7f24 snaxw sqfvk")?;
    /// assert_eq!(typed.digest(&tenants, b"anna"), stored);
    /// // A row copied from one member to another opens nothing.
    /// assert_ne!(typed.digest(&tenants, b"bea"), stored);
    /// # Ok::<(), mfa_core::recovery::RecoveryKeyError>(())
    /// ```
    #[must_use]
    pub fn digest(&self, key: &RecoveryDigestKey, context: &[u8]) -> RecoveryDigest {
        RecoveryDigest::new(key, b"edge-mfa recovery-key v1", context, &self.symbols)
    }
}

impl fmt::Display for RecoveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, group) in self.symbols.chunks(GROUP_SYMBOLS).enumerate() {
            if position > 0 {
                f.write_str("-")?;
            }
            symbol::write_all(f, group)?;
        }
        Ok(())
    }
}

impl ConstantTimeEq for RecoveryKey {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.symbols.ct_eq(&other.symbols)
    }
}

impl PartialEq for RecoveryKey {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for RecoveryKey {}

impl fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryKey(redacted)")
    }
}

/// The last group of a recovery key, typed as proof of backup.
///
/// Wiped when dropped, printed by `Debug` as `RecoveryGroup(redacted)`.
///
/// ```
/// use mfa_core::recovery::{RecoveryDigestKey, RecoveryGroup, RecoveryKey};
///
/// let key = RecoveryKey::parse("008J4-CT4AN-K7F24-SNAXW-SQFVK")?;
/// let tenants = RecoveryDigestKey::from_bytes([7; 32]);
/// let kept = key.last_group().proof_digest(&tenants, b"anna");
/// // "Type the last group of the first key."
/// assert_eq!(RecoveryGroup::parse("sqfvk")?.proof_digest(&tenants, b"anna"), kept);
/// // What proves the backup is never taken for a key.
/// assert_ne!(key.digest(&tenants, b"anna"), kept);
/// # Ok::<(), mfa_core::recovery::RecoveryKeyError>(())
/// ```
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryGroup {
    symbols: [u8; GROUP_SYMBOLS],
}

impl RecoveryGroup {
    /// Reads one group of five symbols, as leniently as [`RecoveryKey::parse`].
    /// There is no check here: two of the five may be check symbols of a whole key.
    ///
    /// # Errors
    /// [`RecoveryKeyError::Symbol`] and [`RecoveryKeyError::Length`] as there.
    pub fn parse(text: &str) -> Result<Self, RecoveryKeyError> {
        Ok(Self { symbols: parse_symbols(text)? })
    }

    /// What is kept of the last group of the key asked for, until the proof was given.
    /// Never equal to the digest of any key.
    #[must_use]
    pub fn proof_digest(&self, key: &RecoveryDigestKey, context: &[u8]) -> RecoveryDigest {
        let label = b"edge-mfa backup-proof v1";
        RecoveryDigest::new(key, label, context, &self.symbols)
    }
}

impl fmt::Display for RecoveryGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        symbol::write_all(f, &self.symbols)
    }
}

impl fmt::Debug for RecoveryGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryGroup(redacted)")
    }
}

/// Reads exactly `N` symbols, skipping separators.
fn parse_symbols<const N: usize>(text: &str) -> Result<[u8; N], RecoveryKeyError> {
    if text.len() > RecoveryKey::MAX_TEXT_BYTES {
        return Err(RecoveryKeyError::Length);
    }
    let mut symbols = [0; N];
    let mut count = 0_usize;
    for typed in text.chars() {
        if matches!(typed, ' ' | '\u{a0}' | '-') {
            continue;
        }
        let value = symbol::value(typed).ok_or(RecoveryKeyError::Symbol)?;
        if let Some(place) = symbols.get_mut(count) {
            *place = value;
        }
        count = count.saturating_add(1);
    }
    if count != N {
        symbols.zeroize();
        return Err(RecoveryKeyError::Length);
    }
    Ok(symbols)
}

/// Why a text is no recovery key. Never holds any of it.
///
/// ```
/// use mfa_core::recovery::{RecoveryGroup, RecoveryKeyError};
///
/// assert_eq!(RecoveryGroup::parse("SQFV").err(), Some(RecoveryKeyError::Length));
/// assert_eq!(RecoveryGroup::parse("SQFVU").err(), Some(RecoveryKeyError::Symbol));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecoveryKeyError {
    /// Too few or too many symbols.
    Length,
    /// Something that is neither a symbol nor a separator.
    Symbol,
    /// The check symbols do not fit: mistyped.
    Checksum,
}

impl fmt::Display for RecoveryKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "there are too few or too many symbols",
            Self::Symbol => "only digits and letters stand here, and no letter U",
            Self::Checksum => "something was mistyped: the check symbols do not fit",
        })
    }
}

impl core::error::Error for RecoveryKeyError {}
