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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum LinkPurpose {
    /// Its owner asked for it.
    Forgotten,
    /// It came with the notice of a burnt password.
    Burnt,
}

impl Joined {
    /// Issues a link, unless one was issued a moment ago: nobody fills another's mailbox by asking. `anyway` is for
    /// whoever is known not to be a stranger.
    pub(super) fn issue_link(
        &mut self,
        anyway: bool,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let held = |link: &PasswordLink| {
            let issued_at = link.expires_at.saturating_sub(policy::PASSWORD_LINK);
            link.purpose == LinkPurpose::Forgotten && now < issued_at.saturating_add(policy::PASSWORD_LINK_AGAIN_AFTER)
        };
        if !anyway && self.links.iter().any(held) {
            return Outcome::PasswordLinkHeld;
        }
        let expires_at = now.saturating_add(policy::PASSWORD_LINK);
        self.put_link(PasswordLink { token: fresh.link, purpose: LinkPurpose::Forgotten, expires_at });
        events.push(Event::PasswordLinkIssued);
        Outcome::PasswordLinkIssued { expires_at }
    }

    /// The link that goes out with the notice of a burnt password.
    pub(super) fn leave_burnt_link(&mut self, fresh: &Fresh, now: Timestamp) {
        let expires_at = now.saturating_add(policy::BURNT_LINK);
        self.put_link(PasswordLink { token: fresh.link, purpose: LinkPurpose::Burnt, expires_at });
    }

    /// A newer link takes the place of the one for the same purpose.
    fn put_link(&mut self, link: PasswordLink) {
        self.links.retain(|kept| kept.purpose != link.purpose);
        self.links.push(link);
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
    /// to a new password. Said again, it does no harm.
    pub(super) fn disown(&mut self, token: &TokenDigest, events: &mut Vec<Event>) -> Outcome {
        match self.find_link(token) {
            Some(link) if link.purpose == LinkPurpose::Burnt => {}
            Some(_) | None => return Outcome::LinkRefused,
        }
        self.end_sessions();
        self.devices.clear();
        self.forget_sign_ins();
        self.password_burnt = true;
        events.push(Event::Disowned);
        Outcome::Disowned
    }
}
