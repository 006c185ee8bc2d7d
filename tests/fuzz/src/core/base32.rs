//! Base32: one spelling for each value, and no other is read.

use mfa_core::base32::{Base32Error, MAX_TEXT_BYTES, decode, encode, group};
use mfa_core::secret::{Secret, SecretError};

use crate::refusal::is_one_of;

/// Text that may be base32.
pub(crate) fn text(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    match decode(text) {
        Ok(bytes) => {
            assert!(text.len() <= MAX_TEXT_BYTES);
            assert_eq!(encode(&bytes).as_str(), text, "a second spelling was read");
            assert_eq!(*bytes, by_arithmetic(text));
        }
        Err(error) => {
            is_one_of(&error, &[Base32Error::Length, Base32Error::Symbol, Base32Error::NotCanonical]);
            assert_eq!(error == Base32Error::Length, text.len() > MAX_TEXT_BYTES);
        }
    }
    let grouped = group(text);
    assert_eq!(grouped.replace(' ', ""), text.replace(' ', ""), "grouping changed something");
    secret(text);
}

/// Any bytes are written so that they are read again.
pub(crate) fn bytes(data: &[u8]) {
    let text = encode(data);
    assert_eq!(text.len(), (data.len() * 8).div_ceil(5));
    match decode(&text) {
        Ok(again) => assert_eq!(*again, data),
        Err(error) => assert!(error == Base32Error::Length && text.len() > MAX_TEXT_BYTES, "{error:?}"),
    }
}

fn secret(text: &str) {
    match Secret::from_base32(text) {
        Ok(secret) => {
            assert!((Secret::MIN_BYTES..=Secret::MAX_BYTES).contains(&secret.expose().len()));
            assert_eq!(secret.to_base32().as_str(), text);
            assert_eq!(format!("{secret:?}"), "Secret(redacted)");
        }
        Err(SecretError::Base32(error)) => assert_eq!(decode(text).err(), Some(error)),
        Err(error) => is_one_of(&error, &[SecretError::TooShort, SecretError::TooLong]),
    }
}

/// RFC 4648 §6 by hand: five bits a symbol, the highest first.
fn by_arithmetic(text: &str) -> Vec<u8> {
    let value = |symbol: u8| if symbol.is_ascii_uppercase() { symbol - b'A' } else { symbol - b'2' + 26 };
    let bits = |symbol| (0..5).rev().map(move |bit| value(symbol) >> bit & 1);
    let bits: Vec<u8> = text.bytes().flat_map(bits).collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | bit)).collect()
}
