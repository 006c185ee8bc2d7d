//! The object of one tenant: how members sign in, who belongs, what happened.
//!
//! As in the member's object nothing is awaited between load and save.

mod audit;
mod directory;

use mfa_core::member::{Generation, Grant};
use mfa_core::tenant::directory::{Role, Standing};
use mfa_core::tenant::{Epoch, Mode, Tenant};
use mfa_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use worker::{DurableObject, Env, Request, Response, SqlStorage, SqlStorageValue, State, durable_object};

use crate::answers::{Answers, Repeatable};
use crate::error::Problem;
use crate::kv;
use crate::object_ref::{self, Invitee, MemberName, TenantAsk, TenantGrant, TenantProfile, TenantReply, TenantRequest};
use crate::runtime::{self, Secrets};
use crate::seal::DataKey;

/// How soon KV is told again when that failed.
const TELL_AGAIN_AFTER_MS: i64 = 30_000;

/// The Durable Object.
#[durable_object(alarm)]
pub struct TenantObject {
    state: State,
    env: Env,
}

/// What decides for the whole tenant, in one row; the directory and the log have tables of their own.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    slug: String,
    name: String,
    state: Tenant,
    answers: Answers,
}

impl DurableObject for TenantObject {
    fn new(state: State, env: Env) -> Self {
        TenantObject { state, env }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let text = request.text().await?;
        let Ok(request) = serde_json::from_str::<TenantRequest>(&text) else {
            return object_ref::answer::<()>(Err(Problem::alarm("a tenant object was asked something unreadable")));
        };
        let creates = matches!(request.ask, TenantAsk::Create { .. });
        let answered = self.answer(request, &text);
        if creates && matches!(answered, Ok(TenantReply::Created { .. })) {
            self.state.storage().set_alarm(0).await?;
        }
        object_ref::answer(answered)
    }

    /// Tells KV the tenant's public profile, again and again until that succeeds.
    async fn alarm(&self) -> worker::Result<Response> {
        let told = async {
            let Some(record) = self.load()? else {
                return Ok(());
            };
            kv::put_tenant(&self.env, &self.profile(&record)?).await
        };
        if told.await.is_err() {
            self.state.storage().set_alarm(TELL_AGAIN_AFTER_MS).await?;
        }
        Response::empty()
    }
}

