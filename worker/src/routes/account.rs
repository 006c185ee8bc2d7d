//! What a signed-in person sees and does about herself.

use mfa_core::member::{DeviceId, Outcome};
use mfa_core::policy;
use mfa_core::recovery::RecoveryGroup;
use mfa_core::tenant::ModeKind;
use serde::Deserialize;
use serde_json::json;
use worker::Response;

use super::access::Person;
use super::guard::Nothing;
use super::sign_in::{self, ask_granted, ask_now};
use super::step::{extended, refusal};
use super::{Body, Visit, known_browser, step_up};
use crate::cookies;
use crate::error::{Code, Problem};
use crate::object_ref::GrantedAsk;
use crate::password;
use crate::token::{Kind, Token};

/// Asks the objects: what they say is of this moment.
pub(super) async fn show(visit: &Visit) -> Result<Response, Problem> {
    let person = Person::read(visit).await?;
    let session = person.claims.session;
    let ask = GrantedAsk::ViewAccount { session };
    let account = match ask_now(visit, &person.claims.member, &person.granted, ask).await?.outcome {
        Outcome::Account(account) => account,
        outcome => return Err(refusal(visit, outcome)),
    };
    let this = cookies::read(&visit.headers, &cookies::device(&person.claims.member))
        .and_then(|text| Token::read(Kind::Device, &visit.tenant, &text, &visit.secrets.tokens))
        .and_then(|token| token.presented_device());
    let devices = account.devices.iter().map(|device| {
        json!({
            "id": device.id,
            "label": device.label.0,
            "remembered_at": device.remembered_at,
            "last_used_at": device.last_used_at,
            "remembered_until": device.until,
            "this": this.is_some_and(|this| this.id == device.id),
        })
    });
    let granted = &person.granted;
    let mode = granted.grant.mode;
    visit.json(
        200,
        &json!({
            "tenant": person.claims.tenant,
            "tenant_name": granted.tenant_name,
            "username": granted.username,
            "role": granted.role,
            "mode": mode,
            "step_up_until": account.proven.map_or(0, |proven| step_up::fresh_until(proven, mode, visit.now)),
            "step_up_by": step_up::would_do(mode),
            "authenticator": account.enrolled_at.map(|at| json!({ "enrolled_at": at, "locked": account.locked })),
            "recovery_keys": account.recovery_keys.map(|(set, left)| json!({ "set": set, "left": left })),
            "password": { "burnt": account.password_burnt },
            "password_min_length": password::min_length(mode),
            "sessions": account.sessions,
            "devices": devices.collect::<Vec<_>>(),
        }),
    )
}

/// The link to the app is gone, and with it the keys, the devices and every session.
pub(super) async fn reset_mfa(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    let person = Person::read(visit).await?;
    let session = person.claims.session;
    match person.ask(visit, "reset-mfa", GrantedAsk::ResetMfa { session }).await? {
        Outcome::MfaReset => {
            cookies::clear(&visit.reply_headers, cookies::SESSION)?;
            Ok(visit.empty(204))
        }
        outcome => Err(refusal(visit, outcome)),
    }
}

/// A new set of recovery keys, shown once. The old one stays valid until the new one is proven saved.
pub(super) async fn start_recovery_keys(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    let person = Person::read(visit).await?;
    person.has_mfa()?;
    let ask = GrantedAsk::StartRecoveryKeys { session: person.claims.session };
    let reply = ask_granted(visit, &person.claims.member, &person.granted, "recovery-keys", ask).await?;
    let set = match reply.outcome {
        Outcome::RecoveryKeysIssued { set } => set,
        outcome => return Err(refusal(visit, outcome)),
    };
    let (keys, proof_number) = reply.recovery_keys.ok_or_else(|| Problem::alarm("recovery keys were issued unseen"))?;
    let expires_at = visit.now.saturating_add(policy::ENROLMENT);
    visit.json(
        200,
        &json!({ "set": set, "recovery_keys": keys, "proof_number": proof_number, "expires_at": expires_at }),
    )
}

