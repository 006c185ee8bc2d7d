//! Verifying a signature with the platform's own cryptography (WebCrypto): constant time, native, and no byte of ours.

use js_sys::futures::JsFuture;
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use mfa_core::external::{Algorithm, PublicKey, TokenRefusal};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::id_token::IdToken;
use super::refused::Refused;

#[wasm_bindgen]
extern "C" {
    type SubtleCrypto;

    #[wasm_bindgen(thread_local_v2, js_namespace = crypto, js_name = subtle)]
    static SUBTLE: SubtleCrypto;

    #[wasm_bindgen(method, catch, js_name = importKey)]
    fn import_key(
        this: &SubtleCrypto,
        format: &str,
        key: &Object,
        algorithm: &Object,
        extractable: bool,
        usages: &Array,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn verify(
        this: &SubtleCrypto,
        algorithm: &Object,
        key: &JsValue,
        signature: &Uint8Array,
        data: &Uint8Array,
    ) -> Result<Promise, JsValue>;
}

/// Checks a token's signature.
pub(super) async fn verify(key: &PublicKey, algorithm: Algorithm, token: &IdToken<'_>) -> Result<(), Refused> {
    // A key that cannot be imported is not one, though it looked like one.
    let key = import(key, algorithm).await.map_err(|_| Refused::Token(TokenRefusal::KeyUnsuitable))?;
    let signature = Uint8Array::from(token.signature.as_slice());
    let data = Uint8Array::from(token.signed.as_bytes());
    let verifying = async {
        let promise = SUBTLE.with(|subtle| subtle.verify(&to_verify(algorithm)?, &key, &signature, &data))?;
        JsFuture::from(promise).await
    };
    match verifying.await.map(|verdict| verdict.is_truthy()) {
        Ok(true) => Ok(()),
        // A signature that makes the platform stumble is no better than a wrong one.
        Ok(false) | Err(_) => Err(Refused::SignatureWrong),
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
    let usages = Array::of1(&"verify".into());
    let importing = SUBTLE.with(|subtle| subtle.import_key("jwk", &jwk, &to_import(algorithm)?, false, &usages))?;
    JsFuture::from(importing).await
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

fn object(members: &[(&str, JsValue)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in members {
        Reflect::set(&object, &JsValue::from(*name), value)?;
    }
    Ok(object)
}
