//! What our modules weigh in a page, beside what others would load for the same.

use super::{peers, table};
use crate::{Outcome, project, run};
use std::path::Path;

pub(super) fn measure(rows: &Path) -> Outcome {
    let folder = peers::of("size")?;
    let mut node = run::program("node");
    node.arg(folder.join("size.mjs")).arg(project::root()).env(table::ROWS, rows);
    run::show(&mut node)
}
