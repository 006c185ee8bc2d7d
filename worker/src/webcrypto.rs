//! The platform's own cryptography: constant time, native, and no byte of ours.

use js_sys::futures::JsFuture;
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

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

    #[wasm_bindgen(method, catch, js_name = exportKey)]
    fn export_key(this: &SubtleCrypto, format: &str, key: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = generateKey)]
    fn generate_key(
        this: &SubtleCrypto,
        algorithm: &Object,
        extractable: bool,
        usages: &Array,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn sign(this: &SubtleCrypto, algorithm: &Object, key: &JsValue, data: &Uint8Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn verify(
        this: &SubtleCrypto,
        algorithm: &Object,
        key: &JsValue,
        signature: &Uint8Array,
        data: &Uint8Array,
    ) -> Result<Promise, JsValue>;
}

/// What a key is imported for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Sign,
    Verify,
}

/// Imports a JSON Web Key. It cannot be exported again.
pub(crate) async fn import(jwk: &Object, algorithm: &Object, to: Use) -> Result<JsValue, JsValue> {
    let word = match to {
        Use::Sign => "sign",
        Use::Verify => "verify",
    };
    let usages = Array::of1(&word.into());
    let importing = SUBTLE.with(|subtle| subtle.import_key("jwk", jwk, algorithm, false, &usages))?;
    JsFuture::from(importing).await
}

/// A fresh private key, as a JSON Web Key.
pub(crate) async fn generate(algorithm: &Object) -> Result<JsValue, JsValue> {
    let usages = Array::of2(&"sign".into(), &"verify".into());
    let pair = JsFuture::from(SUBTLE.with(|subtle| subtle.generate_key(algorithm, true, &usages))?).await?;
    let private = Reflect::get(&pair, &"privateKey".into())?;
    JsFuture::from(SUBTLE.with(|subtle| subtle.export_key("jwk", &private))?).await
}

/// Signs `data`.
pub(crate) async fn sign(algorithm: &Object, key: &JsValue, data: &[u8]) -> Result<Vec<u8>, JsValue> {
    let data = Uint8Array::from(data);
    let signature = JsFuture::from(SUBTLE.with(|subtle| subtle.sign(algorithm, key, &data))?).await?;
    Ok(Uint8Array::new(&signature).to_vec())
}

/// Whether `signature` is one of `data` by this key. One that makes the platform stumble is no better than a wrong one.
pub(crate) async fn verify(algorithm: &Object, key: &JsValue, signature: &[u8], data: &[u8]) -> bool {
    let (signature, data) = (Uint8Array::from(signature), Uint8Array::from(data));
    let verifying =
        async { JsFuture::from(SUBTLE.with(|subtle| subtle.verify(algorithm, key, &signature, &data))?).await };
    verifying.await.is_ok_and(|verdict: JsValue| verdict.is_truthy())
}

/// A JavaScript object with these members.
pub(crate) fn object(members: &[(&str, JsValue)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in members {
        Reflect::set(&object, &JsValue::from(*name), value)?;
    }
    Ok(object)
}
