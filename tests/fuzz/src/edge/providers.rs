//! What an identity provider says: its ID token, its keys, its discovery document.

use base64ct::{Base64UrlUnpadded, Encoding};
use mfa_core::external::{Algorithm, Header, Issuer, Loopback, PublicKey, choose_key};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::oidc::Provider;
use crate::oidc::id_token::IdToken;
use crate::oidc::{keys, metadata};

const ALL: [Algorithm; 4] = [Algorithm::Rs256, Algorithm::Ps256, Algorithm::Es256, Algorithm::EdDsa];
const ISSUER: &str = "https://id.acme.example";

/// Text that may be an ID token in the compact serialization.
pub(crate) fn id_token(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let Ok(token) = IdToken::parse(text) else { return };
    let parts: Vec<&str> = text.split('.').collect();
    let &[header, claims, signature] = parts.as_slice() else { panic!("not three parts") };
    // Each part has one spelling.
    assert_eq!(Base64UrlUnpadded::encode_string(&token.signature), signature);
    let header_text = Base64UrlUnpadded::decode_vec(header).expect("no base64url");
    assert_eq!(Base64UrlUnpadded::encode_string(&header_text), header);
    assert_eq!(token.signed, format!("{header}.{claims}"));
    // Serde lets half a pair of surrogates pass in a text that it skips; a header that it read whole is judged by hand.
    let header_text = String::from_utf8(header_text).expect("no UTF-8");
    if let Ok(given) = serde_json::from_str::<Value>(&header_text) {
        assert!(given.is_object());
        allowed(&token.header, &given);
    }
    if token.claims().is_ok() {
        let claims_text = Base64UrlUnpadded::decode_vec(claims).expect("no base64url");
        assert_eq!(Base64UrlUnpadded::encode_string(&claims_text), claims);
        assert!(claims_text.trim_ascii_start().starts_with(b"{") && core::str::from_utf8(&claims_text).is_ok());
    }
}

/// A signature of ours or none: whatever the header says.
fn allowed(header: &Header, given: &Value) {
    let Ok(algorithm) = header.algorithm(&ALL) else { return };
    let name = given["alg"].as_str().expect("no name");
    assert!(["RS256", "PS256", "ES256", "EdDSA", "Ed25519"].contains(&name), "{name}");
    assert_eq!(given.get("crit"), None, "something critical was passed over");
    assert!(given.get("typ").is_none_or(|kind| kind.is_null() || kind.as_str().unwrap().eq_ignore_ascii_case("jwt")));
    assert!(header.algorithm(&[]).is_err() && header.algorithm(&[algorithm]) == Ok(algorithm));
}

/// JSON text that may be a set of keys.
pub(crate) fn key_set(data: &[u8]) {
    let Ok(published) = serde_json::from_slice::<keys::Published>(data) else { return };
    let Ok(found) = published.read() else { return };
    assert!(found.len() <= 64);
    for issuer in [ISSUER, "https://login.microsoftonline.com/690222be-ff1a-4d56-abd1-7e4f7d38e474/v2.0"] {
        let issuer = Issuer::parse(issuer, Loopback::Refused).unwrap();
        for algorithm in ALL {
            for kid in [None, Some("a"), Some("")] {
                chosen(&found, algorithm, kid, &issuer);
            }
        }
    }
}

fn chosen(keys: &[PublicKey], algorithm: Algorithm, kid: Option<&str>, issuer: &Issuer) {
    let header = Header { alg: String::new(), kid: kid.map(str::to_owned), typ: None, has_critical: false };
    let Ok(key) = choose_key(keys, &header, algorithm, issuer) else { return };
    assert!(kid.is_none() || key.kid.as_deref() == kid, "a key of another name");
    assert!(key.usage.as_deref().is_none_or(|usage| usage == "sig"), "a key for something else");
    let others = keys.iter().filter(|other| kid.is_none() || other.kid.as_deref() == kid);
    assert_eq!(others.filter(|other| other.fits(algorithm, issuer)).count(), 1, "one of several");
    // How many bits the number has. Stray bits at its end, which the platform refuses, are looked at by nobody here.
    let bits = |part: &Option<String>| {
        let bytes = Base64UrlUnpadded::decode_vec(part.as_deref().expect("a part is missing")).ok()?;
        let leading = bytes.iter().take_while(|byte| **byte == 0).count();
        let first = bytes.get(leading).map_or(0, |byte| byte.leading_zeros() as usize);
        Some((bytes.len() - leading) * 8 - first)
    };
    let bytes = |part: &Option<String>| part.as_deref().map(|text| text.len() * 6 / 8);
    match algorithm {
        Algorithm::Rs256 | Algorithm::Ps256 => {
            assert_eq!(key.kty, "RSA");
            assert!(bits(&key.n).is_none_or(|bits| (2048..=8192).contains(&bits)), "{:?} bits", bits(&key.n));
            assert!(bits(&key.e).is_none_or(|bits| (2..=32).contains(&bits)), "an exponent of {:?} bits", bits(&key.e));
        }
        Algorithm::Es256 => assert_eq!((&*key.kty, bytes(&key.x), bytes(&key.y)), ("EC", Some(32), Some(32))),
        Algorithm::EdDsa => assert_eq!((&*key.kty, bytes(&key.x)), ("OKP", Some(32))),
    }
}

/// JSON text that may be a discovery document.
pub(crate) fn discovery(data: &[u8]) {
    let Ok(published) = serde_json::from_slice::<metadata::Published>(data) else { return };
    let secret = Zeroizing::new("client secret".to_owned());
    let Ok(provider) = Provider::new(ISSUER, "edge-mfa", secret, Loopback::Refused) else { panic!("no provider") };
    let Ok(metadata) = published.check(&provider) else { return };
    let Ok(given @ Value::Object(_)) = serde_json::from_slice::<Value>(data) else { return };
    assert_eq!(given["issuer"], ISSUER, "a document of another issuer");
    assert!(!metadata.algorithms.is_empty());
    for (name, address) in [
        ("authorization_endpoint", &metadata.authorization),
        ("token_endpoint", &metadata.token),
        ("jwks_uri", &metadata.keys),
    ] {
        assert_eq!(given[name], address.as_str());
        assert!(address.as_str().starts_with("https://"), "a secret would go in the clear");
    }
    let lists = |name: &str, word: &str| given[name].as_array().map(|list| list.iter().any(|one| one == word));
    assert_ne!(lists("response_types_supported", "code"), Some(false));
    assert_ne!(lists("code_challenge_methods_supported", "S256"), Some(false));
    assert_eq!(metadata.names_itself, given["authorization_response_iss_parameter_supported"] == true);
}
