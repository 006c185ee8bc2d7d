//! The names of bindings and objects and what is said between Worker and objects, once, for both ends.

mod act;
mod door;
mod granted;
mod member;
mod provision;
mod shown;
mod tenant;

pub(crate) use act::{Act, AppearancePart, AuditQuery, MembersFilter, MembersQuery};
pub(crate) use granted::{GrantedAsk, SetAside, StepUpTyped};
pub(crate) use member::{HashedPassword, MemberAsk, MemberReply, MemberRequest, TenantGrant};
use mfa_core::member::Generation;
pub(crate) use provision::{Provision, ProvisionReply, ProvisionedUser, SaidOfUser, UserChange, UserId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
pub(crate) use shown::{
    AuditLine, AuditPage, Counts, EnrolmentChart, ExternalShown, ImportStep, Invitation, KeptReceipt, MemberRow,
    MembersPage, RowResult, Settings, SigningKeyRow, StandingKind, SweepProgress, TenantProfile, TriedShown,
};
pub(crate) use tenant::{AuditEntry, By, Ended, Invitee, ProviderConfig, TenantAsk, TenantReply, TenantRequest};
use worker::{Env, Headers, Request, Response, ResponseBuilder, Stub};

use crate::error::{Code, Problem};
use crate::journal;
use crate::json;
use crate::metrics::Sums;
use crate::runtime;
use crate::seal::hmac_sha256;

/// Durable Object namespace of tenants.
pub(crate) const TENANTS: &str = "TENANTS";
/// Durable Object namespace of members.
pub(crate) const MEMBERS: &str = "MEMBERS";
/// Durable Object namespace of what isolates have counted.
const METRICS_OBJECTS: &str = "METRICS_OBJECTS";
/// Data set of Workers Analytics Engine, if there is one.
pub(crate) const METRICS: &str = "METRICS";
/// KV namespace of what every edge reads.
pub(crate) const EDGE_STATE: &str = "EDGE_STATE";
/// Rate limit: one tenant's open doors, from one address.
pub(crate) const SIEVE_TENANT_AND_ADDRESS: &str = "SIEVE_TENANT_AND_ADDRESS";
/// Rate limit: all open doors, from one address.
pub(crate) const SIEVE_ADDRESS: &str = "SIEVE_ADDRESS";
/// Rate limit: forgotten passwords, from one address.
pub(crate) const SIEVE_FORGOTTEN_ADDRESS: &str = "SIEVE_FORGOTTEN_ADDRESS";
/// Rate limit: forgotten passwords of one tenant.
pub(crate) const SIEVE_FORGOTTEN_TENANT: &str = "SIEVE_FORGOTTEN_TENANT";
/// Rate limit: names of tenants, from one address.
pub(crate) const SIEVE_PROFILE: &str = "SIEVE_PROFILE";
/// Rate limit: what one application asks.
pub(crate) const SIEVE_APPLICATION: &str = "SIEVE_APPLICATION";
/// Static assets.
pub(crate) const ASSETS: &str = "ASSETS";

/// The host of internal requests: it resolves nowhere, and no route of ours listens to it.
const INTERNAL: &str = "https://object.invalid/";
/// Where an object is asked only what it has answered before to the very same request.
const REPEATED: &str = "https://object.invalid/repeated";

/// The name of a member's object: a keyed hash of tenant and username, so that the platform's logs name nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct MemberName(String);

impl MemberName {
    pub(crate) const DIGITS: usize = 32;

    /// Of `username`, already in its canonical form, in `tenant`.
    pub(crate) fn of(tenant: &str, username: &str, naming: &[u8; 32]) -> MemberName {
        MemberName(short_name(naming, &["member", tenant, username]))
    }

    /// Reads one that we wrote.
    pub(crate) fn parse(text: &str) -> Option<MemberName> {
        let ours =
            text.len() == MemberName::DIGITS && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        ours.then(|| MemberName(text.to_owned()))
    }

    /// As text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Its first digits, to tell cookies of several people on one device apart.
    pub(crate) fn short(&self) -> &str {
        self.0.get(..8).unwrap_or_default()
    }
}

impl TryFrom<String> for MemberName {
    type Error = &'static str;

    fn try_from(text: String) -> Result<MemberName, Self::Error> {
        MemberName::parse(&text).ok_or("not a member's name")
    }
}

impl From<MemberName> for String {
    fn from(name: MemberName) -> String {
        name.0
    }
}

/// What applications know a member by (`sub`): a keyed hash of who she is since she was invited. Whoever is invited
/// again under the same name is somebody else; the same person is the same at every application of her tenant.
pub(crate) struct Subject(String);

impl Subject {
    /// Of this bearer of a member's name.
    pub(crate) fn of(tenant: &str, member: &MemberName, generation: Generation, naming: &[u8; 32]) -> Subject {
        Subject(short_name(naming, &["subject", tenant, member.as_str(), &generation.0.to_string()]))
    }

    /// As text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn short_name(naming: &[u8; 32], parts: &[&str]) -> String {
    let hash = hmac_sha256(naming, &[b"edge-mfa name v1\0", &crate::seal::context(parts)]);
    hash.iter().take(MemberName::DIGITS / 2).map(|byte| format!("{byte:02x}")).collect()
}

/// Asks a member's object.
pub(crate) async fn ask_member(env: &Env, request: &MemberRequest) -> Result<MemberReply, Problem> {
    let stub = env.durable_object(MEMBERS)?.get_by_name(request.member.as_str())?;
    ask(stub, INTERNAL, request).await
}

/// What a member's object has answered to this very request, if it keeps that. It decides nothing anew.
pub(crate) async fn ask_member_again(env: &Env, request: &MemberRequest) -> Result<Option<MemberReply>, Problem> {
    let stub = env.durable_object(MEMBERS)?.get_by_name(request.member.as_str())?;
    ask(stub, REPEATED, request).await
}

/// Whether a request asks only for an answer given before.
pub(crate) fn is_repeated(request: &Request) -> bool {
    request.path() == "/repeated"
}

/// Asks a tenant's object.
pub(crate) async fn ask_tenant(env: &Env, naming: &[u8; 32], request: &TenantRequest) -> Result<TenantReply, Problem> {
    let name = short_name(naming, &["tenant", &request.tenant]);
    let stub = env.durable_object(TENANTS)?.get_by_name(&name)?;
    ask(stub, INTERNAL, request).await
}

/// How many objects share the counting. Each isolate hands over to one of them at most every ten seconds, so one would
/// do for thousands of isolates.
const METRICS_SHARDS: u32 = 4;

/// What is asked of an object that counts.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum MetricsAsk {
    Add(Sums),
    Read,
}

