//! Telling applications that a session has ended (OpenID Connect Back-Channel Logout 1.0): from us to their server.
//!
//! A member's object says so with its events, whatever ended the session; here it waits to be taken, as a notice does,
//! and is signed anew each time it is sent. It opens nothing, so it lies here in the open.

use mfa_core::member::{Generation, SessionId};
use mfa_core::tenant::Lifecycle;
use mfa_core::tenant::application::{ApplicationId, ApplicationKind};
use mfa_core::time::{Seconds, Timestamp};
use serde::Deserialize;
use serde_json::json;
use worker::{Headers, Method, Request, RequestInit, RequestRedirect};

use super::directory::{number, text};
use super::notices::{TRIES, in_time};
use super::record::Record;
use super::{TenantObject, pace};
use crate::error::Problem;
use crate::journal;
use crate::object_ref::{MemberName, Subject};
use crate::runtime::{self, Secrets};
use crate::seal;
use crate::signing::{Keys, Typ};

/// Tenants of before have no such table yet.
pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS logouts (number INTEGER PRIMARY KEY AUTOINCREMENT, \
    application TEXT NOT NULL, subject TEXT NOT NULL, session TEXT NOT NULL, not_before INTEGER NOT NULL, \
    tries INTEGER NOT NULL)";
/// How many are sent in one go.
const AT_ONCE: u64 = 20;
/// How long a logout token is good for: it is used at once (§2.4 recommends two minutes at the most).
const LASTS: Seconds = Seconds::minutes(2);

#[derive(Deserialize)]
struct Queued {
    number: u64,
    application: String,
    subject: String,
    session: String,
    tries: u64,
}

impl TenantObject {
    /// Queues the word that a session has ended; a gate asks for it.
    pub(super) fn queue_logout(
        &self,
        record: &Record,
        member: &MemberName,
        application: ApplicationId,
        session: SessionId,
        generation: Generation,
    ) -> Result<(), Problem> {
        let now = runtime::now()?;
        if self.application(application)?.is_some_and(|found| matches!(found.kind, ApplicationKind::Gate { .. })) {
            return self.note_ended(application, session, now);
        }
        let secrets = Secrets::read(&self.env)?;
        let subject = Subject::of(&record.slug, member, generation, &secrets.naming);
        let session: String = session.0.iter().map(|byte| format!("{byte:02x}")).collect();
        let values = vec![text(&application.to_string()), text(subject.as_str()), text(&session), number(now.0)?];
        self.sql().exec(
            "INSERT INTO logouts (application, subject, session, not_before, tries) VALUES (?, ?, ?, ?, 0)",
            values,
        )?;
        Ok(())
    }

    /// Sends those that are due.
    pub(super) async fn send_logouts(&self) -> Result<(), Problem> {
        let Some(record) = self.load()?.filter(|record| record.state.lifecycle == Lifecycle::Open) else {
            return Ok(());
        };
        let now = runtime::now()?;
        let due: Vec<Queued> = self
            .sql()
            .exec(
                "SELECT number, application, subject, session, tries FROM logouts WHERE not_before <= ? LIMIT ?",
                vec![number(now.0)?, number(AT_ONCE)?],
            )?
            .to_array()?;
        if due.is_empty() {
            return Ok(());
        }
        let secrets = Secrets::read(&self.env)?;
        let drawn = self.draw_signing_key().await?;
        let keys = self.signing_keys(&record, drawn, None, &secrets, now)?;
        let sent = due.into_iter().map(|queued| self.send_logout(queued, &keys, &secrets, now));
        futures_util::future::join_all(sent).await.into_iter().collect()
    }

    async fn send_logout(&self, queued: Queued, keys: &Keys, secrets: &Secrets, now: Timestamp) -> Result<(), Problem> {
        let (Some(address), Some(issuer)) = (self.address_of(&queued.application)?, self.issuer(&keys.tenant)?) else {
            // Nobody there who wants to be told.
            return self.forget_logout(&queued);
        };
        let claims = json!({
            "iss": issuer,
            "aud": queued.application,
            "sub": queued.subject,
            "sid": queued.session,
            "iat": now,
            "exp": now.saturating_add(LASTS),
            // The same each time it is sent: whoever has taken it once need not again.
            "jti": logout_name(&queued, &keys.tenant, secrets),
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        let token = keys.sign(&secrets.key_encryption, Typ::Logout, &claims).await?;
        if post(&address, &token).await.is_ok() {
            return self.forget_logout(&queued);
        }
        if queued.tries >= TRIES {
            journal::alarm("a logout was given up: the application has not taken it for days");
            return self.forget_logout(&queued);
        }
        self.sql().exec(
            "UPDATE logouts SET tries = tries + 1, not_before = ? WHERE number = ?",
            vec![number(now.saturating_add(pace::wait_after(queued.tries)).0)?, number(queued.number)?],
        )?;
        Ok(())
    }

    /// When the next one is due.
    pub(super) fn next_logout(&self) -> Result<Option<Timestamp>, Problem> {
        #[derive(Deserialize)]
        struct Next {
            at: Option<u64>,
        }
        let next: Next = self.sql().exec("SELECT min(not_before) AS at FROM logouts", None)?.one()?;
        Ok(next.at.map(Timestamp))
    }

    fn forget_logout(&self, queued: &Queued) -> Result<(), Problem> {
        self.sql().exec("DELETE FROM logouts WHERE number = ?", vec![number(queued.number)?])?;
        Ok(())
    }

    /// Where an application wants to be told, if it still does.
    fn address_of(&self, application: &str) -> Result<Option<String>, Problem> {
        let Some(id) = ApplicationId::parse(application) else { return Ok(None) };
        Ok(self
            .application(id)?
            .and_then(|application| match application.kind {
                ApplicationKind::Client { back_channel_logout_uri, .. } => back_channel_logout_uri,
                ApplicationKind::Login { .. } | ApplicationKind::Provisioning | ApplicationKind::Gate { .. } => None,
            })
            .map(|address| address.as_str().to_owned()))
    }
}

fn logout_name(queued: &Queued, tenant: &str, secrets: &Secrets) -> String {
    let context = seal::context(&["logout", tenant, &queued.number.to_string(), &queued.session]);
    let name = seal::hmac_sha256(secrets.naming.as_slice(), &[b"edge-mfa name v1\0", &context]);
    name.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// §2.5. A redirect would take the token to a place that nobody registered.
async fn post(address: &str, token: &str) -> Result<(), Problem> {
    let headers = Headers::new();
    headers.set("content-type", "application/x-www-form-urlencoded")?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(headers).with_body(Some(format!("logout_token={token}").into()));
    init.with_redirect(RequestRedirect::Manual);
    match in_time(Request::new_with_init(address, &init)?).await?.status_code() {
        200..=299 => Ok(()),
        status => Err(Problem::alarm(&format!("an application answered a logout with {status}"))),
    }
}
