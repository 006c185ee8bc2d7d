//! Is there a serial order that explains a history of overlapping operations?
//!
//! Wing and Gong's search, with Lowe's memory of what was tried: an operation may go next if none that is still
//! waiting was answered before it began; a set of operations that was left in the same state before is not entered
//! again. A specification may allow several outcomes (a code at the turn of a time step is good or not), and an
//! operation that was never answered may have taken effect at any later time, or never.

use std::collections::HashSet;
use std::fmt::Debug;
use std::hash::Hash;

/// How many configurations are looked at before the search gives up.
const LIMIT: usize = 3_000_000;

/// What an object does when it is asked one thing at a time.
pub trait Specification {
    /// Everything that decides what it answers next.
    type State: Clone + Eq + Hash + Debug;
    /// What it can be asked.
    type Call: Debug;
    /// What it can answer.
    type Answer: PartialEq + Debug;

    /// Everything that it may answer to this operation in this state, with the state after it. Never nothing.
    fn outcomes(state: &Self::State, operation: &Operation<Self>) -> Vec<(Self::Answer, Self::State)>;

    /// Whether this answer is only ever given when nothing changes. Such an operation is placed as soon as it fits:
    /// later it could do no more.
    fn changes_nothing(answer: &Self::Answer) -> bool;
}

/// One request with its answer, if there was one.
#[derive(Debug)]
pub struct Operation<S: Specification + ?Sized> {
    /// By which others speak of what it made.
    pub id: usize,
    /// What was asked.
    pub call: S::Call,
    /// What was answered.
    pub answer: Option<S::Answer>,
    /// When it was asked and when it was answered; `u64::MAX` if it was not. Any clock that does not run backwards.
    pub began: u64,
    /// See `began`.
    pub ended: u64,
    /// The same by the calendar, in Unix seconds: the answer may depend on it.
    pub between: (u64, u64),
}

/// What the search found.
#[derive(Debug)]
pub enum Verdict<State> {
    /// A serial order explains every answer.
    Linearizable,
    /// None does. The furthest that any got: which operations it held, and the state that it left.
    Refuted { placed: Vec<usize>, state: State },
    /// Given up.
    Undecided,
}

/// Looks for a serial order of `history` from `initial`.
pub fn check<S: Specification>(initial: S::State, history: &[Operation<S>]) -> Verdict<S::State> {
    assert!(history.len() <= 128, "a history of {} operations", history.len());
    let mut order: Vec<_> = (0..history.len()).collect();
    // The search takes from the end: first what was answered first.
    order.sort_by_key(|at| std::cmp::Reverse(history[*at].ended));
    let answered = mask(history, |operation| operation.answer.is_some());
    let mut furthest = (0_u128, initial.clone());
    let mut seen = HashSet::new();
    let mut open = vec![(0_u128, initial)];
    while let Some((placed, state)) = open.pop() {
        if placed & answered == answered {
            return Verdict::Linearizable;
        }
        if seen.len() > LIMIT {
            return Verdict::Undecided;
        }
        if (placed & answered).count_ones() > (furthest.0 & answered).count_ones() {
            furthest = (placed, state.clone());
        }
        for after in successors(history, &order, placed, &state) {
            if seen.insert(after.clone()) {
                open.push(after);
            }
        }
    }
    let placed = (0..history.len()).filter(|at| furthest.0 & bit(*at) != 0).collect();
    Verdict::Refuted { placed, state: furthest.1 }
}

/// Every way to go on by one operation.
fn successors<S: Specification>(
    history: &[Operation<S>],
    order: &[usize],
    placed: u128,
    state: &S::State,
) -> Vec<(u128, S::State)> {
    let waiting = || order.iter().copied().filter(|at| placed & bit(*at) == 0);
    let horizon = waiting().map(|at| history[at].ended).min().unwrap_or(u64::MAX);
    let mut found = Vec::new();
    for at in waiting().filter(|at| history[*at].began <= horizon) {
        let operation = &history[at];
        for (answer, next) in S::outcomes(state, operation) {
            match &operation.answer {
                Some(given) if *given != answer => {}
                Some(given) if S::changes_nothing(given) => return vec![(placed | bit(at), next)],
                // Without an effect it is as if it had never been.
                None if next == *state => {}
                Some(_) | None => found.push((placed | bit(at), next)),
            }
        }
    }
    found
}

fn mask<S: Specification>(history: &[Operation<S>], which: impl Fn(&Operation<S>) -> bool) -> u128 {
    let bits = history.iter().enumerate().filter(|(_, operation)| which(operation)).map(|(at, _)| bit(at));
    bits.fold(0, |all, one| all | one)
}

fn bit(at: usize) -> u128 {
    1 << at
}
