//! Going through every member's record after the mode has changed, or the tenant was deleted.
//!
//! No rule depends on it: what lies in those records was sealed and keyed under a data key that is nowhere any more,
//! and every member follows at her next step by herself. It is done so that nothing is kept without need, counted so
//! that the administrator can be told what is gone, and used to send everybody the link that she needs now.
//! A batch that was interrupted is done again: a member's object remembers what it erased and says the same twice.

use mfa_core::member::{Generation, Outcome, Wiped};
use mfa_core::tenant::{Lifecycle, TenantEvent};
use serde::Deserialize;

use super::directory::{number, text};
use super::record::{Record, Sweep, SweepKind};
use super::{TenantObject, unreadable};
use crate::error::Problem;
use crate::object_ref::{GrantedAsk, MemberAsk, MemberName};
use crate::runtime::{self, Secrets};
use crate::transaction::all_or_nothing;

/// Members told in one go; the next alarm goes on.
const BATCH: u64 = 100;

#[derive(Deserialize)]
struct Next {
    member: String,
    generation: u32,
}

impl TenantObject {
    /// Goes through the next batch, if a sweep is on.
    pub(super) async fn sweep_batch(&self) -> Result<(), Problem> {
        let Some(record) = self.load()? else { return Ok(()) };
        let Some(sweep) = record.sweeps.first().cloned() else { return Ok(()) };
        let batch: Vec<Next> = self
            .sql()
            .exec(
                "SELECT member, generation FROM directory WHERE member > ?1 AND (standing = 'active' OR ?3) \
                 ORDER BY member LIMIT ?2",
                vec![text(&sweep.after), number(BATCH)?, number((sweep.kind == SweepKind::Deleted).into())?],
            )?
            .to_array()?;
        let told = batch.iter().map(|next| self.sweep_one(&record, &sweep, next));
        let told = futures_util::future::join_all(told).await;
        // One whose object fails holds up nobody: she is told apart, again and again, and counted as not reached.
        let mut wiped = Vec::with_capacity(told.len());
        for (next, told) in batch.iter().zip(told) {
            if told.is_err()
                && let Some(member) = MemberName::parse(&next.member)
            {
                self.order(&member, Generation(next.generation), runtime::now()?)?;
            }
            wiped.push(told.ok());
        }
        let last = batch.last().map(|last| last.member.clone());
        all_or_nothing(&self.state, || self.swept(&sweep, last, &wiped))
    }

    async fn sweep_one(&self, record: &Record, sweep: &Sweep, next: &Next) -> Result<Wiped, Problem> {
        let member = MemberName::parse(&next.member).ok_or_else(|| unreadable("a member's name is none"))?;
        let generation = Generation(next.generation);
        let wiped = match self.tell(&record.slug, &member, generation).await? {
            Some(Outcome::Followed { wiped }) => wiped,
            Some(Outcome::Left) | None => Wiped::default(),
            Some(_) => return Err(Problem::alarm("a member object did not follow")),
        };
        match sweep.kind {
            SweepKind::SwitchedOff | SweepKind::Restored | SweepKind::Deleted => {}
            SweepKind::Connect => {
                all_or_nothing(&self.state, || self.send_connection_link(sweep, &member, generation))?;
            }
            SweepKind::ChoosePassword => self.send_password_link(sweep, &member, generation).await?,
        }
        Ok(wiped)
    }

    fn send_connection_link(&self, sweep: &Sweep, member: &MemberName, generation: Generation) -> Result<(), Problem> {
        let Some(record) = self.load()?.filter(|record| record.state.epoch == sweep.epoch) else { return Ok(()) };
        // A batch that is done again sends nobody a second link, which would make the first worthless.
        if !self.is_tied(member, generation)? && !self.has_connection(member, generation, runtime::now()?)? {
            let secrets = Secrets::read(&self.env)?;
            self.connection_link(&record, "system", member, &sweep.origin, &secrets, runtime::now()?)?;
        }
        Ok(())
    }

    async fn send_password_link(
        &self,
        sweep: &Sweep,
        member: &MemberName,
        generation: Generation,
    ) -> Result<(), Problem> {
        let Some(record) = self.load()?.filter(|record| record.state.epoch == sweep.epoch) else { return Ok(()) };
        let grant = self.grant(&record, member)?.filter(|granted| granted.grant.generation == generation);
        let Some(grant) = grant else { return Ok(()) };
        let ask = MemberAsk::Granted { grant, ask: GrantedAsk::IssuePasswordLink { is_shown: false } };
        self.ask_member(&record.slug, member, &sweep.origin, ask).await.map(|_| ())
    }

    /// Notes how far the sweep is, on the record as it is now.
    fn swept(&self, sweep: &Sweep, last: Option<String>, wiped: &[Option<Wiped>]) -> Result<(), Problem> {
        let now = runtime::now()?;
        let Some(mut record) = self.load()? else { return Ok(()) };
        let Some(current) = record.sweeps.first_mut().filter(|current| **current == *sweep) else {
            return Ok(());
        };
        match &last {
            Some(last) => current.after.clone_from(last),
            None => {
                record.sweeps.remove(0);
            }
        }
        let members_total = self.count_standings()?.1;
        let kept = record.receipts.iter_mut().find(|kept| kept.receipt.epoch == sweep.epoch);
        if let Some(kept) = kept.filter(|_| sweep.kind == SweepKind::SwitchedOff) {
            let receipt = &mut kept.receipt;
            for one in wiped {
                let Some(one) = one else {
                    receipt.unreached = receipt.unreached.saturating_add(1);
                    continue;
                };
                receipt.members = receipt.members.saturating_add(1);
                receipt.authenticators = receipt.authenticators.saturating_add(one.authenticators.into());
                receipt.recovery_keys = receipt.recovery_keys.saturating_add(one.recovery_keys.into());
                receipt.devices = receipt.devices.saturating_add(one.devices.into());
                receipt.sessions = receipt.sessions.saturating_add(one.sessions.into());
            }
            kept.members_total = members_total.max(receipt.members.saturating_add(receipt.unreached));
            if last.is_none() {
                receipt.finished_at = Some(now);
                let receipt = *receipt;
                self.note("system", None, TenantEvent::Swept { receipt }, now)?;
            }
        }
        if last.is_none() && record.state.lifecycle == Lifecycle::Deleted && record.sweeps.is_empty() {
            // Notices that wait to be sent are the last that anybody hears of it.
            self.empty_directory()?;
            for table in ["audit", "identities", "connections", "logouts", "issuer"] {
                self.sql().exec(&format!("DELETE FROM {table}"), None)?;
            }
            self.forget_applications()?;
            self.sql().exec("DELETE FROM ended", None)?;
            record.name.clear();
            record.receipts.clear();
            record.kv_due = true;
        }
        self.save(&record)
    }
}
