//! Enrolment: secret, first code, recovery keys, proof that they were saved.

use mfa_core::key_uri::KeyUri;
use mfa_core::member::{EnrolmentId, Outcome};
use mfa_core::recovery::RecoveryGroup;
use mfa_core::secret::Secret;
use mfa_core::totp::TotpParameters;
use serde::Deserialize;
use serde_json::json;
use worker::Response;

use super::guard::Nothing;
use super::sign_in::{self, Pending, ask_granted};
use super::step::{answer, refusal};
use super::{Body, Visit};
use crate::error::{Code, Problem};
use crate::object_ref::{GrantedAsk, MemberReply, TenantGrant};

pub(super) async fn start(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    let pending = Pending::read(visit)?;
    let granted = pending.grant_with_mfa(visit).await?;
    let ask = GrantedAsk::StartEnrolment { pending: pending.0.digest };
    started(visit, &granted, ask_granted(visit, &pending.0.member, &granted, "enrolment-start", ask).await?)
}

/// The one answer in which the secret appears.
pub(super) fn started(visit: &Visit, granted: &TenantGrant, reply: MemberReply) -> Result<Response, Problem> {
    let (expires_at, set) = match reply.outcome {
        Outcome::EnrolmentStarted { expires_at, set } => (expires_at, set),
        outcome => return Err(refusal(visit, outcome)),
    };
    let (id, secret) = reply.enrolment.ok_or_else(|| Problem::alarm("an enrolment started without a secret"))?;
    let uri = KeyUri {
        issuer: Some(granted.tenant_name.clone()),
        account: granted.username.clone(),
        secret: Secret::from_base32(&secret).map_err(|_| Problem::alarm("our own secret is not base32"))?,
        parameters: TotpParameters::OURS,
    };
    visit.json(
        200,
        &json!({
            "enrolment_id": id,
            "key_uri": uri.to_uri().as_str(),
            "secret": secret,
            "set": set,
            "username": granted.username,
            "tenant_name": granted.tenant_name,
            "expires_at": expires_at,
        }),
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeTyped {
    enrolment_id: EnrolmentId,
    code: String,
}

pub(super) async fn confirm(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: CodeTyped = body.parse()?;
    let code = sign_in::first_passcode(&typed.code)?;
    let pending = Pending::read(visit)?;
    let grant = pending.grant_with_mfa(visit).await?;
    let ask = GrantedAsk::ConfirmEnrolment { pending: pending.0.digest, enrolment: typed.enrolment_id, code };
    recovery_keys(visit, ask_granted(visit, &pending.0.member, &grant, "enrolment-confirm", ask).await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhichEnrolment {
    enrolment_id: EnrolmentId,
}

pub(super) async fn renew_recovery_keys(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let which: WhichEnrolment = body.parse()?;
    let pending = Pending::read(visit)?;
    let grant = pending.grant_with_mfa(visit).await?;
    let ask = GrantedAsk::RenewRecoveryKeys { pending: pending.0.digest, enrolment: which.enrolment_id };
    recovery_keys(visit, ask_granted(visit, &pending.0.member, &grant, "enrolment-recovery-keys", ask).await?)
}

/// The one answer in which a set of recovery keys appears.
pub(super) fn recovery_keys(visit: &Visit, reply: MemberReply) -> Result<Response, Problem> {
    let set = match reply.outcome {
        Outcome::RecoveryKeysIssued { set } => set,
        outcome => return Err(refusal(visit, outcome)),
    };
    let (keys, proof_number) = reply.recovery_keys.ok_or_else(|| Problem::alarm("recovery keys were issued unseen"))?;
    visit.json(200, &json!({ "set": set, "recovery_keys": keys, "proof_number": proof_number }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Proof {
    enrolment_id: EnrolmentId,
    proof: String,
}

pub(super) async fn complete(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: Proof = body.parse()?;
    let group = RecoveryGroup::parse(&typed.proof).map_err(|_| Problem::from(Code::ProofMalformed))?;
    let pending = Pending::read(visit)?;
    let granted = pending.grant_with_mfa(visit).await?;
    let ask = GrantedAsk::CompleteEnrolment {
        pending: pending.0.digest,
        enrolment: typed.enrolment_id,
        proof: group.to_string(),
    };
    let reply = ask_granted(visit, &pending.0.member, &granted, "enrolment-complete", ask).await?;
    answer(visit, &pending.0.member, &granted, reply)
}
