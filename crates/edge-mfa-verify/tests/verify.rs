//! What is believed, and everything that is not: each token is signed here with a key of the test's own.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use base64ct::{Base64UrlUnpadded, Encoding};
use edge_mfa_verify::{Claims, Ended, Expected, Keys, Refused, Role, TYPE, verify};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};

const NOW: u64 = 1_800_000_060;
const EXPECTED: Expected<'_> = Expected {
    issuer: "https://mfa.example.com/t/acme",
    application: "app-00010203abcdef09",
    origin: "https://wiki.example.com",
};

fn key(byte: u8) -> SigningKey {
    SigningKey::from_slice(&[byte; 32]).unwrap()
}

fn encoded(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

fn jwk(kid: &str, key: &SigningKey) -> Value {
    let point = key.verifying_key().to_sec1_point(false);
    let point = point.as_bytes();
    let (x, y) = (encoded(&point[1..33]), encoded(&point[33..]));
    json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid, "x": x, "y": y})
}

fn keys() -> Keys {
    let other = json!({"kty": "RSA", "kid": "rsa", "n": "AQAB", "e": "AQAB"});
    Keys::from_jwks(&json!({"keys": [other, jwk("a", &key(1)), jwk("b", &key(2))]}).to_string()).unwrap()
}

fn header() -> Value {
    json!({"alg": "ES256", "typ": TYPE, "kid": "a"})
}

fn claims() -> Value {
    json!({
        "iss": EXPECTED.issuer,
        "aud": EXPECTED.application,
        "sub": "0123456789abcdef0123456789abcdef",
        "iat": 1_800_000_000,
        "exp": 1_800_000_300,
        "auth_time": 1_799_999_990,
        "amr": ["pwd", "otp"],
        "acr": "https://refeds.org/profile/mfa",
        "sid": "00112233445566778899aabbccddeeff",
        "preferred_username": "anna",
        "role": "administrator",
        "origin": EXPECTED.origin,
        "epoch": 3,
    })
}

fn signed(header: &Value, claims: &Value, key: &SigningKey) -> String {
    let text = format!("{}.{}", encoded(header.to_string().as_bytes()), encoded(claims.to_string().as_bytes()));
    let signature: Signature = key.sign(text.as_bytes());
    format!("{text}.{}", encoded(&signature.to_bytes()))
}

fn with(mut value: Value, name: &str, other: Value) -> Value {
    value[name] = other;
    value
}

fn ask(token: &str, now: u64) -> Result<Claims, Refused> {
    verify(token, &keys(), &EXPECTED, now)
}

#[test]
fn what_the_gate_signed_is_believed_until_it_is_over() {
    let token = signed(&header(), &claims(), &key(1));
    let said = ask(&token, NOW).unwrap();
    assert_eq!((said.username.as_str(), said.role, said.epoch), ("anna", Role::Administrator, 3));
    assert!(said.has_mfa());
    assert!(ask(&token, 1_800_000_299).is_ok());
    assert_eq!(ask(&token, 1_800_000_300), Err(Refused::Expired));
    // Clocks are a minute apart at the most.
    assert!(ask(&token, 1_799_999_940).is_ok());
    assert_eq!(ask(&token, 1_799_999_939), Err(Refused::NotYet));
    // More may be said in times to come, and less of what not every sign-in has.
    let mut more = with(claims(), "more", json!(1));
    more.as_object_mut().unwrap().remove("acr");
    assert!(!ask(&signed(&header(), &more, &key(1)), NOW).unwrap().has_mfa());
    let by_b = signed(&with(header(), "kid", json!("b")), &claims(), &key(2));
    assert!(ask(&by_b, NOW).is_ok());
}

