//! A sign-in under way, and what somebody has been recognised by.

use alloc::vec::Vec;

use crate::member::id::TokenDigest;
use crate::member::page::Page;
use crate::member::step_up::Proven;
use crate::tenant::application::ApplicationId;
use crate::time::Timestamp;

/// Somebody who gave the right password and owes something more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PendingSignIn {
    pub(crate) token: TokenDigest,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) duty: Duty,
    pub(crate) methods: Methods,
    /// What was given already that counts as a step-up, if only a new password is owed.
    pub(crate) proven: Option<Proven>,
    pub(crate) failures: Vec<PendingFailure>,
    /// What was refused without a charge: replays, and keys of an older sheet. They end it together with the failures.
    pub(crate) refusals: u8,
    /// The application on whose word it was begun, instead of on a password of ours. What comes of it is a word to that
    /// application, never a session.
    pub(crate) voucher: Option<ApplicationId>,
    /// Our page, if she was sent there for it: another token of the same sign-in, for her browser.
    pub(crate) page: Option<Page>,
}

/// What a pending sign-in still owes.
///
/// The right password is not enough, and a code that was accepted is spent, though its thirty seconds are not over:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Duty, Event, Outcome};
///
/// let mut shell = Shell::enrolled();
/// assert!(matches!(shell.begin(), Outcome::Owes { duty: Duty::Code, .. }));
/// assert!(matches!(shell.type_code(shell.phone()), Outcome::SignedIn(_)));
/// // Somebody who knows her password has looked over her shoulder.
/// shell.begin();
/// assert_eq!(shell.type_code(shell.phone()), Outcome::CodeRefused);
/// assert_eq!(shell.events, [Event::CodeReplayed], "no guess, so it costs her none");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Duty {
    /// A code, or a recovery key.
    Code,
    /// Enrolment.
    Enrol,
    /// A new password; then whatever else is owed. With MFA because somebody else has the old one, without because the
    /// old one does not stand alone.
    NewPassword,
}

/// A failure that is given back if the sign-in it belongs to succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PendingFailure {
    pub(crate) kind: ProofKind,
    pub(crate) at: Timestamp,
}

/// The kinds of proof that share a pending sign-in's failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub(crate) enum ProofKind {
    Code,
    RecoveryKey,
}

/// By what a person was recognised, for the session's `amr` claim (RFC 8176 where it has a word).
///
/// For an example see [`Methods::names`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Methods {
    /// A password (`pwd`).
    pub password: bool,
    /// A code of the authenticator app (`otp`).
    pub code: bool,
    /// A recovery key (`recovery`; no registered word).
    pub recovery_key: bool,
    /// A remembered device (`device`; no registered word, and by NIST SP 800-63B-4 §5.1 no factor).
    pub device: bool,
    /// The tenant's identity provider (`external`; no registered word).
    pub external: bool,
}

impl Methods {
    /// The claim's words, in a fixed order.
    ///
    /// ```
    /// use mfa_core::member::Methods;
    ///
    /// let methods = Methods { password: true, recovery_key: true, ..Methods::default() };
    /// assert_eq!(methods.names().collect::<Vec<_>>(), ["pwd", "recovery"]);
    /// ```
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        [
            (self.password, "pwd"),
            (self.code, "otp"),
            (self.recovery_key, "recovery"),
            (self.device, "device"),
            (self.external, "external"),
        ]
        .into_iter()
        .filter_map(|(used, name)| used.then_some(name))
    }
}
