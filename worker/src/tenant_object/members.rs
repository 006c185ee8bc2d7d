//! The directory as administrators see it. Nothing here decides anything, and nothing secret is in it.

use mfa_core::tenant::directory::{Entry, Standing};
use mfa_core::tenant::{Mode, Tenant};
use mfa_core::time::{Seconds, Timestamp};
use serde::Deserialize;

use super::directory::{number, text};
use super::record::Record;
use super::{TenantObject, unreadable};
use crate::error::Problem;
use crate::json;
use crate::object_ref::{
    Counts, EnrolmentChart, KeptReceipt, MemberName, MemberRow, MembersFilter, MembersPage, MembersQuery, Settings,
    StandingKind, SweepProgress,
};

/// Points of the enrolment chart.
const POINTS: u64 = 60;
const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

const COLUMNS: &str = "member, username, entry, joined_at, epoch, enrolled_at, locked, recovery_keys_left, \
    last_sign_in_at, signed_in_until";

#[derive(Deserialize)]
struct Row {
    member: String,
    username: String,
    entry: String,
    joined_at: Option<u64>,
    epoch: u64,
    enrolled_at: Option<u64>,
    locked: u8,
    recovery_keys_left: Option<u8>,
    last_sign_in_at: Option<u64>,
    signed_in_until: u64,
}

impl Row {
    /// What was said in an earlier epoch about authenticators and sessions is not so any more.
    fn shown(self, tenant: &Tenant, now: Timestamp) -> Result<MemberRow, Problem> {
        let entry: Entry = json::read(&self.entry).map_err(unreadable)?;
        let active = entry.standing == Standing::Active;
        let of_now = active && self.epoch == tenant.epoch.0;
        let enrolled = of_now && matches!(tenant.mode, Mode::Mfa { .. });
        Ok(MemberRow {
            member: MemberName::parse(&self.member).ok_or_else(|| unreadable("a member's name is none"))?,
            username: self.username,
            role: entry.role,
            standing: StandingKind::of(&entry.standing),
            invitation_expires_at: match entry.standing {
                Standing::Invited { expires_at, .. } => Some(expires_at),
                Standing::Active | Standing::Removed => None,
            },
            joined_at: self.joined_at.map(Timestamp),
            enrolled_at: self.enrolled_at.filter(|_| enrolled).map(Timestamp),
            locked: enrolled && self.locked != 0,
            recovery_keys_left: self.recovery_keys_left.filter(|_| enrolled && self.enrolled_at.is_some()),
            last_sign_in_at: self.last_sign_in_at.filter(|_| active).map(Timestamp),
            signed_in: of_now && self.signed_in_until > now.0,
        })
    }
}

impl TenantObject {
    /// A page of the directory. Searching looks at every name: a hundred thousand of them take milliseconds.
    pub(super) fn members_page(
        &self,
        record: &Record,
        query: &MembersQuery,
        now: Timestamp,
    ) -> Result<MembersPage, Problem> {
        let enrolled = "standing = 'active' AND epoch = ?3 AND enrolled_at IS NOT NULL";
        let filter = match query.filter {
            MembersFilter::All => "standing IN ('active', 'invited')".to_owned(),
            MembersFilter::Enrolled => enrolled.to_owned(),
            MembersFilter::NotEnrolled => "standing = 'active' AND (epoch <> ?3 OR enrolled_at IS NULL)".to_owned(),
            MembersFilter::Invited => "standing = 'invited'".to_owned(),
            MembersFilter::Administrators => "role = 'administrator' AND standing IN ('active', 'invited')".to_owned(),
            MembersFilter::Locked => format!("{enrolled} AND locked = 1"),
            MembersFilter::Removed => "standing = 'removed'".to_owned(),
        };
        let statement = format!(
            "SELECT {COLUMNS} FROM directory WHERE username > ?1 AND (?2 = '' OR instr(username, ?2) > 0) \
             AND ?3 >= 0 AND {filter} ORDER BY username LIMIT ?4"
        );
        let values = vec![
            text(&query.after),
            text(&query.search),
            number(record.state.epoch.0)?,
            number(u64::from(query.limit).saturating_add(1))?,
        ];
        let mut rows: Vec<Row> = self.sql().exec(&statement, values)?.to_array()?;
        let more = rows.len() > usize::try_from(query.limit).unwrap_or(usize::MAX);
        if more {
            rows.pop();
        }
        let next = rows.last().filter(|_| more).map(|row| row.username.clone());
        let members = rows.into_iter().map(|row| row.shown(&record.state, now)).collect::<Result<_, _>>()?;
        Ok(MembersPage { members, next, counts: self.counts(record, now)? })
    }

