//! A directory elsewhere says who belongs (SCIM 2.0): the same invitation and the same removal as an administrator's,
//! by an application's word. It gives nobody power: who comes in by it is a member, and the last who runs the tenant
//! stays.

use mfa_core::member::TokenDigest;
use mfa_core::tenant::application::{ApplicationId, ApplicationKind};
use mfa_core::tenant::directory::{Entry, Role, Standing};
use mfa_core::tenant::provisioned::{End, Provisioned, StaysOut};
use mfa_core::tenant::{Lifecycle, TenantEvent};
use mfa_core::time::Timestamp;
use mfa_scim::Filter;
use serde::Deserialize;
use worker::SqlStorageValue;

use super::directory::{number, text};
use super::record::Record;
use super::user_filter::Condition;
use super::{TenantObject, unreadable};
use crate::error::Problem;
use crate::json;
use crate::object_ref::{
    Invitee, MemberAsk, MemberName, Provision, ProvisionReply, ProvisionedUser, SaidOfUser, TenantReply, UserChange,
    UserId,
};
use crate::runtime::Secrets;

const COLUMNS: &str = "member, username, entry, provisioned";
/// The second half of a user's id.
pub(super) const SINCE: &str = "coalesce(since, generation)";

#[derive(Deserialize)]
struct Row {
    member: String,
    username: String,
    entry: String,
    provisioned: Option<String>,
}

/// A user with all that is decided by.
struct User {
    member: MemberName,
    username: String,
    entry: Entry,
    known: Provisioned,
}

/// Where the last page of users ended. Who pages through everybody by numbers, as this protocol has it, goes on from
/// there without counting anew what came before. Forgotten, it is counted off.
pub(super) struct Bookmark {
    filter: Option<String>,
    position: u64,
    username: String,
}

impl Bookmark {
    fn is_at(&self, filter: Option<&str>, position: u64) -> bool {
        self.filter.as_deref() == filter && self.position == position
    }
}

/// Who provisions, where its links lead.
struct Directory<'a> {
    by: String,
    origin: &'a str,
}

impl TenantObject {
    /// Decides one request, without awaiting anything. Whether it is the application that it says it is comes first.
    #[allow(clippy::too_many_arguments, reason = "everything an invitation is made of, passed in the open")]
    pub(super) fn provision(
        &self,
        record: &Record,
        application: ApplicationId,
        key: TokenDigest,
        origin: &str,
        act: Provision,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        if record.state.lifecycle != Lifecycle::Open {
            return Ok(TenantReply::Closed(record.state.lifecycle));
        }
        match self.prove_application(record, application, Some(key), None, now)? {
            TenantReply::Proven { application, .. } if application.kind == ApplicationKind::Provisioning => {}
            TenantReply::Proven { .. } => return Ok(TenantReply::OtherKind),
            refused => return Ok(refused),
        }
        let directory = Directory { by: application.to_string(), origin };
        let reply = match act {
            Provision::Prove => ProvisionReply::Proven,
            Provision::Create { invitee, external_id, active } => {
                self.create_user(record, &directory, &invitee, external_id, active, secrets, now)?
            }
            Provision::Read { id } => match self.user(&id)? {
                Some(user) => shown(user, None),
                None => ProvisionReply::NoUser,
            },
            Provision::List { filter, skip, count } => self.users(filter.as_deref(), skip, count)?,
            Provision::Change { id, change } => match self.user(&id)? {
                Some(user) => self.change_user(record, &directory, user, change, secrets, now)?,
                None => ProvisionReply::NoUser,
            },
            Provision::Delete { id } => match self.user(&id)? {
                Some(user) => self.delete_user(record, &directory, user, now)?,
                None => ProvisionReply::NoUser,
            },
        };
        Ok(TenantReply::Provision(Box::new(reply)))
    }

    /// What is kept of a user who stays the same under the next bearer of her name: she was invited, and is invited once
    /// more. Of whoever belonged or was removed before, the next is somebody else.
    pub(super) fn same_user(&self, member: &MemberName, before: Option<Entry>) -> Result<Option<Provisioned>, Problem> {
        match before {
            Some(entry) if matches!(entry.standing, Standing::Invited { .. }) => {
                Ok(Some(Provisioned::of(&entry, self.known(member)?)))
            }
            _ => Ok(None),
        }
    }

    /// Keeps it of the next bearer.
    pub(super) fn carry(
        &self,
        member: &MemberName,
        same_user: Option<Provisioned>,
        entry: &Entry,
    ) -> Result<(), Problem> {
        same_user.map_or(Ok(()), |known| self.put_known(member, &known.carried_to(entry)))
    }

