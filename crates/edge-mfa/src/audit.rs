//! A tenant's audit log: read, saved, checked.

use std::fs::File;
use std::io::{BufReader, Read, stdin};
use std::path::Path;

use mfa_core::audit::{self, Link};
use serde_json::{Value, json};

use crate::arguments::Audit;
use crate::door::Door;
use crate::failure::{Failure, Outcome, of_file};
use crate::output::{self, Output, Table, count, number, word};
use crate::pages::{self, Page};
use crate::part::Part;
use crate::progress::Progress;
use crate::tenants;
use crate::time::{self, Seconds};
use crate::verify::{self, Finding};

/// Entries of a page: as many as the API gives.
const PAGE: u64 = 500;

pub(crate) fn run(command: &Audit, door: impl FnOnce() -> Outcome<Door>, out: Output) -> Outcome {
    match command {
        Audit::Show { tenant, about, what, since, until, limit, oldest_first } => {
            let mut query = Vec::new();
            query.extend(about.iter().map(|about| ("about", about.clone())));
            query.extend(what.iter().map(|what| ("what", what.clone())));
            query.extend(since.iter().map(|since: &Seconds| ("from", since.to_string())));
            query.extend(until.iter().map(|until: &Seconds| ("to", until.to_string())));
            query.extend((!oldest_first).then(|| ("newest", "1".to_owned())));
            show(&door()?, out, tenant, query, *limit)
        }
        Audit::Export { tenant, out: Some(file) } => {
            let kept = save(&door()?, tenant, file)?;
            let Kept { entries, last } = kept;
            let done = json!({ "tenant": tenant, "file": file, "entries": entries, "last_link": last.to_string() });
            out.show(&done, || {
                let entries = count(entries, "entry", "entries");
                format!("{}: {entries}, the chain is whole.\nThe last link, to keep: {last}", file.display())
            })
        }
        Audit::Export { tenant, out: None } => stream(&door()?, out, tenant),
        Audit::Verify { file, kept } => check(out, file, *kept),
    }
}

/// A log that was saved.
pub(crate) struct Kept {
    pub(crate) entries: u64,
    pub(crate) last: Link,
}

fn path(tenant: &str) -> String {
    format!("/tenants/{tenant}/audit")
}

fn show(door: &Door, out: Output, tenant: &str, mut query: Vec<(&str, String)>, limit: u64) -> Outcome {
    let mut table = Table::new(&["entry", "when", "who", "about", "event", "details"]);
    let (mut left, mut after) = (limit, None);
    query.push(("limit", limit.min(PAGE).to_string()));
    while left > 0 {
        let page = pages::page(door, &path(tenant), "entries", &query, after.as_ref());
        let Page { items, next } = page.map_err(|failure| tenants::not_found(failure, tenant))?;
        for entry in items.iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
            left -= 1;
            if out.json {
                out.show(entry, String::new)?;
            } else {
                table.row(row(entry));
            }
        }
        after = next;
        if after.is_none() {
            break;
        }
    }
    if left == limit {
        out.remark("No entry is like that.");
        return Ok(());
    }
    if !out.json {
        out.show(&Value::Null, || table.text())?;
    }
    if after.is_some() {
        out.remark("There are more; --limit shows more of them.");
    }
    Ok(())
}

fn row(entry: &Value) -> [String; 6] {
    let what = entry.get("what").unwrap_or(&Value::Null);
    let details = what.as_object().into_iter().flatten().filter(|(name, _)| *name != "event");
    let details = details.map(|(name, value)| match value {
        Value::String(text) => format!("{name}: {text}"),
        value => format!("{name}: {value}"),
    });
    [
        number(entry, "position").to_string(),
        time::spelled(number(entry, "at")),
        word(entry, "by").to_owned(),
        word(entry, "about").to_owned(),
        word(what, "event").to_owned(),
        details.collect::<Vec<_>>().join(", "),
    ]
}

/// The lines of an export, page by page, each with what to go on after.
fn fetch(
    door: &Door,
    tenant: &str,
    mut after: Option<Value>,
    mut take: impl FnMut(Vec<String>, Option<&Value>) -> Outcome,
) -> Outcome {
    let query = [("limit", PAGE.to_string())];
    loop {
        let page = pages::page(door, &path(tenant), "entries", &query, after.as_ref());
        let Page { items, next } = page.map_err(|failure| tenants::not_found(failure, tenant))?;
        let line = |entry: &Value| json!({ "text": entry.get("text"), "link": entry.get("link") }).to_string();
        take(items.iter().map(line).collect(), next.as_ref())?;
        if next.is_none() {
            return Ok(());
        }
        after = next;
    }
}

