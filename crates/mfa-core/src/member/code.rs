//! A code of the authenticator app.

use alloc::vec::Vec;

use super::command::{Fresh, Grant};
use super::door::Door;
use super::event::Event;
use super::id::TokenDigest;
use super::outcome::Outcome;
use super::refusal;
use super::session::Entrance;
use super::state::{DeviceLabel, Duty, Factor, GuardedSecret, Joined, ProofKind};
use super::step_up::{Proven, ProvenBy};
use crate::passcode::Passcode;
use crate::policy;
use crate::time::Timestamp;
use crate::totp::{self, Window};

impl Joined {
    /// A code at a sign-in that owes one: in, unless the password is burnt.
    #[allow(clippy::too_many_arguments, reason = "a decision's whole context, passed in the open")]
    pub(super) fn verify_code(
        &mut self,
        grant: &Grant,
        pending: &TokenDigest,
        passcode: &Passcode,
        remember_device: Option<DeviceLabel>,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let position = match self.find_pending_that_owes(pending, Duty::Code) {
            Ok(position) => position,
            Err(outcome) => return outcome,
        };
        if let Err(outcome) = self.judge_code(Door::SignIn(position), passcode, fresh, now, events) {
            return outcome;
        }
        let Some(sign_in) = self.pending.get_mut(position) else {
            return Outcome::SignInExpired;
        };
        let proven = Some(Proven { at: now, by: ProvenBy::Code });
        sign_in.methods.code = true;
        sign_in.proven = proven;
        let (methods, hearer) = (sign_in.methods, sign_in.hearer(pending));
        if self.password_burnt {
            return self.owe_new_password(position, pending, None, now);
        }
        self.finish_pending(position);
        let device = remember_device
            .filter(|_| hearer.may_remember())
            .map(|label| self.remember_device(label, fresh, now, events));
        self.let_in(grant, hearer, Entrance { methods, proven, device, recovery: None }, fresh, now, events)
    }

    /// The one judge of codes, whatever door they are shown at. The order is the point: admission, charge, compare,
    /// replay, success. A code that is accepted is spent; any refusal has been counted where it must be.
    pub(super) fn judge_code(
        &mut self,
        door: Door,
        passcode: &Passcode,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Result<(), Outcome> {
        let Factor::Bound(authenticator) = &mut self.factor else {
            return Err(door.closed());
        };
        if authenticator.locked_at.is_some() {
            return Err(Outcome::AuthenticatorLocked);
        }
        if let Some(refused) = refusal(self.codes.admission(&policy::CODE_LANE, now)) {
            return Err(refused);
        }
        let GuardedSecret::Open(secret) = &authenticator.secret else {
            return Err(Outcome::Unreadable);
        };

        let digits = authenticator.parameters.digits;
        if passcode.digits() != digits {
            // No code of this authenticator, so no guess either.
            return Err(Outcome::CodeOfOtherLength { digits });
        }

        let before = self.codes.clone();
        self.codes.charge(&policy::CODE_LANE, now);
        door.charge(&mut self.pending, &mut self.sessions, ProofKind::Code, now);

        let Some(found) = totp::matching_step(secret, &authenticator.parameters, passcode, now, Window::ONE) else {
            return Err(self.code_failed(door, fresh, now, events));
        };
        if found.step <= authenticator.last_step {
            // Somebody repeats a code that was right: no guess, so no charge (A17), and no entry either.
            self.codes = before;
            door.refuse_uncharged(&mut self.pending, &mut self.sessions);
            events.push(Event::CodeReplayed);
            self.close_if_worn_out(door, events);
            return Err(Outcome::CodeRefused);
        }
        authenticator.last_step = found.step;
        authenticator.drift = found.drift;
        self.codes = before;
        self.codes.succeed();
        door.take_back(&mut self.pending, &mut self.sessions);
        Ok(())
    }

    /// What a wrong code leaves behind, beyond the charges that are already made.
    fn code_failed(&mut self, door: Door, fresh: &Fresh, now: Timestamp, events: &mut Vec<Event>) -> Outcome {
        let consecutive = self.codes.consecutive();
        events.push(Event::CodeRefused { consecutive });
        // A notice of slips before these, her own perhaps, says nothing of these.
        let is_told = self.codes.oldest_budgeted().is_some_and(|oldest| self.has_burnt_link_since(oldest));
        let slowly = self.codes.budgeted() == policy::SLOW_GUESSING_AFTER && !is_told;
        if consecutive == policy::BURNT_PASSWORD_AFTER || slowly {
            events.push(Event::PasswordBurnt);
            self.leave_burnt_link(fresh, now);
        }
        let is_spent = self.codes.is_spent(&policy::CODE_LANE, now);
        if let (true, Factor::Bound(authenticator)) = (is_spent, &mut self.factor) {
            authenticator.locked_at = Some(now);
            events.push(Event::AuthenticatorLocked);
        }
        self.close_if_worn_out(door, events);
        Outcome::CodeRefused
    }
}
