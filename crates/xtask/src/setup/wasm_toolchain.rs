//! A Rust that compiles to wasm32 and can rebuild its standard library with panic=unwind.
//!
//! The plain way is two small downloads by rustup. Where rustup cannot reach its server, Debian's
//! own Rust does it (debian_rust.rs). Either way the result is one folder of five small programs,
//! `.tools/wasm/bin`, that the build puts first on the PATH, so nothing after this needs to know.

use super::rust::{Rust, sysroot};
use super::{Need, apt, debian_rust, remap};
use crate::project::Place;
use crate::stamp::Stamp;
use crate::{Outcome, project, run};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const TARGET: &str = "wasm32-unknown-unknown";
const PROGRAMS: [&str; 5] = ["cargo", "cargo-clippy", "rustc", "rustdoc", "rustup"];

pub(super) struct WasmToolchain;

impl Need for WasmToolchain {
    fn is_met(&self) -> Outcome<bool> {
        let way = Way::chosen();
        let is_there = PROGRAMS.iter().all(|name| folder().join("bin").join(name).is_file())
            && way.sysroot()?.join(std_of(TARGET)).is_dir();
        Ok(is_there && Stamp::named("wasm-toolchain").says(&way.identity()?))
    }

    fn announcement(&self) -> String {
        "fetching Rust's standard library for wasm32 (some seconds; 2 min where it must be built)".to_owned()
    }

    fn provide(&self) -> Outcome {
        let stamp = Stamp::named("wasm-toolchain");
        stamp.clear();
        // A failed plain way is remembered by the way that worked, until the person's Rust changes.
        let way = match plain() {
            Ok(()) => Way::Plain,
            Err(_) if apt::is_available() => {
                println!("      rustup cannot fetch it here; building it with Debian's Rust instead");
                debian_rust::provide(&folder().join("sysroot"))?;
                Way::Debian
            }
            Err(message) => {
                return Err(format!("the standard library for {TARGET} and its source are missing: {message}"));
            }
        };
        way.write_programs()?;
        way.choose()?;
        stamp.set(&way.identity()?)
    }
}

/// A command that runs with the wasm toolchain and the project's tools first on the PATH.
pub(crate) fn wasm_command(name: &str) -> Command {
    wasm_command_in(&Place::here(), name)
}

/// The same for a copy of the checkout, which has no tools of its own.
pub(crate) fn wasm_command_in(place: &Place, name: &str) -> Command {
    let mut path = vec![folder().join("bin"), project::tools_bin(), project::node_bin()];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let on_path = |name: &str| path.iter().map(|folder| folder.join(name)).find(|file| file.is_file());
    let found = on_path(name).unwrap_or_else(|| name.into());
    let mut command = run::program(found);
    // worker-build downloads what it is not told of.
    for (variable, name) in
        [("WASM_BINDGEN_BIN", "wasm-bindgen"), ("WASM_OPT_BIN", "wasm-opt"), ("ESBUILD_BIN", "esbuild")]
    {
        command.env(variable, on_path(name).unwrap_or_default());
    }
    if let Ok(path) = std::env::join_paths(&path) {
        command.env("PATH", path);
    }
    // Apart from the host's builds, which may be of another Rust and would wait for the same lock.
    command.current_dir(&place.checkout).env("CARGO_TARGET_DIR", place.checkout.join("target/wasm"));
    command.env("CARGO_HOME", &place.cargo_home);
    // The person's own flags would give other bytes.
    let way = Way::chosen();
    if let (Ok(sysroot), Ok(rust)) = (way.sysroot(), way.rust()) {
        command.env("RUSTFLAGS", remap::flags(place, &sysroot, &rust.commit));
    }
    for other in ["RUSTUP_TOOLCHAIN", "RUSTC", "RUSTDOC", "CARGO", "CARGO_ENCODED_RUSTFLAGS"] {
        command.env_remove(other);
    }
    command
}

/// Of the compiler that makes what is shipped.
pub(crate) fn wasm_rust_version() -> Outcome<String> {
    Ok(Way::chosen().rust()?.version)
}