/// Saves the whole log in `file`, or goes on where that was interrupted, and checks it.
pub(crate) fn save(door: &Door, tenant: &str, file: &Path) -> Outcome<Kept> {
    let mut progress = Progress::new();
    let mut part = Part::open(file, &format!("audit log of {tenant} at {}", door.address()))?;
    fetch(door, tenant, part.after().cloned(), |lines, next| {
        part.add(&lines)?;
        progress.say(|| format!("audit log: {}", count(part.lines(), "entry", "entries")));
        next.map_or(Ok(()), |next| part.note(next.clone()))
    })?;
    let log = File::open(part.path()).map_err(|error| of_file("read", part.path(), &error))?;
    match verify::verify(BufReader::new(log), None)? {
        Finding::Whole { entries, last, .. } => part.finish().map(|()| Kept { entries, last }),
        Finding::Broken { position, why } => Err(Failure::Failed(format!(
            "The log of {tenant} is broken at entry {position}: {why}. It is kept as {} for whoever looks into it; \
             delete that file to fetch the log anew.",
            part.path().display()
        ))),
    }
}

fn stream(door: &Door, out: Output, tenant: &str) -> Outcome {
    let (mut last, mut position, mut broken) = (Link::START, 0, None);
    fetch(door, tenant, None, |lines, _| {
        for line in &lines {
            position += 1;
            match verify::parse(line.as_bytes()).and_then(|(text, link)| audit::verify(last, [(&*text, link)]).ok()) {
                Some(link) => last = link,
                None => broken = broken.or(Some(position)),
            }
            output::print(&format!("{line}\n"))?;
        }
        Ok(())
    })?;
    match broken {
        None => {
            out.remark(&format!("{}, the chain is whole.", count(position, "entry", "entries")));
            Ok(())
        }
        Some(position) => Err(Failure::Failed(format!(
            "The log of {tenant} is broken at entry {position}. What was written is what the deployment gave out."
        ))),
    }
}

fn check(out: Output, path: &Path, kept: Option<Link>) -> Outcome {
    let log: Box<dyn Read> = match path.to_str() {
        Some("-") => Box::new(stdin().lock()),
        _ => Box::new(File::open(path).map_err(|error| of_file("read", path, &error))?),
    };
    let name = path.display();
    match verify::verify(BufReader::new(log), kept)? {
        Finding::Whole { entries: 0, .. } => {
            out.show_in_json(&json!({ "whole": false, "entries": 0 }))?;
            Err(Failure::Failed(format!("{name} holds no entry. A log has at least the one that made the tenant.")))
        }
        Finding::Whole { entries, last, kept_is_there: false } => {
            let finding = json!({
                "whole": false, "entries": entries, "last_link": last.to_string(), "kept_is_there": false,
            });
            out.show_in_json(&finding)?;
            Err(Failure::Failed(format!(
                "{name} is whole in itself, but the link that you kept is not in it: entries after that are missing, or \
                 the whole log was made anew."
            )))
        }
        Finding::Whole { entries, last, .. } => {
            let finding = json!({ "whole": true, "entries": entries, "last_link": last.to_string() });
            out.show(&finding, || {
                let entries = count(entries, "entry", "entries");
                format!("{name}: {entries}, none changed, removed, added or moved.\nThe last link, to keep: {last}")
            })
        }
        Finding::Broken { position, why } => {
            out.show_in_json(&json!({ "whole": false, "broken_at": position, "why": why }))?;
            Err(Failure::Failed(format!(
                "{name} is broken at entry {position}: {why}. This entry, or one before it, was changed, removed, added \
                 or moved."
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entrys_row_has_its_details_in_words() {
        let entry = json!({
            "position": 7, "at": 0, "by": "operator", "about": "anna", "text": "", "link": "",
            "what": { "event": "break-glass", "reason": "lost phone" },
        });
        let expected = ["7", "1970-01-01 00:00:00 UTC", "operator", "anna", "break-glass", "reason: lost phone"];
        assert_eq!(row(&entry), expected);
    }
}
