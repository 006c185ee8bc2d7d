//! A recovery key instead of the code.

use alloc::vec::Vec;

use super::command::{Fresh, Grant};
use super::door::Door;
use super::event::Event;
use super::id::TokenDigest;
use super::outcome::{Outcome, RecoveryKeyUse};
use super::refusal;
use super::session::Entrance;
use super::state::{Duty, Factor, Joined, OlderSet, ProofKind};
use super::step_up::{Proven, ProvenBy};
use crate::policy;
use crate::recovery::RecoveryDigest;
use crate::time::Timestamp;

impl Joined {
    /// A recovery key at a sign-in that owes a code.
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
        let position = match self.find_pending_that_owes(pending, Duty::Code) {
            Ok(position) => position,
            Err(outcome) => return outcome,
        };
        let used = match self.judge_recovery_key(Door::SignIn(position), digest, now, events) {
            Ok(used) => used,
            Err(outcome) => return outcome,
        };
        let Some(sign_in) = self.pending.get_mut(position) else {
            return Outcome::SignInExpired;
        };
        let proven = Some(Proven { at: now, by: ProvenBy::RecoveryKey });
        sign_in.methods.recovery_key = true;
        sign_in.proven = proven;
        let (methods, hearer) = (sign_in.methods, sign_in.hearer(pending));
        if self.is_locked() || self.password_burnt {
            return self.owe_new_password(position, pending, Some(used), now);
        }
        self.finish_pending(position);
        let entrance = Entrance { methods, proven, device: None, recovery: Some(used) };
        self.let_in(grant, hearer, entrance, fresh, now, events)
    }

    /// The one judge of recovery keys, whatever door they are shown at: by their digest, against every key of the
    /// set. Each opens once.
    pub(super) fn judge_recovery_key(
        &mut self,
        door: Door,
        digest: &RecoveryDigest,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Result<RecoveryKeyUse, Outcome> {
        let Factor::Bound(authenticator) = &mut self.factor else {
            return Err(door.closed());
        };
        if let Some(refused) = refusal(self.recovery_keys.admission(&policy::RECOVERY_LANE, now)) {
            return Err(refused);
        }

        let before = self.recovery_keys.clone();
        self.recovery_keys.charge(&policy::RECOVERY_LANE, now);
        door.charge(&mut self.pending, &mut self.sessions, ProofKind::RecoveryKey, now);

        let set = &mut authenticator.recovery;
        let mut found = None;
        for (index, key) in set.keys.iter_mut().enumerate() {
            // `==` on digests takes the same time whatever they hold; every key is looked at.
            if key.digest == *digest {
                found = Some((index, key));
            }
        }
        let Some((index, key)) = found else {
            if let Some(set) = self.older_set.as_ref().and_then(|older| older.holds(digest)) {
                // 115 random bits are not guessed: whoever has one has the sheet, and is told to look for the newer.
                self.recovery_keys = before;
                door.refuse_uncharged(&mut self.pending, &mut self.sessions);
                events.push(Event::OlderRecoveryKey { set });
                self.close_if_worn_out(door, events);
                return Err(Outcome::RecoveryKeyOfOlderSet { set });
            }
            let consecutive = self.recovery_keys.consecutive();
            events.push(Event::RecoveryKeyRefused { consecutive });
            self.close_if_worn_out(door, events);
            return Err(Outcome::RecoveryKeyRefused);
        };
        let number = u8::try_from(index).unwrap_or(u8::MAX).saturating_add(1);
        if key.spent_at.is_some() {
            self.recovery_keys = before;
            door.refuse_uncharged(&mut self.pending, &mut self.sessions);
            events.push(Event::RecoveryKeyReplayed { set: set.number, number });
            self.close_if_worn_out(door, events);
            return Err(Outcome::RecoveryKeyRefused);
        }
        key.spent_at = Some(now);
        self.recovery_keys = before;
        self.recovery_keys.succeed();
        door.take_back(&mut self.pending, &mut self.sessions);
        let used = RecoveryKeyUse { set: set.number, number, left: set.left() };
        events.push(Event::RecoveryKeyUsed { set: used.set, number, left: used.left });
        Ok(used)
    }
}

impl OlderSet {
    /// The set's number, if the key is one of it. Every key is looked at.
    fn holds(&self, digest: &RecoveryDigest) -> Option<u32> {
        let found = self.digests.iter().fold(false, |found, older| found | (older == digest));
        found.then_some(self.number)
    }
}
