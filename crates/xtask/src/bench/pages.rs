//! What the pages weigh and how soon they can be used, in a browser.

use super::measured;
use super::table::ROWS;
use crate::{Outcome, run};
use std::path::Path;

pub(super) fn measure(rows: &Path) -> Outcome {
    // wrangler itself, as the browser's tests have it: it serves the files that are no page.
    run::show(measured("pages").env(ROWS, rows).env_remove("EDGE_MFA_WRANGLER"))
}
