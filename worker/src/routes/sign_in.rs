//! Signing in: password, then a code or a recovery key.

use mfa_core::member::{Generation, Outcome, PresentedDevice};
use mfa_core::passcode::{Digits, Passcode};
use mfa_core::recovery::{RecoveryKey, RecoveryKeyError};
use serde::Deserialize;
use worker::Response;

use super::step::{answer, refusal};
use super::{Body, Visit, guard};
use crate::cookies;
use crate::error::{Code, Problem};
use crate::object_ref::{
    self, MemberAsk, MemberName, MemberReply, MemberRequest, TenantAsk, TenantGrant, TenantReply, TenantRequest,
};
use crate::password::{self, Password};
use crate::token::{Kind, Token};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    username: String,
    password: String,
}

/// The password is hashed, whoever's it is. The member's object charges, compares, answers; a name that nobody bears
/// goes the same way. Only after a right one is the tenant asked, and the object begins the sign-in.
pub(super) async fn password(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let credentials: Credentials = body.parse()?;
    // What cannot be a username or a password gets the answer that a wrong one gets.
    let username = guard::username(&credentials.username).ok_or(Code::SignInRefused)?;
    let typed = Password::typed(&credentials.password).ok_or(Code::SignInRefused)?;
    let member = MemberName::of(&visit.tenant, &username, &visit.secrets.naming);
    let device = presented_device(visit, &member);
    let hashed = typed.hash(&visit.tenant, &username, &visit.secrets.peppers)?;

    let check = |password, renewed| MemberAsk::CheckPassword { password, renewed, device };
    let mut outcome = ask_member(visit, &member, "password", check(hashed.clone(), None)).await?.outcome;
    if let Outcome::OtherScheme(scheme) = &outcome {
        let old = typed.hash_as(scheme, &visit.tenant, &username, &visit.secrets.peppers)?;
        outcome = ask_member(visit, &member, "password-as-kept", check(old, Some(hashed))).await?.outcome;
    }
    let Outcome::PasswordRight { generation, version: password_version } = outcome else {
        return Err(refusal(visit, outcome));
    };
    let granted = grant(visit, &member, Some(generation)).await?.ok_or(Code::SignInRefused)?;
    let ask = MemberAsk::BeginSignIn { grant: granted.clone(), password_version, device };
    let reply = ask_member(visit, &member, "begin", ask).await?;
    answer(visit, &member, &granted, reply)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeTyped {
    code: String,
    remember_device: bool,
}

pub(super) async fn code(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: CodeTyped = body.parse()?;
    let code = passcode(&typed.code)?;
    let pending = Pending::read(visit)?;
    let granted = pending.grant(visit).await?;
    let ask = MemberAsk::VerifyCode {
        grant: granted.clone(),
        pending: pending.0.digest,
        code,
        remember_device: typed.remember_device,
    };
    let reply = ask_member(visit, &pending.0.member, "code", ask).await?;
    answer(visit, &pending.0.member, &granted, reply)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecoveryKeyTyped {
    recovery_key: String,
}

/// A key whose check symbols fail was mistyped: it is refused here and costs nothing.
pub(super) async fn recovery_key(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: RecoveryKeyTyped = body.parse()?;
    let key = RecoveryKey::parse(&typed.recovery_key).map_err(|error| {
        let reason = match error {
            RecoveryKeyError::Length => "length",
            RecoveryKeyError::Checksum => "checksum",
            _ => "symbol",
        };
        Problem::from(Code::RecoveryKeyMalformed).with("reason", reason)
    })?;
    let pending = Pending::read(visit)?;
    let granted = pending.grant(visit).await?;
    let ask = MemberAsk::VerifyRecoveryKey {
        grant: granted.clone(),
        pending: pending.0.digest,
        recovery_key: key.to_string(),
    };
    let reply = ask_member(visit, &pending.0.member, "recovery-key", ask).await?;
    answer(visit, &pending.0.member, &granted, reply)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PasswordTyped {
    password: String,
}

/// The new password that is owed after a recovery key opened the way out of a lock.
pub(super) async fn new_password(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: PasswordTyped = body.parse()?;
    let pending = Pending::read(visit)?;
    let granted = pending.grant(visit).await?;
    let mode = granted.grant.mode;
    let typed = Password::typed(&typed.password).ok_or_else(|| {
        let problem = Problem::from(Code::PasswordUnacceptable);
        problem.with("reason", "too_long").with("min_length", password::min_length(mode))
    })?;
    typed.is_acceptable(mode, &granted.username, &visit.tenant)?;
    let password = typed.hash(&visit.tenant, &granted.username, &visit.secrets.peppers)?;
    let ask = |under_current| MemberAsk::ReplacePassword {
        grant: granted.clone(),
        pending: pending.0.digest,
        password: password.clone(),
        under_current,
    };
    let mut reply = ask_member(visit, &pending.0.member, "new-password", ask(None)).await?;
    if let Outcome::OtherScheme(scheme) = &reply.outcome {
        let old = typed.hash_as(scheme, &visit.tenant, &granted.username, &visit.secrets.peppers)?;
        reply = ask_member(visit, &pending.0.member, "new-password-as-kept", ask(Some(old))).await?;
    }
    if reply.outcome == Outcome::PasswordUnchanged {
        let problem = Problem::from(Code::PasswordUnacceptable).with("reason", "unchanged");
        return Err(problem.with("min_length", password::min_length(mode)));
    }
    answer(visit, &pending.0.member, &granted, reply)
}

/// The pending sign-in of the cookie.
pub(super) struct Pending(pub(super) Token);

impl Pending {
    /// Reads it. Anything that is not a pending sign-in's token of this tenant is none.
    pub(super) fn read(visit: &Visit) -> Result<Pending, Problem> {
        cookies::read(&visit.headers, cookies::PENDING)
            .and_then(|text| Token::read(Kind::Pending, &visit.tenant, &text, &visit.secrets.tokens))
            .map(Pending)
            .ok_or_else(|| Code::SignInExpired.into())
    }

    /// The tenant's word about whose it is.
    pub(super) async fn grant(&self, visit: &Visit) -> Result<TenantGrant, Problem> {
        Ok(grant(visit, &self.0.member, None).await?.ok_or(Code::SignInExpired)?)
    }
}

/// A code in the one form that travels on.
pub(super) fn passcode(typed: &str) -> Result<String, Problem> {
    let code = Passcode::parse(typed, Digits::Six).map_err(|_| Problem::from(Code::PasscodeMalformed))?;
    Ok(code.display().to_string())
}

/// Asks the tenant about a member. `None` when she does not belong to it.
pub(super) async fn grant(
    visit: &Visit,
    member: &MemberName,
    joined: Option<Generation>,
) -> Result<Option<TenantGrant>, Problem> {
    let ask = TenantAsk::Grant { member: member.clone(), joined };
    let request = TenantRequest { tenant: visit.tenant.clone(), idempotency: None, ask };
    match object_ref::ask_tenant(&visit.env, &visit.secrets.naming, &request).await? {
        TenantReply::Granted(granted) => Ok(Some(granted)),
        TenantReply::Unknown => Ok(None),
        _ => Err(Problem::alarm("a tenant object gave an answer of another kind")),
    }
}

/// Asks the member's object, under the idempotency key of one step.
pub(super) async fn ask_member(
    visit: &Visit,
    member: &MemberName,
    step: &str,
    ask: MemberAsk,
) -> Result<MemberReply, Problem> {
    let request =
        MemberRequest { tenant: visit.tenant.clone(), member: member.clone(), idempotency: visit.step(step), ask };
    object_ref::ask_member(&visit.env, &request).await
}

fn presented_device(visit: &Visit, member: &MemberName) -> Option<PresentedDevice> {
    let text = cookies::read(&visit.headers, &cookies::device(member))?;
    let token = Token::read(Kind::Device, &visit.tenant, &text, &visit.secrets.tokens)?;
    (token.member == *member).then(|| token.presented_device())?
}
