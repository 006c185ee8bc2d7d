//! The object of one tenant: how members sign in, who belongs, what happened.
//!
//! As in the member's object nothing is awaited between load and save. What is owed to others (KV, members who have
//! to follow, notices) is written down with the decision that owes it and worked off by the alarm, which starts again
//! by itself after any interruption.

mod acts;
mod appearance;
mod applications;
mod audit;
mod directory;
mod ended;
mod external;
mod import;
mod logouts;
mod members;
mod names;
mod notices;
mod orders;
mod pace;
mod provisioning;
pub(crate) mod record;
mod refusals;
mod signing;
mod sweep;
mod tables;
mod tally;
mod user_filter;

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use mfa_core::member::{Grant, TokenDigest};
use mfa_core::tenant::appearance::Appearance;
use mfa_core::tenant::directory::{Entry, Role, Standing};
use mfa_core::tenant::{Epoch, Lifecycle, Mode, Tenant, TenantEvent};
use mfa_core::time::Timestamp;
use provisioning::Bookmark;
use record::Record;
use refusals::Attempt;
use worker::{DurableObject, Env, Request, Response, State, durable_object};

use crate::alarm;
use crate::answers::{Answers, Repeatable};
use crate::error::Problem;
use crate::journal::{self, LastRequest};
use crate::json;
use crate::kv;
use crate::metrics;
use crate::object_ref::{
    self, Invitee, MemberName, Provision, TenantAsk, TenantGrant, TenantProfile, TenantReply, TenantRequest,
};
use crate::runtime::{self, Notifier, Secrets};
use crate::seal::{self, DataKey};
use crate::sql::Sql;
use crate::transaction::all_or_nothing;

/// How soon what failed is tried again.
const AGAIN_AFTER_MS: i64 = 30_000;

/// The Durable Object.
#[durable_object(alarm)]
pub struct TenantObject {
    state: State,
    env: Env,
    last_request: LastRequest,
    is_up_to_date: AtomicBool,
    has_tables: AtomicBool,
    bookmark: Mutex<Option<Bookmark>>,
}

impl DurableObject for TenantObject {
    fn new(state: State, env: Env) -> Self {
        TenantObject {
            state,
            env,
            last_request: LastRequest::default(),
            is_up_to_date: AtomicBool::new(false),
            has_tables: AtomicBool::new(false),
            bookmark: Mutex::new(None),
        }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        let id = self.last_request.heard(request.headers());
        let answered = journal::within(id, self.asked(request)).await;
        metrics::hand_over_alarms(&self.env, |work| self.state.wait_until(work.now()));
        answered
    }

    /// Works off what is owed. The platform gives up on an alarm that fails a few times, so this one never fails: it
    /// sets the next itself.
    async fn alarm(&self) -> worker::Result<Response> {
        let done = journal::within(self.last_request.id(), self.work_off()).await;
        metrics::hand_over_alarms(&self.env, |work| self.state.wait_until(work.now()));
        done
    }
}

impl TenantObject {
    async fn asked(&self, mut request: Request) -> worker::Result<Response> {
        let text = request.text().await?;
        let Ok(mut request) = json::read::<TenantRequest>(&text) else {
            return object_ref::answer::<()>(Err(Problem::alarm("a tenant object was asked something unreadable")));
        };
        if let Err(problem) = self.bring_up_to_date() {
            return object_ref::answer::<()>(Err(problem));
        }
        if let TenantAsk::SigningKeys { drawn, .. } = &mut request.ask {
            // Before anything is loaded to be decided upon: the platform takes its time to make a key.
            match self.draw_signing_key().await {
                Ok(pair) => *drawn = pair,
                Err(problem) => return object_ref::answer::<()>(Err(problem)),
            }
        }
        let may_owe = !matches!(
            request.ask,
            TenantAsk::Grant { .. }
                | TenantAsk::ProveApplication { .. }
                | TenantAsk::PreviewInvitation { .. }
                | TenantAsk::FindApplication { .. }
                | TenantAsk::Ended { .. }
                | TenantAsk::SigningKeys { .. }
                | TenantAsk::Provision { act: Provision::Prove | Provision::Read { .. } | Provision::List { .. }, .. }
        );
        let answered = all_or_nothing(&self.state, || self.answer(request, &text));
        // Only now: what is decided is written, and the wait for the alarm's own write lets nothing in between.
        // Where that cannot be read, the alarm looks again.
        if may_owe && let Some(after_ms) = self.due_in_ms().unwrap_or(Some(0)) {
            alarm::set(&self.state, after_ms).await?;
        }
        object_ref::answer(answered)
    }

