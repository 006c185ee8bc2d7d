//! The state machine of one member: may this person enter now?
//!
//! [`decide`] is total: it never panics and has no error case. A refusal is an [`Outcome`] that comes with new state
//! (the charge), which has to be saved like any other.
//!
//! The laws, each held by a property test:
//! 1. An attempt is charged before it is judged; only a success or a replay gives the charge back.
//! 2. A step once accepted is never accepted again, nor any before it; a recovery key opens once.
//! 3. Nothing made in an earlier epoch or generation, or before an administrator's order, is ever accepted.
//! 4. Nobody is signed in who has not met the duty that the tenant's mode demands.
//! 5. What is on its way decides nothing: neither an enrolment that is not complete, nor recovery keys that are not
//!    proven saved, nor an administrator's set-up before the tenant passes to its very epoch.
//! 6. Guesses share one budget, whatever door they are made at.
//! 7. What an application's word began ends in a word to that application, never in a session.
//!
//! With the tenant's state machine it is explored to the end in small worlds: `tests/model.rs`.
//!
//! # The examples
//!
//! In them `shell` is the caller, and one person stands before it: `shell.ask(command)` decides, saves and answers.
//! `Shell::joined` has her accept an invitation, `Shell::enrolled` has an authenticator bound besides; `begin` types her
//! password, `type_code` a code, and `phone` is what her app shows. All of it is in the crate's `tests/doc/shell.rs`.

mod admission;
pub(crate) mod authorization;
mod browser;
mod code;
mod command;
mod device;
mod door;
mod enrolment;
mod event;
mod expiry;
mod export;
mod extension;
mod external;
mod following;
mod id;
mod import;
pub(crate) mod link;
mod new_password;
mod outcome;
pub(crate) mod page;
mod password;
mod recovery_key;
mod renewal;
mod reset;
mod restore;
mod session;
mod set_up;
mod sign_in;
pub(crate) mod state;
mod step_up;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod vouched;

use alloc::vec::Vec;

pub use authorization::{Binding, Demand, Wish};
pub use command::{Command, Fresh, Grant, KnownBrowser, PresentedDevice};
pub use event::{Event, ResetBy};
pub use extension::Waiting;
pub use following::{Summary, Wiped};
pub use id::{BrowserId, DeviceId, EnrolmentId, Generation, SessionId, TokenDigest};
pub use import::{ImportRefusal, Imported};
pub use link::LinkPurpose;
pub use outcome::{
    Account, ConfirmationWaits, Confirmed, Decision, Device, Outcome, PageShown, RecoveryKeyUse, Redeemed,
    RememberedUntil, SignedIn,
};
pub use page::{PageWish, State};
pub use state::{
    DeviceLabel, Duty, GuardedSecret, Member, Methods, NewRecoveryKeys, PasswordVerifier, Revoked, SecretPurpose,
};
pub use step_up::{Assurance, Proven, ProvenBy, StepUpProof};

use crate::secret::Secret;
use crate::tenant::Epoch;
use crate::throttle::Admission;
use crate::time::Timestamp;
use new_password::Chosen;
use set_up::SetUpName;
use state::{Authenticator, Bearer, Expected, Factor, Joined, SetUpStage};

/// Decides `command` at time `now`. `fresh` holds random names for whatever comes into being.
///
/// The caller's whole duty: load the state, open what the command needs opened, call this, seal, save, answer.
///
/// A caller as small as one gets, before a name that nobody bears:
///
/// ```
/// use mfa_core::member::{Command, Fresh, Member, Outcome, SessionId, decide};
/// use mfa_core::time::Timestamp;
///
/// let (loaded, now) = (Member::vacant(), Timestamp(1_800_000_000));
/// let fresh = Fresh { session: SessionId([7; 16]), ..Fresh::NONE }; // All of them at random, for each decision.
/// let (scheme, output) = (String::from("argon2id:1"), [9; 32]); // Of the password typed, hashed beforehand.
/// let command = Command::CheckPassword { scheme, output, renewed: None, device: None, browser: None };
///
/// let decision = decide(loaded, command, fresh, now);
/// let saved = decision.state; // The write. Where it fails nothing was decided, and the outcome is dropped.
/// assert_eq!(decision.outcome, Outcome::SignInRefused, "and only now somebody hears it");
/// assert_ne!(saved, Member::vacant(), "a refusal brings new state too: the attempt is charged");
/// ```
pub fn decide(mut state: Member, command: Command, fresh: Fresh, now: Timestamp) -> Decision {
    let mut events = Vec::new();
    let reliances = state.reliances();
    let outcome = answer(&mut state, command, &fresh, now, &mut events);
    state.tell_applications(reliances, &mut events);
    Decision { state, events, outcome }
}

