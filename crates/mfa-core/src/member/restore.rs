//! After a backup was brought back: nothing that was used since the backup can be used again.
//!
//! Whose record it was, nobody can tell: hers, the tenant's or both. So whatever can be used once, or could be taken
//! away, counts as used and taken away up to that moment. The authenticator stays bound: its codes of before are spent,
//! later ones were never seen.

use alloc::vec::Vec;

use super::command::Grant;
use super::event::Event;
use super::state::{Factor, Joined};
use crate::tenant::directory::Orders;
use crate::time::TimeStep;

impl Joined {
    /// Makes up for the restore that the tenant tells of.
    pub(super) fn restore(&mut self, grant: &Grant, events: &mut Vec<Event>) {
        self.restored_at = grant.restored_at;
        let was_used = !(self.devices.is_empty() && self.sessions.is_empty() && self.links.is_empty())
            || self.factor != Factor::None
            || !self.pending.is_empty();
        self.devices.clear();
        self.links.clear();
        self.forget_sign_ins();
        self.end_sessions();
        self.older_set = None;
        if let Factor::Bound(authenticator) = &mut self.factor {
            // The newest code that could be accepted at that moment is of the step after it.
            let TimeStep(step) = TimeStep::at(grant.restored_at, authenticator.parameters.period);
            authenticator.last_step = authenticator.last_step.max(TimeStep(step.saturating_add(1)));
            for key in &mut authenticator.recovery.keys {
                key.spent_at.get_or_insert(grant.restored_at);
            }
        }
        // The tenant may be the older of the two: then its word is taken all the same, and what it does not know of is
        // gone. Its data key opens nothing of a later epoch.
        if grant.epoch < self.epoch {
            self.pass_to(grant.epoch, events);
        }
        let Orders { resets, sign_outs } = grant.orders;
        self.orders.resets = self.orders.resets.min(resets);
        self.orders.sign_outs = self.orders.sign_outs.min(sign_outs);
        if was_used {
            events.push(Event::RestorePassed);
        }
    }
}
