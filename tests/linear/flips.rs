//! Recorded histories with one answer changed to what must never be: each must be refuted. So the checker sees more
//! than that nothing went wrong.

use crate::checker::{Operation, Verdict, check};
use crate::specification::{Call, Door, Id, Member, Said};

type History = [Operation<Member>];

/// Tries every such change. How many there were; panics at one that is believed.
pub fn are_noticed(whose: &str, history: &History) -> usize {
    let flips: Vec<_> = (0..history.len()).filter_map(|at| Some((at, flipped(history, at)?))).collect();
    for (at, said) in &flips {
        let mut changed = history.to_vec();
        let before = changed[*at].answer.replace(said.clone());
        let verdict = check(Member::joined(), &changed);
        let refuted = matches!(verdict, Verdict::Refuted { .. });
        assert!(refuted, "{whose}: {:?} is believed instead of {before:?}: {verdict:?}", changed[*at]);
    }
    flips.len()
}

/// An answer that lets somebody in, where that cannot be.
fn flipped(history: &History, at: usize) -> Option<Said> {
    let one = &history[at];
    let refused = [Said::No, Said::CodeRefused, Said::KeyRefused, Said::OlderSet, Said::OwesCode, Said::Throttled];
    let is_refused = one.answer.as_ref().is_some_and(|answer| refused.contains(answer));
    let can_never_be = is_refused && (is_spent(history, one) || is_over(history, one));
    can_never_be.then(|| accepted(&one.call)).flatten()
}

/// Whether the same key, code or device's token let somebody in, at this time or another.
fn is_spent(history: &History, one: &Operation<Member>) -> bool {
    history.iter().any(|other| {
        let lets_in = other.answer.is_some() && other.answer == accepted_like(other);
        lets_in && other.id != one.id && uses_the_same(&one.call, &other.call)
    })
}

fn uses_the_same(one: &Call, other: &Call) -> bool {
    match (one, other) {
        (Call::Key { sheet, number, .. }, Call::Key { sheet: other, number: and, .. }) => {
            (sheet, number) == (other, and)
        }
        (Call::Code { shown, .. }, Call::Code { shown: other, .. }) => shown.len() == 1 && shown == other,
        (Call::Password { device: Some(token) }, Call::Password { device: Some(other) }) => token == other,
        _ => false,
    }
}

/// Whether it shows what was there before a reset or a turn, and was sent after the answer to it.
fn is_over(history: &History, one: &Operation<Member>) -> bool {
    let Some(made) = made_by(&one.call).and_then(|id| history.iter().find(|other| other.id == id)) else {
        return false;
    };
    history.iter().any(|other| {
        let ends = matches!(other.call, Call::SelfReset { .. } | Call::AdminReset { .. } | Call::SwitchOff { .. });
        ends && other.answer == Some(Said::Done) && made.ended < other.began && other.ended < one.began
    })
}

/// The sign-in or the session that is shown.
fn made_by(call: &Call) -> Option<Id> {
    match call {
        Call::Code { door: Door::SignIn(id) | Door::StepUp(id), .. }
        | Call::Key { door: Door::SignIn(id) | Door::StepUp(id), .. }
        | Call::EnrolStart { pending: id }
        | Call::RenewStart { session: id }
        | Call::SelfReset { session: id }
        | Call::Look { session: id } => Some(*id),
        _ => None,
    }
}

/// What it says when it lets in, or does what is asked.
fn accepted(call: &Call) -> Option<Said> {
    match call {
        Call::Password { device: Some(_) } => Some(Said::InByDevice),
        Call::Code { door: Door::SignIn(_), .. } => Some(Said::InByCode),
        Call::Key { door: Door::SignIn(_), .. } => Some(Said::InByKey { left: 5 }),
        Call::Look { .. } => Some(Said::Seen { left: Some(10), devices: 0, sessions: 1 }),
        Call::Code { .. } | Call::Key { .. } => Some(Said::Done),
        Call::EnrolStart { .. } | Call::RenewStart { .. } | Call::SelfReset { .. } => Some(Said::Done),
        _ => None,
    }
}

/// The same, with what it said besides.
fn accepted_like(operation: &Operation<Member>) -> Option<Said> {
    match operation.answer {
        Some(Said::InByKey { left }) => Some(Said::InByKey { left }),
        _ => accepted(&operation.call),
    }
}
