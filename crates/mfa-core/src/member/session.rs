//! Sessions: begun, looked into, ended.

use alloc::vec::Vec;

use super::command::{Account, Fresh, Grant, Outcome, RecoveryKeyUse, RememberedUntil, SignedIn};
use super::event::Event;
use super::id::SessionId;
use super::state::{Factor, Joined, Member, Methods, Session};
use crate::policy;
use crate::time::Timestamp;

impl Member {
    /// Ends one session. Asks nothing of the tenant: leaving is always allowed.
    pub(super) fn sign_out(&mut self, id: SessionId, events: &mut Vec<Event>) -> Outcome {
        let Some(joined) = self.joined.as_deref_mut() else {
            return Outcome::SessionEnded;
        };
        let Some(position) = joined.sessions.iter().position(|session| session.id == id) else {
            return Outcome::SessionEnded;
        };
        let session = joined.sessions.remove(position);
        joined.revoke(session);
        events.push(Event::SignedOut);
        Outcome::SignedOut
    }
}

impl Joined {
    /// Begins a session, ending the oldest if there are too many.
    #[allow(clippy::too_many_arguments, reason = "a decision's whole context, passed in the open")]
    pub(super) fn sign_in(
        &mut self,
        grant: &Grant,
        methods: Methods,
        device: Option<RememberedUntil>,
        recovery: Option<RecoveryKeyUse>,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        if self.sessions.len() >= policy::SESSIONS {
            let oldest = self.sessions.remove(0);
            self.revoke(oldest);
        }
        let ends_at = now.saturating_add(policy::SESSION_ABSOLUTE);
        self.sessions.push(Session { id: fresh.session, started_at: now, ends_at, methods });
        events.push(Event::SignedIn { methods });
        Outcome::SignedIn(SignedIn {
            session: fresh.session,
            generation: self.generation,
            epoch: grant.epoch,
            at: now,
            ends_at,
            methods,
            device,
            recovery,
        })
    }

    /// Ends every session.
    pub(super) fn end_sessions(&mut self) {
        for session in core::mem::take(&mut self.sessions) {
            self.revoke(session);
        }
    }

    /// Notes an ended session for the edges. The list is bounded: what no longer fits is covered by a time up to which
    /// every session is over, and the few live ones of before it end too.
    fn revoke(&mut self, session: Session) {
        self.revoked.sessions.push((session.id, session.ends_at));
        if self.revoked.sessions.len() > policy::REVOKED_SESSIONS {
            let (_, ends_at) = self.revoked.sessions.remove(0);
            let up_to = self.revoked.up_to.max(ends_at);
            self.revoked.up_to = up_to;
            self.revoked.sessions.retain(|(_, ends_at)| *ends_at > up_to);
            self.sessions.retain(|session| session.ends_at > up_to);
        }
    }

    /// What the bearer of a live session may see.
    pub(super) fn view_account(&self, id: SessionId) -> Outcome {
        if !self.sessions.iter().any(|session| session.id == id) {
            return Outcome::SessionEnded;
        }
        let (enrolled_at, recovery_keys) = match &self.factor {
            Factor::None => (None, None),
            Factor::Bound(authenticator) => {
                let set = &authenticator.recovery;
                (Some(authenticator.enrolled_at), Some((set.number, u8::try_from(set.left()).unwrap_or(u8::MAX))))
            }
        };
        let devices = self.devices.iter().map(|device| (device.id, device.until, device.last_used_at)).collect();
        Outcome::Account(Account { enrolled_at, recovery_keys, devices })
    }
}
