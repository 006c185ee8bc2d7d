//! Proof Key for Code Exchange (RFC 7636): who redeems the code is who asked for it.

use alloc::string::String;
use core::fmt;

use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

/// The code verifier of RFC 7636 §4.1: 43 characters from 256 random bits, as it recommends.
///
/// Wiped when dropped, printed by `Debug` as `Verifier(redacted)`.
///
/// ```
/// use mfa_core::external::Verifier;
///
/// # fn from_generator() -> [u8; 32] {
/// #     *b"t\x18\xdf\xb4\x97\x99\xe0%O\xfa`}\xd8\xad\xbb\xba\x16\xd4%Mi\xd6\xbf\xf0[X\x05XS\x84\x8dy"
/// # }
/// // RFC 7636 appendix B.
/// let verifier = Verifier::from_random(from_generator());
/// // Goes along in the address, for everybody to see; the verifier stays here until the code comes back.
/// assert_eq!(verifier.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
/// let kept = verifier.expose().to_owned();
/// assert_eq!(kept, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
/// assert_eq!(Verifier::from_text(kept), Some(verifier));
/// assert_eq!(Verifier::from_text("short".into()), None);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier(Zeroizing<String>);

impl Verifier {
    /// One from bytes that the caller drew from a cryptographic generator. The copy passed in is wiped.
    #[must_use]
    pub fn from_random(mut random: [u8; 32]) -> Self {
        let verifier = Self(Zeroizing::new(base64url(&random)));
        random.zeroize();
        verifier
    }

    /// One that was written down by [`Verifier::expose`]. None for a text that RFC 7636 §4.1 does not allow.
    #[must_use]
    pub fn from_text(text: String) -> Option<Self> {
        let verifier = Self(Zeroizing::new(text));
        let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        ((43..=128).contains(&verifier.0.len()) && verifier.0.bytes().all(is_unreserved)).then_some(verifier)
    }

    /// The code challenge of method `S256` (RFC 7636 §4.2).
    #[must_use]
    pub fn challenge(&self) -> String {
        base64url(&Sha256::digest(self.0.as_bytes()))
    }

    /// The text, for the token request and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier(redacted)")
    }
}

/// RFC 4648 §5 without padding. The length is reserved whole, so that no copy stays behind when it grows.
fn base64url(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    for chunk in bytes.chunks(3) {
        let mut quantum = chunk.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
        quantum <<= 8 * 3_usize.saturating_sub(chunk.len());
        for symbol in (0..4).rev().take(chunk.len().saturating_add(1)) {
            text.push(symbol_of((quantum >> (6 * symbol) & 0x3f) as u8));
        }
    }
    text
}

/// The alphabet of RFC 4648 §5, without a table: no memory is read at an address that depends on a secret.
const fn symbol_of(value: u8) -> char {
    (match value {
        0..=25 => b'A' + value,
        26..=51 => b'a' + (value - 26),
        52..=61 => b'0' + (value - 52),
        62 => b'-',
        _ => b'_',
    }) as char
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    #[test]
    fn as_the_standard_shows() {
        let random = [
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105, 214, 191,
            240, 91, 88, 5, 88, 83, 132, 141, 121,
        ];
        let verifier = Verifier::from_random(random);
        assert_eq!(verifier.expose(), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(verifier.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    /// RFC 4648 §10, without padding.
    #[test]
    fn base64url_of_every_length() {
        for (bytes, text) in [
            (&b""[..], ""),
            (b"f", "Zg"),
            (b"fo", "Zm8"),
            (b"foo", "Zm9v"),
            (b"foob", "Zm9vYg"),
            (b"fooba", "Zm9vYmE"),
            (b"foobar", "Zm9vYmFy"),
            (&[0xff, 0xff, 0xfe], "___-"),
        ] {
            assert_eq!(base64url(bytes), text);
        }
    }

    #[test]
    fn a_stored_verifier_is_checked() {
        let text = |length: usize, filler: &str| filler.repeat(length);
        assert!(Verifier::from_text(text(43, "a")).is_some());
        assert!(Verifier::from_text(text(128, "~")).is_some());
        for refused in [text(42, "a"), text(129, "a"), text(43, "+"), text(43, " "), String::new()] {
            assert_eq!(Verifier::from_text(refused), None);
        }
    }

    #[test]
    fn is_not_printed() {
        let verifier = Verifier::from_random([7; 32]);
        assert_eq!(std::format!("{verifier:?}"), "Verifier(redacted)");
    }
}
