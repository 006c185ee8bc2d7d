//! An authenticator that was made elsewhere: brought in by the operator, bound when its owner accepts her invitation.
//!
//! It brings neither a password nor recovery keys. The password she chooses with the invitation; keys she makes once she
//! is in, and until then there is none that could be guessed at. Whatever its parameters are, a code of it is right
//! with at most three in a million, so the budget of wrong codes holds the same bound as for one of ours.

use alloc::vec::Vec;
use core::fmt;

use super::command::Grant;
use super::event::Event;
use super::id::Generation;
use super::outcome::Outcome;
use super::state::{Authenticator, Bearer, Departed, Expected, Factor, GuardedSecret, Joined, Member, RecoverySet};
use crate::secret::Secret;
use crate::tenant::ModeKind;
use crate::time::{TimeStep, Timestamp};
use crate::totp::TotpParameters;

/// An authenticator as another product kept it, found to be as strong as one of ours where it counts.
///
/// Brought in, it opens nothing before its owner accepts her invitation:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Imported, Outcome};
/// use mfa_core::tenant::{Epoch, ModeKind};
/// use mfa_core::totp::TotpParameters;
///
/// let mut shell = Shell::new(ModeKind::Mfa);
/// let imported = Imported::new(secret(), TotpParameters::OURS)?;
/// assert_eq!((imported.secret(), imported.parameters()), (&secret(), &TotpParameters::OURS));
/// assert_eq!(shell.ask(Command::Import { grant: shell.grant, imported }), Outcome::Imported);
/// assert_eq!(shell.begin(), Outcome::SignInRefused);
/// let generation = shell.grant.generation;
/// shell.ask(Command::Join { generation, epoch: Epoch::FIRST, verifier: password(1) });
/// shell.sign_in();
/// assert!(shell.member.summary().is_some_and(|summary| summary.last_sign_in_at == Some(shell.now)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    secret: Secret,
    parameters: TotpParameters,
}

impl Imported {
    /// Shortest period taken, in seconds: within one shorter a code cannot be read and typed.
    pub const MIN_PERIOD: u64 = 15;
    /// Longest period taken, in seconds: with the steps beside it a code lives for three minutes.
    pub const MAX_PERIOD: u64 = 60;

    /// The secret has at least 80 bits ([`Secret::MIN_BYTES`]) and codes at least six digits
    /// ([`crate::passcode::Digits`]) by their types.
    ///
    /// ```
    /// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
    /// use mfa_core::member::{ImportRefusal, Imported};
    /// use mfa_core::time::Period;
    /// use mfa_core::totp::TotpParameters;
    ///
    /// let slow = TotpParameters { period: Period::from_seconds(Imported::MAX_PERIOD + 1)?, ..TotpParameters::OURS };
    /// assert_eq!(Imported::new(secret(), slow), Err(ImportRefusal::Period), "its codes live for too long");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ImportRefusal`] when codes live too long or too short.
    pub fn new(secret: Secret, parameters: TotpParameters) -> Result<Imported, ImportRefusal> {
        match parameters.period.seconds() {
            Self::MIN_PERIOD..=Self::MAX_PERIOD => Ok(Imported { secret, parameters }),
            _ => Err(ImportRefusal::Period),
        }
    }

    /// The secret.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// How its codes are computed.
    #[must_use]
    pub fn parameters(&self) -> &TotpParameters {
        &self.parameters
    }
}

/// Why an authenticator made elsewhere is not taken.
///
/// For an example see [`Imported::new`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportRefusal {
    /// Its codes live for less than 15 or more than 60 seconds.
    Period,
}

impl fmt::Display for ImportRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ImportRefusal::Period => "a code lives for 15 to 60 seconds",
        })
    }
}

impl core::error::Error for ImportRefusal {}

impl Member {
    /// Takes an authenticator in for whoever accepts the invitation of the grant's generation. Of the same invitation
    /// and epoch the first counts; what waited for an earlier one is worthless and is replaced.
    pub(super) fn import(
        &mut self,
        grant: &Grant,
        imported: Imported,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        if grant.mode != ModeKind::Mfa {
            return Outcome::OtherMode(grant.mode);
        }
        if !self.is_new_here(grant.generation) {
            return Outcome::AlreadyJoined;
        }
        if let Bearer::Expected(expected) = &self.bearer {
            let (known, asked) = ((expected.generation, expected.epoch), (grant.generation, grant.epoch));
            if known == asked {
                return Outcome::AlreadyImported;
            }
            if known.1 > asked.1 {
                return Outcome::StaleGrant;
            }
        }
        let before = match core::mem::take(&mut self.bearer) {
            Bearer::Nobody => Departed::default(),
            Bearer::Expected(expected) => expected.before,
            Bearer::Joined(joined) => joined.depart(),
            Bearer::Left(departed) => departed,
        };
        let Imported { secret, parameters } = imported;
        self.bearer = Bearer::Expected(Expected {
            generation: grant.generation,
            epoch: grant.epoch,
            secret: GuardedSecret::Open(secret),
            parameters,
            at: now,
            before,
        });
        events.push(Event::AuthenticatorImported);
        Outcome::Imported
    }

    /// What whoever was invited as `generation` brings along. What waited for another goes.
    pub(super) fn brought_along(&mut self, generation: Generation) -> Option<Expected> {
        let Bearer::Expected(expected) = &self.bearer else {
            return None;
        };
        let expected = expected.clone();
        self.bearer = Bearer::Left(expected.before.clone());
        Some(expected).filter(|expected| expected.generation == generation)
    }
}

impl Joined {
    /// Binds what its owner brought along, unless the tenant has passed to another epoch since.
    pub(super) fn bind_imported(&mut self, expected: Expected) {
        if self.epoch != expected.epoch {
            return;
        }
        self.factor = Factor::Bound(Authenticator {
            secret: expected.secret,
            parameters: expected.parameters,
            // Whoever has seen a code of before, at the old door, gains nothing by it.
            last_step: TimeStep::at(expected.at, expected.parameters.period),
            drift: 0,
            enrolled_at: expected.at,
            locked_at: None,
            recovery: RecoverySet::NONE,
        });
    }
}
