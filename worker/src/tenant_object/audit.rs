//! The tenant's audit log: each event once, each chained to the one before.

use mfa_core::audit::Link;
use serde::Deserialize;
use worker::SqlStorageValue;

use super::TenantObject;
use crate::error::Problem;
use crate::object_ref::{AuditEntry, MemberName};

impl TenantObject {
    /// Takes events into the log, each once, each chained to the one before.
    pub(super) fn append(&self, member: &MemberName, entries: &[AuditEntry]) -> Result<(), Problem> {
        #[derive(Deserialize)]
        struct Last {
            link: String,
        }
        let sql = self.sql();
        for entry in entries {
            let sequence = SqlStorageValue::try_from_i64(i64::try_from(entry.sequence).unwrap_or(i64::MAX))?;
            let name = SqlStorageValue::String(member.as_str().to_owned());
            let known = sql
                .exec("SELECT 1 FROM audit WHERE member = ? AND sequence = ?", vec![name.clone(), sequence.clone()])?;
            if !known.to_array::<serde_json::Value>()?.is_empty() {
                continue;
            }
            let last: Vec<Last> =
                sql.exec("SELECT link FROM audit ORDER BY position DESC LIMIT 1", None)?.to_array()?;
            let last = match last.first() {
                None => Link::START,
                Some(last) => Link::from_hex(&last.link)
                    .ok_or_else(|| Problem::alarm("the audit log's last link cannot be read"))?,
            };
            let text = serde_json::json!({ "member": member, "sequence": entry.sequence, "at": entry.at, "what": entry.event });
            let text = text.to_string();
            let link = last.next(&text).to_string();
            sql.exec(
                "INSERT INTO audit (member, sequence, text, link) VALUES (?, ?, ?, ?)",
                vec![name, sequence, SqlStorageValue::String(text), SqlStorageValue::String(link)],
            )?;
        }
        Ok(())
    }
}
