//! The operator of the platform: makes tenants and invites into them.

use mfa_core::tenant::ModeKind;
use mfa_core::tenant::directory::Role;
use serde::Deserialize;
use serde_json::{Value, json};
use worker::Response;

use super::{Body, Visit, guard};
use crate::error::{Code, Problem};
use crate::object_ref::{self, Invitation, Invitee, MemberName, TenantAsk, TenantProfile, TenantReply, TenantRequest};
use crate::token::{Kind, Token, TokenSecret};

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
    let (member, username) = (administrator.member.clone(), administrator.username.clone());
    let request = TenantRequest {
        tenant: tenant.clone(),
        idempotency: visit.step("create"),
        ask: TenantAsk::Create { name: name.to_owned(), mfa, administrator },
    };
    match object_ref::ask_tenant(&visit.env, &visit.secrets.naming, &request).await? {
        TenantReply::Created { profile, invitation } => {
            let invitation = shown(visit, &tenant, &member, &username, Role::Administrator, invitation)?;
            visit.json(
                201,
                &json!({
                    "tenant": profile.tenant, "name": profile.name, "mode": profile.mode, "epoch": profile.epoch,
                    "invitation": invitation,
                }),
            )
        }
        TenantReply::Exists => Err(Code::Conflict.into()),
        _ => Err(unexpected()),
    }
}

pub(super) async fn show_tenant(visit: &Visit) -> Result<Response, Problem> {
    let profile = profile(visit).await?;
    visit.json(
        200,
        &json!({
            "tenant": profile.tenant, "name": profile.name, "mode": profile.mode, "epoch": profile.epoch,
            "members": { "invited": profile.invited, "active": profile.active },
        }),
    )
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
    let (member, username) = (invitee.member.clone(), invitee.username.clone());
    let request = TenantRequest {
        tenant: visit.tenant.clone(),
        idempotency: visit.step("invite"),
        ask: TenantAsk::Invite { invitee, role: new.role },
    };
    match object_ref::ask_tenant(&visit.env, &visit.secrets.naming, &request).await? {
        TenantReply::Invited(invitation) => {
            visit.json(201, &shown(visit, &visit.tenant, &member, &username, new.role, invitation)?)
        }
        TenantReply::Exists => Err(Code::Conflict.into()),
        TenantReply::Unknown => Err(Code::NotFound.into()),
        _ => Err(unexpected()),
    }
}

/// What the tenant's object says about itself.
pub(super) async fn profile(visit: &Visit) -> Result<TenantProfile, Problem> {
    let request = TenantRequest { tenant: visit.tenant.clone(), idempotency: None, ask: TenantAsk::Profile };
    match object_ref::ask_tenant(&visit.env, &visit.secrets.naming, &request).await? {
        TenantReply::Profile(profile) => Ok(profile),
        TenantReply::Unknown => Err(Code::NotFound.into()),
        _ => Err(unexpected()),
    }
}

fn invitee(visit: &Visit, tenant: &str, typed: &str) -> Result<Invitee, Problem> {
    let username = guard::username(typed).ok_or(Code::UsernameUnacceptable)?;
    Ok(Invitee { member: MemberName::of(tenant, &username, &visit.secrets.naming), username })
}

/// An invitation with its link. The token is in the fragment: no server, log or Referer sees it.
fn shown(
    visit: &Visit,
    tenant: &str,
    member: &MemberName,
    username: &str,
    role: Role,
    invitation: Invitation,
) -> Result<Value, Problem> {
    let secret = TokenSecret::from_text(invitation.secret);
    let token = Token::write(Kind::Invitation, tenant, member, None, &secret, &visit.secrets.tokens)?;
    let url = format!("{}/t/{tenant}/invitation#{}", visit.origin, token.as_str());
    Ok(json!({ "username": username, "role": role, "url": url, "expires_at": invitation.expires_at }))
}

fn field(name: &str) -> Problem {
    Problem::from(Code::BadRequest).with("field", name)
}

fn unexpected() -> Problem {
    Problem::alarm("a tenant object gave an answer of another kind")
}
