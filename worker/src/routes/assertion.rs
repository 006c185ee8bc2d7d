//! What a platform gets once somebody has shown a second factor: what was shown, and the same signed, so that whoever
//! it is handed on to can see for himself that we said it (the tenant's keys are published).

use mfa_core::member::Confirmed;
use mfa_core::time::Seconds;
use serde_json::{Value, json};

use super::{Visit, caller};
use crate::error::Problem;
use crate::object_ref::TenantGrant;
use crate::signing::{Keys, Typ};
use crate::vouched_token::Nonce;

/// How long it is good for: it is for the one request that it answers.
const LIVES: Seconds = Seconds(60);

/// What was shown, when, by whom, and to whom that is said. Its `jti` is of this confirmation alone: whoever takes each
/// once takes none twice.
pub(super) fn claims(visit: &Visit, granted: &TenantGrant, nonce: &Nonce, confirmed: &Confirmed) -> Value {
    let jti: String = confirmed.id.0.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut claims = json!({
        "iss": format!("{}/t/{}", visit.origin, visit.tenant),
        "aud": confirmed.application,
        "sub": granted.username,
        "amr": confirmed.names().collect::<Vec<_>>(),
        "auth_time": confirmed.at,
        "iat": confirmed.said_at,
        "exp": confirmed.said_at.saturating_add(LIVES),
        "jti": jti,
    });
    if let (Value::Object(claims), Some(nonce)) = (&mut claims, nonce.shown()) {
        claims.insert("nonce".to_owned(), nonce.into());
    }
    claims
}

/// Signed with the tenant's key.
pub(super) async fn sign(visit: &Visit, claims: &Value) -> Result<String, Problem> {
    match Keys::of(&visit.env, &visit.secrets, &visit.tenant, &visit.origin).await? {
        Ok(keys) => keys.sign(&visit.secrets.key_encryption, Typ::SecondFactor, claims).await,
        Err(refused) => Err(caller::refused(refused)),
    }
}
