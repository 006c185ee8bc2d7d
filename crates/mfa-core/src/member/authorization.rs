//! What a session gives to an application: a code to redeem once (RFC 6749 §4.1), and word when the session ends.
//!
//! It opens no door of ours. A code dies with its session, and with its minute; one that is shown twice takes back what
//! it gave. Whatever way a session ends, [`Member::tell_applications`] says so to every application that relied on it.

use alloc::string::String;
use alloc::vec::Vec;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::event::Event;
use super::id::{Generation, SessionId, TokenDigest};
use super::outcome::{Outcome, Redeemed};
use super::state::{Joined, Member, Methods, Session};
use super::step_up::ProvenBy;
use crate::policy;
use crate::tenant::application::ApplicationId;
use crate::time::Timestamp;

/// What an application asks of a sign-in.
///
/// An application may ask for a sign-in of just now. This one was a minute ago:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Binding, Command, Demand, Outcome, TokenDigest, Wish};
/// use mfa_core::time::Seconds;
///
/// let mut shell = Shell::enrolled();
/// let (session, grant, code) = (shell.sign_in(), shell.grant, TokenDigest([9; 32]));
/// let binding = Binding { application: SHOP, redirect_uri: "https://shop.example/".into(), challenge: "E9M".into() };
/// shell.wait(Seconds::minutes(1));
/// let demand = Demand { since: shell.now, code: true };
/// let issues = Command::IssueAuthorization { grant, session, code, binding, wish: Wish::default(), demand };
/// assert_eq!(shell.ask(issues), Outcome::AuthenticationOwed);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Demand {
    /// That she proved herself then or later; zero where any live session will do.
    pub since: Timestamp,
    /// That a code of the authenticator app was among it. A remembered device never is one.
    pub code: bool,
}

/// Whom a code is for, and how it was asked for: whoever redeems it has to say the same.
///
/// A code that was caught on its way is worth nothing to whoever has not begun, and one that is shown twice takes back
/// what it gave:
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Binding, Command, Demand, Outcome, TokenDigest, Wish};
///
/// let mut shell = Shell::enrolled();
/// let (session, grant, code) = (shell.sign_in(), shell.grant, TokenDigest([9; 32]));
/// let binding = Binding { application: SHOP, redirect_uri: "https://shop.example/".into(), challenge: "E9M".into() };
/// let caught = Binding { challenge: "another's".into(), ..binding.clone() };
/// let (wish, demand) = (Wish::default(), Demand::default());
/// shell.ask(Command::IssueAuthorization { grant, session, code, binding: binding.clone(), wish, demand });
/// let mut redeems = |binding| shell.ask(Command::RedeemAuthorization { grant, code, binding });
/// assert_eq!(redeems(caught), Outcome::AuthorizationRefused);
/// assert!(matches!(redeems(binding.clone()), Outcome::AuthorizationRedeemed(_)));
/// assert_eq!(redeems(binding), Outcome::AuthorizationRefused);
/// assert_eq!(shell.ask(Command::ViewAuthorization { grant, code }), Outcome::SessionEnded);
/// ```
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Binding {
    /// The application.
    pub application: ApplicationId,
    /// Where the code is sent to.
    pub redirect_uri: String,
    /// The code challenge of RFC 7636, method S256.
    pub challenge: String,
}

impl Binding {
    /// All of it, with lengths, so that no two give the same.
    fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"edge-mfa authorization v1\0");
        hash.update(self.application.0);
        for part in [&self.redirect_uri, &self.challenge] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().into()
    }
}

/// What the application asked to be told back.
///
/// For an example see [`Redeemed`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Wish {
    /// Its nonce, to bind the ID token to what it asked.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "Option::deserialize"))]
    pub nonce: Option<String>,
    /// Whether it may know who she is called.
    pub profile: bool,
}

/// A code that is out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub(crate) struct Authorization {
    pub(crate) code: TokenDigest,
    pub(crate) application: ApplicationId,
    #[cfg_attr(feature = "serde", serde(with = "crate::stored::hex"))]
    pub(crate) binding: [u8; 32],
    pub(crate) session: SessionId,
    pub(crate) wish: Wish,
    pub(crate) authenticated_at: Timestamp,
    pub(crate) methods: Methods,
    /// Until it is redeemed: when it is too late for that. Then: when what it gave has ended by itself.
    pub(crate) expires_at: Timestamp,
    pub(crate) redeemed: bool,
}

/// An application that has to be told when a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub(crate) struct Reliance {
    pub(crate) session: SessionId,
    pub(crate) application: ApplicationId,
}

impl Session {
    /// By what she is known in this session, a code that was given in it later included, and when she last proved it.
    /// At another identity provider that was when it says: coming from there with a session of days ago proves nothing.
    fn authentication(&self) -> (Methods, Timestamp) {
        let Some(proven) = self.proven else { return (self.methods, self.started_at) };
        if self.methods.external {
            return (self.methods, proven.at);
        }
        let mut methods = self.methods;
        match proven.by {
            ProvenBy::Code => methods.code = true,
            ProvenBy::RecoveryKey => methods.recovery_key = true,
            ProvenBy::Password => methods.password = true,
            ProvenBy::Provider => methods.external = true,
        }
        // A code of hours ago is no fresher for a key from a sheet of paper.
        let is_of_old = self.methods.code && proven.by != ProvenBy::Code;
        (methods, if is_of_old { self.started_at } else { self.started_at.max(proven.at) })
    }
}

