//! The state machine of a tenant: how its members sign in.
//!
//! Built-in MFA and an external identity provider exclude each other: there is no state in which both are on, and no
//! step that leads from one to the other without passing through passwords alone.
//!
//! Every change of mode is a new [`Epoch`]. Whatever was sealed, keyed or signed in an earlier one is dead from that
//! instant, because the data key that belonged to it is no longer anywhere.
//!
//! An administrator who sets MFA up enrols under a [`Candidate`]: an epoch of its own, set aside for her, that becomes
//! the tenant's with her last click and is worth nothing before. An epoch once given to a candidate is never given
//! again, so what was made under one candidate cannot pass for another's.

pub mod appearance;
pub mod application;
pub mod directory;
mod event;
pub mod provisioned;
pub mod signing;
#[cfg(feature = "serde")]
mod stored;
#[cfg(test)]
mod tests;

use alloc::string::String;
use alloc::vec::Vec;

pub use event::{Receipt, TenantEvent};
#[cfg(feature = "serde")]
pub use stored::StoredTenant;

use crate::member::Generation;
use crate::policy;
use crate::time::{Seconds, Timestamp};

/// Rises with each change of mode. What was made in an earlier epoch is never accepted again.
///
/// ```
/// use mfa_core::tenant::Epoch;
///
/// assert!(Epoch::default() < Epoch::FIRST, "what was made in no epoch is older than the first");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Epoch(pub u64);

impl Epoch {
    /// The first of a tenant. Zero is "before any".
    pub const FIRST: Epoch = Epoch(1);

    fn next(self) -> Epoch {
        Epoch(self.0.saturating_add(1))
    }
}

/// How members sign in.
///
/// Where members sign in elsewhere no door of ours is open:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Outcome};
/// use mfa_core::tenant::{Epoch, ModeKind};
///
/// let mut shell = Shell::joined(ModeKind::Password);
/// (shell.grant.mode, shell.grant.epoch) = (ModeKind::External, Epoch(2));
/// assert_eq!(shell.begin(), Outcome::LocalDoorsClosed, "the password was right all the same");
/// // The provider's token was judged beforehand.
/// let begins = Command::BeginExternal { grant: shell.grant, provider_time: shell.now };
/// assert!(matches!(shell.ask(begins), Outcome::SignedIn(_)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum ModeKind {
    /// Username and password.
    Password,
    /// Username, password and the code of an authenticator app.
    Mfa,
    /// At an external identity provider; no local door is open.
    External,
}

/// A tenant's data key, wrapped by the key-encryption key. Opaque here.
///
/// For an example see [`Tenant::data_keys_mut`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct WrappedDataKey(pub String);

/// How members sign in, with what that needs. A data key exists exactly while MFA is on.
///
/// ```
/// use mfa_core::tenant::{Mode, ModeKind, WrappedDataKey};
///
/// let mode = Mode::Mfa { data_key: WrappedDataKey("wrapped".into()) };
/// assert_eq!(mode.kind(), ModeKind::Mfa);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "mode", rename_all = "kebab-case", deny_unknown_fields))]
pub enum Mode {
    /// See [`ModeKind::Password`].
    Password,
    /// See [`ModeKind::Mfa`].
    Mfa {
        /// Under which every secret of this epoch is sealed.
        data_key: WrappedDataKey,
    },
    /// See [`ModeKind::External`].
    External,
}

impl Mode {
    /// Without what it needs.
    #[must_use]
    pub fn kind(&self) -> ModeKind {
        match self {
            Mode::Password => ModeKind::Password,
            Mode::Mfa { .. } => ModeKind::Mfa,
            Mode::External => ModeKind::External,
        }
    }
}

/// An epoch set aside for one administrator's set-up.
///
/// For an example see [`Tenant::candidates`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Candidate {
    /// The epoch, if it comes to that.
    pub epoch: Epoch,
    /// Its data key.
    pub data_key: WrappedDataKey,
    /// Which administrator, in the directory's words.
    pub by: String,
    /// When she began.
    pub started_at: Timestamp,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}

