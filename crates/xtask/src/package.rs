//! `cargo xtask package`: the npm package `edge-mfa`, in `target/npm`.

use crate::build::BrowserModule;
use crate::project::{self, Place};
use crate::run;
use crate::{Outcome, setup};
use std::fs;
use std::path::PathBuf;

/// What is in it, and nothing else.
const FILES: [&str; 16] = [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "api.d.ts",
    "client.d.ts",
    "client.js",
    "core.d.ts",
    "core.js",
    "edge_mfa.js",
    "edge_mfa_bg.wasm",
    "node.js",
    "package.json",
    "verify.d.ts",
    "verify.js",
    "web.js",
    "workerd.js",
];

const MODULE: BrowserModule =
    BrowserModule { package: "edge-mfa-js", folder: "target/npm/edge-mfa", name: "edge_mfa", profile: "npm" };

pub(crate) fn command() -> Outcome {
    setup::for_building()?;
    println!("{}", npm()?.display());
    Ok(())
}

/// Builds the package and packs it. Where the archive lies.
pub(crate) fn npm() -> Outcome<PathBuf> {
    let folder = folder();
    let _ = fs::remove_dir_all(&folder);
    MODULE.build_in(&Place::here())?;
    let sources = project::root().join("crates/edge-mfa-js/npm");
    let ours = fs::read_dir(&sources).map_err(|error| format!("{}: {error}", sources.display()))?;
    let licences = ["LICENSE-APACHE", "LICENSE-MIT"].map(|name| project::root().join(name));
    for file in ours.flatten().map(|entry| entry.path()).chain(licences) {
        let to = folder.join(file.file_name().unwrap_or_default());
        fs::copy(&file, to).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    let mut types = run::program(project::node_bin().join("openapi-typescript"));
    types.arg(project::root().join("www/openapi.json")).arg("--output").arg(folder.join("api.d.ts"));
    run::output(&mut types)?;
    pack()
}

/// Where the package is put together.
pub(crate) fn folder() -> PathBuf {
    project::root().join(MODULE.folder)
}

fn pack() -> Outcome<PathBuf> {
    let mut npm = run::program("npm");
    npm.args("pack --json --loglevel=error --pack-destination ..".split(' ')).current_dir(folder());
    let packed: serde_json::Value = serde_json::from_str(&run::output(&mut npm)?)
        .map_err(|error| format!("npm pack said something else: {error}"))?;
    let files = packed[0]["files"].as_array().into_iter().flatten().filter_map(|file| file["path"].as_str());
    let mut files: Vec<&str> = files.collect();
    files.sort_unstable();
    if files != FILES {
        return Err(format!("the package would hold {files:?}, and should hold {FILES:?}"));
    }
    let name = packed[0]["filename"].as_str().ok_or("npm pack named no archive")?;
    Ok(folder().with_file_name(name))
}
