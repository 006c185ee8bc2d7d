//! The checker against the definition itself: on small histories of a counter, every order is tried.

use crate::checker::{Operation, Specification, Verdict, check};
use crate::dice::Dice;

/// Says how often it was asked before, and starts again after three.
#[derive(Debug)]
struct Counter;

impl Specification for Counter {
    type State = u8;
    type Call = ();
    type Answer = u8;

    fn outcomes(state: &u8, _: &Operation<Self>) -> Vec<(u8, u8)> {
        vec![(*state, (*state + 1) % 3)]
    }

    fn changes_nothing(_: &u8) -> bool {
        false
    }
}

#[test]
fn on_small_histories_the_search_says_what_trying_everything_says() {
    let mut dice = Dice::new(crate::seed(), 0);
    let mut verdicts = [0, 0];
    for _ in 0..20_000 {
        let history: Vec<_> = (0..1 + dice.below(5)).map(|id| operation(id, &mut dice)).collect();
        let all: Vec<_> = (0..history.len()).collect();
        let expected = some_order_fits(&history, &all, 0);
        let found = matches!(check(0, &history), Verdict::Linearizable);
        assert_eq!(found, expected, "{history:#?}");
        verdicts[usize::from(found)] += 1;
    }
    assert!(verdicts.iter().all(|times| *times > 2_000), "one-sided: {verdicts:?}");
}

fn operation(id: usize, dice: &mut Dice) -> Operation<Counter> {
    let began = dice.below(10) as u64;
    let is_answered = dice.percent(80);
    let ended = if is_answered { began + 1 + dice.below(6) as u64 } else { u64::MAX };
    let answer = is_answered.then(|| dice.below(3) as u8);
    Operation { id, call: (), answer, began, ended, between: (0, 0) }
}

/// The definition: somewhere to begin that was not answered after another began, and an order for the rest. What was
/// never answered may be left out.
fn some_order_fits(history: &[Operation<Counter>], left: &[usize], state: u8) -> bool {
    left.iter().all(|at| history[*at].answer.is_none())
        || left.iter().any(|first| {
            let is_first = left.iter().all(|other| history[*other].ended >= history[*first].began);
            let fits = history[*first].answer.is_none_or(|answer| answer == state);
            let rest: Vec<_> = left.iter().copied().filter(|at| at != first).collect();
            is_first && fits && some_order_fits(history, &rest, (state + 1) % 3)
        })
}
