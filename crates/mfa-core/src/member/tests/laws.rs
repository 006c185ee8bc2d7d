//! The laws of the state machine, each held against random sequences of commands.
//!
//! A `script` is what people do, good and bad; the `chronicle` carries it out and hands each step to a `Law`, which
//! keeps its own account of what is true and never asks the code under test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod bounds;
mod charge;
mod chronicle;
mod duty;
mod epochs;
mod incomplete;
mod memory;
mod once;
mod pace;
mod reach;
mod refusals;
mod script;
mod silence;
#[cfg(feature = "serde")]
mod storage;
mod total;

use chronicle::{Chronicle, Step};
use script::Act;

/// Looks at every step of a chronicle and panics where one breaks it.
trait Law {
    fn observe(&mut self, step: &Step);
}

fn hold(script: &[Act], mut law: impl Law) {
    let mut chronicle = Chronicle::new();
    for act in script {
        chronicle.perform(act, &mut |step| law.observe(step));
    }
}

fn config(cases: u32) -> proptest::prelude::ProptestConfig {
    proptest::prelude::ProptestConfig { cases, failure_persistence: None, ..Default::default() }
}
