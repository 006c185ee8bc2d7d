//! What others wrote and ours is measured beside, as the public registry has it, never in what is served.

use crate::stamp::{Stamp, digest};
use crate::{Outcome, project, run};
use std::path::PathBuf;
use std::time::Duration;

/// The packages of npm that `tests/bench/PART/package.json` names, in that folder, as its lock file says.
pub(super) fn of(part: &str) -> Outcome<PathBuf> {
    let folder = project::root().join("tests/bench").join(part);
    let wanted = digest(&[folder.join("package.json"), folder.join("package-lock.json")])?;
    let stamp = Stamp::named(&format!("peers-{part}"));
    if !stamp.says(&wanted) || !folder.join("node_modules").is_dir() {
        stamp.clear();
        println!("fetching what `bench {part}` is measured beside, with npm");
        let mut npm = run::program("npm");
        npm.args("ci --ignore-scripts --no-audit --no-fund --fetch-retries=5".split(' ')).current_dir(&folder);
        run::log(&mut npm, &format!("npm-ci-{part}"), Duration::from_secs(900))?;
        stamp.set(&wanted)?;
    }
    Ok(folder)
}
