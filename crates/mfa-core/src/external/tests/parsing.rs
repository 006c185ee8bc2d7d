//! What comes in as JSON.

use serde_json::{from_str, from_value, json};

use super::*;
use crate::external::{Header, Identity, Subject};

#[test]
fn an_id_token_of_entra() {
    let claims: Claims = from_value(json!({
        "aud": CLIENT, "iss": ENTRA, "iat": NOW.0 - 300, "nbf": NOW.0 - 300, "exp": NOW.0 + 3600,
        "name": "Anna de Wit", "nonce": NONCE, "oid": "690222be-ff1a-4d56-abd1-7e4f7d38e474",
        "preferred_username": "anna@contoso.example", "rh": "0.AX0A", "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
        "tid": DIRECTORY, "uti": "fqiBqXLPj0eQa82S-IYFAA", "ver": "2.0",
    }))
    .unwrap();
    assert_eq!(claims, good());
    assert!(asked_for(&claims, None).is_ok());
}

#[test]
fn dates_are_numbers() {
    let exp = |text: &str| from_str::<Claims>(&std::format!(r#"{{"exp":{text}}}"#)).map(|claims| claims.exp).ok();
    assert_eq!(exp("1800000000"), Some(date(1_800_000_000)));
    assert_eq!(exp("1800000000.9"), Some(date(1_800_000_000)));
    assert_eq!(exp("1.8e9"), Some(date(1_800_000_000)));
    assert_eq!(exp("18446744073709551615"), Some(date(u64::MAX)));
    assert_eq!(exp("null"), Some(None));
    for refused in ["-1", "-0.5", "1e300", "1e18", "18446744073709551616", "\"1800000000\"", "true", "[]", "{}"] {
        assert_eq!(exp(refused), None, "{refused}");
    }
}

#[test]
fn audiences_are_strings() {
    let aud = |text: &str| from_str::<Claims>(&std::format!(r#"{{"aud":{text}}}"#)).map(|claims| claims.aud).ok();
    assert_eq!(aud(r#""a""#), Some(Some(Audience::One("a".into()))));
    assert_eq!(aud(r#"["a","b"]"#), Some(several(&["a", "b"])));
    assert_eq!(aud("[]"), Some(several(&[])));
    for refused in ["1", "[1]", r#"["a",null]"#, r#"{"a":1}"#, "true"] {
        assert_eq!(aud(refused), None, "{refused}");
    }
}

/// A claim that stands twice is read by nobody: two programs could take different ones.
#[test]
fn nothing_stands_twice() {
    assert!(from_str::<Claims>(r#"{"sub":"a","sub":"b"}"#).is_err());
    assert!(from_str::<Header>(r#"{"alg":"RS256","alg":"none"}"#).is_err());
    assert!(from_str::<Header>(r#"{"alg":"RS256","kid":"a","kid":"b"}"#).is_err());
}

#[test]
fn headers() {
    let header = |text: &str| from_str::<Header>(text).ok();
    let plain = Header { alg: "RS256".into(), kid: text("a"), typ: None, has_critical: false };
    assert_eq!(header(r#"{"alg":"RS256","kid":"a"}"#), Some(plain.clone()));
    // Keys that a token brings along are not even read.
    let own = r#"{"alg":"RS256","kid":"a","jwk":{"kty":"RSA"},"jku":"https://evil.example","x5u":"x","x5c":["y"]}"#;
    assert_eq!(header(own), Some(plain.clone()));
    for crit in ["null", "[]", r#"["b64"]"#, "0", "false", "{}"] {
        let critical = header(&std::format!(r#"{{"alg":"RS256","kid":"a","crit":{crit}}}"#));
        assert_eq!(critical, Some(Header { has_critical: true, ..plain.clone() }), "{crit}");
    }
    for refused in ["{}", r#"{"alg":null}"#, r#"{"alg":1}"#, r#"{"alg":"RS256","kid":1}"#, "\"RS256\"", ""] {
        assert_eq!(header(refused), None, "{refused}");
    }
}

#[test]
fn an_identity_as_stored() {
    let identity = Identity { issuer: entra(), subject: Subject::parse("a1").unwrap() };
    let stored = std::format!(r#"{{"issuer":"{ENTRA}","subject":"a1"}}"#);
    assert_eq!(serde_json::to_string(&identity).unwrap(), stored);
    assert_eq!(from_str::<Identity>(&stored).unwrap(), identity);
    for refused in [
        json!({ "issuer": ENTRA }),
        json!({ "subject": "a1" }),
        json!({ "issuer": ENTRA, "subject": "" }),
        json!({ "issuer": "http://id.acme.example", "subject": "a1" }),
        json!({ "issuer": "https://login.microsoftonline.com/common/v2.0", "subject": "a1" }),
        json!({ "issuer": ENTRA, "subject": "a1", "email": "anna@contoso.example" }),
    ] {
        assert!(from_value::<Identity>(refused.clone()).is_err(), "{refused}");
    }
}
