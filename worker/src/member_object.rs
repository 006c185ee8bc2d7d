//! The object of one member: load, open, decide, seal, one write, answer.
//!
//! From load to save nothing is awaited, so no second request comes between (an `await` would open the object's
//! gate). The platform holds the answer back until the write is on disk.

use mfa_core::audit::Event;
use mfa_core::member::{
    self, Command, Decision, EnrolmentId, Fresh, Grant, Member, NewRecoveryKeys, Outcome, PasswordVerifier, SessionId,
};
use mfa_core::passcode::{Digits, Passcode};
use mfa_core::policy::RECOVERY_KEYS;
use mfa_core::recovery::{RecoveryGroup, RecoveryKey};
use mfa_core::secret::Secret;
use mfa_core::stored::StoredMember;
use mfa_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use worker::{DurableObject, Env, Request, Response, SqlStorageValue, State, durable_object};
use zeroize::Zeroizing;

use crate::answers::{Answers, Repeatable};
use crate::error::Problem;
use crate::kv;
use crate::object_ref::{
    self, AuditEntry, HashedPassword, MemberAsk, MemberName, MemberReply, MemberRequest, TenantAsk, TenantGrant,
    TenantRequest,
};
use crate::runtime::{self, Secrets};
use crate::seal::{DataKey, SecretContext};
use crate::token::TokenSecret;

/// How soon what is owed to others is sent.
const DELIVER_AFTER_MS: i64 = 0;
/// How many events go to the tenant in one message.
const DELIVER_AT_ONCE: usize = 50;

/// The Durable Object.
#[durable_object(alarm)]
pub struct MemberObject {
    state: State,
    env: Env,
}

/// Everything that is stored, in one row.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
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
        MemberObject { state, env }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let text = Zeroizing::new(request.text().await?);
        let Ok(request) = serde_json::from_str::<MemberRequest>(&text) else {
            return object_ref::answer::<()>(Err(Problem::alarm("a member object was asked something unreadable")));
        };
        let answered = self.answer(request, &text);
        // Only now: what is decided is written, and the wait for the alarm's own write lets nothing in between.
        if let Ok((_, Some(after_ms))) = &answered {
            self.state.storage().set_alarm(*after_ms).await?;
        }
        object_ref::answer(answered.map(|(reply, _)| reply))
    }

    /// Delivers what is owed to the tenant's log and to KV. Called again by the platform until it succeeds.
    async fn alarm(&self) -> worker::Result<Response> {
        match self.deliver().await {
            Ok(()) => Response::empty(),
            Err(problem) => Err(worker::Error::RustError(format!("delivery failed: {}", problem.code.row().1))),
        }
    }
}

impl MemberObject {
    /// Decides one request, without awaiting anything. With the answer, how soon an alarm is due, if one is.
    fn answer(&self, request: MemberRequest, text: &str) -> Result<(MemberReply, Option<i64>), Problem> {
        let secrets = Secrets::read(&self.env)?;
        let now = runtime::now();
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
            return Ok((reply, None));
        }

        let before = Member::try_from(record.state.clone()).map_err(unreadable)?;
        let mut exchange = Exchange::new(&request, &secrets)?;
        let mut state = before.clone();
        exchange.open_secrets(&mut state);
        let command = exchange.command(request.ask)?;
        let Decision { mut state, events, outcome } = member::decide(state, command, exchange.fresh, now);
        exchange.seal_secrets(&mut state)?;
        if outcome == Outcome::Unreadable {
            worker::console_error!("ALARM a sealed secret did not open: refused");
        }
        let reply = exchange.reply(outcome);

