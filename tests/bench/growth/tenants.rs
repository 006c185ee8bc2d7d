//! One tenant among ever more others.

use edge_mfa_tests::rounds::{grouped, rounds, say};
use edge_mfa_tests::{Edge, Tenant};

use crate::busy::busy;
use crate::pairs::Pairs;
use crate::place::Place;
use crate::rows::Rows;

/// Others beside the one that is measured, unless EDGE_MFA_ROUNDS_TENANTS says how many: ten thousand take five minutes.
const TENANTS: usize = 1_000;
/// How many are made at a time.
const AT_ONCE: usize = 4;
/// Rounds on both edges.
const ROUNDS: usize = 15;
/// Sign-ins of a round.
const SIGN_INS: usize = 3;

/// Sign-ins on an edge that has one tenant, and in turn on one that has many.
pub fn measure(rows: &mut Rows) {
    let count = rounds("EDGE_MFA_ROUNDS_TENANTS", TENANTS);
    let edges = [Edge::start(), Edge::start()];
    say(&format!("{} tenants", grouped(count as u64)));
    std::thread::scope(|scope| {
        for part in 0..AT_ONCE {
            let edge = &edges[1];
            scope.spawn(move || (part..count - 1).step_by(AT_ONCE).for_each(|_| drop(Tenant::mfa(edge))));
        }
    });
    let mut places = [Place::settle(&edges[0]), Place::settle(&edges[1])];
    let (mut times, mut cpu) = (Pairs::default(), Pairs::default());
    for round in 0..=ROUNDS {
        let [one, many] = [0, 1].map(|at| {
            let began = busy(edges[at].group());
            let mut times: Vec<f64> = (0..SIGN_INS).map(|_| places[at].sign_in()).collect();
            times.sort_by(f64::total_cmp);
            (times[SIGN_INS / 2], (busy(edges[at].group()) - began) / SIGN_INS as f64 * 1000.0)
        });
        if round > 0 {
            times.add(many.0, one.0);
            cpu.add(many.1, one.1);
        }
    }
    let name = format!("sign-in on a remembered device, {} tenants", grouped(count as u64));
    rows.flat(&name, "ms", "1 tenant", &times);
    rows.flat(&format!("{name}, processor"), "ms", "1 tenant", &cpu);
}
