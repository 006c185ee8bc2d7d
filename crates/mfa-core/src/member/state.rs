//! What is known about one member.

mod enrolment;
mod factor;
mod sign_in;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use subtle::ConstantTimeEq;

pub use enrolment::NewRecoveryKeys;
pub(crate) use enrolment::{Enrolment, EnrolmentStage, OwedEnrolment, Renewal, SetUp, SetUpStage};
#[cfg(feature = "serde")]
pub(crate) use factor::StoredRecoveryKey;
pub(crate) use factor::{Authenticator, Factor, OlderSet, RecoverySet};
pub use factor::{GuardedSecret, SecretPurpose};
pub use sign_in::{Duty, Methods};
pub(crate) use sign_in::{PendingFailure, PendingSignIn, ProofKind};

use super::authorization::{Authorization, Reliance};
use super::following::Wiped;
use super::id::{BrowserId, DeviceId, Generation, SessionId, TokenDigest};
use super::link::PasswordLink;
use super::page::Confirmation;
use super::step_up::Proven;
use crate::tenant::Epoch;
use crate::tenant::directory::Orders;
use crate::throttle::Lane;
use crate::time::Timestamp;
use crate::totp::TotpParameters;

/// The whole record of one username in one tenant. There is one for every name that anybody ever typed, so that
/// a name nobody bears is throttled, answered and timed like any other.
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Member, Outcome};
/// use mfa_core::tenant::ModeKind;
///
/// let mut shell = Shell::joined(ModeKind::Password);
/// let session = shell.sign_in();
/// shell.ask(Command::Leave { generation: shell.grant.generation });
/// assert_eq!(shell.ask(Command::SignOut { session }), Outcome::SessionEnded, "with her went what she had");
/// assert_eq!(shell.begin(), Outcome::SignInRefused);
/// let kept: Member = shell.member;
/// assert!(kept.summary().is_none() && kept.standing().is_some(), "but who comes next is somebody else");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Member {
    /// Password failures of devices that we do not know.
    pub(crate) strangers: Lane,
    pub(crate) bearer: Bearer,
}

/// Who bears the name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Bearer {
    /// Nobody yet.
    #[default]
    Nobody,
    /// Nobody yet; but whoever accepts the invitation brings an authenticator along that was made elsewhere.
    Expected(Expected),
    /// A person, since an invitation was accepted.
    Joined(Box<Joined>),
    /// Nobody any more. There is no place here for anything that could let somebody in.
    Left(Departed),
}

impl Member {
    /// The person who bears the name, if somebody does.
    pub(crate) fn joined(&self) -> Option<&Joined> {
        match &self.bearer {
            Bearer::Joined(joined) => Some(joined),
            Bearer::Nobody | Bearer::Expected(_) | Bearer::Left(_) => None,
        }
    }

    /// The same, to be changed.
    pub(crate) fn joined_mut(&mut self) -> Option<&mut Joined> {
        match &mut self.bearer {
            Bearer::Joined(joined) => Some(joined),
            Bearer::Nobody | Bearer::Expected(_) | Bearer::Left(_) => None,
        }
    }
}

/// An authenticator made elsewhere that waits for its owner to accept her invitation. Nothing opens by it before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expected {
    /// The invitation's.
    pub(crate) generation: Generation,
    /// The tenant's when it was brought in: the secret is sealed under that one.
    pub(crate) epoch: Epoch,
    pub(crate) secret: GuardedSecret,
    pub(crate) parameters: TotpParameters,
    /// When it was brought in. No code of then or before is ever accepted.
    pub(crate) at: Timestamp,
    /// Of whoever bore the name before.
    pub(crate) before: Departed,
}

/// What is kept of somebody whom the tenant has removed: only what protects the next bearer of the name and what
/// edges must be told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Departed {
    /// Up to which nobody of an earlier invitation comes in.
    pub(crate) generation: Generation,
    pub(crate) epoch: Epoch,
    pub(crate) password_version: u32,
    pub(crate) revoked: Revoked,
}

/// A person who has accepted an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Joined {
    pub(crate) generation: Generation,
    /// The highest epoch of the tenant seen so far; everything below was made in it.
    pub(crate) epoch: Epoch,
    /// The orders of administrators that have been carried out.
    pub(crate) orders: Orders,
    /// The restore of the tenant that has been made up for.
    pub(crate) restored_at: Timestamp,
    /// `None` for whoever came in by an external identity provider and has chosen none since.
    pub(crate) password: Option<PasswordVerifier>,
    /// Rises with each change; a sign-in begun under an older password ends.
    pub(crate) password_version: u32,
    /// Its owner has said that somebody else has the password: it no longer suffices.
    pub(crate) password_burnt: bool,
    /// At most three that were asked for ([`crate::policy::PASSWORD_LINKS`]) and one of a burnt password.
    pub(crate) links: Vec<PasswordLink>,
    pub(crate) factor: Factor,
    /// Failures of codes. They outlive the authenticator: enrolling anew buys an attacker no new budget.
    pub(crate) codes: Lane,
    /// Failures of recovery keys. They outlive the set likewise.
    pub(crate) recovery_keys: Lane,
    pub(crate) enrolment: Option<OwedEnrolment>,
    pub(crate) set_up: Option<SetUp>,
    pub(crate) renewal: Option<Renewal>,
    pub(crate) older_set: Option<OlderSet>,
    /// Oldest first.
    pub(crate) pending: Vec<PendingSignIn>,
    pub(crate) devices: Vec<RememberedDevice>,
    /// Those at which a password failed since the last right one.
    pub(crate) browsers: Vec<GuessingBrowser>,
    /// Oldest first.
    pub(crate) sessions: Vec<Session>,
    pub(crate) revoked: Revoked,
    /// Codes given to applications, oldest first.
    pub(crate) authorizations: Vec<Authorization>,
    /// What was shown on our page and waits for the application, oldest first.
    pub(crate) confirmations: Vec<Confirmation>,
    /// Who has to be told when a session ends, oldest first.
    pub(crate) reliances: Vec<Reliance>,
    /// Number of the newest set of recovery keys ever issued to this person; 0 before the first.
    pub(crate) newest_set: u32,
    pub(crate) last_sign_in_at: Option<Timestamp>,
    /// What passing to the present epoch erased, for the receipt.
    pub(crate) wiped: Option<(Epoch, Wiped)>,
}

