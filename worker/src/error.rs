//! Every answer that is not a success: RFC 9457 problem details, from one table.

use mfa_core::time::{Seconds, Timestamp};
use serde_json::{Value, json};
use worker::{Response, ResponseBuilder};

use crate::journal::{self, RequestId};
use crate::runtime;

/// Seconds until the first of those who were turned away come back, and over how many they are spread: chosen, not
/// measured.
const FIRST_BACK: u64 = 1;
const SPREAD: u32 = 10;

/// The stable codes. Each has one status and one sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::enum_variant_names, reason = "a refused passcode is called CodeRefused, whatever the enum is called")]
pub(crate) enum Code {
    BadRequest,
    PasscodeMalformed,
    RecoveryKeyMalformed,
    ProofMalformed,
    PasswordUnacceptable,
    UsernameUnacceptable,
    LogoUnacceptable,
    ConfirmationWrong,
    ProviderRefused,
    ClientRefused,
    ReturnToUnregistered,
    IdempotencyKeyMissing,
    Unauthenticated,
    ApplicationKeyRefused,
    SignInRequired,
    SignInRefused,
    CodeRefused,
    RecoveryKeyRefused,
    RecoveryKeyOlderSet,
    PasswordRefused,
    PasswordBurnt,
    SignInExpired,
    CrossSite,
    NotAdministrator,
    StepUpRequired,
    TenantSuspended,
    IdentityUnknown,
    IdentityTaken,
    AuthenticatorLocked,
    TenantExternal,
    NotFound,
    MemberUnknown,
    InvitationRefused,
    LinkRefused,
    MethodNotAllowed,
    Conflict,
    WrongStep,
    WrongMode,
    SetUpOvertaken,
    LimitReached,
    OtherKind,
    PasswordHere,
    LastAdministrator,
    ProviderMissing,
    DryRunMissing,
    EnrolmentSuperseded,
    ProofRefused,
    EnrolmentExpired,
    BodyTooLarge,
    UnsupportedMediaType,
    IdempotencyKeyReused,
    Throttled,
    Internal,
    Unavailable,
}

