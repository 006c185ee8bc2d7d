//! Randomness of the tests: names, keys and secrets that no other run has seen.

use base64ct::{Base64UrlUnpadded, Encoding};

/// `N` random bytes.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has random bytes");
    bytes
}

/// 32 random bytes as unpadded base64url, the form of the Worker's keys.
pub fn key() -> String {
    Base64UrlUnpadded::encode_string(&bytes::<32>())
}

/// A fresh idempotency key, as a page makes one for each action of its user.
pub fn idempotency_key() -> String {
    Base64UrlUnpadded::encode_string(&bytes::<18>())
}

/// A short name of lower-case letters and digits, for a tenant or a member.
pub fn name(prefix: &str) -> String {
    let tail: String = bytes::<5>().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{prefix}-{tail}")
}

/// A password that no blocklist holds.
pub fn password() -> String {
    Base64UrlUnpadded::encode_string(&bytes::<15>())
}

/// One that is long enough beside a code, and too short to stand alone.
pub fn short_password() -> String {
    password().chars().take(9).collect()
}

/// A whole number from 0 to `below - 1`.
pub fn below(below: u64) -> u64 {
    u64::from_le_bytes(bytes::<8>()) % below
}
