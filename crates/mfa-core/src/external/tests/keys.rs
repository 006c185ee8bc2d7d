//! Headers, and the choice of a key.

use std::vec::Vec;

use super::*;
use crate::external::{Algorithm, Header, PublicKey, choose_key};

const ALL: [Algorithm; 4] = [Algorithm::Rs256, Algorithm::Ps256, Algorithm::Es256, Algorithm::EdDsa];

fn header(alg: &str, kid: Option<&str>) -> Header {
    Header { alg: alg.into(), kid: kid.map(String::from), typ: text("JWT"), has_critical: false }
}

fn rsa(kid: &str) -> PublicKey {
    // 2048 bits: 256 bytes, the first of them with its highest bit set.
    let n = text(&(String::from("u") + &"A".repeat(341)));
    PublicKey { kty: "RSA".into(), kid: text(kid), n, e: text("AQAB"), ..PublicKey::default() }
}

fn point(kty: &str, crv: &str, kid: &str) -> PublicKey {
    let coordinate = text(&"b".repeat(43));
    PublicKey {
        kty: kty.into(),
        kid: text(kid),
        crv: text(crv),
        x: coordinate.clone(),
        y: coordinate,
        ..PublicKey::default()
    }
}

fn chosen<'a>(keys: &'a [PublicKey], header: &Header) -> Result<&'a str, TokenRefusal> {
    let algorithm = header.algorithm(&ALL)?;
    choose_key(keys, header, algorithm, &entra()).map(|key| key.kid.as_deref().unwrap_or_default())
}

#[test]
fn algorithms_that_are_allowed() {
    for (name, algorithm) in [
        ("RS256", Algorithm::Rs256),
        ("PS256", Algorithm::Ps256),
        ("ES256", Algorithm::Es256),
        ("EdDSA", Algorithm::EdDsa),
        ("Ed25519", Algorithm::EdDsa),
    ] {
        assert_eq!(header(name, None).algorithm(&ALL), Ok(algorithm));
        // Also only when the provider announced it.
        let others: Vec<_> = ALL.into_iter().filter(|other| *other != algorithm).collect();
        assert_eq!(header(name, None).algorithm(&others), Err(TokenRefusal::AlgorithmNotAllowed));
    }
}

#[test]
fn every_other_algorithm_is_refused() {
    for name in [
        "none",
        "None",
        "NONE",
        "nOnE",
        "",
        "HS256",
        "HS384",
        "HS512",
        "RS1",
        "RS384",
        "RS512",
        "PS384",
        "ES384",
        "ES512",
        "ES256K",
        "Ed448",
        "rs256",
        "RS256 ",
        " RS256",
        "RS256\0",
        "RSA-OAEP",
        "dir",
        "A128GCMKW",
        "ML-DSA-44",
    ] {
        assert_eq!(header(name, None).algorithm(&ALL), Err(TokenRefusal::AlgorithmNotAllowed), "{name:?}");
    }
}

#[test]
fn other_kinds_of_tokens_are_refused() {
    for kind in ["at+jwt", "logout+jwt", "dpop+jwt", "application/jwt", "JWS", ""] {
        let header = Header { typ: text(kind), ..header("RS256", None) };
        assert_eq!(header.algorithm(&ALL), Err(TokenRefusal::TypeUnexpected), "{kind:?}");
    }
    for typ in [None, text("JWT"), text("jwt")] {
        assert!(Header { typ, ..header("RS256", None) }.algorithm(&ALL).is_ok());
    }
    let critical = Header { has_critical: true, ..header("RS256", None) };
    assert_eq!(critical.algorithm(&ALL), Err(TokenRefusal::CriticalHeader));
}

#[test]
fn the_key_of_that_name() {
    let keys = [rsa("a"), rsa("b"), point("EC", "P-256", "c"), point("OKP", "Ed25519", "d")];
    for (alg, kid, expected) in [
        ("RS256", Some("a"), Ok("a")),
        ("PS256", Some("b"), Ok("b")),
        ("ES256", Some("c"), Ok("c")),
        ("EdDSA", Some("d"), Ok("d")),
        ("Ed25519", Some("d"), Ok("d")),
        // One key that fits, and no name: that one.
        ("ES256", None, Ok("c")),
        ("RS256", None, Err(TokenRefusal::KeyAmbiguous)),
        ("RS256", Some("e"), Err(TokenRefusal::KeyUnknown)),
        ("RS256", Some("A"), Err(TokenRefusal::KeyUnknown)),
        ("RS256", Some(""), Err(TokenRefusal::KeyUnknown)),
        // The key decides what it signs, not the token (RFC 8725 §3.1).
        ("ES256", Some("a"), Err(TokenRefusal::KeyUnsuitable)),
        ("RS256", Some("c"), Err(TokenRefusal::KeyUnsuitable)),
        ("EdDSA", Some("c"), Err(TokenRefusal::KeyUnsuitable)),
    ] {
        assert_eq!(chosen(&keys, &header(alg, kid)), expected, "{alg} {kid:?}");
    }
    assert_eq!(chosen(&[], &header("RS256", None)), Err(TokenRefusal::KeyUnknown));
    let twice = [rsa("a"), rsa("a")];
    assert_eq!(chosen(&twice, &header("RS256", Some("a"))), Err(TokenRefusal::KeyAmbiguous));
    let same_name = [rsa("a"), point("EC", "P-256", "a")];
    assert_eq!(chosen(&same_name, &header("ES256", Some("a"))), Ok("a"));
}

