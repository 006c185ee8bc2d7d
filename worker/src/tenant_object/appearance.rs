//! How the tenant's pages look: what was chosen lies in the record, the picture in a row of its own, so that it is not
//! read and written with every decision.

use base64ct::{Base64, Encoding};
use mfa_core::tenant::appearance::{Accent, Appearance, Logo, LogoError, LogoName};
use mfa_core::tenant::{Lifecycle, TenantEvent};
use mfa_core::time::Timestamp;
use serde::Deserialize;

use super::TenantObject;
use super::directory::text;
use super::record::Record;
use crate::error::Problem;
use crate::object_ref::{AppearancePart, TenantReply};

/// The picture in base64.
pub(super) const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS logo (id INTEGER PRIMARY KEY CHECK (id = 1), png TEXT NOT NULL)";

impl TenantObject {
    pub(super) fn change_accent(
        &self,
        record: &mut Record,
        by: &str,
        accent: Accent,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        if record.appearance.accent.replace(accent) == Some(accent) {
            return Ok(TenantReply::Appearance(record.appearance));
        }
        self.changed(record, by, TenantEvent::AccentChanged { accent }, now)
    }

    /// What is kept is what the core has left of the file.
    pub(super) fn change_logo(
        &self,
        record: &mut Record,
        by: &str,
        file: &str,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let parsed = Base64::decode_vec(file).map_err(|_| LogoError::NotPng).and_then(|file| Logo::parse(&file));
        let logo = match parsed {
            Ok(logo) => logo,
            Err(refused) => return Ok(TenantReply::LogoRefused(refused)),
        };
        let name = logo.name();
        if record.appearance.logo.replace(name) == Some(name) {
            return Ok(TenantReply::Appearance(record.appearance));
        }
        let png = Base64::encode_string(logo.png());
        self.sql().exec("INSERT OR REPLACE INTO logo (id, png) VALUES (1, ?)", vec![text(&png)])?;
        self.changed(record, by, TenantEvent::LogoChanged { logo: name }, now)
    }

    pub(super) fn remove_from_appearance(
        &self,
        record: &mut Record,
        by: &str,
        part: AppearancePart,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let event = match part {
            AppearancePart::Accent => record.appearance.accent.take().map(|_| TenantEvent::AccentRemoved),
            AppearancePart::Logo => record.appearance.logo.take().map(|_| TenantEvent::LogoRemoved),
        };
        let Some(event) = event else { return Ok(TenantReply::Appearance(record.appearance)) };
        if record.appearance.logo.is_none() {
            self.sql().exec("DELETE FROM logo", None)?;
        }
        self.changed(record, by, event, now)
    }

    /// Of a deleted tenant nothing is kept.
    pub(super) fn forget_appearance(&self, record: &mut Record) -> Result<(), Problem> {
        record.appearance = Appearance::default();
        self.sql().exec("DELETE FROM logo", None)?;
        Ok(())
    }

    /// The picture of this name, which is the present one's or nobody's.
    pub(super) fn logo(&self, record: &Record, name: LogoName) -> Result<TenantReply, Problem> {
        #[derive(Deserialize)]
        struct Row {
            png: String,
        }
        if record.state.lifecycle != Lifecycle::Open {
            return Ok(TenantReply::Closed(record.state.lifecycle));
        }
        if record.appearance.logo != Some(name) {
            return Ok(TenantReply::Unknown);
        }
        let rows: Vec<Row> = self.sql().exec("SELECT png FROM logo", None)?.to_array()?;
        Ok(rows.into_iter().next().map_or(TenantReply::Unknown, |row| TenantReply::Logo(row.png)))
    }

    fn changed(
        &self,
        record: &mut Record,
        by: &str,
        event: TenantEvent,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        record.kv_due = true;
        self.note(by, None, event, now)?;
        Ok(TenantReply::Appearance(record.appearance))
    }
}