/// Hands sums to one of the objects that count.
pub(crate) async fn add_metrics(env: &Env, sums: &Sums) -> Result<(), Problem> {
    let shard = runtime::any_below(METRICS_SHARDS);
    ask_metrics(env, shard, &MetricsAsk::Add(sums.clone())).await.map(|_| ())
}

/// What each of the objects that count has.
pub(crate) async fn read_metrics(env: &Env) -> Result<Vec<Sums>, Problem> {
    futures_util::future::try_join_all((0..METRICS_SHARDS).map(|shard| ask_metrics(env, shard, &MetricsAsk::Read)))
        .await
}

async fn ask_metrics(env: &Env, shard: u32, asked: &MetricsAsk) -> Result<Sums, Problem> {
    let stub = env.durable_object(METRICS_OBJECTS)?.get_by_name(&format!("metrics-{shard}"))?;
    ask(stub, INTERNAL, asked).await
}

async fn ask<Q: Serialize, A: DeserializeOwned>(stub: Stub, url: &str, question: &Q) -> Result<A, Problem> {
    let body = serde_json::to_string(question).map_err(|_| Problem::alarm("an internal request does not serialize"))?;
    let headers = Headers::new();
    if let Some(request) = journal::current() {
        headers.set(journal::HEADER, request.as_str())?;
    }
    let (status, answer) = door::post(stub, url, &headers, &body).await?;
    match status {
        200 => json::read(&answer).map_err(|_| Problem::alarm("an object's answer cannot be read")),
        422 => Err(Code::IdempotencyKeyReused.into()),
        status => Err(Problem::alarm_as(Code::Unavailable, &format!("an object answered {status}"))),
    }
}

/// An object's answer, for [`ask`].
pub(crate) fn answer<A: Serialize>(answer: Result<A, Problem>) -> worker::Result<Response> {
    match answer {
        Ok(answer) => ResponseBuilder::new().from_json(&answer),
        Err(problem) => Ok(ResponseBuilder::new().with_status(problem.code.row().0).empty()),
    }
}
