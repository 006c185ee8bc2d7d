//! Throttling: how many guesses somebody gets, and how fast.
//!
//! A [`Lane`] counts the failures of one kind of proof. The order is fixed: ask [`Lane::admission`], then
//! [`Lane::charge`], then compare, and only when the comparison shows that it was no failure give the charge back.
//! A crash between charge and compare thus costs the person a try and never gives the attacker one.
//!
//! ```
//! use mfa_core::policy::CODE_LANE;
//! use mfa_core::throttle::{Admission, Lane};
//! use mfa_core::time::Timestamp;
//!
//! let (mut lane, now) = (Lane::default(), Timestamp(1_700_000_000));
//! assert_eq!(lane.admission(&CODE_LANE, now), Admission::Open);
//! lane.charge(&CODE_LANE, now);
//! // Save the lane here: whoever saves it only after comparing gives a guess away with each crash.
//! let is_right = true;
//! if is_right {
//!     lane.refund(now);
//!     lane.succeed();
//! }
//! assert_eq!((lane.consecutive(), lane.budgeted()), (0, 0));
//! ```

use alloc::vec::Vec;

use crate::time::{Seconds, Timestamp};

/// How a lane counts.
///
/// ```
/// use mfa_core::throttle::{Admission, Lane, LanePolicy};
/// use mfa_core::time::{Seconds, Timestamp};
///
/// // A PIN of four digits: two mistakes, then a minute, two, four, …, and five in all.
/// let policy = LanePolicy {
///     free: 2,
///     first_wait: Seconds::minutes(1),
///     longest_wait: Seconds::hours(1),
///     budget: None,
///     hard_cap: 5,
/// };
/// let mut lane = Lane::default();
/// lane.charge(&policy, Timestamp(1000));
/// lane.charge(&policy, Timestamp(1000));
/// assert_eq!(lane.admission(&policy, Timestamp(1059)), Admission::Wait(Timestamp(1060)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LanePolicy {
    /// Attempts that may fail in a row before the first wait.
    pub free: u32,
    /// The wait after failure number `free`; it doubles with each further one.
    pub first_wait: Seconds,
    /// The longest wait.
    pub longest_wait: Seconds,
    /// Failures allowed in a rolling span, whatever succeeds in between.
    pub budget: Option<Budget>,
    /// Failures in a row at which the lane closes until it is cleared.
    pub hard_cap: u32,
}

/// Failures allowed in any span of time.
///
/// ```
/// use mfa_core::policy::CODE_LANE;
/// use mfa_core::throttle::{Admission, Budget, Lane, LanePolicy};
/// use mfa_core::time::{Seconds, Timestamp};
///
/// let policy = LanePolicy { budget: Some(Budget { failures: 2, span: Seconds::days(1) }), ..CODE_LANE };
/// let mut lane = Lane::default();
/// // Her own sign-ins in between break the row for the attacker too: only the budget stops him.
/// for hour in 1..=2 {
///     lane.charge(&policy, Timestamp(hour * 3600));
///     lane.succeed();
/// }
/// assert_eq!(lane.admission(&policy, Timestamp(3 * 3600)), Admission::Wait(Timestamp(25 * 3600)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// How many.
    pub failures: usize,
    /// In any span this long.
    pub span: Seconds,
}

/// May an attempt be judged now?
///
/// ```
/// use mfa_core::policy::CODE_LANE;
/// use mfa_core::throttle::{Admission, Lane};
/// use mfa_core::time::Timestamp;
///
/// let mut lane = Lane::default();
/// for _ in 0..CODE_LANE.free {
///     assert_eq!(lane.admission(&CODE_LANE, Timestamp(1000)), Admission::Open);
///     lane.charge(&CODE_LANE, Timestamp(1000));
/// }
/// assert_eq!(lane.admission(&CODE_LANE, Timestamp(1000)), Admission::Wait(Timestamp(1030)));
/// // A clock that was set back shortens nothing.
/// assert_eq!(lane.admission(&CODE_LANE, Timestamp(0)), Admission::Wait(Timestamp(1030)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Yes; charge it first.
    Open,
    /// Not before this time; nothing is charged.
    Wait(Timestamp),
    /// Not until the lane is cleared.
    Closed,
}

/// The failures of one kind of proof. With the feature `serde` it is stored as it is; a lane that lost a field, or has one
/// too many, is not read.
///
/// ```
/// # #[cfg(feature = "serde")] {
/// use mfa_core::policy::CODE_LANE;
/// use mfa_core::throttle::Lane;
/// use mfa_core::time::Timestamp;
///
/// let mut lane = Lane::default();
/// lane.charge(&CODE_LANE, Timestamp(1000));
/// let text = serde_json::to_string(&lane)?;
/// assert_eq!(text, r#"{"consecutive":1,"last_failure":1000,"budgeted":[1000]}"#);
/// assert_eq!(serde_json::from_str::<Lane>(&text)?, lane);
/// // Whoever loses what is stored gives the guesses back: what cannot be read is an error, and no empty lane.
/// assert!(serde_json::from_str::<Lane>("{}").is_err());
/// # }
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Lane {
    pub(crate) consecutive: u32,
    pub(crate) last_failure: Timestamp,
    /// When each failure that still counts against the budget happened, oldest first. At most `Budget::failures`.
    pub(crate) budgeted: Vec<Timestamp>,
}

