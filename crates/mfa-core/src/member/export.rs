//! Taking an authenticator out, for a tenant that leaves. It stays bound: whoever takes it there and is signed in here
//! meanwhile notices nothing but what the log and a notice tell her.

use alloc::vec::Vec;

use super::command::Grant;
use super::event::Event;
use super::outcome::Outcome;
use super::state::{Factor, GuardedSecret, Joined};
use crate::tenant::ModeKind;

impl Joined {
    /// Never what is on its way: an enrolment that is not complete is nobody's authenticator.
    pub(super) fn export(&self, grant: &Grant, events: &mut Vec<Event>) -> Outcome {
        if grant.mode != ModeKind::Mfa {
            return Outcome::OtherMode(grant.mode);
        }
        let Factor::Bound(authenticator) = &self.factor else {
            return Outcome::Exported { parameters: None };
        };
        if !matches!(authenticator.secret, GuardedSecret::Open(_)) {
            return Outcome::Unreadable;
        }
        events.push(Event::AuthenticatorExported);
        Outcome::Exported { parameters: Some(authenticator.parameters) }
    }
}
