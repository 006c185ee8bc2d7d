//! A login that stays theirs: a platform checks a password of its own and asks us for the second factor, server to
//! server. The same objects, lanes and budgets as at our own door; what comes of it is a word to the platform, and
//! never a session of ours. What she owes she gives the platform, which hands it on, or shows on our page.

pub(super) mod page;

use mfa_core::member::{Confirmed, DeviceLabel, Duty, EnrolmentId, Outcome, PageWish, RecoveryKeyUse, State};
use mfa_core::recovery::RecoveryGroup;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use worker::Response;

use super::caller::{self, Caller};
use super::sign_in::{self, ask_granted};
use super::step::refusal;
use super::{Body, Visit, assertion, enrolment, guard};
use crate::application_key::PresentedKey;
use crate::error::{Code, Problem};
use crate::object_ref::{
    self, GrantedAsk, Invitee, MemberName, MemberReply, TenantAsk, TenantGrant, TenantReply, TenantRequest,
};
use crate::page_token::{self, PageToken};
use crate::token::{self, Kind, Token, TokenSecret};
use crate::vouched_token::{self, Nonce, VouchedToken};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewMember {
    username: String,
}

/// Makes somebody of the platform's a member, without a password here. An act of its own, and not of the first
/// sign-in: a name that was mistyped there makes nobody.
pub(super) async fn make_member(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let new: NewMember = body.parse()?;
    let username = guard::new_username(&new.username).ok_or(Code::UsernameUnacceptable)?;
    let member = MemberName::of(&visit.tenant, &username, &visit.secrets.naming);
    let PresentedKey { application, digest: key } = visit.key()?;
    let ask = TenantAsk::VouchMember { application, key, invitee: Invitee { member, username } };
    let request = TenantRequest { tenant: visit.tenant.clone(), idempotency: None, ask };
    match object_ref::ask_tenant(&visit.env, &visit.secrets.naming, &request).await? {
        TenantReply::Done => Ok(visit.empty(204)),
        reply => Err(caller::refused(reply)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Begun {
    username: String,
    /// What the platform was given for this device, if it keeps something.
    #[serde(default, deserialize_with = "guard::given")]
    device: Option<String>,
    #[serde(default, deserialize_with = "guard::given")]
    nonce: Option<String>,
    #[serde(default, deserialize_with = "guard::given")]
    page: Option<PageAsked>,
}

/// What the platform asks of our page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PageAsked {
    return_to: String,
    #[serde(default, deserialize_with = "guard::given")]
    state: Option<String>,
    /// A platform that wants a code this time leaves it out.
    #[serde(default)]
    remembered_devices: bool,
}

impl PageAsked {
    /// The address has to be one that the application has registered.
    fn wish(self, caller: &Caller) -> Result<PageWish, Problem> {
        let misfit = |code: Code| Problem::from(code).with("field", "page");
        let return_to = caller.return_address(&self.return_to).cloned();
        let return_to = return_to.ok_or_else(|| misfit(Code::ReturnToUnregistered))?;
        let state = self.state.map(|text| State::parse(&text).ok_or_else(|| misfit(Code::BadRequest))).transpose()?;
        Ok(PageWish { return_to, state, devices: self.remembered_devices })
    }
}

/// "She has given her password here. May she enter?"
pub(super) async fn begin(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let begun: Begun = body.parse()?;
    let nonce = Nonce::parse(begun.nonce.as_deref().unwrap_or_default())
        .ok_or_else(|| Problem::from(Code::BadRequest).with("field", "nonce"))?;
    let username = guard::username(&begun.username).ok_or(Code::UsernameUnacceptable)?;
    let member = MemberName::of(&visit.tenant, &username, &visit.secrets.naming);
    let caller = Caller::about(visit, &member).await?;
    let granted = caller.granted().ok_or(Code::MemberUnknown)?;
    let device = begun.device.and_then(|text| {
        let token = Token::read(Kind::Device, &visit.tenant, &text, &visit.secrets.tokens)?;
        (token.member == member).then(|| token.presented_device())?
    });
    let application = caller.application.id;
    let page = begun.page.map(|asked| asked.wish(&caller)).transpose()?;
    let ask = GrantedAsk::BeginVouched { application, device, page };
    let reply = ask_granted(visit, &member, granted, "vouched", ask).await?;
    answer(visit, &Party { member: &member, application, nonce: &nonce }, granted, reply).await
}

/// A sign-in under way, with the tenant's word about whose it is.
struct Pending {
    token: VouchedToken,
    caller: Caller,
}

impl Pending {
    /// Reads it. One that another application began is none.
    async fn read(visit: &Visit, text: &str) -> Result<Pending, Problem> {
        let token = vouched_token::read(&visit.tenant, text, &visit.secrets.tokens).ok_or(Code::SignInExpired)?;
        if token.application != visit.key()?.application {
            return Err(Code::SignInExpired.into());
        }
        let caller = Caller::about(visit, &token.member).await?;
        Ok(Pending { token, caller })
    }

    /// The tenant's word. Every step needs MFA's key: what was begun with it has ended without.
    fn granted(&self) -> Result<&TenantGrant, Problem> {
        let granted = self.caller.granted().filter(|granted| granted.data_key.is_some());
        granted.ok_or_else(|| Code::SignInExpired.into())
    }

    async fn ask(&self, visit: &Visit, step: &str, ask: GrantedAsk) -> Result<MemberReply, Problem> {
        ask_granted(visit, &self.token.member, self.granted()?, step, ask).await
    }

    async fn answered(&self, visit: &Visit, step: &str, ask: GrantedAsk) -> Result<Response, Problem> {
        let reply = self.ask(visit, step, ask).await?;
        let VouchedToken { member, application, nonce, .. } = &self.token;
        answer(visit, &Party { member, application: *application, nonce }, self.granted()?, reply).await
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BroughtBack {
    pending: String,
    reference: String,
}

/// What was shown on our page. What the browser brings is worth nothing but beside what the application has kept: with
/// another's it fetches nothing.
pub(super) async fn redeem(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let brought: BroughtBack = body.parse()?;
    let pending = Pending::read(visit, &brought.pending).await?;
    let (tenant, keys) = (&visit.tenant, &visit.secrets.tokens);
    let reference = PageToken::read(page_token::Kind::Reference, tenant, &brought.reference, keys);
    let reference = reference.ok_or(Code::SignInExpired)?;
    let ask = GrantedAsk::RedeemConfirmation { pending: pending.token.digest, reference: reference.digest };
    pending.answered(visit, "vouched-redeem", ask).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeTyped {
    pending: String,
    code: String,
    remember_device: bool,
}

pub(super) async fn code(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: CodeTyped = body.parse()?;
    let code = sign_in::passcode(&typed.code)?;
    let pending = Pending::read(visit, &typed.pending).await?;
    // The browser speaks with the platform: by its name she will know the device.
    let label = DeviceLabel(pending.caller.application.name.as_str().to_owned());
    let remember_device = typed.remember_device.then_some(label);
    let ask = GrantedAsk::VerifyCode { pending: pending.token.digest, code, remember_device };
    pending.answered(visit, "vouched-code", ask).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecoveryKeyTyped {
    pending: String,
    recovery_key: String,
}

pub(super) async fn recovery_key(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: RecoveryKeyTyped = body.parse()?;
    let recovery_key = sign_in::parse_recovery_key(&typed.recovery_key)?;
    let pending = Pending::read(visit, &typed.pending).await?;
    let ask = GrantedAsk::VerifyRecoveryKey { pending: pending.token.digest, recovery_key };
    pending.answered(visit, "vouched-recovery-key", ask).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PasswordChanged {
    pending: String,
    /// What the browser brought, if it comes from our page.
    #[serde(default, deserialize_with = "guard::given")]
    reference: Option<String>,
}

/// The platform's word that the password that was owed is another now.
pub(super) async fn password_changed(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let changed: PasswordChanged = body.parse()?;
    let pending = Pending::read(visit, &changed.pending).await?;
    let reference = match changed.reference {
        Some(text) => {
            let errand = PageToken::read(page_token::Kind::Errand, &visit.tenant, &text, &visit.secrets.tokens);
            Some(errand.ok_or(Code::SignInExpired)?.digest)
        }
        None => None,
    };
    let ask = GrantedAsk::VouchNewPassword { pending: pending.token.digest, reference };
    pending.answered(visit, "vouched-password", ask).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    pending: String,
}

pub(super) async fn start_enrolment(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let which: Which = body.parse()?;
    let pending = Pending::read(visit, &which.pending).await?;
    let ask = GrantedAsk::StartEnrolment { pending: pending.token.digest };
    let reply = pending.ask(visit, "vouched-enrolment-start", ask).await?;
    enrolment::started(visit, pending.granted()?, reply)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FirstCode {
    pending: String,
    enrolment_id: EnrolmentId,
    code: String,
}

pub(super) async fn confirm_enrolment(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: FirstCode = body.parse()?;
    let code = sign_in::passcode(&typed.code)?;
    let pending = Pending::read(visit, &typed.pending).await?;
    let ask = GrantedAsk::ConfirmEnrolment { pending: pending.token.digest, enrolment: typed.enrolment_id, code };
    enrolment::recovery_keys(visit, pending.ask(visit, "vouched-enrolment-confirm", ask).await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhichEnrolment {
    pending: String,
    enrolment_id: EnrolmentId,
}

pub(super) async fn renew_recovery_keys(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let which: WhichEnrolment = body.parse()?;
    let pending = Pending::read(visit, &which.pending).await?;
    let ask = GrantedAsk::RenewRecoveryKeys { pending: pending.token.digest, enrolment: which.enrolment_id };
    enrolment::recovery_keys(visit, pending.ask(visit, "vouched-enrolment-keys", ask).await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Proof {
    pending: String,
    enrolment_id: EnrolmentId,
    proof: String,
}

pub(super) async fn complete_enrolment(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: Proof = body.parse()?;
    let proof = RecoveryGroup::parse(&typed.proof).map_err(|_| Problem::from(Code::ProofMalformed))?.to_string();
    let pending = Pending::read(visit, &typed.pending).await?;
    let ask = GrantedAsk::CompleteEnrolment { pending: pending.token.digest, enrolment: typed.enrolment_id, proof };
    pending.answered(visit, "vouched-enrolment-complete", ask).await
}

/// Whose sign-in it is, and who began it.
struct Party<'a> {
    member: &'a MemberName,
    application: mfa_core::tenant::application::ApplicationId,
    nonce: &'a Nonce,
}

/// What a step is answered with: in, or what is owed.
async fn answer(
    visit: &Visit,
    party: &Party<'_>,
    granted: &TenantGrant,
    reply: MemberReply,
) -> Result<Response, Problem> {
    let mut body = Map::new();
    let recovery = match reply.outcome {
        Outcome::Confirmed(confirmed) => {
            let claims = assertion::claims(visit, granted, party.nonce, &confirmed);
            body.insert("status".to_owned(), "entered".into());
            body.insert("assertion".to_owned(), assertion::sign(visit, &claims).await?.into());
            body.insert("confirmation".to_owned(), claims);
            remember(visit, party.member, &confirmed, reply.device_secret, &mut body)?;
            confirmed.recovery
        }
        Outcome::Owes { duty, expires_at, authenticator_locked, recovery } => {
            body.insert("status".to_owned(), status(duty, authenticator_locked).into());
            body.insert("expires_at".to_owned(), expires_at.0.into());
            if let Some(secret) = reply.pending_secret.map(TokenSecret::from_text) {
                let Party { member, application, nonce } = party;
                let keys = &visit.secrets.tokens;
                let token = vouched_token::write(&visit.tenant, member, *application, nonce, &secret, keys)?;
                body.insert("pending".to_owned(), token.as_str().into());
            }
            if let Some(secret) = reply.page_secret.map(TokenSecret::from_text) {
                let Party { member, application, .. } = party;
                let (kind, keys) = (page_token::Kind::Way, &visit.secrets.tokens);
                let token = PageToken::write(kind, &visit.tenant, member, *application, &secret, keys)?;
                let page = token::link(&visit.origin, &visit.tenant, "second-factor", &token);
                body.insert("page".to_owned(), page.into());
            }
            recovery
        }
        // The tenant's word was that she belongs; to her own object she is a stranger.
        Outcome::SignInRefused => return Err(Code::MemberUnknown.into()),
        outcome => return Err(refusal(visit, outcome)),
    };
    if let Some(RecoveryKeyUse { set, number, left }) = recovery {
        body.insert("recovery".to_owned(), json!({ "set": set, "number": number, "left": left }));
    }
    visit.json(200, &Value::Object(body))
}

fn status(duty: Duty, authenticator_locked: bool) -> &'static str {
    match duty {
        Duty::Code if authenticator_locked => "locked",
        Duty::Code => "code-needed",
        Duty::Enrol => "enrolment-needed",
        Duty::NewPassword => "password-change-owed",
    }
}

/// What the platform keeps for a device that is remembered, until it is used.
fn remember(
    visit: &Visit,
    member: &MemberName,
    confirmed: &Confirmed,
    device_secret: Option<String>,
    body: &mut Map<String, Value>,
) -> Result<(), Problem> {
    if let (Some(device), Some(secret)) = (confirmed.device, device_secret.map(TokenSecret::from_text)) {
        let keys = &visit.secrets.tokens;
        let token = Token::write(Kind::Device, &visit.tenant, member, Some(device.id), &secret, keys)?;
        body.insert("device".to_owned(), token.as_str().into());
        body.insert("device_remembered_until".to_owned(), device.until.0.into());
    }
    Ok(())
}
