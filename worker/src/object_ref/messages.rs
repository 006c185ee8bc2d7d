//! What is said between Worker and objects. What may hold a password, code, key or token has no `Debug`, so that it
//! cannot end up in a log.

use mfa_core::member::Event;
use mfa_core::member::{EnrolmentId, Generation, Grant, Outcome, PresentedDevice, SessionId, TokenDigest};
use mfa_core::tenant::directory::Role;
use mfa_core::tenant::{Epoch, ModeKind, WrappedDataKey};
use mfa_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::MemberName;

/// What is asked of a member's object.
#[derive(Serialize, Deserialize)]
pub(crate) struct MemberRequest {
    pub(crate) tenant: String,
    pub(crate) member: MemberName,
    /// The client's key, with the step of the flow it stands for.
    pub(crate) idempotency: Option<String>,
    pub(crate) ask: MemberAsk,
}

/// The command, as far as the Worker knows it; the object adds randomness and time.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum MemberAsk {
    Join {
        generation: Generation,
        username: String,
        password: HashedPassword,
    },
    CheckPassword {
        password: HashedPassword,
        /// The same under the newest scheme, if `password` is under an older one.
        renewed: Option<HashedPassword>,
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
#[derive(Serialize, Deserialize)]
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
#[derive(Serialize, Deserialize)]
pub(crate) struct TenantRequest {
    pub(crate) tenant: String,
    pub(crate) idempotency: Option<String>,
    pub(crate) ask: TenantAsk,
}

/// The question.
#[derive(Serialize, Deserialize)]
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
#[derive(Serialize, Deserialize)]
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
#[derive(Serialize, Deserialize)]
pub(crate) struct Invitation {
    pub(crate) secret: String,
    pub(crate) expires_at: Timestamp,
}
