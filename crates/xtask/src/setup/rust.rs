//! The Rust that the person has.

use super::Need;
use crate::{Outcome, pins, run};
use std::path::PathBuf;
use std::time::Duration;

/// `rustc` as this checkout sees it, and everything that its answer tells.
pub(super) struct Rust {
    pub(super) host: String,
    pub(super) version: String,
    pub(super) minor: u32,
    /// Of its source; "unknown" where a distribution does not say.
    pub(super) commit: String,
    /// All that it says of itself; changes with every version.
    pub(super) identity: String,
}

impl Rust {
    pub(super) fn of(rustc: impl AsRef<std::ffi::OsStr>) -> Outcome<Self> {
        let identity = run::output(run::program(rustc).arg("-vV"))?;
        let line = |start| identity.lines().find_map(|line| line.strip_prefix(start));
        let host = line("host: ").ok_or("rustc does not say its host")?.to_owned();
        let version = line("release: ").ok_or("rustc does not say its version")?.to_owned();
        let minor = version
            .strip_prefix("1.")
            .and_then(|rest| rest.split('.').next()?.parse().ok())
            .ok_or("rustc does not say its version")?;
        let commit = line("commit-hash: ").unwrap_or("unknown").to_owned();
        Ok(Self { host, version, minor, commit, identity })
    }
}

pub(super) fn check_version() -> Outcome {
    let minor = Rust::of("rustc")?.minor;
    if minor < pins::OLDEST_RUST_MINOR {
        return Err(format!(
            "Rust 1.{} or later is needed, and this is 1.{minor}. `rustup update` brings it",
            pins::OLDEST_RUST_MINOR
        ));
    }
    Ok(())
}

pub(super) fn sysroot() -> Outcome<PathBuf> {
    run::output(run::program("rustc").args(["--print", "sysroot"])).map(PathBuf::from)
}

/// rustfmt and clippy.
pub(super) struct Components;

impl Need for Components {
    fn is_met(&self) -> Outcome<bool> {
        let bin = sysroot()?.join("bin");
        let is_there = |name| bin.join(name).is_file();
        Ok(is_there("rustfmt") && is_there("cargo-fmt") && is_there("cargo-clippy"))
    }

    fn announcement(&self) -> String {
        "fetching rustfmt and clippy".to_owned()
    }

    fn provide(&self) -> Outcome {
        let mut rustup = run::program("rustup");
        rustup.args(["component", "add", "rustfmt", "clippy"]);
        run::log(&mut rustup, "rustup-components", Duration::from_secs(600))
    }
}