fn answer(member: &mut Member, command: Command, fresh: &Fresh, now: Timestamp, events: &mut Vec<Event>) -> Outcome {
    member.forget_expired(now);
    match command {
        Command::Join { generation, epoch, verifier } => member.join(generation, epoch, verifier, events),
        Command::Import { grant, imported } => member.import(&grant, imported, now, events),
        Command::Export { grant } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.export(&grant, events),
            Err(refusal) => refusal.for_session(),
        },
        Command::CheckPassword { scheme, output, renewed, device, browser } => {
            let outcome = member.check_password(&scheme, &output, device, browser, now, events);
            if let (Outcome::PasswordRight { .. }, Some((scheme, output))) = (&outcome, renewed) {
                member.renew_password(scheme, output);
            }
            outcome
        }
        Command::BeginSignIn { grant, password_version, device } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.begin_sign_in(&grant, password_version, device, fresh, now, events),
            Err(refusal) => refusal.for_sign_in(),
        },
        Command::VerifyCode { grant, pending, passcode, remember_device } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.verify_code(&grant, &pending, &passcode, remember_device, fresh, now, events),
            Err(refusal) => refusal.for_pending(),
        },
        Command::VerifyRecoveryKey { grant, pending, digest } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.verify_recovery_key(&grant, &pending, &digest, fresh, now, events),
            Err(refusal) => refusal.for_pending(),
        },
        Command::ReplacePassword { grant, pending, verifier, under_current } => {
            let chosen = Chosen { verifier, under_kept: under_current };
            match member.admit_local(&grant, events) {
                Ok(joined) => joined.replace_password(&grant, &pending, chosen, fresh, now, events),
                Err(refusal) => refusal.for_pending(),
            }
        }
        Command::StartEnrolment { grant, pending, id, secret } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.start_enrolment(&pending, id, secret, now, events),
            Err(refusal) => refusal.for_pending(),
        },
        Command::ConfirmEnrolment { grant, pending, id, passcode, keys } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.confirm_enrolment(&pending, id, &passcode, keys, now, events),
            Err(refusal) => refusal.for_pending(),
        },
        Command::RenewRecoveryKeys { grant, pending, id, keys } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.renew_recovery_keys(&pending, id, keys),
            Err(refusal) => refusal.for_pending(),
        },
        Command::CompleteEnrolment { grant, pending, id, proof } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.complete_enrolment(&grant, &pending, id, &proof, fresh, now, events),
            Err(refusal) => refusal.for_pending(),
        },
        Command::Extend { grant, waiting } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.extend(&grant, waiting, now),
            Err(refusal) => waiting.refused(refusal),
        },
        Command::ViewAccount { grant, session } => match member.admit(&grant, events) {
            Ok(joined) => joined.view_account(session),
            Err(refusal) => refusal.for_session(),
        },
        Command::Authorize { grant, session, assurance } => match member.admit(&grant, events) {
            Ok(joined) => joined.authorize(&grant, session, assurance, now),
            Err(refusal) => refusal.for_session(),
        },
        Command::StepUp { grant, session, proof } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.step_up(&grant, session, &proof, fresh, now, events),
            Err(refusal) => refusal.for_session(),
        },
        Command::ResetMfa { grant, session } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.reset_own(&grant, session, now, events),
            Err(refusal) => refusal.for_session(),
        },
        Command::StartRecoveryKeys { grant, session, keys } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.start_recovery_keys(&grant, session, keys, now),
            Err(refusal) => refusal.for_session(),
        },
        Command::CompleteRecoveryKeys { grant, session, proof } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.complete_recovery_keys(session, &proof, events),
            Err(refusal) => refusal.for_session(),
        },
        Command::ForgetDevices { grant, session, device } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.forget_devices(session, device, events),
            Err(refusal) => refusal.for_session(),
        },
        Command::EndSessions { grant, session } => match member.admit(&grant, events) {
            Ok(joined) => joined.end_other_sessions(session, events),
            Err(refusal) => refusal.for_session(),
        },
        Command::ChangePassword { grant, session, kept_scheme, current, under_kept, verifier } => {
            let chosen = Chosen { verifier, under_kept: Some(under_kept) };
            match member.admit_local(&grant, events) {
                Ok(joined) => joined.change_password(&grant, session, &kept_scheme, &current, chosen, now, events),
                Err(refusal) => refusal.for_session(),
            }
        }
        Command::IssuePasswordLink { grant, anyway } => match member.admit_local(&grant, events) {
            // Her password is another's to change: to whoever asks it looks as if one had been sent.
            Ok(_) if grant.login_elsewhere => Outcome::PasswordLinkHeld,
            Ok(joined) => joined.issue_link(anyway, fresh, now, events),
            Err(refusal) => refusal.for_link(),
        },
        Command::Disown { grant, link } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.disown(&link, events),
            Err(refusal) => refusal.for_link(),
        },
        Command::PreviewLink { grant, link } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.preview_link(&link),
            Err(refusal) => refusal.for_link(),
        },
        Command::ReplacePasswordByLink { grant, link, verifier, under_kept } => {
            member.replace_password_by_link(&grant, &link, Chosen { verifier, under_kept }, events)
        }
        Command::StartSetUp { grant, session, epoch, id, secret } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.start_set_up(&grant, SetUpName { session, epoch, id }, secret, now, events),
            Err(refusal) => refusal.for_session(),
        },
        Command::ConfirmSetUp { grant, session, epoch, id, passcode, keys } => {
            let name = SetUpName { session, epoch, id };
            match member.admit_local(&grant, events) {
                Ok(joined) => joined.confirm_set_up(&grant, name, &passcode, keys, now, events),
                Err(refusal) => refusal.for_session(),
            }
        }
        Command::RenewSetUpKeys { grant, session, epoch, id, keys } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.renew_set_up_keys(&grant, SetUpName { session, epoch, id }, keys),
            Err(refusal) => refusal.for_session(),
        },
        Command::PrepareSetUp { grant, session, epoch, id, proof } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.prepare_set_up(&grant, SetUpName { session, epoch, id }, &proof, now),
            Err(refusal) => refusal.for_session(),
        },
        Command::AdoptSetUp { grant, session, epoch, id, proof } => {
            member.adopt_set_up(&grant, SetUpName { session, epoch, id }, &proof, fresh, now, events)
        }
        Command::BeginExternal { grant, provider_time } => {
            member.begin_external(&grant, provider_time, fresh, now, events)
        }
        Command::IssueAuthorization { grant, session, code, binding, wish, demand } => {
            match member.admit(&grant, events) {
                Ok(joined) => joined.issue_authorization(session, code, &binding, wish, demand, now),
                Err(refusal) => refusal.for_session(),
            }
        }
        Command::RedeemAuthorization { grant, code, binding } => match member.admit(&grant, events) {
            Ok(joined) => joined.redeem_authorization(&code, &binding, now, events),
            Err(refusal) => refusal.for_authorization(),
        },
        Command::ViewAuthorization { grant, code } => match member.admit(&grant, events) {
            Ok(joined) => joined.view_authorization(&code),
            Err(refusal) => refusal.for_session(),
        },
        Command::BeginVouched { grant, application, device, page } => {
            member.begin_vouched(&grant, application, device, page, fresh, now, events)
        }
        Command::OpenPage { grant, page, device } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.open_page(&grant, &page, device, fresh, now, events),
            Err(refusal) => refusal.for_pending(),
        },
        Command::ViewPage { grant, page } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.view_page(&page, now),
            Err(refusal) => refusal.for_pending(),
        },
        Command::RedeemConfirmation { grant, pending, reference } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.redeem_confirmation(&pending, &reference, now, events),
            Err(refusal) => refusal.for_pending(),
        },
        Command::VouchNewPassword { grant, pending, reference } => match member.admit_local(&grant, events) {
            Ok(joined) => joined.vouch_new_password(&grant, &pending, reference.as_ref(), fresh, now, events),
            Err(refusal) => refusal.for_pending(),
        },
        Command::Follow { grant } => member.follow(&grant, events),
        Command::Leave { generation } => member.leave(generation, events),
        Command::SignOut { session } => member.sign_out(session, events),
        Command::Sweep => Outcome::Swept,
    }
}

