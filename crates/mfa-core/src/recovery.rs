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
