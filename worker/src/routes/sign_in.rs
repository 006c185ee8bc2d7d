//! Signing in: password, then a code or a recovery key.

use mfa_core::member::{Generation, Outcome, PresentedDevice};
use mfa_core::passcode::{Digits, Passcode};
use mfa_core::recovery::{RecoveryKey, RecoveryKeyError};
use mfa_core::tenant::{Lifecycle, ModeKind};
use serde::Deserialize;
use worker::Response;

use super::guard::Nothing;
use super::step::{self, answer, refusal};
use super::{Body, Visit, device_label, guard, known_browser};
use crate::cookies;
use crate::error::{Code, Problem};
use crate::kv;
use crate::object_ref::{
    self, GrantedAsk, MemberAsk, MemberName, MemberReply, TenantAsk, TenantGrant, TenantReply, TenantRequest,
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
    doors_are_open(visit).await?;
    let username = guard::username(&credentials.username).ok_or(Code::SignInRefused)?;
    let typed = Password::typed(&credentials.password).ok_or(Code::SignInRefused)?;
    let member = MemberName::of(&visit.tenant, &username, &visit.secrets.naming);
    let device = presented_device(visit, &member);
    let browser = known_browser::read(visit, &member);
    let hashed = typed.hash(&visit.tenant, &username, &visit.secrets.peppers)?;

    let check = |password, renewed| MemberAsk::CheckPassword { password, renewed, device, browser };
    let mut outcome = ask_member(visit, &member, "password", check(hashed.clone(), None)).await?.outcome;
    if let Outcome::OtherScheme(scheme) = &outcome {
        let old = typed.hash_as(scheme, &visit.tenant, &username, &visit.secrets.peppers)?;
        outcome = ask_member(visit, &member, "password-as-kept", check(old, Some(hashed))).await?.outcome;
    } else if !matches!(outcome, Outcome::PasswordRight { .. }) {
        // While a pepper rotates, a known name under the older one costs a second hash and a second visit: so does
        // every refused one.
        if typed.hash_in_vain(&visit.tenant, &username, &visit.secrets.peppers)? {
            let ask = check(hashed, None);
            object_ref::ask_member_again(&visit.env, &visit.member_request(&member, None, ask)).await?;
        }
    }
    let Outcome::PasswordRight { generation, version: password_version } = outcome else {
        return Err(refusal(visit, outcome));
    };
    let granted = grant(visit, &member, Some(generation)).await?.ok_or(Code::SignInRefused)?;
    let ask = GrantedAsk::BeginSignIn { password_version, device };
    let reply = ask_granted(visit, &member, &granted, "begin", ask).await?;
    answer(visit, &member, &granted, reply)
}

/// Turned away before anything is judged where KV knows that members sign in elsewhere or not at all: so that a door
/// that is closed does not say whether a password is right. KV may be a minute late; the tenant's own word, asked
/// after a right password, is not, and nobody gets in on the strength of this.
async fn doors_are_open(visit: &Visit) -> Result<(), Problem> {
    match kv::tenant(&visit.env, &visit.tenant).await? {
        Some(known) if known.lifecycle != Lifecycle::Open => Err(step::closed(known.lifecycle)),
        Some(known) if known.mode == ModeKind::External => Err(Code::TenantExternal.into()),
        Some(_) | None => Ok(()),
    }
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
    let remember_device = typed.remember_device.then(|| device_label::of(visit));
    let ask = GrantedAsk::VerifyCode { pending: pending.0.digest, code, remember_device };
    let reply = ask_granted(visit, &pending.0.member, &granted, "code", ask).await?;
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
    let recovery_key = parse_recovery_key(&typed.recovery_key)?;
    let pending = Pending::read(visit)?;
    let granted = pending.grant_with_mfa(visit).await?;
    let ask = GrantedAsk::VerifyRecoveryKey { pending: pending.0.digest, recovery_key };
    let reply = ask_granted(visit, &pending.0.member, &granted, "recovery-key", ask).await?;
    answer(visit, &pending.0.member, &granted, reply)
}

