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
///
/// A name that nobody bears is answered and throttled like one with another password, so the answers tell nobody who has
/// an account:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::{member::Outcome, tenant::ModeKind};
///
/// let (mut hers, mut nobodys) = (Shell::joined(ModeKind::Password), Shell::new(ModeKind::Password));
/// for guess in 1..=12 {
///     let command = check(guess + 100, None, None);
///     let outcome = hers.ask(command.clone());
///     assert_eq!(outcome, nobodys.ask(command));
///     assert_eq!(matches!(outcome, Outcome::Throttled { .. }), guess > 10);
/// }
/// ```
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
    /// There is more time, or as much as there was: not without end.
    Extended {
        /// Until when.
        expires_at: Timestamp,
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
///
/// Where its token is shown, the record says whether the session lives. It outlives no epoch of the tenant:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Assurance, Command, Grant, Outcome, SignedIn};
/// use mfa_core::tenant::Epoch;
///
/// let mut shell = Shell::enrolled();
/// shell.begin();
/// let Outcome::SignedIn(SignedIn { session, methods, .. }) = shell.type_code(shell.phone()) else { panic!("right") };
/// assert_eq!(methods.names().collect::<Vec<_>>(), ["pwd", "otp"]);
/// let asks = |grant| Command::Authorize { grant, session, assurance: Assurance::Live };
/// assert!(matches!(shell.ask(asks(shell.grant)), Outcome::Authorized { .. }));
/// let switched = Grant { epoch: Epoch(2), ..shell.grant };
/// assert_eq!(shell.ask(asks(switched)), Outcome::SessionEnded);
/// ```
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
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Binding, Command, Demand, Outcome, Redeemed, TokenDigest, Wish};
///
/// let mut shell = Shell::enrolled();
/// let (session, grant, code) = (shell.sign_in(), shell.grant, TokenDigest([9; 32]));
/// let binding = Binding { application: SHOP, redirect_uri: "https://shop.example/".into(), challenge: "E9M".into() };
/// let (wish, demand) = (Wish { nonce: Some("n-0S6".into()), profile: false }, Demand::default());
/// shell.ask(Command::IssueAuthorization { grant, session, code, binding: binding.clone(), wish, demand });
/// let Outcome::AuthorizationRedeemed(Redeemed { authenticated_at, methods, wish, .. }) =
///     shell.ask(Command::RedeemAuthorization { grant, code, binding }) else { panic!("it is the one") };
/// assert_eq!((authenticated_at, methods.code), (shell.now, true));
/// assert_eq!(wish.nonce.as_deref(), Some("n-0S6"));
/// ```
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
///
/// The application hears of the second factor, and nobody is signed in here:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Outcome};
///
/// let mut shell = Shell::vouched();
/// shell.begin_vouched(None);
/// let Outcome::Confirmed(confirmed) = shell.type_code(shell.phone()) else { panic!("the code is right") };
/// assert_eq!(confirmed.application, SHOP);
/// let views = Command::ViewAccount { grant: shell.grant, session: confirmed.id };
/// assert_eq!(shell.ask(views), Outcome::SessionEnded, "its name is no session's");
/// ```
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
    ///
    /// ```
    /// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
    /// use mfa_core::member::Outcome;
    ///
    /// let mut shell = Shell::vouched();
    /// shell.begin_vouched(None);
    /// let Outcome::Confirmed(confirmed) = shell.type_code(shell.phone()) else { panic!("the code is right") };
    /// assert_eq!(confirmed.names().collect::<Vec<_>>(), ["vouched", "otp"]);
    /// ```
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        core::iter::once("vouched").chain(self.methods.names())
    }
}

