//! Our page at a sign-in that an application vouches for: the application sends her browser there, and fetches what
//! came of it.
//!
//! The sign-in has two tokens. The application keeps its own; the browser comes to the page with another, once, and
//! brings a reference back. To fetch, the application shows both: a browser that was sent somewhere by somebody else,
//! or brings somebody else's reference, brings nothing of this sign-in. It is the same sign-in at either token, so
//! whatever fails counts once, in the same lanes.
//!
//! What is given on the page is handed on by a reference, whatever it pays for. Else whoever has her password would
//! begin in his own browser, send her the way here, and go on with what she has shown.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::command::{Fresh, Grant, PresentedDevice};
use super::event::Event;
use super::id::{Generation, SessionId, TokenDigest};
use super::outcome::{ConfirmationWaits, Confirmed, Outcome, PageShown, RecoveryKeyUse};
use super::session::Entrance;
use super::state::{Duty, Joined, Methods, PendingSignIn};
use crate::policy;
use crate::tenant::application::{ApplicationId, ReturnAddress};
use crate::time::Timestamp;

/// What an application wants to find at its return address again, to know which of its sign-ins comes back.
///
/// ```
/// use mfa_core::member::State;
///
/// let state = State::parse("basket-7").ok_or("1 to 64 letters, digits, `_` and `-`")?;
/// assert_eq!(state.as_str(), "basket-7");
/// // It stands in an address: nothing in it can begin another part of that.
/// assert_eq!(State::parse("basket&error=none"), None);
/// assert_eq!(State::parse(&"x".repeat(State::MAX_CHARS + 1)), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct State(String);

impl State {
    /// The longest, in characters.
    pub const MAX_CHARS: usize = 64;

    /// Reads one: 1 to 64 letters, digits, `_` and `-`.
    #[must_use]
    pub fn parse(text: &str) -> Option<State> {
        let well_formed = (1..=State::MAX_CHARS).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        well_formed.then(|| State(text.to_owned()))
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for State {
    type Error = &'static str;

    fn try_from(text: String) -> Result<State, Self::Error> {
        State::parse(&text).ok_or("not an application's state")
    }
}

impl From<State> for String {
    fn from(state: State) -> String {
        state.0
    }
}

/// What an application wishes of our page.
///
/// What is typed on the page goes by the page's token. The browser takes a reference back, and the application fetches
/// by that and by its own token, once:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, Outcome, PageWish, State};
/// use mfa_core::tenant::application::ReturnAddress;
///
/// let return_to = ReturnAddress::parse("https://shop.example/back")?;
/// let mut shell = Shell::vouched();
/// shell.begin_vouched(Some(PageWish { return_to, state: State::parse("basket-7"), devices: false }));
/// let (grant, kept) = (shell.grant, shell.pending); // By the application.
/// shell.ask(Command::OpenPage { grant, page: shell.fresh.page, device: None });
/// shell.pending = shell.fresh.page; // On the page she goes by the page's token.
/// assert!(matches!(shell.type_code(shell.phone()), Outcome::ConfirmationWaits(_)));
/// let fetches = Command::RedeemConfirmation { grant, pending: kept, reference: shell.fresh.page };
/// assert!(matches!(shell.ask(fetches.clone()), Outcome::Confirmed(_)));
/// assert_eq!(shell.ask(fetches), Outcome::SignInExpired);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct PageWish {
    /// Where she is sent back to: one of its registered addresses.
    pub return_to: ReturnAddress,
    /// What comes along.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "Option::deserialize"))]
    pub state: Option<State>,
    /// Whether a remembered device will do, and may be remembered.
    pub devices: bool,
}

/// The page of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub(crate) struct Page {
    /// What brings a browser there; once it has come, what it goes by.
    pub(crate) token: TokenDigest,
    pub(crate) is_open: bool,
    /// The second factor was given here, and something is owed all the same.
    pub(crate) has_paid: bool,
    pub(crate) wish: PageWish,
}

impl Page {
    /// One to which nobody has come yet.
    pub(super) fn ahead(wish: PageWish, fresh: &Fresh) -> Page {
        Page { token: fresh.page, is_open: false, has_paid: false, wish }
    }
}

/// What was shown on our page, until the application has fetched it; and for a while after that, to know it again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub(crate) struct Confirmation {
    /// The application's token of the sign-in.
    pub(crate) pending: TokenDigest,
    /// What the browser brings back.
    pub(crate) reference: TokenDigest,
    pub(crate) application: ApplicationId,
    pub(crate) id: SessionId,
    pub(crate) at: Timestamp,
    pub(crate) methods: Methods,
    #[cfg_attr(feature = "serde", serde(deserialize_with = "Option::deserialize"))]
    pub(crate) recovery: Option<RecoveryKeyUse>,
    /// Until it is fetched: when it is too late for that. Then: until when that is known.
    pub(crate) expires_at: Timestamp,
    pub(crate) redeemed: bool,
}

impl Confirmation {
    fn said(&self, generation: Generation, now: Timestamp) -> Confirmed {
        let Confirmation { id, application, at, methods, recovery, .. } = *self;
        Confirmed { id, application, generation, at, said_at: now, methods, device: None, recovery }
    }
}

/// Who hears that a sign-in has succeeded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Hearer {
    /// She herself, by a session.
    #[default]
    OurDoor,
    /// The application that asks.
    Application(ApplicationId),
    /// The application, once the browser is back there.
    Page { application: ApplicationId, pending: TokenDigest, wish: PageWish },
}

