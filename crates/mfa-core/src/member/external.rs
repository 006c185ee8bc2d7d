//! Sign-in by the tenant's identity provider.

use alloc::vec::Vec;

use super::admission::NotAdmitted;
use super::command::{Fresh, Grant};
use super::event::Event;
use super::outcome::Outcome;
use super::session::Entrance;
use super::state::{Member, Methods};
use super::step_up::{Proven, ProvenBy};
use crate::tenant::ModeKind;
use crate::time::Timestamp;

impl Member {
    /// The provider has vouched for her, and the tenant's word says that its members sign in there. Whoever is new is
    /// taken in, without a password: no local door is made by it.
    pub(super) fn begin_external(
        &mut self,
        grant: &Grant,
        provider_time: Timestamp,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        if grant.mode != ModeKind::External {
            // As with every word: what it says is followed, or refused if she has heard a later one.
            return match self.admit(grant, events) {
                Ok(_) | Err(NotAdmitted::Stranger) => Outcome::OtherMode(grant.mode),
                Err(refusal) => refusal.for_sign_in(),
            };
        }
        if self.is_new_here(grant.generation) {
            // Nobody is replaced on an outdated word.
            if self.has_outdated(grant) {
                return Outcome::StaleGrant;
            }
            self.take_in(grant.generation, grant.epoch, None, events);
        }
        let joined = match self.admit(grant, events) {
            Ok(joined) => joined,
            Err(refusal) => return refusal.for_sign_in(),
        };
        // A provider whose clock is ahead proves nothing in the future.
        let proven = Some(Proven { at: provider_time.min(now), by: ProvenBy::Provider });
        let methods = Methods { external: true, ..Methods::default() };
        joined.sign_in(grant, Entrance::by(methods, proven), fresh, now, events)
    }
}
