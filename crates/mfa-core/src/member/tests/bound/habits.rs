//! How somebody lives with her second factor.

/// What she does, and how often. Every so many days means: on the average.
#[derive(Debug)]
pub(super) struct Habits {
    pub(super) name: &'static str,
    /// Hours between two sign-ins, at least and at most.
    pub(super) hours: (u64, u64),
    /// Of a hundred sign-ins: on the remembered device, by a recovery key, with a code mistyped first.
    pub(super) by_device: u64,
    pub(super) by_key: u64,
    pub(super) mistyped: u64,
    /// Days between two resets by herself, two by an administrator, two changes of password; zero for never.
    pub(super) resets: u64,
    pub(super) ordered: u64,
    pub(super) changes: u64,
    /// Whether she says "this was not me" to a notice and takes another password.
    pub(super) heeds_notices: bool,
    pub(super) way_out: WayOut,
    /// Whether her password is a platform's own, which asks us for the rest.
    pub(super) elsewhere: bool,
}

/// What she does about a lock.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum WayOut {
    /// A recovery key, a new password, a new authenticator.
    RecoveryKey,
    /// She waits until an administrator's reset asks for no new password, then keeps the one that has leaked.
    KeepsThePassword,
    /// Nothing.
    None,
}

impl Habits {
    pub(super) fn is_elsewhere(&self) -> bool {
        self.elsewhere
    }

    pub(super) fn is_absent(&self) -> bool {
        self.hours.0 > 24 * 365
    }
}

/// Somebody with a job.
pub(super) const ORDINARY: Habits = Habits {
    name: "ordinary",
    hours: (2, 30),
    by_device: 35,
    by_key: 1,
    mistyped: 15,
    resets: 150,
    ordered: 200,
    changes: 300,
    heeds_notices: false,
    way_out: WayOut::RecoveryKey,
    elsewhere: false,
};

/// The same, who heeds what she is told.
pub(super) const ALERT: Habits = Habits { name: "alert", hours: (12, 60), heeds_notices: true, ..ORDINARY };

/// Never another password, but authenticator after authenticator: the worst that there is by DESIGN.md.
pub(super) const REBINDS: Habits = Habits {
    name: "re-binding",
    hours: (6, 40),
    by_key: 2,
    resets: 20,
    ordered: 25,
    changes: 0,
    way_out: WayOut::KeepsThePassword,
    ..ORDINARY
};

/// On leave for years.
pub(super) const ABSENT: Habits =
    Habits { name: "absent", hours: (100 * 365 * 24, 100 * 365 * 24), way_out: WayOut::None, ..REBINDS };

/// The same with a login elsewhere: every guess comes through the application's door.
pub(super) const ABSENT_ELSEWHERE: Habits = Habits { name: "absent, elsewhere", elsewhere: true, ..ABSENT };

/// Hardly there, but at hand at the very moment at which the lock can be undone and the password kept.
pub(super) const ACCOMPLICE: Habits = Habits {
    name: "accomplice",
    hours: (48, 48),
    by_device: 0,
    by_key: 0,
    mistyped: 0,
    resets: 0,
    ordered: 0,
    ..REBINDS
};
