//! The audit log: read, filtered, exported. Whoever has an export can check it without us.

use mfa_core::member::Assurance;
use mfa_core::time::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use worker::{Response, ResponseBuilder};

use super::Visit;
use super::access::{self, Authority};
use crate::error::{Code, Problem};
use crate::json;
use crate::object_ref::{Act, AuditLine, AuditPage, AuditQuery, TenantReply};

/// Entries of a page when the request does not say.
const PAGE: u32 = 50;
const LONGEST_PAGE: u32 = 500;
/// Entries of one part of an export.
const EXPORT: u32 = 5000;

pub(super) async fn list(visit: &Visit) -> Result<Response, Problem> {
    let (_, authority) = Authority::administrator(visit, Assurance::Live).await?;
    page(visit, &authority).await
}

/// A part of the log, for whoever has the authority.
pub(super) async fn page(visit: &Visit, authority: &Authority) -> Result<Response, Problem> {
    let query = visit.query(&["after", "limit", "about", "what", "from", "to", "newest"])?;
    let query = AuditQuery {
        after: query.number("after")?,
        limit: query.number("limit")?.unwrap_or(PAGE).clamp(1, LONGEST_PAGE),
        about: query.some_text("about").map(|about| about.trim().to_lowercase()),
        event: query.some_text("what").map(str::to_owned),
        from: query.number("from")?.map(Timestamp),
        to: query.number("to")?.map(Timestamp),
        newest_first: query.some_text("newest").is_some(),
    };
    let page = fetch(visit, authority, query).await?;
    let entries = page.entries.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    visit.json(
        200,
        &json!({
            "entries": entries,
            "next": page.next,
            "last": page.last.map(|(position, link)| json!({ "position": position, "link": link })),
        }),
    )
}

/// What stands in an entry's text, as far as it is shown apart.
#[derive(Deserialize)]
struct Entry {
    position: u64,
    at: Timestamp,
    by: Option<String>,
    about: Option<String>,
    what: Value,
}

impl Entry {
    fn read(line: &AuditLine) -> Result<Entry, Problem> {
        json::read(&line.text).map_err(|_| Problem::alarm("an entry of the audit log cannot be read"))
    }
}

fn shown(line: &AuditLine) -> Result<Value, Problem> {
    let Entry { position, at, by, about, what } = Entry::read(line)?;
    Ok(json!({
        "position": position, "at": at, "by": by, "about": about, "what": what, "text": line.text, "link": line.link,
    }))
}

pub(super) async fn export(visit: &Visit) -> Result<Response, Problem> {
    let (_, authority) = Authority::administrator(visit, Assurance::Live).await?;
    export_part(visit, &authority).await
}

/// A part of the log as a file. Where there is more, `x-next-position` says after which position to go on.
pub(super) async fn export_part(visit: &Visit, authority: &Authority) -> Result<Response, Problem> {
    let query = visit.query(&["format", "after"])?;
    let csv = match query.text("format") {
        "jsonl" => false,
        "csv" => true,
        _ => return Err(Problem::from(Code::BadRequest).with("field", "format")),
    };
    let after = query.number("after")?;
    let query =
        AuditQuery { after, limit: EXPORT, about: None, event: None, from: None, to: None, newest_first: false };
    let page = fetch(visit, authority, query).await?;
    let mut text = String::new();
    if csv && after.is_none() {
        text.push_str("position,at,by,about,event,details,link\r\n");
    }
    for line in &page.entries {
        if csv {
            text.push_str(&csv_line(line)?);
        } else {
            text.push_str(&json!({ "text": line.text, "link": line.link }).to_string());
            text.push('\n');
        }
    }
    let name = format!("attachment; filename=\"audit-{}.{}\"", visit.tenant, if csv { "csv" } else { "jsonl" });
    visit.reply_headers.set("content-type", if csv { "text/csv; charset=utf-8" } else { "application/jsonl" })?;
    visit.reply_headers.set("content-disposition", &name)?;
    if let Some(next) = page.next {
        visit.reply_headers.set("x-next-position", &next.to_string())?;
    }
    let response = ResponseBuilder::new().with_headers(visit.reply_headers.clone());
    Ok(response.fixed(text.into_bytes()))
}

fn csv_line(line: &AuditLine) -> Result<String, Problem> {
    let Entry { position, at, by, about, what } = Entry::read(line)?;
    let event = what.get("event").and_then(Value::as_str).unwrap_or_default();
    let fields = [
        position.to_string(),
        at.0.to_string(),
        by.unwrap_or_default(),
        about.unwrap_or_default(),
        event.to_owned(),
        what.to_string(),
        line.link.clone(),
    ];
    Ok(fields.map(|field| quoted(&field)).join(",") + "\r\n")
}

/// A field of RFC 4180, and nothing that a spreadsheet would take for a formula.
fn quoted(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, field.replace('"', "\"\""))
}

async fn fetch(visit: &Visit, authority: &Authority, query: AuditQuery) -> Result<AuditPage, Problem> {
    match authority.look(visit, Act::Audit(query)).await? {
        TenantReply::Audit(page) => Ok(page),
        reply => Err(access::refused(reply)),
    }
}
