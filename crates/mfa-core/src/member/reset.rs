//! Reset of MFA: the authenticator is unbound, and everything that came with it is gone.

use alloc::vec::Vec;

use super::command::Grant;
use super::event::{Event, ResetBy};
use super::id::SessionId;
use super::outcome::Outcome;
use super::state::{Factor, Joined};
use super::step_up::Assurance;
use crate::tenant::ModeKind;
use crate::time::Timestamp;

impl Joined {
    /// Her own reset. She enrols anew at the next sign-in.
    pub(super) fn reset_own(
        &mut self,
        grant: &Grant,
        session: SessionId,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        if grant.mode != ModeKind::Mfa {
            return Outcome::OtherMode(grant.mode);
        }
        if let Err(outcome) = self.session_with(grant, session, Assurance::Own, now) {
            return outcome;
        }
        self.reset(ResetBy::Member, events);
        Outcome::MfaReset
    }

    /// Unbinds the authenticator and says so, if there was anything to unbind or to end.
    pub(super) fn reset(&mut self, by: ResetBy, events: &mut Vec<Event>) {
        if self.erase_factor() {
            events.push(Event::Reset { by });
        }
    }

    /// Erases the factor, whatever was on its way to become one, and whatever was got with it. Whether there was
    /// anything.
    ///
    /// The budgets stay: they count guesses with this password, and a new authenticator buys no new ones.
    pub(super) fn erase_factor(&mut self) -> bool {
        let anything = self.factor != Factor::None
            || self.enrolment.is_some()
            || self.set_up.is_some()
            || !(self.devices.is_empty() && self.pending.is_empty() && self.sessions.is_empty());
        self.factor = Factor::None;
        self.older_set = None;
        self.devices.clear();
        self.forget_sign_ins();
        self.end_sessions();
        anything
    }
}
