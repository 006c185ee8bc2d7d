//! What can be asked of a member's state machine, and what it answers.

use alloc::string::String;
use alloc::vec::Vec;

use super::event::Event;
use super::id::{DeviceId, EnrolmentId, Generation, SessionId, TokenDigest};
use super::state::{Member, Methods, NewRecoveryKeys, PasswordVerifier};
use crate::passcode::Passcode;
use crate::recovery::RecoveryDigest;
use crate::secret::Secret;
use crate::tenant::{Epoch, ModeKind};
use crate::time::Timestamp;

/// What the tenant says about a member, fetched after a right password or with a token in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Grant {
    /// How members of the tenant sign in.
    pub mode: ModeKind,
    /// The tenant's epoch.
    pub epoch: Epoch,
    /// Which bearer of the name belongs to the tenant.
    pub generation: Generation,
}

/// A remembered device's token, as presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct PresentedDevice {
    /// Which device.
    pub id: DeviceId,
    /// The digest of the token presented.
    pub token: TokenDigest,
}

/// Fresh random names, drawn by the caller before each decision; those not needed are forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fresh {
    /// For a new session.
    pub session: SessionId,
    /// For a new pending sign-in.
    pub pending: TokenDigest,
    /// For a newly remembered device.
    pub device: DeviceId,
    /// For a device's next token.
    pub device_token: TokenDigest,
}

impl Fresh {
    /// For commands under which nothing comes into being ([`Command::Sweep`]).
    pub const NONE: Fresh = Fresh {
        session: SessionId([0; 16]),
        pending: TokenDigest([0; 32]),
        device: DeviceId([0; 8]),
        device_token: TokenDigest([0; 32]),
    };
}

/// A request to the state machine.
#[derive(Clone, PartialEq, Eq)]
pub enum Command {
    /// Accepts an invitation: from now on there is a person with a password.
    Join {
        /// The invitation's generation.
        generation: Generation,
        /// The password chosen.
        verifier: PasswordVerifier,
    },
    /// First step of a sign-in, judged before the tenant is asked anything.
    CheckPassword {
        /// Scheme that `output` was computed under.
        scheme: String,
        /// What the typed password hashes to.
        output: [u8; 32],
        /// What it hashes to under the newest scheme, if that is another: a right password is kept so from now on.
        renewed: Option<(String, [u8; 32])>,
        /// The device that presents it, if it says that we know it.
        device: Option<PresentedDevice>,
    },
    /// Goes on after [`Outcome::PasswordRight`].
    BeginSignIn {
        /// The tenant's word.
        grant: Grant,
        /// From [`Outcome::PasswordRight`]: that password must still be the current one.
        password_version: u32,
        /// The device, as in `CheckPassword`.
        device: Option<PresentedDevice>,
    },
    /// Second step: a code of the authenticator app.
    VerifyCode {
        /// The tenant's word.
        grant: Grant,
        /// The pending sign-in.
        pending: TokenDigest,
        /// The code typed.
        passcode: Passcode,
        /// Whether to remember this device.
        remember_device: bool,
    },
    /// Second step: a recovery key.
    VerifyRecoveryKey {
        /// The tenant's word.
        grant: Grant,
        /// The pending sign-in.
        pending: TokenDigest,
        /// The digest of the key typed, under the tenant's present data key.
        digest: RecoveryDigest,
    },
    /// A new password, owed after a recovery key opened a locked authenticator's door.
    ReplacePassword {
        /// The tenant's word.
        grant: Grant,
        /// The pending sign-in.
        pending: TokenDigest,
        /// Scheme of `output`.
        scheme: String,
        /// What the new password hashes to.
        output: [u8; 32],
        /// What it hashes to under the scheme of the current one, if that is another.
        under_current: Option<[u8; 32]>,
    },
    /// Starts an enrolment; a later start replaces an earlier one.
    StartEnrolment {
        /// The tenant's word.
        grant: Grant,
        /// The pending sign-in.
        pending: TokenDigest,
        /// A fresh random name.
        id: EnrolmentId,
        /// A fresh random secret.
        secret: Secret,
    },
    /// Proves with the first code that the app has the secret.
    ConfirmEnrolment {
        /// The tenant's word.
        grant: Grant,
        /// The pending sign-in.
        pending: TokenDigest,
        /// Which enrolment the code belongs to.
        id: EnrolmentId,
        /// The code typed.
        passcode: Passcode,
        /// A fresh set of recovery keys, issued if the code is right.
        keys: NewRecoveryKeys,
    },
    /// Replaces recovery keys that were issued but not yet proven saved, for a page that lost them.
    RenewRecoveryKeys {
        /// The tenant's word.
        grant: Grant,
        /// The pending sign-in.
        pending: TokenDigest,
        /// Which enrolment.
        id: EnrolmentId,
        /// The fresh set.
        keys: NewRecoveryKeys,
    },
    /// Proves that the recovery keys were saved; binds the authenticator.
    CompleteEnrolment {
        /// The tenant's word.
        grant: Grant,
        /// The pending sign-in.
        pending: TokenDigest,
        /// Which enrolment.
        id: EnrolmentId,
        /// The digest of the group typed.
        proof: RecoveryDigest,
    },
    /// What a signed-in person may see about herself.
    ViewAccount {
        /// The tenant's word.
        grant: Grant,
        /// Her session.
        session: SessionId,
    },
    /// Ends a session.
    SignOut {
        /// Which.
        session: SessionId,
    },
    /// Forgets what has expired.
    Sweep,
}