impl Code {
    /// The table: status, word, sentence.
    pub(crate) fn row(self) -> (u16, &'static str, &'static str) {
        match self {
            Code::BadRequest => (400, "bad_request", "The request is not of the form that this route takes."),
            Code::PasscodeMalformed => {
                (400, "passcode_malformed", "A code has six digits, or as many as the app shows; spaces are fine.")
            }
            Code::RecoveryKeyMalformed => {
                (400, "recovery_key_malformed", "That is not a recovery key: check each symbol against your sheet.")
            }
            Code::ProofMalformed => (400, "proof_malformed", "The last group of a recovery key has five symbols."),
            Code::PasswordUnacceptable => (400, "password_unacceptable", "Choose another password."),
            Code::UsernameUnacceptable => {
                (400, "username_unacceptable", "A username has 1 to 64 of the characters a-z 0-9 . _ @ + and -.")
            }
            Code::LogoUnacceptable => {
                (400, "logo_unacceptable", "A logo is a PNG file of at most 32 KiB and 512 by 512 dots.")
            }
            Code::ConfirmationWrong => {
                (400, "confirmation_wrong", "To confirm, type the short name of the organisation exactly.")
            }
            Code::ProviderRefused => {
                (400, "provider_refused", "The identity provider does not answer as it should. Check what you entered.")
            }
            Code::ClientRefused => (
                400,
                "client_refused",
                "The application that sent you here is not known, or wants the answer at an address that is not its own.",
            ),
            Code::ReturnToUnregistered => (
                400,
                "return_to_unregistered",
                "This application has no such address to send people back to. Register it among its return addresses, exactly as you send it.",
            ),
            Code::IdempotencyKeyMissing => (
                400,
                "idempotency_key_missing",
                "Send an Idempotency-Key header of 22 to 64 letters, digits, _ or -: a new one for each action, the same one for a retry.",
            ),
            Code::Unauthenticated => (401, "unauthenticated", "Sign in first."),
            Code::ApplicationKeyRefused => (
                401,
                "application_key_refused",
                "That is not a live key of one of this organisation's applications. Send the whole key that was shown when it was made.",
            ),
            Code::SignInRequired => (401, "sign_in_required", "Only who is signed in gets past this gate."),
            Code::SignInRefused => (401, "sign_in_refused", "The username and password do not match."),
            Code::CodeRefused => {
                (401, "code_refused", "That code is not right, or it was used before. Wait for the next one.")
            }
            Code::RecoveryKeyRefused => {
                (401, "recovery_key_refused", "That recovery key is not right, or it was used before.")
            }
            Code::RecoveryKeyOlderSet => (
                401,
                "recovery_key_older_set",
                "That recovery key is from an older sheet, which was replaced. Use the newest one.",
            ),
            Code::PasswordRefused => (401, "password_refused", "That is not your password."),
            Code::PasswordBurnt => (
                403,
                "password_burnt",
                "This password is known to somebody else and opens nothing any more. Choose another by the link that was sent.",
            ),
            Code::SignInExpired => (401, "sign_in_expired", "This sign-in has ended. Start again with your password."),
            Code::CrossSite => (403, "cross_site", "This request did not come from our own pages."),
            Code::NotAdministrator => {
                (403, "not_administrator", "Only an administrator of this organisation may do that.")
            }
            Code::StepUpRequired => {
                (403, "step_up_required", "First show once more that it is you; then this can be done.")
            }
            Code::TenantSuspended => {
                (403, "tenant_suspended", "This organisation is closed for now. Ask who runs the platform.")
            }
            Code::IdentityUnknown => (
                403,
                "identity_unknown",
                "Nobody here is tied to that identity. Ask your administrator for a link to connect yours.",
            ),
            Code::IdentityTaken => {
                (403, "identity_taken", "That identity belongs to another member of this organisation.")
            }
            Code::AuthenticatorLocked => (
                403,
                "authenticator_locked",
                "Too many wrong codes: the authenticator app is locked. Use a recovery key, or ask your administrator.",
            ),
            Code::TenantExternal => {
                (403, "tenant_external", "Members sign in at their organisation's identity provider.")
            }
            Code::NotFound => (404, "not_found", "There is nothing here."),
            Code::MemberUnknown => (
                404,
                "member_unknown",
                "Nobody of that name is a member here. Make her one, or have her invited, first.",
            ),
            Code::InvitationRefused => (
                404,
                "invitation_refused",
                "This invitation is not valid any more. Ask your administrator for a new one.",
            ),
            Code::LinkRefused => (404, "link_refused", "This link is not valid any more. Ask for a new one."),
            Code::MethodNotAllowed => (405, "method_not_allowed", "This route does not take that method."),
            Code::Conflict => (409, "conflict", "That exists already."),
            Code::WrongStep => (409, "wrong_step", "This sign-in owes another step first."),
            Code::WrongMode => (409, "wrong_mode", "That does not go with the way members sign in at present."),
            Code::SetUpOvertaken => (
                409,
                "set_up_overtaken",
                "Another administrator was faster: sign-in has changed already. Yours changed nothing; sign in again.",
            ),
            Code::LimitReached => (409, "limit_reached", "There is no room for another. Remove or end one first."),
            Code::OtherKind => (
                409,
                "other_kind",
                "An application stays what it is, and this one has no such thing. Register another.",
            ),
            Code::PasswordHere => (
                409,
                "password_here",
                "This member has a password here and signs in at our own page. Nobody vouches for her.",
            ),
            Code::ProviderMissing => (409, "provider_missing", "Enter how the identity provider is reached first."),
            Code::DryRunMissing => (
                409,
                "dry_run_missing",
                "Sign in there yourself first, to see that it works. Then it can be switched on.",
            ),
            Code::LastAdministrator => (
                409,
                "last_administrator",
                "Somebody has to run this organisation. Make another member administrator first.",
            ),
            Code::EnrolmentSuperseded => {
                (409, "enrolment_superseded", "Set-up went on in another window. Go on there, or start again.")
            }
            Code::ProofRefused => (
                409,
                "proof_refused",
                "That is not the last group of the key asked for. Check the number on your sheet.",
            ),
            Code::EnrolmentExpired => {
                (410, "enrolment_expired", "Set-up has ended. Start it again; nothing has changed.")
            }
            Code::BodyTooLarge => (413, "body_too_large", "The request is too large."),
            Code::UnsupportedMediaType => (415, "unsupported_media_type", "Send application/json."),
            Code::IdempotencyKeyReused => {
                (422, "idempotency_key_reused", "This Idempotency-Key belongs to another request. Take a new one.")
            }
            Code::Throttled => (429, "throttled", "Too many attempts. Wait before the next one."),
            Code::Internal => (500, "internal", "Something is wrong on our side. Nothing was let through."),
            Code::Unavailable => (503, "unavailable", "Not available right now. Try again in a moment."),
        }
    }
}

/// A refusal or failure, ready to be told.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) code: Code,
    /// Members beside the standard ones: which field, which reason. Never what was sent.
    extra: Vec<(&'static str, Value)>,
    retry_after: Option<Seconds>,
    allow: Option<&'static str>,
    location: Option<String>,
}

impl From<Code> for Problem {
    fn from(code: Code) -> Problem {
        Problem { code, extra: Vec::new(), retry_after: None, allow: None, location: None }
    }
}

