//! What the compiler writes down instead of folders of this machine. A panic names the file it came from, and the
//! files of dependencies are named by whole paths: who built it, and where, would be in what is shipped, and two
//! checkouts would never give the same bytes.

use crate::project::Place;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// For RUSTFLAGS. cargo leaves these out of the names that it gives to crates, because they differ between machines.
pub(super) fn flags(place: &Place, sysroot: &Path, commit: &str) -> String {
    // Where several match, the compiler takes the last: what may lie inside another comes after it. The standard
    // library gets the name that it already has where it was compiled by Rust's makers.
    let rust = format!("/rustc/{commit}");
    let folders = [
        ("/edge-mfa", vec![place.checkout.clone()]),
        ("/crates", place.unpacked_crates()),
        (rust.as_str(), vec![sysroot.join("lib/rustlib/src/rust")]),
    ];
    let flags = folders.into_iter().flat_map(|(name, folders)| {
        with_real_paths(folders).map(move |path| format!("--remap-path-prefix={path}={name}"))
    });
    let flags: Vec<String> = flags.collect();
    flags.join(" ")
}

/// Each folder as it is called and as it is, since either may be written down. Sorted, so that the flags stay the
/// same from one build to the next.
fn with_real_paths(folders: Vec<PathBuf>) -> impl Iterator<Item = String> {
    let both = |folder: PathBuf| [folder.canonicalize().ok(), Some(folder)];
    let paths: BTreeSet<PathBuf> = folders.into_iter().flat_map(both).flatten().collect();
    // RUSTFLAGS is split at spaces. Such a path stays, and the check of what is shipped finds it.
    let paths = paths.into_iter().map(|path| path.to_string_lossy().into_owned());
    paths.filter(|path| !path.contains(char::is_whitespace))
}
