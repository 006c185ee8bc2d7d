//! The tenant's directory: who is invited, who belongs, what was ordered about them.

use mfa_core::member::{Generation, Summary};
use mfa_core::tenant::TenantEvent;
use mfa_core::tenant::directory::{Entry, Kept, Role, Standing};
use mfa_core::time::Timestamp;
use serde::Deserialize;
use worker::SqlStorageValue;

use super::record::Record;
use super::{TenantObject, unreadable};
use crate::error::Problem;
use crate::json;
use crate::object_ref::{Invitation, Invitee, MemberName, StandingKind};
use crate::runtime::Secrets;
use crate::token::{self, Kind, Token, TokenSecret};

impl TenantObject {
    /// Invites somebody, tells the log and sends her the link. Power given is told to everybody who has it. `None` when
    /// the name is an active member's.
    #[allow(clippy::too_many_arguments, reason = "everything an invitation is made of, passed in the open")]
    pub(super) fn invite(
        &self,
        record: &Record,
        by: &str,
        invitee: &Invitee,
        role: Role,
        origin: &str,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<Option<Invitation>, Problem> {
        let secret = TokenSecret::generate()?;
        let before = self.entry(&invitee.member)?.map(|(_, entry)| entry);
        let Ok(entry) = Entry::invite(before, record.state.least_generation(), role, secret.digest(), now) else {
            return Ok(None);
        };
        let Standing::Invited { expires_at, .. } = entry.standing else {
            return Err(Problem::alarm("an invitation is none"));
        };
        let Invitee { member, username } = invitee.clone();
        let same_user = self.same_user(&member, before)?;
        self.put_entry(&member, &username, &entry)?;
        self.carry(&member, same_user, &entry)?;
        let was_invited = before.is_some_and(|before| matches!(before.standing, Standing::Invited { .. }));
        let event = if was_invited { TenantEvent::InvitationRenewed } else { TenantEvent::MemberInvited { role } };
        match role {
            Role::Administrator => self.note_loudly(record, by, Some(&username), event, now)?,
            Role::Member => self.note(by, Some(&username), event, now)?,
        }
        let token = Token::write(Kind::Invitation, &record.slug, &member, None, &secret, &secrets.tokens)?;
        let url = token::link(origin, &record.slug, "invitation", &token);
        self.send_invitation(record, &username, role, &url, expires_at, secrets, now)?;
        Ok(Some(Invitation { member, username, role, url, expires_at }))
    }

    /// Makes somebody a member by an application's word, if that may be. Said again, nothing changes.
    pub(super) fn vouch(
        &self,
        record: &Record,
        invitee: &Invitee,
        event: TenantEvent,
        by: &str,
        now: Timestamp,
    ) -> Result<bool, Problem> {
        let Invitee { member, username } = invitee;
        let before = self.entry(member)?.map(|(_, entry)| entry);
        let entry = match Entry::vouched(before, record.state.least_generation()) {
            Ok(entry) => entry,
            Err(Kept::Active) => return Ok(before.is_some_and(|entry| entry.login_elsewhere)),
            Err(Kept::NotActive | Kept::LastAdministrator) => return Ok(false),
        };
        let same_user = self.same_user(member, before)?;
        self.put_entry(member, username, &entry)?;
        self.carry(member, same_user, &entry)?;
        let values = vec![number(now.0)?, text(member.as_str())];
        self.sql().exec("UPDATE directory SET joined_at = ? WHERE member = ?", values)?;
        self.note(by, Some(username), event, now)?;
        Ok(true)
    }

    /// Marks an invitation as accepted, if it is the one of `generation`.
    pub(super) fn accept(&self, member: &MemberName, generation: Generation, now: Timestamp) -> Result<(), Problem> {
        if let Some((username, entry)) = self.entry(member)?
            && entry.generation == generation
            && entry.accepted() != entry
        {
            self.put_entry(member, &username, &entry.accepted())?;
            let values = vec![number(now.0)?, text(member.as_str())];
            self.sql().exec("UPDATE directory SET joined_at = ? WHERE member = ?", values)?;
        }
        Ok(())
    }

    /// Changes an entry by one of the core's rules, and has its bearer follow. The username and the entry as it is now.
    pub(super) fn change_entry(
        &self,
        member: &MemberName,
        rule: impl FnOnce(Entry, u64) -> Result<Entry, Kept>,
        now: Timestamp,
    ) -> Result<Result<(String, Entry), Kept>, Problem> {
        let Some((username, before)) = self.entry(member)? else {
            return Ok(Err(Kept::NotActive));
        };
        let entry = match rule(before, self.count_administrators()?) {
            Ok(entry) => entry,
            Err(kept) => return Ok(Err(kept)),
        };
        if entry != before {
            self.put_entry(member, &username, &entry)?;
            self.order(member, entry.generation, now)?;
        }
        if entry.orders.resets > before.orders.resets {
            // Her object will say so itself; whoever looks at once should not see what is no more.
            self.sql().exec(
                "UPDATE directory SET enrolled_at = NULL, recovery_keys_left = NULL, locked = 0 WHERE member = ?",
                vec![text(member.as_str())],
            )?;
        }
        Ok(Ok((username, entry)))
    }

    /// A member's username and entry.
    pub(super) fn entry(&self, member: &MemberName) -> Result<Option<(String, Entry)>, Problem> {
        #[derive(Deserialize)]
        struct Row {
            username: String,
            entry: String,
        }
        let name = vec![text(member.as_str())];
        let rows: Vec<Row> =
            self.sql().exec("SELECT username, entry FROM directory WHERE member = ?", name)?.to_array()?;
        let Some(row) = rows.into_iter().next() else {
            return Ok(None);
        };
        let entry = json::read(&row.entry).map_err(unreadable)?;
        Ok(Some((row.username, entry)))
    }

    /// Writes an entry. A new generation is somebody new: nothing that was shown of the one before is hers.
    pub(super) fn put_entry(&self, member: &MemberName, username: &str, entry: &Entry) -> Result<(), Problem> {
        let standing = StandingKind::of(&entry.standing).word();
        let json = serde_json::to_string(entry).map_err(unreadable)?;
        let values = vec![
            text(member.as_str()),
            text(username),
            text(standing),
            text(role_word(entry.role)),
            number(entry.generation.0.into())?,
            text(&json),
        ];
        self.sql().exec(
            "INSERT INTO directory (member, username, standing, role, generation, entry) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (member) DO UPDATE SET standing = ?3, role = ?4, entry = ?6, \
             joined_at = iif(generation = ?5, joined_at, NULL), enrolled_at = iif(generation = ?5, enrolled_at, NULL), \
             locked = iif(generation = ?5, locked, 0), \
             recovery_keys_left = iif(generation = ?5, recovery_keys_left, NULL), \
             last_sign_in_at = iif(generation = ?5, last_sign_in_at, NULL), \
             signed_in_until = iif(generation = ?5, signed_in_until, 0), \
             provisioned = iif(generation = ?5, provisioned, NULL), since = iif(generation = ?5, since, NULL), \
             external_id = iif(generation = ?5, external_id, NULL), hidden = iif(generation = ?5, hidden, 0), \
             generation = ?5",
            values,
        )?;
        Ok(())
    }

    /// How a member stands, as her object says: for showing, never for deciding.
    pub(super) fn put_summary(&self, member: &MemberName, summary: &Summary, as_of: u64) -> Result<(), Problem> {
        let (as_of, name) = (number(as_of)?, text(member.as_str()));
        let (generation, epoch) = (number(summary.generation.0.into())?, number(summary.epoch.0)?);
        let values = vec![
            as_of.clone(),
            summary.recovery_keys_left.map_or(Ok(SqlStorageValue::Null), |left| number(left.into()))?,
            optional(summary.last_sign_in_at)?,
            number(summary.signed_in_until.0)?,
            name.clone(),
            generation.clone(),
        ];
        self.sql().exec(
            "UPDATE directory SET as_of = ?1, recovery_keys_left = ?2, last_sign_in_at = ?3, signed_in_until = ?4 \
             WHERE member = ?5 AND generation = ?6 AND as_of <= ?1",
            values,
        )?;
        // Apart, and seldom: naming a column writes each index that it is in, whether or not it changes.
        let values =
            vec![as_of, epoch, optional(summary.enrolled_at)?, number(summary.locked.into())?, name, generation];
        self.sql().exec(
            "UPDATE directory SET epoch = ?2, enrolled_at = ?3, locked = ?4 WHERE member = ?5 AND generation = ?6 \
             AND as_of = ?1 AND (epoch, enrolled_at, locked) IS NOT (?2, ?3, ?4)",
            values,
        )?;
        Ok(())
    }
}

pub(super) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Administrator => "administrator",
        Role::Member => "member",
    }
}

pub(super) fn text(text: &str) -> SqlStorageValue {
    SqlStorageValue::String(text.to_owned())
}

pub(super) fn number(number: u64) -> Result<SqlStorageValue, Problem> {
    Ok(SqlStorageValue::try_from_i64(i64::try_from(number).unwrap_or(i64::MAX))?)
}

fn optional(at: Option<Timestamp>) -> Result<SqlStorageValue, Problem> {
    at.map_or(Ok(SqlStorageValue::Null), |at| number(at.0))
}
