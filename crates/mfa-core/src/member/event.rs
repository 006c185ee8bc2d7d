//! What happened to a member, for the audit log, for notices and for metrics. No event carries a secret, code, key or
//! token.

use super::id::{DeviceId, Generation, SessionId};
use super::state::Methods;
use super::step_up::ProvenBy;
use crate::tenant::application::ApplicationId;

/// Who reset somebody's MFA.
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Duty, Event, Outcome, ResetBy};
///
/// let mut shell = Shell::enrolled();
/// let session = shell.sign_in();
/// let resets = Command::ResetMfa { grant: shell.grant, session };
/// assert_eq!(shell.ask(resets), Outcome::MfaReset, "the code of the sign-in is fresh enough");
/// assert_eq!(shell.events, [Event::Reset { by: ResetBy::Member }]);
/// assert!(matches!(shell.begin(), Outcome::Owes { duty: Duty::Enrol, .. }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum ResetBy {
    /// She herself.
    Member,
    /// An administrator, or the operator.
    Administrator,
}

/// Something that happened to a member.
///
/// Somebody who has her password guesses at codes. She is told, and says that it was not she:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Event, Outcome};
///
/// let mut shell = Shell::enrolled();
/// shell.begin();
/// for consecutive in 1..=3 {
///     assert_eq!(shell.type_code(wrong()), Outcome::CodeRefused);
///     assert!(shell.events.contains(&Event::CodeRefused { consecutive }));
/// }
/// assert!(shell.events.contains(&Event::PasswordBurnt), "to this one belongs a notice, with a link");
/// let disowns = Command::Disown { grant: shell.grant, link: shell.fresh.link };
/// assert_eq!(shell.ask(disowns), Outcome::Disowned);
/// assert_eq!(shell.events, [Event::Disowned]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "event", rename_all = "kebab-case", deny_unknown_fields))]
pub enum Event {
    /// An invitation was accepted.
    Joined,
    /// An authenticator made elsewhere was brought in by the operator, to be bound when its owner accepts her invitation.
    AuthenticatorImported,
    /// The operator took her authenticator out, with its secret, for a tenant that leaves.
    AuthenticatorExported,
    /// A wrong password.
    PasswordRefused {
        /// Failures in a row, in the lane that it was tried in.
        consecutive: u32,
        /// Whether it came from a remembered device.
        known_device: bool,
    },
    /// A password was replaced.
    PasswordReplaced,
    /// A wrong code after a right password.
    CodeRefused {
        /// Failures in a row.
        consecutive: u32,
    },
    /// A code that had been accepted before, or one older than that.
    CodeReplayed,
    /// Somebody else may know the password: several wrong codes after a right one, or so many sign-ins begun with it that
    /// one had to go.
    PasswordBurnt,
    /// The budget of wrong codes is spent.
    AuthenticatorLocked,
    /// A wrong recovery key after a right password.
    RecoveryKeyRefused {
        /// Failures in a row.
        consecutive: u32,
    },
    /// A recovery key that had been used before.
    RecoveryKeyReplayed {
        /// The set.
        set: u32,
        /// The key in it, from 1.
        number: u8,
    },
    /// A recovery key was used.
    RecoveryKeyUsed {
        /// The set.
        set: u32,
        /// The key in it, from 1.
        number: u8,
        /// Unused keys left.
        left: u8,
    },
    /// Somebody was shown a secret to enrol with.
    EnrolmentStarted,
    /// An enrolment ended by too many wrong codes.
    EnrolmentFailed,
    /// An authenticator is bound.
    Enrolled {
        /// The number of its set of recovery keys.
        set: u32,
    },
    /// A device is remembered.
    DeviceRemembered {
        /// Which.
        device: DeviceId,
    },
    /// A device's token was presented after it had been replaced: the device is forgotten.
    DeviceTokenReused {
        /// Which.
        device: DeviceId,
    },
    /// A sign-in succeeded.
    SignedIn {
        /// By what.
        methods: Methods,
    },
    /// A second factor was shown by somebody for whom an application vouches.
    Confirmed {
        /// Who vouches.
        application: ApplicationId,
        /// By what, beside its word.
        methods: Methods,
    },
    /// An application says that her password there is another now, so that guesses with the old one count no more.
    PasswordChangeVouched {
        /// Which.
        application: ApplicationId,
    },
    /// A session was ended by its owner.
    SignedOut,
    /// All that belonged to an earlier epoch of the tenant is gone.
    EpochPassed,
    /// The authenticator and all that came with it are gone; everybody is signed out.
    Reset {
        /// By whom.
        by: ResetBy,
    },
    /// A new set of recovery keys has taken the old one's place.
    RecoveryKeysReplaced {
        /// The new set.
        set: u32,
    },
    /// A key of the set before was tried. It opens nothing.
    OlderRecoveryKey {
        /// The older set.
        set: u32,
    },
    /// Remembered devices were forgotten by their owner.
    DevicesForgotten {
        /// How many.
        count: u8,
    },
    /// Sessions were ended before their time, by their owner's wish, an administrator's order or too many wrong proofs.
    SessionsEnded,
    /// Somebody signed in proved anew that it is still she.
    SteppedUp {
        /// How.
        by: ProvenBy,
    },
    /// A wrong proof where a code or key has no event of its own: a wrong password.
    StepUpRefused {
        /// How it was tried.
        by: ProvenBy,
    },
    /// A link to a new password was issued.
    PasswordLinkIssued,
    /// Its owner says that somebody else has the password.
    Disowned,
    /// An application was told who she is; once for each session.
    SignedInAt {
        /// Which.
        application: ApplicationId,
    },
    /// A session has ended on which an application relied: it has to be told.
    SignedOutAt {
        /// Which application.
        application: ApplicationId,
        /// Which session.
        session: SessionId,
        /// Whose.
        generation: Generation,
    },
    /// The code that told an application who she is was shown again: what it gave counts no more.
    AuthorizationReplayed {
        /// Whose it was.
        application: ApplicationId,
    },
    /// What was shown on our page was fetched before: somebody brings back what another has brought.
    ConfirmationReplayed {
        /// Who vouched.
        application: ApplicationId,
    },
    /// Her record, or the tenant's, was brought back from a backup: recovery keys, devices, links and sign-ins of before
    /// are worth nothing, and codes up to that moment neither.
    RestorePassed,
    /// The tenant has removed her; nothing is left.
    Left,
}
