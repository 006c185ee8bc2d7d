//! A recovery key instead of the code.

use alloc::vec::Vec;

use super::command::{Duty, Fresh, Grant, Outcome, RecoveryKeyUse};
use super::event::Event;
use super::id::TokenDigest;
use super::refusal;
use super::state::{Factor, Joined, PendingFailure, ProofKind};
use crate::policy;
use crate::recovery::RecoveryDigest;
use crate::time::Timestamp;

impl Joined {
    /// Judges a recovery key by its digest, against every key of the set. Each opens once.
    ///
    /// It never makes a remembered device. With a locked authenticator it opens the way to a new password and a new
    /// authenticator, not the door itself.
    pub(super) fn verify_recovery_key(
        &mut self,
        grant: &Grant,
        pending: &TokenDigest,
        digest: &RecoveryDigest,
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
        if let Some(refused) = refusal(self.recovery_keys.admission(&policy::RECOVERY_LANE, now)) {
            return refused;
        }

        let before = self.recovery_keys.clone();
        self.recovery_keys.charge(&policy::RECOVERY_LANE, now);
        sign_in.failures.push(PendingFailure { kind: ProofKind::RecoveryKey, at: now });

        let set = &mut authenticator.recovery;
        let mut found = None;
        for (index, key) in set.keys.iter_mut().enumerate() {
            // `==` on digests takes the same time whatever they hold; every key is looked at.
            if key.digest == *digest {
                found = Some((index, key));
            }
        }
        let Some((index, key)) = found else {
            let consecutive = self.recovery_keys.consecutive();
            events.push(Event::RecoveryKeyRefused { consecutive });
            self.end_pending_if_worn_out(position);
            return Outcome::RecoveryKeyRefused;
        };
        let number = u8::try_from(index).unwrap_or(u8::MAX).saturating_add(1);
        if key.spent_at.is_some() {
            self.recovery_keys = before;
            sign_in.failures.pop();
            events.push(Event::RecoveryKeyReplayed { set: set.number, number });
            return Outcome::RecoveryKeyRefused;
        }
        key.spent_at = Some(now);
        let left = u8::try_from(set.left()).unwrap_or(u8::MAX);
        let used = RecoveryKeyUse { set: set.number, number, left };
        events.push(Event::RecoveryKeyUsed { set: used.set, number, left });
        let locked = authenticator.locked_at.is_some();
        sign_in.methods.recovery_key = true;
        let methods = sign_in.methods;
        self.recovery_keys.succeed();
        if locked {
            let expires_at = now.saturating_add(policy::ENROLMENT);
            sign_in.duty = Duty::NewPassword;
            sign_in.expires_at = expires_at;
            self.refund_failures(position);
            return Outcome::Owes {
                duty: Duty::NewPassword,
                expires_at,
                authenticator_locked: true,
                recovery: Some(used),
            };
        }
        self.finish_pending(position);
        self.sign_in(grant, methods, None, Some(used), fresh, now, events)
    }
}
