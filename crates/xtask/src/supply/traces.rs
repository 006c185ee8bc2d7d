//! Nothing that is shipped says on which machine, by whom or in which folder it was built.

use super::SHIPPED;
use crate::project::{self, Place};
use crate::{Outcome, pages};
use std::fs;
use std::path::{Path, PathBuf};

/// Where cargo's folders are, on any machine.
const ANYWHERE: [&str; 4] = ["/root/", ".cargo/", ".rustup/", "/rustlib/"];

/// Where people's folders are: with a name and what follows a folder. By itself it may be a path of ours (SCIM's `/Users/`).
const HOMES: [&str; 3] = ["/home/", "/Users/", "\\Users\\"];

pub(super) fn none() -> Outcome<String> {
    let mut files = Vec::new();
    list(&project::root().join(pages::SERVED), &mut files)?;
    for (_, folder) in SHIPPED {
        let folder = project::root().join(folder);
        list(&folder, &mut files)?;
        if !files.iter().any(|file| file.starts_with(&folder) && file.extension().is_some_and(|it| it == "wasm")) {
            return Err(format!("{} holds no wasm module: this check looks in the wrong place", folder.display()));
        }
    }
    // The browser module is in both.
    files.sort();
    files.dedup();
    let words = words();
    let mut wrong = Vec::new();
    for file in &files {
        let name = file.strip_prefix(project::root()).unwrap_or(file).display();
        let contents = fs::read(file).map_err(|error| format!("{name} cannot be read: {error}"))?;
        let homes = HOMES.iter().map(|home| (*home, true));
        let all = words.iter().map(|word| (word.as_str(), false)).chain(homes);
        let found = all.filter_map(|(word, named)| Some((word, around(&contents, word, named)?)));
        wrong.extend(found.map(|(word, around)| format!("{name} has `{word}` in it: …{around}…")));
    }
    match wrong.is_empty() {
        true => Ok(format!("no folder of this machine in the {} files that are shipped", files.len())),
        false => Err(wrong.join("\n")),
    }
}

fn words() -> Vec<String> {
    let folders = [Some(project::root().to_owned()), Some(Place::here().cargo_home), std::env::home_dir()];
    let both = |folder: PathBuf| [folder.canonicalize().ok(), Some(folder)];
    let folders = folders.into_iter().flatten().flat_map(both).flatten();
    // With what follows a folder, or `/app` would be found in many a word; and a home that is `/` is no trace.
    let mut words: Vec<String> = folders.map(|folder| format!("{}/", folder.display())).collect();
    words.retain(|word| word.len() > 3);
    words.extend(ANYWHERE.map(str::to_owned));
    words.sort();
    words.dedup();
    words
}

/// The first place where the word stands, with what is beside it; where it is `named`, as the beginning of a path and
/// with a folder's name after it.
fn around(contents: &[u8], word: &str, named: bool) -> Option<String> {
    let places = contents.windows(word.len()).enumerate().filter(|(_, bytes)| *bytes == word.as_bytes());
    let mut places = places.map(|(at, _)| at);
    let begins =
        |at: usize| at.checked_sub(1).and_then(|before| contents.get(before)).is_none_or(|it| !is_of_a_name(it));
    let names = |at: usize| contents.get(at + word.len()..).is_some_and(begins_with_a_folder);
    let at = places.find(|at| !named || (begins(*at) && names(*at)))?;
    let end = contents.len().min(at + word.len() + 40);
    let text = String::from_utf8_lossy(contents.get(at.saturating_sub(10)..end)?);
    Some(text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect())
}

fn begins_with_a_folder(rest: &[u8]) -> bool {
    let name = rest.iter().take_while(|byte| is_of_a_name(byte)).count();
    name > 0 && matches!(rest.get(name), Some(b'/' | b'\\'))
}

fn is_of_a_name(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-".contains(byte)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Outcome {
    let entries = fs::read_dir(folder).map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() { list(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::around;

    #[test]
    fn a_path_is_found_in_the_midst_of_binary_data() {
        let wasm = b"\0asm\xff\x01panicked at /home/somebody/crate.rs\0\xfe";
        assert!(around(wasm, "/home/", true).is_some_and(|text| text.contains("/home/somebody/crate.rs")));
        assert!(around(wasm, "/root/", false).is_none());
        assert!(around(b"/t/\xff/Users/\xff/Schemas/", "/Users/", true).is_none());
        assert!(around(b"/scim/v2/Users/t/{tenant}/scim", "/Users/", true).is_none());
        assert!(around(b"/Users/\xff at /Users/some.body/x", "/Users/", true).is_some());
    }
}