impl Member {
    /// Nobody yet.
    ///
    /// ```
    /// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
    /// use mfa_core::member::Member;
    /// use mfa_core::tenant::ModeKind;
    ///
    /// // A name that was never typed, and one that somebody bears.
    /// assert!(Member::vacant().summary().is_none());
    /// assert!(Shell::joined(ModeKind::Password).member.summary().is_some());
    /// ```
    #[must_use]
    pub fn vacant() -> Member {
        Member::default()
    }

    /// Whether there is nothing to keep.
    ///
    /// ```
    /// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
    /// use mfa_core::{member::Command, policy, tenant::ModeKind};
    ///
    /// let mut shell = Shell::new(ModeKind::Password);
    /// shell.begin();
    /// assert!(!shell.member.is_blank(), "the failure counts, though nobody bears the name");
    /// shell.wait(policy::PASSWORD_FAILURES_FORGOTTEN);
    /// shell.ask(Command::Sweep);
    /// assert!(shell.member.is_blank(), "now the record may be deleted");
    /// ```
    #[must_use]
    pub fn is_blank(&self) -> bool {
        *self == Member::default()
    }

    /// What edges must be told about this member.
    ///
    /// ```
    /// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
    /// use mfa_core::{member::Command, policy, tenant::ModeKind};
    ///
    /// let mut shell = Shell::joined(ModeKind::Password);
    /// let session = shell.sign_in();
    /// assert!(shell.member.revoked().sessions.is_empty());
    /// shell.ask(Command::SignOut { session });
    /// // An edge that looks at the token alone would let it in until then:
    /// let ends_at = shell.now.saturating_add(policy::SESSION_ABSOLUTE);
    /// assert_eq!(shell.member.revoked().sessions, [(session, ends_at)]);
    /// ```
    #[must_use]
    pub fn revoked(&self) -> Revoked {
        match &self.bearer {
            Bearer::Nobody => Revoked::default(),
            Bearer::Expected(expected) => expected.before.revoked.clone(),
            Bearer::Joined(joined) => joined.revoked.clone(),
            Bearer::Left(departed) => departed.revoked.clone(),
        }
    }

