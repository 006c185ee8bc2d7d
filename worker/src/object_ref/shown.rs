//! What administrators and the operator are shown of a tenant.

use mfa_core::tenant::appearance::Appearance;
use mfa_core::tenant::directory::{Role, Standing};
use mfa_core::tenant::{Epoch, Lifecycle, ModeKind, Receipt};
use mfa_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::MemberName;
use super::member::TenantGrant;

/// What may be known about a tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TenantProfile {
    pub(crate) tenant: String,
    pub(crate) name: String,
    pub(crate) mode: ModeKind,
    pub(crate) epoch: Epoch,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) restored_at: Timestamp,
    pub(crate) appearance: Appearance,
    pub(crate) invited: u64,
    pub(crate) active: u64,
    /// The key-encryption keys that something of the tenant is wrapped under.
    pub(crate) key_ids: Vec<String>,
    pub(crate) receipts: Vec<KeptReceipt>,
}

/// How members sign in, and what a change would mean.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) name: String,
    pub(crate) mode: ModeKind,
    pub(crate) epoch: Epoch,
    pub(crate) since: Timestamp,
    pub(crate) counts: Counts,
    /// About, where they are very many.
    pub(crate) signed_in: u64,
    pub(crate) sweep: Option<SweepProgress>,
    pub(crate) receipts: Vec<KeptReceipt>,
    /// Others who are setting MFA up: who, since when.
    pub(crate) set_ups: Vec<(String, Timestamp)>,
    pub(crate) external: Option<ExternalShown>,
    pub(crate) appearance: Appearance,
}

/// What administrators see of it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ExternalShown {
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) tried: Option<TriedShown>,
}

/// Who has signed in at the provider to see that it works, when, and what it called her.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TriedShown {
    pub(crate) by: String,
    pub(crate) at: Timestamp,
    pub(crate) called: Option<String>,
}

/// How many members are how.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) active: u64,
    pub(crate) invited: u64,
    pub(crate) enrolled: u64,
    pub(crate) locked: u64,
    pub(crate) administrators: u64,
}

/// How far a sweep is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct SweepProgress {
    pub(crate) epoch: Epoch,
    pub(crate) members_total: u64,
    pub(crate) members_done: u64,
    pub(crate) finished_at: Option<Timestamp>,
}

/// A receipt with the name of who switched off.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeptReceipt {
    pub(crate) by: String,
    pub(crate) members_total: u64,
    pub(crate) receipt: Receipt,
}

/// A page of the directory.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MembersPage {
    pub(crate) members: Vec<MemberRow>,
    pub(crate) next: Option<String>,
    pub(crate) counts: Counts,
}

/// A member as an administrator sees her.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MemberRow {
    pub(crate) member: MemberName,
    pub(crate) username: String,
    pub(crate) role: Role,
    pub(crate) standing: StandingKind,
    pub(crate) invitation_expires_at: Option<Timestamp>,
    pub(crate) joined_at: Option<Timestamp>,
    pub(crate) enrolled_at: Option<Timestamp>,
    pub(crate) locked: bool,
    pub(crate) recovery_keys_left: Option<u8>,
    pub(crate) last_sign_in_at: Option<Timestamp>,
    pub(crate) signed_in: bool,
}

/// Where somebody stands, without what that needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StandingKind {
    Invited,
    Active,
    Removed,
}

impl StandingKind {
    /// Of an entry's standing.
    pub(crate) fn of(standing: &Standing) -> StandingKind {
        match standing {
            Standing::Invited { .. } => StandingKind::Invited,
            Standing::Active => StandingKind::Active,
            Standing::Removed => StandingKind::Removed,
        }
    }

    /// The directory's word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            StandingKind::Invited => "invited",
            StandingKind::Active => "active",
            StandingKind::Removed => "removed",
        }
    }
}

/// How enrolment went since MFA was switched on.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EnrolmentChart {
    pub(crate) since: Timestamp,
    pub(crate) active: u64,
    pub(crate) enrolled: u64,
    /// Until when, how many by then.
    pub(crate) buckets: Vec<(Timestamp, u64)>,
}

/// What became of one line of an import.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RowResult {
    Invited(Invitation),
    AlreadyMember,
    AlreadyInvited,
    Twice,
}

/// Where one line of an import of authenticators stands with the tenant.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ImportStep {
    /// Would be invited.
    Free,
    /// Was invited with this.
    Invited(Invitation, TenantGrant),
    /// Has been invited before, and that invitation still opens.
    Waiting(TenantGrant),
    AlreadyMember,
    Twice,
}

/// A part of the log.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AuditPage {
    pub(crate) entries: Vec<AuditLine>,
    pub(crate) next: Option<u64>,
    pub(crate) last: Option<(u64, String)>,
}

/// An entry of the log: the text that the chain covers, and its link.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AuditLine {
    pub(crate) text: String,
    pub(crate) link: String,
}

/// An invitation as made.
#[derive(Serialize, Deserialize)]
pub(crate) struct Invitation {
    pub(crate) member: MemberName,
    pub(crate) username: String,
    pub(crate) role: Role,
    pub(crate) url: String,
    pub(crate) expires_at: Timestamp,
}

/// A key that tokens are signed with, as administrators see it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SigningKeyRow {
    pub(crate) kid: String,
    /// When it begins to sign.
    pub(crate) signs_from: Timestamp,
    /// When the next takes its place; of the newest, unless somebody asks for the next before.
    pub(crate) signs_until: Timestamp,
    /// `next`, `signing` or `former`.
    pub(crate) stage: String,
}
