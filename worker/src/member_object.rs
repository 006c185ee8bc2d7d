//! The object of one member: load, open, decide, seal, one write, answer.
//!
//! From load to save nothing is awaited, so no second request comes between (an `await` would open the object's
//! gate). The platform holds the answer back until the write is on disk.

mod exchange;

use exchange::Exchange;
use mfa_core::member::Event;
use mfa_core::member::{self, Command, Decision, Fresh, Member, Outcome};
use mfa_core::policy::PASSWORD_FAILURES_FORGOTTEN;
use mfa_core::stored::StoredMember;
use mfa_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use worker::{DurableObject, Env, Request, Response, SqlStorageValue, State, durable_object};
use zeroize::Zeroizing;

use crate::alarm;
use crate::answers::{Answers, Repeatable};
use crate::error::Problem;
use crate::journal::{self, LastRequest};
use crate::json;
use crate::kv;
use crate::metrics;
use crate::object_ref::{self, AuditEntry, MemberName, MemberReply, MemberRequest, TenantAsk, TenantRequest};
use crate::runtime::{self, Secrets};
use crate::sql::Sql;
use crate::transaction::all_or_nothing;

/// How soon what is owed to others is sent.
const DELIVER_AFTER_MS: i64 = 0;
/// How soon after a wrong password, of a member as of nobody: not while the next guess is on its way, which would then
/// take longer at a member's door.
const DELIVER_REFUSALS_AFTER_MS: i64 = 2_000;
/// How soon again when that failed.
const DELIVER_AGAIN_AFTER_MS: i64 = 30_000;
/// How soon at the earliest it is looked whether time has ended something: each look is paid for, and nothing that has
/// ended is ever taken for good.
const FORGET_AFTER_MS: i64 = PASSWORD_FAILURES_FORGOTTEN.0.cast_signed() * 1000;
/// How many events go to the tenant in one message.
const DELIVER_AT_ONCE: usize = 50;

/// The Durable Object.
#[durable_object(alarm)]
pub struct MemberObject {
    state: State,
    env: Env,
    last_request: LastRequest,
}

/// Everything that is stored, in one row.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    tenant: String,
    member: MemberName,
    /// The domain's own, versioned form.
    state: StoredMember,
    answers: Answers,
    /// Events not yet taken by the tenant's log.
    outbox: Vec<AuditEntry>,
    /// The next event's number.
    sequence: u64,
    /// KV has not been told what is revoked.
    kv_due: bool,
}

impl DurableObject for MemberObject {
    fn new(state: State, env: Env) -> Self {
        MemberObject { state, env, last_request: LastRequest::default() }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        let id = self.last_request.heard(request.headers());
        let answered = journal::within(id, self.asked(request)).await;
        metrics::hand_over_alarms(&self.env, |work| self.state.wait_until(work.now()));
        answered
    }

    /// Delivers what is owed to the tenant's log and to KV. The platform gives up on an alarm that fails a few times,
    /// so one that fails sets the next itself and is never given up.
    async fn alarm(&self) -> worker::Result<Response> {
        let work = async {
            if self.deliver().await.is_err() {
                alarm::set(&self.state, DELIVER_AGAIN_AFTER_MS).await?;
            }
            Response::empty()
        };
        let done = journal::within(self.last_request.id(), work).await;
        metrics::hand_over_alarms(&self.env, |work| self.state.wait_until(work.now()));
        done
    }
}

impl MemberObject {
    async fn asked(&self, mut request: Request) -> worker::Result<Response> {
        let is_repeated = object_ref::is_repeated(&request);
        let text = Zeroizing::new(request.text().await?);
        let Ok(request) = json::read::<MemberRequest>(&text) else {
            return object_ref::answer::<()>(Err(Problem::alarm("a member object was asked something unreadable")));
        };
        if is_repeated {
            return object_ref::answer(self.answered_before(&request, &text));
        }
        let answered = all_or_nothing(&self.state, || self.answer(request, &text));
        // Only now: what is decided is written, and the wait for the alarm's own write lets nothing in between.
        if let Ok((_, Some(after_ms))) = &answered {
            self.wake_after(*after_ms).await?;
        }
        object_ref::answer(answered.map(|(reply, _)| reply))
    }

    /// The answer that was given to this very request and is kept.
    fn answered_before(&self, request: &MemberRequest, text: &str) -> Result<Option<MemberReply>, Problem> {
        let secrets = Secrets::read(&self.env)?;
        let (Some(key), Some(record)) = (request.idempotency.as_deref(), self.load()?) else { return Ok(None) };
        record.answers.find(&Repeatable::new(&secrets.naming, key, text), runtime::now()?)
    }

