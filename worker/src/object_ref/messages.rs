//! What is said between Worker and objects. What may hold a password, code, key or token has no `Debug`, so that it
//! cannot end up in a log.

use mfa_core::external::{Identity, Issuer};
use mfa_core::member::{
    Assurance, DeviceId, DeviceLabel, EnrolmentId, Event, Generation, Grant, Outcome, PresentedDevice, SessionId,
    Summary, TokenDigest,
};
use mfa_core::tenant::directory::{Role, Standing};
use mfa_core::tenant::{Epoch, Lifecycle, ModeKind, Receipt, WrappedDataKey};
use mfa_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::MemberName;

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

/// What is asked with the tenant's word in hand.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum GrantedAsk {
    BeginSignIn {
        password_version: u32,
        device: Option<PresentedDevice>,
    },
    VerifyCode {
        pending: TokenDigest,
        code: String,
        remember_device: Option<DeviceLabel>,
    },
    VerifyRecoveryKey {
        pending: TokenDigest,
        recovery_key: String,
    },
    ReplacePassword {
        pending: TokenDigest,
        password: HashedPassword,
        /// The same under the current password's scheme, once it is known to be another.
        under_current: Option<HashedPassword>,
    },
    StartEnrolment {
        pending: TokenDigest,
    },
    ConfirmEnrolment {
        pending: TokenDigest,
        enrolment: EnrolmentId,
        code: String,
    },
    RenewRecoveryKeys {
        pending: TokenDigest,
        enrolment: EnrolmentId,
    },
    CompleteEnrolment {
        pending: TokenDigest,
        enrolment: EnrolmentId,
        proof: String,
    },
    ViewAccount {
        session: SessionId,
    },
    Authorize {
        session: SessionId,
        assurance: Assurance,
    },
    StepUp {
        session: SessionId,
        proof: StepUpTyped,
    },
    ResetMfa {
        session: SessionId,
    },
    StartRecoveryKeys {
        session: SessionId,
    },
    CompleteRecoveryKeys {
        session: SessionId,
        proof: String,
    },
    ForgetDevices {
        session: SessionId,
        device: Option<DeviceId>,
    },
    EndSessions {
        session: SessionId,
    },
    ChangePassword {
        session: SessionId,
        /// The current one, under the scheme that it is kept in.
        current: HashedPassword,
        /// The new one, under that scheme.
        under_kept: HashedPassword,
        /// The new one, under the newest.
        password: HashedPassword,
    },
    IssuePasswordLink {
        /// To whoever asks, in the answer, instead of to be sent alone.
        is_shown: bool,
    },
    BeginExternal {
        /// When she signed in at the provider, as far as it says.
        provider_time: Timestamp,
    },
    PreviewLink {
        link: TokenDigest,
    },
    Disown {
        link: TokenDigest,
    },
    ReplacePasswordByLink {
        link: TokenDigest,
        password: HashedPassword,
        under_kept: Option<HashedPassword>,
    },
    StartSetUp {
        session: SessionId,
        set_up: SetAside,
    },
    ConfirmSetUp {
        session: SessionId,
        set_up: SetAside,
        enrolment: EnrolmentId,
        code: String,
    },
    RenewSetUpKeys {
        session: SessionId,
        set_up: SetAside,
        enrolment: EnrolmentId,
    },
    PrepareSetUp {
        session: SessionId,
        set_up: SetAside,
        enrolment: EnrolmentId,
        proof: String,
    },
    AdoptSetUp {
        session: SessionId,
        epoch: Epoch,
        enrolment: EnrolmentId,
        proof: String,
    },
    Follow,
}

/// An epoch set aside for an administrator's set-up, with its key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SetAside {
    pub(crate) epoch: Epoch,
    pub(crate) data_key: WrappedDataKey,
}

/// What was typed to step up.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StepUpTyped {
    Code(String),
    RecoveryKey(String),
    Password(HashedPassword),
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
    /// A link to choose a password, where it was asked to be shown.
    pub(crate) link: Option<String>,
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
    /// The external identity provider.
    Provider,
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
        /// Counts up with each report: an older summary never replaces a newer one.
        as_of: u64,
    },
    /// What an administrator or the operator does or looks at.
    Act {
        by: By,
        origin: String,
        act: Act,
    },
}

/// Who acts. An administrator is believed to be one only after a look into the directory (G17).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum By {
    Operator,
    Administrator { member: MemberName, generation: Generation, epoch: Epoch },
}

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
    Suspend,
    Resume,
    Delete,
    Reseal,
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
    Audit(AuditPage),
    InvitationValid {
        profile: TenantProfile,
        username: String,
        role: Role,
        generation: Generation,
    },
    Granted(TenantGrant),
    Provider {
        mode: ModeKind,
        name: String,
        config: ProviderConfig,
    },
    /// Who it is that signed in elsewhere.
    Known {
        member: MemberName,
        grant: TenantGrant,
    },
    /// Whoever has to follow can be told with this at once; she is told again until she has.
    Ordered {
        grant: Option<TenantGrant>,
        generation: Generation,
    },
    Resealed {
        key: String,
        was_due: bool,
    },
    Done,
    /// It is there already.
    Exists,
    LastAdministrator,
    NotAdministrator,
    /// Whoever asks signed in under an earlier epoch.
    EpochPassed,
    Closed(Lifecycle),
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
    pub(crate) lifecycle: Lifecycle,
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
    pub(crate) sweep: Option<SweepProgress>,
    pub(crate) receipts: Vec<KeptReceipt>,
    /// Others who are setting MFA up: who, since when.
    pub(crate) set_ups: Vec<(String, Timestamp)>,
    pub(crate) external: Option<ExternalShown>,
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
    pub(crate) signed_in: u64,
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
