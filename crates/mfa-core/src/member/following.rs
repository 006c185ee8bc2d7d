//! Following the tenant: what a sweep asks of every member, and what the directory shows of her.

use alloc::vec::Vec;

use super::admission::NotAdmitted;
use super::command::Grant;
use super::event::Event;
use super::id::Generation;
use super::outcome::Outcome;
use super::state::{Bearer, Departed, Factor, Joined, Member};
use crate::tenant::Epoch;
use crate::time::Timestamp;

/// What passing to an epoch erased, for the receipt.
///
/// The tenant switches MFA off, and a sweep goes through its members:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Grant, Outcome, Wiped};
/// use mfa_core::tenant::{Epoch, ModeKind};
///
/// let mut shell = Shell::enrolled();
/// shell.sign_in();
/// let grant = Grant { mode: ModeKind::Password, epoch: Epoch(2), ..shell.grant };
/// let wiped = Wiped { authenticators: 1, recovery_keys: 10, devices: 0, sessions: 2 };
/// assert_eq!(shell.ask(Command::Follow { grant }), Outcome::Followed { wiped });
/// // The answer was lost: asked again, it is the same.
/// assert_eq!(shell.ask(Command::Follow { grant }), Outcome::Followed { wiped });
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Wiped {
    /// Authenticators that were bound: one, or none.
    pub authenticators: u8,
    /// Digests of recovery keys, spent ones too.
    pub recovery_keys: u8,
    /// Remembered devices.
    pub devices: u8,
    /// Sessions that were live.
    pub sessions: u8,
}

/// What the directory may know about a member: no secret, and nothing to guess by.
///
/// For an example see [`Member::summary`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Summary {
    /// Which bearer of the name this is.
    pub generation: Generation,
    /// The newest epoch that she has seen; what follows is of that one.
    pub epoch: Epoch,
    /// Since when an authenticator is bound.
    pub enrolled_at: Option<Timestamp>,
    /// Whether it takes no more codes.
    pub locked: bool,
    /// Unused recovery keys.
    pub recovery_keys_left: Option<u8>,
    /// When she last signed in.
    pub last_sign_in_at: Option<Timestamp>,
    /// Until when the longest of her live sessions may last; zero when there is none.
    pub signed_in_until: Timestamp,
}

impl Member {
    /// Brings the member to the tenant's epoch and orders, if she has not come there by herself, and says what that
    /// erased. Asked again it says the same.
    pub(super) fn follow(&mut self, grant: &Grant, events: &mut Vec<Event>) -> Outcome {
        match self.admit(grant, events) {
            Ok(joined) => {
                let passed = joined.wiped.filter(|(epoch, _)| *epoch == grant.epoch);
                Outcome::Followed { wiped: passed.map(|(_, wiped)| wiped).unwrap_or_default() }
            }
            Err(NotAdmitted::Stranger) => Outcome::Followed { wiped: Wiped::default() },
            Err(refusal) => refusal.for_session(),
        }
    }

    /// The tenant has removed the bearer of `generation`: nothing of her is left that could let anybody in, and an
    /// acceptance of her invitation that is still under way comes too late. A later bearer is not touched, however
    /// late this arrives.
    pub(super) fn leave(&mut self, generation: Generation, events: &mut Vec<Event>) -> Outcome {
        if self.standing().is_some_and(|(known, _)| known > generation) {
            return Outcome::Left;
        }
        if matches!(&self.bearer, Bearer::Expected(expected) if expected.generation > generation) {
            return Outcome::Left;
        }
        let mut departed = match core::mem::take(&mut self.bearer) {
            Bearer::Nobody => Departed::default(),
            Bearer::Expected(expected) => {
                events.push(Event::Left);
                expected.before
            }
            Bearer::Joined(joined) => {
                events.push(Event::Left);
                joined.depart()
            }
            Bearer::Left(departed) => departed,
        };
        departed.generation = generation;
        self.bearer = Bearer::Left(departed);
        Outcome::Left
    }

    /// What the directory may know; `None` for nobody, and for whoever has left.
    ///
    /// ```
    /// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
    /// use mfa_core::member::Summary;
    ///
    /// let mut shell = Shell::enrolled();
    /// shell.sign_in();
    /// let Some(Summary { locked, recovery_keys_left, last_sign_in_at, .. }) = shell.member.summary() else {
    ///     panic!("somebody bears the name")
    /// };
    /// assert_eq!((locked, recovery_keys_left, last_sign_in_at), (false, Some(10), Some(shell.now)));
    /// ```
    #[must_use]
    pub fn summary(&self) -> Option<Summary> {
        let joined = self.joined()?;
        let (enrolled_at, recovery_keys_left) = match &joined.factor {
            Factor::None => (None, None),
            Factor::Bound(authenticator) => (Some(authenticator.enrolled_at), Some(authenticator.recovery.left())),
        };
        Some(Summary {
            generation: joined.generation,
            epoch: joined.epoch,
            enrolled_at,
            locked: joined.is_locked(),
            recovery_keys_left,
            last_sign_in_at: joined.last_sign_in_at,
            signed_in_until: joined.sessions.iter().map(|session| session.ends_at).max().unwrap_or_default(),
        })
    }
}

impl Joined {
    /// What is kept of somebody who goes.
    pub(super) fn depart(mut self) -> Departed {
        self.end_sessions();
        Departed {
            generation: self.generation,
            epoch: self.epoch,
            password_version: self.password_version,
            revoked: self.revoked,
        }
    }

    /// What erasing everything would erase.
    pub(super) fn tally(&self) -> Wiped {
        let few = |count: usize| u8::try_from(count).unwrap_or(u8::MAX);
        let bound = match &self.factor {
            Factor::None => 0,
            Factor::Bound(authenticator) => authenticator.recovery.keys.len(),
        };
        let older = self.older_set.as_ref().map_or(0, |older| older.digests.len());
        let coming = self.renewal.as_ref().map_or(0, |renewal| renewal.keys.digests.len());
        Wiped {
            authenticators: few(usize::from(self.factor != Factor::None)),
            recovery_keys: few(bound.saturating_add(older).saturating_add(coming)),
            devices: few(self.devices.len()),
            sessions: few(self.sessions.len()),
        }
    }
}
