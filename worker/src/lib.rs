//! The Worker: routes, Argon2id, headers. It keeps no state; the objects decide through `mfa-core`.
#![forbid(unsafe_code)]
#![allow(missing_docs, reason = "nothing here is public but what the platform's macros make so")]

mod alarm;
mod answers;
mod application_key;
mod cookies;
mod error;
mod gate_token;
mod journal;
mod json;
mod kv;
mod member_object;
mod metrics;
mod metrics_object;
mod object_ref;
mod oidc;
mod page_token;
mod password;
mod routes;
mod runtime;
mod seal;
mod session_token;
mod sieve;
mod signing;
mod sql;
mod tenant_object;
mod token;
mod transaction;
mod vouched_token;
mod webcrypto;

pub use member_object::MemberObject;
pub use metrics_object::MetricsObject;
pub use tenant_object::TenantObject;
use worker::{Context, Env, Request, Response, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    routes::answer(request, env, context).await
}