    /// Which bearer of the name this is, or was last, and the newest epoch it has seen; `None` if there never was one.
    ///
    /// ```
    /// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
    /// use mfa_core::member::{Command, Generation, Outcome};
    /// use mfa_core::tenant::{Epoch, ModeKind};
    ///
    /// let mut shell = Shell::joined(ModeKind::Password);
    /// let (generation, epoch) = (Generation(1), Epoch::FIRST);
    /// shell.ask(Command::Leave { generation });
    /// assert_eq!(shell.member.standing(), Some((generation, epoch)), "kept, to know what comes too late:");
    /// let joins = Command::Join { generation, epoch, verifier: password(1) };
    /// assert_eq!(shell.ask(joins), Outcome::AlreadyJoined);
    /// ```
    #[must_use]
    pub fn standing(&self) -> Option<(Generation, Epoch)> {
        match &self.bearer {
            Bearer::Nobody => None,
            Bearer::Expected(Expected { before, .. }) => {
                Some((before.generation, before.epoch)).filter(|known| *known != Default::default())
            }
            Bearer::Joined(joined) => Some((joined.generation, joined.epoch)),
            Bearer::Left(departed) => Some((departed.generation, departed.epoch)),
        }
    }

    /// Which password is hers now; 0 of nobody. It rises with each change.
    ///
    /// ```
    /// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
    /// use mfa_core::member::{Command, Outcome};
    /// use mfa_core::tenant::ModeKind;
    ///
    /// let mut shell = Shell::joined(ModeKind::Password);
    /// assert_eq!(shell.member.password_version(), 1);
    /// // A sign-in that began with a password which was changed meanwhile lets nobody in.
    /// let begins = Command::BeginSignIn { grant: shell.grant, password_version: 0, device: None };
    /// assert_eq!(shell.ask(begins), Outcome::SignInRefused);
    /// ```
    #[must_use]
    pub fn password_version(&self) -> u32 {
        self.joined().map_or(0, |joined| joined.password_version)
    }