    /// A batch at a time, none waiting for the others' success.
    async fn work_off(&self) -> worker::Result<Response> {
        if self.bring_up_to_date().is_err() {
            alarm::set(&self.state, AGAIN_AFTER_MS).await?;
            return Response::empty();
        }
        let told = self.tell_kv().await;
        let followed = self.deliver_orders().await;
        let swept = self.sweep_batch().await;
        let noticed = self.send_notices().await;
        let logged_out = self.send_logouts().await;
        let failed = told.is_err() || followed.is_err() || swept.is_err() || noticed.is_err() || logged_out.is_err();
        match self.due_in_ms() {
            Ok(None) => {}
            Ok(Some(after_ms)) => {
                let after_ms = if failed { AGAIN_AFTER_MS } else { after_ms };
                alarm::set(&self.state, after_ms).await?;
            }
            Err(_) => alarm::set(&self.state, AGAIN_AFTER_MS).await?,
        }
        Response::empty()
    }

    /// Decides one request, without awaiting anything. What it writes stands or falls as a whole.
    fn answer(&self, request: TenantRequest, text: &str) -> Result<TenantReply, Problem> {
        // What can fail for want of a setting fails here, before anything is written.
        let secrets = Secrets::read(&self.env)?;
        Notifier::read(&self.env)?;
        let now = runtime::now()?;
        let repeatable = request.idempotency.as_deref().map(|key| Repeatable::new(&secrets.naming, key, text));
        let record = self.load()?;
        if let (Some(record), Some(repeatable)) = (&record, &repeatable)
            && let Some(reply) = record.answers.find(repeatable, now)?
        {
            return Ok(reply);
        }
        let Some(mut record) = record else {
            return match request.ask {
                TenantAsk::Create { name, mfa, administrator, origin } => {
                    let mut record = new_record(request.tenant, name, mfa, &secrets, now)?;
                    let reply = self.create(&mut record, &administrator, &origin, &secrets, now)?;
                    self.keep(record, repeatable.as_ref(), reply, now)
                }
                _ => Ok(TenantReply::Unknown),
            };
        };
        if record.slug != request.tenant {
            return Err(Problem::alarm("a tenant object was asked about another tenant"));
        }
        match request.ask {
            TenantAsk::Create { .. } => Ok(TenantReply::Exists),
            TenantAsk::PreviewInvitation { member, token } => Ok(match self.entry(&member)? {
                _ if record.state.lifecycle != Lifecycle::Open => TenantReply::Closed(record.state.lifecycle),
                Some((username, entry))
                    if is_invited_by(&record, &entry, &token, now)
                        || self.is_connected_by(&member, &entry, &token, now)? =>
                {
                    TenantReply::InvitationValid {
                        profile: self.profile(&record)?,
                        username,
                        role: entry.role,
                        generation: entry.generation,
                    }
                }
                _ => TenantReply::Unknown,
            }),
            TenantAsk::ProveApplication { application, key, member } => {
                self.prove_application(&record, application, key, member.as_ref(), now)
            }
            TenantAsk::FindApplication { application, member } => {
                self.find_application(&record, application, member.as_ref())
            }
            TenantAsk::Ended { application, key } => self.ended(&record, application, key, now),
            TenantAsk::VouchMember { application, key, invitee } => {
                self.vouch_member(&record, application, key, &invitee, now)
            }
            TenantAsk::Provision { application, key, origin, act } => {
                self.provision(&record, application, key, &origin, act, &secrets, now)
            }
            TenantAsk::Provider => Ok(match &record.external {
                _ if record.state.lifecycle != Lifecycle::Open => TenantReply::Closed(record.state.lifecycle),
                Some(external) => {
                    let mode = record.state.mode.kind();
                    TenantReply::Provider { mode, config: external.config.clone() }
                }
                None => TenantReply::NotPrepared,
            }),
            TenantAsk::KnownElsewhere { .. } | TenantAsk::Connect { .. }
                if record.state.lifecycle != Lifecycle::Open =>
            {
                Ok(TenantReply::Closed(record.state.lifecycle))
            }
            TenantAsk::KnownElsewhere { identity } => self.known_elsewhere(&record, &identity),
            TenantAsk::Connect { member, link, identity } => self.connect(&record, &member, &link, &identity, now),
            TenantAsk::SigningKeys { origin, drawn } => Ok(match record.state.lifecycle {
                Lifecycle::Open => TenantReply::SigningKeys(Box::new(self.signing_keys(
                    &record,
                    drawn,
                    origin.as_deref(),
                    &secrets,
                    now,
                )?)),
                closed => TenantReply::Closed(closed),
            }),
            TenantAsk::Joined { member, generation } => {
                self.accept(&member, generation, now)?;
                Ok(TenantReply::Done)
            }
            TenantAsk::Grant { member, joined } => {
                if self.reseal(&mut record, &secrets)? {
                    self.save(&record)?;
                }
                if let Some(generation) = joined {
                    self.accept(&member, generation, now)?;
                }
                match record.state.lifecycle {
                    Lifecycle::Open => {
                        Ok(self.grant(&record, &member)?.map_or(TenantReply::Unknown, TenantReply::Granted))
                    }
                    closed => Ok(TenantReply::Closed(closed)),
                }
            }
            // Of a deleted tenant nothing is kept, not even that its members are gone.
            TenantAsk::Report { .. } if record.state.lifecycle == Lifecycle::Deleted => Ok(TenantReply::Done),
            TenantAsk::Report { member, entries, summary, as_of } => {
                self.take(&record, &member, &entries)?;
                if let Some(summary) = summary {
                    self.put_summary(&member, &summary, as_of)?;
                }
                Ok(TenantReply::Done)
            }
            TenantAsk::Act { by, origin, act, word } => {
                let attempt = Attempt::of(&by, &act, word);
                let reply = self.act(&mut record, &by, &origin, act, &secrets, now)?;
                if let Some(attempt) = attempt {
                    self.note_refusal(&attempt, &reply, now)?;
                }
                self.keep(record, repeatable.as_ref(), reply, now)
            }
        }
    }

