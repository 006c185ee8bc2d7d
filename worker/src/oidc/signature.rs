//! Verifying a provider's signature.

use js_sys::Object;
use mfa_core::external::{Algorithm, PublicKey, TokenRefusal};
use wasm_bindgen::JsValue;

use super::id_token::IdToken;
use super::refused::Refused;
use crate::webcrypto::{self, Use, object};

/// Checks a token's signature.
pub(super) async fn verify(key: &PublicKey, algorithm: Algorithm, token: &IdToken<'_>) -> Result<(), Refused> {
    // A key that cannot be imported is not one, though it looked like one.
    let key = import(key, algorithm).await.map_err(|_| Refused::Token(TokenRefusal::KeyUnsuitable))?;
    // An algorithm that cannot be named to the platform verifies nothing.
    let algorithm = to_verify(algorithm).map_err(|_| Refused::SignatureWrong)?;
    if webcrypto::verify(&algorithm, &key, &token.signature, token.signed.as_bytes()).await {
        Ok(())
    } else {
        Err(Refused::SignatureWrong)
    }
}

/// Of a key only its public parts, and that it is for verifying.
async fn import(key: &PublicKey, algorithm: Algorithm) -> Result<JsValue, JsValue> {
    let part = |part: &Option<String>| JsValue::from(part.as_deref().unwrap_or_default());
    let jwk = match algorithm {
        Algorithm::Rs256 | Algorithm::Ps256 => {
            object(&[("kty", "RSA".into()), ("n", part(&key.n)), ("e", part(&key.e))])?
        }
        Algorithm::Es256 => {
            object(&[("kty", "EC".into()), ("crv", "P-256".into()), ("x", part(&key.x)), ("y", part(&key.y))])?
        }
        Algorithm::EdDsa => object(&[("kty", "OKP".into()), ("crv", "Ed25519".into()), ("x", part(&key.x))])?,
    };
    webcrypto::import(&jwk, &to_import(algorithm)?, Use::Verify).await
}

fn to_import(algorithm: Algorithm) -> Result<Object, JsValue> {
    match algorithm {
        Algorithm::Rs256 => object(&[("name", "RSASSA-PKCS1-v1_5".into()), ("hash", "SHA-256".into())]),
        Algorithm::Ps256 => object(&[("name", "RSA-PSS".into()), ("hash", "SHA-256".into())]),
        Algorithm::Es256 => object(&[("name", "ECDSA".into()), ("namedCurve", "P-256".into())]),
        Algorithm::EdDsa => object(&[("name", "Ed25519".into())]),
    }
}

fn to_verify(algorithm: Algorithm) -> Result<Object, JsValue> {
    match algorithm {
        Algorithm::Rs256 => object(&[("name", "RSASSA-PKCS1-v1_5".into())]),
        // As long as the digest (RFC 7518 §3.5).
        Algorithm::Ps256 => object(&[("name", "RSA-PSS".into()), ("saltLength", 32.into())]),
        Algorithm::Es256 => object(&[("name", "ECDSA".into()), ("hash", "SHA-256".into())]),
        Algorithm::EdDsa => object(&[("name", "Ed25519".into())]),
    }
}
