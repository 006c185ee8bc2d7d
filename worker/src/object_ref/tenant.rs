//! What is said between the Worker or a member's object and a tenant's object. What may hold a token has no `Debug`, so
//! that it cannot end up in a log.

use mfa_core::external::{Identity, Issuer};
use mfa_core::member::{Event, Generation, Summary, TokenDigest};
use mfa_core::tenant::appearance::{Appearance, LogoError};
use mfa_core::tenant::application::{Application, ApplicationId};
use mfa_core::tenant::directory::Role;
use mfa_core::tenant::{Epoch, Lifecycle, ModeKind};
use mfa_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::MemberName;
use super::act::Act;
use super::granted::SetAside;
use super::member::{MemberAsk, TenantGrant};
use super::provision::{Provision, ProvisionReply};
use super::shown::{
    AuditPage, EnrolmentChart, ImportStep, Invitation, MemberRow, MembersPage, RowResult, Settings, SigningKeyRow,
    TenantProfile,
};
use crate::signing::{Keys, Pair};

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
        origin: String,
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
    /// Whether software is the application that it says it is, with its key if it has one; and the tenant's word about
    /// a member, in one go.
    ProveApplication {
        application: ApplicationId,
        key: Option<TokenDigest>,
        member: Option<MemberName>,
    },
    /// The application of this name, unproven, and the tenant's word about a member.
    FindApplication {
        application: ApplicationId,
        member: Option<MemberName>,
    },
    /// An application makes somebody a member whose login is its own.
    VouchMember {
        application: ApplicationId,
        key: TokenDigest,
        invitee: Invitee,
    },
    /// A directory elsewhere says who belongs, or asks.
    Provision {
        application: ApplicationId,
        key: TokenDigest,
        origin: String,
        act: Provision,
    },
    /// Which sessions behind a gate have ended lately.
    Ended {
        application: ApplicationId,
        key: TokenDigest,
    },
    /// The external identity provider.
    Provider,
    /// The keys that tokens are signed with.
    SigningKeys {
        /// Where the tenant is, for what is signed when nobody asks.
        origin: Option<String>,
        /// A fresh pair, made by the object itself if one is due: it never travels.
        #[serde(skip)]
        drawn: Option<Pair>,
    },
    /// Whom an identity there means.
    KnownElsewhere {
        identity: Identity,
    },
    /// Ties an identity there to the member whom a link was meant for.
    Connect {
        member: MemberName,
        link: TokenDigest,
        identity: Identity,
    },
    /// What a member's object owes the log, and how she stands now.
    Report {
        member: MemberName,
        entries: Vec<AuditEntry>,
        summary: Option<Summary>,
        /// The number after that of the last entry. It counts up with each report: what is below it is known, and an
        /// older summary never replaces a newer one.
        as_of: u64,
    },
    /// What an administrator or the operator does or looks at.
    Act {
        by: By,
        origin: String,
        act: Act,
        /// What the log calls it if it is refused; nothing where it would change nothing.
        word: Option<String>,
    },
}

/// Who acts. An administrator is believed to be one only after a look into the directory (G17).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum By {
    Operator,
    Administrator { member: MemberName, generation: Generation, epoch: Epoch },
}

/// Somebody to invite.
#[derive(Debug, Clone, Serialize, Deserialize)]
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
    /// A link to be sent to her with the notice of this event, sealed.
    pub(crate) link: Option<String>,
}

/// How a tenant's external identity provider is reached.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProviderConfig {
    pub(crate) issuer: Issuer,
    pub(crate) client_id: String,
    /// Sealed.
    pub(crate) client_secret: String,
}

/// What a gate's tokens are not to be believed any more about.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ended {
    /// Nothing of an earlier one lives.
    pub(crate) epoch: Epoch,
    /// Names of sessions, and when we heard.
    pub(crate) sessions: Vec<(String, Timestamp)>,
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
    Settings(Box<Settings>),
    Prepared {
        set_up: SetAside,
    },
    /// The mode changed, or a part of it began.
    Changed {
        epoch: Epoch,
        at: Timestamp,
    },
    /// The mode is another, which excludes this.
    OtherMode(ModeKind),
    /// The set-up is over: somebody was faster, or it took too long.
    NotPrepared,
    Members(MembersPage),
    Member(Box<MemberRow>),
    Enrolment(EnrolmentChart),
    Invited(Invitation),
    InvitedMany(Vec<RowResult>),
    Import(Vec<ImportStep>),
    Export {
        rows: Vec<(MemberRow, Option<TenantGrant>)>,
        next: Option<String>,
    },
    Audit(AuditPage),
    Applications(Vec<Application>),
    /// An application as it is now, with a key that was just made.
    Application {
        application: Application,
        key: Option<String>,
    },
    /// It is the application, as far as that was asked.
    Proven {
        application: Box<Application>,
        mode: ModeKind,
        /// `None` where nobody was asked for, or she does not belong.
        granted: Option<Box<TenantGrant>>,
    },
    Ended(Ended),
    InvitationValid {
        profile: TenantProfile,
        username: String,
        role: Role,
        generation: Generation,
    },
    Granted(TenantGrant),
    Provision(Box<ProvisionReply>),
    Provider {
        mode: ModeKind,
        config: ProviderConfig,
    },
    /// Who it is that signed in elsewhere.
    Known {
        member: MemberName,
        grant: TenantGrant,
    },
    /// Whoever has to follow can be told this at once; she is told again until she has. `None` for somebody who has
    /// not joined yet.
    Ordered {
        ask: Option<Box<MemberAsk>>,
    },
    /// How the pages look from now on.
    Appearance(Appearance),
    /// The logo, in base64.
    Logo(String),
    /// The file is no logo.
    LogoRefused(LogoError),
    SigningKeys(Box<Keys>),
    SigningKeysShown(Vec<SigningKeyRow>),
    Resealed {
        key: String,
        was_due: bool,
    },
    Done,
    /// It is there already.
    Exists,
    LastAdministrator,
    /// There is no room for another.
    LimitReached,
    /// What it is stays: it has no such thing.
    OtherKind,
    NotAdministrator,
    /// Whoever asks signed in under an earlier epoch.
    EpochPassed,
    Closed(Lifecycle),
    /// No such tenant, no such member, or no valid invitation.
    Unknown,
}
