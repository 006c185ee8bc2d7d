//! No secret in `Debug`, in an error, or in an error's text; but what is wrong is said there.

use std::collections::HashSet;

use mfa_core::base32::Base32Error;
use mfa_core::external::{AddressError, TokenRefusal};
use mfa_core::hotp::{Algorithm, HotpKey};
use mfa_core::key_uri::{KeyUri, KeyUriError, Part};
use mfa_core::passcode::{Digits, Passcode, PasscodeError};
use mfa_core::recovery::{RecoveryDigest, RecoveryDigestKey, RecoveryGroup, RecoveryKey, RecoveryKeyError};
use mfa_core::secret::{Secret, SecretError};
use mfa_core::time::Period;
use mfa_core::totp::TotpParameters;

#[test]
fn debug_is_redacted() {
    let secret = Secret::from_bytes(b"12345678901234567890").unwrap();
    let key = RecoveryKey::from_random(&[0x31; 16]);
    let uri = KeyUri { issuer: None, account: "anna".into(), secret: secret.clone(), parameters: TotpParameters::OURS };
    assert_eq!(format!("{secret:?}"), "Secret(redacted)");
    assert_eq!(format!("{:?}", HotpKey::new(&secret, Algorithm::Sha1)), "HotpKey(redacted)");
    assert_eq!(format!("{:?}", Passcode::parse("123456", Digits::Six).unwrap()), "Passcode(redacted)");
    assert_eq!(format!("{key:?}"), "RecoveryKey(redacted)");
    assert_eq!(format!("{:?}", key.last_group()), "RecoveryGroup(redacted)");
    assert_eq!(format!("{:?}", RecoveryDigestKey::from_bytes([1; 32])), "RecoveryDigestKey(redacted)");
    assert_eq!(format!("{:?}", RecoveryDigest::from_bytes([1; 32])), "RecoveryDigest(redacted)");
    assert!(format!("{uri:#?}").contains("Secret(redacted)"));
    assert!(!format!("{uri:?}").contains("GEZDGNBVGY"));
}

#[test]
fn errors_say_nothing_of_the_input() {
    fn both(error: &impl core::error::Error) -> String {
        format!("{error} {error:?}")
    }
    let marker = "Q7Q7Q";
    let texts = [
        both(&Secret::from_base32("Q7Q7Q").unwrap_err()),
        both(&Secret::from_base32("Q7Q7Q!").unwrap_err()),
        both(&Passcode::parse("Q7Q7Q", Digits::Six).unwrap_err()),
        both(&RecoveryKey::parse("Q7Q7Q-Q7Q7Q-Q7Q7Q-Q7Q7Q-Q7Q7R").unwrap_err()),
        both(&RecoveryGroup::parse("Q7Q7QQ").unwrap_err()),
        both(&RecoveryDigest::from_hex("Q7Q7Q").unwrap_err()),
        both(&KeyUri::parse("otpauth://totp/Q7Q7Q?secret=Q7Q7Q").unwrap_err()),
        both(&KeyUri::parse("Q7Q7Q").unwrap_err()),
    ];
    for text in texts {
        assert!(!text.contains(marker), "{text}");
    }
}

/// Whoever has only the log can tell them apart.
#[test]
fn every_error_says_in_words_of_its_own_what_is_wrong() {
    let texts = [
        Digits::try_from(5).unwrap_err().to_string(),
        Period::from_seconds(0).unwrap_err().to_string(),
        RecoveryDigest::from_hex("").unwrap_err().to_string(),
        PasscodeError::Length.to_string(),
        PasscodeError::Symbol.to_string(),
        Base32Error::Length.to_string(),
        Base32Error::Symbol.to_string(),
        Base32Error::NotCanonical.to_string(),
        SecretError::TooShort.to_string(),
        SecretError::TooLong.to_string(),
        RecoveryKeyError::Length.to_string(),
        RecoveryKeyError::Symbol.to_string(),
        RecoveryKeyError::Checksum.to_string(),
        KeyUriError::Length.to_string(),
        KeyUriError::NotTotp.to_string(),
        KeyUriError::Missing(Part::Secret).to_string(),
        KeyUriError::Twice(Part::Secret).to_string(),
        KeyUriError::Twice(Part::Issuer).to_string(),
        KeyUriError::Malformed(Part::Label).to_string(),
        KeyUriError::Malformed(Part::Algorithm).to_string(),
        KeyUriError::Malformed(Part::Digits).to_string(),
        KeyUriError::Malformed(Part::Period).to_string(),
        KeyUriError::Malformed(Part::Parameter).to_string(),
        KeyUriError::IssuerMismatch.to_string(),
        AddressError::NotHttps.to_string(),
        AddressError::HostIsNumber.to_string(),
        TokenRefusal::Expired.to_string(),
        TokenRefusal::NonceMismatch.to_string(),
    ];
    let distinct: HashSet<&String> = texts.iter().collect();
    assert_eq!(distinct.len(), texts.len());
    assert!(texts.iter().all(|text| text.contains(' ')), "{texts:?}");
    assert_eq!(SecretError::Base32(Base32Error::Length).to_string(), Base32Error::Length.to_string());
    assert_eq!(KeyUriError::Secret(SecretError::TooLong).to_string(), SecretError::TooLong.to_string());
}
