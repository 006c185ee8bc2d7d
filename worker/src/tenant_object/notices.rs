//! Notices: what people are told outside of our pages, handed to the platform's notifier.
//!
//! The notifier is a web hook of the operator's (a mail gateway). Each notice is signed after the Standard Webhooks
//! specification and sent again until it was taken, or for three days. Without a notifier nothing is queued. A link in
//! a notice opens something, so it lies here sealed and is opened only to be sent.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use mfa_core::tenant::TenantEvent;
use mfa_core::tenant::directory::Role;
use mfa_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use worker::{
    AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response, SqlStorageValue,
};

use super::directory::{number, role_word, text};
use super::record::Record;
use super::{TenantObject, pace, unreadable};
use crate::error::Problem;
use crate::journal;
use crate::json;
use crate::object_ref::AuditEntry;
use crate::runtime::{self, KeyRing, Notifier, Secrets};
use crate::seal;

/// How long the notifier may take. The alarm has other work too.
const TIMEOUT: Duration = Duration::from_secs(8);
/// How many are sent in one go.
const AT_ONCE: u64 = 20;
/// Tries before a notice is given up: three days of them.
pub(super) const TRIES: u64 = 80;

/// Member's events that the member is told of.
const TOLD_MEMBER: [&str; 15] = [
    "authenticator-exported",
    "enrolled",
    "reset",
    "recovery-key-used",
    "recovery-keys-replaced",
    "device-remembered",
    "device-token-reused",
    "password-burnt",
    "password-replaced",
    "password-link-issued",
    "authenticator-locked",
    "disowned",
    "sessions-ended",
    "restore-passed",
    "left",
];

/// And those that the tenant's administrators are told of too.
const TOLD_ADMINISTRATORS: [&str; 2] = ["authenticator-locked", "disowned"];

#[derive(Serialize)]
struct Notice {
    to: String,
    /// Who did it, where that is somebody else.
    by: Option<String>,
    /// Whom it is about, where that is somebody else.
    about: Option<String>,
    at: Timestamp,
    what: Value,
    /// Sealed; kept apart from the rest, so that it can be sealed anew.
    #[serde(skip)]
    link: Option<String>,
}

#[derive(Deserialize)]
struct Queued {
    id: String,
    tries: u64,
    notice: String,
    link: Option<String>,
}

impl TenantObject {
    /// Queues what a member's event gives occasion to tell.
    pub(super) fn notice_of(
        &self,
        record: &Record,
        username: &str,
        entry: &AuditEntry,
        what: &Value,
    ) -> Result<(), Problem> {
        let event = what.get("event").and_then(Value::as_str).unwrap_or_default();
        if TOLD_MEMBER.contains(&event) {
            let link = entry.link.clone();
            self.queue(
                record,
                Notice { to: username.to_owned(), by: None, about: None, at: entry.at, what: what.clone(), link },
            )?;
        }
        if TOLD_ADMINISTRATORS.contains(&event) {
            self.tell_administrators(record, None, Some(username), what, entry.at)?;
        }
        Ok(())
    }

    /// Queues an invitation's link.
    #[allow(clippy::too_many_arguments, reason = "everything a notice is made of, passed in the open")]
    pub(super) fn send_invitation(
        &self,
        record: &Record,
        username: &str,
        role: Role,
        url: &str,
        expires_at: Timestamp,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let link = Some(seal::seal_link(url, &secrets.key_encryption, &record.slug)?);
        let what = json!({ "event": "invited", "role": role_word(role), "expires_at": expires_at });
        self.queue(record, Notice { to: username.to_owned(), by: None, about: None, at: now, what, link })
    }

    /// Queues the link that ties a member to her identity at the external provider.
    pub(super) fn send_connection(
        &self,
        record: &Record,
        username: &str,
        url: &str,
        expires_at: Timestamp,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let link = Some(seal::seal_link(url, &secrets.key_encryption, &record.slug)?);
        let what = json!({ "event": "connect", "expires_at": expires_at });
        self.queue(record, Notice { to: username.to_owned(), by: None, about: None, at: now, what, link })
    }

