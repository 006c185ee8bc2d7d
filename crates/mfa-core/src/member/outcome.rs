//! What a member's state machine answers.

use alloc::string::String;
use alloc::vec::Vec;

use super::authorization::Wish;
use super::event::Event;
use super::following::Wiped;
use super::id::{DeviceId, Generation, SessionId};
use super::link::LinkPurpose;
use super::page::PageWish;
use super::state::{DeviceLabel, Duty, Member, Methods};
use super::step_up::{Proven, ProvenBy};
use crate::passcode::Digits;
use crate::tenant::application::ApplicationId;
use crate::tenant::{Epoch, ModeKind};
use crate::time::Timestamp;
use crate::totp::TotpParameters;

/// The answer. Nothing in it may be revealed before [`Decision::state`] is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Outcome {
    /// The invitation is accepted.
    Joined,
    /// It had been accepted before, with whatever password was chosen then.
    AlreadyJoined,
    /// The authenticator waits for its owner.
    Imported,
    /// One waits already, of this invitation and this epoch. Nothing has changed.
    AlreadyImported,
    /// What may be taken out: the secret beside it is open in the state, and goes out with this answer alone.
    Exported {
        /// How its codes are computed; `None` where no authenticator is bound.
        parameters: Option<TotpParameters>,
    },
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
    /// The password is right but in somebody else's hands, and there is no second factor to tell its owner by: a link
    /// to a new one is the only way on. Nothing is pending.
    PasswordBurnt,
    /// Signed in.
    SignedIn(SignedIn),
    /// She has a password here: nobody vouches for her.
    PasswordHere,
    /// What an application vouched for is confirmed: its word and a second factor. No session.
    Confirmed(Confirmed),
    /// What our page has to show.
    Page(PageShown),
    /// It was shown on our page: the browser goes back to the application, which may fetch it by `Fresh::page`.
    ConfirmationWaits(ConfirmationWaits),
    /// No such pending sign-in: never there, expired, used up, or of somebody else.
    SignInExpired,
    /// The pending sign-in owes something else.
    OtherDuty(Duty),
    /// Wrong, spent or too old: one answer for all.
    CodeRefused,
    /// The authenticator shows codes of another length. Nothing was judged or charged.
    CodeOfOtherLength {
        /// How many digits they have.
        digits: Digits,
    },
    /// Wrong or spent: one answer for both.
    RecoveryKeyRefused,
    /// The budget of failures is spent.
    AuthenticatorLocked,
    /// The new password is the old one.
    PasswordUnchanged,
    /// The new password does not stand alone, and there is nothing else to stand beside it.
    PasswordTooShort,
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
    /// The session is live, and its step-up fresh enough.
    Authorized {
        /// The last proof given in it.
        proven: Option<Proven>,
        /// What it began with.
        methods: Methods,
    },
    /// The session is live; one of these proofs must be given in it first.
    StepUpOwed {
        /// Any of them will do.
        by: Vec<ProvenBy>,
    },
    /// The proof was right.
    SteppedUp {
        /// Until when it counts as fresh.
        until: Timestamp,
    },
    /// That is not the password.
    PasswordRefused,
    /// The authenticator and all that came with it are gone, this session too.
    MfaReset,
    /// The new recovery keys have taken the old ones' place.
    RecoveryKeysReplaced {
        /// The new set.
        set: u32,
    },
    /// A key of the set before: no guess, so no charge, and no entry either.
    RecoveryKeyOfOlderSet {
        /// The older set.
        set: u32,
    },
    /// Remembered devices are forgotten.
    DevicesForgotten {
        /// How many.
        count: u8,
    },
    /// Every other session has ended.
    SessionsEnded,
    /// The new password holds.
    PasswordChanged,
    /// A link to a new password is issued; its token is `Fresh::link`.
    PasswordLinkIssued {
        /// Until when it may be used.
        expires_at: Timestamp,
    },
    /// One was issued a moment ago; no other is.
    PasswordLinkHeld,
    /// Everybody is signed out, and the password no longer suffices.
    Disowned,
    /// The link may be used.
    LinkValid {
        /// For this.
        purpose: LinkPurpose,
    },
    /// No such link: never there, expired, used up, or of somebody else.
    LinkRefused,
    /// The set-up is complete; the tenant may pass to its epoch.
    SetUpReady {
        /// That epoch.
        epoch: Epoch,
    },
    /// An application may redeem the code.
    AuthorizationIssued {
        /// Until when.
        expires_at: Timestamp,
    },
    /// The session is live, but she has to sign in anew for what the application demands.
    AuthenticationOwed,
    /// The code was right; the application may be told this.
    AuthorizationRedeemed(Redeemed),
    /// No such code: never there, expired, used before, or of somebody else. One answer for all.
    AuthorizationRefused,
    /// What the code gave still counts.
    AuthorizationLives,
    /// Not in the mode that the tenant is in.
    OtherMode(ModeKind),
    /// The member is in the tenant's epoch and has carried out its orders.
    Followed {
        /// What passing to that epoch erased.
        wiped: Wiped,
    },
    /// Nothing is left of her.
    Left,
    /// Nothing to say.
    Swept,
    /// The grant is older than what the member has seen: fetch it again.
    StaleGrant,
    /// The tenant signs in through an external identity provider; no local door is open.
    LocalDoorsClosed,
    /// A secret is there but was not opened: refuse, and raise an alarm. Never "not enrolled".
    Unreadable,
}

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

