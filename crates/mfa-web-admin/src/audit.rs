//! The audit log, verified where the person who doubts it sits.

use mfa_core::audit::{self, Link};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

use crate::answer::to_js;

#[derive(Serialize)]
struct Verification {
    ok: bool,
    link: Option<String>,
    broken_at: Option<usize>,
}

/// Follows the chain of a log, or of a part of it: `lines` is one `link text`
/// for each entry in order, each ended by a newline, and `start_link` the link
/// before the first of them; of a whole log 64 zeros.
///
/// Gives `{ok, link, broken_at}`: the last link, with which the next part goes
/// on, or the index of the first line that does not follow from the one before
/// it or cannot be read.
///
/// # Errors
/// When `start_link` is no link.
#[wasm_bindgen]
pub fn verify_audit(start_link: &str, lines: &str) -> Result<JsValue, JsError> {
    let start = Link::from_hex(start_link).ok_or_else(|| JsError::new("the start is no link of the log"))?;
    let entries: Vec<_> = lines.split_terminator('\n').map(entry).collect();
    // A line that cannot be read ends the log there.
    let readable = entries.iter().map_while(|entry| *entry);
    let verification = match audit::verify(start, readable) {
        Ok(_) if entries.contains(&None) => broken_at(entries.iter().take_while(|entry| entry.is_some()).count()),
        Ok(link) => Verification { ok: true, link: Some(link.to_string()), broken_at: None },
        Err(index) => broken_at(index),
    };
    to_js(&verification)
}

fn broken_at(index: usize) -> Verification {
    Verification { ok: false, link: None, broken_at: Some(index) }
}

fn entry(line: &str) -> Option<(&str, Link)> {
    let (link, text) = line.split_once(' ')?;
    Some((text, Link::from_hex(link)?))
}
