//! What was judged, and what it was worth.

use std::string::{String, ToString};
use std::vec::Vec;

use crate::member::tests::world::DAY;
use crate::time::{Seconds, Timestamp};

/// The bounds that DESIGN.md §5 sets: for a leaked password up to the lock or within any 30 days, and for a year.
pub(super) const PER_LEAK: f64 = 6.1e-5;
pub(super) const PER_YEAR: f64 = 1.0e-3;

pub(super) const MONTH: Seconds = Seconds(30 * DAY);
pub(super) const YEAR: Seconds = Seconds(365 * DAY);

const CODES: f64 = 1e6;

/// 2³¹ is no multiple of a million, so that some codes come that much oftener than others: who guesses only those does
/// so much better.
const LIKELIEST: f64 = 1.000_3;

/// A guess that was compared with codes that would have let him in.
struct Guess {
    at: Timestamp,
    /// The how manyth password of hers he had then.
    leak: u32,
    /// So many of the million codes would have been right.
    right: u32,
    /// Whether the authenticator was locked by it.
    locked: bool,
}

#[derive(Default)]
pub(super) struct Ledger {
    guesses: Vec<Guess>,
    /// What he sent and nobody judged.
    pub(super) turned_away: usize,
    /// New authenticators, and new passwords.
    pub(super) enrolled: u32,
    pub(super) passwords: u32,
}

/// What he had in some span of time, at the worst.
#[derive(Clone, Copy, Default)]
pub(super) struct Chance {
    pub(super) judged: usize,
    /// `1 - Π(1 - right/10⁶)`: each guess drawn anew. It is exact: the life that we see is the one in which all missed.
    pub(super) probability: f64,
    /// The same for the best that he can do: never the same code twice, and only the likeliest.
    best: f64,
}

impl Ledger {
    pub(super) fn judged_guess(&mut self, at: Timestamp, leak: u32, right: u32, locked: bool) {
        self.guesses.push(Guess { at, leak, right, locked });
    }

    pub(super) fn judged(&self) -> usize {
        self.guesses.len()
    }

    /// The worst thirty days of one password.
    pub(super) fn worst_month(&self) -> Chance {
        self.worst(MONTH, |first, guess| first.leak == guess.leak)
    }

    /// The worst year, whatever passwords leaked in it.
    pub(super) fn worst_year(&self) -> Chance {
        self.worst(YEAR, |_, _| true)
    }

    /// With the first password, up to and with the guess that locked; and whether one did.
    fn until_the_lock(&self) -> (usize, bool) {
        let first: Vec<&Guess> = self.guesses.iter().filter(|guess| guess.leak == 0).collect();
        let lock = first.iter().position(|guess| guess.locked);
        (lock.map_or(first.len(), |lock| lock + 1), lock.is_some())
    }

    fn worst(&self, span: Seconds, counts: impl Fn(&Guess, &Guess) -> bool) -> Chance {
        let from = |start: usize| {
            let first = &self.guesses[start];
            let ends = first.at.saturating_add(span);
            let within = self.guesses[start..].iter().take_while(|guess| guess.at < ends);
            chance(within.filter(|guess| counts(first, guess)).map(|guess| guess.right))
        };
        // Each figure at its own worst: the most guesses need not be the likeliest ones.
        (0..self.guesses.len()).map(from).fold(Chance::default(), |worst, chance| Chance {
            judged: worst.judged.max(chance.judged),
            probability: worst.probability.max(chance.probability),
            best: worst.best.max(chance.best),
        })
    }

    pub(super) fn is_within_the_bounds(&self, whose: &str) {
        let (month, year) = (self.worst_month(), self.worst_year());
        assert!(month.probability <= PER_LEAK && month.best <= PER_LEAK, "30 days: {}: {whose}", month.best);
        assert!(year.probability <= PER_YEAR && year.best <= PER_YEAR, "a year: {}: {whose}", year.best);
    }

    /// A row of the table, under [`HEADINGS`].
    pub(super) fn row(&self, attacker: &str, habits: &str) -> String {
        let (month, year, (lock, locked)) = (self.worst_month(), self.worst_year(), self.until_the_lock());
        let lock = if locked { lock.to_string() } else { std::format!("{lock}, none") };
        std::format!(
            "{attacker:<27} | {habits:<10} | {:>7} | {:>7} | {:>12.2e} | {lock:>11} | {:>6} | {:>12.2e}",
            self.turned_away,
            month.judged,
            month.probability,
            year.judged,
            year.probability,
        )
    }
}

/// Of the table. Judged in thirty days: of one password. Up to the lock: of the first password. Refused: unjudged.
pub(super) const HEADINGS: &str = "\
attacker                    | she        | refused | 30 days | bound 6.1e-5 | to the lock | a year | bound 1.0e-3";

fn chance(right: impl Iterator<Item = u32>) -> Chance {
    let (mut judged, mut missed, mut sum) = (0, 1.0, 0.0);
    for right in right {
        let odds = f64::from(right) / CODES;
        judged += 1;
        missed *= 1.0 - odds;
        sum += odds * LIKELIEST;
    }
    Chance { judged, probability: 1.0 - missed, best: sum }
}