/// What an application may be told for its code.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Redeemed {
    /// The session that it relies on.
    pub session: SessionId,
    /// Whose.
    pub generation: Generation,
    /// When she last proved who she is.
    pub authenticated_at: Timestamp,
    /// By what.
    pub methods: Methods,
    /// When the session ends, whatever happens in it.
    pub ends_at: Timestamp,
    /// What it asked to be told back.
    pub wish: Wish,
}

/// A second factor was shown by somebody for whom an application vouches.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Confirmed {
    /// Names this confirmation and no other; it is no session.
    pub id: SessionId,
    /// Who vouches, and may hear it.
    pub application: ApplicationId,
    /// Whose.
    pub generation: Generation,
    /// When it was shown.
    pub at: Timestamp,
    /// When that is said: at once, or when it is fetched.
    pub said_at: Timestamp,
    /// By what, beside the application's word. Never a password of ours.
    pub methods: Methods,
    /// The device whose token is now `Fresh::device_token`.
    pub device: Option<RememberedUntil>,
    /// If a recovery key was used.
    pub recovery: Option<RecoveryKeyUse>,
}

impl Confirmed {
    /// The words of the `amr` claim: `vouched` for the application's word (no registered word says that a factor was
    /// shown to somebody else), then ours.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        core::iter::once("vouched").chain(self.methods.names())
    }
}

/// What our page has to show.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct PageShown {
    /// What is owed.
    pub duty: Duty,
    /// Until when.
    pub expires_at: Timestamp,
    /// Only a recovery key will do.
    pub authenticator_locked: bool,
    /// What the application wishes.
    pub wish: PageWish,
}

/// A second factor was shown on our page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct ConfirmationWaits {
    /// Where the browser goes.
    pub wish: PageWish,
    /// Until when it may be fetched.
    pub expires_at: Timestamp,
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
    /// Whether it takes no more codes.
    pub locked: bool,
    /// Number of her set of recovery keys and how many are left.
    pub recovery_keys: Option<(u32, u8)>,
    /// Whether new recovery keys, asked for in this session, wait for proof that they were saved.
    pub renewal: bool,
    /// Remembered devices.
    pub devices: Vec<Device>,
    /// Live sessions, this one included.
    pub sessions: u8,
    /// The last proof given in this session.
    pub proven: Option<Proven>,
    /// Whether a new password is owed.
    pub password_burnt: bool,
}

/// A remembered device, as its owner may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Device {
    /// Which.
    pub id: DeviceId,
    /// What it is called.
    pub label: DeviceLabel,
    /// Since when.
    pub remembered_at: Timestamp,
    /// When it last signed in.
    pub last_used_at: Timestamp,
    /// Until when it skips the code.
    pub until: Timestamp,
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
