//! Two samples of times: whether they tell apart what they were taken of.

use std::fmt;
use std::time::Duration;

use edge_mfa_tests::{Answer, random};

/// Below this p it is not chance.
const CHANCE: f64 = 0.01;
/// What a difference of medians may be.
const MEDIANS_APART: Duration = Duration::from_millis(5);

/// Over the rows, as Markdown.
pub const HEADING: &str = "\n| what, against an unknown name | n | median of the unknown | the other's | KS p | |\n\
                           |---|---|---|---|---|---|";

/// Answers about an unknown name beside those about another.
#[derive(Debug)]
pub struct Pair {
    what: String,
    unknown: Vec<Duration>,
    other: Vec<Duration>,
    seen: Option<(u16, Vec<String>, Vec<u8>)>,
    /// Every answer was the same in status, headers and body.
    pub answers_alike: bool,
}

impl Pair {
    /// Of nothing yet.
    pub fn new(what: &str) -> Self {
        Self { what: what.to_owned(), unknown: Vec::new(), other: Vec::new(), seen: None, answers_alike: true }
    }

    /// One more answer about an unknown name.
    pub fn unknown(&mut self, time: Duration, answer: &Answer) {
        self.unknown.push(time);
        self.compare(answer);
    }

    /// One more about another.
    pub fn other(&mut self, time: Duration, answer: &Answer) {
        self.other.push(time);
        self.compare(answer);
    }

    fn compare(&mut self, answer: &Answer) {
        let changes = ["date", "cf-ray", "mf-request-id"];
        let headers = answer.headers.iter().filter(|(name, _)| !changes.contains(&name.as_str()));
        let headers = headers.map(|(name, value)| format!("{name}: {value}")).collect();
        let seen = (answer.status, headers, answer.body.clone());
        let first = self.seen.get_or_insert_with(|| seen.clone());
        if *first != seen {
            self.answers_alike = false;
            eprintln!("{}: NOT THE SAME ANSWER: {answer}", self.what);
        }
    }
}

/// A row of the table.
impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unknown, other) = (sorted(&self.unknown), sorted(&self.other));
        let (ours, theirs) = (median(&unknown), median(&other));
        let p = kolmogorov_smirnov(&unknown, &other);
        let apart = theirs.abs_diff(ours);
        let verdict = match (self.answers_alike, p > CHANCE, apart < MEDIANS_APART) {
            (false, ..) => "ANSWERS DIFFER",
            (_, true, true) => "indistinguishable",
            (_, true, false) => "too few to tell",
            (_, false, true) => "apart, by little",
            (_, false, false) => "TOLD APART",
        };
        let apart = milliseconds(theirs) - milliseconds(ours);
        write!(
            f,
            "| {} | {} / {} | {:.2} ms | {apart:+.3} ms | {p:.4} | {verdict} |",
            self.what,
            unknown.len(),
            other.len(),
            milliseconds(ours)
        )
    }
}

/// In which order to ask: drawn, and the same again for the same seed.
#[derive(Debug)]
pub struct Order {
    /// What it is drawn from.
    pub seed: u64,
    state: u64,
}

impl Order {
    /// From EDGE_MFA_SEED, or from a seed that is printed.
    pub fn drawn() -> Self {
        let given = std::env::var("EDGE_MFA_SEED").ok().and_then(|text| text.parse().ok());
        let seed = given.unwrap_or_else(|| random::below(1 << 32));
        println!("EDGE_MFA_SEED={seed}");
        Self { seed, state: seed }
    }

    /// The numbers below `count`, in an order of their own each time.
    pub fn shuffled(&mut self, count: usize) -> Vec<usize> {
        let mut numbers: Vec<(u64, usize)> = (0..count).map(|number| (self.next(), number)).collect();
        numbers.sort_unstable();
        numbers.into_iter().map(|(_, number)| number).collect()
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

fn sorted(times: &[Duration]) -> Vec<Duration> {
    let mut times = times.to_vec();
    times.sort_unstable();
    times
}

fn median(sorted: &[Duration]) -> Duration {
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// How likely two samples of one distribution are at least so far apart (asymptotic, with Stephens' correction).
fn kolmogorov_smirnov(one: &[Duration], other: &[Duration]) -> f64 {
    let (n, m) = (one.len() as f64, other.len() as f64);
    let (mut i, mut j, mut farthest) = (0, 0, 0.0_f64);
    while i < one.len() && j < other.len() {
        let next = one[i].min(other[j]);
        i += one[i..].iter().take_while(|time| **time <= next).count();
        j += other[j..].iter().take_while(|time| **time <= next).count();
        farthest = farthest.max((i as f64 / n - j as f64 / m).abs());
    }
    let size = (n * m / (n + m)).sqrt();
    let lambda = (size + 0.12 + 0.11 / size) * farthest;
    if lambda < 0.2 {
        return 1.0;
    }
    let term = |k: i32| (if k % 2 == 0 { -2.0 } else { 2.0 }) * (-2.0 * f64::from(k * k) * lambda * lambda).exp();
    (1..=100).map(term).sum::<f64>().clamp(0.0, 1.0)
}
