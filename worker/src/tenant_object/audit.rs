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

/// What every sign-in leaves in the log: so many entries that a page of them is full after a look at the newest, and no
/// index has to be written with each.
macro_rules! often {
    () => {
        "('signed-in', 'signed-out', 'signed-in-at', 'signed-out-at', 'stepped-up', 'confirmed', 'password-refused', \
         'code-refused')"
    };
}

const OFTEN: &str = often!();

/// Finds the others.
pub(super) const SELDOM: &str =
    concat!("CREATE INDEX IF NOT EXISTS audit_seldom ON audit (event) WHERE event NOT IN ", often!());

/// Entries that one question looks at, if no index leads to them. The next goes on from there.
const LOOKED_AT: u64 = 20_000;

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
    /// Takes a member's events into the log, each once, and queues what she is told of them.
    pub(super) fn take(&self, record: &Record, member: &MemberName, entries: &[AuditEntry]) -> Result<(), Problem> {
        let username = self.entry(member)?.map(|(username, _)| username);
        for entry in entries {
            let source = member.as_str();
            let known = self.sql().exec(
                "SELECT 1 FROM audit WHERE source = ? AND sequence = ?",
                vec![text(source), number(entry.sequence)?],
            )?;
            if !known.to_array::<Value>()?.is_empty() {
                continue;
            }
            let what = serde_json::to_value(&entry.event).map_err(super::unreadable)?;
            self.append(source, Some(entry.sequence), None, username.as_deref(), &what, entry.at)?;
            if let Event::SignedOutAt { application, session, generation } = entry.event {
                self.queue_logout(record, member, application, session, generation)?;
            }
            if let Some(username) = &username {
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
        let last = self.last_link()?;
        let newest = last.as_ref().map_or(0, |(position, _)| *position);
        let mut conditions = Vec::new();
        let mut values = Vec::new();
        let mut add = |condition: String, value: Vec<SqlStorageValue>| {
            conditions.push(condition);
            values.extend(value);
        };
        let mut index = "NOT INDEXED";
        let mut looked_up_to = None;
        if let Some(about) = &query.about {
            // What she did has her object as its source, what was done about her has ours.
            let own = self.member_called(about)?.unwrap_or_default();
            let sources = "SELECT position FROM audit WHERE source = ? UNION ALL \
                           SELECT position FROM audit INDEXED BY audit_about WHERE source = 'tenant' AND about = ?";
            add(format!("position IN ({sources}) AND about = ?"), vec![text(&own), text(about), text(about)]);
        } else if query.event.as_deref().is_some_and(|event| !OFTEN.contains(&format!("'{event}'"))) {
            add(format!("event NOT IN {OFTEN}"), Vec::new());
            index = "INDEXED BY audit_seldom";
        } else if query.event.is_some() || query.from.is_some() || query.to.is_some() {
            // Positions have no gaps.
            if query.newest_first {
                let first = query.after.unwrap_or(newest.saturating_add(1)).saturating_sub(LOOKED_AT);
                add("position >= ?".to_owned(), vec![number(first)?]);
                looked_up_to = Some(first).filter(|first| *first > 1);
            } else {
                let end = query.after.unwrap_or_default().saturating_add(LOOKED_AT);
                add("position <= ?".to_owned(), vec![number(end)?]);
                looked_up_to = Some(end).filter(|end| *end < newest);
            }
        }
        if let Some(after) = query.after {
            add(format!("position {compare} ?"), vec![number(after)?]);
        }
        if let Some(event) = &query.event {
            add("event = ?".to_owned(), vec![text(event)]);
        }
        if let Some(from) = query.from {
            add("at >= ?".to_owned(), vec![number(from.0)?]);
        }
        if let Some(to) = query.to {
            add("at < ?".to_owned(), vec![number(to.0)?]);
        }
        let filter = if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
        values.push(number(u64::from(query.limit).saturating_add(1))?);
        let statement =
            format!("SELECT position, text, link FROM audit {index} {filter} ORDER BY position {order} LIMIT ?");
        let mut rows: Vec<Row> = self.sql().exec(&statement, values)?.to_array()?;
        let more = rows.len() > usize::try_from(query.limit).unwrap_or(usize::MAX);
        if more {
            rows.pop();
        }
        let next = rows.last().filter(|_| more).map(|row| row.position).or(looked_up_to);
        let entries = rows.into_iter().map(|row| AuditLine { text: row.text, link: row.link }).collect();
        Ok(AuditPage { entries, next, last })
    }

    fn member_called(&self, username: &str) -> Result<Option<String>, Problem> {
        #[derive(Deserialize)]
        struct Name {
            member: String,
        }
        let statement = "SELECT member FROM directory WHERE username = ?";
        let names: Vec<Name> = self.sql().exec(statement, vec![text(username)])?.to_array()?;
        Ok(names.into_iter().next().map(|name| name.member))
    }
}
