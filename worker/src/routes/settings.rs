//! Settings › Authentication: how the tenant's members sign in, set-up, switching off.

use mfa_core::key_uri::KeyUri;
use mfa_core::member::{Assurance, EnrolmentId, Outcome};
use mfa_core::policy;
use mfa_core::recovery::RecoveryGroup;
use mfa_core::secret::Secret;
use mfa_core::tenant::{Epoch, ModeKind};
use mfa_core::totp::TotpParameters;
use serde::Deserialize;
use serde_json::{Value, json};
use worker::Response;

use super::access::{self, Authority, Person};
use super::guard::{self, Nothing};
use super::sign_in::{self, ask_granted, grant};
use super::step::{answer, extended, refusal};
use super::{Body, Visit, appearance, enrolment};
use crate::cookies;
use crate::error::{Code, Problem};
use crate::object_ref::{Act, GrantedAsk, KeptReceipt, SetAside, TenantGrant, TenantReply};
use crate::session_token::Claims;

/// What is on, and what a change would mean.
pub(super) async fn show(visit: &Visit) -> Result<Response, Problem> {
    let (_, authority) = Authority::administrator(visit, Assurance::Live).await?;
    let settings = match authority.act(visit, Act::Settings).await? {
        TenantReply::Settings(settings) => settings,
        reply => return Err(access::refused(reply)),
    };
    let set_ups = settings.set_ups.iter().map(|(by, at)| json!({ "by": by, "started_at": at }));
    visit.json(
        200,
        &json!({
            "tenant": visit.tenant,
            "name": settings.name,
            "mode": settings.mode,
            "epoch": settings.epoch,
            "since": settings.since,
            "members": {
                "active": settings.counts.active,
                "invited": settings.counts.invited,
                "enrolled": settings.counts.enrolled,
                "signed_in": settings.signed_in,
            },
            "sweep": settings.sweep.map(|sweep| json!({
                "epoch": sweep.epoch,
                "members_total": sweep.members_total,
                "members_done": sweep.members_done,
                "finished_at": sweep.finished_at,
            })),
            "receipts": settings.receipts.iter().map(receipt).collect::<Vec<_>>(),
            "set_ups": set_ups.collect::<Vec<_>>(),
            "external": settings.external.map(|external| json!({
                "issuer": external.issuer,
                "client_id": external.client_id,
                "tried": external.tried.map(|tried| json!({ "by": tried.by, "at": tried.at, "called": tried.called })),
            })),
            "redirect_uri": super::external::redirect_uri(visit),
            "appearance": appearance::shown(&settings.appearance),
            "odds": {
                "per_leaked_password": policy::odds_per_leaked_password(),
                "per_member_year": policy::odds_per_member_year(),
            },
        }),
    )
}

/// What an administrator may keep as proof of a wipe.
pub(super) fn receipt(kept: &KeptReceipt) -> Value {
    let receipt = &kept.receipt;
    json!({
        "epoch": receipt.epoch,
        "switched_off_at": receipt.switched_off_at,
        "by": kept.by,
        "finished_at": receipt.finished_at,
        "members": receipt.members,
        "unreached": receipt.unreached,
        "authenticators": receipt.authenticators,
        "recovery_keys": receipt.recovery_keys,
        "devices": receipt.devices,
        "sessions": receipt.sessions,
    })
}

