//! The names of bindings and objects and what is said between Worker and objects, once, for both ends.

use mfa_core::audit::Event;
use mfa_core::member::{EnrolmentId, Generation, Grant, Outcome, PresentedDevice, SessionId, TokenDigest};
use mfa_core::tenant::directory::Role;
use mfa_core::tenant::{Epoch, ModeKind, WrappedDataKey};
use mfa_core::time::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use worker::{Env, Headers, Method, Request, RequestInit, Response, ResponseBuilder, Stub};

use crate::error::{Code, Problem};
use crate::seal::hmac_sha256;

/// Durable Object namespace of tenants.
pub(crate) const TENANTS: &str = "TENANTS";
/// Durable Object namespace of members.
pub(crate) const MEMBERS: &str = "MEMBERS";
/// KV namespace of what every edge reads.
pub(crate) const EDGE_STATE: &str = "EDGE_STATE";
/// Static assets.
pub(crate) const ASSETS: &str = "ASSETS";

/// The host of internal requests: it resolves nowhere, and no route of ours listens to it.
const INTERNAL: &str = "https://object.invalid/";

/// The name of a member's object: a keyed hash of tenant and username, so that the platform's logs name nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct MemberName(String);

impl MemberName {
    const DIGITS: usize = 32;

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

fn short_name(naming: &[u8; 32], parts: &[&str]) -> String {
    let hash = hmac_sha256(naming, &[b"edge-mfa name v1\0", &crate::seal::context(parts)]);
    hash.iter().take(MemberName::DIGITS / 2).map(|byte| format!("{byte:02x}")).collect()
}

/// Asks a member's object.
pub(crate) async fn ask_member(env: &Env, request: &MemberRequest) -> Result<MemberReply, Problem> {
    let stub = env.durable_object(MEMBERS)?.get_by_name(request.member.as_str())?;
    ask(stub, request).await
}

/// Asks a tenant's object.
pub(crate) async fn ask_tenant(env: &Env, naming: &[u8; 32], request: &TenantRequest) -> Result<TenantReply, Problem> {
    let name = short_name(naming, &["tenant", &request.tenant]);
    let stub = env.durable_object(TENANTS)?.get_by_name(&name)?;
    ask(stub, request).await
}

async fn ask<Q: Serialize, A: DeserializeOwned>(stub: Stub, question: &Q) -> Result<A, Problem> {
    let body = serde_json::to_string(question).map_err(|_| Problem::alarm("an internal request does not serialize"))?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(Headers::new()).with_body(Some(body.into()));
    let mut response = stub.fetch_with_request(Request::new_with_init(INTERNAL, &init)?).await?;
    match response.status_code() {
        200 => Ok(response.json().await?),
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

/// What is asked of a member's object.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MemberRequest {
    pub(crate) tenant: String,
    pub(crate) member: MemberName,
    /// The client's key, with the step of the flow it stands for.
    pub(crate) idempotency: Option<String>,
    pub(crate) ask: MemberAsk,
}

/// The command, as far as the Worker knows it; the object adds randomness and time.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum MemberAsk {
    Join {
        generation: Generation,
        username: String,
        password: HashedPassword,
    },
    CheckPassword {
        password: HashedPassword,
        device: Option<PresentedDevice>,
    },
    BeginSignIn {
        grant: TenantGrant,
        password_version: u32,
        device: Option<PresentedDevice>,
    },
    VerifyCode {
        grant: TenantGrant,
        pending: TokenDigest,
        code: String,
        remember_device: bool,
    },
    VerifyRecoveryKey {
        grant: TenantGrant,
        pending: TokenDigest,
        recovery_key: String,
    },
    ReplacePassword {
        grant: TenantGrant,
        pending: TokenDigest,
        password: HashedPassword,
        /// The same under the current password's scheme, once it is known to be another.
        under_current: Option<HashedPassword>,
    },
    StartEnrolment {
        grant: TenantGrant,
        pending: TokenDigest,
    },
    ConfirmEnrolment {
        grant: TenantGrant,
        pending: TokenDigest,
        enrolment: EnrolmentId,
        code: String,
    },
    RenewRecoveryKeys {
        grant: TenantGrant,
        pending: TokenDigest,
        enrolment: EnrolmentId,
    },
    CompleteEnrolment {
        grant: TenantGrant,
        pending: TokenDigest,
        enrolment: EnrolmentId,
        proof: String,
    },
    ViewAccount {
        grant: TenantGrant,
        session: SessionId,
    },
    SignOut {
        session: SessionId,
    },
}

impl MemberAsk {
    /// The tenant's word that came with it, if one did.
    pub(crate) fn grant(&self) -> Option<&TenantGrant> {
        match self {
            MemberAsk::Join { .. } | MemberAsk::CheckPassword { .. } | MemberAsk::SignOut { .. } => None,
            MemberAsk::BeginSignIn { grant, .. }
            | MemberAsk::VerifyCode { grant, .. }
            | MemberAsk::VerifyRecoveryKey { grant, .. }
            | MemberAsk::ReplacePassword { grant, .. }
            | MemberAsk::StartEnrolment { grant, .. }
            | MemberAsk::ConfirmEnrolment { grant, .. }
            | MemberAsk::RenewRecoveryKeys { grant, .. }
            | MemberAsk::CompleteEnrolment { grant, .. }
            | MemberAsk::ViewAccount { grant, .. } => Some(grant),
        }
    }
}

/// What a password hashes to, and how.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct HashedPassword {
    pub(crate) scheme: String,
    #[serde(with = "mfa_core::stored::hex")]
    pub(crate) output: [u8; 32],
}