        if !exchange.changes(&before, &state) && events.is_empty() {
            return Ok((reply, None));
        }
        record.state = StoredMember::try_from(&state).map_err(unreadable)?;
        record.take(events, now);
        record.kv_due |= before.revoked() != state.revoked();
        if let Some(repeatable) = &repeatable {
            record.answers.keep(repeatable, &reply, now)?;
        }
        self.save(&record)?;
        Ok((reply, Some(record.alarm_after_ms())))
    }

    async fn deliver(&self) -> Result<(), Problem> {
        let Some(record) = self.load()? else {
            return Ok(());
        };
        let secrets = Secrets::read(&self.env)?;
        if record.kv_due {
            let revoked = Member::try_from(record.state.clone()).map_err(unreadable)?.revoked();
            kv::put_revoked(&self.env, &record.member, &revoked).await?;
        }
        let entries: Vec<AuditEntry> = record.outbox.iter().take(DELIVER_AT_ONCE).cloned().collect();
        let last = entries.last().map(|entry| entry.sequence);
        if last.is_some() {
            let ask = TenantAsk::Audit { member: record.member.clone(), entries };
            let request = TenantRequest { tenant: record.tenant.clone(), idempotency: None, ask };
            object_ref::ask_tenant(&self.env, &secrets.naming, &request).await?;
        }
        let told = record.kv_due.then(|| record.state.clone());
        if let Some(after_ms) = self.delivered(last, told)? {
            self.state.storage().set_alarm(after_ms).await?;
        }
        Ok(())
    }

    /// Notes what was delivered, on the record as it is now: others may have come in while we waited. What KV was
    /// `told` is what the state was then. Returns when to come back.
    fn delivered(&self, last: Option<u64>, told: Option<StoredMember>) -> Result<Option<i64>, Problem> {
        let Some(mut record) = self.load()? else {
            return Ok(None);
        };
        record.outbox.retain(|entry| Some(entry.sequence) > last);
        let before = Member::try_from(record.state.clone()).map_err(unreadable)?;
        if let Some(told) = told {
            record.kv_due = Member::try_from(told).map_err(unreadable)?.revoked() != before.revoked();
        }
        let Decision { state, .. } = member::decide(before, Command::Sweep, Fresh::NONE, runtime::now());
        if state.is_blank() && record.outbox.is_empty() {
            self.forget()?;
            return Ok(None);
        }
        record.state = StoredMember::try_from(&state).map_err(unreadable)?;
        self.save(&record)?;
        Ok(Some(record.alarm_after_ms()))
    }

    fn load(&self) -> Result<Option<Record>, Problem> {
        #[derive(Deserialize)]
        struct Row {
            record: String,
        }
        let sql = self.state.storage().sql();
        sql.exec(
            "CREATE TABLE IF NOT EXISTS member (id INTEGER PRIMARY KEY CHECK (id = 1), record TEXT NOT NULL)",
            None,
        )?;
        let rows: Vec<Row> = sql.exec("SELECT record FROM member", None)?.to_array()?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        // A record that cannot be read refuses everything; it is never taken for a new one.
        serde_json::from_str(&row.record).map(Some).map_err(unreadable)
    }

    fn save(&self, record: &Record) -> Result<(), Problem> {
        let text = serde_json::to_string(record).map_err(unreadable)?;
        let bindings = vec![SqlStorageValue::String(text)];
        self.state.storage().sql().exec("INSERT OR REPLACE INTO member (id, record) VALUES (1, ?)", bindings)?;
        Ok(())
    }

    fn forget(&self) -> Result<(), Problem> {
        self.state.storage().sql().exec("DELETE FROM member", None)?;
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

    fn take(&mut self, events: Vec<Event>, now: Timestamp) {
        for event in events {
            self.outbox.push(AuditEntry { sequence: self.sequence, at: now, event });
            self.sequence = self.sequence.saturating_add(1);
        }
    }

    /// At once when something is owed, else when there is nothing left to remember of a stranger's attempts.
    fn alarm_after_ms(&self) -> i64 {
        if self.kv_due || !self.outbox.is_empty() {
            return DELIVER_AFTER_MS;
        }
        i64::try_from(mfa_core::policy::STRANGERS_FORGOTTEN.0.saturating_mul(1000)).unwrap_or(i64::MAX)
    }
}

fn unreadable(error: impl core::fmt::Display) -> Problem {
    Problem::alarm(&format!("a member's record cannot be used: {error}"))
}

/// One request on its way through: what was drawn for it, what it is opened with, what its answer shows once.
struct Exchange {
    tenant: String,
    member: MemberName,
    grant: Option<Grant>,
    data_key: Option<DataKey>,
    begins: bool,
    fresh: Fresh,
    pending_secret: TokenSecret,
    device_secret: TokenSecret,
    enrolment: Option<(EnrolmentId, Zeroizing<String>)>,
    recovery_keys: Option<(Vec<String>, u8)>,
}

