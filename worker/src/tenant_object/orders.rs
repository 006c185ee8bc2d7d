//! Telling members what was ordered about them.
//!
//! An order holds from the moment it stands in the directory, because every word of the tenant carries it. Telling
//! the member's object at once is what ends her sessions at the edges; it is repeated until it has succeeded.

use mfa_core::member::{Generation, Outcome};
use mfa_core::tenant::Lifecycle;
use mfa_core::tenant::directory::Word;
use mfa_core::time::Timestamp;
use serde::Deserialize;

use super::directory::{number, text};
use super::record::Record;
use super::{TenantObject, pace, unreadable};
use crate::error::Problem;
use crate::object_ref::{self, GrantedAsk, MemberAsk, MemberName, MemberRequest};
use crate::runtime;

/// How many are told in one go.
const AT_ONCE: u64 = 50;

#[derive(Deserialize)]
struct Due {
    number: u64,
    tries: u64,
    member: String,
    generation: u32,
}

impl TenantObject {
    /// Notes that a member has to be told.
    pub(super) fn order(&self, member: &MemberName, generation: Generation, now: Timestamp) -> Result<(), Problem> {
        let values = vec![text(member.as_str()), number(generation.0.into())?, number(now.0)?];
        self.sql().exec("INSERT OR REPLACE INTO orders (member, generation, not_before) VALUES (?, ?, ?)", values)?;
        Ok(())
    }

    /// What to tell a member: to follow the tenant's word, that she has left, or nothing as she has not joined yet.
    pub(super) fn told(
        &self,
        record: &Record,
        member: &MemberName,
        generation: Generation,
    ) -> Result<Option<MemberAsk>, Problem> {
        let leave = MemberAsk::Leave { generation };
        let word = self.entry(member)?.map_or(Word::Leave, |(_, entry)| entry.word_to(generation));
        Ok(match word {
            _ if record.state.lifecycle == Lifecycle::Deleted => Some(leave),
            Word::Leave => Some(leave),
            Word::Nothing => None,
            Word::Follow => {
                self.grant(record, member)?.map(|grant| MemberAsk::Granted { grant, ask: GrantedAsk::Follow })
            }
        })
    }

    /// Tells those who are due.
    pub(super) async fn deliver_orders(&self) -> Result<(), Problem> {
        let Some(record) = self.load()? else { return Ok(()) };
        let now = runtime::now()?;
        let values = vec![number(now.0)?, number(AT_ONCE)?];
        let due: Vec<Due> = self
            .sql()
            .exec("SELECT number, tries, member, generation FROM orders WHERE not_before <= ? LIMIT ?", values)?
            .to_array()?;
        let told = due.into_iter().map(|due| self.deliver_order(&record.slug, due, now));
        futures_util::future::join_all(told).await.into_iter().collect()
    }

    async fn deliver_order(&self, slug: &str, due: Due, now: Timestamp) -> Result<(), Problem> {
        let member = MemberName::parse(&due.member).ok_or_else(|| unreadable("a member's name is none"))?;
        let told = self.tell(slug, &member, Generation(due.generation)).await;
        // An order given while we waited has another number, and stays.
        match told {
            Ok(_) => self.sql().exec("DELETE FROM orders WHERE number = ?", vec![number(due.number)?])?,
            Err(_) => self.sql().exec(
                "UPDATE orders SET tries = tries + 1, not_before = ? WHERE number = ?",
                vec![number(now.saturating_add(pace::wait_after(due.tries)).0)?, number(due.number)?],
            )?,
        };
        Ok(())
    }

    /// Tells a member's object how things are now, if there is anything to tell. What it has done.
    pub(super) async fn tell(
        &self,
        slug: &str,
        member: &MemberName,
        generation: Generation,
    ) -> Result<Option<Outcome>, Problem> {
        let Some(record) = self.load()? else { return Err(unreadable("it is gone")) };
        match self.told(&record, member, generation)? {
            Some(ask) => self.ask_member(slug, member, "", ask).await.map(Some),
            None => Ok(None),
        }
    }

    /// Asks a member's object. Links that it sends lead to `origin`.
    pub(super) async fn ask_member(
        &self,
        slug: &str,
        member: &MemberName,
        origin: &str,
        ask: MemberAsk,
    ) -> Result<Outcome, Problem> {
        let (tenant, origin) = (slug.to_owned(), origin.to_owned());
        let request = MemberRequest { tenant, member: member.clone(), origin, idempotency: None, ask };
        Ok(object_ref::ask_member(&self.env, &request).await?.outcome)
    }

    /// When the next one is due.
    pub(super) fn next_order(&self) -> Result<Option<Timestamp>, Problem> {
        #[derive(Deserialize)]
        struct Next {
            at: Option<u64>,
        }
        let next: Next = self.sql().exec("SELECT min(not_before) AS at FROM orders", None)?.one()?;
        Ok(next.at.map(Timestamp))
    }
}
