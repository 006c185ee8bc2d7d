//! Everything in Cargo.lock against deny.toml, by cargo-deny.

use super::{SHIPPED, linked};
use crate::{Outcome, project, run};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// Licences, bans, duplicates and sources. Asks nobody but the registry, and that only for crates of systems that
/// nothing was built for here yet.
pub(super) fn allowed() -> Outcome<String> {
    let (metadata, all) = metadata()?;
    let mut check = cargo_deny(&metadata)?;
    check.args(["check", "--hide-inclusion-graph"]);
    if !all {
        // What is excepted may be among what is not here.
        for lint in
            ["license-not-encountered", "license-exception-not-encountered", "unmatched-skip", "unnecessary-skip"]
        {
            check.args(["--allow", lint]);
        }
    }
    run::show(check.args(["bans", "licenses", "sources"]))?;
    none_twice()?;
    Ok(match all {
        true => "licences, bans, duplicates and sources of everything in Cargo.lock".to_owned(),
        false => "the registry cannot be reached: licences, bans, duplicates and sources of what is built here only"
            .to_owned(),
    })
}

/// A crate of which two versions are linked is shipped twice. There is no exception to this.
fn none_twice() -> Outcome {
    for (root, _) in SHIPPED {
        if let Some((one, next)) = linked::into(root)?.twice() {
            return Err(format!("{root} links {} {} and {}", one.name, one.version, next.version));
        }
    }
    Ok(())
}

/// Without its database there is nothing to say, and that is no failure.
pub(super) fn advisories() -> Outcome<String> {
    let (metadata, _) = metadata()?;
    let mut fetch = cargo_deny(&metadata)?;
    // Never a question for a password; git asks one where a proxy answers in the database's place.
    fetch.args(["fetch", "db"]).env("GIT_TERMINAL_PROMPT", "0");
    if run::log(&mut fetch, "advisories", Duration::from_secs(120)).is_err() {
        return Ok("not looked at, because RustSec's database cannot be reached".to_owned());
    }
    run::show(cargo_deny(&metadata)?.args(["check", "--hide-inclusion-graph", "--disable-fetch", "advisories"]))?;
    Ok("none of RustSec's is about a crate in Cargo.lock".to_owned())
}

fn cargo_deny(metadata: &PathBuf) -> Outcome<Command> {
    let ours = project::tools_bin().join("cargo-deny");
    let program = Some(ours).filter(|ours| ours.is_file()).or_else(|| run::find("cargo-deny"));
    let mut cargo_deny = run::program(program.ok_or("cargo-deny is missing")?);
    cargo_deny.arg("--config").arg(project::root().join("crates/xtask/deny.toml"));
    cargo_deny.arg("--metadata-path").arg(metadata);
    Ok(cargo_deny)
}

/// The graph of all crates for all systems; without a network that of the systems that were built for. Whether it is
/// all of them.
fn metadata() -> Outcome<(PathBuf, bool)> {
    let mut all = run::cargo();
    all.args("metadata --locked --format-version 1 --all-features".split(' ')).stderr(std::process::Stdio::piped());
    let (text, is_all) = match run::output(&mut all) {
        Ok(text) => (text, true),
        Err(_) => (run::output(&mut of_what_is_built()?)?, false),
    };
    let path = project::root().join("target/supply/metadata.json");
    let folder = project::root().join("target/supply");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, text))
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    Ok((path, is_all))
}

fn of_what_is_built() -> Outcome<Command> {
    let host = run::output(run::program("rustc").args(["--print", "host-tuple"]))?;
    let mut built = run::cargo();
    built.args("metadata --locked --offline --format-version 1 --filter-platform wasm32-unknown-unknown".split(' '));
    built.args(["--filter-platform", &host]);
    Ok(built)
}