/// What our page has to show.
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Duty, Outcome, PageShown, PageWish};
/// use mfa_core::tenant::application::ReturnAddress;
///
/// let return_to = ReturnAddress::parse("https://shop.example/back")?;
/// let mut shell = Shell::vouched();
/// shell.begin_vouched(Some(PageWish { return_to, state: None, devices: false }));
/// let opens = Command::OpenPage { grant: shell.grant, page: shell.fresh.page, device: None };
/// let Outcome::Page(PageShown { duty, authenticator_locked, .. }) = shell.ask(opens.clone()) else { panic!("hers") };
/// assert_eq!((duty, authenticator_locked), (Duty::Code, false));
/// assert_eq!(shell.ask(opens), Outcome::SignInExpired, "a second browser is turned away");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// Her browser goes back to the application with a reference, `Fresh::page`:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, ConfirmationWaits, Outcome, PageWish, State};
/// use mfa_core::tenant::application::ReturnAddress;
///
/// let (return_to, state) = (ReturnAddress::parse("https://shop.example/back")?, State::parse("basket-7"));
/// let mut shell = Shell::vouched();
/// shell.begin_vouched(Some(PageWish { return_to, state, devices: false }));
/// shell.ask(Command::OpenPage { grant: shell.grant, page: shell.fresh.page, device: None });
/// shell.pending = shell.fresh.page; // On the page she goes by the page's token.
/// let waits = shell.type_code(shell.phone());
/// let Outcome::ConfirmationWaits(ConfirmationWaits { wish, .. }) = waits else { panic!("the code is right") };
/// assert_eq!(wish.return_to.as_str(), "https://shop.example/back");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, DeviceLabel, Outcome, RememberedUntil};
/// use mfa_core::policy;
///
/// let mut shell = Shell::enrolled();
/// shell.begin();
/// let (grant, pending, passcode) = (shell.grant, shell.pending, shell.phone());
/// let remember_device = Some(DeviceLabel("Firefox, Linux".into()));
/// let verifies = Command::VerifyCode { grant, pending, passcode, remember_device };
/// let Outcome::SignedIn(signed_in) = shell.ask(verifies) else { panic!("the code is right") };
/// let until = shell.now.saturating_add(policy::REMEMBERED_DEVICE); // Use does not prolong it.
/// assert_eq!(signed_in.device, Some(RememberedUntil { id: shell.fresh.device, until }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct RememberedUntil {
    /// Which.
    pub id: DeviceId,
    /// Until when.
    pub until: Timestamp,
}

/// Which recovery key was used, and what is left.
///
/// A key stands for the code once. Its second use is noticed for what it is:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Event, Outcome, RecoveryKeyUse};
///
/// let mut shell = Shell::enrolled();
/// let (grant, digest) = (shell.grant, keys().digests[6]);
/// shell.begin();
/// let Outcome::SignedIn(signed_in) =
///     shell.ask(Command::VerifyRecoveryKey { grant, pending: shell.pending, digest }) else { panic!("it is hers") };
/// assert_eq!(signed_in.recovery, Some(RecoveryKeyUse { set: 1, number: 7, left: 9 }));
/// shell.begin();
/// let again = Command::VerifyRecoveryKey { grant, pending: shell.pending, digest };
/// assert_eq!(shell.ask(again), Outcome::RecoveryKeyRefused);
/// assert_eq!(shell.events, [Event::RecoveryKeyReplayed { set: 1, number: 7 }]);
/// ```
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
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Account, Command, Outcome};
///
/// let mut shell = Shell::enrolled();
/// let (lost, session, grant) = (shell.sign_in(), shell.sign_in(), shell.grant);
/// let views = Command::ViewAccount { grant, session };
/// let Outcome::Account(Account { sessions, recovery_keys, .. }) = shell.ask(views) else { panic!("signed in") };
/// assert_eq!((sessions, recovery_keys), (3, Some((1, 10))), "that of her enrolment is the third");
/// shell.ask(Command::EndSessions { grant, session });
/// assert_eq!(shell.ask(Command::SignOut { session: lost }), Outcome::SessionEnded);
/// ```
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
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Device, DeviceLabel, Outcome};
///
/// let mut shell = Shell::enrolled();
/// shell.begin();
/// let (grant, pending, passcode) = (shell.grant, shell.pending, shell.phone());
/// let remember_device = Some(DeviceLabel("Firefox, Linux".into()));
/// shell.ask(Command::VerifyCode { grant, pending, passcode, remember_device });
/// let session = shell.fresh.session;
/// let Outcome::Account(account) = shell.ask(Command::ViewAccount { grant, session }) else { panic!("signed in") };
/// let [Device { id, label, .. }] = &account.devices[..] else { panic!("it is the only one") };
/// assert_eq!(label.0, "Firefox, Linux");
/// let forgets = Command::ForgetDevices { grant, session, device: Some(*id) };
/// assert_eq!(shell.ask(forgets), Outcome::DevicesForgotten { count: 1 });
/// ```
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
///
/// A refusal brings new state too. Whoever saves on success alone gives away as many guesses as somebody likes to make:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Decision, Event, Outcome, decide};
///
/// let mut shell = Shell::enrolled();
/// shell.begin();
/// let (grant, pending, passcode) = (shell.grant, shell.pending, wrong());
/// let guess = Command::VerifyCode { grant, pending, passcode, remember_device: None };
/// let Decision { state, events, outcome } = decide(shell.member.clone(), guess, shell.fresh, shell.now);
/// assert_eq!(outcome, Outcome::CodeRefused);
/// assert_eq!(events, [Event::CodeRefused { consecutive: 1 }]);
/// assert_ne!(state, shell.member, "the guess is charged");
/// ```
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
