//! Links to a new password: for whoever forgot the old one, and with the notice that somebody else has it.

use alloc::vec::Vec;

use super::command::Fresh;
use super::event::Event;
use super::id::TokenDigest;
use super::outcome::Outcome;
use super::state::Joined;
use crate::policy;
use crate::time::Timestamp;

/// A link that was handed out. The token itself is never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PasswordLink {
    pub(crate) token: TokenDigest,
    pub(crate) purpose: LinkPurpose,
    pub(crate) expires_at: Timestamp,
}

/// What a link was handed out for.
///
/// A link replaces a password and nothing else: whoever reads her mail does not get past her second factor by it.
///
/// ```
/// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
/// use mfa_core::member::{Command, LinkPurpose, Outcome};
///
/// let mut shell = Shell::enrolled();
/// let grant = shell.grant;
/// shell.ask(Command::IssuePasswordLink { grant, anyway: false });
/// let (link, purpose) = (shell.fresh.link, LinkPurpose::Forgotten);
/// assert_eq!(shell.ask(Command::PreviewLink { grant, link }), Outcome::LinkValid { purpose });
/// let replaces = Command::ReplacePasswordByLink { grant, link, verifier: password(2), under_kept: None };
/// assert_eq!(shell.ask(replaces.clone()), Outcome::PasswordChanged, "and nobody is signed in");
/// assert_eq!(shell.ask(replaces), Outcome::LinkRefused, "it opens once");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum LinkPurpose {
    /// Its owner asked for it.
    Forgotten,
    /// It came with the notice of a burnt password.
    Burnt,
}

impl Joined {
    /// Issues a link, unless one was issued a moment ago or several live: nobody fills another's mailbox by asking.
    /// `anyway` is for whoever is known not to be a stranger.
    pub(super) fn issue_link(
        &mut self,
        anyway: bool,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let asked_for = self.links.iter().filter(|link| link.purpose == LinkPurpose::Forgotten);
        let newest = asked_for.clone().map(|link| link.expires_at.saturating_sub(policy::PASSWORD_LINK)).max();
        let is_too_soon = newest.is_some_and(|at| now < at.saturating_add(policy::PASSWORD_LINK_AGAIN_AFTER));
        let is_full = asked_for.count() >= policy::PASSWORD_LINKS;
        if !anyway && (is_too_soon || is_full) {
            return Outcome::PasswordLinkHeld;
        }
        let oldest = self.links.iter().position(|link| link.purpose == LinkPurpose::Forgotten);
        if let (true, Some(oldest)) = (is_full, oldest) {
            self.links.remove(oldest);
        }
        let expires_at = now.saturating_add(policy::PASSWORD_LINK);
        self.links.push(PasswordLink { token: fresh.link, purpose: LinkPurpose::Forgotten, expires_at });
        events.push(Event::PasswordLinkIssued);
        Outcome::PasswordLinkIssued { expires_at }
    }

    /// The link that goes out with the notice of a burnt password, in place of the one of an earlier notice.
    pub(super) fn leave_burnt_link(&mut self, fresh: &Fresh, now: Timestamp) {
        let expires_at = now.saturating_add(policy::BURNT_LINK);
        self.links.retain(|link| link.purpose != LinkPurpose::Burnt);
        self.links.push(PasswordLink { token: fresh.link, purpose: LinkPurpose::Burnt, expires_at });
    }

    /// Whether a notice of a burnt password has gone out whose link is still good.
    pub(super) fn has_burnt_link(&self) -> bool {
        self.links.iter().any(|link| link.purpose == LinkPurpose::Burnt)
    }

    /// Whether such a notice has gone out since `then`.
    pub(super) fn has_burnt_link_since(&self, then: Timestamp) -> bool {
        let begins = then.saturating_add(policy::BURNT_LINK);
        self.links.iter().any(|link| link.purpose == LinkPurpose::Burnt && link.expires_at >= begins)
    }

    /// A live link. Compared in constant time with every one.
    pub(super) fn find_link(&self, token: &TokenDigest) -> Option<PasswordLink> {
        let mut found = None;
        for link in &self.links {
            if link.token.matches(token) {
                found = Some(*link);
            }
        }
        found
    }

    /// What a link is for.
    pub(super) fn preview_link(&self, token: &TokenDigest) -> Outcome {
        match self.find_link(token) {
            Some(link) => Outcome::LinkValid { purpose: link.purpose },
            None => Outcome::LinkRefused,
        }
    }

    /// "This was not me." Everybody is signed out, and the password no longer suffices. The link stays: it is the way
    /// to a new password. Said again, it changes nothing and nobody hears of it.
    pub(super) fn disown(&mut self, token: &TokenDigest, events: &mut Vec<Event>) -> Outcome {
        match self.find_link(token) {
            Some(link) if link.purpose == LinkPurpose::Burnt => {}
            Some(_) | None => return Outcome::LinkRefused,
        }
        let is_said_before =
            self.password_burnt && self.sessions.is_empty() && self.devices.is_empty() && self.pending.is_empty();
        self.end_sessions();
        self.devices.clear();
        self.forget_sign_ins();
        self.password_burnt = true;
        if !is_said_before {
            events.push(Event::Disowned);
        }
        Outcome::Disowned
    }
}
