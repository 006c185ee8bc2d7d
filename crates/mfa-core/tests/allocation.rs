//! What must not allocate, counted by an allocator: what is computed for a code that somebody has typed.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use allocation_counter::measure;
use mfa_core::hotp::Algorithm;
use mfa_core::passcode::{Digits, Passcode};
use mfa_core::recovery::{RecoveryDigest, RecoveryDigestKey, RecoveryKey};
use mfa_core::secret::Secret;
use mfa_core::time::{TimeStep, Timestamp};
use mfa_core::totp::{TotpParameters, Window, clock_offset, generate, matching_step};

const NOW: Timestamp = Timestamp(59);

#[test]
fn a_code_is_verified_without_an_allocation() {
    for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512] {
        let parameters = TotpParameters { algorithm, ..TotpParameters::OURS };
        for length in [Secret::MIN_BYTES, Secret::OUR_BYTES, Secret::MAX_BYTES] {
            let secret = Secret::from_bytes(&[7; Secret::MAX_BYTES][..length]).unwrap();
            let right = generate(&secret, &parameters, TimeStep(2)).display();
            for (text, expected) in [(right.as_str(), true), ("000 000", false), ("۱۲۳-۴۵۶", false)] {
                let mut found = false;
                let allocated = measure(|| {
                    let typed = Passcode::parse(text, Digits::Six).unwrap();
                    found = matching_step(&secret, &parameters, &typed, NOW, Window::ONE).is_some();
                });
                assert_eq!((allocated.count_total, found), (0, expected), "{algorithm:?}, {length} bytes");
            }
        }
    }
}

#[test]
fn nor_is_one_made_searched_for_or_refused_with_any() {
    let secret = Secret::from_bytes(b"12345678901234567890").unwrap();
    let typed = Passcode::parse("287082", Digits::Six).unwrap();
    let allocated = measure(|| {
        assert!(generate(&secret, &TotpParameters::OURS, TimeStep(1)) == typed);
        assert!(clock_offset(&secret, &TotpParameters::OURS, &typed, Timestamp(359)).is_some());
        assert!(Passcode::parse("28708²", Digits::Six).is_err());
    });
    assert_eq!(allocated.count_total, 0);
}

#[test]
fn a_recovery_key_is_found_among_ten_without_an_allocation() {
    let key = RecoveryDigestKey::from_bytes([7; 32]);
    let set: [RecoveryDigest; 10] =
        std::array::from_fn(|number| RecoveryKey::from_random(&[number as u8; 16]).digest(&key, b"anna"));
    let text = RecoveryKey::from_random(&[9; 16]).to_string();
    let mut found = 0;
    let allocated = measure(|| {
        let typed = RecoveryKey::parse(&text).unwrap().digest(&key, b"anna");
        found = set.iter().filter(|kept| **kept == typed).count();
    });
    assert_eq!((allocated.count_total, found), (0, 1));
}

#[test]
fn an_allocation_is_seen() {
    let typed = Passcode::parse("287082", Digits::Six).unwrap();
    assert_eq!(measure(|| drop(typed.display())).count_total, 1);
}
