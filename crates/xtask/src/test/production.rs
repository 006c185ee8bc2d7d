//! What would be deployed: that it can be, and that the demo phone is no part of it.

use crate::run;
use crate::setup::Programs;
use crate::{Outcome, build, pages, project};
use std::fs;
use std::path::{Path, PathBuf};

/// The demo phone, and the second opinion that it is built on.
const NEVER_DEPLOYED: [&str; 4] = ["demo-phone", "demo_phone", "totp-lite", "totp_lite"];

pub(super) fn deploy(_: &Programs) -> Outcome {
    build::all()?;
    let bundle = project::root().join("target/deploy");
    let _ = fs::remove_dir_all(&bundle);
    let mut wrangler = run::program(project::node_bin().join("wrangler"));
    wrangler.args(["deploy", "--dry-run", "--outdir"]).arg(&bundle);
    wrangler.envs(crate::dev::QUIET).env("EDGE_MFA_SKIP_BUILD", "1");
    run::show(&mut wrangler)?;
    let checks = [served_and_deployed(&bundle), dependencies()];
    let failures: Vec<String> = checks.into_iter().filter_map(Outcome::err).collect();
    // The line that a reader of test results looks for.
    println!("demo-free: {} passed, {} failed", 2 - failures.len(), failures.len());
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

/// The bundle and every asset, looked through byte by byte.
fn served_and_deployed(bundle: &Path) -> Outcome {
    let mut files = Vec::new();
    for folder in [bundle, &project::root().join(pages::SERVED)] {
        list(folder, &mut files).map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    }
    if !files.iter().any(|file| file.extension().is_some_and(|extension| extension == "wasm")) {
        return Err(format!("{} holds no wasm module: this check looks in the wrong place", bundle.display()));
    }
    for file in files {
        let name = file.to_string_lossy().into_owned();
        let contents = fs::read(&file).map_err(|error| format!("{name} cannot be read: {error}"))?;
        let relative = file.strip_prefix(project::root()).unwrap_or(&file).to_string_lossy().into_owned();
        for word in NEVER_DEPLOYED {
            if relative.contains(word) || contents.windows(word.len()).any(|bytes| bytes == word.as_bytes()) {
                return Err(format!("{relative} has something of the demo in it: {word}"));
            }
        }
    }
    Ok(())
}

/// What cargo would compile into the Worker and the browser modules.
fn dependencies() -> Outcome {
    for package in ["edge-mfa-worker", "mfa-web", "mfa-web-admin"] {
        let mut tree = run::cargo();
        tree.args(["tree", "--package", package]);
        tree.args("--edges normal,build --prefix none".split(' '));
        tree.args(["--target", "wasm32-unknown-unknown"]);
        let tree = run::output(&mut tree)?;
        if let Some(found) = NEVER_DEPLOYED.iter().find(|word| tree.contains(**word)) {
            return Err(format!("{package} depends on {found}"));
        }
    }
    Ok(())
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { list(&path, files)? } else { files.push(path) }
    }
    Ok(())
}
