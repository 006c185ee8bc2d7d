//! Sessions as signed tokens: any edge verifies one by itself; KV can only take it away sooner.
//!
//! `mfas.<claims>.<signature>`, HMAC-SHA-256. The key is a Worker secret, so whoever can verify can also sign: only
//! our own edges do. Re-issued while it is used, so that an unused session ends after an hour. What a gate gives on the
//! strength of a session is signed in the same way under a prefix of its own (`gate_token.rs`).

use base64ct::{Base64UrlUnpadded, Encoding};
use mfa_core::member::{Generation, Methods, SessionId};
use mfa_core::policy;
use mfa_core::tenant::Epoch;
use mfa_core::tenant::directory::Role;
use mfa_core::time::{Seconds, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::Problem;
use crate::json;
use crate::object_ref::MemberName;
use crate::runtime::KeyRing;
use crate::seal::hmac_sha256;

const PREFIX: &str = "mfas";

/// The longest that is looked at: browsers keep no cookie of more than 4096 bytes.
const LONGEST: usize = 4096;

/// A token this old is re-issued when it is used. Not at each use: answers stay small and caches of cookies calm.
const REISSUE_AFTER: Seconds = Seconds(5 * 60);

/// What a session's token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Claims {
    pub(crate) tenant: String,
    pub(crate) member: MemberName,
    pub(crate) username: String,
    pub(crate) role: Role,
    pub(crate) generation: Generation,
    pub(crate) epoch: Epoch,
    pub(crate) session: SessionId,
    pub(crate) methods: Methods,
    /// When the person signed in.
    pub(crate) authenticated_at: Timestamp,
    /// When this token was made.
    pub(crate) issued_at: Timestamp,
    /// When the session ends, used or not.
    pub(crate) ends_at: Timestamp,
}

impl Claims {
    /// When the token ends, if it is not used before.
    pub(crate) fn expires_at(&self) -> Timestamp {
        self.issued_at.saturating_add(policy::SESSION_IDLE).min(self.ends_at)
    }

    /// What the bearer and her page may know of it.
    pub(crate) fn shown(&self) -> Value {
        json!({
            "tenant": self.tenant,
            "username": self.username,
            "role": self.role,
            "amr": self.methods.names().collect::<Vec<_>>(),
            "authenticated_at": self.authenticated_at,
            "expires_at": self.expires_at(),
            "ends_at": self.ends_at,
        })
    }

    /// The claims to re-issue, if it is time.
    pub(crate) fn renewed(&self, now: Timestamp) -> Option<Claims> {
        (now.since(self.issued_at) >= REISSUE_AFTER).then(|| Claims { issued_at: now, ..self.clone() })
    }

    /// Signs them.
    pub(crate) fn sign(&self, keys: &KeyRing) -> Result<Zeroizing<String>, Problem> {
        sign(PREFIX, self, keys)
    }

    /// Reads a token of `tenant` that is ours and not over.
    pub(crate) fn verify(text: &str, tenant: &str, keys: &KeyRing, now: Timestamp) -> Option<Claims> {
        verify(PREFIX, text, keys).filter(|claims: &Claims| claims.tenant == tenant && now < claims.expires_at())
    }
}

/// A signed text that says this.
pub(crate) fn sign<T: Serialize>(prefix: &str, claims: &T, keys: &KeyRing) -> Result<Zeroizing<String>, Problem> {
    let claims = serde_json::to_vec(claims).map_err(|_| Problem::alarm("claims do not serialize"))?;
    let body = format!("{prefix}.{}", Base64UrlUnpadded::encode_string(&claims));
    let signature = Base64UrlUnpadded::encode_string(&signature(&body, &keys.newest()?.bytes));
    Ok(Zeroizing::new(format!("{body}.{signature}")))
}

/// What one of ours says. The signature, which covers the prefix, is checked before anything is believed.
pub(crate) fn verify<T: DeserializeOwned>(prefix: &str, text: &str, keys: &KeyRing) -> Option<T> {
    if text.len() > LONGEST {
        return None;
    }
    let (body, given) = text.rsplit_once('.')?;
    let mut decoded = [0; 32];
    let given = Base64UrlUnpadded::decode(given, &mut decoded).ok()?;
    let ours = keys.all().any(|key| bool::from(signature(body, &key.bytes).ct_eq(given)));
    if !ours {
        return None;
    }
    let claims = body.strip_prefix(prefix)?.strip_prefix('.')?;
    json::read_bytes(&Base64UrlUnpadded::decode_vec(claims).ok()?)
}

fn signature(body: &str, key: &[u8; 32]) -> [u8; 32] {
    hmac_sha256(key, &[b"edge-mfa session v1\0", body.as_bytes()])
}
