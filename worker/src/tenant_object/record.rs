//! What is stored about a tenant: one row that decides for all of it, and tables that grow with its members.

use std::sync::atomic::Ordering;

use mfa_core::tenant::appearance::Appearance;
use mfa_core::tenant::{Epoch, StoredTenant, Tenant};
use serde::{Deserialize, Serialize};
use worker::SqlStorageValue;

use super::directory::number;
use super::external::External;
use super::{TenantObject, unreadable};
use crate::answers::Answers;
use crate::error::Problem;
use crate::json;
use crate::object_ref::KeptReceipt;

/// What decides for the whole tenant.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) state: Tenant,
    pub(super) answers: Answers,
    /// KV has not been told how things are.
    pub(super) kv_due: bool,
    /// Sweeps through every member's record: the first is under way, the others wait.
    pub(super) sweeps: Vec<Sweep>,
    /// The external identity provider, once configured.
    pub(super) external: Option<External>,
    /// Of the last times that MFA was switched off, newest first.
    pub(super) receipts: Vec<KeptReceipt>,
    /// How the pages look.
    pub(super) appearance: Appearance,
}

/// Going through every member's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sweep {
    pub(super) kind: SweepKind,
    /// The epoch that made it necessary.
    pub(super) epoch: Epoch,
    /// The member whose record it went through last; nothing before the first.
    pub(super) after: String,
    /// Where links that are sent on the way lead.
    pub(super) origin: String,
}

/// What a sweep does beside telling each member to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum SweepKind {
    /// Counts what is erased.
    SwitchedOff,
    /// Nothing: that they follow is all.
    Restored,
    /// Sends who is not tied to an identity at the external provider a link to be.
    Connect,
    /// Sends everybody a link to choose a password.
    ChoosePassword,
    /// Empties the directory at its end.
    Deleted,
}

impl Sweep {
    pub(super) fn new(kind: SweepKind, epoch: Epoch, origin: &str) -> Sweep {
        Sweep { kind, epoch, after: String::new(), origin: origin.to_owned() }
    }
}

/// Its stored form; the data keys' places are empty in it. A field that is missing is no default: a record that lost one is refused.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredRecord {
    slug: String,
    name: String,
    state: StoredTenant,
    answers: Answers,
    kv_due: bool,
    sweeps: Vec<Sweep>,
    #[serde(deserialize_with = "Option::deserialize")]
    external: Option<External>,
    receipts: Vec<KeptReceipt>,
    appearance: Appearance,
}

impl TenantObject {
    pub(super) fn load(&self) -> Result<Option<Record>, Problem> {
        #[derive(Deserialize)]
        struct Row {
            record: String,
            data_keys: String,
        }
        let sql = self.sql();
        // Asking after a tenant that is none writes nothing. Its table is the first of all, so no other is looked at.
        if !self.has_tables.load(Ordering::Relaxed) {
            let laid = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'tenant' LIMIT 1";
            if sql.exec(laid, None)?.to_array::<serde_json::Value>()?.is_empty() {
                return Ok(None);
            }
        }
        let rows: Vec<Row> = sql.exec(RECORD_AND_DATA_KEYS, None)?.to_array()?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let StoredRecord { slug, name, state, answers, kv_due, sweeps, external, receipts, appearance } =
            json::read(&row.record).map_err(unreadable)?;
        let mut state = Tenant::from(state);
        fill_data_keys(&mut state, &json::read::<Vec<DataKeyRow>>(&row.data_keys).map_err(unreadable)?)?;
        Ok(Some(Record { slug, name, state, answers, kv_due, sweeps, external, receipts, appearance }))
    }

    pub(super) fn save(&self, record: &Record) -> Result<(), Problem> {
        let mut state = record.state.clone();
        self.put_data_keys(&mut state)?;
        let stored = Stored {
            slug: &record.slug,
            name: &record.name,
            state: state.into(),
            answers: &record.answers,
            kv_due: record.kv_due,
            sweeps: &record.sweeps,
            external: record.external.as_ref(),
            receipts: &record.receipts,
            appearance: record.appearance,
        };
        let text = serde_json::to_string(&stored).map_err(unreadable)?;
        let bindings = vec![SqlStorageValue::String(text)];
        self.sql().exec("INSERT OR REPLACE INTO tenant (id, record) VALUES (1, ?)", bindings)?;
        Ok(())
    }

    /// Takes the wrapped data keys out of `state` and keeps them apart from the record, each in a row of its own that
    /// is written once. The record is written again and again, and each time the file may keep a shadow of how it was;
    /// a row that is replaced by as many zeros is overwritten where it stands. So a key that is destroyed is gone from
    /// the file too.
    fn put_data_keys(&self, state: &mut Tenant) -> Result<(), Problem> {
        let mut present: Vec<(u64, String)> = Vec::new();
        for (epoch, data_key) in state.data_keys_mut() {
            present.push((epoch.0, core::mem::take(&mut data_key.0)));
        }
        let kept = self.data_keys()?;
        for DataKeyRow { epoch, wrapped } in &kept {
            if !present.iter().any(|(other, key)| other == epoch && key == wrapped) {
                let zeros = "0".repeat(wrapped.len());
                self.sql().exec(
                    "UPDATE data_keys SET wrapped = ? WHERE epoch = ?",
                    vec![SqlStorageValue::String(zeros), number(*epoch)?],
                )?;
                self.sql().exec("DELETE FROM data_keys WHERE epoch = ?", vec![number(*epoch)?])?;
            }
        }
        for (epoch, wrapped) in present {
            if !kept.iter().any(|row| row.epoch == epoch && row.wrapped == wrapped) {
                self.sql().exec(
                    "INSERT INTO data_keys (epoch, wrapped) VALUES (?, ?)",
                    vec![number(epoch)?, SqlStorageValue::String(wrapped)],
                )?;
            }
        }
        Ok(())
    }

    fn data_keys(&self) -> Result<Vec<DataKeyRow>, Problem> {
        Ok(self.sql().exec("SELECT epoch, wrapped FROM data_keys", None)?.to_array()?)
    }
}

/// A record of before appearances could be chosen gets the one that everybody has.
pub(super) const WITHOUT_APPEARANCE: &str = "UPDATE tenant SET record = \
    json_set(record, '$.appearance', json('{\"accent\":null,\"logo\":null}')) \
    WHERE json_type(record, '$.appearance') IS NULL";

/// In one statement: whoever signs in needs both, and each statement has its price.
const RECORD_AND_DATA_KEYS: &str = "SELECT record, (SELECT json_group_array(json_object('epoch', epoch, 'wrapped', \
    wrapped)) FROM data_keys) AS data_keys FROM tenant";

/// Puts the wrapped data keys where the record has left their places empty. One that is missing is no key at all: then
/// nothing of its epoch opens.
fn fill_data_keys(state: &mut Tenant, kept: &[DataKeyRow]) -> Result<(), Problem> {
    for (epoch, data_key) in state.data_keys_mut() {
        let found = kept.iter().find(|kept| kept.epoch == epoch.0);
        data_key.0 = found.map(|kept| kept.wrapped.clone()).ok_or_else(|| unreadable("a data key is missing"))?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct DataKeyRow {
    epoch: u64,
    wrapped: String,
}

/// [`StoredRecord`], to be written.
#[derive(Serialize)]
struct Stored<'a> {
    slug: &'a str,
    name: &'a str,
    state: StoredTenant,
    answers: &'a Answers,
    kv_due: bool,
    sweeps: &'a [Sweep],
    external: Option<&'a External>,
    receipts: &'a [KeptReceipt],
    appearance: Appearance,
}
