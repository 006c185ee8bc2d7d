//! What each flow costs.

use super::{measured, table};
use crate::{Outcome, run};
use std::path::Path;

/// What a million of each flow costs by the public prices.
pub(super) fn cost(rows: &Path) -> Outcome {
    run::show(measured("cost").env(table::ROWS, rows))
}

/// A hundred million members on a Monday morning, from what was measured here and documented elsewhere.
pub(super) fn plan(rows: &Path) -> Outcome {
    run::show(measured("plan").env(table::ROWS, rows))
}