impl core::fmt::Debug for HashedPassword {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "HashedPassword({})", self.scheme)
    }
}

/// The tenant's word about a member, with the wrapped key that her secrets are sealed under.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TenantGrant {
    pub(crate) grant: Grant,
    pub(crate) data_key: Option<WrappedDataKey>,
    pub(crate) tenant_name: String,
    pub(crate) username: String,
    pub(crate) role: Role,
}

/// A member object's answer: the outcome, and what is shown once.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MemberReply {
    pub(crate) outcome: Outcome,
    /// The random part of a new pending sign-in's token.
    pub(crate) pending_secret: Option<String>,
    /// The random part of a remembered device's new token.
    pub(crate) device_secret: Option<String>,
    /// A started enrolment, with its secret in base32.
    pub(crate) enrolment: Option<(EnrolmentId, String)>,
    /// A fresh set of recovery keys, and the number of the one asked for as proof.
    pub(crate) recovery_keys: Option<(Vec<String>, u8)>,
}

/// What is asked of a tenant's object.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TenantRequest {
    pub(crate) tenant: String,
    pub(crate) idempotency: Option<String>,
    pub(crate) ask: TenantAsk,
}

/// The question.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TenantAsk {
    Create {
        name: String,
        mfa: bool,
        administrator: Invitee,
    },
    Profile,
    Invite {
        invitee: Invitee,
        role: Role,
    },
    PreviewInvitation {
        member: MemberName,
        token: TokenDigest,
    },
    /// A member's word that she has joined.
    Joined {
        member: MemberName,
        generation: Generation,
    },
    /// `joined` is what a right password proves; `None` when a token is all there is so far.
    Grant {
        member: MemberName,
        joined: Option<Generation>,
    },
    Audit {
        member: MemberName,
        entries: Vec<AuditEntry>,
    },
}

/// Somebody to invite.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Invitee {
    pub(crate) member: MemberName,
    pub(crate) username: String,
}

/// An event on its way to the tenant's audit log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AuditEntry {
    /// Counts up in the member's object: the log takes each once.
    pub(crate) sequence: u64,
    pub(crate) at: Timestamp,
    pub(crate) event: Event,
}

/// The answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TenantReply {
    Created {
        profile: TenantProfile,
        invitation: Invitation,
    },
    Profile(TenantProfile),
    Invited(Invitation),
    InvitationValid {
        profile: TenantProfile,
        username: String,
        role: Role,
        generation: Generation,
    },
    Granted(TenantGrant),
    Done,
    /// It is there already.
    Exists,
    /// No such tenant, no such member, or no valid invitation.
    Unknown,
}

/// What may be known about a tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TenantProfile {
    pub(crate) tenant: String,
    pub(crate) name: String,
    pub(crate) mode: ModeKind,
    pub(crate) epoch: Epoch,
    pub(crate) invited: u64,
    pub(crate) active: u64,
}

/// An invitation as made.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Invitation {
    pub(crate) secret: String,
    pub(crate) expires_at: Timestamp,
}