#[test]
fn what_is_not_signed_by_the_key_that_it_names_is_not_believed() {
    assert_eq!(ask(&signed(&header(), &claims(), &key(2)), NOW), Err(Refused::BadSignature));
    let unknown = with(header(), "kid", json!("c"));
    assert_eq!(ask(&signed(&unknown, &claims(), &key(1)), NOW), Err(Refused::UnknownKey));
    let token = signed(&header(), &claims(), &key(1));
    let (text, signature) = token.rsplit_once('.').unwrap();
    let (head, body) = text.split_once('.').unwrap();
    let other = encoded(with(claims(), "preferred_username", json!("evil")).to_string().as_bytes());
    assert_eq!(ask(&format!("{head}.{other}.{signature}"), NOW), Err(Refused::BadSignature));
    assert_eq!(ask(&format!("{head}.{body}.{}", encoded(&[0; 64])), NOW), Err(Refused::BadSignature));
    assert_eq!(ask(&format!("{head}.{body}."), NOW), Err(Refused::BadSignature));
    for cut in ["", ".", "..", head, text, "a.b.c", &"x".repeat(5000)] {
        assert_eq!(ask(cut, NOW), Err(Refused::Malformed), "{cut}");
    }
}

#[test]
fn another_kind_of_token_is_none_of_these() {
    for (name, value) in
        [("typ", json!("JWT")), ("typ", json!("at+jwt")), ("alg", json!("none")), ("alg", json!("HS256"))]
    {
        let token = signed(&with(header(), name, value.clone()), &claims(), &key(1));
        assert_eq!(ask(&token, NOW), Err(Refused::OtherType), "{name} {value}");
    }
    let critical = with(header(), "crit", json!(["exp"]));
    assert_eq!(ask(&signed(&critical, &claims(), &key(1)), NOW), Err(Refused::Malformed));
}

#[test]
fn it_has_to_be_for_this_tenant_this_application_and_this_host() {
    for (name, value, why) in [
        ("iss", json!("https://mfa.example.com/t/other"), Refused::OtherIssuer),
        ("aud", json!("app-00010203abcdef08"), Refused::OtherAudience),
        ("aud", json!([EXPECTED.application]), Refused::Malformed),
        ("origin", json!("https://other.example.com"), Refused::OtherAudience),
        ("exp", json!("1900000000"), Refused::Malformed),
        ("role", json!("operator"), Refused::Malformed),
        ("sid", Value::Null, Refused::Malformed),
    ] {
        let token = signed(&header(), &with(claims(), name, value.clone()), &key(1));
        assert_eq!(ask(&token, NOW), Err(why), "{name} {value}");
    }
}

#[test]
fn a_key_set_is_read_strictly() {
    for text in ["", "{}", "[]", "{\"keys\": 1}"] {
        assert_eq!(Keys::from_jwks(text).err(), Some(Refused::Malformed), "{text}");
    }
    let right = jwk("a", &key(1));
    for (name, value) in [("x", json!("AAAA")), ("y", json!(encoded(&[1; 32]))), ("kid", Value::Null)] {
        let set = json!({"keys": [with(right.clone(), name, value)]}).to_string();
        assert_eq!(Keys::from_jwks(&set).err(), Some(Refused::Malformed), "{name}");
    }
    // What is for others is not for this.
    for (name, value) in [("use", json!("enc")), ("alg", json!("ES384")), ("crv", json!("P-384"))] {
        let set = json!({"keys": [with(right.clone(), name, value)]}).to_string();
        let keys = Keys::from_jwks(&set).unwrap();
        let token = signed(&header(), &claims(), &key(1));
        assert_eq!(verify(&token, &keys, &EXPECTED, NOW), Err(Refused::UnknownKey), "{name}");
    }
}

#[test]
fn what_has_ended_is_not_true_any_more() {
    let said = ask(&signed(&header(), &claims(), &key(1)), NOW).unwrap();
    let ended = |epoch: u64, sid: &str| {
        let text = json!({"as_of": NOW, "epoch": epoch, "sessions": [{"sid": sid, "ended_at": NOW}]}).to_string();
        Ended::from_json(&text).unwrap()
    };
    let other = "ff112233445566778899aabbccddeeff";
    assert!(!ended(3, other).covers(&said));
    assert!(ended(4, other).covers(&said));
    assert!(ended(3, &said.session).covers(&said));
    assert_eq!(Ended::from_json("{}"), Err(Refused::Malformed));
}

/// What the documentation shows.
#[test]
fn the_example_is_one_of_these() {
    let token = include_str!("token.txt").trim();
    let set = include_str!("jwks.json");
    assert_eq!(set.trim(), json!({"keys": [jwk("a", &key(1))]}).to_string());
    assert_eq!(token, signed(&header(), &claims(), &key(1)));
}
