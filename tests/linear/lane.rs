//! The row of failures of one kind of proof, and when it closes.

/// The numbers of the blueprint's section 5.
pub struct Policy {
    /// Failures in any thirty days; a history is shorter than that.
    budget: u32,
}

/// Codes. That the twentieth failure locks the authenticator is beyond a plan.
pub const CODES: Policy = Policy { budget: u32::MAX };
/// Recovery keys.
pub const KEYS: Policy = Policy { budget: 10 };

/// The fifth failure in a row is the first to wait, for so many seconds; each further one twice as long.
const FREE: u32 = 5;
const FIRST_WAIT: u64 = 30;
const LONGEST_WAIT: u64 = 3_600;

/// Failures so far. When the last one was is known to within its request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lane {
    in_a_row: u32,
    budgeted: u32,
    last: (u64, u64),
}

impl Lane {
    /// Whether at some moment between these two a proof would be judged.
    pub fn may_be_open(&self, policy: &Policy, between: (u64, u64)) -> bool {
        self.budgeted < policy.budget && self.wait().is_none_or(|wait| between.1 >= self.last.0 + wait)
    }

    /// Whether at some moment between these two none would be.
    pub fn may_be_closed(&self, policy: &Policy, between: (u64, u64)) -> bool {
        self.budgeted >= policy.budget || self.wait().is_some_and(|wait| between.0 < self.last.1 + wait)
    }

    /// One more failure.
    pub fn charge(&mut self, between: (u64, u64)) {
        self.in_a_row += 1;
        self.budgeted += 1;
        self.last = between;
    }

    /// The row is broken; the budget stays as it is.
    pub fn succeed(&mut self) {
        self.in_a_row = 0;
    }

    /// So many failures were its owner's.
    pub fn refund(&mut self, failures: u32) {
        self.budgeted -= failures;
    }

    fn wait(&self) -> Option<u64> {
        let doublings = self.in_a_row.checked_sub(FREE)?;
        Some((FIRST_WAIT << doublings.min(20)).min(LONGEST_WAIT))
    }
}