impl Hearer {
    /// Whether a device may be remembered by this.
    pub(super) fn may_remember(&self) -> bool {
        match self {
            Hearer::Page { wish, .. } => wish.devices,
            Hearer::OurDoor | Hearer::Application(_) => true,
        }
    }
}

impl PendingSignIn {
    /// Whether a browser that has come to our page goes by this.
    pub(super) fn is_on_page(&self, token: &TokenDigest) -> bool {
        self.page.as_ref().is_some_and(|page| page.is_open & page.token.matches(token))
    }

    /// Whether the application may go on by what has been given so far. What was given to it is its own. What was given
    /// on the page was given by the browser there, which may be another than the one it speaks with. The reference says
    /// that it is not: only the browser on the page is told it, and takes it nowhere but to the return address, so it
    /// comes into no session but that browser's. One that is brought unasked is looked at too.
    pub(super) fn is_handed_on(&self, reference: Option<&TokenDigest>) -> bool {
        match (&self.page, reference) {
            (Some(page), Some(reference)) => page.is_open & page.token.matches(reference),
            (Some(page), None) => !page.has_paid,
            (None, brought) => brought.is_none(),
        }
    }

    /// Who hears what comes of a step that was taken with `token`.
    pub(super) fn hearer(&self, token: &TokenDigest) -> Hearer {
        match (self.voucher, &self.page) {
            (None, _) => Hearer::OurDoor,
            (Some(application), Some(page)) if self.is_on_page(token) => {
                Hearer::Page { application, pending: self.token, wish: page.wish.clone() }
            }
            (Some(application), _) => Hearer::Application(application),
        }
    }
}

impl Joined {
    /// A browser comes to the page. What brought it has served; a second one with the same is turned away. A device
    /// that is remembered is known here, where its token is kept.
    pub(super) fn open_page(
        &mut self,
        grant: &Grant,
        token: &TokenDigest,
        device: Option<PresentedDevice>,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let is_ahead = |page: &Page| !page.is_open & page.token.matches(token);
        let Some(position) = self.pending.iter().position(|pending| pending.page.as_ref().is_some_and(is_ahead)) else {
            return Outcome::SignInExpired;
        };
        let Some(pending) = self.pending.get_mut(position) else { return Outcome::SignInExpired };
        let Some(page) = pending.page.as_mut() else { return Outcome::SignInExpired };
        (page.token, page.is_open) = (fresh.page, true);
        let is_welcome = page.wish.devices;
        let (duty, methods, hearer) = (pending.duty, pending.methods, pending.hearer(&fresh.page));
        let remembered = device.filter(|_| is_welcome).and_then(|device| self.use_device(&device, fresh, now, events));
        if let Some(device) = remembered.filter(|_| duty == Duty::Code && !self.password_burnt) {
            self.pending.remove(position);
            let methods = Methods { device: true, ..methods };
            let entrance = Entrance { device: Some(device), ..Entrance::by(methods, None) };
            return self.let_in(grant, hearer, entrance, fresh, now, events);
        }
        self.view_page(&fresh.page, now)
    }

    /// What the page shows.
    pub(super) fn view_page(&self, token: &TokenDigest, now: Timestamp) -> Outcome {
        let shown = self.pending.iter().find(|pending| pending.is_on_page(token));
        let Some((pending, page)) = shown.and_then(|pending| Some((pending, pending.page.as_ref()?))) else {
            return Outcome::SignInExpired;
        };
        Outcome::Page(PageShown {
            duty: pending.duty,
            expires_at: pending.expires_at,
            authenticator_locked: self.is_locked() || self.is_guessed_out(now),
            wish: page.wish.clone(),
        })
    }

    /// What was shown on the page waits for the application.
    pub(super) fn leave_confirmation(
        &mut self,
        pending: TokenDigest,
        wish: PageWish,
        confirmed: Confirmed,
        fresh: &Fresh,
        now: Timestamp,
    ) -> Outcome {
        if self.confirmations.len() >= policy::CONFIRMATIONS {
            self.confirmations.remove(0);
        }
        let expires_at = now.saturating_add(policy::CONFIRMATION);
        let Confirmed { id, application, at, methods, device, recovery, .. } = confirmed;
        self.confirmations.push(Confirmation {
            pending,
            reference: fresh.page,
            application,
            id,
            at,
            methods,
            recovery,
            expires_at,
            redeemed: false,
        });
        Outcome::ConfirmationWaits(ConfirmationWaits { wish, expires_at, device, recovery })
    }

    /// Tells the application, once.
    pub(super) fn redeem_confirmation(
        &mut self,
        pending: &TokenDigest,
        reference: &TokenDigest,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let generation = self.generation;
        let is_it = |kept: &&mut Confirmation| kept.reference.matches(reference) & kept.pending.matches(pending);
        let Some(kept) = self.confirmations.iter_mut().find(is_it) else {
            return Outcome::SignInExpired;
        };
        if kept.redeemed {
            events.push(Event::ConfirmationReplayed { application: kept.application });
            return Outcome::SignInExpired;
        }
        kept.redeemed = true;
        kept.expires_at = now.saturating_add(policy::CONFIRMATION_KNOWN);
        Outcome::Confirmed(kept.said(generation, now))
    }
}