/// Whether the platform's operator lets the tenant be used.
///
/// ```
/// use mfa_core::tenant::{Command, Epoch, Lifecycle, Mode, ModeKind, Outcome, Tenant, decide};
/// use mfa_core::time::Timestamp;
///
/// let now = Timestamp(1_800_000_000);
/// let suspended = decide(Tenant::new(Mode::External, now), Command::Suspend, now).state;
/// let refused = decide(suspended, Command::UseLocal, now);
/// assert_eq!(refused.outcome, Outcome::Closed(Lifecycle::Suspended));
/// let resumed = decide(refused.state, Command::Resume, now).state;
/// assert_eq!((resumed.mode.kind(), resumed.epoch), (ModeKind::External, Epoch::FIRST), "nothing is lost");
/// let deleted = decide(resumed, Command::Delete, now).state;
/// assert_eq!(decide(deleted, Command::Resume, now).outcome, Outcome::Closed(Lifecycle::Deleted));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Lifecycle {
    /// Yes.
    #[default]
    Open,
    /// Nobody signs in and nobody stays signed in, until it is resumed. Nothing is lost.
    Suspended,
    /// For good. The name is never given out again.
    Deleted,
}

/// The state that decides for a whole tenant.
///
/// A backup is older than what members have seen. An epoch of after it is not given out again:
///
/// ```
/// use mfa_core::tenant::{Command, Epoch, Mode, Tenant, decide};
/// use mfa_core::time::Timestamp;
///
/// let now = Timestamp(1_800_000_000);
/// let backup = Tenant::new(Mode::Password, now);
/// let lost = decide(backup.clone(), Command::UseExternal, now).state;
/// assert_eq!(lost.epoch, Epoch(2));
/// let restored = decide(backup, Command::Restored, now).state;
/// assert!(restored.next_epoch() > lost.epoch);
/// assert_eq!(restored.restored_at, now, "every member's grant says so from now on");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tenant {
    /// How members sign in.
    pub mode: Mode,
    /// Since the last change of mode.
    pub epoch: Epoch,
    /// When that was.
    pub since: Timestamp,
    /// Whether it may be used at all.
    pub lifecycle: Lifecycle,
    /// The epoch since which passwords count: that of the last change to or from an identity provider; zero before any.
    pub passwords_since: Epoch,
    /// When what is kept was last brought back from a backup; zero before any. What was used before then may look as if
    /// it had not been, so nothing that can be used once counts from before.
    pub restored_at: Timestamp,
    /// The highest epoch ever given out, to the tenant itself or to a candidate.
    newest_epoch: Epoch,
    /// Set-ups in progress, oldest first. None but in password mode.
    candidates: Vec<Candidate>,
}

/// A request to the tenant's state machine.
///
/// For examples see [`decide`], [`Tenant`] and [`Lifecycle`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Command {
    /// Sets an epoch aside for an administrator's set-up, under a fresh data key that was wrapped for
    /// [`Tenant::next_epoch`]. A set-up that she began before is forgotten.
    Prepare {
        /// Who.
        by: String,
        /// The fresh key, wrapped.
        data_key: WrappedDataKey,
    },
    /// Switches MFA on: a candidate's epoch becomes the tenant's.
    SwitchOn {
        /// Who, as in [`Command::Prepare`].
        by: String,
        /// Which.
        epoch: Epoch,
    },
    /// Switches MFA off. The data key is destroyed, and with it all that was sealed under it.
    SwitchOff,
    /// Moves sign-in to an external identity provider.
    UseExternal,
    /// Moves sign-in back to passwords.
    UseLocal,
    /// The operator closes the tenant for the time being.
    Suspend,
    /// And opens it again.
    Resume,
    /// The operator has brought back what is kept, of the tenant or of some of its members, from a backup.
    Restored,
    /// The operator ends the tenant. As after switching off, nothing that was sealed opens any more.
    Delete,
}

