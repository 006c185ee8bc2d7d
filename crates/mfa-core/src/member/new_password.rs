//! A new password: owed at a sign-in, chosen within a session, or chosen by link.
//!
//! Whichever way it comes, it ends everything that was got with the old one, and never anything of the second factor.

use alloc::vec::Vec;

use super::command::{Fresh, Grant};
use super::event::Event;
use super::id::{SessionId, TokenDigest};
use super::outcome::Outcome;
use super::session::Entrance;
use super::state::{Duty, Factor, Joined, Member, PasswordVerifier};
use super::step_up::Assurance;
use crate::tenant::ModeKind;
use crate::throttle::Lane;
use crate::time::Timestamp;

/// A password that somebody has chosen.
pub(super) struct Chosen {
    pub(super) verifier: PasswordVerifier,
    /// What it hashes to under the scheme of the one kept, if that is another.
    pub(super) under_kept: Option<[u8; 32]>,
}

impl Member {
    /// Chosen by whoever holds a link. It signs nobody in and leaves the second factor and its budgets alone: whoever
    /// reads somebody's mail would otherwise have as many guesses at codes as he asks for links.
    pub(super) fn replace_password_by_link(
        &mut self,
        grant: &Grant,
        link: &TokenDigest,
        chosen: Chosen,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let joined = match self.admit_local(grant, events) {
            Ok(joined) => joined,
            Err(refusal) => return refusal.for_link(),
        };
        if grant.login_elsewhere {
            return Outcome::LinkRefused;
        }
        if joined.find_link(link).is_none() {
            return Outcome::LinkRefused;
        }
        if let Err(outcome) = joined.may_be_chosen(&chosen, grant.mode) {
            return outcome;
        }
        joined.take_password(chosen, events);
        joined.end_sessions();
        self.strangers = Lane::default();
        Outcome::PasswordChanged
    }
}

impl Joined {
    /// Owed at a sign-in. It clears the budgets, because they count what may be guessed with the old one, and ends
    /// everything that was got with the old one, except the pending sign-in that replaces it.
    pub(super) fn replace_password(
        &mut self,
        grant: &Grant,
        pending: &TokenDigest,
        chosen: Chosen,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let owing = self.find_pending_that_owes(pending, Duty::NewPassword);
        let mut current = match owing.map(|position| self.pending.get(position).cloned()) {
            Ok(Some(current)) if current.voucher.is_none() => current,
            // Owed at an application's login, it is chosen there.
            Ok(Some(_)) => return Outcome::SignInExpired,
            Ok(None) => return Outcome::SignInExpired,
            Err(outcome) => return outcome,
        };
        let methods = current.methods;
        let is_paid = match grant.mode {
            // Somebody else has the old one, so it alone does not pay for the new one; unless there is nothing else to
            // show, and it would be enough to enrol with. Who says that it was not she needs the mail.
            ModeKind::Mfa => methods.code || methods.recovery_key || self.must_enrol(grant) && !self.password_burnt,
            // Nobody is known to have it: it is short, and all that is asked for.
            ModeKind::Password => self.has_short_password() && !self.password_burnt,
            ModeKind::External => false,
        };
        if !is_paid {
            return Outcome::SignInExpired;
        }
        if let Err(outcome) = self.may_be_chosen(&chosen, grant.mode) {
            return outcome;
        }
        self.take_password(chosen, events);
        self.forget_guesses();
        self.end_sessions();
        // A recovery key opens the way past a locked authenticator, not the door itself.
        if methods.code || !(self.is_locked() || self.must_enrol(grant)) {
            return self.sign_in(grant, Entrance::by(methods, current.proven), fresh, now, events);
        }
        current.duty = Duty::Enrol;
        let expires_at = current.expires_at;
        self.pending.push(current);
        Outcome::Owes { duty: Duty::Enrol, expires_at, authenticator_locked: false, recovery: None }
    }

    /// Chosen within a session, by somebody who knows the present one and, where there is a second factor, has just
    /// shown that. That session stays.
    #[allow(clippy::too_many_arguments, reason = "a decision's whole context, passed in the open")]
    pub(super) fn change_password(
        &mut self,
        grant: &Grant,
        session: SessionId,
        kept_scheme: &str,
        current: &[u8; 32],
        chosen: Chosen,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        // Without a second factor the password typed here is what a step-up would ask for.
        let assurance = if grant.mode == ModeKind::Mfa { Assurance::Own } else { Assurance::Live };
        if let Err(outcome) = self.session_with(grant, session, assurance, now) {
            return outcome;
        }
        let Some(position) = self.find_session(session) else {
            return Outcome::SessionEnded;
        };
        if let Err(outcome) = self.judge_own_password(position, kept_scheme, current, events) {
            return outcome;
        }
        if let Err(outcome) = self.may_be_chosen(&chosen, grant.mode) {
            return outcome;
        }
        self.take_password(chosen, events);
        self.forget_guesses();
        self.end_sessions_but(Some(session));
        Outcome::PasswordChanged
    }

    /// Whether there is no authenticator where there has to be one.
    pub(super) fn must_enrol(&self, grant: &Grant) -> bool {
        grant.mode == ModeKind::Mfa && self.factor == Factor::None
    }

    /// Whether there is a password and it does not stand alone.
    pub(super) fn has_short_password(&self) -> bool {
        self.password.as_ref().is_some_and(|kept| !kept.stands_alone)
    }

    /// Where it has to stand alone, it does; and it is new: what somebody else knows stays known, however it is hashed.
    fn may_be_chosen(&self, Chosen { verifier, under_kept }: &Chosen, mode: ModeKind) -> Result<(), Outcome> {
        if mode == ModeKind::Password && !verifier.stands_alone {
            return Err(Outcome::PasswordTooShort);
        }
        let Some(kept) = &self.password else {
            return Ok(());
        };
        let comparable = if verifier.scheme == kept.scheme { Some(verifier.output) } else { *under_kept };
        match comparable {
            None => Err(Outcome::OtherScheme(kept.scheme.clone())),
            Some(output) if kept.matches(&output) => Err(Outcome::PasswordUnchanged),
            Some(_) => Ok(()),
        }
    }

    /// What every new password does. Sign-ins that were begun with the old one end with it, by its version too.
    fn take_password(&mut self, Chosen { verifier, .. }: Chosen, events: &mut Vec<Event>) {
        self.password = Some(verifier);
        self.password_version = self.password_version.saturating_add(1);
        self.password_burnt = false;
        self.links.clear();
        self.devices.clear();
        self.forget_sign_ins();
        events.push(Event::PasswordReplaced);
    }

    /// No password at all: there is no local door. Nothing judged under the one before goes on.
    pub(super) fn forget_password(&mut self) {
        if self.password.take().is_some() {
            self.password_version = self.password_version.saturating_add(1);
        }
        self.password_burnt = false;
        self.links.clear();
    }

    /// The budgets count what may be guessed with one password.
    pub(super) fn forget_guesses(&mut self) {
        self.codes = Lane::default();
        self.recovery_keys = Lane::default();
    }
}
