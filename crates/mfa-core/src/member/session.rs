//! Sessions: begun, looked into, ended.

use alloc::vec::Vec;

use super::command::{Fresh, Grant};
use super::event::Event;
use super::id::SessionId;
use super::outcome::{Account, Device, Outcome, RecoveryKeyUse, RememberedUntil, SignedIn};
use super::state::{Factor, Joined, Member, Methods, Session};
use super::step_up::Proven;
use crate::policy;
use crate::time::Timestamp;

/// What somebody came in by.
pub(super) struct Entrance {
    pub(super) methods: Methods,
    /// What counts as a step-up; nothing for a remembered device.
    pub(super) proven: Option<Proven>,
    pub(super) device: Option<RememberedUntil>,
    pub(super) recovery: Option<RecoveryKeyUse>,
}

impl Entrance {
    /// By nothing that is used up or kept.
    pub(super) fn by(methods: Methods, proven: Option<Proven>) -> Entrance {
        Entrance { methods, proven, device: None, recovery: None }
    }
}

impl Member {
    /// Ends one session. Asks nothing of the tenant: leaving is always allowed.
    pub(super) fn sign_out(&mut self, id: SessionId, events: &mut Vec<Event>) -> Outcome {
        let Some(joined) = self.joined_mut() else {
            return Outcome::SessionEnded;
        };
        let Some(position) = joined.find_session(id) else {
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
    pub(super) fn sign_in(
        &mut self,
        grant: &Grant,
        entrance: Entrance,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let Entrance { methods, proven, device, recovery } = entrance;
        if self.sessions.len() >= policy::SESSIONS {
            let oldest = self.sessions.remove(0);
            self.revoke(oldest);
        }
        let ends_at = now.saturating_add(policy::SESSION_ABSOLUTE);
        self.sessions.push(Session { id: fresh.session, started_at: now, ends_at, methods, proven, failures: 0 });
        self.last_sign_in_at = Some(now);
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

    /// Where in the list a live session stands.
    pub(super) fn find_session(&self, id: SessionId) -> Option<usize> {
        self.sessions.iter().position(|session| session.id == id)
    }

    /// Ends every session, and what was begun within one.
    pub(super) fn end_sessions(&mut self) {
        self.end_sessions_but(None);
    }

    /// Ends every session but one.
    pub(super) fn end_sessions_but(&mut self, kept: Option<SessionId>) {
        let sessions = core::mem::take(&mut self.sessions).into_iter();
        let (stays, ended): (Vec<_>, Vec<_>) = sessions.partition(|session| Some(session.id) == kept);
        self.sessions = stays;
        for session in ended {
            self.revoke(session);
        }
        self.set_up.take_if(|set_up| Some(set_up.session) != kept);
        self.renewal.take_if(|renewal| Some(renewal.session) != kept);
    }

    /// What somebody asks for who has lost sight of where she is signed in.
    pub(super) fn end_other_sessions(&mut self, id: SessionId, events: &mut Vec<Event>) -> Outcome {
        if self.find_session(id).is_none() {
            return Outcome::SessionEnded;
        }
        self.end_sessions_but(Some(id));
        events.push(Event::SessionsEnded);
        Outcome::SessionsEnded
    }

    /// Notes an ended session for the edges. The list is bounded: what no longer fits is covered by a time up to which
    /// every session is over, and the few live ones of before it end too.
    pub(super) fn revoke(&mut self, session: Session) {
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
        let Some(session) = self.sessions.iter().find(|session| session.id == id) else {
            return Outcome::SessionEnded;
        };
        let (enrolled_at, recovery_keys) = match &self.factor {
            Factor::None => (None, None),
            Factor::Bound(authenticator) => {
                let set = &authenticator.recovery;
                (Some(authenticator.enrolled_at), Some((set.number, set.left())))
            }
        };
        let devices = self.devices.iter().map(|device| Device {
            id: device.id,
            label: device.label.clone(),
            remembered_at: device.remembered_at,
            last_used_at: device.last_used_at,
            until: device.until,
        });
        Outcome::Account(Account {
            enrolled_at,
            locked: self.is_locked(),
            recovery_keys,
            renewal: self.renewal.as_ref().is_some_and(|renewal| renewal.session == id),
            devices: devices.collect(),
            sessions: u8::try_from(self.sessions.len()).unwrap_or(u8::MAX),
            proven: session.proven,
            password_burnt: self.password_burnt,
        })
    }
}
