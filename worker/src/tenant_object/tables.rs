//! The tables that grow with a tenant: laid when it is made, and brought up to date where an earlier version made it.
//!
//! Whatever is asked of them has an index that it is read by, so that it takes as long in a tenant of a million as in
//! one of ten; what would have to be counted is counted as it is written (see [`tally`]).

use std::sync::atomic::Ordering;

use serde::Deserialize;

use super::TenantObject;
use super::{appearance, applications, audit, ended, logouts, names, record, tally};
use crate::error::Problem;
use crate::transaction::all_or_nothing;

impl TenantObject {
    /// Lays what is not there yet.
    pub(super) fn lay_tables(&self) -> Result<(), Problem> {
        for statement in TABLES {
            self.sql().exec(statement, None)?;
        }
        Ok(())
    }

    /// Lays what a tenant of an earlier version lacks, and fills it from what that version kept: all of it or nothing,
    /// and before anything else is asked. Looked after once in an object's life.
    pub(super) fn bring_up_to_date(&self) -> Result<(), Problem> {
        #[derive(Deserialize)]
        struct Table {
            name: String,
        }
        if self.is_up_to_date.load(Ordering::Relaxed) {
            return Ok(());
        }
        let statement = "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('directory', 'tally')";
        let tables: Vec<Table> = self.sql().exec(statement, None)?.to_array()?;
        // With neither it is no tenant yet, and asking after one writes nothing.
        if matches!(tables.as_slice(), [Table { name }] if name == "directory") {
            all_or_nothing(&self.state, || {
                self.lay_tables()?;
                for statement in
                    [tally::FILL, tally::FILL_ENROLMENTS, names::FILL, FORMER_INDEX, record::WITHOUT_APPEARANCE]
                {
                    self.sql().exec(statement, None)?;
                }
                Ok(())
            })?;
        }
        self.has_tables.store(!tables.is_empty(), Ordering::Relaxed);
        self.is_up_to_date.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Empties the directory and all that is made of it. To drop a table takes no look at its rows.
    pub(super) fn empty_directory(&self) -> Result<(), Problem> {
        for table in ["directory", "tally", "enrolments", "names"] {
            self.sql().exec(&format!("DROP TABLE {table}"), None)?;
        }
        self.lay_tables()
    }
}

/// It found administrators, but not in the order of their names.
const FORMER_INDEX: &str = "DROP INDEX IF EXISTS directory_administrators";

/// The directory holds each entry as the core's own text; what is beside it is for finding and showing only. The
/// columns from `as_of` on are how the member's object last said that she stands, those from `provisioned` on what a
/// directory elsewhere knows her by: the core's own text, and again what is for finding.
const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS tenant (id INTEGER PRIMARY KEY CHECK (id = 1), record TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS data_keys (epoch INTEGER PRIMARY KEY, wrapped TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS directory (member TEXT PRIMARY KEY, username TEXT NOT NULL UNIQUE, \
     standing TEXT NOT NULL, role TEXT NOT NULL, generation INTEGER NOT NULL, entry TEXT NOT NULL, \
     joined_at INTEGER, as_of INTEGER NOT NULL DEFAULT 0, epoch INTEGER NOT NULL DEFAULT 0, enrolled_at INTEGER, \
     locked INTEGER NOT NULL DEFAULT 0, recovery_keys_left INTEGER, last_sign_in_at INTEGER, \
     signed_in_until INTEGER NOT NULL DEFAULT 0, provisioned TEXT, since INTEGER, external_id TEXT, \
     hidden INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS directory_standing ON directory (standing, username)",
    // All that a directory elsewhere filters by: to page through everybody reads this and no entry.
    "CREATE INDEX IF NOT EXISTS directory_seen ON directory (hidden, username, standing, external_id, since, generation)",
    "CREATE INDEX IF NOT EXISTS directory_external_id ON directory (hidden, external_id, username) WHERE external_id IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS directory_running ON directory (username, standing) WHERE role = 'administrator'",
    "CREATE INDEX IF NOT EXISTS directory_locked ON directory (username) WHERE locked = 1",
    // An epoch passes without a word to any row, so who has enrolled is found by the epoch that it was in.
    "CREATE INDEX IF NOT EXISTS directory_enrolled ON directory (epoch, enrolled_at IS NOT NULL, username) \
     WHERE standing = 'active'",
    tally::TABLE,
    tally::INSERTED,
    tally::CHANGED,
    tally::ENROLMENTS,
    tally::ENROLLED,
    tally::ENROLMENT_CHANGED,
    names::TABLE,
    names::INSERTED,
    "CREATE TABLE IF NOT EXISTS audit (position INTEGER PRIMARY KEY, source TEXT NOT NULL, sequence INTEGER NOT NULL, \
     at INTEGER NOT NULL, about TEXT, event TEXT NOT NULL, text TEXT NOT NULL, link TEXT NOT NULL)",
    // Not unique: that each event is taken once is looked after before it is written.
    "CREATE INDEX IF NOT EXISTS audit_source ON audit (source, sequence)",
    "CREATE INDEX IF NOT EXISTS audit_about ON audit (about) WHERE source = 'tenant'",
    audit::SELDOM,
    "CREATE INDEX IF NOT EXISTS audit_refusals ON audit (about, at) WHERE event = 'act-refused'",
    "CREATE TABLE IF NOT EXISTS orders (number INTEGER PRIMARY KEY AUTOINCREMENT, member TEXT NOT NULL UNIQUE, \
     generation INTEGER NOT NULL, not_before INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0)",
    "CREATE INDEX IF NOT EXISTS orders_due ON orders (not_before)",
    "CREATE TABLE IF NOT EXISTS identities (issuer TEXT NOT NULL, subject TEXT NOT NULL, member TEXT NOT NULL UNIQUE, \
     generation INTEGER NOT NULL, PRIMARY KEY (issuer, subject)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS connections (member TEXT PRIMARY KEY, generation INTEGER NOT NULL, token TEXT NOT NULL, \
     expires_at INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS notices (id TEXT PRIMARY KEY, not_before INTEGER NOT NULL, tries INTEGER NOT NULL, \
     notice TEXT NOT NULL, link TEXT) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS notices_due ON notices (not_before)",
    "CREATE TABLE IF NOT EXISTS issuer (id INTEGER PRIMARY KEY CHECK (id = 1), origin TEXT NOT NULL)",
    logouts::TABLE,
    "CREATE INDEX IF NOT EXISTS logouts_due ON logouts (not_before)",
    "CREATE TABLE IF NOT EXISTS signing_keys (kid TEXT PRIMARY KEY, signs_from INTEGER NOT NULL, \
     successor_asked INTEGER NOT NULL, x TEXT NOT NULL, y TEXT NOT NULL, sealed TEXT NOT NULL)",
    appearance::TABLE,
    applications::TABLE,
    ended::TABLE,
    ended::INDEX,
];
