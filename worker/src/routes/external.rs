//! Signing in at the tenant's own identity provider, and its configuration.
//!
//! The way back from the provider is a page of ours (`/t/{tenant}/external/callback`): a link that a browser follows,
//! so it carries no header of a page of ours. What makes it belong to this browser is the sealed cookie of the flow.

use mfa_core::external::Identity;
use mfa_core::member::{Assurance, Outcome, SessionId};
use mfa_core::tenant::ModeKind;
use mfa_core::time::{Seconds, Timestamp};
use serde::Deserialize;
use serde_json::json;
use worker::{Response, Url};
use zeroize::Zeroizing;

use super::access::{self, Authority};
use super::guard::{self, Nothing};
use super::sign_in::{ask_granted, grant};
use super::step::{answer, refusal};
use super::{Body, Visit, operator, pages};
use crate::cookies;
use crate::error::{Code, Problem};
use crate::object_ref::{self, Act, GrantedAsk, MemberName, TenantAsk, TenantGrant, TenantReply, TenantRequest};
use crate::oidc::{self, Callback, Flow, Freshness, Provider, Purpose, Refused};
use crate::runtime;
use crate::seal;
use crate::sieve::Door;
use crate::token::{Kind, Token};

/// How long the browser keeps a flow's cookie: as long as the flow lives.
const FLOW: Seconds = mfa_core::external::FLOW;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {
    /// Whether the person has to prove herself again there.
    anew: bool,
    /// The page that she wanted to see. What is none is forgotten: anybody may have written the link.
    next: Option<String>,
}