    /// Queues something for everybody who runs the tenant.
    pub(super) fn tell_administrators(
        &self,
        record: &Record,
        by: Option<&str>,
        about: Option<&str>,
        what: &Value,
        at: Timestamp,
    ) -> Result<(), Problem> {
        #[derive(Deserialize)]
        struct Row {
            username: String,
        }
        let rows: Vec<Row> = self
            .sql()
            .exec("SELECT username FROM directory WHERE role = 'administrator' AND standing = 'active'", None)?
            .to_array()?;
        for Row { username: to } in rows {
            let (by, about) = (by.map(str::to_owned), about.map(str::to_owned));
            self.queue(record, Notice { to, by, about, at, what: what.clone(), link: None })?;
        }
        Ok(())
    }

    /// Tells a member what was done in her name.
    pub(super) fn tell_about_herself(
        &self,
        record: &Record,
        username: &str,
        event: &TenantEvent,
        at: Timestamp,
    ) -> Result<(), Problem> {
        let what = serde_json::to_value(event).map_err(unreadable)?;
        self.queue(record, Notice { to: username.to_owned(), by: None, about: None, at, what, link: None })
    }

    fn queue(&self, record: &Record, notice: Notice) -> Result<(), Problem> {
        if Notifier::read(&self.env)?.is_none() {
            return Ok(());
        }
        let id: [u8; 16] = runtime::random()?;
        let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
        let link = notice.link.as_deref().map_or(SqlStorageValue::Null, text);
        let notice = json!({ "tenant": record.slug, "tenant_name": record.name, "notice": notice });
        let values = vec![text(&id), number(runtime::now()?.0)?, text(&notice.to_string()), link];
        self.sql().exec("INSERT INTO notices (id, not_before, tries, notice, link) VALUES (?, ?, 0, ?, ?)", values)?;
        Ok(())
    }

    /// Seals the links of waiting notices under the newest key. Whether anything was to be done.
    pub(super) fn reseal_links(&self, slug: &str, ring: &KeyRing) -> Result<bool, Problem> {
        let mut was_due = false;
        #[derive(Deserialize)]
        struct Row {
            id: String,
            link: String,
        }
        let rows: Vec<Row> =
            self.sql().exec("SELECT id, link FROM notices WHERE link IS NOT NULL", None)?.to_array()?;
        for Row { id, link } in rows {
            if !seal::is_newest(&link, ring)? {
                let open = seal::open_link(&link, ring, slug)
                    .ok_or_else(|| Problem::alarm("a notice's link does not open"))?;
                let sealed = seal::seal_link(&open, ring, slug)?;
                self.sql().exec("UPDATE notices SET link = ? WHERE id = ?", vec![text(&sealed), text(&id)])?;
                was_due = true;
            }
        }
        Ok(was_due)
    }

    /// The keys that waiting notices' links are sealed under.
    pub(super) fn link_key_ids(&self) -> Result<Vec<String>, Problem> {
        #[derive(Deserialize)]
        struct Row {
            key: String,
        }
        let rows: Vec<Row> = self
            .sql()
            .exec(
                "SELECT DISTINCT substr(link, 1, instr(link, '.') - 1) AS key FROM notices WHERE link IS NOT NULL",
                None,
            )?
            .to_array()?;
        Ok(rows.into_iter().map(|row| row.key).collect())
    }

    /// Sends those that are due.
    pub(super) async fn send_notices(&self) -> Result<(), Problem> {
        let Some(record) = self.load()? else { return Ok(()) };
        let now = runtime::now()?;
        let values = vec![number(now.0)?, number(AT_ONCE)?];
        let due: Vec<Queued> = self
            .sql()
            .exec("SELECT id, tries, notice, link FROM notices WHERE not_before <= ? LIMIT ?", values)?
            .to_array()?;
        if due.is_empty() {
            return Ok(());
        }
        let secrets = Secrets::read(&self.env)?;
        let Some(notifier) = Notifier::read(&self.env)? else {
            // Nobody to hand them to any more: what waits would wait for ever.
            self.sql().exec("DELETE FROM notices", None)?;
            return Ok(());
        };
        let sent = due.into_iter().map(|queued| self.send(&record.slug, queued, &notifier, &secrets, now));
        futures_util::future::join_all(sent).await.into_iter().collect()
    }

