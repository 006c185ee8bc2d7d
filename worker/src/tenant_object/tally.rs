//! How many members are how, counted as they are written: to count a million when somebody looks takes a third of a
//! second, in which nobody signs in.
//!
//! The database counts by itself, with whatever statement changes a row. A sign-in changes nothing that is counted.

use mfa_core::tenant::Epoch;
use mfa_core::time::Timestamp;
use serde::Deserialize;

use super::TenantObject;
use super::directory::number;
use crate::error::Problem;

/// So many members are in every respect alike.
pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS tally (standing TEXT NOT NULL, role TEXT NOT NULL, \
    epoch INTEGER NOT NULL, enrolled INTEGER NOT NULL, locked INTEGER NOT NULL, hidden INTEGER NOT NULL, \
    members INTEGER NOT NULL, PRIMARY KEY (standing, role, epoch, enrolled, locked, hidden)) WITHOUT ROWID";

pub(super) const INSERTED: &str = "CREATE TRIGGER IF NOT EXISTS directory_tallied AFTER INSERT ON directory BEGIN \
    INSERT INTO tally VALUES (new.standing, new.role, new.epoch, new.enrolled_at IS NOT NULL, new.locked, new.hidden, 1) \
    ON CONFLICT DO UPDATE SET members = members + 1; END";

pub(super) const CHANGED: &str = "CREATE TRIGGER IF NOT EXISTS directory_tallied_anew \
    AFTER UPDATE OF standing, role, epoch, enrolled_at, locked, hidden ON directory \
    WHEN (old.standing, old.role, old.epoch, old.enrolled_at IS NULL, old.locked, old.hidden) \
    IS NOT (new.standing, new.role, new.epoch, new.enrolled_at IS NULL, new.locked, new.hidden) BEGIN \
    UPDATE tally SET members = members - 1 WHERE standing = old.standing AND role = old.role AND epoch = old.epoch \
    AND enrolled = (old.enrolled_at IS NOT NULL) AND locked = old.locked AND hidden = old.hidden; \
    DELETE FROM tally WHERE standing = old.standing AND role = old.role AND epoch = old.epoch \
    AND enrolled = (old.enrolled_at IS NOT NULL) AND locked = old.locked AND hidden = old.hidden AND members = 0; \
    INSERT INTO tally VALUES (new.standing, new.role, new.epoch, new.enrolled_at IS NOT NULL, new.locked, new.hidden, 1) \
    ON CONFLICT DO UPDATE SET members = members + 1; END";

/// What stands in a directory that nobody counted.
pub(super) const FILL: &str = "INSERT INTO tally SELECT standing, role, epoch, enrolled_at IS NOT NULL, locked, hidden, \
    count(*) FROM directory GROUP BY 1, 2, 3, 4, 5, 6";

/// When active members enrolled, to the quarter of an hour.
pub(super) const ENROLMENTS: &str = "CREATE TABLE IF NOT EXISTS enrolments (epoch INTEGER NOT NULL, \
    quarter INTEGER NOT NULL, members INTEGER NOT NULL, PRIMARY KEY (epoch, quarter)) WITHOUT ROWID";

pub(super) const ENROLLED: &str = "CREATE TRIGGER IF NOT EXISTS directory_enrolled AFTER INSERT ON directory \
    WHEN new.standing = 'active' AND new.enrolled_at IS NOT NULL BEGIN \
    INSERT INTO enrolments VALUES (new.epoch, new.enrolled_at / 900, 1) \
    ON CONFLICT DO UPDATE SET members = members + 1; END";

