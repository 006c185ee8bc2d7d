//! What an act that was refused leaves in the log (G01): who asked for what, and why it was not done.

use mfa_core::member::Generation;
use mfa_core::tenant::TenantEvent;
use mfa_core::tenant::directory::Standing;
use mfa_core::time::{Seconds, Timestamp};

use super::TenantObject;
use super::directory::{number, text};
use crate::error::Problem;
use crate::object_ref::{Act, By, MemberName, TenantReply};

/// One entry of an actor, act and reason in this time: nobody fills the log by asking again and again.
const ONCE_IN: Seconds = Seconds(3600);

/// An act of somebody's that would change something.
pub(super) struct Attempt {
    actor: MemberName,
    generation: Generation,
    act: String,
    aims_at: Option<MemberName>,
}

impl Attempt {
    /// `word` is what the log calls the act. The operator's are none: nothing of the tenant's refuses them.
    pub(super) fn of(by: &By, act: &Act, word: Option<String>) -> Option<Attempt> {
        let By::Administrator { member, generation, .. } = by else { return None };
        let aims_at = act.aims_at().cloned();
        Some(Attempt { actor: member.clone(), generation: *generation, act: word?, aims_at })
    }
}

impl TenantObject {
    /// Takes a refusal into the log, if it is one that somebody should know of.
    pub(super) fn note_refusal(&self, attempt: &Attempt, reply: &TenantReply, now: Timestamp) -> Result<(), Problem> {
        let reason = match reply {
            TenantReply::NotAdministrator => "not_administrator",
            TenantReply::LastAdministrator => "last_administrator",
            TenantReply::Unknown if self.aims_elsewhere(attempt)? => "unknown_member",
            _ => return Ok(()),
        };
        let actor = self
            .entry(&attempt.actor)?
            .filter(|(_, entry)| entry.standing == Standing::Active && entry.generation == attempt.generation);
        let Some((username, _)) = actor else { return Ok(()) };
        self.note_refused(&username, &username, &attempt.act, reason, now)
    }

    /// One entry, if there is none of late.
    pub(super) fn note_refused(
        &self,
        by: &str,
        about: &str,
        act: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), Problem> {
        if self.is_noted(about, act, reason, now)? {
            return Ok(());
        }
        let event = TenantEvent::ActRefused { act: act.to_owned(), reason: reason.to_owned() };
        self.note(by, Some(about), event, now)
    }

    /// Whether it was aimed at somebody who has never been here: another tenant's member, say.
    fn aims_elsewhere(&self, attempt: &Attempt) -> Result<bool, Problem> {
        match &attempt.aims_at {
            Some(member) => Ok(self.entry(member)?.is_none()),
            None => Ok(false),
        }
    }

    fn is_noted(&self, username: &str, act: &str, reason: &str, now: Timestamp) -> Result<bool, Problem> {
        let since = now.0.saturating_sub(ONCE_IN.0);
        let rows = self.sql().exec(
            "SELECT 1 FROM audit WHERE event = 'act-refused' AND about = ? AND at > ? \
             AND json_extract(text, '$.what.act') = ? AND json_extract(text, '$.what.reason') = ?",
            vec![text(username), number(since)?, text(act), text(reason)],
        )?;
        Ok(!rows.to_array::<serde_json::Value>()?.is_empty())
    }
}
