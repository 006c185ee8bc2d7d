//! Rust for wasm32 from Debian's packages, for machines where rustup cannot reach its server.
//!
//! Debian ships a recent Rust for its browsers (`rustc-web`), with the source of the standard
//! library but without a compiled one for wasm32-unknown-unknown. That is compiled once, and put
//! beside links to what Debian has into a sysroot of our own. Nothing outside the checkout changes
//! apart from the packages.

use super::apt;
use super::rust::Rust;
use crate::{Outcome, pins, project, run};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(super) const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const RUSTLIB: &str = "/usr/lib/rustlib";
const TARGET: &str = "wasm32-unknown-unknown";

pub(super) fn provide(sysroot: &Path) -> Outcome {
    apt::install(&["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "rust-web-clippy", "gcc"])?;
    // The linker is a link to one version of LLVM's, whose package nothing pulls in.
    let linker = fs::read_link("/usr/bin/rust-lld").unwrap_or_else(|_| "lld".into());
    let linker = linker.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if !Path::new("/usr/bin/rust-lld").exists() {
        apt::install(&[&linker])?;
    }
    let rust = Rust::of(RUSTC)?;
    if rust.minor < pins::OLDEST_RUST_MINOR {
        return Err(format!(
            "Debian's package rustc-web is Rust 1.{} here, and 1.{} is needed: add Debian's security suite to apt's sources",
            rust.minor,
            pins::OLDEST_RUST_MINOR
        ));
    }
    let compiled = compile_std()?;
    assemble(sysroot, &rust.host, &compiled)
        .map_err(|error| format!("{} cannot be written: {error}", sysroot.display()))
}

/// Compiles the standard library as the only dependency of an empty crate.
fn compile_std() -> Outcome<PathBuf> {
    let empty = project::tools().join("build/std");
    let write = || {
        fs::create_dir_all(empty.join("src"))?;
        fs::write(empty.join("src/lib.rs"), "#![no_std]\n")?;
        // A workspace of its own, or it would be taken for a part of ours.
        fs::write(empty.join("Cargo.toml"), "[package]\nname = \"empty\"\nedition = \"2024\"\n[workspace]\n")
    };
    write().map_err(|error| format!("{} cannot be written: {error}", empty.display()))?;
    let mut cargo = run::program(CARGO);
    cargo.current_dir(&empty).args(["build", "--release", "--target", TARGET]);
    cargo.arg("-Zbuild-std=std,test,panic_abort,panic_unwind,proc_macro");
    cargo.env("RUSTC", RUSTC).env("RUSTC_BOOTSTRAP", "1");
    // Without the bitcode a later build with `lto = true` cannot read it.
    cargo.env("RUSTFLAGS", "-Cembed-bitcode=yes");
    cargo.env("CARGO_TARGET_DIR", empty.join("target"));
    cargo.env("CARGO_TERM_PROGRESS_WHEN", "never").env_remove("RUSTUP_TOOLCHAIN");
    run::log(&mut cargo, "std-for-wasm32", Duration::from_secs(1800))?;
    Ok(empty.join("target").join(TARGET).join("release/deps"))
}

fn assemble(sysroot: &Path, host: &str, compiled: &Path) -> std::io::Result<()> {
    if sysroot.exists() {
        fs::remove_dir_all(sysroot)?;
    }
    let rustlib = sysroot.join("lib/rustlib");
    let library = rustlib.join(TARGET).join("lib");
    fs::create_dir_all(&library)?;
    for borrowed in [host, "src"] {
        symlink(Path::new(RUSTLIB).join(borrowed), rustlib.join(borrowed))?;
    }
    for entry in fs::read_dir(compiled)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            fs::copy(&path, library.join(name))?;
        }
    }
    Ok(())
}