    /// Decides one request, without awaiting anything. With the answer, how soon an alarm is due, if one is.
    fn answer(&self, request: MemberRequest, text: &str) -> Result<(MemberReply, Option<i64>), Problem> {
        let secrets = Secrets::read(&self.env)?;
        let now = runtime::now()?;
        let mut record = match self.load()? {
            Some(record) => record,
            None => Record::new(&request)?,
        };
        if record.tenant != request.tenant || record.member != request.member {
            return Err(Problem::alarm("a member object was asked about somebody else"));
        }
        let repeatable = request.idempotency.as_deref().map(|key| Repeatable::new(&secrets.naming, key, text));
        if let Some(repeatable) = &repeatable
            && let Some(reply) = record.answers.find(repeatable, now)?
        {
            return Ok((reply, record.owed_after_ms()));
        }

        let before = Member::try_from(record.state.clone()).map_err(unreadable)?;
        let mut exchange = Exchange::new(&request, &secrets)?;
        let mut state = before.clone();
        exchange.open_secrets(&mut state);
        let command = exchange.command(request.ask)?;
        let Decision { mut state, events, outcome } = member::decide(state, command, exchange.fresh, now);
        exchange.take_out(&state, &outcome);
        exchange.seal_secrets(&mut state)?;
        if outcome == Outcome::Unreadable {
            journal::alarm("a sealed secret did not open: refused");
        }
        let link = exchange.link(&events);
        let reply = exchange.reply(outcome, &state);

        if !exchange.changes(&before, &state) && events.is_empty() {
            return Ok((reply, record.owed_after_ms()));
        }
        record.state = StoredMember::try_from(&state).map_err(unreadable)?;
        if events.iter().any(erases) {
            // What was answered before may hold what opened: an enrolment's secret, a set of keys.
            record.answers = Answers::default();
        }
        if events.contains(&Event::RestorePassed) {
            // The numbers of before may be taken: the tenant would think that it has these events already.
            record.sequence = record.sequence.max(now.0.saturating_mul(1000));
        }
        record.take(events, link, now);
        record.kv_due |= before.revoked() != state.revoked();
        if let Some(repeatable) = &repeatable {
            record.answers.keep(repeatable, &reply, now)?;
        }
        self.save(&record)?;
        let after_ms = record.alarm_after_ms(&state, now);
        // Somebody's or nobody's, the record that refused a password wakes after the same time.
        let of_refusal = (reply.outcome == Outcome::SignInRefused).then_some(DELIVER_REFUSALS_AFTER_MS);
        Ok((reply, after_ms.into_iter().chain(of_refusal).min()))
    }

    /// Sets the alarm. One that is there already will do for what is in no hurry: setting it is a row that is written.
    async fn wake_after(&self, after_ms: i64) -> worker::Result<()> {
        if after_ms < FORGET_AFTER_MS {
            return alarm::set(&self.state, after_ms).await;
        }
        alarm::set_unless_sooner(&self.state, after_ms).await
    }

    /// Tells KV and the tenant, neither waiting for the other's success.
    async fn deliver(&self) -> Result<(), Problem> {
        let Some(record) = self.load()? else { return Ok(()) };
        let told = self.tell_kv(&record).await;
        let taken = self.tell_tenant(&record).await;
        let kv_told = matches!(told, Ok(true)).then(|| record.state.clone());
        let last = taken.as_ref().ok().copied().flatten();
        if let Some(after_ms) = self.delivered(last, kv_told)? {
            self.wake_after(after_ms).await?;
        }
        told.and(taken.map(|_| ()))
    }

    /// Tells KV what is revoked, if it has to be told.
    async fn tell_kv(&self, record: &Record) -> Result<bool, Problem> {
        if record.kv_due {
            let revoked = Member::try_from(record.state.clone()).map_err(unreadable)?.revoked();
            kv::put_revoked(&self.env, &record.member, &revoked).await?;
        }
        Ok(record.kv_due)
    }

    /// Hands the oldest events to the tenant's log. The number of the last that it took.
    async fn tell_tenant(&self, record: &Record) -> Result<Option<u64>, Problem> {
        let entries: Vec<AuditEntry> = record.outbox.iter().take(DELIVER_AT_ONCE).cloned().collect();
        let last = entries.last().map(|entry| entry.sequence);
        if last.is_some() {
            let secrets = Secrets::read(&self.env)?;
            let summary = Member::try_from(record.state.clone()).map_err(unreadable)?.summary();
            let as_of = last.map_or(0, |last| last.saturating_add(1));
            let ask = TenantAsk::Report { member: record.member.clone(), entries, summary, as_of };
            let request = TenantRequest { tenant: record.tenant.clone(), idempotency: None, ask };
            object_ref::ask_tenant(&self.env, &secrets.naming, &request).await?;
        }
        Ok(last)
    }

