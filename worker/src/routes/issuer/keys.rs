//! The keys that a tenant's tokens are signed with: for whoever verifies one, and for the administrator.

use mfa_core::member::Assurance;
use mfa_core::policy::SIGNING_KEYS_CACHED;
use serde_json::json;
use worker::Response;

use crate::error::Problem;
use crate::object_ref::{Act, TenantReply};
use crate::routes::access::{self, Authority};
use crate::routes::guard::Nothing;
use crate::routes::{Body, Visit};
use crate::signing::Keys;

/// The key set (RFC 7517 §5). It may be kept for a while: the next key is in it long before it signs.
pub(crate) async fn published(visit: &Visit) -> Result<Response, Problem> {
    let keys = of(visit).await?;
    visit.reply_headers.set("cache-control", &format!("public, max-age={}", SIGNING_KEYS_CACHED.0))?;
    visit.json(200, &keys.published())
}

/// What an administrator sees of them.
pub(crate) async fn list(visit: &Visit) -> Result<Response, Problem> {
    let (_, authority) = Authority::administrator(visit, Assurance::Live).await?;
    match authority.look(visit, Act::SigningKeys).await? {
        TenantReply::SigningKeysShown(keys) => visit.json(200, &json!({ "keys": keys })),
        reply => Err(access::refused(reply)),
    }
}

/// Has the next key made before its time. It is published now and signs a day later.
pub(crate) async fn rotate(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    let (_, authority) = Authority::administrator(visit, Assurance::Administrator).await?;
    // There is one to take the place of, from here on.
    of(visit).await?;
    match authority.act(visit, Act::AskForSigningKey).await? {
        TenantReply::Done => {}
        reply => return Err(access::refused(reply)),
    }
    of(visit).await?;
    match authority.look(visit, Act::SigningKeys).await? {
        TenantReply::SigningKeysShown(keys) => visit.json(200, &json!({ "keys": keys })),
        reply => Err(access::refused(reply)),
    }
}

/// The tenant's keys as they are now.
pub(crate) async fn of(visit: &Visit) -> Result<Keys, Problem> {
    Keys::of(&visit.env, &visit.secrets, &visit.tenant, &visit.origin).await?.map_err(access::refused)
}
