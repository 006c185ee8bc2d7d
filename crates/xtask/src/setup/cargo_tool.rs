//! Tools that are crates: installed into `.tools/`, each in exactly the version that is pinned.

use super::Need;
use crate::stamp::Stamp;
use crate::{Outcome, pins, project, run};
use std::fs;
use std::time::Duration;

pub(super) struct CargoTool {
    package: &'static str,
    program: &'static str,
    version: String,
    /// On two cores: in November 2026 the shorter with nothing else to do, the longer beside other work.
    minutes: &'static str,
    /// A newer or older one that the person has will do.
    any_version: bool,
}

impl CargoTool {
    pub(super) fn wasm_bindgen() -> Outcome<Self> {
        Ok(Self {
            package: "wasm-bindgen-cli",
            program: "wasm-bindgen",
            version: pins::wasm_bindgen()?,
            minutes: "1 to 4 min",
            any_version: false,
        })
    }

    pub(super) fn wasm_pack() -> Self {
        Self {
            package: "wasm-pack",
            program: "wasm-pack",
            version: pins::WASM_PACK.to_owned(),
            minutes: "1 to 4 min",
            any_version: false,
        }
    }

    pub(super) fn worker_build() -> Self {
        Self {
            package: "worker-build",
            program: "worker-build",
            version: pins::WORKER_BUILD.to_owned(),
            minutes: "2 to 12 min",
            any_version: false,
        }
    }

    pub(super) fn geckodriver() -> Self {
        Self {
            package: "geckodriver",
            program: "geckodriver",
            version: pins::GECKODRIVER.to_owned(),
            minutes: "1 to 4 min",
            any_version: true,
        }
    }

    pub(super) fn cargo_deny() -> Self {
        Self {
            package: "cargo-deny",
            program: "cargo-deny",
            version: pins::CARGO_DENY.to_owned(),
            minutes: "2 to 6 min",
            any_version: false,
        }
    }

    fn install(&self, way: Way) -> Outcome {
        let mut cargo = run::cargo();
        let package = format!("{}@{}", self.package, self.version);
        match way {
            Way::Locked => cargo.args(["install", "--locked", "--force"]),
            Way::Unlocked => cargo.args(["install", "--force"]),
        };
        cargo.arg("--root").arg(project::tools()).arg(package);
        // Half optimised: these run for seconds and would take three times as long to build.
        cargo.envs([
            ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
            ("CARGO_PROFILE_RELEASE_LTO", "off"),
            ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
            ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
            ("CARGO_TERM_COLOR", "never"),
            ("CARGO_TERM_PROGRESS_WHEN", "never"),
            ("CARGO_NET_RETRY", "5"),
        ]);
        // One folder for all of them: they share many dependencies.
        cargo.env("CARGO_TARGET_DIR", project::tools().join("build"));
        run::log(&mut cargo, self.package, Duration::from_secs(1800))
    }

    fn stamp(&self) -> Stamp {
        Stamp::named(self.package)
    }

    /// The person's own, if it is of the wanted version.
    fn is_on_path(&self) -> bool {
        let Some(program) = run::find(self.program) else {
            return false;
        };
        let said = run::output(run::program(program).arg("--version")).unwrap_or_default();
        self.any_version && !said.is_empty() || said.split_whitespace().any(|word| word == self.version)
    }
}

impl Need for CargoTool {
    fn is_met(&self) -> Outcome<bool> {
        // Ours comes first on the PATH, so an old one of ours must go even if the person's is right.
        if project::tools_bin().join(self.program).is_file() {
            return Ok(self.stamp().says(&self.version));
        }
        Ok(self.is_on_path())
    }

    fn announcement(&self) -> String {
        format!("building {} {} ({} on two cores)", self.package, self.version, self.minutes)
    }

    fn provide(&self) -> Outcome {
        self.stamp().clear();
        // From source, never a program that somebody else compiled: cargo holds each crate against the registry's
        // checksum, and of a program there is none. `--locked` fails where the registry's copy lags behind and lacks
        // a version in the tool's lock file; then the nearest that it does have.
        self.install(Way::Locked).or_else(|_| {
            println!("      without its lock file, which names what this registry does not have");
            self.install(Way::Unlocked)
        })?;
        self.stamp().set(&self.version)
    }
}

#[derive(Clone, Copy)]
enum Way {
    Locked,
    Unlocked,
}

/// Some gigabyte that nothing needs any more.
pub(super) fn remove_what_building_left() {
    let _ = fs::remove_dir_all(project::tools().join("build"));
}
