//! A flood, measured: what it costs the others, what it is answered with, and whether the edge's memory stays flat.
//!
//! Against the real workerd with its state on disk and the limits that are shipped, through the public doors. While one
//! member, one tenant or nobody in particular is flooded, members of the same tenant and of another one sign in and look
//! at their account, and the time that takes is compared with what it took in the quiet before, in the same run.
//!
//! Nobody is held to a time: what is held to is that every answer of a flood is a refusal and every act of the others
//! succeeds. The runtime here plays Worker and objects on one thread, so a password that is hashed for an attacker (in
//! WebAssembly) is time that everybody else waits; deployed, the platform starts more of them. So floods that hash and
//! floods that do not are told apart, and each has a rate that this thread can carry: see [`pace`].
//!
//! `cargo xtask bench load` starts it, with `edge.mjs` in wrangler's place.

mod flood;
mod memory;
mod pace;
mod probe;
#[path = "../process.rs"]
mod process;
mod report;
mod tally;
mod town;

use std::process::ExitCode;
use std::time::Duration;

use edge_mfa_tests::Edge;
use edge_mfa_tests::rounds::{rounds, say};
use flood::Flood;
use memory::Memory;
use pace::Pace;
use probe::Probes;
use report::{Phase, Report};
use town::Town;

/// Seconds that each phase lasts, unless the environment says otherwise.
const SECONDS: usize = 12;

/// Its allowance is spent when it begins, so the sieve refuses it; a new minute brings it six hundred more.
const ONE_ADDRESS: &str = "unknown names from one address, four times as many";

fn main() -> ExitCode {
    let length = Duration::from_secs(rounds("EDGE_MFA_ROUNDS_LOAD", SECONDS).max(1) as u64);
    let edge = Edge::start_as_shipped();
    let town = Town::settle(&edge);
    let pace = Pace::of(&town);
    say(&format!("alone a refused password takes {:?}, a refused code {:?}", pace.password, pace.code));
    let memory = Memory::watch(edge.group());
    let mut report = Report::default();
    for (name, flood) in floods(&town, &pace) {
        say(name);
        if name == ONE_ADDRESS {
            town.spend_allowance();
        }
        let (began, busy) = (memory.now(), memory.busy());
        let (latencies, tally) = std::thread::scope(|scope| {
            let flooding = scope.spawn(|| flood.run(length));
            let latencies = Probes::of(&town).run(length);
            (latencies, flooding.join().expect("a flood does not panic"))
        });
        let (busy, memory) = (memory.busy() - busy, (began, memory.now()));
        report.add(Phase { name, rate: flood.rate(), length, latencies, tally, busy, memory });
    }
    println!("\n{}", report.written(&memory.stop()));
    println!("\nLonger: EDGE_MFA_ROUNDS_LOAD=<seconds of each phase> cargo xtask bench load");
    if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What happens, in this order. It is quiet at both ends, so that what only drifted is seen to have drifted.
fn floods<'a>(town: &'a Town, pace: &Pace) -> Vec<(&'static str, Flood<'a>)> {
    let (hashing, refusing) = (pace.share_of(pace.password), pace.share_of(pace.code));
    vec![
        ("quiet", Flood::none()),
        ("one member: wrong passwords", Flood::new(hashing, move |number| town.wrong_password(number))),
        ("one member: wrong codes", Flood::new(refusing, move |number| town.wrong_code(number))),
        ("one tenant: wrong codes of its members, passwords forgotten", {
            Flood::new(refusing, move |number| town.tenants_doors(number))
        }),
        ("unknown names from many addresses", Flood::new(hashing, move |number| town.unknown_name(number))),
        (ONE_ADDRESS, Flood::new(4.0 * hashing, move |number| town.unknown_name_from_one_address(number))),
        ("quiet again", Flood::none()),
    ]
}