impl Exchange {
    fn new(request: &MemberRequest, secrets: &Secrets) -> Result<Exchange, Problem> {
        let granted = request.ask.grant();
        let grant = granted.map(|granted| granted.grant);
        let data_key = match granted.and_then(|granted| granted.data_key.as_ref().map(|key| (key, granted.grant.epoch)))
        {
            None => None,
            Some((wrapped, epoch)) => Some(
                DataKey::unwrap(wrapped, &secrets.key_encryption, &request.tenant, epoch)
                    .ok_or_else(|| Problem::alarm("a tenant's data key does not open"))?,
            ),
        };
        let pending_secret = TokenSecret::generate()?;
        let device_secret = TokenSecret::generate()?;
        let fresh = Fresh {
            session: SessionId(runtime::random()?),
            pending: pending_secret.digest(),
            device: member::DeviceId(runtime::random()?),
            device_token: device_secret.digest(),
        };
        Ok(Exchange {
            tenant: request.tenant.clone(),
            member: request.member.clone(),
            grant,
            data_key,
            begins: matches!(request.ask, MemberAsk::BeginSignIn { .. }),
            fresh,
            pending_secret,
            device_secret,
            enrolment: None,
            recovery_keys: None,
        })
    }

    /// Opens the secrets that belong to the grant's epoch. Those of an earlier one cannot be opened any more and are
    /// about to be dropped; one that does not open though it should stays sealed, and the core refuses.
    fn open_secrets(&self, state: &mut Member) {
        let (Some(grant), Some(key)) = (self.grant, &self.data_key) else {
            return;
        };
        if state.standing() != Some((grant.generation, grant.epoch)) {
            return;
        }
        let context = self.context(grant);
        for (purpose, secret) in state.secrets_mut() {
            if !context.open(key, purpose, secret) {
                worker::console_error!("ALARM a sealed secret does not open");
            }
        }
    }

    fn seal_secrets(&self, state: &mut Member) -> Result<(), Problem> {
        let (Some(grant), Some(key)) = (self.grant, &self.data_key) else {
            return Ok(());
        };
        let context = self.context(grant);
        state.secrets_mut().try_for_each(|(purpose, secret)| context.seal(key, purpose, secret))
    }

