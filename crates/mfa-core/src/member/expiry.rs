//! What time ends: erased before anything is decided, and when next there is something to erase.

use super::{Bearer, Joined, Member, SetUpStage};
use crate::policy;
use crate::throttle::Lane;
use crate::time::Timestamp;

impl Member {
    /// Erases what time has ended, so that nothing else has to look at a clock twice.
    pub(super) fn forget_expired(&mut self, now: Timestamp) {
        // A name that nobody bears is forgotten after this time, so it has to be so for a name that somebody bears.
        if is_forgotten(&self.strangers, now) {
            self.strangers = Lane::default();
        }
        match &mut self.bearer {
            Bearer::Nobody => {}
            Bearer::Expected(expected) => expected.before.revoked.forget_expired(now),
            Bearer::Joined(joined) => joined.forget_expired(now),
            Bearer::Left(departed) => departed.revoked.forget_expired(now),
        }
    }

    /// When time will next have ended something of it; `None` when there is nothing that time alone ends. Whoever wakes a
    /// record for [`Command::Sweep`](super::Command::Sweep) need not do so before, and not at all without.
    ///
    /// ```
    /// # mod shell { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/shell.rs")); } use shell::*;
    /// use mfa_core::{member::Command, policy, tenant::ModeKind};
    ///
    /// let mut shell = Shell::joined(ModeKind::Password);
    /// assert_eq!(shell.member.next_expiry(), None, "a password stays until its owner leaves");
    /// shell.sign_in();
    /// let ends_at = shell.now.saturating_add(policy::SESSION_ABSOLUTE);
    /// assert_eq!(shell.member.next_expiry(), Some(ends_at));
    /// shell.wait(policy::SESSION_ABSOLUTE);
    /// shell.ask(Command::Sweep);
    /// assert_eq!(shell.member.next_expiry(), None, "nobody need look again");
    /// ```
    #[must_use]
    pub fn next_expiry(&self) -> Option<Timestamp> {
        let revoked = self.revoked();
        let of_revoked = revoked.sessions.iter().map(|(_, until)| *until).chain(Some(revoked.up_to));
        let of_joined = self.joined().into_iter().flat_map(Joined::expiries);
        let all = of_joined.chain(of_revoked).chain(Some(self.strangers.forgotten_at()));
        // What was never set does not end.
        all.filter(|at| *at != Timestamp::default()).min()
    }
}

impl Joined {
    fn forget_expired(&mut self, now: Timestamp) {
        self.pending.retain(|pending| now < pending.expires_at);
        self.devices.retain(|device| now < device.until);
        self.browsers.retain(|browser| !is_forgotten(&browser.passwords, now));
        self.sessions.retain(|session| now < session.ends_at);
        self.links.retain(|link| now < link.expires_at);
        self.authorizations.retain(|kept| now < kept.expires_at);
        self.confirmations.retain(|kept| now < kept.expires_at);
        self.revoked.forget_expired(now);
        self.enrolment.take_if(|owed| now >= owed.enrolment.expires_at);
        self.renewal.take_if(|renewal| now >= renewal.expires_at);
        // One that is ready waits for the tenant, whatever the time.
        self.set_up.take_if(|set_up| match &set_up.stage {
            SetUpStage::Enrolling(enrolment) => now >= enrolment.expires_at,
            SetUpStage::Ready { .. } => false,
        });
    }

    /// When each thing ends that [`Joined::forget_expired`] takes.
    fn expiries(&self) -> impl Iterator<Item = Timestamp> {
        let pending = self.pending.iter().map(|pending| pending.expires_at);
        let devices = self.devices.iter().map(|device| device.until);
        let browsers = self.browsers.iter().map(|browser| browser.passwords.forgotten_at());
        let sessions = self.sessions.iter().map(|session| session.ends_at);
        let links = self.links.iter().map(|link| link.expires_at);
        let authorizations = self.authorizations.iter().map(|kept| kept.expires_at);
        let confirmations = self.confirmations.iter().map(|kept| kept.expires_at);
        let enrolment = self.enrolment.iter().map(|owed| owed.enrolment.expires_at);
        let renewal = self.renewal.iter().map(|renewal| renewal.expires_at);
        let set_up = self.set_up.iter().filter_map(|set_up| match &set_up.stage {
            SetUpStage::Enrolling(enrolment) => Some(enrolment.expires_at),
            SetUpStage::Ready { .. } => None,
        });
        let signing_in = pending.chain(devices).chain(browsers).chain(sessions).chain(links);
        signing_in.chain(authorizations).chain(confirmations).chain(enrolment).chain(renewal).chain(set_up)
    }
}

impl Lane {
    /// When a lane of passwords has been quiet for so long that its failures do not count any more; the beginning of time
    /// for one without failures.
    fn forgotten_at(&self) -> Timestamp {
        if *self == Lane::default() {
            return Timestamp::default();
        }
        self.last_failure.saturating_add(policy::PASSWORD_FAILURES_FORGOTTEN)
    }
}

fn is_forgotten(passwords: &Lane, now: Timestamp) -> bool {
    now >= passwords.forgotten_at()
}
