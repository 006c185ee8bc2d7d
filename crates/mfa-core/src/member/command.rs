//! What can be asked of a member's state machine.

use alloc::string::String;

use super::authorization::{Binding, Demand, Wish};
use super::extension::Waiting;
use super::id::{BrowserId, DeviceId, EnrolmentId, Generation, SessionId, TokenDigest};
use super::import::Imported;
use super::page::PageWish;
use super::state::{DeviceLabel, NewRecoveryKeys, PasswordVerifier};
use super::step_up::{Assurance, StepUpProof};
use crate::passcode::Passcode;
use crate::recovery::RecoveryDigest;
use crate::secret::Secret;
use crate::tenant::application::ApplicationId;
use crate::tenant::directory::Orders;
use crate::tenant::{Epoch, ModeKind};
use crate::time::Timestamp;

/// What the tenant says about a member, fetched after a right password or with a token in hand.
///
/// One that is older than what the member has heard is refused, or a late message could undo an order:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Grant, Outcome};
/// use mfa_core::tenant::directory::Orders;
///
/// let mut shell = Shell::enrolled();
/// let (session, old) = (shell.sign_in(), shell.grant);
/// // An administrator resets her MFA.
/// let new = Grant { orders: Orders { resets: 1, ..old.orders }, ..old };
/// assert_eq!(shell.ask(Command::ViewAccount { grant: new, session }), Outcome::SessionEnded);
/// assert_eq!(shell.ask(Command::ViewAccount { grant: old, session }), Outcome::StaleGrant);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Grant {
    /// How members of the tenant sign in.
    pub mode: ModeKind,
    /// The tenant's epoch.
    pub epoch: Epoch,
    /// Which bearer of the name belongs to the tenant.
    pub generation: Generation,
    /// What administrators have ordered about her.
    pub orders: Orders,
    /// The epoch since which passwords count: one chosen before the tenant last signed in elsewhere is no password.
    pub passwords_since: Epoch,
    /// Her login is elsewhere: an application of the tenant vouches for her. She has no password here and can choose
    /// none.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "core::ops::Not::not"))]
    pub login_elsewhere: bool,
    /// When the tenant or any of its members was last brought back from a backup; zero before any.
    pub restored_at: Timestamp,
}

/// A remembered device's token, as presented.
///
/// It stands for the code, and its token changes with each use, so a copy gives itself away:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, DeviceLabel, Event, Outcome, PresentedDevice};
///
/// let mut shell = Shell::enrolled();
/// shell.begin();
/// let remember_device = Some(DeviceLabel("Firefox, Linux".into()));
/// let (grant, pending, passcode) = (shell.grant, shell.pending, shell.phone());
/// shell.ask(Command::VerifyCode { grant, pending, passcode, remember_device });
/// let first = PresentedDevice { id: shell.fresh.device, token: shell.fresh.device_token };
///
/// assert!(matches!(shell.begin_on(Some(first)), Outcome::SignedIn(_)));
/// assert!(matches!(shell.begin_on(Some(first)), Outcome::Owes { .. }), "the token of before");
/// assert_eq!(shell.events, [Event::DeviceTokenReused { device: first.id }]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct PresentedDevice {
    /// Which device.
    pub id: DeviceId,
    /// The digest of the token presented.
    pub token: TokenDigest,
}

/// A browser in which somebody has completed a sign-in. The caller vouches for it: it handed out a cookie that says so
/// and found its own tag on it. It skips nothing; its password failures are counted apart from strangers'.
///
/// Whoever guesses at her password from afar does not shut her out:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{BrowserId, Generation, KnownBrowser, Outcome};
/// use mfa_core::tenant::ModeKind;
///
/// let mut shell = Shell::joined(ModeKind::Password);
/// for guess in 100..110 {
///     shell.ask(check(guess, None, None));
/// }
/// assert!(matches!(shell.ask(check(1, None, None)), Outcome::Throttled { .. }));
/// let browser = KnownBrowser { generation: Generation(1), password_version: 1, id: BrowserId([5; 8]) };
/// assert!(matches!(shell.ask(check(1, None, Some(browser))), Outcome::PasswordRight { .. }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct KnownBrowser {
    /// Which bearer of the name it was.
    pub generation: Generation,
    /// With which password she signed in.
    pub password_version: u32,
    /// Which browser.
    pub id: BrowserId,
}

/// Fresh random names, drawn by the caller before each decision; those not needed are forgotten.
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Fresh, Outcome, decide};
/// use mfa_core::tenant::ModeKind;
///
/// let mut shell = Shell::joined(ModeKind::Password);
/// let Outcome::SignedIn(signed_in) = shell.begin() else { panic!("her password is all that she owes") };
/// assert_eq!(signed_in.session, shell.fresh.session, "of the six, this one was needed");
/// let swept = decide(shell.member, Command::Sweep, Fresh::NONE, shell.now);
/// assert_eq!(swept.outcome, Outcome::Swept);
/// ```
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
    /// For a link to a new password.
    pub link: TokenDigest,
    /// For our page at a sign-in that an application vouches for: the way there, the page itself, the way back.
    pub page: TokenDigest,
}

