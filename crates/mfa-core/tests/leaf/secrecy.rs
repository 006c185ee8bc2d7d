//! No secret in `Debug`, in an error, or in an error's text.

use mfa_core::hotp::{Algorithm, HotpKey};
use mfa_core::key_uri::KeyUri;
use mfa_core::passcode::{Digits, Passcode};
use mfa_core::recovery::{RecoveryDigest, RecoveryDigestKey, RecoveryGroup, RecoveryKey};
use mfa_core::secret::Secret;
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