/// What is compared with what a typed password hashes to.
///
/// A password that was long enough beside a code need not be long enough alone:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Duty, Outcome, PasswordVerifier};
/// use mfa_core::tenant::{Epoch, ModeKind};
///
/// let mut shell = Shell::new(ModeKind::Password);
/// let verifier = PasswordVerifier { scheme: "argon2id:1".into(), output: [1; 32], stands_alone: false };
/// shell.ask(Command::Join { generation: shell.grant.generation, epoch: Epoch::FIRST, verifier });
/// assert!(matches!(shell.begin(), Outcome::Owes { duty: Duty::NewPassword, .. }));
/// let (grant, pending) = (shell.grant, shell.pending);
/// let replaces = Command::ReplacePassword { grant, pending, verifier: password(2), under_current: None };
/// assert!(matches!(shell.ask(replaces), Outcome::SignedIn(_)));
/// assert_eq!(format!("{:?}", password(2)), "PasswordVerifier(scheme argon2id:1)", "in a log");
/// ```
#[derive(Clone)]
pub struct PasswordVerifier {
    /// Which hash, parameters and pepper made it; opaque here.
    pub scheme: String,
    /// The output of the password hash.
    pub output: [u8; 32],
    /// Whether it is long enough to be the only factor ([`crate::policy::PASSWORD_ALONE_MIN`]), in the words of whoever
    /// saw it typed: from its hash nobody can tell.
    pub stands_alone: bool,
}

impl PasswordVerifier {
    /// Compares in constant time.
    pub(crate) fn matches(&self, output: &[u8; 32]) -> bool {
        self.output.ct_eq(output).into()
    }
}

impl PartialEq for PasswordVerifier {
    /// The hash in constant time; the rest is no secret.
    fn eq(&self, other: &Self) -> bool {
        self.matches(&other.output) & (self.scheme == other.scheme && self.stands_alone == other.stands_alone)
    }
}

impl Eq for PasswordVerifier {}

impl core::fmt::Debug for PasswordVerifier {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "PasswordVerifier(scheme {})", self.scheme)
    }
}

/// A device that may skip the code until its time is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RememberedDevice {
    pub(crate) id: DeviceId,
    /// The digest of its present token; the token changes at each use.
    pub(crate) token: TokenDigest,
    pub(crate) until: Timestamp,
    pub(crate) remembered_at: Timestamp,
    pub(crate) last_used_at: Timestamp,
    /// What its owner knows it by.
    pub(crate) label: DeviceLabel,
    /// Password failures on this device, apart from strangers', who thus cannot lock its owner out.
    pub(crate) passwords: Lane,
}

/// A known browser at which wrong passwords were typed. There is no record of any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GuessingBrowser {
    pub(crate) id: BrowserId,
    pub(crate) passwords: Lane,
}

/// What a device is called in its owner's list, in the words of whoever saw it. Opaque here; no secret.
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, DeviceLabel, Event};
///
/// let mut shell = Shell::enrolled();
/// shell.begin();
/// let (grant, pending, passcode) = (shell.grant, shell.pending, shell.phone());
/// let remember_device = Some(DeviceLabel("Firefox, Linux".into())); // `None` where she does not wish it.
/// shell.ask(Command::VerifyCode { grant, pending, passcode, remember_device });
/// assert!(shell.events.contains(&Event::DeviceRemembered { device: shell.fresh.device }));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct DeviceLabel(pub String);

/// A live session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) started_at: Timestamp,
    pub(crate) ends_at: Timestamp,
    pub(crate) methods: Methods,
    /// The last proof beyond the session itself that was given in it, and when.
    pub(crate) proven: Option<Proven>,
    /// Wrong proofs in a row, of whatever kind.
    pub(crate) failures: u8,
}

/// What edges must be told, because they let a signed session in without asking.
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Revoked};
/// use mfa_core::{policy, tenant::ModeKind};
///
/// let mut shell = Shell::joined(ModeKind::Password);
/// let session = shell.sign_in();
/// shell.ask(Command::SignOut { session });
/// let Revoked { sessions, .. } = shell.member.revoked();
/// assert_eq!(sessions[0].0, session);
/// shell.wait(policy::SESSION_ABSOLUTE); // From now on its token is worthless by itself.
/// shell.ask(Command::Sweep);
/// assert_eq!(shell.member.revoked(), Revoked::default());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Revoked {
    /// Every session that would have ended by then is over. Zero when the list says it all.
    pub up_to: Timestamp,
    /// Sessions that ended before their time, with the time when their tokens are worthless anyway.
    pub sessions: Vec<(SessionId, Timestamp)>,
}

impl Revoked {
    /// Erases what edges need not be told any more, because the tokens are worthless by themselves.
    pub(crate) fn forget_expired(&mut self, now: Timestamp) {
        self.sessions.retain(|(_, until)| now < *until);
        if now >= self.up_to {
            self.up_to = Timestamp::default();
        }
    }
}