impl TenantObject {
    /// Decides one request, without awaiting anything.
    fn answer(&self, request: TenantRequest, text: &str) -> Result<TenantReply, Problem> {
        let secrets = Secrets::read(&self.env)?;
        let now = runtime::now();
        let repeatable = request.idempotency.as_deref().map(|key| Repeatable::new(&secrets.naming, key, text));
        let record = self.load()?;
        if let (Some(record), Some(repeatable)) = (&record, &repeatable)
            && let Some(reply) = record.answers.find(repeatable, now)?
        {
            return Ok(reply);
        }
        let Some(mut record) = record else {
            return match request.ask {
                TenantAsk::Create { name, mfa, administrator } => {
                    self.create(request.tenant, name, mfa, &administrator, &secrets, repeatable.as_ref(), now)
                }
                _ => Ok(TenantReply::Unknown),
            };
        };
        if record.slug != request.tenant {
            return Err(Problem::alarm("a tenant object was asked about another tenant"));
        }
        match request.ask {
            TenantAsk::Create { .. } => Ok(TenantReply::Exists),
            TenantAsk::Profile => Ok(TenantReply::Profile(self.profile(&record)?)),
            TenantAsk::Invite { invitee, role } => {
                let Some(invitation) = self.invite(&invitee, role, now)? else {
                    return Ok(TenantReply::Exists);
                };
                let reply = TenantReply::Invited(invitation);
                self.keep(&mut record, repeatable.as_ref(), &reply, now)?;
                Ok(reply)
            }
            TenantAsk::PreviewInvitation { member, token } => Ok(match self.entry(&member)? {
                Some((username, entry)) if entry.is_invited_by(&token, now) => TenantReply::InvitationValid {
                    profile: self.profile(&record)?,
                    username,
                    role: entry.role,
                    generation: entry.generation,
                },
                _ => TenantReply::Unknown,
            }),
            TenantAsk::Joined { member, generation } => {
                self.accept(&member, generation)?;
                Ok(TenantReply::Done)
            }
            TenantAsk::Grant { member, joined } => {
                self.rewrap(&mut record, &secrets)?;
                self.grant(&record, &member, joined)
            }
            TenantAsk::Audit { member, entries } => {
                self.append(&member, &entries)?;
                Ok(TenantReply::Done)
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "everything a new tenant is made of, passed in the open")]
    fn create(
        &self,
        slug: String,
        name: String,
        mfa: bool,
        administrator: &Invitee,
        secrets: &Secrets,
        repeatable: Option<&Repeatable>,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let mode = if mfa {
            let data_key = DataKey::generate()?.wrap(&secrets.key_encryption, &slug, Epoch::FIRST)?;
            Mode::Mfa { data_key }
        } else {
            Mode::Password
        };
        self.lay_tables()?;
        let mut record = Record { slug, name, state: Tenant::new(mode), answers: Answers::default() };
        // The directory first: a tenant without its row is no tenant, whatever else is there.
        let Some(invitation) = self.invite(administrator, Role::Administrator, now)? else {
            return Err(Problem::alarm("a new tenant has a member already"));
        };
        let reply = TenantReply::Created { profile: self.profile(&record)?, invitation };
        match repeatable {
            Some(_) => self.keep(&mut record, repeatable, &reply, now)?,
            None => self.save(&record)?,
        }
        Ok(reply)
    }

    /// Wraps the data key under the newest key-encryption key, if it is under an older one: so that one can be retired.
    fn rewrap(&self, record: &mut Record, secrets: &Secrets) -> Result<(), Problem> {
        let epoch = record.state.epoch;
        let Mode::Mfa { data_key } = &mut record.state.mode else { return Ok(()) };
        if DataKey::is_newest(data_key, &secrets.key_encryption)? {
            return Ok(());
        }
        let open = DataKey::unwrap(data_key, &secrets.key_encryption, &record.slug, epoch)
            .ok_or_else(|| Problem::alarm("a tenant's data key does not open"))?;
        *data_key = open.wrap(&secrets.key_encryption, &record.slug, epoch)?;
        self.save(record)
    }

    /// The tenant's word about a member. A right password under the generation that is invited shows that the
    /// invitation was accepted, though the message that said so may have been lost.
    fn grant(&self, record: &Record, member: &MemberName, joined: Option<Generation>) -> Result<TenantReply, Problem> {
        if let Some(generation) = joined {
            self.accept(member, generation)?;
        }
        let Some((username, entry)) = self.entry(member)? else {
            return Ok(TenantReply::Unknown);
        };
        if entry.standing != Standing::Active {
            return Ok(TenantReply::Unknown);
        }
        let data_key = match &record.state.mode {
            Mode::Mfa { data_key } => Some(data_key.clone()),
            Mode::Password | Mode::External => None,
        };
        Ok(TenantReply::Granted(TenantGrant {
            grant: Grant { mode: record.state.mode.kind(), epoch: record.state.epoch, generation: entry.generation },
            data_key,
            tenant_name: record.name.clone(),
            username,
            role: entry.role,
        }))
    }

    fn profile(&self, record: &Record) -> Result<TenantProfile, Problem> {
        let (invited, active) = self.count_members()?;
        Ok(TenantProfile {
            tenant: record.slug.clone(),
            name: record.name.clone(),
            mode: record.state.mode.kind(),
            epoch: record.state.epoch,
            invited,
            active,
        })
    }

    fn keep(
        &self,
        record: &mut Record,
        repeatable: Option<&Repeatable>,
        reply: &TenantReply,
        now: Timestamp,
    ) -> Result<(), Problem> {
        if let Some(repeatable) = repeatable {
            record.answers.keep(repeatable, reply, now)?;
            self.save(record)?;
        }
        Ok(())
    }

    fn load(&self) -> Result<Option<Record>, Problem> {
        #[derive(Deserialize)]
        struct Row {
            record: String,
        }
        let sql = self.sql();
        // Asking after a tenant that is none writes nothing.
        let laid = sql.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'tenant'", None)?;
        if laid.to_array::<serde_json::Value>()?.is_empty() {
            return Ok(None);
        }
        let rows: Vec<Row> = sql.exec("SELECT record FROM tenant", None)?.to_array()?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        serde_json::from_str(&row.record).map(Some).map_err(unreadable)
    }

    fn save(&self, record: &Record) -> Result<(), Problem> {
        let text = serde_json::to_string(record).map_err(unreadable)?;
        let bindings = vec![SqlStorageValue::String(text)];
        self.sql().exec("INSERT OR REPLACE INTO tenant (id, record) VALUES (1, ?)", bindings)?;
        Ok(())
    }

    fn lay_tables(&self) -> Result<(), Problem> {
        for statement in [
            "CREATE TABLE IF NOT EXISTS tenant (id INTEGER PRIMARY KEY CHECK (id = 1), record TEXT NOT NULL)",
            "CREATE TABLE IF NOT EXISTS directory (member TEXT PRIMARY KEY, username TEXT NOT NULL UNIQUE, \
             standing TEXT NOT NULL, entry TEXT NOT NULL) WITHOUT ROWID",
            "CREATE TABLE IF NOT EXISTS audit (position INTEGER PRIMARY KEY, member TEXT NOT NULL, \
             sequence INTEGER NOT NULL, text TEXT NOT NULL, link TEXT NOT NULL, UNIQUE (member, sequence))",
        ] {
            self.sql().exec(statement, None)?;
        }
        Ok(())
    }

    fn sql(&self) -> SqlStorage {
        self.state.storage().sql()
    }
}

fn unreadable(error: impl core::fmt::Display) -> Problem {
    Problem::alarm(&format!("a tenant's record cannot be used: {error}"))
}
