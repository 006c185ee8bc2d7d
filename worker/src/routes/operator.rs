//! The operator of the platform: makes tenants, suspends and ends them, invites into them, helps the last
//! administrator in, and has keys wrapped anew.

use mfa_core::tenant::ModeKind;
use mfa_core::tenant::directory::Role;
use serde::Deserialize;
use serde_json::{Value, json};
use worker::{Response, ResponseBuilder};

use super::access::{self, Authority};
use super::guard::{self, Nothing};
use super::{Body, Visit, appearance, audit, members, settings};
use crate::error::{Code, Problem};
use crate::kv;
use crate::metrics;
use crate::object_ref::{self, Act, Invitee, MemberName, TenantAsk, TenantProfile, TenantReply, TenantRequest};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewTenant {
    tenant: String,
    name: String,
    mode: ModeKind,
    administrator: String,
}

pub(super) async fn create_tenant(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let new: NewTenant = body.parse()?;
    let tenant = guard::tenant_slug(&new.tenant).ok_or_else(|| field("tenant"))?;
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 80 || name.chars().any(char::is_control) {
        return Err(field("name"));
    }
    let mfa = match new.mode {
        ModeKind::Mfa => true,
        ModeKind::Password => false,
        ModeKind::External => return Err(field("mode")),
    };
    let administrator = invitee(visit, &tenant, &new.administrator)?;
    let origin = visit.origin.clone();
    let request = TenantRequest {
        tenant: tenant.clone(),
        idempotency: visit.step("create"),
        ask: TenantAsk::Create { name: name.to_owned(), mfa, administrator, origin },
    };
    match object_ref::ask_tenant(&visit.env, &visit.secrets.naming, &request).await? {
        TenantReply::Created { profile, invitation } => visit.json(
            201,
            &json!({
                "tenant": profile.tenant, "name": profile.name, "mode": profile.mode, "epoch": profile.epoch,
                "invitation": members::invitation_shown(&invitation),
            }),
        ),
        reply => Err(access::refused(reply)),
    }
}

/// From KV: a list that may be a minute old.
pub(super) async fn list_tenants(visit: &Visit) -> Result<Response, Problem> {
    let query = visit.query(&["after"])?;
    let (tenants, next) = kv::tenants(&visit.env, query.some_text("after")).await?;
    visit.json(200, &json!({ "tenants": tenants, "next": next }))
}

pub(super) async fn show_tenant(visit: &Visit) -> Result<Response, Problem> {
    let profile = profile(visit).await?;
    visit.json(
        200,
        &json!({
            "tenant": profile.tenant, "name": profile.name, "mode": profile.mode, "epoch": profile.epoch,
            "lifecycle": profile.lifecycle,
            "members": { "invited": profile.invited, "active": profile.active },
            "appearance": appearance::shown(&profile.appearance),
            "key_ids": profile.key_ids,
            "receipts": profile.receipts.iter().map(settings::receipt).collect::<Vec<_>>(),
        }),
    )
}

pub(super) async fn show_members(visit: &Visit) -> Result<Response, Problem> {
    members::page(visit, &Authority::operator(), None).await
}

pub(super) async fn show_audit(visit: &Visit) -> Result<Response, Problem> {
    audit::page(visit, &Authority::operator()).await
}

/// What a Prometheus server scrapes.
pub(super) async fn metrics(visit: &Visit) -> Result<Response, Problem> {
    let text = metrics::render(&metrics::all(&visit.env).await?);
    let headers = ResponseBuilder::new().with_header("content-type", "text/plain; version=0.0.4; charset=utf-8")?;
    Ok(headers.fixed(text.into_bytes()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewMember {
    username: String,
    role: Role,
}

pub(super) async fn invite(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let new: NewMember = body.parse()?;
    let invitee = invitee(visit, &visit.tenant, &new.username)?;
    // The operator may send an invitation again in the same way.
    let again = Act::InviteAgain { member: invitee.member.clone() };
    let act = Act::Invite { invitee, role: new.role };
    match Authority::operator().act(visit, act).await? {
        TenantReply::Invited(invitation) => visit.json(201, &members::invitation_shown(&invitation)),
        TenantReply::Exists => match Authority::operator().act_again(visit, again).await? {
            TenantReply::Invited(invitation) => visit.json(201, &members::invitation_shown(&invitation)),
            reply => Err(access::refused(reply)),
        },
        reply => Err(access::refused(reply)),
    }
}

pub(super) async fn suspend(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    changed(visit, Authority::operator().act(visit, Act::Suspend).await?).await
}

pub(super) async fn resume(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    changed(visit, Authority::operator().act(visit, Act::Resume).await?).await
}

/// After what is kept was brought back from a backup: nothing that was used since the backup can be used again.
pub(super) async fn restored(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let reason = reason_in(body)?;
    changed(visit, Authority::operator().act(visit, Act::Restored { reason }).await?).await
}

/// For good: the name is never given out again.
pub(super) async fn delete(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    guard::confirmed(visit, body)?;
    changed(visit, Authority::operator().act(visit, Act::Delete).await?).await
}

/// How the tenant stands after a change.
pub(super) async fn changed(visit: &Visit, reply: TenantReply) -> Result<Response, Problem> {
    match reply {
        TenantReply::Changed { .. } | TenantReply::Done => show_tenant(visit).await,
        reply => Err(access::refused(reply)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LockedOut {
    username: String,
    reason: String,
}

/// The way through for an administrator whom nobody in the tenant can help. Loud: the log keeps the reason, and every
/// administrator is told.
pub(super) async fn break_glass(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: LockedOut = body.parse()?;
    let reason = reason(&typed.reason)?;
    let member = invitee(visit, &visit.tenant, &typed.username)?.member;
    let act = Act::BreakGlass { member: member.clone(), reason };
    let reply = Authority::operator().act(visit, act).await?;
    members::ordered(visit, &member, reply).await
}

/// Wraps the tenant's keys under the newest key-encryption key.
pub(super) async fn reseal(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    match Authority::operator().act(visit, Act::Reseal).await? {
        TenantReply::Resealed { key, was_due } => visit.json(200, &json!({ "key": key, "was_due": was_due })),
        reply => Err(access::refused(reply)),
    }
}

/// What the tenant's object says about itself.
pub(super) async fn profile(visit: &Visit) -> Result<TenantProfile, Problem> {
    match Authority::operator().look(visit, Act::Profile).await? {
        TenantReply::Profile(profile) => Ok(profile),
        reply => Err(access::refused(reply)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    reason: String,
}

/// The reason of a body that holds nothing else.
pub(super) fn reason_in(body: &Body) -> Result<String, Problem> {
    let typed: Reason = body.parse()?;
    reason(&typed.reason)
}

/// Why the operator steps in. The log keeps it, so it has to say something.
pub(super) fn reason(typed: &str) -> Result<String, Problem> {
    let reason = typed.trim();
    if !(10..=300).contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
        return Err(field("reason"));
    }
    Ok(reason.to_owned())
}

fn invitee(visit: &Visit, tenant: &str, typed: &str) -> Result<Invitee, Problem> {
    let username = guard::new_username(typed).ok_or(Code::UsernameUnacceptable)?;
    Ok(Invitee { member: MemberName::of(tenant, &username, &visit.secrets.naming), username })
}

fn field(name: &str) -> Problem {
    Problem::from(Code::BadRequest).with("field", Value::from(name))
}
