//! The tenant's directory: who is invited, who belongs.

use mfa_core::member::Generation;
use mfa_core::tenant::directory::{Entry, Role, Standing};
use mfa_core::time::Timestamp;
use serde::Deserialize;
use worker::SqlStorageValue;

use super::{TenantObject, unreadable};
use crate::error::Problem;
use crate::object_ref::{Invitation, Invitee, MemberName};
use crate::token::TokenSecret;

impl TenantObject {
    /// Invites somebody. `None` when the name is an active member's.
    pub(super) fn invite(&self, invitee: &Invitee, role: Role, now: Timestamp) -> Result<Option<Invitation>, Problem> {
        let secret = TokenSecret::generate()?;
        let before = self.entry(&invitee.member)?.map(|(_, entry)| entry);
        let Ok(entry) = Entry::invite(before, role, secret.digest(), now) else {
            return Ok(None);
        };
        self.put_entry(&invitee.member, &invitee.username, &entry)?;
        let Standing::Invited { expires_at, .. } = entry.standing else {
            return Err(Problem::alarm("an invitation is none"));
        };
        Ok(Some(Invitation { secret: secret.expose().to_owned(), expires_at }))
    }

    /// Marks an invitation as accepted, if it is the one of `generation`.
    pub(super) fn accept(&self, member: &MemberName, generation: Generation) -> Result<(), Problem> {
        if let Some((username, entry)) = self.entry(member)?
            && entry.generation == generation
            && entry.accepted() != entry
        {
            self.put_entry(member, &username, &entry.accepted())?;
        }
        Ok(())
    }

    /// A member's username and entry.
    pub(super) fn entry(&self, member: &MemberName) -> Result<Option<(String, Entry)>, Problem> {
        #[derive(Deserialize)]
        struct Row {
            username: String,
            entry: String,
        }
        let name = vec![SqlStorageValue::String(member.as_str().to_owned())];
        let rows: Vec<Row> =
            self.sql().exec("SELECT username, entry FROM directory WHERE member = ?", name)?.to_array()?;
        let Some(row) = rows.into_iter().next() else {
            return Ok(None);
        };
        let entry = serde_json::from_str(&row.entry).map_err(unreadable)?;
        Ok(Some((row.username, entry)))
    }

    fn put_entry(&self, member: &MemberName, username: &str, entry: &Entry) -> Result<(), Problem> {
        let standing = match entry.standing {
            Standing::Invited { .. } => "invited",
            Standing::Active => "active",
            Standing::Removed => "removed",
        };
        let text = serde_json::to_string(entry).map_err(unreadable)?;
        let values =
            [member.as_str(), username, standing, &text].map(|value| SqlStorageValue::String(value.to_owned()));
        self.sql().exec(
            "INSERT OR REPLACE INTO directory (member, username, standing, entry) VALUES (?, ?, ?, ?)",
            values.to_vec(),
        )?;
        Ok(())
    }

    /// How many are invited and how many belong.
    pub(super) fn count_members(&self) -> Result<(u64, u64), Problem> {
        #[derive(Deserialize)]
        struct Count {
            invited: u64,
            active: u64,
        }
        let counts: Count = self
            .sql()
            .exec(
                "SELECT count(*) FILTER (WHERE standing = 'invited') AS invited, \
                 count(*) FILTER (WHERE standing = 'active') AS active FROM directory",
                None,
            )?
            .one()?;
        Ok((counts.invited, counts.active))
    }
}