/// The answer to a [`Command`].
///
/// For examples see [`decide`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done, in a new epoch.
    Changed,
    /// An epoch is set aside.
    Prepared(Epoch),
    /// It was so already; nothing changed.
    Unchanged,
    /// Not while the mode is this one: leave it first.
    Excluded(ModeKind),
    /// No such set-up, or not any more.
    NotPrepared,
    /// Done; the mode is as it was.
    Noted,
    /// Not while the tenant is suspended, and never once it is deleted.
    Closed(Lifecycle),
}

/// What `decide` decided. Save the state before the outcome is revealed.
///
/// ```
/// use mfa_core::tenant::{Command, Decision, Mode, Outcome, Tenant, decide};
/// use mfa_core::time::Timestamp;
///
/// let now = Timestamp(1_800_000_000);
/// let Decision { state, outcome } = decide(Tenant::new(Mode::Password, now), Command::SwitchOff, now);
/// // Here `state` is saved.
/// assert_eq!(outcome, Outcome::Unchanged, "it was off already");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "persist the state before you reveal the outcome"]
pub struct Decision {
    /// The tenant from now on.
    pub state: Tenant,
    /// The answer.
    pub outcome: Outcome,
}

/// Decides a request. Total; takes the same time for ten members and a million, since it touches none.
///
/// MFA is switched on by the administrator who has enrolled for it, and by nobody with what another has enrolled under:
///
/// ```
/// use mfa_core::tenant::{Command, Epoch, Mode, Outcome, Tenant, WrappedDataKey, decide};
/// use mfa_core::time::Timestamp;
///
/// let (now, data_key) = (Timestamp(1_800_000_000), WrappedDataKey("wrapped for epoch 2".into()));
/// let mut kept = Tenant::new(Mode::Password, now);
/// let mut ask = |command: Command| {
///     let decision = decide(kept.clone(), command, now);
///     kept = decision.state; // The write. Where it fails nothing was decided, and the outcome is dropped.
///     decision.outcome
/// };
/// assert_eq!(ask(Command::Prepare { by: "anna".into(), data_key }), Outcome::Prepared(Epoch(2)));
/// assert_eq!(ask(Command::SwitchOn { by: "bert".into(), epoch: Epoch(2) }), Outcome::NotPrepared);
/// assert_eq!(ask(Command::SwitchOn { by: "anna".into(), epoch: Epoch(2) }), Outcome::Changed);
/// ```
pub fn decide(mut state: Tenant, command: Command, now: Timestamp) -> Decision {
    state.candidates.retain(|candidate| now < candidate.expires_at);
    let outcome = match (state.lifecycle, command) {
        (Lifecycle::Deleted, _) => Outcome::Closed(Lifecycle::Deleted),
        (_, Command::Delete) => {
            state.lifecycle = Lifecycle::Deleted;
            state.change(Mode::Password, now)
        }
        (_, Command::Restored) => state.restored(now),
        (Lifecycle::Open, Command::Suspend) => state.becomes(Lifecycle::Suspended),
        (Lifecycle::Suspended, Command::Resume) => state.becomes(Lifecycle::Open),
        (Lifecycle::Suspended, Command::Suspend) | (Lifecycle::Open, Command::Resume) => Outcome::Unchanged,
        (Lifecycle::Suspended, _) => Outcome::Closed(Lifecycle::Suspended),
        (Lifecycle::Open, command) => state.mode_command(command, now),
    };
    Decision { state, outcome }
}

impl Tenant {
    /// A new tenant in its first epoch.
    ///
    /// ```
    /// use mfa_core::tenant::{Epoch, Lifecycle, Mode, Tenant};
    /// use mfa_core::time::Timestamp;
    ///
    /// let tenant = Tenant::new(Mode::Password, Timestamp(1_800_000_000));
    /// assert_eq!((tenant.epoch, tenant.lifecycle), (Epoch::FIRST, Lifecycle::Open));
    /// ```
    #[must_use]
    pub fn new(mode: Mode, now: Timestamp) -> Tenant {
        Tenant {
            mode,
            epoch: Epoch::FIRST,
            since: now,
            lifecycle: Lifecycle::Open,
            passwords_since: Epoch::default(),
            restored_at: Timestamp::default(),
            newest_epoch: Epoch::FIRST,
            candidates: Vec::new(),
        }
    }

