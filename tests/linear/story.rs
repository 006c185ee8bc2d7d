//! Histories written by hand.

use crate::checker::{Operation, Verdict, check};
use crate::specification::{Call, Door, Id, Member, Said};

/// The time step in which a story begins.
pub const STEP: u64 = 60_000_000;

/// Operations in the making. The first is number 1.
pub struct Story {
    history: Vec<Operation<Member>>,
    /// Nobody's clock, and everybody's in Unix seconds.
    moment: u64,
    second: u64,
}

impl Story {
    /// She has enrolled (1 to 4: secret 2, sheet 3, session 4) with the code of the step before this one, and has two
    /// sign-ins under way: 5 and 6.
    pub fn enrolled() -> Self {
        let story = Self { history: Vec::new(), moment: 0, second: STEP * 30 };
        story
            .then(Call::Password { device: None }, Said::OwesEnrolment)
            .then(Call::EnrolStart { pending: 1 }, Said::Done)
            .then(Call::EnrolConfirm { pending: 1, start: 2, shown: vec![(2, STEP - 1)] }, Said::Done)
            .then(Call::EnrolComplete { pending: 1, start: 2, sheet: 3 }, Said::InByCode)
            .then(Call::Password { device: None }, Said::OwesCode)
            .then(Call::Password { device: None }, Said::OwesCode)
    }

    /// One more request, after all others were answered.
    pub fn then(self, call: Call, said: Said) -> Self {
        self.together([(call, said)])
    }

    /// Several at once, after all others were answered.
    pub fn together<const N: usize>(mut self, all: [(Call, Said); N]) -> Self {
        let (began, ended) = (self.moment + 1, self.moment + 2);
        for (call, said) in all {
            self.push(call, Some(said), began, ended);
        }
        self.moment += 2;
        self
    }

    /// One that is never answered.
    pub fn unanswered(mut self, call: Call) -> Self {
        self.moment += 1;
        self.push(call, None, self.moment, u64::MAX);
        self
    }

    /// Some time later.
    pub fn later(mut self, seconds: u64) -> Self {
        self.second += seconds;
        self
    }

    fn push(&mut self, call: Call, answer: Option<Said>, began: u64, ended: u64) {
        let (id, between) = (self.history.len() + 1, (self.second, self.second));
        self.history.push(Operation { id, call, answer, began, ended, between });
    }

    /// Panics unless a serial order explains it.
    pub fn holds(&self) {
        let verdict = check(Member::joined(), &self.history);
        assert!(matches!(verdict, Verdict::Linearizable), "{verdict:#?}");
    }

    /// Panics unless none does.
    pub fn cannot_be(&self) {
        let verdict = check(Member::joined(), &self.history);
        assert!(matches!(verdict, Verdict::Refuted { .. }), "{verdict:#?}");
    }
}

/// The code of a step, by the authenticator of `Story::enrolled`.
pub fn code(pending: Id, step: u64) -> Call {
    Call::Code { door: Door::SignIn(pending), shown: vec![(2, step)], remember: false }
}

/// A code that is none.
pub fn wrong_code(pending: Id) -> Call {
    Call::Code { door: Door::SignIn(pending), shown: Vec::new(), remember: false }
}

/// A key of the sheet of `Story::enrolled`.
pub fn key(pending: Id, number: u8) -> Call {
    Call::Key { door: Door::SignIn(pending), sheet: 3, number }
}