/// A recovery key in the one form that travels on.
pub(super) fn parse_recovery_key(typed: &str) -> Result<String, Problem> {
    let key = RecoveryKey::parse(typed).map_err(|error| {
        let reason = match error {
            RecoveryKeyError::Length => "length",
            RecoveryKeyError::Checksum => "checksum",
            _ => "symbol",
        };
        Problem::from(Code::RecoveryKeyMalformed).with("reason", reason)
    })?;
    Ok(key.to_string())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PasswordTyped {
    password: String,
}

/// The new password that is owed: on the way out of a lock, for a burnt one, or for one that does not stand alone.
pub(super) async fn new_password(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: PasswordTyped = body.parse()?;
    let pending = Pending::read(visit)?;
    let granted = pending.grant(visit).await?;
    let typed = acceptable(&typed.password, &granted, visit)?;
    let password = typed.hash(&visit.tenant, &granted.username, &visit.secrets.peppers)?;
    let ask = |under_current| GrantedAsk::ReplacePassword {
        pending: pending.0.digest,
        password: password.clone(),
        under_current,
    };
    let mut reply = ask_granted(visit, &pending.0.member, &granted, "new-password", ask(None)).await?;
    if let Outcome::OtherScheme(scheme) = &reply.outcome {
        let old = typed.hash_as(scheme, &visit.tenant, &granted.username, &visit.secrets.peppers)?;
        reply = ask_granted(visit, &pending.0.member, &granted, "new-password-as-kept", ask(Some(old))).await?;
    }
    if reply.outcome == Outcome::PasswordUnchanged {
        return Err(unchanged(&granted));
    }
    answer(visit, &pending.0.member, &granted, reply)
}

/// More time to find a phone, to enrol or to choose a password.
pub(super) async fn extend(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    let pending = Pending::read(visit)?;
    let granted = pending.grant(visit).await?;
    let ask = GrantedAsk::ExtendSignIn { pending: pending.0.digest };
    step::extended(visit, ask_granted(visit, &pending.0.member, &granted, "extend", ask).await?.outcome)
}

/// A password that may be chosen.
pub(super) fn acceptable(typed: &str, granted: &TenantGrant, visit: &Visit) -> Result<Password, Problem> {
    let mode = granted.grant.mode;
    let typed = Password::typed(typed).ok_or_else(|| {
        let problem = Problem::from(Code::PasswordUnacceptable);
        problem.with("reason", "too_long").with("min_length", password::min_length(mode))
    })?;
    typed.is_acceptable(mode, &granted.username, &visit.tenant)?;
    Ok(typed)
}

/// The new password is the old one.
pub(super) fn unchanged(granted: &TenantGrant) -> Problem {
    let problem = Problem::from(Code::PasswordUnacceptable).with("reason", "unchanged");
    problem.with("min_length", password::min_length(granted.grant.mode))
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

    /// The same for a step that exists with MFA alone: without its key there is nothing to digest or seal under, and
    /// a sign-in that was begun under it has ended.
    pub(super) async fn grant_with_mfa(&self, visit: &Visit) -> Result<TenantGrant, Problem> {
        let granted = self.grant(visit).await?;
        match granted.grant.mode {
            ModeKind::Mfa => Ok(granted),
            ModeKind::Password => Err(Code::SignInExpired.into()),
            ModeKind::External => Err(Code::TenantExternal.into()),
        }
    }
}

/// A code in the one form that travels on. How many digits it has to have her authenticator says: it may have been
/// made elsewhere.
pub(super) fn passcode(typed: &str) -> Result<String, Problem> {
    let code = Passcode::parse_any(typed).map_err(|_| Problem::from(Code::PasscodeMalformed))?;
    Ok(code.display().to_string())
}

/// The same of an authenticator that is being enrolled here.
pub(super) fn first_passcode(typed: &str) -> Result<String, Problem> {
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
        TenantReply::Closed(lifecycle) => Err(step::closed(lifecycle)),
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
    object_ref::ask_member(&visit.env, &visit.member_request(member, visit.step(step), ask)).await
}

/// Asks it with the tenant's word in hand how things are at this moment: an answer kept for a repeated request will
/// not do.
pub(super) async fn ask_now(
    visit: &Visit,
    member: &MemberName,
    granted: &TenantGrant,
    ask: GrantedAsk,
) -> Result<MemberReply, Problem> {
    let ask = MemberAsk::Granted { grant: granted.clone(), ask };
    object_ref::ask_member(&visit.env, &visit.member_request(member, None, ask)).await
}

/// Asks it with the tenant's word in hand.
pub(super) async fn ask_granted(
    visit: &Visit,
    member: &MemberName,
    granted: &TenantGrant,
    step: &str,
    ask: GrantedAsk,
) -> Result<MemberReply, Problem> {
    ask_member(visit, member, step, MemberAsk::Granted { grant: granted.clone(), ask }).await
}

/// The device whose token the browser keeps.
pub(super) fn presented_device(visit: &Visit, member: &MemberName) -> Option<PresentedDevice> {
    let text = cookies::read(&visit.headers, &cookies::device(member))?;
    let token = Token::read(Kind::Device, &visit.tenant, &text, &visit.secrets.tokens)?;
    (token.member == *member).then(|| token.presented_device())?
}