    /// The epoch that the next candidate or change of mode gets.
    ///
    /// ```
    /// use mfa_core::tenant::{Command, Mode, Outcome, Tenant, WrappedDataKey, decide};
    /// use mfa_core::time::Timestamp;
    ///
    /// let now = Timestamp(1_800_000_000);
    /// let tenant = Tenant::new(Mode::Password, now);
    /// // A key is wrapped for one epoch, so that it opens nothing of another. It is this one's:
    /// let epoch = tenant.next_epoch();
    /// let data_key = WrappedDataKey(format!("wrapped for {}", epoch.0));
    /// let decision = decide(tenant, Command::Prepare { by: "anna".into(), data_key }, now);
    /// assert_eq!(decision.outcome, Outcome::Prepared(epoch));
    /// ```
    #[must_use]
    pub fn next_epoch(&self) -> Epoch {
        self.newest_epoch.next()
    }

    /// The lowest generation that a new bearer of any name may get. Generations that were given out since a backup are
    /// forgotten in the directory and known to the members' objects and to applications, so after a restore none of
    /// them is given again: entries go on from the moment itself in seconds, which no count of invitations can have
    /// reached, and which fits until 2106.
    ///
    /// ```
    /// use mfa_core::member::Generation;
    /// use mfa_core::tenant::directory::Entry;
    /// use mfa_core::tenant::{Command, Mode, Tenant, decide};
    /// use mfa_core::time::Timestamp;
    ///
    /// let now = Timestamp(1_800_000_000);
    /// let restored = decide(Tenant::new(Mode::Password, now), Command::Restored, now).state;
    /// let entry = Entry::vouched(None, restored.least_generation())?;
    /// assert_eq!(entry.generation, Generation(1_800_000_000), "of the moment itself");
    /// # Ok::<(), mfa_core::tenant::directory::Kept>(())
    /// ```
    #[must_use]
    pub fn least_generation(&self) -> Generation {
        Generation(u32::try_from(self.restored_at.0).unwrap_or(u32::MAX))
    }