/// More time to save them.
pub(super) async fn extend_recovery_keys(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    let person = Person::read(visit).await?;
    person.has_mfa()?;
    let ask = GrantedAsk::ExtendRecoveryKeys { session: person.claims.session };
    extended(visit, person.ask(visit, "recovery-keys-extend", ask).await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Proof {
    proof: String,
}

pub(super) async fn complete_recovery_keys(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: Proof = body.parse()?;
    let group = RecoveryGroup::parse(&typed.proof).map_err(|_| Problem::from(Code::ProofMalformed))?;
    let person = Person::read(visit).await?;
    person.has_mfa()?;
    let ask = GrantedAsk::CompleteRecoveryKeys { session: person.claims.session, proof: group.to_string() };
    match person.ask(visit, "recovery-keys-complete", ask).await? {
        Outcome::RecoveryKeysReplaced { set } => visit.json(200, &json!({ "set": set, "left": policy::RECOVERY_KEYS })),
        outcome => Err(refusal(visit, outcome)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhichDevice {
    device_id: DeviceId,
}

pub(super) async fn forget_device(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let which: WhichDevice = body.parse()?;
    forget(visit, Some(which.device_id)).await
}

pub(super) async fn forget_devices(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    forget(visit, None).await
}

async fn forget(visit: &Visit, device: Option<DeviceId>) -> Result<Response, Problem> {
    let person = Person::read(visit).await?;
    let ask = GrantedAsk::ForgetDevices { session: person.claims.session, device };
    match person.ask(visit, "forget-devices", ask).await? {
        Outcome::DevicesForgotten { count } => visit.json(200, &json!({ "forgotten": count })),
        outcome => Err(refusal(visit, outcome)),
    }
}

pub(super) async fn end_other_sessions(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    let person = Person::read(visit).await?;
    let session = person.claims.session;
    match person.ask(visit, "end-sessions", GrantedAsk::EndSessions { session }).await? {
        Outcome::SessionsEnded => Ok(visit.empty(204)),
        outcome => Err(refusal(visit, outcome)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Passwords {
    current_password: String,
    new_password: String,
}

/// The current one is asked for too: a session alone does not make somebody the owner of an account.
pub(super) async fn change_password(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: Passwords = body.parse()?;
    let person = Person::read(visit).await?;
    let granted = &person.granted;
    if granted.grant.mode == ModeKind::External {
        return Err(Code::TenantExternal.into());
    }
    let new = sign_in::acceptable(&typed.new_password, granted, visit)?;
    let current = password::Password::typed(&typed.current_password).ok_or(Code::PasswordRefused)?;
    let peppers = &visit.secrets.peppers;
    let (tenant, username) = (&visit.tenant, &granted.username);
    let password = new.hash(tenant, username, peppers)?;
    let ask = |current, under_kept| GrantedAsk::ChangePassword {
        session: person.claims.session,
        current,
        under_kept,
        password: password.clone(),
    };
    let first = ask(current.hash(tenant, username, peppers)?, password.clone());
    let member = &person.claims.member;
    let mut reply = ask_granted(visit, member, granted, "password", first).await?;
    if let Outcome::OtherScheme(scheme) = &reply.outcome {
        let kept = current.hash_as(scheme, tenant, username, peppers)?;
        let under_kept = new.hash_as(scheme, tenant, username, peppers)?;
        reply = ask_granted(visit, member, granted, "password-as-kept", ask(kept, under_kept)).await?;
    }
    match reply.outcome {
        Outcome::PasswordChanged => {
            // She who proved that she knows both goes on being known here; whoever signed in elsewhere does not.
            known_browser::remember(visit, member, person.claims.generation, reply.password_version)?;
            Ok(visit.empty(204))
        }
        Outcome::PasswordUnchanged => Err(sign_in::unchanged(granted)),
        outcome => Err(refusal(visit, outcome)),
    }
}
