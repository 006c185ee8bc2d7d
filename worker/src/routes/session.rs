//! Who is signed in: the tenant's profile, the session check of the edge, sign-out.

use mfa_core::member::SessionId;
use mfa_core::tenant::appearance::Appearance;
use mfa_core::tenant::{Lifecycle, ModeKind};
use serde_json::json;
use worker::Response;

use super::guard::Nothing;
use super::{Body, Visit, access, appearance, operator, sign_in, step};
use crate::cookies;
use crate::error::{Code, Problem};
use crate::kv;
use crate::object_ref::MemberAsk;
use crate::runtime;
use crate::sieve::Door;

/// From KV where it is there; absence means nothing, so then the tenant itself is asked.
pub(super) async fn tenant_profile(visit: &Visit) -> Result<Response, Problem> {
    let sends_links = runtime::has_notifier(&visit.env);
    let shown = |name: &str, mode: ModeKind, chosen: &Appearance| json!({ "tenant": visit.tenant, "name": name, "mode": mode, "sends_links": sends_links, "appearance": appearance::shown(chosen) });
    if let Some(known) = kv::tenant(&visit.env, &visit.tenant).await? {
        return match known.lifecycle {
            Lifecycle::Open => visit.json(200, &shown(&known.name, known.mode, &known.appearance)),
            closed => Err(step::closed(closed)),
        };
    }
    visit.sieve(Door::Profile).await?;
    let profile = operator::profile(visit).await?;
    if profile.lifecycle != Lifecycle::Open {
        return Err(step::closed(profile.lifecycle));
    }
    visit.json(200, &shown(&profile.name, profile.mode, &profile.appearance))
}

/// The check that any edge makes by itself: a signature, and one KV read that can only deny.
pub(super) async fn check(visit: &Visit) -> Result<Response, Problem> {
    let claims = access::claims(visit)?;
    if kv::denies(&visit.env, &claims).await? {
        return Err(Code::Unauthenticated.into());
    }
    let claims = match claims.renewed(visit.now) {
        None => claims,
        Some(renewed) => {
            cookies::set(&visit.reply_headers, cookies::SESSION, &renewed.sign(&visit.secrets.tokens)?, None)?;
            renewed
        }
    };
    visit.json(200, &claims.shown())
}

/// Ends the session at its object and takes the cookies back. Without a session there is nothing to end.
pub(super) async fn sign_out(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    if let Ok(claims) = access::claims(visit) {
        let session: SessionId = claims.session;
        sign_in::ask_member(visit, &claims.member, "sign-out", MemberAsk::SignOut { session }).await?;
    }
    cookies::clear(&visit.reply_headers, cookies::SESSION)?;
    cookies::clear(&visit.reply_headers, cookies::PENDING)?;
    Ok(visit.empty(204))
}
