//! An older Rust, to compile what is said to compile with it.
//!
//! The plain way is a small download by rustup. Where rustup cannot reach its server, Debian's packages are unpacked, not
//! installed: nothing outside the checkout changes.

use super::rust::Rust;
use super::{apt, wasm_toolchain};
use crate::stamp::only_one_at_a_time;
use crate::{Outcome, project, run};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The compiler of a version such as `1.85`. Fetched once.
pub(crate) fn older_rust(version: &str) -> Outcome<PathBuf> {
    let rustc = folder(version).join("rustc");
    let _lock = only_one_at_a_time("set-up")?;
    if !is_of(version, &rustc) {
        println!("fetching Rust {version} (some seconds)");
        let script = by_rustup(version).or_else(|_| by_debian(version))?;
        wasm_toolchain::write_program(&rustc, &script)?;
    }
    if is_of(version, &rustc) { Ok(rustc) } else { Err("what was fetched is another one".to_owned()) }
}

fn folder(version: &str) -> PathBuf {
    project::tools().join(format!("rust-{version}"))
}

fn is_of(version: &str, rustc: &Path) -> bool {
    Rust::of(rustc).is_ok_and(|rust| rust.version.starts_with(&format!("{version}.")))
}

fn by_rustup(version: &str) -> Outcome<String> {
    let which = || run::output(run::program("rustup").args(["which", "--toolchain", version, "rustc"]));
    let path = which().or_else(|_| {
        let mut rustup = run::program("rustup");
        rustup.args(["toolchain", "install", "--profile", "minimal", "--no-self-update", version]);
        run::log(&mut rustup, &format!("rustup-{version}"), Duration::from_secs(300))?;
        which()
    })?;
    Ok(format!("exec '{path}' \"$@\"\n"))
}

fn by_debian(version: &str) -> Outcome<String> {
    apt::refresh();
    let offered = run::output(run::program("apt-cache").args(["madison", "rustc", "rustc-web"]))?;
    let (name, exactly) = offer(&offered, version).ok_or("neither rustup nor Debian has it here")?;
    let browsers = name.strip_prefix("rustc").unwrap_or_default();
    let library = format!("libstd-rust{browsers}-{version}={exactly}");
    let depends = run::output(run::program("apt-cache").args(["depends", &library]))?;
    let llvm = depends.lines().filter_map(|line| line.trim().strip_prefix("Depends: ")).find(|of| of.contains("llvm"));
    let mut packages = vec![format!("{name}={exactly}"), format!("libstd-rust{browsers}-dev={exactly}"), library];
    packages.extend(llvm.map(str::to_owned));
    let root = folder(version).join("root");
    apt::unpack(&packages, &root)?;
    let usr = root.join("usr");
    let libraries = folder_of_the_compiler(&usr.join("lib")).ok_or("Debian's packages hold no compiler")?;
    let rustc = usr.join("bin/rustc");
    Ok(format!("export LD_LIBRARY_PATH='{}'\nexec '{}' \"$@\"\n", libraries.display(), rustc.display()))
}

/// The first of the packages that is of this version: `rustc`, or `rustc-web`, which is a later one for browsers.
fn offer<'a>(madison: &'a str, version: &str) -> Option<(&'a str, &'a str)> {
    let columns = |line: &'a str| {
        let mut columns = line.split('|').map(str::trim);
        Some((columns.next()?, columns.next()?))
    };
    madison.lines().filter_map(columns).find(|(_, offered)| offered.starts_with(&format!("{version}.")))
}

/// Each processor has its own.
fn folder_of_the_compiler(lib: &Path) -> Option<PathBuf> {
    let holds_it = |folder: &PathBuf| {
        let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
        names.into_iter().any(|name| name.to_string_lossy().starts_with("librustc_driver"))
    };
    fs::read_dir(lib).ok()?.flatten().map(|entry| entry.path()).find(holds_it)
}

#[cfg(test)]
mod tests {
    use super::offer;

    #[test]
    fn the_package_of_that_version_is_found_among_later_and_earlier_ones() {
        let madison =
            " rustc-web | 1.96.0+dfsg1-1 | a\n rustc-web | 1.85.0+dfsg3-1 | b\n     rustc | 1.63.0+dfsg1-2 | b";
        assert_eq!(offer(madison, "1.85"), Some(("rustc-web", "1.85.0+dfsg3-1")));
        assert_eq!(offer(madison, "1.8"), None);
    }
}
