//! How fast a flood may come.

use std::time::{Duration, Instant};

use edge_mfa_tests::client::Ask;

use crate::town::Town;

/// Times of each kind taken before the first flood.
const TRIES: usize = 15;

/// The share of the one thread that a flood takes. With a quarter, and the others' own tenth, a queue adds about a
/// quarter of a request's time on average; what is beyond that is not the thread being busy.
const SHARE: f64 = 0.25;

/// What a refused request takes when nobody else asks for anything.
pub struct Pace {
    /// One that hashes.
    pub password: Duration,
    /// One that does not.
    pub code: Duration,
}

impl Pace {
    /// Takes the times.
    pub fn of<'a>(town: &'a Town) -> Self {
        let middle = |ask: &dyn Fn(usize) -> Ask<'a>| {
            let timed = |number| {
                let ask = ask(number);
                let began = Instant::now();
                ask.try_send().expect("an answer");
                began.elapsed()
            };
            let mut times: Vec<Duration> = (0..TRIES).map(timed).collect();
            times.sort();
            times[TRIES / 2]
        };
        Self { password: middle(&|number| town.unknown_name(number)), code: middle(&|_| town.forged_sign_in()) }
    }

    /// So many a second.
    pub fn share_of(&self, alone: Duration) -> f64 {
        SHARE / alone.as_secs_f64()
    }
}
