//! What happened to a tenant, for its audit log. No event carries a secret, code, key or token.

use alloc::string::String;

use super::appearance::{Accent, LogoName};
use super::application::{ApplicationId, ApplicationName};
use super::directory::Role;
use super::{Epoch, ModeKind};
use crate::time::Timestamp;

/// Something that happened to a tenant or was done to one of its members.
///
/// It says what was done. What it was done with, a key or a token, has no place in it:
///
/// ```
/// use mfa_core::tenant::{Command, Epoch, Mode, Outcome, Tenant, TenantEvent, WrappedDataKey, decide};
/// use mfa_core::time::Timestamp;
///
/// let (now, mode) = (Timestamp(1_800_000_000), Mode::Mfa { data_key: WrappedDataKey("wrapped".into()) });
/// let decision = decide(Tenant::new(mode, now), Command::SwitchOff, now);
/// // Written with the state, in one transaction: no step without its entry, no entry without its step.
/// let event = TenantEvent::SwitchedOff { epoch: decision.state.epoch };
/// assert_eq!((decision.outcome, event), (Outcome::Changed, TenantEvent::SwitchedOff { epoch: Epoch(2) }));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "event", rename_all = "kebab-case", deny_unknown_fields))]
pub enum TenantEvent {
    /// The operator made it.
    TenantCreated {
        /// In this mode.
        mode: ModeKind,
    },
    /// MFA is on for everybody.
    SwitchedOn {
        /// From this epoch.
        epoch: Epoch,
    },
    /// MFA is off; what was sealed is dead.
    SwitchedOff {
        /// From this epoch.
        epoch: Epoch,
    },
    /// Every member's record has been gone through after switching off.
    Swept {
        /// What was erased.
        receipt: Receipt,
    },
    /// An external identity provider was entered, or its client secret renewed.
    ExternalConfigured {
        /// Whose.
        issuer: String,
    },
    /// An administrator signed in there to see that it works.
    ExternalTried,
    /// A link was made that ties a member to her identity there.
    ConnectionLinkIssued,
    /// A member is tied to her identity there.
    ExternalConnected,
    /// Members sign in at an external identity provider.
    UsedExternal {
        /// From this epoch.
        epoch: Epoch,
    },
    /// Members sign in with passwords again.
    UsedLocal {
        /// From this epoch.
        epoch: Epoch,
    },
    /// Somebody was invited.
    MemberInvited {
        /// As what.
        role: Role,
    },
    /// An invitation was made anew; the earlier one is worthless.
    InvitationRenewed,
    /// Somebody no longer belongs.
    MemberRemoved,
    /// Somebody's role changed.
    RoleChanged {
        /// To this one.
        role: Role,
    },
    /// An administrator reset somebody's MFA.
    MemberReset,
    /// The operator reset the MFA of an administrator who could not get in.
    BreakGlass {
        /// What the operator gave as reason.
        reason: String,
    },
    /// Somebody asked for what only an administrator may do, or an administrator for what must not be done. Nothing
    /// was done.
    ActRefused {
        /// What was asked for.
        act: String,
        /// Why not: `not_administrator`, `unknown_member` or `last_administrator`.
        reason: String,
    },
    /// The operator took the members' authenticators out, with their secrets, for a tenant that leaves.
    AuthenticatorsExported {
        /// What the operator gave as reason.
        reason: String,
    },
    /// The operator closed the tenant for the time being.
    Suspended,
    /// And opened it again.
    Resumed,
    /// The operator brought back what is kept from a backup: what can be used once counts from now on.
    Restored {
        /// What the operator gave as reason.
        reason: String,
    },
    /// The operator ended the tenant.
    Deleted,
    /// An application was registered: software that may rely on us from now on.
    ApplicationRegistered {
        /// Which.
        application: ApplicationId,
        /// What it is called.
        name: ApplicationName,
        /// Of which kind.
        kind: String,
    },
    /// Its name or addresses changed.
    ApplicationChanged {
        /// Which.
        application: ApplicationId,
        /// What it is called now.
        name: ApplicationName,
    },
    /// It may not rely on us any more; its keys are dead.
    ApplicationRemoved {
        /// Which.
        application: ApplicationId,
        /// What it was called.
        name: ApplicationName,
    },
    /// It has a key more.
    ApplicationKeyAdded {
        /// Which.
        application: ApplicationId,
        /// What it is called.
        name: ApplicationName,
        /// The number of its key.
        number: u32,
    },
    /// A key of it is dead.
    ApplicationKeyEnded {
        /// Which.
        application: ApplicationId,
        /// What it is called.
        name: ApplicationName,
        /// The number of its key.
        number: u32,
    },
    /// It made somebody a member whose login is its own.
    MemberVouched {
        /// Which.
        application: ApplicationId,
        /// What it is called.
        name: ApplicationName,
    },
    /// The tenant's keys are wrapped under another key-encryption key.
    KeyResealed {
        /// Its name.
        key: String,
    },
    /// The pages have this colour from now on.
    AccentChanged {
        /// As it was chosen.
        accent: Accent,
    },
    /// They have ours again.
    AccentRemoved,
    /// The pages have another logo from now on.
    LogoChanged {
        /// Its name, by which it is known whatever becomes of it.
        logo: LogoName,
    },
    /// They have none any more.
    LogoRemoved,
    /// An administrator asked for another key to sign tokens with, before its time.
    SigningKeyAsked,
    /// Another key to sign tokens with is published.
    SigningKeyAnnounced {
        /// Its name (`kid`).
        key: String,
        /// When it begins to sign.
        signs_from: Timestamp,
    },
}

/// What switching off erased, in numbers: for the administrator to keep.
///
/// What the sweep after a switch-off adds up, from what each member's record answers to
/// [`Command::Follow`](crate::member::Command::Follow):
///
/// ```
/// use mfa_core::member::Wiped;
/// use mfa_core::tenant::{Epoch, Receipt};
///
/// let mut receipt = Receipt { epoch: Epoch(4), ..Receipt::default() };
/// for answer in [Ok(Wiped { authenticators: 1, sessions: 2, ..Wiped::default() }), Err("not reached")] {
///     match answer {
///         Ok(wiped) => receipt.sessions += u64::from(wiped.sessions),
///         Err(_) => receipt.unreached += 1, // Not hidden: nothing of hers opens, and she is gone to again.
///     }
/// }
/// assert_eq!((receipt.sessions, receipt.unreached, receipt.finished_at), (2, 1, None));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Receipt {
    /// The epoch that it began.
    pub epoch: Epoch,
    /// When MFA was switched off: from then on nothing opened.
    pub switched_off_at: Timestamp,
    /// When the last record had been gone through; `None` while that goes on.
    pub finished_at: Option<Timestamp>,
    /// Members whose records have been gone through.
    pub members: u64,
    /// Members whose records could not be: what is in them opens nothing, and they are gone to again.
    pub unreached: u64,
    /// Authenticators erased.
    pub authenticators: u64,
    /// Recovery keys erased, used ones too.
    pub recovery_keys: u64,
    /// Remembered devices erased.
    pub devices: u64,
    /// Sessions ended.
    pub sessions: u64,
}