    /// One member.
    pub(super) fn member_row(
        &self,
        record: &Record,
        member: &MemberName,
        now: Timestamp,
    ) -> Result<Option<MemberRow>, Problem> {
        let statement = format!("SELECT {COLUMNS} FROM directory WHERE member = ?");
        let rows: Vec<Row> = self.sql().exec(&statement, vec![text(member.as_str())])?.to_array()?;
        rows.into_iter().next().map(|row| row.shown(&record.state, now)).transpose()
    }

    /// How many are how.
    pub(super) fn counts(&self, record: &Record, now: Timestamp) -> Result<Counts, Problem> {
        let on = matches!(record.state.mode, Mode::Mfa { .. });
        let values = vec![number(record.state.epoch.0)?, number(on.into())?, number(now.0)?];
        let counts = self.sql().exec(
            "SELECT count(*) FILTER (WHERE standing = 'active') AS active, \
             count(*) FILTER (WHERE standing = 'invited') AS invited, \
             count(*) FILTER (WHERE standing = 'active' AND epoch = ?1 AND ?2 AND enrolled_at IS NOT NULL) AS enrolled, \
             count(*) FILTER (WHERE standing = 'active' AND epoch = ?1 AND ?2 AND locked) AS locked, \
             count(*) FILTER (WHERE standing = 'active' AND role = 'administrator') AS administrators, \
             count(*) FILTER (WHERE standing = 'active' AND epoch = ?1 AND signed_in_until > ?3) AS signed_in \
             FROM directory",
            values,
        )?;
        Ok(counts.one()?)
    }

    /// How members sign in, and what a change would mean, for one administrator.
    pub(super) fn settings(&self, record: &Record, viewer: &str, now: Timestamp) -> Result<Settings, Problem> {
        let mut set_ups = Vec::new();
        for candidate in record.state.candidates(now).filter(|candidate| candidate.by != viewer) {
            let by = MemberName::parse(&candidate.by).map(|member| self.entry(&member)).transpose()?.flatten();
            set_ups.extend(by.map(|(username, _)| (username, candidate.started_at)));
        }
        Ok(Settings {
            name: record.name.clone(),
            mode: record.state.mode.kind(),
            epoch: record.state.epoch,
            since: record.state.since,
            counts: self.counts(record, now)?,
            sweep: record.receipts.first().map(progress),
            receipts: record.receipts.clone(),
            set_ups,
            external: self.external_shown(record)?,
            appearance: record.appearance,
        })
    }

    /// How enrolment went since MFA was switched on: by the hour for the first two days, then by the day.
    pub(super) fn enrolment_chart(&self, record: &Record, now: Timestamp) -> Result<EnrolmentChart, Problem> {
        #[derive(Deserialize)]
        struct Bucket {
            bucket: u64,
            enrolled: u64,
        }
        let (tenant, counts) = (&record.state, self.counts(record, now)?);
        let age = now.since(tenant.since).0;
        let step = if age <= 2 * DAY { HOUR } else { DAY.max(age.div_ceil(POINTS).next_multiple_of(DAY)) };
        let values = vec![number(tenant.epoch.0)?, number(tenant.since.0)?, number(step)?];
        let rows: Vec<Bucket> = self
            .sql()
            .exec(
                "SELECT CAST((max(enrolled_at, ?2) - ?2) / ?3 AS INTEGER) AS bucket, count(*) AS enrolled FROM directory \
                 WHERE standing = 'active' AND epoch = ?1 AND enrolled_at IS NOT NULL GROUP BY bucket ORDER BY bucket",
                values,
            )?
            .to_array()?;
        let mut sum: u64 = 0;
        let mut buckets = Vec::new();
        if matches!(tenant.mode, Mode::Mfa { .. }) {
            for row in rows {
                sum = sum.saturating_add(row.enrolled);
                let end = tenant.since.saturating_add(Seconds(row.bucket.saturating_add(1).saturating_mul(step)));
                buckets.push((end.min(now), sum));
            }
        }
        Ok(EnrolmentChart { since: tenant.since, active: counts.active, enrolled: counts.enrolled, buckets })
    }
}

fn progress(kept: &KeptReceipt) -> SweepProgress {
    SweepProgress {
        epoch: kept.receipt.epoch,
        members_total: kept.members_total,
        members_done: kept.receipt.members,
        finished_at: kept.receipt.finished_at,
    }
}