pub(super) const ENROLMENT_CHANGED: &str = "CREATE TRIGGER IF NOT EXISTS directory_enrolled_anew \
    AFTER UPDATE OF standing, epoch, enrolled_at ON directory \
    WHEN (old.standing = 'active', old.epoch, old.enrolled_at) IS NOT (new.standing = 'active', new.epoch, new.enrolled_at) \
    BEGIN UPDATE enrolments SET members = members - 1 \
    WHERE old.standing = 'active' AND epoch = old.epoch AND quarter = old.enrolled_at / 900; \
    DELETE FROM enrolments WHERE epoch = old.epoch AND quarter = old.enrolled_at / 900 AND members = 0; \
    INSERT INTO enrolments SELECT new.epoch, new.enrolled_at / 900, 1 \
    WHERE new.standing = 'active' AND new.enrolled_at IS NOT NULL \
    ON CONFLICT DO UPDATE SET members = members + 1; END";

/// When those of a directory that nobody counted enrolled.
pub(super) const FILL_ENROLMENTS: &str = "INSERT INTO enrolments SELECT epoch, enrolled_at / 900, count(*) FROM directory \
    WHERE standing = 'active' AND enrolled_at IS NOT NULL GROUP BY 1, 2";

/// So many who belong are looked at to say how many are signed in, which is so for a while only and so is not counted.
/// Names of members are hashes, so the first ten thousand stand for all: the share of those signed in is nearly always
/// right to a hundredth of all, and exact in a tenant that has no more members.
const SAMPLE: u64 = 10_000;
/// So many rows are gone through for them, where most are of people who do not belong any more, or not yet.
const GONE_THROUGH: u64 = 50_000;

impl TenantObject {
    /// How many are invited and how many belong.
    pub(super) fn count_standings(&self) -> Result<(u64, u64), Problem> {
        #[derive(Deserialize)]
        struct Count {
            invited: u64,
            active: u64,
        }
        let counts: Count = self
            .sql()
            .exec(
                "SELECT coalesce(sum(members) FILTER (WHERE standing = 'invited'), 0) AS invited, \
                 coalesce(sum(members) FILTER (WHERE standing = 'active'), 0) AS active FROM tally",
                None,
            )?
            .one()?;
        Ok((counts.invited, counts.active))
    }

    /// How many run the tenant. Somebody may lose her office by it, so they are counted themselves.
    pub(super) fn count_administrators(&self) -> Result<u64, Problem> {
        #[derive(Deserialize)]
        struct Count {
            administrators: u64,
        }
        let count: Count = self
            .sql()
            .exec(
                "SELECT count(*) AS administrators FROM directory INDEXED BY directory_running \
                 WHERE role = 'administrator' AND standing = 'active'",
                None,
            )?
            .one()?;
        Ok(count.administrators)
    }

    /// How many of those who belong are signed in: about, where they are more than can be looked at.
    pub(super) fn count_signed_in(&self, epoch: Epoch, now: Timestamp) -> Result<u64, Problem> {
        #[derive(Deserialize)]
        struct Sample {
            active: u64,
            signed_in: u64,
        }
        let all = self.count_standings()?.1;
        let from = if all <= SAMPLE {
            "directory INDEXED BY directory_standing".to_owned()
        } else {
            format!("(SELECT * FROM directory ORDER BY member LIMIT {GONE_THROUGH})")
        };
        let statement = format!(
            "SELECT count(*) AS active, count(*) FILTER (WHERE epoch = ?1 AND signed_in_until > ?2) AS signed_in \
             FROM (SELECT epoch, signed_in_until FROM {from} WHERE standing = 'active' LIMIT {SAMPLE})"
        );
        let values = vec![number(epoch.0)?, number(now.0)?];
        let sample: Sample = self.sql().exec(&statement, values)?.one()?;
        if all <= SAMPLE {
            return Ok(sample.signed_in);
        }
        let about = sample.signed_in.saturating_mul(all).checked_div(sample.active).unwrap_or_default();
        // Whoever asks is one of them.
        Ok(two_figures(about).max(1))
    }
}

/// Rounded to as many figures as a sample can answer for.
fn two_figures(number: u64) -> u64 {
    let step = 10_u64.saturating_pow(number.checked_ilog10().unwrap_or_default().saturating_sub(1));
    number.saturating_add(step / 2) / step * step
}
