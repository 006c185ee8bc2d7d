//! What administrators and the operator do or look at.

use mfa_core::external::{Identity, Issuer};
use mfa_core::tenant::Epoch;
use mfa_core::tenant::appearance::{Accent, LogoName};
use mfa_core::tenant::application::{ApplicationId, ApplicationKind, ApplicationName};
use mfa_core::tenant::directory::Role;
use mfa_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::MemberName;
use super::tenant::Invitee;

/// What is done or looked at. It may hold a provider's client secret.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Act {
    Profile,
    Settings,
    /// Sets an epoch aside for the administrator who asks.
    PrepareSetUp,
    /// The epoch that is set aside for her.
    SetAside {
        epoch: Epoch,
    },
    SwitchOn {
        epoch: Epoch,
    },
    SwitchOff,
    Members(MembersQuery),
    Member {
        member: MemberName,
    },
    Enrolment,
    Invite {
        invitee: Invitee,
        role: Role,
    },
    InviteMany {
        rows: Vec<(Invitee, Role)>,
    },
    /// Invites those whose authenticators are brought in, or looks who would be.
    Import {
        rows: Vec<(Invitee, Role)>,
        dry_run: bool,
    },
    /// Whose authenticators are taken out next.
    Export {
        after: String,
        reason: String,
    },
    InviteAgain {
        member: MemberName,
    },
    Remove {
        member: MemberName,
    },
    ChangeRole {
        member: MemberName,
        role: Role,
    },
    ResetMfa {
        member: MemberName,
    },
    /// The operator's way through for an administrator who is locked out.
    BreakGlass {
        member: MemberName,
        reason: String,
    },
    Audit(AuditQuery),
    ConfigureExternal {
        issuer: Issuer,
        client_id: String,
        client_secret: String,
    },
    /// An administrator has signed in at the provider.
    DryRunPassed {
        identity: Identity,
        /// What the provider calls her: to show, never to decide by.
        display: Option<String>,
    },
    UseExternal,
    UseLocal {
        /// The operator's, whose act is loud.
        reason: Option<String>,
    },
    ConnectionLink {
        member: MemberName,
    },
    Applications,
    RegisterApplication {
        name: ApplicationName,
        kind: ApplicationKind,
    },
    ChangeApplication {
        application: ApplicationId,
        name: ApplicationName,
        kind: ApplicationKind,
    },
    RemoveApplication {
        application: ApplicationId,
    },
    AddApplicationKey {
        application: ApplicationId,
    },
    EndApplicationKey {
        application: ApplicationId,
        number: u32,
    },
    Suspend,
    Resume,
    /// What is kept was brought back from a backup.
    Restored {
        reason: String,
    },
    Delete,
    Reseal,
    /// The keys that tokens are signed with.
    SigningKeys,
    /// Another key to sign with, before its time.
    AskForSigningKey,
    ChangeAccent {
        accent: Accent,
    },
    ChangeLogo {
        /// In base64, as it was sent.
        logo: String,
    },
    RemoveFromAppearance {
        part: AppearancePart,
    },
    /// The picture of this name.
    Logo {
        logo: LogoName,
    },
}

/// What a tenant may have chosen of how its pages look.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AppearancePart {
    Accent,
    Logo,
}

impl Act {
    /// The member whom it would change.
    pub(crate) fn aims_at(&self) -> Option<&MemberName> {
        match self {
            Act::InviteAgain { member }
            | Act::Remove { member }
            | Act::ChangeRole { member, .. }
            | Act::ResetMfa { member }
            | Act::ConnectionLink { member } => Some(member),
            _ => None,
        }
    }
}

/// Which members to show.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MembersQuery {
    pub(crate) search: String,
    pub(crate) filter: MembersFilter,
    pub(crate) after: String,
    pub(crate) limit: u32,
}

/// Members of which kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum MembersFilter {
    All,
    Enrolled,
    NotEnrolled,
    Invited,
    Administrators,
    Locked,
    Removed,
}

/// Which part of the log to show.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AuditQuery {
    pub(crate) after: Option<u64>,
    pub(crate) limit: u32,
    pub(crate) about: Option<String>,
    pub(crate) event: Option<String>,
    pub(crate) from: Option<Timestamp>,
    pub(crate) to: Option<Timestamp>,
    pub(crate) newest_first: bool,
}