/// Sets an epoch aside and starts the administrator's own enrolment in it. Nothing has changed for anybody.
pub(super) async fn start_set_up(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    let (person, authority) = Authority::administrator(visit, Assurance::Administrator).await?;
    let set_up = match authority.act(visit, Act::PrepareSetUp).await? {
        TenantReply::Prepared { set_up } => set_up,
        reply => return Err(access::refused(reply)),
    };
    let epoch = set_up.epoch;
    let ask = GrantedAsk::StartSetUp { session: person.claims.session, set_up };
    let reply = ask_granted(visit, &person.claims.member, &person.granted, "set-up-start", ask).await?;
    let (expires_at, set) = match reply.outcome {
        Outcome::EnrolmentStarted { expires_at, set } => (expires_at, set),
        outcome => return Err(refusal(visit, outcome)),
    };
    let (id, secret) = reply.enrolment.ok_or_else(|| Problem::alarm("a set-up started without a secret"))?;
    let uri = KeyUri {
        issuer: Some(person.granted.tenant_name.clone()),
        account: person.granted.username.clone(),
        secret: Secret::from_base32(&secret).map_err(|_| Problem::alarm("our own secret is not base32"))?,
        parameters: TotpParameters::OURS,
    };
    visit.json(
        200,
        &json!({
            "epoch": epoch,
            "enrolment_id": id,
            "key_uri": uri.to_uri().as_str(),
            "secret": secret,
            "set": set,
            "username": person.granted.username,
            "tenant_name": person.granted.tenant_name,
            "expires_at": expires_at,
        }),
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeTyped {
    epoch: Epoch,
    enrolment_id: EnrolmentId,
    code: String,
}

pub(super) async fn confirm_set_up(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: CodeTyped = body.parse()?;
    let code = sign_in::first_passcode(&typed.code)?;
    let (person, set_up) = set_aside(visit, typed.epoch).await?;
    let session = person.claims.session;
    let ask = GrantedAsk::ConfirmSetUp { session, set_up, enrolment: typed.enrolment_id, code };
    let reply = ask_granted(visit, &person.claims.member, &person.granted, "set-up-confirm", ask).await?;
    enrolment::recovery_keys(visit, reply)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhichSetUp {
    epoch: Epoch,
    enrolment_id: EnrolmentId,
}

pub(super) async fn renew_set_up_keys(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let which: WhichSetUp = body.parse()?;
    let (person, set_up) = set_aside(visit, which.epoch).await?;
    let session = person.claims.session;
    let ask = GrantedAsk::RenewSetUpKeys { session, set_up, enrolment: which.enrolment_id };
    let reply = ask_granted(visit, &person.claims.member, &person.granted, "set-up-keys", ask).await?;
    enrolment::recovery_keys(visit, reply)
}

/// More time, for as long as the epoch is set aside.
pub(super) async fn extend_set_up(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let which: WhichSetUp = body.parse()?;
    let (person, set_up) = set_aside(visit, which.epoch).await?;
    let session = person.claims.session;
    let ask = GrantedAsk::ExtendSetUp { session, set_up, enrolment: which.enrolment_id };
    extended(visit, person.ask(visit, "set-up-extend", ask).await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Proof {
    epoch: Epoch,
    enrolment_id: EnrolmentId,
    proof: String,
}

/// The last click. Her own object makes everything ready; the tenant's object turns the mode in one transaction; then
/// her object, on the tenant's new word, makes what is ready hers. Interrupted before the turn, nothing has changed;
/// after it, she is enrolled, whoever asks first.
pub(super) async fn complete_set_up(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: Proof = body.parse()?;
    let group = RecoveryGroup::parse(&typed.proof).map_err(|_| Problem::from(Code::ProofMalformed))?;
    let claims = access::claims(visit)?;
    let before = grant(visit, &claims.member, None).await?.ok_or(Code::Unauthenticated)?;
    if before.grant.generation != claims.generation {
        return Err(Code::Unauthenticated.into());
    }
    // Answered already, though the answer broke off behind its cookies.
    let is_on = before.grant.mode == ModeKind::Mfa && before.grant.epoch == typed.epoch;
    if is_on && claims.epoch == typed.epoch {
        Authority::administrator(visit, Assurance::Live).await?;
        return visit.json(200, &json!({ "next": "done", "session": claims.shown() }));
    }
    // Turned already, when this very request was sent before and its answer was lost.
    if before.grant.epoch != typed.epoch {
        // Turned by somebody else; her own turn would have given this very epoch.
        not_overtaken(&claims, &before)?;
        prepare_and_switch_on(visit, &typed, &group).await?;
    }
    let granted = grant(visit, &claims.member, None).await?.ok_or(Code::Unauthenticated)?;
    // Another turn than hers has no key of this epoch, and nothing to adopt.
    if granted.grant.epoch != typed.epoch || granted.grant.mode != ModeKind::Mfa {
        return Err(Code::SetUpOvertaken.into());
    }
    let ask = GrantedAsk::AdoptSetUp {
        session: claims.session,
        epoch: typed.epoch,
        enrolment: typed.enrolment_id,
        proof: group.to_string(),
    };
    let reply = ask_granted(visit, &claims.member, &granted, "set-up-adopt", ask).await?;
    answer(visit, &claims.member, &granted, reply)
}

async fn prepare_and_switch_on(visit: &Visit, typed: &Proof, group: &RecoveryGroup) -> Result<(), Problem> {
    let (person, authority) = Authority::administrator(visit, Assurance::Live).await?;
    let set_up = prepared(visit, &authority, typed.epoch).await?;
    let ask = GrantedAsk::PrepareSetUp {
        session: person.claims.session,
        set_up,
        enrolment: typed.enrolment_id,
        proof: group.to_string(),
    };
    match person.ask(visit, "set-up-prepare", ask).await? {
        Outcome::SetUpReady { .. } => {}
        outcome => return Err(refusal(visit, outcome)),
    }
    match authority.act(visit, Act::SwitchOn { epoch: typed.epoch }).await? {
        TenantReply::Changed { .. } => Ok(()),
        TenantReply::OtherMode(_) | TenantReply::EpochPassed => Err(Code::SetUpOvertaken.into()),
        reply => Err(access::refused(reply)),
    }
}

/// Everybody's session ends with this, the administrator's own too.
pub(super) async fn switch_off(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    guard::confirmed(visit, body)?;
    let (_, authority) = Authority::administrator(visit, Assurance::Administrator).await?;
    match authority.act(visit, Act::SwitchOff).await? {
        TenantReply::Changed { epoch, at } => {
            cookies::clear(&visit.reply_headers, cookies::SESSION)?;
            visit.json(200, &json!({ "epoch": epoch, "switched_off_at": at }))
        }
        // It is off already.
        TenantReply::Done => Err(Problem::from(Code::WrongMode).with("mode", "password")),
        reply => Err(access::refused(reply)),
    }
}

/// The administrator and the epoch that is set aside for her.
async fn set_aside(visit: &Visit, epoch: Epoch) -> Result<(Person, SetAside), Problem> {
    let claims = access::claims(visit)?;
    let granted = grant(visit, &claims.member, None).await?.ok_or(Code::Unauthenticated)?;
    not_overtaken(&claims, &granted)?;
    let (person, authority) = Authority::administrator(visit, Assurance::Live).await?;
    let set_up = prepared(visit, &authority, epoch).await?;
    Ok((person, set_up))
}

/// A session of before the tenant turned has ended; here its bearer is told why.
fn not_overtaken(claims: &Claims, granted: &TenantGrant) -> Result<(), Problem> {
    let turned = granted.grant.generation == claims.generation && granted.grant.epoch > claims.epoch;
    if turned { Err(Code::SetUpOvertaken.into()) } else { Ok(()) }
}

async fn prepared(visit: &Visit, authority: &Authority, epoch: Epoch) -> Result<SetAside, Problem> {
    match authority.look(visit, Act::SetAside { epoch }).await? {
        TenantReply::Prepared { set_up } => Ok(set_up),
        TenantReply::OtherMode(_) | TenantReply::EpochPassed => Err(Code::SetUpOvertaken.into()),
        reply => Err(access::refused(reply)),
    }
}
