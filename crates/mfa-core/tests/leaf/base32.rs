//! Strict base32.

use mfa_core::base32::{Base32Error, MAX_TEXT_BYTES, decode, encode, group};
use mfa_core::secret::{Secret, SecretError};
use proptest::prelude::*;

#[test]
fn i11_refuses_what_is_no_symbol() {
    for text in [
        "MZXW60",
        "MZXW61",
        "MZXW68",
        "MZXW69",
        "mzxw6",
        "MZXW6===",
        "MZ=XW6",
        "=",
        " MZXW6",
        "MZXW6 ",
        "MZ XW",
        "MZXW6\u{e9}",
        "ＭＺ",
        "MZ\0W",
    ] {
        assert_eq!(decode(text), Err(Base32Error::Symbol), "{text:?}");
    }
}

/// What crate `base32` reads without complaint.
#[test]
fn i11_refuses_other_spellings() {
    for text in ["M", "MZ", "MZX", "MZXW6YTBO", "MZXR", "MZXW7", "MZXW6YR", "A", "AB", "AAB", "AAAB"] {
        assert_eq!(decode(text), Err(Base32Error::NotCanonical), "{text:?}");
    }
}

#[test]
fn i11_refuses_long_texts_unread() {
    assert!(decode(&"A".repeat(MAX_TEXT_BYTES)).is_ok());
    assert_eq!(decode(&"A".repeat(MAX_TEXT_BYTES + 1)), Err(Base32Error::Length));
    assert_eq!(decode(&"!".repeat(10_000_000)), Err(Base32Error::Length));
}

#[test]
fn secrets_have_bounds() {
    let secret = |bytes: usize| Secret::from_base32(&encode(&vec![1; bytes]));
    assert_eq!(secret(0), Err(SecretError::TooShort));
    assert_eq!(secret(9), Err(SecretError::TooShort));
    assert!(secret(10).is_ok());
    assert!(secret(128).is_ok());
    assert_eq!(secret(129), Err(SecretError::TooLong));
    assert_eq!(Secret::from_base32("0"), Err(SecretError::Base32(Base32Error::Symbol)));
}

#[test]
fn our_secrets_have_32_symbols() {
    let secret = Secret::from_random([0xa5; 20]);
    assert_eq!(secret.to_base32().len(), 32);
    assert_eq!(secret.expose(), [0xa5; 20]);
}

#[test]
fn secrets_are_compared_whole() {
    let secret = |bytes: &[u8]| Secret::from_bytes(bytes).unwrap();
    assert_eq!(secret(&[1; 20]), secret(&[1; 20]));
    assert_ne!(secret(&[1; 20]), secret(&[1; 21]));
    for byte in 0..20 {
        let mut other = [1; 20];
        other[byte] = 3;
        assert_ne!(secret(&[1; 20]), secret(&other));
    }
}

#[test]
fn groups_of_four() {
    assert_eq!(*group(""), "");
    assert_eq!(*group("ABCD"), "ABCD");
    assert_eq!(*group("ABCDE"), "ABCD E");
    assert_eq!(*group("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), "ABCD EFGH IJKL MNOP QRST UVWX YZ23 4567");
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = encode(&bytes);
        prop_assert_eq!(text.len(), (bytes.len() * 8).div_ceil(5));
        let read = decode(&text).unwrap();
        prop_assert_eq!(read.as_slice(), bytes.as_slice());
        prop_assert_eq!(group(&text).replace(' ', ""), text.as_str());
    }

    #[test]
    fn one_spelling_only(text in "[A-Z2-7]{0,40}") {
        if let Ok(bytes) = decode(&text) {
            let again = encode(&bytes);
            prop_assert_eq!(again.as_str(), text);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text: String) {
        let _ = decode(&text);
    }
}
