//! Looks for secrets in files, in every dress that they may wear.

use std::path::{Path, PathBuf};

use base32::Alphabet;
use base64ct::{Base64, Base64Url, Encoding};
use memchr::memmem;

/// Something that must not be found, with the name to report it by.
#[derive(Clone, Debug)]
pub struct Needle {
    name: String,
    dresses: Vec<Vec<u8>>,
}

impl Needle {
    /// Bytes: looked for raw, as hexadecimal, base32, base64 and as a list of decimal numbers.
    pub fn bytes(name: &str, bytes: &[u8]) -> Self {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let list: Vec<_> = bytes.iter().map(u8::to_string).collect();
        let alphabet = Alphabet::Rfc4648 { padding: false };
        let mut dresses = vec![bytes.to_vec()];
        for text in [hex.to_uppercase(), hex, list.join(","), base32::encode(alphabet, bytes)] {
            dresses.extend(texts(&text));
        }
        // At the three places where it may start within a longer base64 text.
        for skip in 0..3 {
            let whole = bytes.get(skip..).unwrap_or_default();
            let whole = whole.get(..whole.len() / 3 * 3).unwrap_or_default();
            dresses.extend(texts(&Base64::encode_string(whole)));
            dresses.extend(texts(&Base64Url::encode_string(whole)));
        }
        Self { name: name.to_owned(), dresses }
    }

    /// Text: looked for as it is, in lower case, without hyphens, and as [`Needle::bytes`] does.
    pub fn text(name: &str, text: &str) -> Self {
        let mut needle = Self::bytes(name, text.as_bytes());
        needle.dresses.extend(Self::plain(name, text).dresses);
        needle
    }

    /// Text: looked for as it is, in lower case and without hyphens, which is quicker.
    pub fn plain(name: &str, text: &str) -> Self {
        let mut forms = vec![text.to_owned(), text.to_lowercase(), text.replace('-', "")];
        forms.dedup();
        Self { name: name.to_owned(), dresses: forms.iter().flat_map(|form| texts(form)).collect() }
    }

    /// Whether it is in the haystack. Halves suffice: a database may break a value between pages.
    pub fn is_in(&self, haystack: &[u8]) -> bool {
        self.dresses.iter().any(|dress| {
            let (head, tail) = dress.split_at(dress.len() / 2);
            memmem::find(haystack, head).is_some() || memmem::find(haystack, tail).is_some()
        })
    }
}

/// In UTF-8 and in the UTF-16 that JavaScript engines keep.
fn texts(text: &str) -> [Vec<u8>; 2] {
    [text.as_bytes().to_vec(), text.encode_utf16().flat_map(u16::to_le_bytes).collect()]
}

/// Whether a code stands in the haystack as a word of its own.
pub fn code_is_in(code: &str, haystack: &[u8]) -> bool {
    let edge = |byte: Option<&u8>| !byte.is_some_and(u8::is_ascii_alphanumeric);
    haystack.windows(code.len()).enumerate().any(|(at, window)| {
        window == code.as_bytes()
            && edge(at.checked_sub(1).and_then(|before| haystack.get(before)))
            && edge(haystack.get(at + code.len()))
    })
}

/// Every file below a folder, with its bytes.
pub fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if let Ok(bytes) = std::fs::read(&path) {
            found.push((path, bytes));
        }
    }
    found
}

/// Where the needles were found: "needle in file".
pub fn search(needles: &[Needle], files: &[(PathBuf, Vec<u8>)]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, bytes) in files {
        let here = needles.iter().filter(|needle| needle.is_in(bytes));
        found.extend(here.map(|needle| format!("{} in {}", needle.name, path.display())));
    }
    found
}
