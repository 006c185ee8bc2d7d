//! Signing what others verify by themselves: tokens of a tenant, ES256 (RFC 7518 §3.4), with keys of its own.
//!
//! A pair of keys is made and used by the platform's cryptography. Its private half lies sealed in the tenant's object
//! and comes out of the seal only for the signature; which key signs and which are published is `mfa_core`'s to say.

mod jws;
mod pair;

use mfa_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use worker::Env;

pub(crate) use jws::Typ;
pub(crate) use pair::Pair;

use crate::error::Problem;
use crate::object_ref::{self, TenantAsk, TenantReply, TenantRequest};
use crate::runtime::{KeyRing, Secrets};
use crate::seal;

/// The public half of a key, by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublicHalf {
    /// Its thumbprint (RFC 7638): nobody has to remember which number was given out already.
    pub(crate) kid: String,
    pub(crate) x: String,
    pub(crate) y: String,
}

/// A tenant's keys, as its object hands them out.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    /// What the keys are sealed for.
    pub(crate) tenant: String,
    /// Newest last.
    pub(crate) published: Vec<PublicHalf>,
    /// The name of the one that signs, and its private half, sealed.
    pub(crate) signing: (String, String),
}

impl Keys {
    /// The tenant's, made if there are none yet and rotated if it is time. `Err` holds the tenant's refusal.
    /// `origin` is where its issuer is.
    pub(crate) async fn of(
        env: &Env,
        secrets: &Secrets,
        tenant: &str,
        origin: &str,
    ) -> Result<Result<Keys, TenantReply>, Problem> {
        let ask = TenantAsk::SigningKeys { origin: Some(origin.to_owned()), drawn: None };
        let request = TenantRequest { tenant: tenant.to_owned(), idempotency: None, ask };
        Ok(match object_ref::ask_tenant(env, &secrets.naming, &request).await? {
            TenantReply::SigningKeys(keys) => Ok(*keys),
            refused => Err(refused),
        })
    }

    /// The key set that anybody may read (RFC 7517 §5).
    pub(crate) fn published(&self) -> Value {
        let key = |half: &PublicHalf| {
            json!({
                "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256",
                "kid": half.kid, "x": half.x, "y": half.y,
            })
        };
        json!({ "keys": self.published.iter().map(key).collect::<Vec<_>>() })
    }

    /// A token that says this.
    pub(crate) async fn sign(&self, ring: &KeyRing, typ: Typ, claims: &Value) -> Result<String, Problem> {
        let (kid, sealed) = &self.signing;
        let public = self.find(kid).ok_or_else(|| Problem::alarm("the key that signs is not published"))?;
        let private = seal::open_signing_key(sealed, ring, &self.tenant, kid)
            .ok_or_else(|| Problem::alarm("a signing key does not open"))?;
        let unsigned = jws::unsigned(typ, kid, claims);
        let signature = pair::sign(public, &private, unsigned.as_bytes()).await?;
        Ok(jws::signed(&unsigned, &signature))
    }

    /// What a token says, if one of these keys signed it as one of this type, and it is not over. `expired` takes one
    /// that is over, too: as a hint, never as a proof.
    pub(crate) async fn verify(&self, typ: Typ, text: &str, now: Timestamp, expired: bool) -> Option<Value> {
        let token = jws::parse(typ, text)?;
        if !pair::verify(self.find(&token.kid)?, &token.signature, token.signed.as_bytes()).await {
            return None;
        }
        let claims = token.claims()?;
        let lives = claims.get("exp").and_then(Value::as_u64).is_some_and(|exp| now.0 < exp);
        (lives || expired).then_some(claims)
    }

    fn find(&self, kid: &str) -> Option<&PublicHalf> {
        self.published.iter().find(|half| half.kid == kid)
    }
}
