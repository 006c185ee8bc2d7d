//! The applications of a tenant: a table of their own, so that asking after a member reads none of it.

use mfa_core::member::TokenDigest;
use mfa_core::tenant::application::{
    APPLICATIONS, Application, ApplicationId, ApplicationKind, ApplicationName, KeyKept,
};
use mfa_core::tenant::{Lifecycle, TenantEvent};
use mfa_core::time::Timestamp;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::directory::text;
use super::record::Record;
use super::{TenantObject, unreadable};
use crate::application_key;
use crate::error::Problem;
use crate::json;
use crate::object_ref::{Invitee, MemberName, TenantReply};
use crate::runtime::{self, Secrets};
use crate::token::TokenSecret;

/// Tenants of before have no such table yet.
pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS applications (number INTEGER PRIMARY KEY AUTOINCREMENT, \
    id TEXT NOT NULL UNIQUE, application TEXT NOT NULL)";

impl TenantObject {
    /// All of them, in the order in which they were registered.
    pub(super) fn applications(&self) -> Result<Vec<Application>, Problem> {
        self.read_applications("SELECT application FROM applications ORDER BY number", Vec::new())
    }

    /// Registers one, with its first key where it has keys. That is shown in this answer alone.
    pub(super) fn register_application(
        &self,
        record: &Record,
        by: &str,
        name: ApplicationName,
        kind: ApplicationKind,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        if self.applications()?.len() >= APPLICATIONS {
            return Ok(TenantReply::LimitReached);
        }
        let mut application = Application::new(ApplicationId(runtime::random()?), name, kind, now);
        let key = match application.kind.has_keys() {
            true => self.draw_key(record, &mut application, secrets, now)?.map(|(_, key)| key),
            false => None,
        };
        self.put_application(&application)?;
        let Application { id: application_id, name, kind, .. } = application.clone();
        let event =
            TenantEvent::ApplicationRegistered { application: application_id, name, kind: kind.word().to_owned() };
        self.note_loudly(record, by, None, event, now)?;
        Ok(TenantReply::Application { application, key: key.map(|key| key.to_string()) })
    }

    /// Another name, other addresses.
    pub(super) fn change_application(
        &self,
        record: &Record,
        by: &str,
        id: ApplicationId,
        name: ApplicationName,
        kind: ApplicationKind,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let Some(before) = self.application(id)? else { return Ok(TenantReply::Unknown) };
        let Some(application) = before.clone().changed(name, kind) else { return Ok(TenantReply::OtherKind) };
        if application != before {
            self.put_application(&application)?;
            let event = TenantEvent::ApplicationChanged { application: id, name: application.name.clone() };
            self.note_loudly(record, by, None, event, now)?;
        }
        Ok(TenantReply::Application { application, key: None })
    }

    /// It is nobody's any more, and its keys are dead with it.
    pub(super) fn remove_application(
        &self,
        record: &Record,
        by: &str,
        id: ApplicationId,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let Some(Application { name, .. }) = self.application(id)? else { return Ok(TenantReply::Unknown) };
        self.sql().exec("DELETE FROM applications WHERE id = ?", vec![text(&id.to_string())])?;
        self.note_loudly(record, by, None, TenantEvent::ApplicationRemoved { application: id, name }, now)?;
        Ok(TenantReply::Done)
    }

    /// One key more, shown in this answer alone.
    pub(super) fn add_application_key(
        &self,
        record: &Record,
        by: &str,
        id: ApplicationId,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let Some(mut application) = self.application(id)? else { return Ok(TenantReply::Unknown) };
        if !application.kind.has_keys() {
            return Ok(TenantReply::OtherKind);
        }
        let Some((number, key)) = self.draw_key(record, &mut application, secrets, now)? else {
            return Ok(TenantReply::LimitReached);
        };
        self.put_application(&application)?;
        let event = TenantEvent::ApplicationKeyAdded { application: id, name: application.name.clone(), number };
        self.note_loudly(record, by, None, event, now)?;
        Ok(TenantReply::Application { application, key: Some(key.to_string()) })
    }

    /// One key less.
    pub(super) fn end_application_key(
        &self,
        record: &Record,
        by: &str,
        id: ApplicationId,
        number: u32,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let Some(mut application) = self.application(id)? else { return Ok(TenantReply::Unknown) };
        if application.end_key(number).is_err() {
            return Ok(TenantReply::Unknown);
        }
        self.put_application(&application)?;
        let event = TenantEvent::ApplicationKeyEnded { application: id, name: application.name.clone(), number };
        self.note_loudly(record, by, None, event, now)?;
        Ok(TenantReply::Application { application, key: None })
    }