#[test]
fn keys_that_are_for_something_else() {
    type Change = fn(&mut PublicKey);
    let rows: [(&str, bool, Change); 26] = [
        ("as it is", true, |_| {}),
        ("for signatures", true, |k| k.usage = text("sig")),
        ("for encryption", false, |k| k.usage = text("enc")),
        ("to verify", true, |k| k.key_ops = Some(["verify".into()].into())),
        ("to sign and verify", true, |k| k.key_ops = Some(["sign".into(), "verify".into()].into())),
        ("to encrypt", false, |k| k.key_ops = Some(["encrypt".into()].into())),
        ("for nothing", false, |k| k.key_ops = Some(Vec::new())),
        ("for RS256", true, |k| k.alg = text("RS256")),
        ("for PS256", false, |k| k.alg = text("PS256")),
        ("for RSA-OAEP", false, |k| k.alg = text("RSA-OAEP")),
        ("for HS256", false, |k| k.alg = text("HS256")),
        ("symmetric", false, |k| k.kty = "oct".into()),
        ("no family", false, |k| k.kty = String::new()),
        ("no modulus", false, |k| k.n = None),
        ("1024 bits", false, |k| k.n = text(&(String::from("u") + &"A".repeat(170)))),
        ("2047 bits", false, |k| k.n = text(&(String::from("f") + &"_".repeat(341)))),
        ("2048 bits behind a zero byte", true, |k| k.n = text(&(String::from("AI") + &"A".repeat(341)))),
        ("2047 bits behind a zero byte", false, |k| k.n = text(&(String::from("AH") + &"_".repeat(341)))),
        ("2044 bits", false, |k| k.n = text(&(String::from("C") + &"_".repeat(341)))),
        ("2046 bits", false, |k| k.n = text(&(String::from("P") + &"_".repeat(341)))),
        ("16384 bits", false, |k| k.n = text(&"u".repeat(2731))),
        ("no base64url", false, |k| k.n = text(&"u+".repeat(171))),
        ("exponent 3", true, |k| k.e = text("Aw")),
        ("exponent 1", false, |k| k.e = text("AQ")),
        ("exponent 1 behind zeros", false, |k| k.e = text("AAAB")),
        ("no exponent", false, |k| k.e = text("")),
    ];
    for (name, is_good, change) in rows {
        let mut key = rsa("a");
        change(&mut key);
        assert_eq!(key.fits(Algorithm::Rs256, &entra()), is_good, "{name}");
        let chosen = chosen(&[key], &header("RS256", Some("a"))).map(|_| ());
        assert_eq!(chosen, if is_good { Ok(()) } else { Err(TokenRefusal::KeyUnsuitable) }, "{name}");
    }
}

#[test]
fn points_are_of_the_right_curve_and_length() {
    let es256 = |change: fn(&mut PublicKey)| {
        let mut key = point("EC", "P-256", "a");
        change(&mut key);
        key.fits(Algorithm::Es256, &entra())
    };
    assert!(es256(|_| {}));
    assert!(!es256(|key| key.crv = text("P-384")));
    assert!(!es256(|key| key.crv = text("secp256k1")));
    assert!(!es256(|key| key.crv = None));
    assert!(!es256(|key| key.y = None));
    assert!(!es256(|key| key.x = text(&"b".repeat(42))));
    assert!(!es256(|key| key.kty = "OKP".into()));
    let mut ed25519 = point("OKP", "Ed25519", "a");
    ed25519.y = None;
    assert!(ed25519.fits(Algorithm::EdDsa, &entra()));
    ed25519.alg = text("EdDSA");
    assert!(ed25519.fits(Algorithm::EdDsa, &entra()));
    ed25519.crv = text("X25519");
    assert!(!ed25519.fits(Algorithm::EdDsa, &entra()));
}

/// Entra ID lists keys of other directories too, and says whose tokens each signs.
#[test]
fn entras_keys_are_bound_to_their_issuer() {
    let fits =
        |theirs: &str, issuer: &Issuer| PublicKey { issuer: text(theirs), ..rsa("a") }.fits(Algorithm::Rs256, issuer);
    for (theirs, is_good) in [
        (ENTRA, true),
        ("https://login.microsoftonline.com/{tenantid}/v2.0", true),
        ("https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", false),
        ("https://login.microsoftonline.com/{tenantid}", true),
        ("https://sts.windows.net/{tenantid}/", true),
        ("https://sts.windows.net/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/", true),
        ("https://sts.windows.net/9188040d-6c67-4c5b-b112-36a304b66dad/", false),
        ("https://login.microsoftonline.com/", false),
        ("https://login.microsoftonline.com/x/8eaef023-2b34-4da1-9baa-8bc8c9d6a490", false),
        ("8eaef023-2b34-4da1-9baa-8bc8c9d6a490", false),
        ("{tenantid}", false),
        ("", false),
    ] {
        assert_eq!(fits(theirs, &entra()), is_good, "{theirs}");
    }
    let other = Issuer::parse("https://accounts.example", Loopback::Refused).unwrap();
    assert!(fits("whatever it means there", &other));
}