    /// Set-ups in progress at `now`.
    ///
    /// ```
    /// use mfa_core::policy;
    /// use mfa_core::tenant::{Candidate, Command, Mode, Tenant, WrappedDataKey, decide};
    /// use mfa_core::time::Timestamp;
    ///
    /// let now = Timestamp(1_800_000_000);
    /// let prepares = Command::Prepare { by: "anna".into(), data_key: WrappedDataKey("wrapped".into()) };
    /// let tenant = decide(Tenant::new(Mode::Password, now), prepares, now).state;
    /// let Some(Candidate { by, .. }) = tenant.candidates(now).next() else { panic!("hers") };
    /// assert_eq!(by, "anna");
    /// // Whoever goes away and does not come back leaves nothing behind.
    /// assert_eq!(tenant.candidates(now.saturating_add(policy::SET_UP)).count(), 0);
    /// ```
    pub fn candidates(&self, now: Timestamp) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter().filter(move |candidate| now < candidate.expires_at)
    }

    /// Every data key, each with the epoch that it was wrapped for, to be wrapped anew under another key.
    ///
    /// ```
    /// use mfa_core::tenant::{Mode, Tenant, WrappedDataKey};
    /// use mfa_core::time::Timestamp;
    ///
    /// let mode = Mode::Mfa { data_key: WrappedDataKey("old:1".into()) };
    /// let mut tenant = Tenant::new(mode, Timestamp(1_800_000_000));
    /// // The key-encryption key is another now. The data key is the same, so whatever was sealed still opens.
    /// for (epoch, key) in tenant.data_keys_mut() {
    ///     *key = WrappedDataKey(format!("new:{}", epoch.0));
    /// }
    /// assert_eq!(tenant.mode, Mode::Mfa { data_key: WrappedDataKey("new:1".into()) });
    /// ```
    pub fn data_keys_mut(&mut self) -> impl Iterator<Item = (Epoch, &mut WrappedDataKey)> {
        let present = match &mut self.mode {
            Mode::Mfa { data_key } => Some((self.epoch, data_key)),
            Mode::Password | Mode::External => None,
        };
        let candidates = self.candidates.iter_mut().map(|candidate| (candidate.epoch, &mut candidate.data_key));
        present.into_iter().chain(candidates)
    }

    fn mode_command(&mut self, command: Command, now: Timestamp) -> Outcome {
        let kind = self.mode.kind();
        match (kind, command) {
            (ModeKind::Password, Command::Prepare { by, data_key }) => self.prepare(by, data_key, now),
            (ModeKind::Password, Command::SwitchOn { by, epoch }) => {
                let found = self.candidates.iter().find(|candidate| candidate.epoch == epoch && candidate.by == by);
                match found.cloned() {
                    None => Outcome::NotPrepared,
                    Some(candidate) => self.enter(candidate, now),
                }
            }
            (ModeKind::Password, Command::UseExternal) => self.change(Mode::External, now),
            (ModeKind::Mfa, Command::SwitchOff) | (ModeKind::External, Command::UseLocal) => {
                self.change(Mode::Password, now)
            }
            (ModeKind::Password, Command::SwitchOff | Command::UseLocal)
            | (ModeKind::External, Command::UseExternal) => Outcome::Unchanged,
            // Also when it was her own set-up, whose answer was lost: she is told by the mode itself.
            (ModeKind::Mfa | ModeKind::External, _) => Outcome::Excluded(kind),
            (ModeKind::Password, Command::Suspend | Command::Resume | Command::Restored | Command::Delete) => {
                Outcome::Unchanged
            }
        }
    }

    fn prepare(&mut self, by: String, data_key: WrappedDataKey, now: Timestamp) -> Outcome {
        let epoch = self.next_epoch();
        self.newest_epoch = epoch;
        self.candidates.retain(|candidate| candidate.by != by);
        if self.candidates.len() >= policy::SET_UPS_AT_ONCE {
            self.candidates.remove(0);
        }
        let expires_at = now.saturating_add(policy::SET_UP);
        self.candidates.push(Candidate { epoch, data_key, by, started_at: now, expires_at });
        Outcome::Prepared(epoch)
    }

    /// A candidate's epoch is higher than the present one, for it was given out later.
    fn enter(&mut self, candidate: Candidate, now: Timestamp) -> Outcome {
        self.mode = Mode::Mfa { data_key: candidate.data_key };
        self.epoch = candidate.epoch;
        self.since = now;
        self.candidates.clear();
        Outcome::Changed
    }

    fn change(&mut self, mode: Mode, now: Timestamp) -> Outcome {
        let elsewhere = self.mode == Mode::External || mode == Mode::External;
        self.mode = mode;
        self.epoch = self.next_epoch();
        if elsewhere {
            // Whatever password was chosen before outlives no external mode, whoever has heard of it.
            self.passwords_since = self.epoch;
        }
        self.newest_epoch = self.epoch;
        self.since = now;
        self.candidates.clear();
        Outcome::Changed
    }

    /// Epochs that were given out since the backup are forgotten here and known elsewhere. So none of them is given
    /// again: the next is one that no count of changes can have reached, the moment itself in milliseconds.
    fn restored(&mut self, now: Timestamp) -> Outcome {
        self.restored_at = now.max(self.restored_at.saturating_add(Seconds(1)));
        self.newest_epoch = self.next_epoch().max(Epoch(now.0.saturating_mul(1000)));
        self.candidates.clear();
        Outcome::Noted
    }

    fn becomes(&mut self, lifecycle: Lifecycle) -> Outcome {
        self.lifecycle = lifecycle;
        Outcome::Noted
    }
}
