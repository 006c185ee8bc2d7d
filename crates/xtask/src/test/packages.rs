//! What others build upon: that the packages hold what they should, and work where they say they do.

use crate::run;
use crate::setup::{self, Programs};
use crate::{Outcome, package, pins, project};
use std::fs;
use std::path::Path;
use std::process::Command;

pub(super) fn packages(_: &Programs) -> Outcome {
    let archive = package::npm()?;
    let user = project::root().join("target/npm/user");
    install(&archive, &user)?;
    let cases = project::root().join("crates/edge-mfa-js/tests");
    for name in ["core.mjs", "client.mjs", "types.ts", "verify.mjs", "workerd.mjs"] {
        let copied = fs::copy(cases.join(name), user.join(name));
        copied.map_err(|error| format!("{name}: {error}"))?;
    }
    let modules = project::root().join("node_modules");
    let mut node = run::program("node");
    run::show(node.args(["--test", "core.mjs", "client.mjs", "verify.mjs", "workerd.mjs"]).current_dir(&user))?;
    let mut deno = run::program(project::node_bin().join("deno"));
    run::show(deno.args("test --allow-read --no-check core.mjs".split(' ')).current_dir(&user))?;
    run::show(bun(&modules)?.args(["test", "./core.mjs"]).current_dir(&user))?;
    let mut tsc = run::program(project::node_bin().join("tsc"));
    tsc.args("--noEmit --strict --module nodenext --target es2022 --lib es2022,dom types.ts".split(' '));
    run::show(tsc.current_dir(&user))?;
    publishable()?;
    compiles_with_its_oldest_rust()?;
    // What platforms take from this checkout.
    let workspace = format!("1.{}", pins::OLDEST_RUST_MINOR);
    compiles_with(&workspace, project::root(), &["--locked", "--package", "edge-mfa-verify"])
}

/// As npm would: unpacked where a program of its user's finds it. What it needs itself is found further up.
fn install(archive: &Path, user: &Path) -> Outcome {
    let _ = fs::remove_dir_all(user);
    let place = user.join("node_modules/edge-mfa");
    fs::create_dir_all(&place).map_err(|error| format!("{}: {error}", place.display()))?;
    fs::write(user.join("package.json"), "{\"type\": \"module\"}\n").map_err(|error| error.to_string())?;
    let mut tar = run::program("tar");
    run::show(tar.arg("-xzf").arg(archive).arg("-C").arg(&place).arg("--strip-components=1"))
}

/// npm's own launcher is put in place by a script, and none is run here.
fn bun(modules: &Path) -> Outcome<Command> {
    let folders = fs::read_dir(modules.join("@oven")).map_err(|error| format!("bun is not there: {error}"))?;
    let program = folders.flatten().map(|folder| folder.path().join("bin/bun")).find(|program| program.is_file());
    Ok(run::program(program.ok_or("bun is not there")?))
}

/// The crate, as it would be published: it compiles from what it holds, and names what crates.io asks for.
fn publishable() -> Outcome {
    let mut cargo = run::cargo();
    cargo.args("publish --dry-run --allow-dirty --package mfa-core".split(' '));
    run::show(&mut cargo)
}

/// The crate as it was packed just now, for whoever has no newer Rust: with the dependencies that cargo picks then.
fn compiles_with_its_oldest_rust() -> Outcome {
    let name = concat!("target/package/mfa-core-", env!("CARGO_PKG_VERSION"));
    let folder = project::root().join(name);
    // The versions in it are those that we compile with.
    let _ = fs::remove_file(folder.join("Cargo.lock"));
    compiles_with(pins::OLDEST_RUST_OF_THE_CORE, &folder, &["--features", "serde"])
}

fn compiles_with(version: &str, folder: &Path, arguments: &[&str]) -> Outcome {
    match setup::older_rust(version) {
        Ok(rustc) => {
            let mut cargo = run::cargo();
            cargo.arg("check").args(arguments).current_dir(folder).env("RUSTC", rustc);
            cargo.env("CARGO_TARGET_DIR", project::root().join("target/older-rust"));
            run::show(cargo.env("CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS", "fallback"))
        }
        Err(reason) => {
            println!("Rust {version}: nothing was compiled with it, for {reason}");
            Ok(())
        }
    }
}
