//! Wycheproof's vectors on what seals secrets at rest and on what signs tokens.

use base64ct::{Base64UrlUnpadded, Encoding};

use super::{hmac_sha256, open, seal_under};

#[path = "../../../tests/vectors/wycheproof.rs"]
mod wycheproof;

#[test]
fn wycheproof_xchacha20_poly1305() {
    for vector in wycheproof::vectors(include_str!("../../../tests/vectors/wycheproof/xchacha20_poly1305_test.json")) {
        let key: [u8; 32] = vector.bytes("key").try_into().unwrap();
        let (plain, context) = (vector.bytes("msg"), vector.bytes("aad"));
        let stored = [vector.bytes("iv"), vector.bytes("ct"), vector.bytes("tag")].concat();
        let stored = Base64UrlUnpadded::encode_string(&stored);
        let expected = vector.is_valid.then_some(plain.as_slice());
        assert_eq!(open(&key, &stored, &context).as_ref().map(|it| it.as_slice()), expected, "{}", vector.reason);
        // What has a nonce of another length is never made: the type forbids it. A wrong tag is made by nobody.
        let Ok(nonce) = vector.bytes("iv").try_into() else { continue };
        let sealed = seal_under(nonce, &key, &plain, &context).ok();
        assert_eq!(sealed == Some(stored), vector.is_valid, "{}", vector.reason);
    }
}

#[test]
fn wycheproof_hmac_sha_256() {
    for vector in wycheproof::vectors(include_str!("../../../tests/vectors/wycheproof/hmac_sha256_test.json")) {
        let (key, message, tag) = (vector.bytes("key"), vector.bytes("msg"), vector.bytes("tag"));
        let (head, rest) = message.split_at(message.len() / 2);
        for parts in [&[&message[..]][..], &[head, rest], &[&[], head, &[], rest]] {
            let mac = hmac_sha256(&key, parts);
            assert_eq!(mac.starts_with(&tag), vector.is_valid, "{}", vector.reason);
        }
    }
}
