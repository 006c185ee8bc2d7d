//! Node and what npm brings: wrangler with workerd and esbuild, and wasm-opt.

use super::Need;
use crate::stamp::{Stamp, digest};
use crate::{Outcome, pins, project, run};
use std::time::Duration;

pub(super) fn check_version() -> Outcome {
    let (major, minor) = pins::OLDEST_NODE;
    let wanted = format!("Node {major}.{minor} or later, with npm, is needed");
    let version = run::output(run::program("node").arg("--version"))
        .map_err(|_| format!("{wanted}, and there is none on the PATH. Install it (nodejs.org) and run this again"))?;
    let mut numbers = version.trim_start_matches('v').split('.').map(|part| part.parse().unwrap_or(0));
    let found: (u32, u32) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if found < (major, minor) {
        return Err(format!("{wanted}, and this is {version}"));
    }
    if run::find("npm").is_none() {
        return Err(format!("{wanted}, and npm is not on the PATH"));
    }
    Ok(())
}

/// node_modules as package-lock.json describes it.
pub(super) struct Packages;

impl Need for Packages {
    fn is_met(&self) -> Outcome<bool> {
        let is_there = |name| project::node_bin().join(name).exists();
        Ok(Stamp::named("node_modules").says(&wanted()?)
            && ["wrangler", "workerd", "esbuild", "wasm-opt"].into_iter().all(is_there))
    }

    fn announcement(&self) -> String {
        "fetching wrangler, workerd and wasm-opt with npm (about half a minute)".to_owned()
    }

    fn provide(&self) -> Outcome {
        let stamp = Stamp::named("node_modules");
        stamp.clear();
        // None of these packages needs its install script, so none is run.
        let npm_ci = || {
            let mut npm = run::program("npm");
            npm.args("ci --ignore-scripts --no-audit --no-fund --fetch-retries=5".split(' '));
            run::log(&mut npm, "npm-ci", Duration::from_secs(900))
        };
        // Once more, because a download that broke off is the usual reason.
        npm_ci().or_else(|_| npm_ci())?;
        stamp.set(&wanted()?)
    }
}

fn wanted() -> Outcome<String> {
    digest(&[project::root().join("package.json"), project::root().join("package-lock.json")])
}