/// The two downloads, unless they are there already.
fn plain() -> Outcome {
    let sysroot = sysroot()?;
    if !sysroot.join(std_of(TARGET)).is_dir() {
        rustup(&["target", "add", TARGET])?;
    }
    // worker-build's `--panic-unwind` compiles the standard library anew.
    if !sysroot.join("lib/rustlib/src/rust/library").is_dir() {
        rustup(&["component", "add", "rust-src"])?;
    }
    // A rustup that stands beside another Rust, first on the PATH, has fetched it for its own.
    if sysroot.join(std_of(TARGET)).is_dir() {
        Ok(())
    } else {
        Err("rustup serves another Rust than `rustc`".to_owned())
    }
}

fn rustup(arguments: &[&str]) -> Outcome {
    let mut rustup = run::program("rustup");
    rustup.args(arguments);
    run::log(&mut rustup, &format!("rustup-{}", arguments[0]), Duration::from_secs(300))
}

fn folder() -> PathBuf {
    project::tools().join("wasm")
}

fn std_of(target: &str) -> PathBuf {
    Path::new("lib/rustlib").join(target).join("lib")
}

#[derive(Clone, Copy)]
enum Way {
    Plain,
    Debian,
}

impl Way {
    fn chosen() -> Self {
        if Stamp::named("wasm-toolchain-way").says("debian") { Self::Debian } else { Self::Plain }
    }

    fn choose(self) -> Outcome {
        Stamp::named("wasm-toolchain-way").set(match self {
            Self::Plain => "plain",
            Self::Debian => "debian",
        })
    }

    fn sysroot(self) -> Outcome<PathBuf> {
        match self {
            Self::Plain => sysroot(),
            Self::Debian => Ok(folder().join("sysroot")),
        }
    }

    fn rust(self) -> Outcome<Rust> {
        Rust::of(match self {
            Self::Plain => "rustc",
            Self::Debian => debian_rust::RUSTC,
        })
    }

    /// Changes when the toolchain must be set up anew: with the person's Rust, since another
    /// version may be one that the plain way works for, and with the version that Debian has.
    fn identity(self) -> Outcome<String> {
        let mut identity = Rust::of("rustc")?.identity;
        if let Self::Debian = self {
            // Gone, as after a move to another machine: that is a change too.
            identity += &Rust::of(debian_rust::RUSTC).map(|rust| rust.identity).unwrap_or_default();
        }
        Ok(identity)
    }

    /// worker-build calls `cargo +nightly` and asks rustup for components, to be allowed to
    /// rebuild the standard library. RUSTC_BOOTSTRAP=1 gives the Rust that is there the same
    /// permission, so the whole project is compiled by one version, and by no nightly.
    fn write_programs(self) -> Outcome {
        let sysroot = self.sysroot()?;
        let real = |name: &str| match self {
            Self::Plain => sysroot.join("bin").join(name),
            Self::Debian => Path::new("/usr/bin").join(name),
        };
        let sysroot = match self {
            Self::Plain => String::new(),
            Self::Debian => format!(" --sysroot '{}'", sysroot.display()),
        };
        let permitted = "if [ \"$1\" = +nightly ]; then shift; export RUSTC_BOOTSTRAP=1; fi\n";
        let program =
            |name: &str, sysroot: &str| format!("{permitted}exec '{}'{sysroot} \"$@\"\n", real(name).display());
        // clippy-driver takes the sysroot from the environment.
        let for_clippy = format!("export SYSROOT='{}'\n", self.sysroot()?.display());
        for name in PROGRAMS {
            let script = match name {
                "cargo" => format!("{for_clippy}{}", program(name, "")),
                "rustup" => "echo 'rust-src (installed)'\n".to_owned(),
                // cargo would look for this one in the person's own folder first.
                "cargo-clippy" => program(name, ""),
                _ => program(name, &sysroot),
            };
            write_program(&folder().join("bin").join(name), &script)?;
        }
        Ok(())
    }
}

pub(super) fn write_program(path: &Path, script: &str) -> Outcome {
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        fs::write(path, format!("#!/bin/sh\n{script}"))?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))
    };
    write().map_err(|error| format!("{} cannot be written: {error}", path.display()))
}
