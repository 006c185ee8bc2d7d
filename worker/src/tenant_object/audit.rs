//! The tenant's audit log: each event once, each chained to the one before.

use mfa_core::audit::Link;
use mfa_core::member::Event;
use mfa_core::tenant::TenantEvent;
use mfa_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use worker::SqlStorageValue;

use super::TenantObject;
use super::directory::{number, text};
use super::record::Record;
use crate::error::Problem;
use crate::object_ref::{AuditEntry, AuditLine, AuditPage, AuditQuery, MemberName};

/// The source of what the tenant's object itself has to say.
const OWN: &str = "tenant";

/// One entry, as the chain covers it. `position` and `source` with `sequence` say where it belongs.
#[derive(Serialize)]
struct Text<'a> {
    position: u64,
    at: Timestamp,
    /// Who did it: an administrator's username, `operator` or `system`; nothing where it is the member herself, or
    /// somebody who only knows her name.
    by: Option<&'a str>,
    about: Option<&'a str>,
    source: &'a str,
    sequence: u64,
    what: &'a Value,
}

impl TenantObject {
    /// Takes a member's events into the log, each once, and queues what she is told of them. Up to which they are known her
    /// row in the directory says, which each report writes anyway.
    pub(super) fn take(&self, record: &Record, member: &MemberName, entries: &[AuditEntry]) -> Result<(), Problem> {
        #[derive(Deserialize)]
        struct Row {
            username: String,
            as_of: u64,
        }
        let name = vec![text(member.as_str())];
        let rows: Vec<Row> =
            self.sql().exec("SELECT username, as_of FROM directory WHERE member = ?", name)?.to_array()?;
        let row = rows.into_iter().next();
        let username = row.as_ref().map(|row| row.username.as_str());
        let known_below = row.as_ref().map_or(0, |row| row.as_of);
        for entry in entries.iter().filter(|entry| entry.sequence >= known_below) {
            let what = serde_json::to_value(&entry.event).map_err(super::unreadable)?;
            self.append(member.as_str(), Some(entry.sequence), None, username, &what, entry.at)?;
            if let Event::SignedOutAt { application, session, generation } = entry.event {
                self.queue_logout(record, member, application, session, generation)?;
            }
            if let Some(username) = username {
                self.notice_of(record, username, entry, &what)?;
            }
        }
        Ok(())
    }

    /// Takes an event of the tenant's own into the log.
    pub(super) fn note(
        &self,
        by: &str,
        about: Option<&str>,
        event: TenantEvent,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let what = serde_json::to_value(&event).map_err(super::unreadable)?;
        self.append(OWN, None, Some(by), about, &what, now)
    }

    /// As [`TenantObject::note`], and every administrator is told.
    pub(super) fn note_loudly(
        &self,
        record: &Record,
        by: &str,
        about: Option<&str>,
        event: TenantEvent,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let what = serde_json::to_value(&event).map_err(super::unreadable)?;
        self.tell_administrators(record, Some(by), about, &what, now)?;
        self.append(OWN, None, Some(by), about, &what, now)
    }

    fn append(
        &self,
        source: &str,
        sequence: Option<u64>,
        by: Option<&str>,
        about: Option<&str>,
        what: &Value,
        at: Timestamp,
    ) -> Result<(), Problem> {
        let (position, last) = match self.last_link()? {
            None => (1, Link::START),
            Some((position, link)) => {
                let link =
                    Link::from_hex(&link).ok_or_else(|| Problem::alarm("the audit log's last link cannot be read"))?;
                (position.saturating_add(1), link)
            }
        };
        let sequence = sequence.unwrap_or(position);
        let entry = Text { position, at, by, about, source, sequence, what };
        let line = serde_json::to_string(&entry).map_err(super::unreadable)?;
        let link = last.next(&line).to_string();
        let event = what.get("event").and_then(Value::as_str).unwrap_or_default();
        self.sql().exec(
            "INSERT INTO audit (position, source, sequence, at, about, event, text, link) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            vec![
                number(position)?,
                text(source),
                number(sequence)?,
                number(at.0)?,
                about.map_or(SqlStorageValue::Null, text),
                text(event),
                text(&line),
                text(&link),
            ],
        )?;
        Ok(())
    }

    fn last_link(&self) -> Result<Option<(u64, String)>, Problem> {
        #[derive(Deserialize)]
        struct Last {
            position: u64,
            link: String,
        }
        let last: Vec<Last> =
            self.sql().exec("SELECT position, link FROM audit ORDER BY position DESC LIMIT 1", None)?.to_array()?;
        Ok(last.into_iter().next().map(|last| (last.position, last.link)))
    }

    /// A part of the log.
    pub(super) fn audit_page(&self, query: &AuditQuery) -> Result<AuditPage, Problem> {
        #[derive(Deserialize)]
        struct Row {
            position: u64,
            text: String,
            link: String,
        }
        let (compare, order) = if query.newest_first { ("<", "DESC") } else { (">", "ASC") };
        let mut conditions = Vec::new();
        let mut values = Vec::new();
        let mut add = |condition: String, value: SqlStorageValue| {
            conditions.push(condition);
            values.push(value);
        };
        if let Some(after) = query.after {
            add(format!("position {compare} ?"), number(after)?);
        }
        if let Some(about) = &query.about {
            add("about = ?".to_owned(), text(about));
        }
        if let Some(event) = &query.event {
            add("event = ?".to_owned(), text(event));
        }
        if let Some(from) = query.from {
            add("at >= ?".to_owned(), number(from.0)?);
        }
        if let Some(to) = query.to {
            add("at < ?".to_owned(), number(to.0)?);
        }
        let filter = if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
        values.push(number(u64::from(query.limit).saturating_add(1))?);
        let statement = format!("SELECT position, text, link FROM audit {filter} ORDER BY position {order} LIMIT ?");
        let mut rows: Vec<Row> = self.sql().exec(&statement, values)?.to_array()?;
        let more = rows.len() > usize::try_from(query.limit).unwrap_or(usize::MAX);
        if more {
            rows.pop();
        }
        let next = rows.last().filter(|_| more).map(|row| row.position);
        let entries = rows.into_iter().map(|row| AuditLine { text: row.text, link: row.link }).collect();
        Ok(AuditPage { entries, next, last: self.last_link()? })
    }
}