    fn context(&self, grant: Grant) -> SecretContext<'_> {
        SecretContext {
            tenant: &self.tenant,
            member: self.member.as_str(),
            generation: grant.generation,
            epoch: grant.epoch,
        }
    }

    /// Whether there is anything to write. Sealing draws a fresh nonce each time, so ciphertexts are not compared.
    fn changes(&self, before: &Member, after: &Member) -> bool {
        let (mut before, mut after) = (before.clone(), after.clone());
        for state in [&mut before, &mut after] {
            for (_, secret) in state.secrets_mut() {
                *secret = member::GuardedSecret::Sealed(String::new());
            }
        }
        before != after
    }

    fn command(&mut self, ask: MemberAsk) -> Result<Command, Problem> {
        Ok(match ask {
            MemberAsk::Join { generation, password, .. } => {
                let verifier = PasswordVerifier { scheme: password.scheme, output: password.output, version: 1 };
                Command::Join { generation, verifier }
            }
            MemberAsk::CheckPassword { password: HashedPassword { scheme, output }, device } => {
                Command::CheckPassword { scheme, output, device }
            }
            MemberAsk::BeginSignIn { grant, password_version, device } => {
                Command::BeginSignIn { grant: grant.grant, password_version, device }
            }
            MemberAsk::VerifyCode { grant, pending, code, remember_device } => {
                Command::VerifyCode { grant: grant.grant, pending, passcode: passcode(&code)?, remember_device }
            }
            MemberAsk::VerifyRecoveryKey { grant, pending, recovery_key } => {
                let key = RecoveryKey::parse(&recovery_key).map_err(malformed)?;
                let digest =
                    key.digest(&self.data_key()?.recovery_digest_key(), &self.context(grant.grant).recovery_keys());
                Command::VerifyRecoveryKey { grant: grant.grant, pending, digest }
            }
            MemberAsk::ReplacePassword {
                grant,
                pending,
                password: HashedPassword { scheme, output },
                under_current,
            } => {
                let under_current = under_current.map(|password| password.output);
                Command::ReplacePassword { grant: grant.grant, pending, scheme, output, under_current }
            }
            MemberAsk::StartEnrolment { grant, pending } => {
                let id = EnrolmentId(runtime::random()?);
                let secret = Secret::from_random(runtime::random()?);
                self.enrolment = Some((id, secret.to_base32()));
                Command::StartEnrolment { grant: grant.grant, pending, id, secret }
            }
            MemberAsk::ConfirmEnrolment { grant, pending, enrolment, code } => Command::ConfirmEnrolment {
                pending,
                id: enrolment,
                passcode: passcode(&code)?,
                keys: self.draw_recovery_keys(&grant)?,
                grant: grant.grant,
            },
            MemberAsk::RenewRecoveryKeys { grant, pending, enrolment } => Command::RenewRecoveryKeys {
                pending,
                id: enrolment,
                keys: self.draw_recovery_keys(&grant)?,
                grant: grant.grant,
            },
            MemberAsk::CompleteEnrolment { grant, pending, enrolment, proof } => {
                let group = RecoveryGroup::parse(&proof).map_err(malformed)?;
                let key = self.data_key()?.recovery_digest_key();
                let proof = group.proof_digest(&key, &self.context(grant.grant).recovery_keys(), 0);
                Command::CompleteEnrolment { grant: grant.grant, pending, id: enrolment, proof }
            }
            MemberAsk::ViewAccount { grant, session } => Command::ViewAccount { grant: grant.grant, session },
            MemberAsk::SignOut { session } => Command::SignOut { session },
        })
    }

    /// A fresh set of recovery keys: the texts to show once, the digests to keep.
    fn draw_recovery_keys(&mut self, grant: &TenantGrant) -> Result<NewRecoveryKeys, Problem> {
        let digest_key = self.data_key()?.recovery_digest_key();
        let context = self.context(grant.grant).recovery_keys();
        let mut keys = Vec::with_capacity(RECOVERY_KEYS);
        for _ in 0..RECOVERY_KEYS {
            keys.push(RecoveryKey::from_random(&Zeroizing::new(runtime::random::<16>()?)));
        }
        // 256 is no multiple of ten: the tilt of 4 % over which key is asked for decides nothing.
        let [byte] = runtime::random::<1>()?;
        let proof_number = byte % 10 + 1;
        let asked = keys.get(usize::from(proof_number - 1)).ok_or_else(|| Problem::alarm("no key to ask for"))?;
        let proof = asked.last_group().proof_digest(&digest_key, &context, 0);
        let digests: Vec<_> = keys.iter().map(|key| key.digest(&digest_key, &context)).collect();
        let digests = digests.try_into().map_err(|_| Problem::alarm("not ten recovery keys"))?;
        self.recovery_keys = Some((keys.iter().map(ToString::to_string).collect(), proof_number));
        Ok(NewRecoveryKeys { digests, proof_number, proof })
    }

    fn data_key(&self) -> Result<&DataKey, Problem> {
        self.data_key.as_ref().ok_or_else(|| Problem::alarm("a command that needs the tenant's data key came without"))
    }

    /// The answer. What was drawn but is not the member's now is not shown.
    fn reply(&mut self, outcome: Outcome) -> MemberReply {
        let signed_in = matches!(&outcome, Outcome::SignedIn(signed_in) if signed_in.device.is_some());
        let began = self.begins && matches!(&outcome, Outcome::Owes { .. });
        let started = matches!(&outcome, Outcome::EnrolmentStarted { .. });
        let issued = matches!(&outcome, Outcome::RecoveryKeysIssued { .. });
        MemberReply {
            outcome,
            pending_secret: began.then(|| self.pending_secret.expose().to_owned()),
            device_secret: signed_in.then(|| self.device_secret.expose().to_owned()),
            enrolment: self.enrolment.take().filter(|_| started).map(|(id, secret)| (id, secret.to_string())),
            recovery_keys: self.recovery_keys.take().filter(|_| issued),
        }
    }
}

fn passcode(text: &str) -> Result<Passcode, Problem> {
    Passcode::parse(text, Digits::Six).map_err(malformed)
}

/// The Worker parses what people type before it asks; what comes here and does not parse is a fault of ours.
fn malformed(error: impl core::fmt::Display) -> Problem {
    Problem::alarm(&format!("a member object was asked something malformed: {error}"))
}
