//! What the others notice.

use std::time::{Duration, Instant};

use edge_mfa_tests::client::Ask;

use crate::tally::Tally;
use crate::town::{Neighbour, Town};

/// Each of two tenants has somebody act so often.
const EVERY: Duration = Duration::from_millis(400);

/// The members whose time is taken.
pub struct Probes<'a> {
    tenants: [&'a [Neighbour]; 2],
}

/// Times of one kind of request.
#[derive(Debug, Default, Clone)]
pub struct Times(Vec<Duration>);

/// What the others noticed in one phase: of the flooded tenant, and of another one.
pub struct Latencies {
    pub sign_in: [Times; 2],
    pub account: [Times; 2],
    pub tally: Tally,
}

impl<'a> Probes<'a> {
    /// Neighbours of whoever is flooded, and members of another tenant.
    pub fn of(town: &'a Town) -> Self {
        Self { tenants: [&town.neighbours, &town.others] }
    }

    /// Each signs in and looks at her account, in turn, for so long.
    pub fn run(&self, length: Duration) -> Latencies {
        let [here, elsewhere] = std::thread::scope(|scope| {
            let runners = self.tenants.map(|people| scope.spawn(move || act(people, length)));
            runners.map(|runner| runner.join().expect("a probe does not panic"))
        });
        let ((sign_in, account, tally), others) = (here, elsewhere);
        Latencies { sign_in: [sign_in, others.0], account: [account, others.1], tally: tally.with(others.2) }
    }
}

fn act(people: &[Neighbour], length: Duration) -> (Times, Times, Tally) {
    let (mut sign_in, mut account, mut tally) = (Times::default(), Times::default(), Tally::default());
    let began = Instant::now();
    let mut timed = |ask: Ask<'_>, times: &mut Times| {
        let start = Instant::now();
        let answer = ask.try_send();
        times.0.push(start.elapsed());
        tally.let_in(&answer);
    };
    for (turn, person) in (0_u32..).zip(people.iter().cycle()) {
        if began.elapsed() >= length {
            break;
        }
        timed(person.sign_in(), &mut sign_in);
        timed(person.account(), &mut account);
        std::thread::sleep((EVERY * (turn + 1)).saturating_sub(began.elapsed()));
    }
    (sign_in, account, tally)
}

impl Times {
    /// The value below which this part of them lies, in milliseconds.
    pub fn quantile(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort();
        let at = ((sorted.len() as f64 * part) as usize).min(sorted.len().saturating_sub(1));
        sorted.get(at).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    }
}
