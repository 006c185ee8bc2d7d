//! What every edge reads and that may be a minute old. One function for each kind of key.
//!
//! KV may deny, route or pre-fill; it never allows. What is absent there means nothing.

use mfa_core::member::Revoked;
use mfa_core::policy;
use mfa_core::tenant::appearance::Appearance;
use mfa_core::tenant::{Epoch, Lifecycle, ModeKind};
use mfa_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use worker::Env;

use crate::error::Problem;
use crate::json;
use crate::object_ref::{EDGE_STATE, MemberName, TenantProfile};
use crate::session_token::Claims;

/// A tenant as its sign-in page shows it, and the epoch below which sessions are dead. Kept until it changes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PublicTenant {
    pub(crate) name: String,
    pub(crate) mode: ModeKind,
    pub(crate) epoch: Epoch,
    pub(crate) lifecycle: Lifecycle,
    /// Sessions that began before then are dead.
    #[serde(default)]
    pub(crate) restored_at: Timestamp,
    /// What it has chosen of how its pages look.
    #[serde(default)]
    pub(crate) appearance: Appearance,
}

/// Tells the edges about a tenant.
pub(crate) async fn put_tenant(env: &Env, profile: &TenantProfile) -> Result<(), Problem> {
    let public = PublicTenant {
        name: profile.name.clone(),
        mode: profile.mode,
        epoch: profile.epoch,
        lifecycle: profile.lifecycle,
        restored_at: profile.restored_at,
        appearance: profile.appearance,
    };
    let text = serde_json::to_string(&public).map_err(|_| Problem::alarm("a profile does not serialize"))?;
    let put = env.kv(EDGE_STATE)?.put(&tenant_key(&profile.tenant), text).map_err(failed)?;
    // What the operator's list shows without a read for each.
    let put = put.metadata(&public).map_err(failed)?;
    put.execute().await.map_err(failed)
}

/// The tenant's public profile. A minute of staleness shows an old name or colour.
pub(crate) async fn tenant(env: &Env, slug: &str) -> Result<Option<PublicTenant>, Problem> {
    let text = env.kv(EDGE_STATE)?.get(&tenant_key(slug)).text().await.map_err(failed)?;
    text.map(|text| json::read(&text).map_err(|_| Problem::alarm("a tenant's profile in KV cannot be read")))
        .transpose()
}

/// The tenants that KV knows, a page after `cursor`, and the cursor of the next. A list may be a minute old; each
/// tenant's own word is asked for where it matters.
pub(crate) async fn tenants(env: &Env, cursor: Option<&str>) -> Result<(Vec<Value>, Option<String>), Problem> {
    let list = env.kv(EDGE_STATE)?.list().prefix(tenant_key(""));
    let list = match cursor {
        Some(cursor) => list.cursor(cursor.to_owned()),
        None => list,
    };
    let page = list.execute().await.map_err(failed)?;
    let slugs = page.keys.iter().filter_map(|key| key.name.strip_prefix("tenant/"));
    let tenants = page.keys.iter().zip(slugs).map(|(key, slug)| match &key.metadata {
        Some(Value::Object(shown)) => {
            let mut shown = shown.clone();
            shown.remove("restored_at");
            shown.remove("appearance");
            shown.insert("tenant".to_owned(), slug.into());
            Value::Object(shown)
        }
        _ => json!({ "tenant": slug }),
    });
    Ok((tenants.collect(), page.cursor.filter(|_| !page.list_complete)))
}

/// Tells the edges which sessions of a member ended early. It expires when the last of them would have ended anyway.
pub(crate) async fn put_revoked(env: &Env, member: &MemberName, revoked: &Revoked) -> Result<(), Problem> {
    let text = serde_json::to_string(revoked).map_err(|_| Problem::alarm("revocations do not serialize"))?;
    let put = env.kv(EDGE_STATE)?.put(&member_key(member), text).map_err(failed)?;
    put.expiration_ttl(policy::SESSION_ABSOLUTE.0).execute().await.map_err(failed)
}

/// Whether KV takes a session away: ended early, or of an epoch that has passed. One read for both.
/// A minute of staleness lets an ended session pass the edge; whatever matters asks the objects.
pub(crate) async fn denies(env: &Env, claims: &Claims) -> Result<bool, Problem> {
    let keys = [tenant_key(&claims.tenant), member_key(&claims.member)];
    let values = env.kv(EDGE_STATE)?.get_bulk(&keys).text().await.map_err(failed)?;
    let value = |key: &String| values.get(key).and_then(|value| value.as_deref());
    let [tenant, member] = keys.each_ref().map(value);
    // What is there but cannot be read denies.
    let passed = tenant.is_some_and(|text| {
        serde_json::from_str::<PublicTenant>(text).map_or(true, |tenant| {
            claims.epoch < tenant.epoch
                || claims.authenticated_at <= tenant.restored_at
                || tenant.lifecycle != Lifecycle::Open
        })
    });
    let ended = member.is_some_and(|text| {
        serde_json::from_str::<Revoked>(text).map_or(true, |revoked| {
            claims.ends_at <= revoked.up_to || revoked.sessions.iter().any(|(session, _)| *session == claims.session)
        })
    });
    Ok(passed || ended)
}

/// Writes and reads a word that means nothing, to see whether that can be done. What was written is not looked at: it
/// may be seen a minute late.
pub(crate) async fn probe(env: &Env) -> Result<(), Problem> {
    let kv = env.kv(EDGE_STATE)?;
    kv.put("health", "probe").map_err(failed)?.expiration_ttl(60).execute().await.map_err(failed)?;
    kv.get("health").text().await.map_err(failed).map(|_| ())
}

fn tenant_key(slug: &str) -> String {
    format!("tenant/{slug}")
}

fn member_key(member: &MemberName) -> String {
    format!("member/{}", member.as_str())
}

fn failed(error: impl core::fmt::Display) -> Problem {
    Problem::alarm_as(crate::error::Code::Unavailable, &format!("KV failed: {error}"))
}
