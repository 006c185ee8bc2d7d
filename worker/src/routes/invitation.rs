//! An invitation: looked at, accepted with a first password.

use mfa_core::member::{Generation, Outcome};
use mfa_core::tenant::ModeKind;
use mfa_core::tenant::directory::Role;
use serde::Deserialize;
use serde_json::json;
use worker::Response;

use super::{Body, Visit, sign_in};
use crate::error::{Code, Problem};
use crate::object_ref::{self, MemberAsk, MemberName, TenantAsk, TenantProfile, TenantReply, TenantRequest};
use crate::password::{self, Password};
use crate::token::{Kind, Token};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Presented {
    token: String,
}

pub(super) async fn preview(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let presented: Presented = body.parse()?;
    let valid = look_up(visit, &presented.token).await?;
    visit.json(
        200,
        &json!({
            "tenant": valid.profile.tenant,
            "name": valid.profile.name,
            "username": valid.username,
            "role": valid.role,
            "mode": valid.profile.mode,
            "password_min_length": password::min_length(valid.profile.mode),
        }),
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Acceptance {
    token: String,
    password: String,
}

/// The invitation must be valid, the password acceptable. Then the member's object takes the first password of a
/// generation and no second one: that is the acceptance. Last, the directory is told.
pub(super) async fn accept(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let acceptance: Acceptance = body.parse()?;
    let valid = match look_up(visit, &acceptance.token).await {
        Ok(valid) => valid,
        Err(problem) if problem.code == Code::InvitationRefused => {
            return repeated(visit, &acceptance).await;
        }
        Err(problem) => return Err(problem),
    };
    let typed = Password::typed(&acceptance.password).ok_or_else(|| {
        Problem::from(Code::PasswordUnacceptable)
            .with("reason", "too_long")
            .with("min_length", password::min_length(valid.profile.mode))
    })?;
    if valid.profile.mode == ModeKind::External {
        return Err(Code::TenantExternal.into());
    }
    typed.is_acceptable(valid.profile.mode, &valid.username, &visit.tenant)?;
    let password = typed.hash(&visit.tenant, &valid.username, &visit.secrets.peppers)?;
    let ask = MemberAsk::Join { generation: valid.generation, epoch: valid.profile.epoch, password };
    match sign_in::ask_member(visit, &valid.member, "join", ask).await?.outcome {
        Outcome::Joined => {}
        // By another request, after which the tenant is told; or she left before she came.
        Outcome::AlreadyJoined => return Err(Code::InvitationRefused.into()),
        _ => return Err(Problem::alarm("a member object gave an answer of another kind")),
    }
    let told = TenantRequest {
        tenant: visit.tenant.clone(),
        idempotency: None,
        ask: TenantAsk::Joined { member: valid.member, generation: valid.generation },
    };
    object_ref::ask_tenant(&visit.env, &visit.secrets.naming, &told).await?;
    visit.json(201, &json!({ "username": valid.username }))
}

/// The invitation is not valid any more, perhaps because this very request has accepted it and the answer was lost:
/// then the member's object has kept that answer. To anybody else it says what it says to everybody.
async fn repeated(visit: &Visit, acceptance: &Acceptance) -> Result<Response, Problem> {
    let refused = || Problem::from(Code::InvitationRefused);
    let token = Token::read(Kind::Invitation, &visit.tenant, &acceptance.token, &visit.secrets.tokens);
    let member = token.ok_or_else(refused)?.member;
    let granted = sign_in::grant(visit, &member, None).await?.ok_or_else(refused)?;
    if granted.grant.mode == ModeKind::External {
        return Err(Code::TenantExternal.into());
    }
    let typed = Password::typed(&acceptance.password).ok_or_else(refused)?;
    let password = typed.hash(&visit.tenant, &granted.username, &visit.secrets.peppers)?;
    let username = granted.username.clone();
    let ask = MemberAsk::Join { generation: granted.grant.generation, epoch: granted.grant.epoch, password };
    let request = visit.member_request(&member, visit.step("join"), ask);
    match object_ref::ask_member_again(&visit.env, &request).await?.map(|reply| reply.outcome) {
        Some(Outcome::Joined) => visit.json(201, &json!({ "username": username })),
        // Never decided anew: whoever holds an old invitation chooses no password where a record is lost.
        Some(_) | None => Err(refused()),
    }
}

struct Valid {
    profile: TenantProfile,
    member: MemberName,
    username: String,
    role: Role,
    generation: Generation,
}

async fn look_up(visit: &Visit, token: &str) -> Result<Valid, Problem> {
    let refused = || Problem::from(Code::InvitationRefused);
    let token = Token::read(Kind::Invitation, &visit.tenant, token, &visit.secrets.tokens).ok_or_else(refused)?;
    let request = TenantRequest {
        tenant: visit.tenant.clone(),
        idempotency: None,
        ask: TenantAsk::PreviewInvitation { member: token.member.clone(), token: token.digest },
    };
    match object_ref::ask_tenant(&visit.env, &visit.secrets.naming, &request).await? {
        TenantReply::InvitationValid { profile, username, role, generation } => {
            Ok(Valid { profile, member: token.member, username, role, generation })
        }
        TenantReply::Unknown => Err(refused()),
        TenantReply::Closed(lifecycle) => Err(super::step::closed(lifecycle)),
        _ => Err(Problem::alarm("a tenant object gave an answer of another kind")),
    }
}
