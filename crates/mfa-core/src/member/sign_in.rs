//! Sign-ins under way: right password given, something more owed.

use super::id::TokenDigest;
use super::outcome::{Outcome, RecoveryKeyUse};
use super::state::{Duty, Factor, Joined, PendingSignIn, ProofKind};
use crate::policy;
use crate::time::Timestamp;

impl Joined {
    /// Where in the list a live pending sign-in stands, by either of its tokens. Compared in constant time with every
    /// one.
    pub(super) fn find_pending(&self, token: &TokenDigest) -> Option<usize> {
        let mut found = None;
        for (position, pending) in self.pending.iter().enumerate() {
            if pending.token.matches(token) | pending.is_on_page(token) {
                found = Some(position);
            }
        }
        found
    }

    /// The same, if it owes `duty`; else what to answer.
    pub(super) fn find_pending_that_owes(&self, token: &TokenDigest, duty: Duty) -> Result<usize, Outcome> {
        let position = self.find_pending(token).ok_or(Outcome::SignInExpired)?;
        match self.pending.get(position) {
            Some(pending) if pending.duty == duty => Ok(position),
            Some(pending) => Err(Outcome::OtherDuty(pending.duty)),
            None => Err(Outcome::SignInExpired),
        }
    }

    pub(super) fn pending_mut(&mut self, token: &TokenDigest) -> Option<&mut PendingSignIn> {
        let position = self.find_pending(token)?;
        self.pending.get_mut(position)
    }

    /// Adds a pending sign-in. If there are too many, the oldest that has cost nothing but a password goes: whoever
    /// has only that cannot push out one on which a second factor was spent, or an enrolment. Whether one that owed a
    /// code had to go: then somebody begins sign-ins faster than its owner can finish hers.
    pub(super) fn add_pending(&mut self, pending: PendingSignIn) -> bool {
        let is_full = self.pending.len() >= policy::PENDING_AT_ONCE;
        let owes_code = self.pending.iter().position(|pending| pending.duty == Duty::Code).filter(|_| is_full);
        if is_full {
            // One that enrols lives longer than one that does not, so the first to expire is the one to miss least.
            let unpaid = self.pending.iter().enumerate().filter(|(_, pending)| pending.proven.is_none());
            let idle = unpaid.min_by_key(|(_, pending)| pending.expires_at).map(|(position, _)| position);
            self.pending.remove(owes_code.or(idle).unwrap_or(0));
        }
        self.pending.push(pending);
        owes_code.is_some()
    }

    /// The second factor is given, but the password is in somebody else's hands: a new one is owed before anything
    /// else. What failed on the way was its owner's. Given on our page, it is noted there: `token` was its.
    pub(super) fn owe_new_password(
        &mut self,
        position: usize,
        token: &TokenDigest,
        recovery: Option<RecoveryKeyUse>,
        now: Timestamp,
    ) -> Outcome {
        let expires_at = now.saturating_add(policy::ENROLMENT);
        if let Some(sign_in) = self.pending.get_mut(position) {
            sign_in.duty = Duty::NewPassword;
            sign_in.expires_at = expires_at;
            let is_on_page = sign_in.is_on_page(token);
            if let Some(page) = sign_in.page.as_mut().filter(|_| is_on_page) {
                page.has_paid = true;
            }
        }
        self.refund_failures(position);
        Outcome::Owes { duty: Duty::NewPassword, expires_at, authenticator_locked: self.is_locked(), recovery }
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
    fn refund_failures(&mut self, position: usize) {
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

    /// Ends every sign-in under way, the enrolment of one, and what came of one that nobody has fetched.
    pub(super) fn forget_sign_ins(&mut self) {
        self.pending.clear();
        self.confirmations.clear();
        self.enrolment = None;
    }

    /// Whether an authenticator is bound that takes no more codes.
    pub(super) fn is_locked(&self) -> bool {
        matches!(&self.factor, Factor::Bound(authenticator) if authenticator.locked_at.is_some())
    }
}
