//! What a step of a sign-in or of an enrolment is answered with.

use mfa_core::member::{Duty, Outcome, SignedIn};
use mfa_core::policy;
use mfa_core::tenant::{Lifecycle, ModeKind};
use mfa_core::time::Seconds;
use serde_json::{Map, Value, json};
use worker::Response;

use super::{Visit, access, known_browser};
use crate::cookies;
use crate::error::{Code, Problem};
use crate::object_ref::{MemberName, MemberReply, TenantGrant};
use crate::password;
use crate::session_token::Claims;
use crate::token::{Kind, Token, TokenSecret};

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
                let mode = granted.grant.mode;
                body.insert("password_min_length".to_owned(), password::min_length(mode).into());
                body.insert("reason".to_owned(), why_new_password(mode, authenticator_locked).into());
            }
            if let Some(used) = recovery {
                body.insert(
                    "recovery".to_owned(),
                    json!({ "set": used.set, "number": used.number, "left": used.left }),
                );
            }
            visit.json(200, &Value::Object(body))
        }
        Outcome::SignedIn(signed_in) => {
            if signed_in.methods.password {
                known_browser::remember(visit, member, signed_in.generation, reply.password_version)?;
            }
            done(visit, member, granted, &signed_in, reply.device_secret)
        }
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
    body.insert("session".to_owned(), claims.shown());
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

/// What somebody who asked for more time is answered with.
pub(super) fn extended(visit: &Visit, outcome: Outcome) -> Result<Response, Problem> {
    match outcome {
        Outcome::Extended { expires_at } => visit.json(200, &json!({ "expires_at": expires_at })),
        outcome => Err(refusal(visit, outcome)),
    }
}

/// A tenant that the operator has closed.
pub(super) fn closed(lifecycle: Lifecycle) -> Problem {
    match lifecycle {
        Lifecycle::Deleted => Code::NotFound.into(),
        Lifecycle::Open | Lifecycle::Suspended => Code::TenantSuspended.into(),
    }
}

/// What a refusal of the core is called over HTTP.
pub(super) fn refusal(visit: &Visit, outcome: Outcome) -> Problem {
    match outcome {
        Outcome::SignInRefused => Code::SignInRefused.into(),
        Outcome::Throttled { until } => Problem::throttled(until, visit.now),
        Outcome::SignInExpired => Code::SignInExpired.into(),
        Outcome::OtherDuty(duty) => Problem::from(Code::WrongStep).with("owes", word(duty)),
        Outcome::CodeRefused => Code::CodeRefused.into(),
        Outcome::CodeOfOtherLength { digits } => Problem::from(Code::PasscodeMalformed).with("digits", digits.count()),
        Outcome::RecoveryKeyRefused => Code::RecoveryKeyRefused.into(),
        Outcome::RecoveryKeyOfOlderSet { set } => Problem::from(Code::RecoveryKeyOlderSet).with("set", set),
        Outcome::PasswordRefused => Code::PasswordRefused.into(),
        Outcome::StepUpOwed { by } => Problem::from(Code::StepUpRequired).with("by", access::step_up_words(&by)),
        Outcome::LinkRefused => Code::LinkRefused.into(),
        Outcome::PasswordBurnt => Code::PasswordBurnt.into(),
        Outcome::OtherMode(mode) => {
            Problem::from(Code::WrongMode).with("mode", serde_json::to_value(mode).unwrap_or_default())
        }
        Outcome::AuthenticatorLocked => Code::AuthenticatorLocked.into(),
        Outcome::EnrolmentExpired => Code::EnrolmentExpired.into(),
        Outcome::EnrolmentSuperseded => Code::EnrolmentSuperseded.into(),
        Outcome::ProofRefused => Code::ProofRefused.into(),
        Outcome::SessionEnded | Outcome::AuthenticationOwed => Code::Unauthenticated.into(),
        Outcome::PasswordHere => Code::PasswordHere.into(),
        Outcome::LocalDoorsClosed => Code::TenantExternal.into(),
        // The tenant moved on between its word and the member's ear: asked again, it says the new word.
        Outcome::StaleGrant => Code::Unavailable.into(),
        Outcome::Unreadable => Code::Internal.into(),
        Outcome::PasswordUnchanged | Outcome::PasswordTooShort => Code::PasswordUnacceptable.into(),
        Outcome::Joined
        | Outcome::AlreadyJoined
        | Outcome::Imported
        | Outcome::AlreadyImported
        | Outcome::Exported { .. }
        | Outcome::PasswordRight { .. }
        | Outcome::OtherScheme(_)
        | Outcome::Owes { .. }
        | Outcome::SignedIn(_)
        | Outcome::Confirmed(_)
        | Outcome::Page(_)
        | Outcome::ConfirmationWaits(_)
        | Outcome::EnrolmentStarted { .. }
        | Outcome::Extended { .. }
        | Outcome::RecoveryKeysIssued { .. }
        | Outcome::Account(_)
        | Outcome::SignedOut
        | Outcome::Authorized { .. }
        | Outcome::SteppedUp { .. }
        | Outcome::MfaReset
        | Outcome::RecoveryKeysReplaced { .. }
        | Outcome::DevicesForgotten { .. }
        | Outcome::SessionsEnded
        | Outcome::PasswordChanged
        | Outcome::PasswordLinkIssued { .. }
        | Outcome::PasswordLinkHeld
        | Outcome::Disowned
        | Outcome::LinkValid { .. }
        | Outcome::SetUpReady { .. }
        | Outcome::Followed { .. }
        | Outcome::Left
        | Outcome::AuthorizationIssued { .. }
        | Outcome::AuthorizationRedeemed(_)
        | Outcome::AuthorizationRefused
        | Outcome::AuthorizationLives
        | Outcome::Swept => Problem::alarm("a member object gave an answer of another kind"),
    }
}

/// With MFA a new password is owed because somebody else has the old one, without because that does not stand alone.
fn why_new_password(mode: ModeKind, authenticator_locked: bool) -> &'static str {
    match mode {
        ModeKind::Mfa if authenticator_locked => "locked",
        ModeKind::Mfa => "burnt",
        ModeKind::Password | ModeKind::External => "too_short_alone",
    }
}

pub(super) fn word(duty: Duty) -> &'static str {
    match duty {
        Duty::Code => "code",
        Duty::Enrol => "enrol",
        Duty::NewPassword => "new-password",
    }
}