    /// Notes what was delivered, on the record as it is now: others may have come in while we waited. What KV was
    /// `told` is what the state was then. Returns when to come back.
    fn delivered(&self, last: Option<u64>, told: Option<StoredMember>) -> Result<Option<i64>, Problem> {
        let Some(mut record) = self.load()? else {
            return Ok(None);
        };
        let was_owed = last.is_some() || told.is_some();
        let now = runtime::now()?;
        record.outbox.retain(|entry| Some(entry.sequence) > last);
        let before = Member::try_from(record.state.clone()).map_err(unreadable)?;
        if let Some(told) = told {
            record.kv_due = Member::try_from(told).map_err(unreadable)?.revoked() != before.revoked();
        }
        let Decision { state, .. } = member::decide(before.clone(), Command::Sweep, Fresh::NONE, now);
        if state.is_blank() && record.outbox.is_empty() {
            self.forget()?;
            return Ok(None);
        }
        let after_ms = record.alarm_after_ms(&state, now);
        // After a guess at a name that nobody bears there is nothing to note: a flood of them is written once, not twice.
        if was_owed || state != before {
            record.state = StoredMember::try_from(&state).map_err(unreadable)?;
            record.answers.forget_expired(now);
            self.save(&record)?;
        }
        Ok(after_ms)
    }

    fn load(&self) -> Result<Option<Record>, Problem> {
        #[derive(Deserialize)]
        struct Row {
            record: String,
        }
        let sql = Sql::of(&self.state);
        sql.exec(
            "CREATE TABLE IF NOT EXISTS member (id INTEGER PRIMARY KEY CHECK (id = 1), record TEXT NOT NULL)",
            None,
        )?;
        let rows: Vec<Row> = sql.exec("SELECT record FROM member", None)?.to_array()?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        // A record that cannot be read refuses everything; it is never taken for a new one.
        json::read(&row.record).map(Some).map_err(unreadable)
    }

    fn save(&self, record: &Record) -> Result<(), Problem> {
        let text = serde_json::to_string(record).map_err(unreadable)?;
        let bindings = vec![SqlStorageValue::String(text)];
        Sql::of(&self.state).exec("INSERT OR REPLACE INTO member (id, record) VALUES (1, ?)", bindings)?;
        Ok(())
    }

    fn forget(&self) -> Result<(), Problem> {
        Sql::of(&self.state).exec("DELETE FROM member", None)?;
        Ok(())
    }
}

impl Record {
    fn new(request: &MemberRequest) -> Result<Record, Problem> {
        Ok(Record {
            tenant: request.tenant.clone(),
            member: request.member.clone(),
            state: StoredMember::try_from(&Member::vacant()).map_err(unreadable)?,
            answers: Answers::default(),
            outbox: Vec::new(),
            sequence: 1,
            kv_due: false,
        })
    }

    /// A link goes with the event that it was made for.
    fn take(&mut self, events: Vec<Event>, mut link: Option<String>, now: Timestamp) {
        for event in events {
            let link = if exchange::has_link(&event) { link.take() } else { None };
            self.outbox.push(AuditEntry { sequence: self.sequence, at: now, event, link });
            self.sequence = self.sequence.saturating_add(1);
        }
    }

    /// How soon an alarm is due of which nobody knows whether it was set, as it is when an answer was lost. For word of
    /// wrong passwords alone none is set anew: who asks on and on would put it off, and learn by it that there is word.
    fn owed_after_ms(&self) -> Option<i64> {
        let is_owed = self.kv_due || !self.outbox.iter().all(is_of_a_wrong_password);
        is_owed.then_some(DELIVER_AFTER_MS)
    }

    /// At once when something is owed, a little later if that is word of wrong passwords alone, else when time will have
    /// ended something. Not at all when there is nothing to forget: a member who does nothing costs nothing.
    fn alarm_after_ms(&self, state: &Member, now: Timestamp) -> Option<i64> {
        if self.kv_due || !self.outbox.iter().all(is_of_a_wrong_password) {
            return Some(DELIVER_AFTER_MS);
        }
        if !self.outbox.is_empty() {
            return Some(DELIVER_REFUSALS_AFTER_MS);
        }
        let next = state.next_expiry()?.since(now).0.saturating_mul(1000);
        Some(i64::try_from(next).unwrap_or(i64::MAX).max(FORGET_AFTER_MS))
    }
}

fn is_of_a_wrong_password(entry: &AuditEntry) -> bool {
    matches!(entry.event, Event::PasswordRefused { .. })
}

/// Whether after this event nobody may be told again what was answered before: it was shown for once (a secret that is
/// bound now, a set of keys that is in use now), or the session or the password that it was told to is worth nothing.
fn erases(event: &Event) -> bool {
    matches!(
        event,
        Event::EpochPassed
            | Event::RestorePassed
            | Event::Reset { .. }
            | Event::Left
            | Event::Enrolled { .. }
            | Event::RecoveryKeysReplaced { .. }
            | Event::SignedOut
            | Event::SessionsEnded
            | Event::PasswordReplaced
            | Event::PasswordChangeVouched { .. }
            | Event::Disowned
    )
}

fn unreadable(error: impl core::fmt::Display) -> Problem {
    Problem::alarm(&format!("a member's record cannot be used: {error}"))
}
