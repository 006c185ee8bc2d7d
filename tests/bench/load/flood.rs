//! A flood: requests that come at their own rate, whether the one before is answered or not.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use edge_mfa_tests::client::Ask;

use crate::tally::Tally;

/// How many may wait for an answer at the same time.
const AT_ONCE: usize = 16;

/// Many requests of one kind.
pub struct Flood<'a> {
    rate: f64,
    make: Box<dyn Fn(usize) -> Ask<'a> + Sync + 'a>,
}

impl<'a> Flood<'a> {
    /// So many a second, each made from its number.
    pub fn new(rate: f64, make: impl Fn(usize) -> Ask<'a> + Sync + 'a) -> Self {
        Self { rate, make: Box::new(make) }
    }

    /// Nothing at all.
    pub fn none() -> Self {
        Self::new(0.0, |_| unreachable!("nobody asks"))
    }

    /// So many a second.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// Goes on for so long.
    pub fn run(&self, length: Duration) -> Tally {
        let (began, next, tally) = (Instant::now(), AtomicUsize::new(0), Mutex::new(Tally::default()));
        if self.rate <= 0.0 {
            return Tally::default();
        }
        let knock = || {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let due = Duration::from_secs_f64(number as f64 / self.rate);
                if due >= length || began.elapsed() >= length {
                    return;
                }
                std::thread::sleep(due.saturating_sub(began.elapsed()));
                let answer = (self.make)(number).try_send();
                tally.lock().expect("no thread panicked here").refused(&answer);
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(knock);
            }
        });
        tally.into_inner().expect("no thread panicked here")
    }
}