impl Lane {
    /// Failures since the last success.
    #[must_use]
    pub fn consecutive(&self) -> u32 {
        self.consecutive
    }

    /// Failures that counted against the budget at the last charge.
    #[must_use]
    pub fn budgeted(&self) -> usize {
        self.budgeted.len()
    }

    /// When the oldest of them happened.
    pub(crate) fn oldest_budgeted(&self) -> Option<Timestamp> {
        self.budgeted.first().copied()
    }

    /// May an attempt be judged at `now`?
    ///
    /// A clock that runs backwards never opens a lane sooner: waits are counted from the failure itself.
    #[must_use]
    pub fn admission(&self, policy: &LanePolicy, now: Timestamp) -> Admission {
        if self.consecutive >= policy.hard_cap {
            return Admission::Closed;
        }
        let waits = [self.back_off_ends(policy), self.budget_frees(policy, now)];
        match waits.into_iter().flatten().max() {
            Some(until) if until > now => Admission::Wait(until),
            _ => Admission::Open,
        }
    }

    /// Counts an attempt as failed, before it is judged.
    pub fn charge(&mut self, policy: &LanePolicy, now: Timestamp) {
        self.consecutive = self.consecutive.saturating_add(1);
        self.last_failure = self.last_failure.max(now);
        if let Some(budget) = policy.budget {
            self.budgeted.retain(|failure| counts(*failure, budget, now));
            self.budgeted.push(now);
        }
    }

    /// Gives back to the budget one charge made at `at`: its sign-in succeeded after all. The row of failures is not
    /// touched: only a success in this lane breaks it.
    ///
    /// ```
    /// use mfa_core::policy::CODE_LANE;
    /// use mfa_core::throttle::Lane;
    /// use mfa_core::time::Timestamp;
    ///
    /// let mut lane = Lane::default();
    /// lane.charge(&CODE_LANE, Timestamp(1000));
    /// lane.charge(&CODE_LANE, Timestamp(1020));
    /// // Gives back what this sign-in was charged, once: the wrong guess before it stays counted.
    /// lane.refund(Timestamp(1020));
    /// lane.refund(Timestamp(1020));
    /// assert_eq!((lane.budgeted(), lane.consecutive()), (1, 2));
    /// ```
    pub fn refund(&mut self, at: Timestamp) {
        if let Some(position) = self.budgeted.iter().rposition(|failure| *failure == at) {
            self.budgeted.remove(position);
        }
    }

    /// A success: the row of failures is broken. The budget stays as it is.
    pub fn succeed(&mut self) {
        self.consecutive = 0;
    }

    /// Whether no more may be tried for long: the budget is used up at `now`, or the row has reached its cap.
    ///
    /// ```
    /// use mfa_core::policy::RECOVERY_LANE;
    /// use mfa_core::throttle::Lane;
    /// use mfa_core::time::{Seconds, Timestamp};
    ///
    /// let mut lane = Lane::default();
    /// (0..10).for_each(|_| lane.charge(&RECOVERY_LANE, Timestamp(1000)));
    /// // Not a wait that is worth telling: say that it is locked, and what leads out.
    /// assert!(lane.is_spent(&RECOVERY_LANE, Timestamp(1000)));
    /// assert!(!lane.is_spent(&RECOVERY_LANE, Timestamp(1000).saturating_add(Seconds::days(30))));
    /// ```
    #[must_use]
    pub fn is_spent(&self, policy: &LanePolicy, now: Timestamp) -> bool {
        self.consecutive >= policy.hard_cap || self.budget_frees(policy, now).is_some()
    }

    /// The end of the wait that the last failure in a row imposes, if it imposes one.
    fn back_off_ends(&self, policy: &LanePolicy) -> Option<Timestamp> {
        let doublings = self.consecutive.checked_sub(policy.free)?;
        let factor = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
        let wait = policy.first_wait.0.saturating_mul(factor).min(policy.longest_wait.0);
        Some(self.last_failure.saturating_add(Seconds(wait)))
    }

    /// When the budget has room again, if it has none at `now`.
    fn budget_frees(&self, policy: &LanePolicy, now: Timestamp) -> Option<Timestamp> {
        let budget = policy.budget?;
        let counting = self.budgeted.iter().filter(|failure| counts(**failure, budget, now));
        let excess = counting.clone().count().checked_sub(budget.failures)?;
        // With the budget full, the oldest has to go; with more than full, as many more as there are too many.
        counting.clone().nth(excess).map(|failure| failure.saturating_add(budget.span))
    }
}