impl Problem {
    /// Adds a member.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Value>) -> Problem {
        self.extra.push((name, value.into()));
        self
    }

    /// "Wait", until `until` if waiting helps.
    pub(crate) fn throttled(until: Option<Timestamp>, now: Timestamp) -> Problem {
        let wait = until.map(|until| Seconds(until.since(now).0.max(1)));
        Problem { retry_after: wait, ..Code::Throttled.into() }
    }

    /// A path that takes other methods (RFC 9110 §15.5.6 asks to say which).
    pub(crate) fn only(allow: &'static str) -> Problem {
        Problem { allow: Some(allow), ..Code::MethodNotAllowed.into() }
    }

    /// A gate is closed; where whoever can may sign in, for the proxy to send her there.
    pub(crate) fn sign_in_at(location: Option<String>) -> Problem {
        Problem { location, ..Code::SignInRequired.into() }
    }

    /// Something that must not happen did: refused, and told to whoever watches the log. `what` holds no secret.
    pub(crate) fn alarm(what: &str) -> Problem {
        Problem::alarm_as(Code::Internal, what)
    }

    /// As [`Problem::alarm`], answered with `code`.
    pub(crate) fn alarm_as(code: Code, what: &str) -> Problem {
        journal::alarm(what);
        code.into()
    }

    /// When to come back. While an object is overloaded, or something is out of reach for a moment, each gets a wait of
    /// her own: who was turned away together does not come back together.
    fn back_in(&self) -> Option<Seconds> {
        let soon = || Seconds(FIRST_BACK.saturating_add(runtime::any_below(SPREAD).into()));
        self.retry_after.or_else(|| (self.code == Code::Unavailable).then(soon))
    }

    /// The answer to a client.
    pub(crate) fn into_response(self, request: &RequestId) -> worker::Result<Response> {
        let (status, word, sentence) = self.code.row();
        let mut body = json!({
            "type": "about:blank", "title": sentence, "status": status, "code": word, "request_id": request.as_str(),
        });
        let retry_after = self.back_in().map(|wait| wait.0);
        let extra = self.extra.into_iter().chain(retry_after.map(|wait| ("retry_after_seconds", wait.into())));
        if let Value::Object(members) = &mut body {
            members.extend(extra.map(|(name, value)| (name.to_owned(), value)));
        }
        let mut response = ResponseBuilder::new()
            .with_status(status)
            .with_header("content-type", "application/problem+json")?
            .fixed(body.to_string().into_bytes());
        if let Some(wait) = retry_after {
            response.headers_mut().set("retry-after", &wait.to_string())?;
        }
        if let Some(allow) = self.allow {
            response.headers_mut().set("allow", allow)?;
        }
        if let Some(location) = self.location {
            response.headers_mut().set("location", &location)?;
        }
        Ok(response)
    }

    /// The same for software that provisions, in the form that RFC 7644 §3.12 gives it. `scim_type` and `detail` are
    /// what it says there.
    pub(crate) fn into_scim_response(self) -> worker::Result<Response> {
        let (status, _, sentence) = self.code.row();
        let said = |name: &str| self.extra.iter().find(|(other, _)| *other == name).map(|(_, value)| value.clone());
        let sentence = match self.code {
            Code::ApplicationKeyRefused => "Bear a live key of an application of the kind provisioning.",
            _ => sentence,
        };
        let usual = match self.code {
            Code::BadRequest => Some("invalidSyntax"),
            Code::UsernameUnacceptable => Some("invalidValue"),
            _ => None,
        };
        let mut body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": status.to_string(),
            "detail": said("detail").unwrap_or_else(|| sentence.into()),
        });
        if let (Some(word), Value::Object(members)) = (said("scim_type").or(usual.map(Value::from)), &mut body) {
            members.insert("scimType".to_owned(), word);
        }
        let mut response = ResponseBuilder::new()
            .with_status(status)
            .with_header("content-type", "application/scim+json")?
            .fixed(body.to_string().into_bytes());
        let headers = response.headers_mut();
        if let Some(wait) = self.back_in() {
            headers.set("retry-after", &wait.0.to_string())?;
        }
        if let Some(allow) = self.allow {
            headers.set("allow", allow)?;
        }
        if self.code == Code::ApplicationKeyRefused {
            headers.set("www-authenticate", "Bearer")?;
        }
        Ok(response)
    }
}

/// Anything that the platform failed at: nothing is let through, the caller may try again.
impl From<worker::Error> for Problem {
    fn from(error: worker::Error) -> Problem {
        Problem::alarm_as(Code::Unavailable, &format!("the platform failed: {error}"))
    }
}
