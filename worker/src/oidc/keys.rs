//! A provider's public keys (RFC 7517). They rotate; we follow, but not at anybody's bidding.

use std::rc::Rc;

use mfa_core::external::{Algorithm, Header, Issuer, PublicKey, TokenRefusal, choose_key};
use mfa_core::time::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::cache::Cache;
use super::fetch;
use super::metadata::Metadata;
use super::refused::{Document, Refused};

/// The largest set that is taken, in bytes and in keys.
const MAX_BYTES: usize = 256 * 1024;
const MAX_KEYS: usize = 64;

thread_local! {
    static KNOWN: Cache<Vec<PublicKey>> = const { Cache::empty() };
}

/// The key that a token must be signed with. One of an unknown name makes us look again, once, and not twice within
/// half a minute: a stranger's made-up names must not turn us against the provider.
pub(super) async fn choose(
    issuer: &Issuer,
    metadata: &Metadata,
    header: &Header,
    algorithm: Algorithm,
    now: Timestamp,
) -> Result<PublicKey, Refused> {
    let address = metadata.keys.as_str();
    let (keys, is_new) = match KNOWN.with(|known| known.find(address, now)) {
        Some(keys) => (keys, false),
        None => (fetch_all(address, now).await?, true),
    };
    match choose_key(&keys, header, algorithm, issuer) {
        Err(TokenRefusal::KeyUnknown) if !is_new && KNOWN.with(|known| known.may_force(address, now)) => {
            let keys = fetch_all(address, now).await?;
            choose_key(&keys, header, algorithm, issuer).cloned()
        }
        chosen => chosen.cloned(),
    }
    .map_err(Refused::Token)
}

/// The document.
#[derive(Deserialize)]
pub(crate) struct Published {
    keys: Vec<Value>,
}

impl Published {
    /// The keys that we understand; others are none of our business (RFC 7517 §5).
    pub(crate) fn read(&self) -> Result<Vec<PublicKey>, Refused> {
        if self.keys.len() > MAX_KEYS {
            return Err(Refused::TooLarge(Document::Keys));
        }
        Ok(self.keys.iter().filter_map(read).collect())
    }
}

/// One key. A member that we know and that is no text makes it one that we do not understand.
fn read(key: &Value) -> Option<PublicKey> {
    let text = |name: &str| match key.get(name) {
        None | Some(Value::Null) => Some(None),
        Some(Value::String(text)) => Some(Some(text.clone())),
        Some(_) => None,
    };
    let key_ops = match key.get("key_ops") {
        None | Some(Value::Null) => None,
        Some(list) => Some(list.as_array()?.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()),
    };
    Some(PublicKey {
        kty: text("kty")??,
        kid: text("kid")?,
        usage: text("use")?,
        key_ops,
        alg: text("alg")?,
        crv: text("crv")?,
        n: text("n")?,
        e: text("e")?,
        x: text("x")?,
        y: text("y")?,
        issuer: text("issuer")?,
    })
}

async fn fetch_all(address: &str, now: Timestamp) -> Result<Rc<Vec<PublicKey>>, Refused> {
    let published: Published = fetch::get(address, Document::Keys, MAX_BYTES).await?.parse()?;
    let keys = published.read()?;
    Ok(KNOWN.with(|known| known.keep(address, keys, now)))
}
