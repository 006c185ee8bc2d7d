//! The same bytes from another folder: what is built here against what a copy of the source gives that lies elsewhere,
//! with cargo's own folder elsewhere too, from nothing.

use crate::project::Place;
use crate::supply::digest;
use crate::{Outcome, build, pages, project, setup};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

const WORKER: [&str; 2] = ["worker/build/index.js", "worker/build/index_bg.wasm"];
/// What a build reads.
const SOURCE: [&str; 7] = [".cargo", "Cargo.lock", "Cargo.toml", "crates", "tests", "worker", "www"];

/// `cargo xtask reproduce`: the browser modules, the pages and the Worker.
pub(crate) fn command() -> Outcome {
    setup::for_building()?;
    build::all()?;
    let _ = fs::remove_dir_all(elsewhere());
    println!("building everything that is shipped again, elsewhere");
    let there = copy()?;
    let mut files = build_browser_modules(&there)?;
    build::worker_at(&there)?;
    files.extend(WORKER.map(str::to_owned));
    println!("{}", compare(&there, &files)?);
    println!("{}", compare_pages(&there)?);
    Ok(())
}

/// The short form.
pub(crate) fn browser_modules() -> Outcome<String> {
    let there = copy()?;
    let files = build_browser_modules(&there)?;
    compare(&there, &files)
}

/// What was made.
fn build_browser_modules(there: &Place) -> Outcome<Vec<String>> {
    build::PAGES.iter().try_for_each(|module| module.build_in(there))?;
    Ok(build::PAGES.iter().flat_map(|module| module.files()).collect())
}

fn compare(there: &Place, files: &[String]) -> Outcome<String> {
    let mut said = format!("{} files, built in two folders", files.len());
    for file in files {
        let (here, again) = (digest(&project::root().join(file))?, digest(&there.checkout.join(file))?);
        if here != again {
            return Err(format!("{file} differs: {here} here, {again} from {}", there.checkout.display()));
        }
        said += &format!("\n  {here}  {file}");
    }
    Ok(said)
}

/// Their folder is named after what is in it, so one name tells of all; the files are compared all the same.
fn compare_pages(there: &Place) -> Outcome<String> {
    let again = pages::made(&there.checkout.join("www"))?;
    for (path, bytes) in &again {
        if fs::read(project::root().join(pages::SERVED).join(path)).is_ok_and(|here| here == *bytes) {
            continue;
        }
        return Err(format!("{}/{path} differs from what {} gives", pages::SERVED, there.checkout.display()));
    }
    Ok(format!("{} files of the pages, made of two folders", again.len()))
}

fn elsewhere() -> PathBuf {
    project::root().join("target/reproduce")
}

/// Both paths of another length and depth than those here. What cargo has downloaded is not downloaded again.
fn copy() -> Outcome<Place> {
    let there = Place {
        checkout: elsewhere().join("in/a-folder-that-is-called-otherwise"),
        cargo_home: elsewhere().join("cargo"),
    };
    let write = || {
        let _ = fs::remove_dir_all(&there.cargo_home);
        fs::create_dir_all(&there.cargo_home)?;
        for shared in ["registry", "config.toml", "config"] {
            let original = Place::here().cargo_home.join(shared);
            if original.exists() {
                symlink(original, there.cargo_home.join(shared))?;
            }
        }
        fs::create_dir_all(&there.checkout)?;
        SOURCE.iter().try_for_each(|name| copy_all(&project::root().join(name), &there.checkout.join(name)))
    };
    write().map_err(|error| format!("{} cannot be written: {error}", elsewhere().display()))?;
    Ok(there)
}

/// Without what was built. A file that is the same stays, or cargo would take it for a new one.
fn copy_all(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.is_dir() {
        let contents = fs::read(from)?;
        return if fs::read(to).is_ok_and(|there| there == contents) { Ok(()) } else { fs::write(to, contents) };
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name();
        if !["assets", "build", "node_modules", "pkg", "target"].iter().any(|made| name == *made) {
            copy_all(&from.join(&name), &to.join(&name))?;
        }
    }
    Ok(())
}
