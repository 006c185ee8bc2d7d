//! Debian's packages, where there is apt-get.

use crate::{Outcome, run};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Installs those of the packages that are not there yet. Never removes another package, never
/// asks.
pub(super) fn install(packages: &[&str]) -> Outcome {
    let missing: Vec<&str> = packages.iter().copied().filter(|name| !is_installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = || {
        format!(
            "these packages are missing: {0}. Install them by hand (sudo apt-get install {0}) and \
             run this again",
            missing.join(" ")
        )
    };
    let Some(apt_get) = apt_get() else {
        return Err(by_hand());
    };
    update(&apt_get);
    let mut command = apt_get();
    command.args(["install", "--yes", "--no-install-recommends", "--no-remove"]).args(&missing);
    run::log(&mut command, "apt-get-install", Duration::from_secs(1800))
        .map_err(|message| format!("{message}\n{}", by_hand()))
}

/// Unpacks packages into a folder instead, whatever is installed. No script of theirs runs.
pub(super) fn unpack(packages: &[String], into: &Path) -> Outcome {
    let archives = into.join("packages");
    let _ = fs::remove_dir_all(into);
    fs::create_dir_all(&archives).map_err(|error| format!("{} cannot be written: {error}", archives.display()))?;
    let mut download = run::program("apt-get");
    download.arg("download").args(packages).current_dir(&archives);
    run::log(&mut download, "apt-get-download", Duration::from_secs(600))?;
    let entries = fs::read_dir(&archives).map_err(|error| format!("{}: {error}", archives.display()))?;
    for archive in entries.flatten() {
        run::output(run::program("dpkg-deb").arg("--extract").arg(archive.path()).arg(into))?;
    }
    let _ = fs::remove_dir_all(&archives);
    Ok(())
}

/// Brings the lists up to date, where that is allowed.
pub(super) fn refresh() {
    if let Some(apt_get) = apt_get() {
        update(&apt_get);
    }
}

pub(super) fn is_available() -> bool {
    run::find("apt-get").is_some() && run::find("dpkg-query").is_some()
}

fn is_installed(package: &str) -> bool {
    let mut query = run::program("dpkg-query");
    query.args(["--show", "--showformat=${db:Status-Status}", package]);
    query.output().is_ok_and(|output| output.stdout == b"installed")
}

/// Old lists name packages that are no longer there. Without a connection the lists stay as they
/// are, and the install says what it could not get.
fn update(apt_get: &impl Fn() -> Command) {
    static DONE: AtomicBool = AtomicBool::new(false);
    if !DONE.swap(true, Ordering::Relaxed) {
        let _ = run::log(apt_get().arg("update"), "apt-get-update", Duration::from_secs(300));
    }
}

/// apt-get as root, directly or through a sudo that does not ask; None if neither is to be had.
fn apt_get() -> Option<impl Fn() -> Command> {
    let is_root = run::output(run::program("id").arg("-u")).is_ok_and(|id| id == "0");
    let sudo = !is_root && run::output(run::program("sudo").args(["-n", "true"])).is_ok();
    (is_available() && (is_root || sudo)).then_some(move || {
        // `env` because sudo does not pass on the environment.
        let mut command = run::program(if sudo { "sudo" } else { "env" });
        if sudo {
            command.args(["-n", "env"]);
        }
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        // Another apt-get may be at work, as on a machine that has just started.
        command.args(["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"]);
        command
    })
}
