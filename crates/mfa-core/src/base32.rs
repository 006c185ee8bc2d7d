//! Base32 as key URIs use it (RFC 4648 §6): upper case, no padding, canonical.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use ::base32::Alphabet;
use zeroize::Zeroizing;

/// Longest text that [`decode`] looks at, in bytes: well over the 205 symbols
/// of the longest secret.
pub const MAX_TEXT_BYTES: usize = 1024;

const KEY_URI_ALPHABET: Alphabet = Alphabet::Rfc4648 { padding: false };

/// Writes bytes in base32 without padding.
///
/// ```
/// use mfa_core::base32;
///
/// // RFC 4648 §10, less the padding.
/// assert_eq!(*base32::encode(b"foobar"), "MZXW6YTBOI");
/// ```
#[must_use]
pub fn encode(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(::base32::encode(KEY_URI_ALPHABET, bytes))
}

/// Reads base32, and takes only what [`encode`] would have written: no lower
/// case, no padding, no spaces, no stray bits in the last symbol.
///
/// ```
/// use mfa_core::base32::{Base32Error, MAX_TEXT_BYTES, decode};
///
/// assert_eq!(*decode("MY")?, b"f");
/// // One bit more in the last symbol: a lenient reader takes it for the same byte.
/// assert_eq!(decode("MZ"), Err(Base32Error::NotCanonical));
/// assert_eq!(decode("my"), Err(Base32Error::Symbol));
/// assert_eq!(decode(&"A".repeat(MAX_TEXT_BYTES + 1)), Err(Base32Error::Length));
/// # Ok::<(), Base32Error>(())
/// ```
///
/// # Errors
/// [`Base32Error`] says which of these it was, never where or what.
pub fn decode(text: &str) -> Result<Zeroizing<Vec<u8>>, Base32Error> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(Base32Error::Length);
    }
    // Reserved whole, so that no copy stays behind when it grows.
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let (mut bits, mut count) = (0_u32, 0_u32);
    for symbol in text.bytes() {
        let value = match symbol {
            b'A'..=b'Z' => symbol.wrapping_sub(b'A'),
            b'2'..=b'7' => symbol.wrapping_sub(b'2').wrapping_add(26),
            _ => return Err(Base32Error::Symbol),
        };
        // The oldest bits fall out at the top; twelve are looked at.
        bits = bits << 5 | u32::from(value);
        count = count.wrapping_add(5);
        if count >= 8 {
            count = count.wrapping_sub(8);
            bytes.push((bits >> count) as u8);
        }
    }
    // Not by the crate, which is lenient: it reads "MZ" as "MY" and "M" as nothing at all. Left over in its one
    // spelling are fewer bits than a symbol has, and all of them zero.
    if count >= 5 || bits & ((1 << count) - 1) != 0 {
        return Err(Base32Error::NotCanonical);
    }
    Ok(bytes)
}

/// Sets a space after every four symbols, the way people read keys out:
/// `ABCDEFGHIJ` becomes `ABCD EFGH IJ`. Changes nothing else.
///
/// ```
/// use mfa_core::base32;
///
/// assert_eq!(*base32::group("HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ"), "HXDM VJEC JJWS RB3H WIZR 4IFU GFTM XBOZ");
/// ```
#[must_use]
pub fn group(text: &str) -> Zeroizing<String> {
    // Reserved whole, so that no copy stays behind when the string grows.
    let mut grouped = Zeroizing::new(String::with_capacity(text.len().saturating_mul(2)));
    for (position, symbol) in text.chars().enumerate() {
        if position > 0 && position % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(symbol);
    }
    grouped
}

/// Why a text is not base32. Never holds any of it.
///
/// ```
/// use mfa_core::base32::decode;
///
/// // What a page may say to whoever mistyped: it repeats nothing of the secret.
/// let said = decode("MZXW 6YTB").err().map(|error| error.to_string());
/// assert_eq!(said.as_deref(), Some("base32 has only the letters A to Z and the digits 2 to 7"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Base32Error {
    /// Longer than [`MAX_TEXT_BYTES`].
    Length,
    /// Something other than `A` to `Z` and `2` to `7`: `0`, `1`, `8`, `9`,
    /// lower case, padding, a space.
    Symbol,
    /// Right symbols, but not the one spelling of any bytes: an impossible
    /// length, or bits left over in the last symbol (RFC 4648 §3.5).
    NotCanonical,
}

impl fmt::Display for Base32Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "the base32 text is too long",
            Self::Symbol => "base32 has only the letters A to Z and the digits 2 to 7",
            Self::NotCanonical => "the base32 text is cut off or ends in a wrong symbol",
        })
    }
}

impl core::error::Error for Base32Error {}
