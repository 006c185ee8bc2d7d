//! Two things measured in turn, so that a loaded machine tilts neither.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Short, so that few rounds are interrupted, and long enough for the clock.
const ROUND: Duration = Duration::from_micros(150);
const ROUNDS: usize = 2_001;
const WARM_UP: usize = 50;

/// Does something so often, and says how long that took.
pub(crate) type Lap<'a> = Box<dyn FnMut(usize) -> Duration + 'a>;

/// Something that can be done again and again.
pub(crate) fn repeated<'a, R>(mut act: impl FnMut() -> R + 'a) -> Lap<'a> {
    Box::new(move |times| {
        let begun = Instant::now();
        for _ in 0..times {
            black_box(act());
        }
        begun.elapsed()
    })
}

/// Something that uses up what it is given: that is made before the clock starts. What comes of it is dropped within.
pub(crate) fn each<'a, T, R>(mut make: impl FnMut() -> T + 'a, mut act: impl FnMut(T) -> R + 'a) -> Lap<'a> {
    Box::new(move |times| {
        let made: Vec<T> = (0..times).map(|_| make()).collect();
        let begun = Instant::now();
        for one in made {
            black_box(act(black_box(one)));
        }
        begun.elapsed()
    })
}

/// The rows for the table of `cargo xtask bench`.
#[derive(Default)]
pub(crate) struct Rows(Vec<Value>);

impl Rows {
    /// One more: medians of both, in nanoseconds, and the median of their ratios, round by round.
    pub(crate) fn measure(&mut self, name: &str, peer: &str, at_most: Option<f64>, mut ours: Lap, mut theirs: Lap) {
        let (our_times, their_times) = (times_in(ROUND, &mut ours), times_in(ROUND, &mut theirs));
        let mut one = || each_takes(&mut ours, our_times);
        let mut other = || each_takes(&mut theirs, their_times);
        for _ in 0..WARM_UP {
            one();
            other();
        }
        let pairs: Vec<(f64, f64)> = (0..ROUNDS)
            .map(|round| if round % 2 == 0 { (one(), other()) } else { swapped((other(), one())) })
            .collect();
        let ours = median(pairs.iter().map(|(ours, _)| *ours));
        let theirs = median(pairs.iter().map(|(_, theirs)| *theirs));
        let ratio = median(pairs.iter().map(|(ours, theirs)| ours / theirs));
        println!("{name}: {ours:.1} ns; {peer}: {theirs:.1} ns; {ratio:.3}");
        let goal = at_most.map(|most| format!("at most {most}"));
        let reached = at_most.map(|most| ratio <= most);
        self.0.push(json!({
            "name": name, "unit": "ns", "ours": ours, "peer": peer, "theirs": theirs, "ratio": ratio, "goal": goal,
            "reached": reached,
        }));
    }

    /// To the file that EDGE_MFA_BENCH_ROWS names, if it does.
    pub(crate) fn write(&self) {
        if let Some(file) = std::env::var_os("EDGE_MFA_BENCH_ROWS") {
            std::fs::write(file, serde_json::to_vec_pretty(&self.0).unwrap()).unwrap();
        }
    }
}

/// How often it can be done in about that time.
fn times_in(round: Duration, lap: &mut Lap) -> usize {
    let mut times = 1;
    while lap(times) < round {
        times *= 2;
    }
    times
}

fn each_takes(lap: &mut Lap, times: usize) -> f64 {
    lap(times).as_nanos() as f64 / times as f64
}

fn swapped((theirs, ours): (f64, f64)) -> (f64, f64) {
    (ours, theirs)
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
