//! Which sessions behind a gate have ended lately: for whoever verifies by itself what the gate signs, and asks now and
//! then what is not true any more.

use mfa_core::member::{SessionId, TokenDigest};
use mfa_core::tenant::application::{ApplicationId, ApplicationKind};
use mfa_core::time::{Seconds, Timestamp};
use serde::Deserialize;

use super::TenantObject;
use super::directory::{number, text};
use super::record::Record;
use crate::error::Problem;
use crate::gate_token::SIGNED_LASTS;
use crate::object_ref::{Ended, TenantReply};

/// One row for each session that ended, until nobody has to be told any more.
pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS ended (application TEXT NOT NULL, session TEXT NOT NULL, \
    at INTEGER NOT NULL, PRIMARY KEY (application, session)) WITHOUT ROWID";

pub(super) const INDEX: &str = "CREATE INDEX IF NOT EXISTS ended_at ON ended (at)";

/// How long one is told of: until nothing lives that was signed before we heard, and twice that for slow clocks.
const TOLD_FOR: Seconds = Seconds(2 * SIGNED_LASTS.0);

impl TenantObject {
    /// Notes that a session has ended which a gate relied on.
    pub(super) fn note_ended(
        &self,
        application: ApplicationId,
        session: SessionId,
        now: Timestamp,
    ) -> Result<(), Problem> {
        self.sql().exec("DELETE FROM ended WHERE at <= ?", vec![number(now.saturating_sub(TOLD_FOR).0)?])?;
        let session: String = session.0.iter().map(|byte| format!("{byte:02x}")).collect();
        self.sql().exec(
            "INSERT OR REPLACE INTO ended (application, session, at) VALUES (?, ?, ?)",
            vec![text(&application.to_string()), text(&session), number(now.0)?],
        )?;
        Ok(())
    }

    /// What a gate that shows its key is told of.
    pub(super) fn ended(
        &self,
        record: &Record,
        id: ApplicationId,
        key: TokenDigest,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        #[derive(Deserialize)]
        struct Row {
            session: String,
            at: u64,
        }
        match self.prove_application(record, id, Some(key), None, now)? {
            TenantReply::Proven { application, .. } if matches!(application.kind, ApplicationKind::Gate { .. }) => {}
            TenantReply::Proven { .. } => return Ok(TenantReply::OtherKind),
            refused => return Ok(refused),
        }
        let statement = "SELECT session, at FROM ended WHERE application = ? AND at > ? ORDER BY at, session";
        let values = vec![text(&id.to_string()), number(now.saturating_sub(TOLD_FOR).0)?];
        let rows: Vec<Row> = self.sql().exec(statement, values)?.to_array()?;
        let sessions = rows.into_iter().map(|row| (row.session, Timestamp(row.at))).collect();
        Ok(TenantReply::Ended(Ended { epoch: record.state.epoch, sessions }))
    }
}
