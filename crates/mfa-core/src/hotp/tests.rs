//! Wycheproof's vectors on the HMAC under every code and every digest of a recovery key.
#![cfg(not(target_arch = "wasm32"))]

use hmac::digest::{Digest, Mac};
use hmac::{EagerHash, Hmac, KeyInit};
use sha1::Sha1;
use sha2::Sha256;

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
