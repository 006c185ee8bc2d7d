//! Checking an exported audit log offline, with the core's own rule.

use std::io::BufRead;

use mfa_core::audit::{self, Link};
use serde::Deserialize;

use crate::failure::{Failure, Outcome};

/// A line of an export.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    text: String,
    link: String,
}

/// What a log is like.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// Each entry follows from the one before.
    Whole {
        entries: u64,
        last: Link,
        /// Whether the link to look for was there.
        kept_is_there: bool,
    },
    /// The first that does not, counted from 1.
    Broken { position: u64, why: &'static str },
}

/// Reads a log to its end, or to the first entry that does not fit. `kept` is a link noted down earlier.
pub(crate) fn verify(mut log: impl BufRead, kept: Option<Link>) -> Outcome<Finding> {
    let (mut entries, mut last, mut kept_is_there) = (0, Link::START, kept.is_none());
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = log.read_until(b'\n', &mut line);
        if read.map_err(|error| Failure::Failed(format!("The log cannot be read: {error}.")))? == 0 {
            return Ok(Finding::Whole { entries, last, kept_is_there });
        }
        entries += 1;
        let Some((text, link)) = parse(&line) else {
            return Ok(Finding::Broken { position: entries, why: "it is not of the form {\"text\":…,\"link\":…}" });
        };
        match audit::verify(last, [(text.as_str(), link)]) {
            Ok(link) => last = link,
            Err(_) => {
                return Ok(Finding::Broken {
                    position: entries,
                    why: "its link does not follow from its text and the entry before",
                });
            }
        }
        kept_is_there |= kept == Some(last);
    }
}

/// The text and the link of one line.
pub(crate) fn parse(line: &[u8]) -> Option<(String, Link)> {
    let Line { text, link } = serde_json::from_slice(line).ok()?;
    Some((text, Link::from_hex(&link)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn log(texts: &[&str]) -> Vec<String> {
        let mut last = Link::START;
        let line = |text: &&str| {
            last = last.next(text);
            json!({ "text": text, "link": last.to_string() }).to_string() + "\n"
        };
        texts.iter().map(line).collect()
    }

    fn broken_at(lines: &[String]) -> Option<u64> {
        match verify(lines.concat().as_bytes(), None).unwrap() {
            Finding::Broken { position, .. } => Some(position),
            Finding::Whole { .. } => None,
        }
    }

    #[test]
    fn a_whole_log_is_whole_with_or_without_a_last_line_break() {
        let lines = log(&["one", "two", "three"]);
        let last = Link::START.next("one").next("two").next("three");
        let whole = Finding::Whole { entries: 3, last, kept_is_there: true };
        assert_eq!(verify(lines.concat().as_bytes(), None).unwrap(), whole);
        assert_eq!(verify(lines.concat().trim_end().as_bytes(), None).unwrap(), whole);
    }

    #[test]
    fn the_first_broken_entry_is_named_from_one() {
        let lines = log(&["one", "two", "three"]);
        let with = |change: &dyn Fn(&mut Vec<String>)| {
            let mut lines = lines.clone();
            change(&mut lines);
            broken_at(&lines)
        };
        assert_eq!(with(&|lines| lines[1] = lines[1].replace("two", "twp")), Some(2));
        assert_eq!(with(&|lines| drop(lines.remove(0))), Some(1));
        assert_eq!(with(&|lines| drop(lines.remove(1))), Some(2));
        assert_eq!(with(&|lines| lines.swap(1, 2)), Some(2));
        assert_eq!(with(&|lines| lines.insert(1, "\n".to_owned())), Some(2));
        assert_eq!(with(&|lines| lines[2] = lines[2].replace("{", "{\"text\":\"other\",")), Some(3));
        assert_eq!(with(&|lines| lines[2] = "{\"text\":\"three\"}".to_owned()), Some(3));
    }

    #[test]
    fn a_log_that_was_cut_short_lacks_the_link_that_was_kept() {
        let lines = log(&["one", "two", "three"]);
        let kept = Link::START.next("one").next("two").next("three");
        let is_there = |lines: &[String]| match verify(lines.concat().as_bytes(), Some(kept)).unwrap() {
            Finding::Whole { kept_is_there, .. } => kept_is_there,
            Finding::Broken { .. } => panic!("it is whole"),
        };
        assert!(is_there(&lines));
        assert!(!is_there(&lines[..2]));
    }
}
