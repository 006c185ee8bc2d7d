//! A code of the authenticator app.

use alloc::vec::Vec;

use super::command::{Duty, Fresh, Grant, Outcome};
use super::event::Event;
use super::id::TokenDigest;
use super::refusal;
use super::state::{Factor, GuardedSecret, Joined, PendingFailure, ProofKind};
use crate::passcode::Passcode;
use crate::policy;
use crate::time::Timestamp;
use crate::totp::{self, Window};

impl Joined {
    /// Judges a code. The order is the point: admission, charge, compare, replay, success.
    #[allow(clippy::too_many_arguments, reason = "a decision's whole context, passed in the open")]
    pub(super) fn verify_code(
        &mut self,
        grant: &Grant,
        pending: &TokenDigest,
        passcode: &Passcode,
        remember_device: bool,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let Some(position) = self.find_pending(pending) else {
            return Outcome::SignInExpired;
        };
        let Some(sign_in) = self.pending.get_mut(position) else {
            return Outcome::SignInExpired;
        };
        if sign_in.duty != Duty::Code {
            return Outcome::OtherDuty(sign_in.duty);
        }
        let Factor::Bound(authenticator) = &mut self.factor else {
            return Outcome::SignInExpired;
        };
        if authenticator.locked_at.is_some() {
            return Outcome::AuthenticatorLocked;
        }
        if let Some(refused) = refusal(self.codes.admission(&policy::CODE_LANE, now)) {
            return refused;
        }
        let GuardedSecret::Open(secret) = &authenticator.secret else {
            return Outcome::Unreadable;
        };

        let before = self.codes.clone();
        self.codes.charge(&policy::CODE_LANE, now);
        sign_in.failures.push(PendingFailure { kind: ProofKind::Code, at: now });

        let Some(found) = totp::matching_step(secret, &authenticator.parameters, passcode, now, Window::ONE) else {
            return self.code_failed(position, now, events);
        };
        if found.step <= authenticator.last_step {
            // Somebody repeats a code that was right: no guess, so no charge (A17), and no entry either.
            self.codes = before;
            sign_in.failures.pop();
            events.push(Event::CodeReplayed);
            return Outcome::CodeRefused;
        }
        authenticator.last_step = found.step;
        authenticator.drift = found.drift;
        let mut methods = sign_in.methods;
        methods.code = true;
        self.codes.succeed();
        self.finish_pending(position);
        let device = remember_device.then(|| self.remember_device(fresh, now, events));
        self.sign_in(grant, methods, device, None, fresh, now, events)
    }

    /// What a wrong code leaves behind, beyond the charge that is already made.
    fn code_failed(&mut self, position: usize, now: Timestamp, events: &mut Vec<Event>) -> Outcome {
        let consecutive = self.codes.consecutive();
        events.push(Event::CodeRefused { consecutive });
        if consecutive == policy::BURNT_PASSWORD_AFTER {
            events.push(Event::PasswordBurnt);
        }
        if self.codes.is_spent(&policy::CODE_LANE, now)
            && let Factor::Bound(authenticator) = &mut self.factor
        {
            authenticator.locked_at = Some(now);
            events.push(Event::AuthenticatorLocked);
        }
        self.end_pending_if_worn_out(position);
        Outcome::CodeRefused
    }

    /// A pending sign-in dies of too many failures, whatever their kind.
    pub(super) fn end_pending_if_worn_out(&mut self, position: usize) {
        if self.pending.get(position).is_some_and(|pending| pending.failures.len() >= policy::PENDING_FAILURES) {
            self.pending.remove(position);
        }
    }

    /// Ends a pending sign-in that succeeded and gives back what failed under it: it was its owner who mistyped.
    pub(super) fn finish_pending(&mut self, position: usize) {
        if position >= self.pending.len() {
            return;
        }
        self.refund_failures(position);
        self.pending.remove(position);
    }

    /// Gives back the charges made under a pending sign-in.
    pub(super) fn refund_failures(&mut self, position: usize) {
        let Some(pending) = self.pending.get_mut(position) else {
            return;
        };
        for failure in core::mem::take(&mut pending.failures) {
            match failure.kind {
                ProofKind::Code => self.codes.refund(failure.at),
                ProofKind::RecoveryKey => self.recovery_keys.refund(failure.at),
            }
        }
    }
}
