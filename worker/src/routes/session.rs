//! Who is signed in: the tenant's profile, the session check of the edge, the account page's data, sign-out.

use mfa_core::member::{Outcome, SessionId};
use mfa_core::tenant::ModeKind;
use serde::Deserialize;
use serde_json::json;
use worker::Response;

use super::{Body, Visit, operator, sign_in, step};
use crate::cookies;
use crate::error::{Code, Problem};
use crate::kv;
use crate::object_ref::MemberAsk;
use crate::session_token::Claims;
use crate::token::{Kind, Token};

/// From KV where it is there; absence means nothing, so then the tenant itself is asked.
pub(super) async fn tenant_profile(visit: &Visit) -> Result<Response, Problem> {
    let shown = |name: &str, mode: ModeKind| json!({ "tenant": visit.tenant, "name": name, "mode": mode });
    if let Some(known) = kv::tenant(&visit.env, &visit.tenant).await? {
        return visit.json(200, &shown(&known.name, known.mode));
    }
    let profile = operator::profile(visit).await?;
    visit.json(200, &shown(&profile.name, profile.mode))
}

/// The check that any edge makes by itself: a signature, and one KV read that can only deny.
pub(super) async fn check(visit: &Visit) -> Result<Response, Problem> {
    let claims = read(visit)?;
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

/// Asks the objects: what they say is of this moment.
pub(super) async fn account(visit: &Visit) -> Result<Response, Problem> {
    let claims = read(visit)?;
    let granted = sign_in::grant(visit, &claims.member, None).await?.ok_or(Code::Unauthenticated)?;
    if granted.grant.generation != claims.generation || granted.grant.epoch != claims.epoch {
        return Err(Code::Unauthenticated.into());
    }
    let (name, role, mode) = (granted.tenant_name.clone(), granted.role, granted.grant.mode);
    let ask = MemberAsk::ViewAccount { grant: granted, session: claims.session };
    let account = match sign_in::ask_member(visit, &claims.member, "account", ask).await?.outcome {
        Outcome::Account(account) => account,
        outcome => return Err(step::refusal(visit, outcome)),
    };
    let this = cookies::read(&visit.headers, &cookies::device(&claims.member))
        .and_then(|text| Token::read(Kind::Device, &visit.tenant, &text, &visit.secrets.tokens))
        .and_then(|token| token.presented_device());
    let devices = account.devices.iter().map(|(id, until, last_used_at)| {
        json!({
            "id": id,
            "remembered_until": until,
            "last_used_at": last_used_at,
            "this": this.is_some_and(|this| this.id == *id),
        })
    });
    visit.json(
        200,
        &json!({
            "tenant": claims.tenant,
            "tenant_name": name,
            "username": claims.username,
            "role": role,
            "mode": mode,
            "authenticator": account.enrolled_at.map(|at| json!({ "enrolled_at": at })),
            "recovery_keys": account.recovery_keys.map(|(set, left)| json!({ "set": set, "left": left })),
            "devices": devices.collect::<Vec<_>>(),
        }),
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Ends the session at its object and takes the cookies back. Without a session there is nothing to end.
pub(super) async fn sign_out(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    if let Ok(claims) = read(visit) {
        let session: SessionId = claims.session;
        sign_in::ask_member(visit, &claims.member, "sign-out", MemberAsk::SignOut { session }).await?;
    }
    cookies::clear(&visit.reply_headers, cookies::SESSION)?;
    cookies::clear(&visit.reply_headers, cookies::PENDING)?;
    Ok(visit.empty(204))
}

fn read(visit: &Visit) -> Result<Claims, Problem> {
    cookies::read(&visit.headers, cookies::SESSION)
        .and_then(|text| Claims::verify(&text, &visit.tenant, &visit.secrets.tokens, visit.now))
        .ok_or_else(|| Code::Unauthenticated.into())
}