    async fn send(
        &self,
        slug: &str,
        queued: Queued,
        notifier: &Notifier,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let sent = match opened(&queued, slug, secrets, now) {
            Ok(body) => post(notifier, &queued.id, &body, now).await,
            Err(problem) => Err(problem),
        };
        if sent.is_ok() {
            self.sql().exec("DELETE FROM notices WHERE id = ?", vec![text(&queued.id)])?;
            return Ok(());
        }
        if queued.tries >= TRIES {
            journal::alarm("a notice was given up: the notifier has not taken it for days");
            self.sql().exec("DELETE FROM notices WHERE id = ?", vec![text(&queued.id)])?;
            return Ok(());
        }
        self.sql().exec(
            "UPDATE notices SET tries = tries + 1, not_before = ? WHERE id = ?",
            vec![number(now.saturating_add(pace::wait_after(queued.tries)).0)?, text(&queued.id)],
        )?;
        Ok(())
    }

    /// When the next one is due.
    pub(super) fn next_notice(&self) -> Result<Option<Timestamp>, Problem> {
        #[derive(Deserialize)]
        struct Next {
            at: Option<u64>,
        }
        let next: Next = self.sql().exec("SELECT min(not_before) AS at FROM notices", None)?.one()?;
        Ok(next.at.map(Timestamp))
    }
}

/// The notice as it is sent, with its link opened.
fn opened(queued: &Queued, slug: &str, secrets: &Secrets, now: Timestamp) -> Result<String, Problem> {
    let mut data: Value = json::read(&queued.notice).map_err(unreadable)?;
    let link = match &queued.link {
        None => Value::Null,
        Some(sealed) => seal::open_link(sealed, &secrets.key_encryption, slug)
            .map(Value::String)
            .ok_or_else(|| Problem::alarm("a notice's link does not open"))?,
    };
    if let Some(notice) = data.get_mut("notice").and_then(Value::as_object_mut) {
        notice.insert("link".to_owned(), link);
    }
    Ok(json!({ "type": "edge-mfa.notice", "timestamp": now, "data": data }).to_string())
}

/// Standard Webhooks 1.0: `webhook-id`, `webhook-timestamp`, and the HMAC-SHA-256 of both with the body.
async fn post(notifier: &Notifier, id: &str, body: &str, now: Timestamp) -> Result<(), Problem> {
    let time = now.0.to_string();
    let parts: [&[u8]; 5] = [id.as_bytes(), b".", time.as_bytes(), b".", body.as_bytes()];
    let signature = seal::base64(&seal::hmac_sha256(notifier.key.as_slice(), &parts));
    let headers = Headers::new();
    headers.set("content-type", "application/json")?;
    headers.set("webhook-id", id)?;
    headers.set("webhook-timestamp", &time)?;
    headers.set("webhook-signature", &format!("v1,{signature}"))?;
    let mut init = RequestInit::new();
    // A redirect would take opened links to a place that nobody named.
    init.with_method(Method::Post).with_headers(headers).with_body(Some(body.into()));
    init.with_redirect(RequestRedirect::Manual);
    match in_time(Request::new_with_init(&notifier.url, &init)?).await?.status_code() {
        200..=299 => Ok(()),
        status => Err(Problem::alarm(&format!("the notifier answered {status}"))),
    }
}

/// Asks another server, which may take [`TIMEOUT`].
pub(super) async fn in_time(request: Request) -> Result<Response, Problem> {
    let controller = AbortController::default();
    let signal = controller.signal();
    let fetch = Fetch::Request(request);
    let sent = pin!(fetch.send_with_signal(&signal));
    match select(sent, pin!(Delay::from(TIMEOUT))).await {
        Either::Left((response, _)) => Ok(response?),
        Either::Right(_) => {
            controller.abort();
            Err(Problem::alarm("who was to be told did not answer in time"))
        }
    }
}