/// A failure counts from the moment it happened (or was recorded by a clock that ran ahead) until the span has passed.
fn counts(failure: Timestamp, budget: Budget, now: Timestamp) -> bool {
    now < failure.saturating_add(budget.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{CODE_LANE, PASSWORD_LANE, RECOVERY_LANE};

    fn at(seconds: u64) -> Timestamp {
        Timestamp(1_700_000_000 + seconds)
    }

    /// Fails as soon as the lane lets it, `times` over; the waits in between.
    fn fail(lane: &mut Lane, policy: &LanePolicy, times: usize) -> Vec<u64> {
        let mut now = at(0);
        let mut waits = Vec::new();
        for _ in 0..times {
            let waited = match lane.admission(policy, now) {
                Admission::Open => 0,
                Admission::Wait(until) => until.0 - now.0,
                Admission::Closed => panic!("closed"),
            };
            waits.push(waited);
            now = Timestamp(now.0 + waited);
            lane.charge(policy, now);
        }
        waits
    }

    #[test]
    fn waits_are_none_for_four_then_30_s_doubling_to_an_hour() {
        let policy = LanePolicy { budget: None, ..CODE_LANE };
        let waits = fail(&mut Lane::default(), &policy, 14);
        assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        let waits = fail(&mut Lane::default(), &PASSWORD_LANE, 12);
        assert_eq!(waits, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30, 60]);
    }

    #[test]
    fn a_wait_is_over_at_the_second_that_was_told_and_not_before() {
        let mut lane = Lane::default();
        for _ in 0..5 {
            lane.charge(&CODE_LANE, at(0));
        }
        assert_eq!(lane.admission(&CODE_LANE, at(29)), Admission::Wait(at(30)));
        assert_eq!(lane.admission(&CODE_LANE, at(30)), Admission::Open);
        assert_eq!(lane.admission(&CODE_LANE, at(31)), Admission::Open);
    }

    #[test]
    fn twenty_failures_in_any_thirty_days_whatever_succeeds_in_between() {
        let mut lane = Lane::default();
        for day in 0..5 {
            for _ in 0..4 {
                assert_eq!(lane.admission(&CODE_LANE, at(day * 86_400)), Admission::Open);
                lane.charge(&CODE_LANE, at(day * 86_400));
            }
            lane.succeed();
        }
        assert!(lane.is_spent(&CODE_LANE, at(5 * 86_400)));
        assert_eq!(lane.admission(&CODE_LANE, at(5 * 86_400)), Admission::Wait(at(30 * 86_400)));
        assert_eq!(lane.admission(&CODE_LANE, at(30 * 86_400 - 1)), Admission::Wait(at(30 * 86_400)));
        assert_eq!(lane.admission(&CODE_LANE, at(30 * 86_400)), Admission::Open);
    }

    #[test]
    fn recovery_budget_is_ten() {
        let mut lane = Lane::default();
        for day in 0..10 {
            assert!(!lane.is_spent(&RECOVERY_LANE, at(day * 86_400)));
            lane.charge(&RECOVERY_LANE, at(day * 86_400));
        }
        assert!(lane.is_spent(&RECOVERY_LANE, at(10 * 86_400)));
    }

    #[test]
    fn a_refund_gives_back_exactly_its_own_charge_and_leaves_the_row() {
        let mut lane = Lane::default();
        lane.charge(&CODE_LANE, at(1));
        lane.charge(&CODE_LANE, at(1));
        lane.refund(at(1));
        assert_eq!((lane.consecutive, lane.budgeted.as_slice()), (2, [at(1)].as_slice()));
        lane.refund(at(7));
        assert_eq!(lane.budgeted, [at(1)]);
    }

    #[test]
    fn a_hundred_in_a_row_close_the_lane() {
        let mut lane = Lane::default();
        let policy = LanePolicy { budget: None, ..CODE_LANE };
        fail(&mut lane, &policy, 100);
        assert_eq!(lane.admission(&policy, Timestamp(u64::MAX)), Admission::Closed);
        lane.succeed();
        assert_eq!(lane.admission(&policy, at(0)), Admission::Open);
    }

    #[test]
    fn a_clock_that_runs_backwards_opens_nothing() {
        let mut lane = Lane::default();
        for _ in 0..5 {
            lane.charge(&CODE_LANE, at(1000));
        }
        assert_eq!(lane.admission(&CODE_LANE, at(0)), Admission::Wait(at(1030)));
        lane.charge(&CODE_LANE, at(0));
        assert_eq!(lane.admission(&CODE_LANE, at(1030)), Admission::Wait(at(1060)));
    }
}
