//! The laws of the state machine, each held against random sequences of commands.
//!
//! A `script` is what people do, good and bad; the `chronicle` carries it out and hands each step to a `Law`, which
//! keeps its own account of what is true and never asks the code under test.

mod bounds;
mod charge;
mod chronicle;
mod duty;
mod epochs;
mod expiry;
mod extension;
mod incomplete;
mod memory;
mod once;
mod pace;
mod proof;
mod reach;
mod refusals;
mod script;
mod silence;
mod step;
#[cfg(feature = "serde")]
mod storage;
mod told;
mod total;
mod vouched;

use proptest::prelude::ProptestConfig;

use chronicle::Chronicle;
use script::Act;
use step::Step;

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

/// So many cases; `PROPTEST_CASES=2560` makes it ten times as many.
fn config(cases: u32) -> ProptestConfig {
    let standard = ProptestConfig::default();
    ProptestConfig { cases: cases * standard.cases / 256, failure_persistence: None, ..standard }
}