impl Fresh {
    /// For commands under which nothing comes into being ([`Command::Sweep`]).
    pub const NONE: Fresh = Fresh {
        session: SessionId([0; 16]),
        pending: TokenDigest([0; 32]),
        device: DeviceId([0; 8]),
        device_token: TokenDigest([0; 32]),
        link: TokenDigest([0; 32]),
        page: TokenDigest([0; 32]),
    };
}

/// A request to the state machine.
///
/// It may stand in a log, whatever it carries:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Generation, SessionId};
/// use mfa_core::tenant::Epoch;
///
/// assert_eq!(format!("{:?}", Command::SignOut { session: SessionId([1; 16]) }), "SignOut");
/// let joins = Command::Join { generation: Generation(1), epoch: Epoch::FIRST, verifier: password(1) };
/// assert_eq!(format!("{joins:?}"), "Join");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub enum Command {
    /// Accepts an invitation: from now on there is a person with a password.
    Join {
        /// The invitation's generation.
        generation: Generation,
        /// The tenant's epoch when it was accepted: that is how old the password is, however late this arrives.
        epoch: Epoch,
        /// The password chosen.
        verifier: PasswordVerifier,
    },
    /// An authenticator made elsewhere is brought in for somebody who is invited. It is bound when she accepts.
    Import {
        /// The tenant's word about whom it has invited.
        grant: Grant,
        /// The authenticator.
        imported: Imported,
    },
    /// The operator takes her authenticator out, for a tenant that leaves.
    Export {
        /// The tenant's word.
        grant: Grant,
    },
    /// First step of a sign-in, judged before the tenant is asked anything.
    CheckPassword {
        /// Scheme that `output` was computed under.
        scheme: String,
        /// What the typed password hashes to.
        output: [u8; 32],
        /// What it hashes to under the newest scheme, if that is another: a right password is kept so from now on. It
        /// is the same one, so it stands alone if it did before.
        renewed: Option<(String, [u8; 32])>,
        /// The device that presents it, if it says that we know it.
        device: Option<PresentedDevice>,
        /// The browser that presents it, if somebody has signed in with it.
        browser: Option<KnownBrowser>,
    },
    /// Goes on after [`Outcome::PasswordRight`](super::Outcome::PasswordRight).
    BeginSignIn {
        /// The tenant's word.
        grant: Grant,
        /// From [`Outcome::PasswordRight`](super::Outcome::PasswordRight): that password must still be the current one.
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
        /// Whether to remember this device, and what to call it.
        remember_device: Option<DeviceLabel>,
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
    /// A new password, owed after a recovery key opened a locked authenticator's door, because the old one is burnt,
    /// or because it has to stand alone now and does not.
    ReplacePassword {
        /// The tenant's word.
        grant: Grant,
        /// The pending sign-in.
        pending: TokenDigest,
        /// The new password.
        verifier: PasswordVerifier,
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
    /// More time for what waits for somebody: the same length anew, from now, within the policy's bounds. Nothing else
    /// changes, and what has expired stays so.
    Extend {
        /// The tenant's word.
        grant: Grant,
        /// What waits.
        waiting: Waiting,
    },
    /// What a signed-in person may see about herself.
    ViewAccount {
        /// The tenant's word.
        grant: Grant,
        /// Her session.
        session: SessionId,
    },
    /// Whether a session is live and its step-up fresh enough for what is about to be done.
    Authorize {
        /// The tenant's word.
        grant: Grant,
        /// The session.
        session: SessionId,
        /// What is asked of it.
        assurance: Assurance,
    },
    /// Proves within a session that it is still she.
    StepUp {
        /// The tenant's word.
        grant: Grant,
        /// Her session.
        session: SessionId,
        /// The proof.
        proof: StepUpProof,
    },
    /// Unbinds her own authenticator.
    ResetMfa {
        /// The tenant's word.
        grant: Grant,
        /// Her session.
        session: SessionId,
    },
    /// Issues new recovery keys; the present ones stay until these are proven saved.
    StartRecoveryKeys {
        /// The tenant's word.
        grant: Grant,
        /// Her session.
        session: SessionId,
        /// The fresh set.
        keys: NewRecoveryKeys,
    },
    /// Proves that the new recovery keys were saved; they take the old ones' place.
    CompleteRecoveryKeys {
        /// The tenant's word.
        grant: Grant,
        /// Her session.
        session: SessionId,
        /// The digest of the group typed.
        proof: RecoveryDigest,
    },
    /// Forgets one remembered device, or all.
    ForgetDevices {
        /// The tenant's word.
        grant: Grant,
        /// Her session.
        session: SessionId,
        /// Which; `None` for all.
        device: Option<DeviceId>,
    },
    /// Ends every session but this one.
    EndSessions {
        /// The tenant's word.
        grant: Grant,
        /// The one that stays.
        session: SessionId,
    },
    /// A new password, chosen by somebody signed in.
    ChangePassword {
        /// The tenant's word.
        grant: Grant,
        /// Her session.
        session: SessionId,
        /// The scheme that `current` and `under_kept` were computed under; it must be the one kept.
        kept_scheme: String,
        /// What the current password, as typed, hashes to.
        current: [u8; 32],
        /// What the new password hashes to under the scheme kept.
        under_kept: [u8; 32],
        /// The new password.
        verifier: PasswordVerifier,
    },
    /// Issues a link to a new password, for whoever forgot hers.
    IssuePasswordLink {
        /// The tenant's word.
        grant: Grant,
        /// Even if one was issued a moment ago: for whoever is known to be no stranger at the door.
        anyway: bool,
    },
    /// "This was not me": whoever signs in with that password is somebody else.
    Disown {
        /// The tenant's word.
        grant: Grant,
        /// The link that came with the notice.
        link: TokenDigest,
    },
    /// What a link is for, if it is any good.
    PreviewLink {
        /// The tenant's word.
        grant: Grant,
        /// The link.
        link: TokenDigest,
    },
    /// A new password, chosen by whoever holds a link. Never a way round the second factor.
    ReplacePasswordByLink {
        /// The tenant's word.
        grant: Grant,
        /// The link.
        link: TokenDigest,
        /// The new password.
        verifier: PasswordVerifier,
        /// What it hashes to under the scheme of the current one, if that is another.
        under_kept: Option<[u8; 32]>,
    },
    /// An administrator starts to enrol under an epoch that the tenant has set aside for her.
    StartSetUp {
        /// The tenant's word.
        grant: Grant,
        /// Her session.
        session: SessionId,
        /// The epoch set aside.
        epoch: Epoch,
        /// A fresh random name.
        id: EnrolmentId,
        /// A fresh random secret.
        secret: Secret,
    },
    /// As [`Command::ConfirmEnrolment`].
    ConfirmSetUp {
        /// The tenant's word.
        grant: Grant,
        /// Her session.
        session: SessionId,
        /// The epoch set aside.
        epoch: Epoch,
        /// Which enrolment the code belongs to.
        id: EnrolmentId,
        /// The code typed.
        passcode: Passcode,
        /// A fresh set of recovery keys, issued if the code is right.
        keys: NewRecoveryKeys,
    },
    /// As [`Command::RenewRecoveryKeys`].
    RenewSetUpKeys {
        /// The tenant's word.
        grant: Grant,
        /// Her session.
        session: SessionId,
        /// The epoch set aside.
        epoch: Epoch,
        /// Which enrolment.
        id: EnrolmentId,
        /// The fresh set.
        keys: NewRecoveryKeys,
    },
    /// Proves that the recovery keys were saved. Binds nothing: it is the tenant that passes to the epoch, or does not.
    PrepareSetUp {
        /// The tenant's word.
        grant: Grant,
        /// Her session.
        session: SessionId,
        /// The epoch set aside.
        epoch: Epoch,
        /// Which enrolment.
        id: EnrolmentId,
        /// The digest of the group typed.
        proof: RecoveryDigest,
    },
    /// The tenant has passed to the epoch of this session's set-up: signs in anew with what was bound by it.
    AdoptSetUp {
        /// The tenant's word.
        grant: Grant,
        /// Her session.
        session: SessionId,
        /// The epoch.
        epoch: Epoch,
        /// Which enrolment.
        id: EnrolmentId,
        /// The digest of the group typed to complete it: whoever has the session alone has not seen the keys.
        proof: RecoveryDigest,
    },
    /// The tenant's identity provider has vouched for her. Whoever is new is taken in.
    BeginExternal {
        /// The tenant's word.
        grant: Grant,
        /// When she proved herself there.
        provider_time: Timestamp,
    },
    /// Gives an application a code by which it is told who she is.
    IssueAuthorization {
        /// The tenant's word.
        grant: Grant,
        /// Her session.
        session: SessionId,
        /// The digest of the fresh code.
        code: TokenDigest,
        /// Whom it is for.
        binding: Binding,
        /// What the application wants to be told.
        wish: Wish,
        /// What it asks of the session.
        demand: Demand,
    },
    /// An application redeems such a code. That it is that application has been checked.
    RedeemAuthorization {
        /// The tenant's word.
        grant: Grant,
        /// The code's digest.
        code: TokenDigest,
        /// What whoever redeems it says.
        binding: Binding,
    },
    /// Whether what a code gave still counts.
    ViewAuthorization {
        /// The tenant's word.
        grant: Grant,
        /// The code's digest.
        code: TokenDigest,
    },
    /// An application of the tenant says that she has just proven herself at its own login. What comes of it is a word
    /// to that application, never a session. Whoever is new is taken in, if her login is elsewhere.
    BeginVouched {
        /// The tenant's word.
        grant: Grant,
        /// Who vouches.
        application: ApplicationId,
        /// The device that she uses, if it says that we know it.
        device: Option<PresentedDevice>,
        /// That she is sent to our page for what is owed, and how she comes back.
        page: Option<PageWish>,
    },
    /// A browser has come to our page. What brought it is used up; from here on it goes by `Fresh::page`.
    OpenPage {
        /// The tenant's word.
        grant: Grant,
        /// What brought it.
        page: TokenDigest,
        /// The device that it says it is.
        device: Option<PresentedDevice>,
    },
    /// What our page shows.
    ViewPage {
        /// The tenant's word.
        grant: Grant,
        /// What it goes by.
        page: TokenDigest,
    },
    /// The application fetches what was shown on our page, once. That it is that application has been checked.
    RedeemConfirmation {
        /// The tenant's word.
        grant: Grant,
        /// The application's own pending sign-in: what it began, and nobody else has.
        pending: TokenDigest,
        /// What the browser brought back.
        reference: TokenDigest,
    },
    /// The application's word that she has another password there now: owed as [`Command::ReplacePassword`] is.
    VouchNewPassword {
        /// The tenant's word.
        grant: Grant,
        /// The pending sign-in that owes it.
        pending: TokenDigest,
        /// What the browser brought back from our page, by which that page goes: has to be, if what paid for this was
        /// given there.
        reference: Option<TokenDigest>,
    },
    /// Makes up for whatever the tenant has decided since this record was last asked.
    Follow {
        /// The tenant's word.
        grant: Grant,
    },
    /// The tenant has removed the bearer of this generation.
    Leave {
        /// Which, and whoever was before.
        generation: Generation,
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
            Command::Import { .. } => "Import",
            Command::Export { .. } => "Export",
            Command::CheckPassword { .. } => "CheckPassword",
            Command::BeginSignIn { .. } => "BeginSignIn",
            Command::VerifyCode { .. } => "VerifyCode",
            Command::VerifyRecoveryKey { .. } => "VerifyRecoveryKey",
            Command::ReplacePassword { .. } => "ReplacePassword",
            Command::StartEnrolment { .. } => "StartEnrolment",
            Command::ConfirmEnrolment { .. } => "ConfirmEnrolment",
            Command::RenewRecoveryKeys { .. } => "RenewRecoveryKeys",
            Command::CompleteEnrolment { .. } => "CompleteEnrolment",
            Command::Extend { .. } => "Extend",
            Command::ViewAccount { .. } => "ViewAccount",
            Command::Authorize { .. } => "Authorize",
            Command::StepUp { .. } => "StepUp",
            Command::ResetMfa { .. } => "ResetMfa",
            Command::StartRecoveryKeys { .. } => "StartRecoveryKeys",
            Command::CompleteRecoveryKeys { .. } => "CompleteRecoveryKeys",
            Command::ForgetDevices { .. } => "ForgetDevices",
            Command::EndSessions { .. } => "EndSessions",
            Command::ChangePassword { .. } => "ChangePassword",
            Command::IssuePasswordLink { .. } => "IssuePasswordLink",
            Command::Disown { .. } => "Disown",
            Command::PreviewLink { .. } => "PreviewLink",
            Command::ReplacePasswordByLink { .. } => "ReplacePasswordByLink",
            Command::StartSetUp { .. } => "StartSetUp",
            Command::ConfirmSetUp { .. } => "ConfirmSetUp",
            Command::RenewSetUpKeys { .. } => "RenewSetUpKeys",
            Command::PrepareSetUp { .. } => "PrepareSetUp",
            Command::AdoptSetUp { .. } => "AdoptSetUp",
            Command::BeginExternal { .. } => "BeginExternal",
            Command::IssueAuthorization { .. } => "IssueAuthorization",
            Command::RedeemAuthorization { .. } => "RedeemAuthorization",
            Command::ViewAuthorization { .. } => "ViewAuthorization",
            Command::BeginVouched { .. } => "BeginVouched",
            Command::OpenPage { .. } => "OpenPage",
            Command::ViewPage { .. } => "ViewPage",
            Command::RedeemConfirmation { .. } => "RedeemConfirmation",
            Command::VouchNewPassword { .. } => "VouchNewPassword",
            Command::Follow { .. } => "Follow",
            Command::Leave { .. } => "Leave",
            Command::SignOut { .. } => "SignOut",
            Command::Sweep => "Sweep",
        })
    }
}
