//! Whoever reads the documentation finds each type, function and method in an example of its module. That the examples
//! are right, `cargo test --doc` shows; what they have in common is in `shell.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

#[allow(dead_code, unreachable_pub, reason = "each example includes it by itself")]
mod shell;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_public_item_is_in_an_example_of_its_file() {
    let mut missing = Vec::new();
    look_at(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut missing);
    assert!(missing.is_empty(), "in no example of their file:\n{}", missing.join("\n"));
}

fn look_at(folder: &Path, missing: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if name == "tests" {
            continue;
        }
        if path.is_dir() {
            look_at(&path, missing);
        } else {
            let text = fs::read_to_string(&path).unwrap();
            let shown = words_of_examples(&text);
            let hidden = text.lines().filter_map(public_item).filter(|item| !shown.contains(item));
            missing.extend(hidden.map(|item| format!("{}: {item}", path.display())));
        }
    }
}

/// What stands between two fences in comments, word by word.
fn words_of_examples(text: &str) -> BTreeSet<&str> {
    let documentation = text.lines().map(str::trim_start).filter_map(|line| line.strip_prefix("//"));
    let mut is_code = false;
    let code = documentation.filter(|line| {
        let is_fence = line.contains("```");
        is_code ^= is_fence;
        is_code && !is_fence
    });
    code.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_')).collect()
}

/// The name of the function, method or type that begins in this line and is for everybody: `pub`, not `pub(crate)`.
fn public_item(line: &str) -> Option<&str> {
    let item = line.trim_start().strip_prefix("pub ")?;
    let item = item.strip_prefix("const ").unwrap_or(item);
    let named = ["fn ", "struct ", "enum ", "trait "].iter().find_map(|kind| item.strip_prefix(kind))?;
    // What a macro names, it names where it is called.
    named.split(|c: char| !c.is_alphanumeric() && c != '_').next().filter(|name| !name.is_empty())
}
