//! The core as it is compiled for this machine: `crates/mfa-core/benches/core` measures, in the profile `bench`.

use super::table::ROWS;
use crate::{Outcome, run};
use std::path::Path;

pub(super) fn measure(rows: &Path) -> Outcome {
    let mut cargo = run::cargo();
    cargo.args("bench --quiet --locked --package mfa-core --features serde --bench core".split(' '));
    run::show(cargo.env(ROWS, rows))
}