    /// The secret of the authenticator that is bound, while it is open: for the answer to [`Command::Export`].
    ///
    /// ```
    /// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
    /// use mfa_core::member::{Command, Outcome};
    ///
    /// let mut shell = Shell::enrolled();
    /// let exported = shell.ask(Command::Export { grant: shell.grant });
    /// assert!(matches!(exported, Outcome::Exported { parameters: Some(_) }));
    /// assert_eq!(shell.member.open_secret(), Some(&secret()), "goes out beside the answer");
    /// ```
    #[must_use]
    pub fn open_secret(&self) -> Option<&Secret> {
        match &self.joined()?.factor {
            Factor::Bound(Authenticator { secret: GuardedSecret::Open(secret), .. }) => Some(secret),
            Factor::Bound(_) | Factor::None => None,
        }
    }

    /// Whose generation the secrets are sealed as that a command under a grant of this one may need: hers, or that of
    /// whoever was invited under the name before an application vouched for her. `None` where it needs none.
    ///
    /// ```
    /// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
    /// use mfa_core::member::Generation;
    ///
    /// let shell = Shell::enrolled();
    /// assert_eq!(shell.member.sealed_as(Generation(1)), Some(Generation(1)));
    /// assert_eq!(shell.member.sealed_as(Generation(2)), None, "what somebody else had here stays closed");
    /// ```
    #[must_use]
    pub fn sealed_as(&self, generation: Generation) -> Option<Generation> {
        match &self.bearer {
            Bearer::Expected(expected) => {
                Some(expected.generation).filter(|of| of.0.checked_add(1) == Some(generation.0))
            }
            _ => self.standing().map(|(of, _)| of).filter(|of| *of == generation),
        }
    }

    /// Every secret in the record with what it is for and the epoch it belongs to, to be opened before and sealed
    /// after a decision.
    ///
    /// ```
    /// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
    /// use mfa_core::member::{GuardedSecret, Outcome};
    ///
    /// let mut shell = Shell::enrolled();
    /// shell.begin();
    /// for (purpose, epoch, secret) in shell.member.secrets_mut() {
    ///     // By a cipher, under the epoch's data key, with purpose and epoch as associated data.
    ///     *secret = GuardedSecret::Sealed(format!("{purpose:?} {}", epoch.0));
    /// }
    /// // Nobody has opened it again: that is no "right", and no "not enrolled" either.
    /// assert_eq!(shell.type_code(shell.phone()), Outcome::Unreadable);
    /// ```
    pub fn secrets_mut(&mut self) -> impl Iterator<Item = (SecretPurpose, Epoch, &mut GuardedSecret)> {
        let (expected, joined) = match &mut self.bearer {
            Bearer::Expected(expected) => (Some(expected), None),
            Bearer::Joined(joined) => (None, Some(joined)),
            Bearer::Nobody | Bearer::Left(_) => (None, None),
        };
        let expected = expected.map(|waiting| (SecretPurpose::Authenticator, waiting.epoch, &mut waiting.secret));
        let of_joined = joined.into_iter().flat_map(|joined| {
            let epoch = joined.epoch;
            let bound = match &mut joined.factor {
                Factor::Bound(authenticator) => Some((SecretPurpose::Authenticator, epoch, &mut authenticator.secret)),
                Factor::None => None,
            };
            let owed = joined.enrolment.as_mut();
            let owed = owed.map(|owed| (SecretPurpose::Enrolment, epoch, &mut owed.enrolment.secret));
            let set_up = joined.set_up.as_mut().map(|set_up| match &mut set_up.stage {
                SetUpStage::Enrolling(enrolment) => (SecretPurpose::Enrolment, set_up.epoch, &mut enrolment.secret),
                SetUpStage::Ready { authenticator, .. } => {
                    (SecretPurpose::Authenticator, set_up.epoch, &mut authenticator.secret)
                }
            });
            [bound, owed, set_up].into_iter().flatten()
        });
        expected.into_iter().chain(of_joined)
    }
}

/// Turns a lane's refusal into the answer; `None` when the attempt may be judged.
fn refusal(admission: Admission) -> Option<Outcome> {
    match admission {
        Admission::Open => None,
        Admission::Wait(until) => Some(Outcome::Throttled { until: Some(until) }),
        Admission::Closed => Some(Outcome::Throttled { until: None }),
    }
}
