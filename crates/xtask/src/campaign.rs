//! `cargo xtask campaign`: the long form of what the tests do briefly. What came of each, with date, seed and figures,
//! is written down in `tests/CAMPAIGNS.md`.

use crate::pins::CARGO_MUTANTS;
use crate::setup::Programs;
use crate::test::{core_command, whole_system};
use crate::{Outcome, build, run, setup};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

struct Campaign {
    name: &'static str,
    what: &'static str,
    /// How long it goes on; what the person has set herself comes first.
    length: &'static [(&'static str, &'static str)],
    command: fn(&Programs) -> Outcome<Command>,
}

const CAMPAIGNS: &[Campaign] = &[
    Campaign {
        name: "laws",
        what: "the core's laws, with ten times the random scripts (5 min)",
        length: &[("PROPTEST_CASES", "2560")],
        command: |_| core_command(),
    },
    Campaign {
        name: "bound",
        what: "the guess bound, with twenty times the lives (5 min)",
        length: &[("EDGE_MFA_ROUNDS_BOUND", "20")],
        command: |_| {
            let mut cargo = run::cargo();
            cargo.args("test --package mfa-core --features serde --lib bound::".split(' '));
            Ok(cargo)
        },
    },
    Campaign {
        name: "power-cut",
        what: "kill -9 at random moments under load, a ledger compared (30 min)",
        length: &[("EDGE_MFA_ROUNDS_POWER_CUT", "100")],
        command: |programs| edge("power_cut", programs),
    },
    Campaign {
        name: "parallel",
        what: "races for one code, key, sign-in or act, again and again (30 min)",
        length: &[("EDGE_MFA_ROUNDS_PARALLEL", "200")],
        command: |programs| edge("parallel", programs),
    },
    Campaign {
        name: "linearizability",
        what: "recorded histories of overlapping requests, each explained by one serial order (4 h)",
        length: &[("EDGE_MFA_ROUNDS_LINEAR", "2000")],
        command: |programs| edge("linear", programs),
    },
    Campaign {
        name: "faults",
        what: "every call of the platform fails once, at each place",
        length: &[("EDGE_MFA_ROUNDS_FAULTS", "all")],
        command: |programs| edge("faults", programs),
    },
    Campaign {
        name: "fuzz",
        what: "every parser and both state machines under libFuzzer (an hour on two processors)",
        length: &[("EDGE_MFA_FUZZ_SECONDS", "210")],
        command: |_| {
            let mut fuzz = itself(&["test", "fuzz"])?;
            if std::env::var_os("EDGE_MFA_SEED").is_none() {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs());
                fuzz.env("EDGE_MFA_SEED", now.to_string());
            }
            Ok(fuzz)
        },
    },
    Campaign {
        name: "load",
        what: "what floods cost the others, and that each is refused (5 min)",
        length: &[("EDGE_MFA_ROUNDS_LOAD", "40")],
        command: |_| itself(&["bench", "load"]),
    },
    Campaign {
        name: "mutation",
        what: "every line of the core changed, and a test that notices (many hours; cargo-mutants)",
        length: &[],
        command: |_| mutation(),
    },
];

pub(crate) fn list() -> String {
    CAMPAIGNS.iter().map(|campaign| format!("  {:<16} {}\n", campaign.name, campaign.what)).collect()
}

pub(crate) fn campaign(name: &str) -> Outcome {
    let campaign = CAMPAIGNS
        .iter()
        .find(|campaign| campaign.name == name)
        .ok_or_else(|| format!("there is no campaign `{name}`. They are\n\n{}", list()))?;
    let programs = setup::for_testing()?;
    let mut command = (campaign.command)(&programs)?;
    for (variable, value) in campaign.length.iter().filter(|(variable, _)| std::env::var_os(variable).is_none()) {
        command.env(variable, value);
    }
    run::show(&mut command)
}

fn edge(target: &str, programs: &Programs) -> Outcome<Command> {
    build::all()?;
    Ok(whole_system(programs, &["--test", target]))
}

fn itself(arguments: &[&str]) -> Outcome<Command> {
    let program = std::env::current_exe().map_err(|error| format!("this program is not found: {error}"))?;
    let mut command = run::program(program);
    command.args(arguments);
    Ok(command)
}

/// Where what to change and what to leave out is written down: `.cargo/mutants.toml`.
fn mutation() -> Outcome<Command> {
    if run::find("cargo-mutants").is_none() {
        return Err(format!("cargo-mutants is not here: cargo install --locked cargo-mutants@{CARGO_MUTANTS}"));
    }
    let mut cargo = run::cargo();
    cargo.args(["mutants", "--package", "mfa-core", "--features", "serde"]);
    Ok(cargo)
}