impl Joined {
    /// Gives a session's bearer a code for an application, if the session is what the application demands.
    pub(super) fn issue_authorization(
        &mut self,
        session: SessionId,
        code: TokenDigest,
        binding: &Binding,
        wish: Wish,
        demand: Demand,
        now: Timestamp,
    ) -> Outcome {
        let Some(found) = self.sessions.iter().find(|found| found.id == session) else {
            return Outcome::SessionEnded;
        };
        let (methods, authenticated_at) = found.authentication();
        if authenticated_at < demand.since {
            return Outcome::AuthenticationOwed;
        }
        if demand.code && !methods.code {
            return Outcome::StepUpOwed { by: Vec::from([ProvenBy::Code]) };
        }
        // Who does not ask how long ago it was is told when she came to us, where nobody knows better.
        let authenticated_at = if authenticated_at == Timestamp::EPOCH { found.started_at } else { authenticated_at };
        if self.authorizations.len() >= policy::AUTHORIZATIONS {
            self.authorizations.remove(0);
        }
        let expires_at = now.saturating_add(policy::AUTHORIZATION_CODE);
        self.authorizations.push(Authorization {
            code,
            application: binding.application,
            binding: binding.digest(),
            session,
            wish,
            authenticated_at,
            methods,
            expires_at,
            redeemed: false,
        });
        Outcome::AuthorizationIssued { expires_at }
    }

    /// Redeems a code, once. Whoever shows it a second time has it from somebody else, or somebody else had it first:
    /// then nobody keeps what it gave.
    pub(super) fn redeem_authorization(
        &mut self,
        code: &TokenDigest,
        binding: &Binding,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let Some(position) = self.authorizations.iter().position(|kept| kept.code.matches(code)) else {
            return Outcome::AuthorizationRefused;
        };
        let (application, generation) = (binding.application, self.generation);
        let session = self.authorizations.get(position).and_then(|kept| self.session_of(kept));
        let ends_at = session.map(|session| session.ends_at);
        let (Some(kept), Some(ends_at)) = (self.authorizations.get_mut(position), ends_at) else {
            return Outcome::AuthorizationRefused;
        };
        if kept.redeemed {
            let application = kept.application;
            self.authorizations.remove(position);
            events.push(Event::AuthorizationReplayed { application });
            return Outcome::AuthorizationRefused;
        }
        if !bool::from(kept.binding.ct_eq(&binding.digest())) {
            return Outcome::AuthorizationRefused;
        }
        kept.redeemed = true;
        kept.expires_at = now.saturating_add(policy::ACCESS_TOKEN);
        let redeemed = Redeemed {
            session: kept.session,
            generation,
            authenticated_at: kept.authenticated_at,
            methods: kept.methods,
            ends_at,
            wish: kept.wish.clone(),
        };
        let reliance = Reliance { session: redeemed.session, application };
        if !self.reliances.contains(&reliance) {
            if self.reliances.len() >= policy::RELIANCES {
                // Told now, since it could not be told when the session ends.
                let Reliance { session, application } = self.reliances.remove(0);
                events.push(Event::SignedOutAt { application, session, generation });
            }
            self.reliances.push(reliance);
            events.push(Event::SignedInAt { application });
        }
        Outcome::AuthorizationRedeemed(redeemed)
    }

    /// Whether what a code gave still counts.
    pub(super) fn view_authorization(&self, code: &TokenDigest) -> Outcome {
        let lives = self.authorizations.iter().any(|kept| kept.redeemed && kept.code.matches(code));
        if lives { Outcome::AuthorizationLives } else { Outcome::SessionEnded }
    }

    fn session_of(&self, kept: &Authorization) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == kept.session)
    }

    fn has_session(&self, id: SessionId) -> bool {
        self.sessions.iter().any(|session| session.id == id)
    }
}

impl Member {
    /// Who relies on which session, before a decision.
    pub(super) fn reliances(&self) -> (Generation, Vec<Reliance>) {
        self.joined().map(|joined| (joined.generation, joined.reliances.clone())).unwrap_or_default()
    }

    /// After it: codes of sessions that have ended are gone, and every application that relied on one is told.
    pub(super) fn tell_applications(&mut self, before: (Generation, Vec<Reliance>), events: &mut Vec<Event>) {
        if let Some(joined) = self.joined_mut() {
            let sessions: Vec<SessionId> = joined.sessions.iter().map(|session| session.id).collect();
            joined.authorizations.retain(|kept| sessions.contains(&kept.session));
            joined.reliances.retain(|kept| sessions.contains(&kept.session));
        }
        let (generation, reliances) = before;
        let lives = |session| {
            self.joined().is_some_and(|joined| joined.generation == generation && joined.has_session(session))
        };
        for Reliance { session, application } in reliances {
            if !lives(session) {
                events.push(Event::SignedOutAt { application, session, generation });
            }
        }
    }
}
