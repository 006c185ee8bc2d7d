//! What is said between the Worker or a tenant's object and a member's object. What may hold a password, code, key or
//! token has no `Debug`, so that it cannot end up in a log.

use mfa_core::member::{EnrolmentId, Generation, Grant, KnownBrowser, Outcome, PresentedDevice, SessionId};
use mfa_core::tenant::directory::Role;
use mfa_core::tenant::{Epoch, WrappedDataKey};
use serde::{Deserialize, Serialize};

use super::MemberName;
use super::granted::{GrantedAsk, SetAside};

/// What is asked of a member's object.
#[derive(Serialize, Deserialize)]
pub(crate) struct MemberRequest {
    pub(crate) tenant: String,
    pub(crate) member: MemberName,
    /// Where links that are sent to her lead.
    pub(crate) origin: String,
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
        /// The tenant's, as the invitation is accepted.
        epoch: Epoch,
        password: HashedPassword,
    },
    CheckPassword {
        password: HashedPassword,
        /// The same under the newest scheme, if `password` is under an older one.
        renewed: Option<HashedPassword>,
        device: Option<PresentedDevice>,
        browser: Option<KnownBrowser>,
    },
    /// The tenant has removed her.
    Leave {
        generation: Generation,
    },
    SignOut {
        session: SessionId,
    },
    /// All that needs the tenant's word.
    Granted {
        grant: TenantGrant,
        ask: GrantedAsk,
    },
}

impl MemberAsk {
    /// The tenant's word that came with it, if one did.
    pub(crate) fn grant(&self) -> Option<&TenantGrant> {
        match self {
            MemberAsk::Granted { grant, .. } => Some(grant),
            MemberAsk::Join { .. }
            | MemberAsk::CheckPassword { .. }
            | MemberAsk::Leave { .. }
            | MemberAsk::SignOut { .. } => None,
        }
    }

    /// The epoch set aside that it is about, if it is about one.
    pub(crate) fn set_aside(&self) -> Option<&SetAside> {
        match self {
            MemberAsk::Granted {
                ask:
                    GrantedAsk::StartSetUp { set_up, .. }
                    | GrantedAsk::ConfirmSetUp { set_up, .. }
                    | GrantedAsk::RenewSetUpKeys { set_up, .. }
                    | GrantedAsk::ExtendSetUp { set_up, .. }
                    | GrantedAsk::PrepareSetUp { set_up, .. },
                ..
            } => Some(set_up),
            _ => None,
        }
    }
}

/// What a password hashes to, and how.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct HashedPassword {
    pub(crate) scheme: String,
    #[serde(with = "mfa_core::stored::hex")]
    pub(crate) output: [u8; 32],
    /// Whether what was typed is long enough to be the only factor.
    pub(crate) stands_alone: bool,
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
    /// The random part of a token of our page: the way there, the page, or the way back.
    pub(crate) page_secret: Option<String>,
    /// A started enrolment, with its secret in base32.
    pub(crate) enrolment: Option<(EnrolmentId, String)>,
    /// A fresh set of recovery keys, and the number of the one asked for as proof.
    pub(crate) recovery_keys: Option<(Vec<String>, u8)>,
    /// The key URI of an authenticator that is taken out.
    pub(crate) key_uri: Option<String>,
    /// A link to choose a password, where it was asked to be shown.
    pub(crate) link: Option<String>,
    /// Which password is hers now.
    pub(crate) password_version: u32,
}
