//! How often a race is run, and how its runners start together.

use std::io::Write;
use std::sync::Barrier;
use std::time::{Duration, Instant};

/// The number of rounds: the environment variable `name`, or `usual`. Printed even when the test
/// harness captures output, so that a log tells how hard it was tried.
pub fn rounds(name: &str, usual: usize) -> usize {
    let count = std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    say(&format!("{name}={count}"));
    count
}

/// Writes a line past the capture of libtest.
pub fn say(line: &str) {
    // A closed stderr must not fail a test.
    let _ = writeln!(std::io::stderr(), "  {line}");
}

/// Runs `act(0) … act(count - 1)` on as many threads, all let go at one moment.
pub fn together<T: Send>(count: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let gate = Barrier::new(count);
    std::thread::scope(|scope| {
        let runners: Vec<_> = (0..count)
            .map(|number| {
                let (gate, act) = (&gate, &act);
                scope.spawn(move || {
                    gate.wait();
                    act(number)
                })
            })
            .collect();
        runners.into_iter().map(|runner| runner.join().expect("a runner panicked")).collect()
    })
}

/// Waits until it is so, for half a minute at most: for what the edge promises soon and not at once.
pub fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(30), "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A number with commas.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