    fn create(
        &self,
        record: &mut Record,
        administrator: &Invitee,
        origin: &str,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        self.lay_tables()?;
        // The directory first: a tenant without its row is no tenant, whatever else is there.
        let by = "operator";
        self.note(by, None, TenantEvent::TenantCreated { mode: record.state.mode.kind() }, now)?;
        let Some(invitation) = self.invite(record, by, administrator, Role::Administrator, origin, secrets, now)?
        else {
            return Err(Problem::alarm("a new tenant has a member already"));
        };
        Ok(TenantReply::Created { profile: self.profile(record)?, invitation })
    }

    /// Wraps the data keys under the newest key-encryption key, if they are under an older one: so that one can be
    /// retired. Whether anything was to be done.
    fn reseal(&self, record: &mut Record, secrets: &Secrets) -> Result<bool, Problem> {
        let (ring, slug) = (&secrets.key_encryption, &record.slug);
        let mut was_due = false;
        for (epoch, data_key) in record.state.data_keys_mut() {
            if !DataKey::is_newest(data_key, ring)? {
                let open = DataKey::unwrap(data_key, ring, slug, epoch)
                    .ok_or_else(|| Problem::alarm("a tenant's data key does not open"))?;
                *data_key = open.wrap(ring, slug, epoch)?;
                was_due = true;
            }
        }
        if let Some(external) = &mut record.external
            && !seal::is_newest(&external.config.client_secret, ring)?
        {
            let open = seal::open_client_secret(&external.config.client_secret, ring, slug)
                .ok_or_else(|| Problem::alarm("a client secret does not open"))?;
            external.config.client_secret = seal::seal_client_secret(&open, ring, slug)?;
            was_due = true;
        }
        Ok(was_due)
    }

    /// The tenant's word about a member. `None` when she does not belong to it.
    fn grant(&self, record: &Record, member: &MemberName) -> Result<Option<TenantGrant>, Problem> {
        let Some((username, entry)) = self.entry(member)? else {
            return Ok(None);
        };
        Ok((entry.standing == Standing::Active).then(|| self.word(record, username, &entry)))
    }

    /// The tenant's word about whoever bears an entry.
    fn word(&self, record: &Record, username: String, entry: &Entry) -> TenantGrant {
        let data_key = match &record.state.mode {
            Mode::Mfa { data_key } => Some(data_key.clone()),
            Mode::Password | Mode::External => None,
        };
        let (mode, epoch) = (record.state.mode.kind(), record.state.epoch);
        TenantGrant {
            grant: Grant {
                mode,
                epoch,
                generation: entry.generation,
                orders: entry.orders,
                passwords_since: record.state.passwords_since,
                login_elsewhere: entry.login_elsewhere,
                restored_at: record.state.restored_at,
            },
            data_key,
            tenant_name: record.name.clone(),
            username,
            role: entry.role,
        }
    }

