//! `unsafe`: ours is forbidden, or stands in the table of SECURITY.md with its reason; theirs is counted.

use super::words::{count, without_texts};
use super::{SHIPPED, linked};
use crate::Outcome;
use crate::project::{self, Place};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const OURS: [&str; 3] = ["crates", "tests", "worker"];
const HEADING: &str = "\n## `unsafe`\n";

/// Each crate forbids it or is in the table, and the table says what the source says.
pub(super) fn ours() -> Outcome<String> {
    let root = project::root();
    let mut files = Vec::new();
    OURS.iter().try_for_each(|folder| list(&root.join(folder), &mut files)).map_err(|error| error.to_string())?;
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let mut found = BTreeMap::new();
    let mut permitting = BTreeMap::new();
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().into_owned();
        if name.ends_with(".rs") {
            found.insert(name, count(&read(&file)?, "unsafe"));
        } else if name.ends_with("/Cargo.toml") && !forbids_by(&read(&file)?) {
            permitting.insert(name.trim_end_matches("Cargo.toml").to_owned(), ());
        }
    }
    found.retain(|_, count| *count > 0);
    if !read(&root.join("Cargo.toml"))?.contains("unsafe_code = \"forbid\"") {
        return Err("Cargo.toml does not forbid unsafe_code in the lints of the workspace".to_owned());
    }
    let told = table(&read(&root.join("SECURITY.md"))?)?;
    let unlisted = permitting.keys().filter(|folder| !found.keys().any(|file| file.starts_with(*folder)));
    let mut wrong: Vec<String> =
        unlisted.map(|folder| format!("{folder}Cargo.toml does not forbid unsafe_code, and could")).collect();
    for file in found.keys().chain(told.keys()).collect::<BTreeSet<_>>() {
        let (found, told) = (found.get(file).unwrap_or(&0), told.get(file).unwrap_or(&0));
        if found != told {
            wrong.push(format!("{file} has {found} `unsafe`, and SECURITY.md lists {told}"));
        }
    }
    if !wrong.is_empty() {
        return Err(wrong.join("\n"));
    }
    let sum: usize = found.values().sum();
    Ok(format!("{sum}, in {}, as SECURITY.md lists them; every other crate forbids it", found.len()))
}

/// In the source of what is linked, for whichever feature and system it is compiled: more than what runs here.
pub(super) fn theirs() -> Outcome<String> {
    let mut packages = BTreeSet::new();
    for (root, _) in SHIPPED {
        packages.extend(linked::into(root)?.packages.into_keys());
    }
    let (mut forbidding, mut without, mut with) = (Vec::new(), Vec::new(), Vec::new());
    let mut sum = 0;
    for package in packages {
        let name = format!("{}-{}", package.name, package.version);
        let Some(folder) =
            Place::here().unpacked_crates().into_iter().map(|registry| registry.join(&name)).find(|it| it.is_dir())
        else {
            continue; // Ours.
        };
        let mut files = Vec::new();
        list(&folder.join("src"), &mut files).map_err(|error| format!("{name}: {error}"))?;
        let read = |path: PathBuf| fs::read_to_string(path).unwrap_or_default();
        let rust = files.into_iter().filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
        let written: usize = rust.map(|file| count(&read(file), "unsafe")).sum();
        sum += written;
        let forbids = forbids(&read(folder.join("src/lib.rs"))) || forbids_by(&read(folder.join("Cargo.toml")));
        match (written, forbids) {
            (0, true) => forbidding.push(package.name),
            (0, false) => without.push(package.name),
            _ => with.push((written, package.name)),
        }
    }
    with.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let with_names: Vec<String> = with.iter().map(|(count, name)| format!("{name} {count}")).collect();
    Ok(format!(
        "{sum} in {} of {} crates that are linked\n  forbid it ({}): {}\n  have none ({}): {}\n  have some ({}): {}",
        with.len(),
        forbidding.len() + without.len() + with.len(),
        forbidding.len(),
        forbidding.join(" "),
        without.len(),
        without.join(" "),
        with.len(),
        with_names.join(", ")
    ))
}

/// `#![forbid(unsafe_code)]`, alone or among others, and under no condition.
fn forbids(source: &str) -> bool {
    let source: String = without_texts(source).split_whitespace().collect();
    let attributes = source.split("#![forbid(").skip(1).filter_map(|rest| rest.split(")]").next());
    attributes.into_iter().any(|lints| lints.split(',').any(|lint| lint == "unsafe_code"))
}

/// Or the same in a manifest, or in that of the workspace.
fn forbids_by(manifest: &str) -> bool {
    let section = |heading: &str| manifest.split_once(heading).and_then(|(_, rest)| rest.split("\n[").next());
    section("[lints.rust]\n").is_some_and(|lints| lints.lines().any(|line| line == "unsafe_code = \"forbid\""))
        || section("[lints]\n").is_some_and(|lints| lints.lines().any(|line| line == "workspace = true"))
}

/// Rows of SECURITY.md: `| `file` | how often | why |`.
fn table(security: &str) -> Outcome<BTreeMap<String, usize>> {
    let section = security.split_once(HEADING).ok_or("SECURITY.md has no section `unsafe`")?.1;
    let section = section.split("\n## ").next().unwrap_or_default();
    let mut told = BTreeMap::new();
    for row in section.lines().filter_map(|line| line.strip_prefix("| `")) {
        let mut cells = row.split('|').map(str::trim);
        let file = cells.next().unwrap_or_default().trim_end_matches('`').to_owned();
        let often = cells.next().and_then(|cell| cell.parse().ok());
        let why = cells.next().filter(|why| !why.is_empty());
        let (Some(often), Some(_)) = (often, why) else {
            return Err(format!("SECURITY.md does not say how often and why {file} has `unsafe`"));
        };
        told.insert(file, often);
    }
    Ok(told)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_made = path.file_name().is_some_and(|name| name == "target" || name == "node_modules");
        match path.is_dir() {
            true if is_made => {}
            true => list(&path, files)?,
            false => files.push(path),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{forbids, forbids_by, table};

    #[test]
    fn to_forbid_is_more_than_to_deny_or_to_mention_or_to_forbid_at_times() {
        assert!(forbids("//! A crate.\n#![no_std]\n#![forbid(\n    missing_docs,\n    unsafe_code\n)]"));
        assert!(!forbids("#![deny(unsafe_code)]"));
        assert!(!forbids("// #![forbid(unsafe_code)]"));
        assert!(!forbids("#![cfg_attr(not(feature = \"fast\"), forbid(unsafe_code))]"));
        assert!(!forbids("#![forbid(unsafe_op_in_unsafe_fn)]"));
        assert!(forbids_by("[lints.rust]\nunsafe_code = \"forbid\"\n\n[lints.clippy]\n"));
        assert!(forbids_by("[package]\n\n[lints]\nworkspace = true\n"));
        assert!(!forbids_by("[lints.rust]\nunsafe_code = \"deny\"\n"));
        assert!(!forbids_by("[dependencies]\nunsafe_code = \"forbid\"\n"));
    }

    #[test]
    fn a_row_says_how_often_and_why() {
        let with = |row: &str| {
            table(&format!("# Security\n\n## `unsafe`\n\n| file | n | why |\n|---|---|---|\n{row}\n\n## Next\n| `x` |"))
        };
        assert_eq!(with("| `a.rs` | 2 | because |").unwrap().get("a.rs"), Some(&2));
        assert!(with("| `a.rs` | 2 | |").is_err());
        assert!(with("| `a.rs` | some | because |").is_err());
        assert!(table("# Security\n").is_err());
    }
}
