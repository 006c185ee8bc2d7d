//! `cargo xtask campaign`: the long form of what the tests do briefly. What came of each, with date, seed and figures,
//! is written down in `tests/CAMPAIGNS.md`.

use crate::setup::Programs;
use crate::test::{core_command, whole_system};
use crate::{Outcome, build, run, setup};
use std::process::Command;

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