/// The name alone: what a command carries is a password's hash, a code, a key's digest or a secret.
impl core::fmt::Debug for Command {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Command::Join { .. } => "Join",
            Command::CheckPassword { .. } => "CheckPassword",
            Command::BeginSignIn { .. } => "BeginSignIn",
            Command::VerifyCode { .. } => "VerifyCode",
            Command::VerifyRecoveryKey { .. } => "VerifyRecoveryKey",
            Command::ReplacePassword { .. } => "ReplacePassword",
            Command::StartEnrolment { .. } => "StartEnrolment",
            Command::ConfirmEnrolment { .. } => "ConfirmEnrolment",
            Command::RenewRecoveryKeys { .. } => "RenewRecoveryKeys",
            Command::CompleteEnrolment { .. } => "CompleteEnrolment",
            Command::ViewAccount { .. } => "ViewAccount",
            Command::SignOut { .. } => "SignOut",
            Command::Sweep => "Sweep",
        })
    }
}

/// The answer. Nothing in it may be revealed before [`Decision::state`] is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Outcome {
    /// The invitation is accepted.
    Joined,
    /// It had been accepted before, with whatever password was chosen then.
    AlreadyJoined,
    /// The password is right, as far as this goes: the tenant has not been asked.
    PasswordRight {
        /// Whose password.
        generation: Generation,
        /// To be handed on.
        version: u32,
    },
    /// Unknown name, wrong password, no longer a member: one answer for all.
    SignInRefused,
    /// The member's password was hashed under another scheme. Nothing was judged or charged: hash it under that one
    /// too.
    OtherScheme(String),
    /// Too many failures; nothing was judged.
    Throttled {
        /// When to try again; `None` when waiting does not help.
        until: Option<Timestamp>,
    },
    /// Something more is owed; the pending sign-in is `Fresh::pending` or the one presented.
    Owes {
        /// What.
        duty: Duty,
        /// Until when.
        expires_at: Timestamp,
        /// With `Duty::Code`: only a recovery key will do.
        authenticator_locked: bool,
        /// If a recovery key was used to get here.
        recovery: Option<RecoveryKeyUse>,
    },
    /// Signed in.
    SignedIn(SignedIn),
    /// No such pending sign-in: never there, expired, used up, or of somebody else.
    SignInExpired,
    /// The pending sign-in owes something else.
    OtherDuty(Duty),
    /// Wrong, spent or too old: one answer for all.
    CodeRefused,
    /// Wrong or spent: one answer for both.
    RecoveryKeyRefused,
    /// The budget of failures is spent.
    AuthenticatorLocked,
    /// The new password is the old one.
    PasswordUnchanged,
    /// An enrolment has started; show the secret.
    EnrolmentStarted {
        /// Until when it must be complete.
        expires_at: Timestamp,
        /// The number that its set of recovery keys will bear.
        set: u32,
    },
    /// Recovery keys are issued; show them, once.
    RecoveryKeysIssued {
        /// The set's number.
        set: u32,
    },
    /// The enrolment has ended: time is up, or too many wrong codes.
    EnrolmentExpired,
    /// Another enrolment was started later, or this one was confirmed elsewhere.
    EnrolmentSuperseded,
    /// The group typed is not the one asked for.
    ProofRefused,
    /// What she may see.
    Account(Account),
    /// No such session.
    SessionEnded,
    /// Signed out.
    SignedOut,
    /// Nothing to say.
    Swept,
    /// The grant is older than what the member has seen: fetch it again.
    StaleGrant,
    /// The tenant signs in through an external identity provider; no local door is open.
    LocalDoorsClosed,
    /// A secret is there but was not opened: refuse, and raise an alarm. Never "not enrolled".
    Unreadable,
}

pub use super::state::Duty;

/// A completed sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct SignedIn {
    /// Which session.
    pub session: SessionId,
    /// Whose.
    pub generation: Generation,
    /// Under which epoch; the session dies with it.
    pub epoch: Epoch,
    /// When.
    pub at: Timestamp,
    /// Until when at the most.
    pub ends_at: Timestamp,
    /// By what.
    pub methods: Methods,
    /// The device whose token is now `Fresh::device_token`.
    pub device: Option<RememberedUntil>,
    /// If a recovery key was used.
    pub recovery: Option<RecoveryKeyUse>,
}

/// A device that is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct RememberedUntil {
    /// Which.
    pub id: DeviceId,
    /// Until when.
    pub until: Timestamp,
}

/// Which recovery key was used, and what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct RecoveryKeyUse {
    /// The set.
    pub set: u32,
    /// The key in it, from 1.
    pub number: u8,
    /// Unused keys left in it.
    pub left: u8,
}

/// What a person may see about herself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Account {
    /// Since when an authenticator is bound.
    pub enrolled_at: Option<Timestamp>,
    /// Number of her set of recovery keys and how many are left.
    pub recovery_keys: Option<(u32, u8)>,
    /// Remembered devices: which, until when, last used.
    pub devices: Vec<(DeviceId, Timestamp, Timestamp)>,
}

/// What `decide` decided. Save `state` first; only then reveal `outcome` and deliver `events`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "persist the state before you reveal the outcome"]
pub struct Decision {
    /// The member from now on, on refusal too: a charge that is not saved was not made.
    pub state: Member,
    /// For the audit log and for notices. They hold no secret.
    pub events: Vec<Event>,
    /// The answer.
    pub outcome: Outcome,
}
