//! A history that no serial order explains, in words.

use std::fmt::Write;

use crate::checker::{Operation, Verdict, check};
use crate::specification::Member;

/// Panics, with everything that is known, unless a serial order explains the history.
pub fn must_be_linearizable(whose: &str, history: &[Operation<Member>]) {
    match check(Member::joined(), history) {
        Verdict::Linearizable => {}
        Verdict::Undecided => panic!("{whose}: the search was given up\n{}", listed(history, &[])),
        Verdict::Refuted { placed, state } => {
            panic!("{whose}: no serial order explains this\n{}\nreached: {state:#?}", listed(history, &placed))
        }
    }
}

/// One line for each operation; a cross where the best attempt did not come.
fn listed(history: &[Operation<Member>], placed: &[usize]) -> String {
    let mut text = String::new();
    let ms = |nanoseconds: u64| nanoseconds as f64 / 1e6;
    for (at, Operation { id, call, answer, began, ended, .. }) in history.iter().enumerate() {
        let mark = if placed.contains(&at) { ' ' } else { '×' };
        let ended = if *ended == u64::MAX { f64::INFINITY } else { ms(*ended) };
        let said = answer.as_ref().map_or("no answer".to_owned(), |answer| format!("{answer:?}"));
        let _ = writeln!(text, "{mark} {id:>4} [{:9.2} {ended:9.2}] {call:?} -> {said}", ms(*began));
    }
    text
}