    #[allow(clippy::too_many_arguments, reason = "everything an invitation is made of, passed in the open")]
    fn create_user(
        &self,
        record: &Record,
        directory: &Directory<'_>,
        invitee: &Invitee,
        external_id: Option<String>,
        active: bool,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<ProvisionReply, Problem> {
        let member = &invitee.member;
        let before = self.entry(member)?.map(|(_, entry)| entry);
        let known = match before {
            Some(entry) => Some((entry, Provisioned::of(&entry, self.known(member)?))),
            None => None,
        };
        if let Err(stays) = Provisioned::may_be_made(known.as_ref().map(|(entry, known)| (entry, known))) {
            return Ok(stays_out(stays));
        }
        let entry = if active {
            match self.admit(record, directory, invitee, secrets, now)? {
                Some(entry) => entry,
                None => return Ok(ProvisionReply::Exists),
            }
        } else {
            let Ok(entry) = Entry::announced(before, record.state.least_generation()) else {
                return Ok(ProvisionReply::Exists);
            };
            self.put_entry(member, &invitee.username, &entry)?;
            entry
        };
        let end = (!active).then_some(End::Deactivated);
        let known = Provisioned { external_id, end, ..Provisioned::of(&entry, None) };
        self.put_known(member, &known)?;
        let (member, username) = (member.clone(), invitee.username.clone());
        Ok(shown(User { member, username, entry, known }, None))
    }

    fn change_user(
        &self,
        record: &Record,
        directory: &Directory<'_>,
        mut user: User,
        change: UserChange,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<ProvisionReply, Problem> {
        // Who is to leave leaves, whatever else is said of her: refused, it would be sent again in vain and she would stay.
        let leaves = change.active == Some(false);
        if !leaves && change.username.is_some_and(|username| username != user.username) {
            return Ok(ProvisionReply::NameStays);
        }
        let before = user.known.clone();
        let mut ask = None;
        match (change.active, user.entry.standing) {
            (Some(false), Standing::Invited { .. } | Standing::Active) => {
                match self.dismiss(record, directory, &user, now)? {
                    TenantReply::Ordered { ask: told } => ask = told.map(|told| *told),
                    refused => return refused_to_leave(refused),
                }
                user.known = user.known.deactivated(&user.entry);
                user.entry = Entry { standing: Standing::Removed, ..user.entry };
            }
            (Some(true), Standing::Removed) => {
                if let Err(stays) = user.known.may_return() {
                    return Ok(stays_out(stays));
                }
                let invitee = Invitee { member: user.member.clone(), username: user.username.clone() };
                let Some(entry) = self.admit(record, directory, &invitee, secrets, now)? else {
                    return Ok(ProvisionReply::Exists);
                };
                user.known = user.known.carried_to(&entry);
                user.entry = entry;
            }
            (None, _) | (Some(false), Standing::Removed) | (Some(true), _) => {}
        }
        if let SaidOfUser::Is(external_id) = change.external_id {
            user.known.external_id = external_id;
        }
        if user.known != before {
            self.put_known(&user.member, &user.known)?;
        }
        Ok(shown(user, ask))
    }

    fn delete_user(
        &self,
        record: &Record,
        directory: &Directory<'_>,
        user: User,
        now: Timestamp,
    ) -> Result<ProvisionReply, Problem> {
        let mut ask = None;
        if user.entry.standing != Standing::Removed {
            match self.dismiss(record, directory, &user, now)? {
                TenantReply::Ordered { ask: told } => ask = told.map(|told| *told),
                refused => return refused_to_leave(refused),
            }
        }
        self.put_known(&user.member, &user.known.deleted(&user.entry))?;
        Ok(ProvisionReply::Deleted { ask })
    }

    /// The invitation that an administrator would send, to a member. `None` when somebody active bears the name.
    fn admit(
        &self,
        record: &Record,
        directory: &Directory<'_>,
        invitee: &Invitee,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<Option<Entry>, Problem> {
        let invited =
            self.invite(record, &directory.by, invitee, Role::Member, directory.origin, secrets, now)?.is_some();
        match self.entry(&invitee.member)? {
            Some((_, entry)) if invited => Ok(Some(entry)),
            _ => Ok(None),
        }
    }

    /// The removal that an administrator would order. That software took power from somebody is told to everybody who
    /// has it; that it could not, is in the log.
    fn dismiss(
        &self,
        record: &Record,
        directory: &Directory<'_>,
        user: &User,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let reply = self.remove(record, &directory.by, &user.member, now)?;
        match &reply {
            TenantReply::Ordered { .. } if user.entry.is_administrator() => {
                let what = serde_json::to_value(TenantEvent::MemberRemoved).map_err(unreadable)?;
                self.tell_administrators(record, Some(&directory.by), Some(&user.username), &what, now)?;
            }
            TenantReply::LastAdministrator => {
                self.note_refused(&directory.by, &user.username, "remove", "last_administrator", now)?;
            }
            _ => {}
        }
        Ok(reply)
    }

    /// The user of this id, if there is one to be seen.
    fn user(&self, id: &UserId) -> Result<Option<User>, Problem> {
        let statement = format!("SELECT {COLUMNS} FROM directory WHERE member = ? AND {SINCE} = ? AND hidden = 0");
        let values = vec![text(id.member.as_str()), number(id.since.0.into())?];
        let rows: Vec<Row> = self.sql().exec(&statement, values)?.to_array()?;
        rows.into_iter().next().map(Row::read).transpose()
    }

    /// A page of those whom a filter means, in the order of their names, and how many they are.
    fn users(&self, filter: Option<&str>, skip: u64, count: u64) -> Result<ProvisionReply, Problem> {
        #[derive(Deserialize)]
        struct Total {
            total: u64,
        }
        let parsed = filter.map(Filter::parse).transpose();
        let parsed = parsed.map_err(|_| Problem::alarm("a filter cannot be read any more"))?;
        let mut condition = Condition { sql: "hidden = 0".to_owned(), values: Vec::new() };
        if let Some(filter) = &parsed {
            condition.sql.push_str(" AND ");
            condition.add(filter)?;
        }
        let Condition { mut sql, mut values } = condition;
        let counted = match parsed {
            // What everybody is counted by, too.
            None | Some(Filter::Whoever(_) | Filter::Active(_)) => "coalesce(sum(members), 0) AS total FROM tally",
            Some(_) => "count(*) AS total FROM directory",
        };
        let total: Total = self.sql().exec(&format!("SELECT {counted} WHERE {sql}"), values.clone())?.one()?;
        if count == 0 || skip >= total.total {
            return Ok(ProvisionReply::Page { total: total.total, users: Vec::new() });
        }
        let mut skipped = skip;
        if let Ok(bookmark) = self.bookmark.lock()
            && let Some(bookmark) = bookmark.as_ref().filter(|it| it.is_at(filter, skip))
        {
            sql.push_str(" AND username > ?");
            values.push(text(&bookmark.username));
            skipped = 0;
        }
        values.extend([number(count)?, number(skipped)?]);
        // What comes before the page is counted off in the index alone.
        let statement = format!(
            "SELECT {COLUMNS} FROM directory WHERE member IN \
             (SELECT member FROM directory WHERE {sql} ORDER BY username LIMIT ? OFFSET ?) ORDER BY username"
        );
        let rows: Vec<Row> = self.sql().exec(&statement, values)?.to_array()?;
        if let (Some(last), Ok(mut bookmark)) = (rows.last(), self.bookmark.lock()) {
            let position = skip.saturating_add(rows.len().try_into().unwrap_or(u64::MAX));
            let (filter, username) = (filter.map(str::to_owned), last.username.clone());
            *bookmark = Some(Bookmark { filter, position, username });
        }
        let users = rows.into_iter().map(|row| row.read().map(seen)).collect::<Result<_, _>>()?;
        Ok(ProvisionReply::Page { total: total.total, users })
    }

    fn known(&self, member: &MemberName) -> Result<Option<Provisioned>, Problem> {
        #[derive(Deserialize)]
        struct Known {
            provisioned: Option<String>,
        }
        let values = vec![text(member.as_str())];
        let rows: Vec<Known> =
            self.sql().exec("SELECT provisioned FROM directory WHERE member = ?", values)?.to_array()?;
        let known = rows.into_iter().next().and_then(|row| row.provisioned);
        known.map(|known| json::read(&known).map_err(unreadable)).transpose()
    }

    fn put_known(&self, member: &MemberName, known: &Provisioned) -> Result<(), Problem> {
        let json = serde_json::to_string(known).map_err(unreadable)?;
        let values = vec![
            text(&json),
            number(known.since.0.into())?,
            known.external_id.as_deref().map_or(SqlStorageValue::Null, text),
            number((!known.is_seen()).into())?,
            text(member.as_str()),
        ];
        self.sql().exec(
            "UPDATE directory SET provisioned = ?, since = ?, external_id = ?, hidden = ? WHERE member = ?",
            values,
        )?;
        Ok(())
    }
}

impl Row {
    fn read(self) -> Result<User, Problem> {
        let entry: Entry = json::read(&self.entry).map_err(unreadable)?;
        let known = self.provisioned.as_deref().map(serde_json::from_str).transpose().map_err(unreadable)?;
        Ok(User {
            member: MemberName::parse(&self.member).ok_or_else(|| unreadable("a member's name is none"))?,
            username: self.username,
            known: Provisioned::of(&entry, known),
            entry,
        })
    }
}

fn seen(user: User) -> ProvisionedUser {
    ProvisionedUser {
        id: UserId { member: user.member, since: user.known.since },
        username: user.username,
        external_id: user.known.external_id,
        active: user.entry.standing != Standing::Removed,
    }
}

fn shown(user: User, ask: Option<MemberAsk>) -> ProvisionReply {
    ProvisionReply::User { user: seen(user), ask }
}

fn stays_out(stays: StaysOut) -> ProvisionReply {
    match stays {
        StaysOut::Exists => ProvisionReply::Exists,
        StaysOut::RemovedHere => ProvisionReply::RemovedHere,
    }
}

fn refused_to_leave(reply: TenantReply) -> Result<ProvisionReply, Problem> {
    match reply {
        TenantReply::LastAdministrator => Ok(ProvisionReply::LastAdministrator),
        _ => Err(Problem::alarm("a member who is here could not be removed")),
    }
}