/// Where the browser has to go to sign in.
pub(super) async fn sign_in(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Start { anew, next } = body.parse()?;
    let provider = provider_in_use(visit).await?;
    let freshness = if anew { Freshness::Anew } else { Freshness::Any };
    let next = next.as_deref().and_then(pages::destination).map(str::to_owned);
    depart(visit, &provider, Purpose::SignIn { next }, freshness).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Presented {
    token: String,
}

/// Where the browser has to go to tie an identity to the member whom a link was meant for.
pub(super) async fn connect(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Presented { token } = body.parse()?;
    if Token::read(Kind::Invitation, &visit.tenant, &token, &visit.secrets.tokens).is_none() {
        return Err(Code::InvitationRefused.into());
    }
    let provider = provider_in_use(visit).await?;
    depart(visit, &provider, Purpose::Link { token }, Freshness::Any).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Configuration {
    issuer: String,
    client_id: String,
    client_secret: String,
}

/// Takes a configuration, after a look at the provider's own description of itself, and at whether it takes us for
/// the client that we are called there.
pub(super) async fn configure(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let typed: Configuration = body.parse()?;
    let (_, authority) = Authority::administrator(visit, Assurance::Administrator).await?;
    let secret = Zeroizing::new(typed.client_secret);
    let loopback = runtime::loopback(&visit.env);
    let provider =
        Provider::new(typed.issuer.trim(), typed.client_id.trim(), secret.clone(), loopback).map_err(told)?;
    oidc::look(&provider, &redirect_uri(visit), visit.now).await.map_err(told)?;
    let act = Act::ConfigureExternal {
        issuer: provider.issuer().clone(),
        client_id: typed.client_id.trim().to_owned(),
        client_secret: secret.to_string(),
    };
    match authority.act(visit, act).await? {
        TenantReply::Done => visit.json(200, &json!({ "redirect_uri": redirect_uri(visit) })),
        reply => Err(access::refused(reply)),
    }
}

/// Where the administrator has to go to see that it works.
pub(super) async fn dry_run(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    let (person, _) = Authority::administrator(visit, Assurance::Administrator).await?;
    let (mode, provider) = provider(visit).await?;
    if mode != ModeKind::Password {
        return Err(access::refused(TenantReply::OtherMode(mode)));
    }
    let session = person.claims.session;
    depart(visit, &provider, Purpose::DryRun { session }, Freshness::Anew).await
}

/// Everybody's session ends with this, and every local door closes.
pub(super) async fn enable(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    guard::confirmed(visit, body)?;
    let (_, authority) = Authority::administrator(visit, Assurance::Administrator).await?;
    match authority.act(visit, Act::UseExternal).await? {
        TenantReply::Changed { epoch, at } => {
            cookies::clear(&visit.reply_headers, cookies::SESSION)?;
            visit.json(200, &json!({ "epoch": epoch, "changed_at": at }))
        }
        TenantReply::NotPrepared => Err(Code::DryRunMissing.into()),
        TenantReply::Done => Err(access::refused(TenantReply::OtherMode(ModeKind::External))),
        reply => Err(access::refused(reply)),
    }
}

/// Back to passwords. Those of before are gone; the administrator is shown a link to choose hers at once, the others
/// are sent theirs.
pub(super) async fn disable(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    guard::confirmed(visit, body)?;
    let (person, authority) = Authority::administrator(visit, Assurance::Administrator).await?;
    match authority.act(visit, Act::UseLocal { reason: None }).await? {
        TenantReply::Changed { epoch, at } => {
            cookies::clear(&visit.reply_headers, cookies::SESSION)?;
            let member = &person.claims.member;
            let granted = grant(visit, member, None).await?.ok_or(Code::Unauthenticated)?;
            let ask = GrantedAsk::IssuePasswordLink { is_shown: true };
            let link = ask_granted(visit, member, &granted, "password-link", ask).await?.link;
            visit.json(200, &json!({ "epoch": epoch, "changed_at": at, "password_url": link }))
        }
        TenantReply::Done => Err(access::refused(TenantReply::OtherMode(ModeKind::Password))),
        reply => Err(access::refused(reply)),
    }
}

/// The operator's way back to passwords, for a tenant whose provider lets nobody in any more.
pub(super) async fn disable_by_operator(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let reason = Some(operator::reason_in(body)?);
    match Authority::operator().act(visit, Act::UseLocal { reason }).await? {
        TenantReply::Done => Err(access::refused(TenantReply::OtherMode(ModeKind::Password))),
        reply => operator::changed(visit, reply).await,
    }
}

/// A link for a member who is not tied to an identity yet.
pub(super) async fn connection_link(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    let member = visit.member()?;
    let (_, authority) = Authority::administrator(visit, Assurance::Administrator).await?;
    match authority.act(visit, Act::ConnectionLink { member }).await? {
        TenantReply::Invited(invitation) => visit.json(201, &super::members::invitation_shown(&invitation)),
        reply => Err(access::refused(reply)),
    }
}

/// The way back. Whatever comes of it, the browser is sent on to a page of ours, and the flow is over.
pub(super) async fn callback(visit: &Visit, url: &Url) -> Result<Response, Problem> {
    let cookie = cookies::read(&visit.headers, cookies::EXTERNAL).unwrap_or_default();
    cookies::clear(&visit.reply_headers, cookies::EXTERNAL)?;
    let flow = match Flow::open(&cookie, &visit.tenant, &visit.secrets.tokens, visit.now) {
        Ok(flow) => flow,
        Err(refused) => return sent_on(visit, &format!("sign-in?external={}", refused.word())),
    };
    let word = match arrived(visit, url, &flow).await {
        Ok(page) => return sent_on(visit, &page),
        Err(Refused::Ours(problem)) => problem.code.row().1.to_owned(),
        Err(refused) => {
            crate::journal::noted(&format!("a sign-in elsewhere was refused: {}", refused.word()));
            refused.word()
        }
    };
    let (page, next) = match flow.purpose() {
        Purpose::DryRun { .. } => ("settings", None),
        Purpose::SignIn { next } => ("sign-in", next.as_deref()),
        Purpose::Link { .. } => ("sign-in", None),
    };
    // As the pages write it: tried once more, it leads to where she wanted all the same.
    let next = next.map(|next| format!("&next=/t/{}/{next}", visit.tenant)).unwrap_or_default();
    sent_on(visit, &format!("{page}?external={word}{next}"))
}

/// The page to go on to, once the sign-in there is known to be right and what it was for is done.
async fn arrived(visit: &Visit, url: &Url, flow: &Flow) -> Result<String, Refused> {
    let callback = Callback::read(url)?;
    // Only of who began here: what another site makes a browser fetch wakes no object and takes nothing from anybody.
    visit.sieve(Door::Open).await?;
    let (_, provider) = provider(visit).await?;
    let found = oidc::finish(&provider, flow, &callback, visit.now).await?;
    let auth_time = found.auth_time.unwrap_or_default();
    match flow.purpose() {
        Purpose::SignIn { next } => {
            let (member, granted) = known(visit, TenantAsk::KnownElsewhere { identity: found.identity }).await?;
            enter(visit, &member, &granted, auth_time).await?;
            Ok(next.as_deref().and_then(pages::destination).unwrap_or("account").to_owned())
        }
        Purpose::Link { token } => {
            let token = Token::read(Kind::Invitation, &visit.tenant, token, &visit.secrets.tokens)
                .ok_or_else(|| Problem::from(Code::InvitationRefused))?;
            let ask = TenantAsk::Connect { member: token.member, link: token.digest, identity: found.identity };
            let (member, granted) = known(visit, ask).await?;
            enter(visit, &member, &granted, auth_time).await?;
            Ok("account".to_owned())
        }
        Purpose::DryRun { session } => {
            passed(visit, *session, found.identity, found.display).await?;
            Ok("settings?external=works".to_owned())
        }
    }
}

async fn known(visit: &Visit, ask: TenantAsk) -> Result<(MemberName, TenantGrant), Problem> {
    match ask_tenant(visit, ask).await? {
        TenantReply::Known { member, grant } => Ok((member, grant)),
        TenantReply::Unknown => Err(Code::IdentityUnknown.into()),
        TenantReply::Exists => Err(Code::IdentityTaken.into()),
        reply => Err(access::refused(reply)),
    }
}

/// Begins the session, as every sign-in does.
async fn enter(
    visit: &Visit,
    member: &MemberName,
    granted: &TenantGrant,
    provider_time: Timestamp,
) -> Result<(), Problem> {
    let reply = ask_granted(visit, member, granted, "external", GrantedAsk::BeginExternal { provider_time }).await?;
    match reply.outcome {
        // Its cookies are what counts here.
        Outcome::SignedIn(_) => answer(visit, member, granted, reply).map(|_| ()),
        outcome => Err(refusal(visit, outcome)),
    }
}

/// The session that began the dry run is still the one in this browser: whoever it ties to the identity is the one
/// who proved herself to begin it.
async fn passed(visit: &Visit, session: SessionId, identity: Identity, display: Option<String>) -> Result<(), Problem> {
    let (person, authority) = Authority::administrator(visit, Assurance::Live).await?;
    if person.claims.session != session {
        return Err(Code::Unauthenticated.into());
    }
    match authority.act(visit, Act::DryRunPassed { identity, display }).await? {
        TenantReply::Done => Ok(()),
        TenantReply::Exists => Err(Code::IdentityTaken.into()),
        reply => Err(access::refused(reply)),
    }
}

/// Sends the browser on to a page of the tenant.
fn sent_on(visit: &Visit, page: &str) -> Result<Response, Problem> {
    visit.reply_headers.set("location", &format!("/t/{}/{page}", visit.tenant))?;
    Ok(visit.empty(303))
}

async fn depart(
    visit: &Visit,
    provider: &Provider,
    purpose: Purpose,
    freshness: Freshness,
) -> Result<Response, Problem> {
    let redirect_uri = redirect_uri(visit);
    let keys = &visit.secrets.tokens;
    let departure =
        oidc::begin(provider, &visit.tenant, purpose, freshness, &redirect_uri, keys, visit.now).await.map_err(told)?;
    cookies::set(&visit.reply_headers, cookies::EXTERNAL, &departure.cookie, Some(FLOW))?;
    visit.json(200, &json!({ "location": departure.location }))
}

async fn provider_in_use(visit: &Visit) -> Result<Provider, Problem> {
    match provider(visit).await? {
        (ModeKind::External, provider) => Ok(provider),
        (other, _) => Err(access::refused(TenantReply::OtherMode(other))),
    }
}

/// The tenant's provider, with its secret open, and the tenant's mode.
async fn provider(visit: &Visit) -> Result<(ModeKind, Provider), Problem> {
    match ask_tenant(visit, TenantAsk::Provider).await? {
        TenantReply::Provider { mode, config } => {
            let ring = &visit.secrets.key_encryption;
            let secret = seal::open_client_secret(&config.client_secret, ring, &visit.tenant)
                .ok_or_else(|| Problem::alarm("a client secret does not open"))?;
            let loopback = runtime::loopback(&visit.env);
            let provider = Provider::new(config.issuer.as_str(), &config.client_id, secret, loopback).map_err(told)?;
            Ok((mode, provider))
        }
        TenantReply::NotPrepared => Err(Code::ProviderMissing.into()),
        reply => Err(access::refused(reply)),
    }
}

async fn ask_tenant(visit: &Visit, ask: TenantAsk) -> Result<TenantReply, Problem> {
    let request = TenantRequest { tenant: visit.tenant.clone(), idempotency: None, ask };
    object_ref::ask_tenant(&visit.env, &visit.secrets.naming, &request).await
}

/// Where the provider sends browsers back to: this tenant's own address.
pub(super) fn redirect_uri(visit: &Visit) -> String {
    format!("{}/t/{}/external/callback", visit.origin, visit.tenant)
}

/// What a refusal is called over HTTP, with the word that says what to look at.
fn told(refused: Refused) -> Problem {
    match refused {
        Refused::Ours(problem) => problem,
        refused => Problem::from(Code::ProviderRefused).with("reason", refused.word()),
    }
}
