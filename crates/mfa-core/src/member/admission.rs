//! Admission: the bearer of the name that the tenant means, brought to its epoch and its orders, before any command
//! is looked at. Whatever is outdated is gone by then, so no command has to ask.

use alloc::vec::Vec;

use super::command::Grant;
use super::event::{Event, ResetBy};
use super::outcome::Outcome;
use super::state::{Factor, Joined, Member};
use crate::tenant::directory::Orders;
use crate::tenant::{Epoch, ModeKind};
use crate::throttle::Lane;

/// Why a member is not let through to a command at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotAdmitted {
    /// No such member, or not the one that the tenant means.
    Stranger,
    /// The grant is older than what the member has seen.
    StaleGrant,
    /// The tenant signs in elsewhere.
    LocalDoorsClosed,
    /// The grant binds an authenticator whose secret was not opened.
    Unreadable,
}

impl NotAdmitted {
    pub(super) fn for_sign_in(self) -> Outcome {
        self.or(Outcome::SignInRefused)
    }

    pub(super) fn for_pending(self) -> Outcome {
        self.or(Outcome::SignInExpired)
    }

    pub(super) fn for_session(self) -> Outcome {
        self.or(Outcome::SessionEnded)
    }

    pub(super) fn for_authorization(self) -> Outcome {
        self.or(Outcome::AuthorizationRefused)
    }

    pub(super) fn for_link(self) -> Outcome {
        self.or(Outcome::LinkRefused)
    }

    fn or(self, stranger: Outcome) -> Outcome {
        match self {
            NotAdmitted::Stranger => stranger,
            NotAdmitted::StaleGrant => Outcome::StaleGrant,
            NotAdmitted::LocalDoorsClosed => Outcome::LocalDoorsClosed,
            NotAdmitted::Unreadable => Outcome::Unreadable,
        }
    }
}

impl Member {
    /// The bearer of the name that the tenant means, up to date with the tenant's word.
    pub(super) fn admit(&mut self, grant: &Grant, events: &mut Vec<Event>) -> Result<&mut Joined, NotAdmitted> {
        let joined = self.joined_mut().ok_or(NotAdmitted::Stranger)?;
        if joined.generation != grant.generation {
            return Err(NotAdmitted::Stranger);
        }
        joined.catch_up(grant, events)?;
        Ok(joined)
    }

    /// Whether the tenant's word is older than what is known here of whoever bears the name. After a restore that was
    /// not heard of here the tenant itself may be the older of the two, and is followed.
    pub(super) fn has_outdated(&self, grant: &Grant) -> bool {
        self.standing().is_some_and(|(_, epoch)| grant.epoch < epoch)
            && self.joined().is_none_or(|joined| grant.restored_at <= joined.restored_at)
    }

    /// The same, where the tenant's members sign in here and not elsewhere (G08).
    pub(super) fn admit_local(&mut self, grant: &Grant, events: &mut Vec<Event>) -> Result<&mut Joined, NotAdmitted> {
        let joined = self.admit(grant, events)?;
        match grant.mode {
            ModeKind::External => Err(NotAdmitted::LocalDoorsClosed),
            ModeKind::Password | ModeKind::Mfa => Ok(joined),
        }
    }
}

impl Joined {
    /// Makes up for what the tenant has decided since. A restore comes before everything, for what it brought back may
    /// be older than what is known here, or newer. For the rest, each part of its word only ever rises, so a word that is lower
    /// in any is an older one: it is refused whole, and nothing changes.
    fn catch_up(&mut self, grant: &Grant, events: &mut Vec<Event>) -> Result<(), NotAdmitted> {
        if grant.restored_at > self.restored_at {
            self.restore(grant, events);
        }
        let Orders { resets, sign_outs } = grant.orders;
        if grant.restored_at < self.restored_at {
            return Err(NotAdmitted::StaleGrant);
        }
        if grant.epoch < self.epoch || resets < self.orders.resets || sign_outs < self.orders.sign_outs {
            return Err(NotAdmitted::StaleGrant);
        }
        // Heard or not, the tenant has signed in elsewhere since this password was chosen.
        let outlived = self.epoch < grant.passwords_since;
        if grant.epoch > self.epoch {
            let adopted = self.adopted_by(grant)?;
            self.pass_to(grant.epoch, events);
            if let Some(authenticator) = adopted {
                let set = authenticator.recovery.number;
                self.newest_set = set;
                self.factor = Factor::Bound(authenticator);
                events.push(Event::Enrolled { set });
            }
        }
        if outlived || grant.mode == ModeKind::External {
            // Nothing old revives on the way back, not even a password that was chosen as the tenant turned.
            self.forget_password();
        }
        self.obey(grant.orders, events);
        Ok(())
    }

    /// The tenant has moved to a later epoch: everything made in an earlier one is gone, counters too.
    pub(super) fn pass_to(&mut self, epoch: Epoch, events: &mut Vec<Event>) {
        let had_anything = self.epoch != Epoch::default();
        self.wiped = Some((epoch, self.tally()));
        self.epoch = epoch;
        self.erase_factor();
        self.browsers.clear();
        self.codes = Lane::default();
        self.recovery_keys = Lane::default();
        if had_anything {
            events.push(Event::EpochPassed);
        }
    }

    /// Carries out what administrators have ordered since.
    fn obey(&mut self, orders: Orders, events: &mut Vec<Event>) {
        if orders.resets > self.orders.resets {
            self.reset(ResetBy::Administrator, events);
        }
        if orders.sign_outs > self.orders.sign_outs {
            let anybody = !self.sessions.is_empty();
            self.end_sessions();
            if anybody {
                events.push(Event::SessionsEnded);
            }
        }
        self.orders = orders;
    }
}
