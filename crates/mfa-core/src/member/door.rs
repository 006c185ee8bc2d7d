//! Where a proof is given: at a sign-in, or within a session.
//!
//! Codes and recovery keys are judged in one place each, whatever door they are shown at, so that all doors together
//! share one budget (A06, A07). Each door keeps a count of its own beside that, of all kinds of proof together.

use alloc::vec::Vec;

use super::event::Event;
use super::outcome::Outcome;
use super::state::{Joined, PendingFailure, PendingSignIn, ProofKind, Session};
use crate::policy;
use crate::time::Timestamp;

/// Which door, by its place in the member's lists. Only good for the decision that looked it up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// A pending sign-in.
    SignIn(usize),
    /// A live session that steps up.
    StepUp(usize),
}

impl Door {
    /// Counts a proof as wrong, before it is judged.
    pub(super) fn charge(
        self,
        pending: &mut [PendingSignIn],
        sessions: &mut [Session],
        kind: ProofKind,
        now: Timestamp,
    ) {
        match self {
            Door::SignIn(position) => {
                if let Some(sign_in) = pending.get_mut(position) {
                    sign_in.failures.push(PendingFailure { kind, at: now });
                }
            }
            Door::StepUp(position) => {
                if let Some(session) = sessions.get_mut(position) {
                    session.failures = session.failures.saturating_add(1);
                }
            }
        }
    }

    /// What was shown was no guess, so it is no failure; but it is not to be shown for ever either, so the door counts
    /// it apart. Nothing of this is ever given back, and no lane hears of it.
    pub(super) fn refuse_uncharged(self, pending: &mut [PendingSignIn], sessions: &mut [Session]) {
        match self {
            Door::SignIn(position) => {
                self.take_back(pending, sessions);
                if let Some(sign_in) = pending.get_mut(position) {
                    sign_in.refusals = sign_in.refusals.saturating_add(1);
                }
            }
            // A session's count is of refusals of any kind.
            Door::StepUp(_) => {}
        }
    }

    /// Takes the last charge back: what was shown was right.
    pub(super) fn take_back(self, pending: &mut [PendingSignIn], sessions: &mut [Session]) {
        match self {
            Door::SignIn(position) => {
                if let Some(sign_in) = pending.get_mut(position) {
                    sign_in.failures.pop();
                }
            }
            Door::StepUp(position) => {
                if let Some(session) = sessions.get_mut(position) {
                    session.failures = session.failures.saturating_sub(1);
                }
            }
        }
    }

    /// What to answer where there is nothing to prove anything with.
    pub(super) fn closed(self) -> Outcome {
        match self {
            Door::SignIn(_) => Outcome::SignInExpired,
            Door::StepUp(_) => Outcome::SessionEnded,
        }
    }
}

impl Joined {
    /// A door closes after too many proofs that were refused, whatever their kind.
    pub(super) fn close_if_worn_out(&mut self, door: Door, events: &mut Vec<Event>) {
        match door {
            Door::SignIn(position) => {
                let refused = |sign_in: &PendingSignIn| sign_in.failures.len().saturating_add(sign_in.refusals.into());
                if self.pending.get(position).map_or(0, refused) >= policy::PENDING_FAILURES {
                    self.pending.remove(position);
                }
            }
            Door::StepUp(position) => {
                let failures = self.sessions.get(position).map_or(0, |session| session.failures);
                if failures >= policy::SESSION_FAILURES {
                    let session = self.sessions.remove(position);
                    self.revoke(session);
                    events.push(Event::SessionsEnded);
                }
            }
        }
    }
}
