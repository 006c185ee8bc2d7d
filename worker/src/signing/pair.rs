//! A pair of keys on the curve P-256, made and used by the platform's cryptography.

use base64ct::{Base64UrlUnpadded, Encoding};
use js_sys::{Object, Reflect};
use sha2::{Digest, Sha256};
use wasm_bindgen::JsValue;
use zeroize::Zeroizing;

use super::PublicHalf;
use crate::error::Problem;
use crate::webcrypto::{self, Use, object};

/// A pair as made, its private half (a JSON Web Key's `d`) in the open: to be sealed at once.
pub(crate) struct Pair {
    pub(crate) public: PublicHalf,
    pub(crate) private: Zeroizing<String>,
}

impl Pair {
    /// A fresh one.
    pub(crate) async fn generate() -> Result<Pair, Problem> {
        let jwk = webcrypto::generate(&curve().map_err(failed)?).await.map_err(failed)?;
        let part = |name: &str| {
            let part = Reflect::get(&jwk, &name.into()).ok().and_then(|part| part.as_string());
            part.ok_or_else(|| Problem::alarm("the platform made a key without all its parts"))
        };
        let private = Zeroizing::new(part("d")?);
        let (x, y) = (part("x")?, part("y")?);
        Ok(Pair { public: PublicHalf { kid: thumbprint(&x, &y), x, y }, private })
    }
}

pub(super) async fn sign(public: &PublicHalf, private: &str, data: &[u8]) -> Result<Vec<u8>, Problem> {
    let signing = async {
        let key = import(public, Some(private)).await?;
        webcrypto::sign(&ecdsa()?, &key, data).await
    };
    signing.await.map_err(failed)
}

pub(super) async fn verify(public: &PublicHalf, signature: &[u8], data: &[u8]) -> bool {
    match (import(public, None).await, ecdsa()) {
        (Ok(key), Ok(ecdsa)) => webcrypto::verify(&ecdsa, &key, signature, data).await,
        _ => false,
    }
}

async fn import(public: &PublicHalf, private: Option<&str>) -> Result<JsValue, JsValue> {
    let jwk = object(&[
        ("kty", "EC".into()),
        ("crv", "P-256".into()),
        ("x", public.x.as_str().into()),
        ("y", public.y.as_str().into()),
    ])?;
    if let Some(private) = private {
        Reflect::set(&jwk, &"d".into(), &private.into())?;
    }
    let to = if private.is_some() { Use::Sign } else { Use::Verify };
    webcrypto::import(&jwk, &curve()?, to).await
}

/// The SHA-256 of the public key in its one form (RFC 7638 §3.2).
fn thumbprint(x: &str, y: &str) -> String {
    let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    Base64UrlUnpadded::encode_string(&Sha256::digest(canonical.as_bytes()))
}

fn curve() -> Result<Object, JsValue> {
    object(&[("name", "ECDSA".into()), ("namedCurve", "P-256".into())])
}

fn ecdsa() -> Result<Object, JsValue> {
    object(&[("name", "ECDSA".into()), ("hash", "SHA-256".into())])
}

/// What the platform says of it may hold the key.
fn failed(_: JsValue) -> Problem {
    Problem::alarm("the platform's cryptography failed")
}