    fn profile(&self, record: &Record) -> Result<TenantProfile, Problem> {
        let (invited, active) = self.count_standings()?;
        Ok(TenantProfile {
            tenant: record.slug.clone(),
            name: record.name.clone(),
            mode: record.state.mode.kind(),
            epoch: record.state.epoch,
            lifecycle: record.state.lifecycle,
            restored_at: record.state.restored_at,
            appearance: record.appearance,
            invited,
            active,
            key_ids: Vec::new(),
            receipts: record.receipts.clone(),
        })
    }

    /// The key-encryption keys that something of the tenant is under, by their names.
    fn key_ids(&self, record: &Record) -> Result<Vec<String>, Problem> {
        let mut state = record.state.clone();
        let wrapped = state.data_keys_mut().map(|(_, key)| key.0.clone());
        let secret = record.external.as_ref().map(|external| external.config.client_secret.clone());
        let sealed = wrapped.chain(secret).filter_map(|text| text.split_once('.').map(|(id, _)| id.to_owned()));
        let mut key_ids: Vec<String> = sealed.chain(self.link_key_ids()?).chain(self.signing_key_ids()?).collect();
        key_ids.sort();
        key_ids.dedup();
        Ok(key_ids)
    }

    /// Tells KV the tenant's public profile, again and again until that succeeds.
    async fn tell_kv(&self) -> Result<(), Problem> {
        let Some(record) = self.load()?.filter(|record| record.kv_due) else { return Ok(()) };
        kv::put_tenant(&self.env, &self.profile(&record)?).await?;
        // What KV was told may have changed while we waited for it: then it is told again.
        all_or_nothing(&self.state, || {
            if let Some(mut now) = self.load()?
                && now.state == record.state
                && now.appearance == record.appearance
            {
                now.kv_due = false;
                self.save(&now)?;
            }
            Ok(())
        })
    }

    /// How soon the alarm has work, if it has any.
    fn due_in_ms(&self) -> Result<Option<i64>, Problem> {
        let Some(record) = self.load()? else { return Ok(None) };
        let now = runtime::now()?;
        if record.kv_due || !record.sweeps.is_empty() {
            return Ok(Some(0));
        }
        // Nobody is told of a sign-out while the tenant is closed: an alarm for it would find nothing to do, for ever.
        let logout = if record.state.lifecycle == Lifecycle::Open { self.next_logout()? } else { None };
        let next = [self.next_order()?, self.next_notice()?, logout].into_iter().flatten().min();
        Ok(next.map(|at| i64::try_from(at.since(now).0.saturating_mul(1000)).unwrap_or(i64::MAX)))
    }

    fn keep(
        &self,
        mut record: Record,
        repeatable: Option<&Repeatable>,
        reply: TenantReply,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let changed = !matches!(
            reply,
            TenantReply::Profile(_)
                | TenantReply::Settings(_)
                | TenantReply::Members(_)
                | TenantReply::Member(_)
                | TenantReply::Enrolment(_)
                | TenantReply::Audit(_)
                | TenantReply::SigningKeysShown(_)
                | TenantReply::Logo(_)
                | TenantReply::Applications(_)
                | TenantReply::Unknown
                | TenantReply::NotAdministrator
                | TenantReply::EpochPassed
                | TenantReply::Exists
        );
        if changed {
            if let Some(repeatable) = repeatable {
                record.answers.keep(repeatable, &reply, now)?;
            }
            self.save(&record)?;
        }
        Ok(reply)
    }

    fn sql(&self) -> Sql {
        Sql::of(&self.state)
    }
}

/// Whether the token is the invitation that an entry waits for, and no restore has come between.
fn is_invited_by(record: &Record, entry: &Entry, token: &TokenDigest, now: Timestamp) -> bool {
    entry.is_invited_by(token, now) && !entry.was_invited_before(record.state.restored_at)
}

fn new_record(slug: String, name: String, mfa: bool, secrets: &Secrets, now: Timestamp) -> Result<Record, Problem> {
    let mode = if mfa {
        let data_key = DataKey::generate()?.wrap(&secrets.key_encryption, &slug, Epoch::FIRST)?;
        Mode::Mfa { data_key }
    } else {
        Mode::Password
    };
    Ok(Record {
        slug,
        name,
        state: Tenant::new(mode, now),
        answers: Answers::default(),
        kv_due: true,
        sweeps: Vec::new(),
        external: None,
        receipts: Vec::new(),
        appearance: Appearance::default(),
    })
}

fn unreadable(error: impl core::fmt::Display) -> Problem {
    Problem::alarm(&format!("a tenant's record cannot be used: {error}"))
}
