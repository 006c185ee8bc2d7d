//! The directory as administrators see it. Nothing here decides anything, and nothing secret is in it.

use mfa_core::tenant::directory::{Entry, Standing};
use mfa_core::tenant::{Epoch, Mode, Tenant};
use mfa_core::time::{Seconds, Timestamp};
use serde::Deserialize;

use super::directory::{number, text};
use super::record::Record;
use super::{TenantObject, names, unreadable};
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

/// Names that one question looks at, if it comes to that: some three milliseconds.
const LOOKED_AT: u64 = 20_000;
/// Lanes that are looked at so far each: who has not enrolled is in one for each epoch that has passed. More are looked
/// at a tenth as far.
const LANES: usize = 4;

const COLUMNS: &str = "member, username, entry, joined_at, epoch, enrolled_at, locked, recovery_keys_left, \
    last_sign_in_at, signed_in_until";

/// Names that were found.
struct Found {
    names: Vec<String>,
    /// There may be more after this one.
    looked_up_to: Option<String>,
}

#[derive(Deserialize)]
struct Name {
    username: String,
}

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
    /// A page of the directory, in the order of names: as quick at its end as at its beginning.
    pub(super) fn members_page(
        &self,
        record: &Record,
        query: &MembersQuery,
        now: Timestamp,
    ) -> Result<MembersPage, Problem> {
        let lanes = self.lanes(query.filter, record.state.epoch)?;
        let mut found = match names::trigrams(&query.search) {
            _ if !names::is_possible(&query.search) => Found { names: Vec::new(), looked_up_to: None },
            Some(trigrams) if self.is_seldom(&trigrams)? => self.look_up(record.state.epoch, query, &trigrams)?,
            _ => self.look(&lanes, query)?,
        };
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let mut next = found.looked_up_to;
        if found.names.len() > limit {
            found.names.truncate(limit);
            next = found.names.last().cloned();
        }
        let names = serde_json::to_string(&found.names).map_err(unreadable)?;
        let statement = format!(
            "SELECT {COLUMNS} FROM directory WHERE username IN (SELECT value FROM json_each(?)) ORDER BY username"
        );
        let rows: Vec<Row> = self.sql().exec(&statement, vec![text(&names)])?.to_array()?;
        let members = rows.into_iter().map(|row| row.shown(&record.state, now)).collect::<Result<_, _>>()?;
        Ok(MembersPage { members, next, counts: self.counts(record)? })
    }

    /// Where the members of a kind are found in the order of their names: an index with names last, and what stands
    /// before them in it. Where there are several, each is read and the names are put in order.
    fn lanes(&self, filter: MembersFilter, epoch: Epoch) -> Result<Vec<String>, Problem> {
        #[derive(Deserialize)]
        struct Group {
            epoch: u64,
            enrolled: u64,
        }
        let standing = |word| format!("INDEXED BY directory_standing WHERE standing = '{word}'");
        let enrolled = |Group { epoch, enrolled }| {
            format!(
                "INDEXED BY directory_enrolled WHERE standing = 'active' AND epoch = {epoch} \
                 AND (enrolled_at IS NOT NULL) = {enrolled}"
            )
        };
        Ok(match filter {
            MembersFilter::All => vec![standing("active"), standing("invited")],
            MembersFilter::Enrolled => vec![enrolled(Group { epoch: epoch.0, enrolled: 1 })],
            MembersFilter::NotEnrolled => {
                // Who enrolled in an epoch that has passed has not enrolled.
                let statement = "SELECT DISTINCT epoch, enrolled FROM tally \
                                 WHERE standing = 'active' AND (epoch <> ? OR enrolled = 0)";
                let groups: Vec<Group> = self.sql().exec(statement, vec![number(epoch.0)?])?.to_array()?;
                groups.into_iter().map(enrolled).collect()
            }
            MembersFilter::Invited => vec![standing("invited")],
            MembersFilter::Administrators => vec![
                "INDEXED BY directory_running WHERE role = 'administrator' AND standing IN ('active', 'invited')"
                    .to_owned(),
            ],
            MembersFilter::Locked => vec![format!(
                "INDEXED BY directory_locked WHERE locked = 1 AND standing = 'active' AND epoch = {} \
                 AND enrolled_at IS NOT NULL",
                epoch.0
            )],
            MembersFilter::Removed => vec![standing("removed")],
        })
    }

    /// The next names in their order that have the part searched for, one more than a page holds, as far as a look at
    /// so many finds them.
    fn look(&self, lanes: &[String], query: &MembersQuery) -> Result<Found, Problem> {
        let wanted = u64::from(query.limit).saturating_add(1);
        let lane_looks_at = if lanes.len() > LANES { LOOKED_AT / 10 } else { LOOKED_AT };
        let (mut names, mut looked_up_to) = (Vec::new(), None::<String>);
        for lane in lanes {
            let seen = format!("SELECT username FROM directory {lane} AND username > ?1 ORDER BY username LIMIT ?2");
            let statement = format!("SELECT username FROM ({seen}) WHERE ?3 = '' OR instr(username, ?3) > 0 LIMIT ?4");
            let values = vec![text(&query.after), number(lane_looks_at)?, text(&query.search), number(wanted)?];
            let found: Vec<Name> = self.sql().exec(&statement, values)?.to_array()?;
            // It ended because there was enough, or nobody was left, or it had looked at so many.
            let last = if u64::try_from(found.len()).is_ok_and(|found| found >= wanted) {
                found.last().map(|name| name.username.clone())
            } else if query.search.is_empty() {
                None
            } else {
                let values = vec![text(&query.after), number(1)?, number(lane_looks_at.saturating_sub(1))?];
                let last: Vec<Name> = self.sql().exec(&format!("{seen} OFFSET ?3"), values)?.to_array()?;
                last.into_iter().next().map(|name| name.username)
            };
            names.extend(found.into_iter().map(|name| name.username));
            looked_up_to = match (looked_up_to, last) {
                (Some(other), Some(last)) => Some(other.min(last)),
                (one, other) => one.or(other),
            };
        }
        // What lies behind the least that a lane was looked through to is found again by going on from there.
        if let Some(last) = &looked_up_to {
            names.retain(|name| name <= last);
        }
        names.sort_unstable();
        Ok(Found { names, looked_up_to })
    }

    /// The same by the index of parts of names, in which a seldom one is found at once: then it is everybody that there is.
    fn look_up(&self, epoch: Epoch, query: &MembersQuery, trigrams: &str) -> Result<Found, Problem> {
        let kind = match query.filter {
            MembersFilter::All => "standing IN ('active', 'invited')",
            MembersFilter::Enrolled => "standing = 'active' AND epoch = {epoch} AND enrolled_at IS NOT NULL",
            MembersFilter::NotEnrolled => "standing = 'active' AND (epoch <> {epoch} OR enrolled_at IS NULL)",
            MembersFilter::Invited => "standing = 'invited'",
            MembersFilter::Administrators => "role = 'administrator' AND standing IN ('active', 'invited')",
            MembersFilter::Locked => {
                "locked = 1 AND standing = 'active' AND epoch = {epoch} AND enrolled_at IS NOT NULL"
            }
            MembersFilter::Removed => "standing = 'removed'",
        };
        let kind = kind.replace("{epoch}", &epoch.0.to_string());
        // In this order: of those found in the index each is looked up, and not the other way round.
        let statement = format!(
            "SELECT directory.username FROM names CROSS JOIN directory ON directory.username = names.username \
             WHERE names MATCH ?1 AND +directory.username > ?2 AND instr(names.username, ?3) > 0 AND ({kind}) \
             ORDER BY +directory.username LIMIT ?4"
        );
        let wanted = u64::from(query.limit).saturating_add(1);
        let values = vec![text(trigrams), text(&query.after), text(&query.search), number(wanted)?];
        let names: Vec<Name> = self.sql().exec(&statement, values)?.to_array()?;
        Ok(Found { names: names.into_iter().map(|name| name.username).collect(), looked_up_to: None })
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
    fn counts(&self, record: &Record) -> Result<Counts, Problem> {
        let on = matches!(record.state.mode, Mode::Mfa { .. });
        let counts = self.sql().exec(
            "SELECT coalesce(sum(members) FILTER (WHERE standing = 'active'), 0) AS active, \
             coalesce(sum(members) FILTER (WHERE standing = 'invited'), 0) AS invited, \
             coalesce(sum(members) FILTER (WHERE standing = 'active' AND epoch = ?1 AND ?2 AND enrolled), 0) AS enrolled, \
             coalesce(sum(members) FILTER (WHERE standing = 'active' AND epoch = ?1 AND ?2 AND locked), 0) AS locked, \
             coalesce(sum(members) FILTER (WHERE standing = 'active' AND role = 'administrator'), 0) AS administrators \
             FROM tally",
            vec![number(record.state.epoch.0)?, number(on.into())?],
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
            counts: self.counts(record)?,
            signed_in: self.count_signed_in(record.state.epoch, now)?,
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
        let (tenant, counts) = (&record.state, self.counts(record)?);
        let age = now.since(tenant.since).0;
        let step = if age <= 2 * DAY { HOUR } else { DAY.max(age.div_ceil(POINTS).next_multiple_of(DAY)) };
        let values = vec![number(tenant.epoch.0)?, number(tenant.since.0)?, number(step)?];
        let rows: Vec<Bucket> = self
            .sql()
            .exec(
                "SELECT CAST((max(quarter * 900, ?2) - ?2) / ?3 AS INTEGER) AS bucket, sum(members) AS enrolled \
                 FROM enrolments WHERE epoch = ?1 GROUP BY bucket ORDER BY bucket",
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
