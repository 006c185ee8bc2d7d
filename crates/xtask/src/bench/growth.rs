//! What grows with members and with tenants, and what does not.

use super::{measured, show, table};
use crate::setup;
use crate::{Outcome, build, run};
use std::path::Path;

/// At the sizes that the program takes by itself.
pub(super) fn measure(rows: &Path) -> Outcome {
    at(&[], rows)
}

/// At these numbers of members, by itself.
pub(crate) fn growth(sizes: &[&str]) -> Outcome {
    setup::for_building()?;
    build::all()?;
    let file = table::file_of("growth")?;
    at(sizes, &file)?;
    show(&table::rows_of(&file)?);
    Ok(())
}

fn at(sizes: &[&str], rows: &Path) -> Outcome {
    run::show(measured("growth").arg("--").args(sizes).env(table::ROWS, rows))
}
