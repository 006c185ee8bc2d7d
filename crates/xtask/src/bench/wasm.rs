//! The core in V8, the boundary crossed, beside what npm has: the package `edge-mfa`, which is what others call.

use super::{peers, table};
use crate::{Outcome, package, run};
use std::path::Path;

pub(super) fn measure(rows: &Path) -> Outcome {
    let folder = peers::of("wasm")?;
    package::npm()?;
    let mut node = run::program("node");
    node.arg(folder.join("wasm.mjs")).arg(package::folder()).env(table::ROWS, rows);
    run::show(&mut node)
}
