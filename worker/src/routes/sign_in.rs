//! Signing in: password, then a code or a recovery key.

use mfa_core::member::{Duty, Generation, Outcome, PresentedDevice, SignedIn};
use mfa_core::passcode::{Digits, Passcode};
use mfa_core::policy;
use mfa_core::recovery::{RecoveryKey, RecoveryKeyError};
use mfa_core::time::Seconds;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use worker::Response;

use super::{Body, Visit, guard, session};
use crate::cookies;
use crate::error::{Code, Problem};
use crate::object_ref::{
    self, HashedPassword, MemberAsk, MemberName, MemberReply, MemberRequest, TenantAsk, TenantGrant, TenantReply,
    TenantRequest,
};
use crate::password::{self, Password};
use crate::session_token::Claims;
use crate::token::{Kind, Token, TokenSecret};

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

    let (generation, password_version) = match check(visit, &member, hashed, device).await? {
        Outcome::PasswordRight { generation, version } => (generation, version),
        Outcome::OtherScheme(scheme) => {
            let hashed = typed.hash_as(&scheme, &visit.tenant, &username, &visit.secrets.peppers)?;
            match check(visit, &member, hashed, device).await? {
                Outcome::PasswordRight { generation, version } => (generation, version),
                outcome => return Err(refusal(visit, outcome)),
            }
        }
        outcome => return Err(refusal(visit, outcome)),
    };
    let granted = grant(visit, &member, Some(generation)).await?.ok_or(Code::SignInRefused)?;
    let ask = MemberAsk::BeginSignIn { grant: granted.clone(), password_version, device };
    let reply = ask_member(visit, &member, "begin", ask).await?;
    answer(visit, &member, &granted, reply)
}

async fn check(
    visit: &Visit,
    member: &MemberName,
    password: HashedPassword,
    device: Option<PresentedDevice>,
) -> Result<Outcome, Problem> {
    Ok(ask_member(visit, member, "password", MemberAsk::CheckPassword { password, device }).await?.outcome)
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
        reply = ask_member(visit, &pending.0.member, "new-password", ask(Some(old))).await?;
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

/// What a step of a sign-in or enrolment is answered with.
pub(super) fn answer(
    visit: &Visit,
    member: &MemberName,
    granted: &TenantGrant,
    reply: MemberReply,
) -> Result<Response, Problem> {
    match reply.outcome {
        Outcome::Owes { duty, expires_at, authenticator_locked, recovery } => {
            if let Some(secret) = reply.pending_secret.map(TokenSecret::from_text) {
                let token = Token::write(Kind::Pending, &visit.tenant, member, None, &secret, &visit.secrets.tokens)?;
                cookies::set(&visit.reply_headers, cookies::PENDING, &token, None)?;
            }
            let mut body = Map::new();
            body.insert("next".to_owned(), word(duty).into());
            body.insert("expires_at".to_owned(), expires_at.0.into());
            if duty == Duty::Code {
                body.insert("authenticator_locked".to_owned(), authenticator_locked.into());
            }
            if duty == Duty::NewPassword {
                body.insert("password_min_length".to_owned(), password::min_length(granted.grant.mode).into());
            }
            if let Some(used) = recovery {
                body.insert(
                    "recovery".to_owned(),
                    json!({ "set": used.set, "number": used.number, "left": used.left }),
                );
            }
            visit.json(200, &Value::Object(body))
        }
        Outcome::SignedIn(signed_in) => done(visit, member, granted, &signed_in, reply.device_secret),
        outcome => Err(refusal(visit, outcome)),
    }
}

fn done(
    visit: &Visit,
    member: &MemberName,
    granted: &TenantGrant,
    signed_in: &SignedIn,
    device_secret: Option<String>,
) -> Result<Response, Problem> {
    let claims = Claims {
        tenant: visit.tenant.clone(),
        member: member.clone(),
        username: granted.username.clone(),
        role: granted.role,
        generation: signed_in.generation,
        epoch: signed_in.epoch,
        session: signed_in.session,
        methods: signed_in.methods,
        authenticated_at: signed_in.at,
        issued_at: signed_in.at,
        ends_at: signed_in.ends_at,
    };
    cookies::set(&visit.reply_headers, cookies::SESSION, &claims.sign(&visit.secrets.tokens)?, None)?;
    cookies::clear(&visit.reply_headers, cookies::PENDING)?;
    let mut body = Map::new();
    body.insert("next".to_owned(), "done".into());
    body.insert("session".to_owned(), session::shown(&claims));
    if let (Some(device), Some(secret)) = (signed_in.device, device_secret.map(TokenSecret::from_text)) {
        let id = Some(device.id);
        let token = Token::write(Kind::Device, &visit.tenant, member, id, &secret, &visit.secrets.tokens)?;
        let left = Seconds(device.until.since(visit.now).0.min(policy::REMEMBERED_DEVICE.0));
        cookies::set(&visit.reply_headers, &cookies::device(member), &token, Some(left))?;
        body.insert("device_remembered_until".to_owned(), device.until.0.into());
    }
    if let Some(used) = signed_in.recovery {
        body.insert("recovery".to_owned(), json!({ "set": used.set, "number": used.number, "left": used.left }));
    }
    visit.json(200, &Value::Object(body))
}

/// What a refusal of the core is called over HTTP.
pub(super) fn refusal(visit: &Visit, outcome: Outcome) -> Problem {
    match outcome {
        Outcome::SignInRefused => Code::SignInRefused.into(),
        Outcome::Throttled { until } => Problem::throttled(until, visit.now),
        Outcome::SignInExpired => Code::SignInExpired.into(),
        Outcome::OtherDuty(duty) => Problem::from(Code::WrongStep).with("owes", word(duty)),
        Outcome::CodeRefused => Code::CodeRefused.into(),
        Outcome::RecoveryKeyRefused => Code::RecoveryKeyRefused.into(),
        Outcome::AuthenticatorLocked => Code::AuthenticatorLocked.into(),
        Outcome::EnrolmentExpired => Code::EnrolmentExpired.into(),
        Outcome::EnrolmentSuperseded => Code::EnrolmentSuperseded.into(),
        Outcome::ProofRefused => Code::ProofRefused.into(),
        Outcome::SessionEnded => Code::Unauthenticated.into(),
        Outcome::LocalDoorsClosed => Code::TenantExternal.into(),
        // The tenant moved on between its word and the member's ear: asked again, it says the new word.
        Outcome::StaleGrant => Code::Unavailable.into(),
        Outcome::Unreadable => Code::Internal.into(),
        Outcome::PasswordUnchanged => Code::PasswordUnacceptable.into(),
        Outcome::Joined
        | Outcome::AlreadyJoined
        | Outcome::PasswordRight { .. }
        | Outcome::OtherScheme(_)
        | Outcome::Owes { .. }
        | Outcome::SignedIn(_)
        | Outcome::EnrolmentStarted { .. }
        | Outcome::RecoveryKeysIssued { .. }
        | Outcome::Account(_)
        | Outcome::SignedOut
        | Outcome::Swept => Problem::alarm("a member object gave an answer of another kind"),
    }
}

fn word(duty: Duty) -> &'static str {
    match duty {
        Duty::Code => "code",
        Duty::Enrol => "enrol",
        Duty::NewPassword => "new-password",
    }
}

fn presented_device(visit: &Visit, member: &MemberName) -> Option<PresentedDevice> {
    let text = cookies::read(&visit.headers, &cookies::device(member))?;
    let token = Token::read(Kind::Device, &visit.tenant, &text, &visit.secrets.tokens)?;
    (token.member == *member).then(|| token.presented_device())?
}
