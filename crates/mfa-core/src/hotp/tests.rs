//! Wycheproof's vectors on the HMAC under every digest of a recovery key, and HMAC-SHA-1 of counters held against it.
#![cfg(not(target_arch = "wasm32"))]

use hmac::digest::{Digest, Mac};
use hmac::{EagerHash, Hmac, KeyInit};
use sha1::Sha1;
use sha2::Sha256;
use std::vec::Vec;

use super::hmac_sha1::HmacSha1;
use super::keyed;

#[path = "../../../../tests/vectors/wycheproof.rs"]
mod wycheproof;

#[test]
fn wycheproof_hmac_sha_1() {
    check::<Sha1>(include_str!("../../../../tests/vectors/wycheproof/hmac_sha1_test.json"));
}

#[test]
fn wycheproof_hmac_sha_256() {
    check::<Sha256>(include_str!("../../../../tests/vectors/wycheproof/hmac_sha256_test.json"));
}

/// Where a tag is shorter than the hash, it is the beginning of the MAC.
fn check<D>(file: &str)
where
    D: EagerHash + Digest,
    Hmac<D>: KeyInit + Mac,
{
    for vector in wycheproof::vectors(file) {
        let mac = keyed::<D>(&vector.bytes("key")).chain_update(vector.bytes("msg")).finalize().into_bytes();
        let tag = vector.bytes("tag");
        assert_eq!(mac.get(..tag.len()) == Some(tag.as_slice()), vector.is_valid, "{}", vector.reason);
    }
}

/// Shorter than a block, as long as one, and longer; in every place of those that are computed side by side.
#[test]
fn hmac_sha_1_of_counters_is_that_of_the_crate() {
    let key: Vec<u8> = (0..=u8::MAX).map(|byte| byte.wrapping_mul(151) ^ 0x5a).collect();
    for length in 0..key.len() {
        let key = &key[..length];
        let counters = [0, length as u64, u64::MAX - length as u64, 0x0123_4567_89ab_cdef];
        let expected = counters.map(|counter| <[u8; 20]>::from(crate_s(key, &counter.to_be_bytes())));
        assert_eq!(HmacSha1::new(key).macs(counters), expected, "a key of {length} bytes");
        assert_eq!(HmacSha1::new(key).macs([counters[1]]), [expected[1]], "alone, a key of {length} bytes");
    }
}

fn crate_s(key: &[u8], message: &[u8]) -> hmac::digest::Output<Hmac<Sha1>> {
    keyed::<Sha1>(key).chain_update(message).finalize().into_bytes()
}