    /// Whether software is the application that it says it is; with the tenant's word about a member, where one is
    /// asked for. A key for one that has none proves nothing, and neither does none for one that has.
    pub(super) fn prove_application(
        &self,
        record: &Record,
        id: ApplicationId,
        key: Option<TokenDigest>,
        member: Option<&MemberName>,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        if record.state.lifecycle != Lifecycle::Open {
            return Ok(TenantReply::Closed(record.state.lifecycle));
        }
        let Some(mut application) = self.application(id)? else { return Ok(TenantReply::Unknown) };
        match key {
            Some(key) => match application.is_proven_by(&key, now) {
                Some(true) => self.put_application(&application)?,
                Some(false) => {}
                None => return Ok(TenantReply::Unknown),
            },
            None if application.kind.has_keys() => return Ok(TenantReply::Unknown),
            None => {}
        }
        self.is_application(record, application, member)
    }

    /// The application of this name, and the tenant's word about a member: nothing is proven by that.
    pub(super) fn find_application(
        &self,
        record: &Record,
        id: ApplicationId,
        member: Option<&MemberName>,
    ) -> Result<TenantReply, Problem> {
        if record.state.lifecycle != Lifecycle::Open {
            return Ok(TenantReply::Closed(record.state.lifecycle));
        }
        match self.application(id)? {
            Some(application) => self.is_application(record, application, member),
            None => Ok(TenantReply::Unknown),
        }
    }

    fn is_application(
        &self,
        record: &Record,
        application: Application,
        member: Option<&MemberName>,
    ) -> Result<TenantReply, Problem> {
        let granted = match member {
            Some(member) => self.grant(record, member)?,
            None => None,
        };
        let mode = record.state.mode.kind();
        Ok(TenantReply::Proven { application: Box::new(application), mode, granted: granted.map(Box::new) })
    }

    /// An application makes somebody a member whose login is its own.
    pub(super) fn vouch_member(
        &self,
        record: &Record,
        id: ApplicationId,
        key: TokenDigest,
        invitee: &Invitee,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let application = match self.prove_application(record, id, Some(key), None, now)? {
            TenantReply::Proven { application, .. } => application,
            refused => return Ok(refused),
        };
        if !matches!(application.kind, ApplicationKind::Login { .. }) {
            return Ok(TenantReply::OtherKind);
        }
        let event = TenantEvent::MemberVouched { application: id, name: application.name.clone() };
        let is_hers = self.vouch(record, invitee, event, &id.to_string(), now)?;
        Ok(if is_hers { TenantReply::Done } else { TenantReply::Exists })
    }

    /// Forgets them all: the tenant is no more.
    pub(super) fn forget_applications(&self) -> Result<(), Problem> {
        self.sql().exec(TABLE, None)?;
        self.sql().exec("DELETE FROM applications", None)?;
        Ok(())
    }

    pub(super) fn application(&self, id: ApplicationId) -> Result<Option<Application>, Problem> {
        let statement = "SELECT application FROM applications WHERE id = ?";
        Ok(self.read_applications(statement, vec![text(&id.to_string())])?.pop())
    }

    /// The number and the text of a fresh key. `None` when there is no room for one.
    fn draw_key(
        &self,
        record: &Record,
        application: &mut Application,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<Option<(u32, Zeroizing<String>)>, Problem> {
        let secret = TokenSecret::generate()?;
        match application.add_key(secret.digest(), now) {
            Ok(number) => Ok(Some((number, application_key::write(&record.slug, application.id, &secret, secrets)))),
            Err(KeyKept::TooMany) => Ok(None),
            Err(KeyKept::NeedsNone | KeyKept::Unknown) => Err(Problem::alarm("a key was drawn for nothing")),
        }
    }

    fn put_application(&self, application: &Application) -> Result<(), Problem> {
        let json = serde_json::to_string(application).map_err(unreadable)?;
        self.sql().exec(TABLE, None)?;
        self.sql().exec(
            "INSERT INTO applications (id, application) VALUES (?1, ?2) \
             ON CONFLICT (id) DO UPDATE SET application = ?2",
            vec![text(&application.id.to_string()), text(&json)],
        )?;
        Ok(())
    }

    fn read_applications(
        &self,
        statement: &str,
        values: Vec<worker::SqlStorageValue>,
    ) -> Result<Vec<Application>, Problem> {
        #[derive(Deserialize)]
        struct Row {
            application: String,
        }
        self.sql().exec(TABLE, None)?;
        let rows: Vec<Row> = self.sql().exec(statement, values)?.to_array()?;
        rows.iter().map(|row| json::read(&row.application).map_err(unreadable)).collect()
    }
}
