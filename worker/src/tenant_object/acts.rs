//! What administrators and the operator do: each act looks into the directory first, decides by a rule of the core,
//! writes, and tells the log.

use mfa_core::policy;
use mfa_core::tenant::directory::{Entry, Kept, Role, Standing};
use mfa_core::tenant::{self, Command, Decision, Epoch, Lifecycle, ModeKind, Outcome, Receipt, TenantEvent};
use mfa_core::time::Timestamp;

use super::TenantObject;
use super::record::{Record, Sweep, SweepKind};
use crate::answers::Answers;
use crate::error::Problem;
use crate::object_ref::{
    Act, By, Invitee, KeptReceipt, MemberName, ProviderConfig, RowResult, SetAside, TenantProfile, TenantReply,
};
use crate::runtime::Secrets;
use crate::seal::{DataKey, seal_client_secret};

/// Receipts that are kept to be shown; every one is in the log.
const RECEIPTS: usize = 10;

/// Whoever acts, once it is known that she may.
struct Actor<'a> {
    username: String,
    /// `None` is the operator.
    member: Option<&'a MemberName>,
}

impl TenantObject {
    /// Decides one act, without awaiting anything. What has changed in `record` the caller saves.
    pub(super) fn act(
        &self,
        record: &mut Record,
        by: &By,
        origin: &str,
        act: Act,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        // Signed in before the mode changed: whoever it is has to sign in anew.
        if let By::Administrator { epoch, .. } = by
            && *epoch != record.state.epoch
        {
            return Ok(TenantReply::EpochPassed);
        }
        let Some(actor) = self.actor(by)? else {
            return Ok(TenantReply::NotAdministrator);
        };
        match record.state.lifecycle {
            Lifecycle::Open => {}
            // Of a deleted tenant nothing is left to see but that it was there.
            Lifecycle::Deleted if !matches!(act, Act::Profile | Act::Delete) => return Ok(TenantReply::Unknown),
            closed if actor.member.is_some() => return Ok(TenantReply::Closed(closed)),
            Lifecycle::Suspended | Lifecycle::Deleted => {}
        }
        let by = actor.username.as_str();
        match act {
            Act::Profile => {
                let key_ids = self.key_ids(record)?;
                Ok(TenantReply::Profile(TenantProfile { key_ids, ..self.profile(record)? }))
            }
            Act::Settings => {
                let viewer = actor.member.map(MemberName::as_str).unwrap_or_default();
                Ok(TenantReply::Settings(Box::new(self.settings(record, viewer, now)?)))
            }
            Act::Members(query) => Ok(TenantReply::Members(self.members_page(record, &query, now)?)),
            Act::Member { member } => Ok(self
                .member_row(record, &member, now)?
                .map_or(TenantReply::Unknown, |row| TenantReply::Member(Box::new(row)))),
            Act::Enrolment => Ok(TenantReply::Enrolment(self.enrolment_chart(record, now)?)),
            Act::Audit(query) => Ok(TenantReply::Audit(self.audit_page(&query)?)),
            Act::PrepareSetUp => self.prepare_set_up(record, &actor, secrets, now),
            Act::SetAside { epoch } => Ok(set_aside(record, &actor, epoch, now)),
            Act::SwitchOn { epoch } => match actor.member {
                Some(member) => self.change(
                    record,
                    by,
                    Command::SwitchOn { by: member.as_str().to_owned(), epoch },
                    |epoch| TenantEvent::SwitchedOn { epoch },
                    now,
                ),
                None => Ok(TenantReply::NotAdministrator),
            },
            Act::SwitchOff => self.switch_off(record, by, now),
            Act::Invite { invitee, role } => {
                if self.entry(&invitee.member)?.is_some_and(|(_, entry)| is_here(&entry)) {
                    return Ok(TenantReply::Exists);
                }
                let invitation = self.invite(record, by, &invitee, role, origin, secrets, now)?;
                Ok(invitation.map_or(TenantReply::Exists, TenantReply::Invited))
            }
            Act::InviteMany { rows } => {
                let mut results = Vec::with_capacity(rows.len());
                let mut seen: Vec<MemberName> = Vec::with_capacity(rows.len());
                for (invitee, role) in rows {
                    results.push(self.invite_row(record, by, &invitee, role, &seen, origin, secrets, now)?);
                    seen.push(invitee.member);
                }
                Ok(TenantReply::InvitedMany(results))
            }
            Act::Import { rows, dry_run } => self.import(record, by, rows, dry_run, origin, secrets, now),
            Act::Export { after, reason } => self.export(record, by, &after, reason, now),
            Act::InviteAgain { member } => {
                let Some((username, entry)) = self.entry(&member)? else { return Ok(TenantReply::Unknown) };
                let role = entry.role_when_invited_again();
                let invitee = Invitee { member, username };
                let invitation = self.invite(record, by, &invitee, role, origin, secrets, now)?;
                Ok(invitation.map_or(TenantReply::Exists, TenantReply::Invited))
            }
            Act::Remove { member } => self.remove(record, by, &member, now),
            Act::ChangeRole { member, role } => {
                let rule = |entry: Entry, administrators| entry.with_role(role, administrators);
                self.change_member(record, by, &member, rule, TenantEvent::RoleChanged { role }, now)
            }
            Act::ResetMfa { member } => self.reset_member(record, by, &member, TenantEvent::MemberReset, now),
            Act::BreakGlass { member, reason } => {
                if !self.entry(&member)?.is_some_and(|(_, entry)| entry.is_administrator()) {
                    return Ok(TenantReply::Unknown);
                }
                self.reset_member(record, by, &member, TenantEvent::BreakGlass { reason }, now)
            }
            Act::Suspend => self.change(record, by, Command::Suspend, |_| TenantEvent::Suspended, now),
            Act::Resume => self.change(record, by, Command::Resume, |_| TenantEvent::Resumed, now),
            Act::Restored { reason } => self.restored(record, by, reason, now),
            Act::Delete => {
                let reply = self.change(record, by, Command::Delete, |_| TenantEvent::Deleted, now)?;
                if matches!(reply, TenantReply::Changed { .. }) {
                    record.sweeps.push(Sweep::new(SweepKind::Deleted, record.state.epoch, ""));
                    record.answers = Answers::default();
                    record.external = None;
                    self.forget_signing_keys()?;
                    self.forget_appearance(record)?;
                }
                Ok(reply)
            }
            Act::ConfigureExternal { issuer, client_id, client_secret } => {
                let client_secret = seal_client_secret(&client_secret, &secrets.key_encryption, &record.slug)?;
                self.configure_external(record, by, ProviderConfig { issuer, client_id, client_secret }, now)
            }
            Act::DryRunPassed { identity, display } => match actor.member {
                Some(member) => self.dry_run_passed(record, member, &identity, display, now),
                None => Ok(TenantReply::NotAdministrator),
            },
            Act::UseExternal => match actor.member {
                Some(member) => self.use_external(record, member, by, origin, now),
                None => Ok(TenantReply::NotAdministrator),
            },
            Act::UseLocal { reason } => {
                let reply = self.use_local(record, by, origin, now)?;
                if let (TenantReply::Changed { .. }, Some(reason)) = (&reply, reason) {
                    self.note_loudly(record, by, None, TenantEvent::BreakGlass { reason }, now)?;
                }
                Ok(reply)
            }
            Act::ConnectionLink { member } => self.connection_link(record, by, &member, origin, secrets, now),
            Act::SigningKeys => Ok(TenantReply::SigningKeysShown(self.signing_keys_shown(now)?)),
            Act::AskForSigningKey => self.ask_for_signing_key(record, by, now),
            Act::ChangeAccent { accent } => self.change_accent(record, by, accent, now),
            Act::ChangeLogo { logo } => self.change_logo(record, by, &logo, now),
            Act::RemoveFromAppearance { part } => self.remove_from_appearance(record, by, part, now),
            Act::Logo { logo } => self.logo(record, logo),
            Act::Applications => Ok(TenantReply::Applications(self.applications()?)),
            Act::RegisterApplication { name, kind } => self.register_application(record, by, name, kind, secrets, now),
            Act::ChangeApplication { application, name, kind } => {
                self.change_application(record, by, application, name, kind, now)
            }
            Act::RemoveApplication { application } => self.remove_application(record, by, application, now),
            Act::AddApplicationKey { application } => self.add_application_key(record, by, application, secrets, now),
            Act::EndApplicationKey { application, number } => {
                self.end_application_key(record, by, application, number, now)
            }
            Act::Reseal => {
                let links_due = self.reseal_links(&record.slug, &secrets.key_encryption)?;
                let signing_due = self.reseal_signing_keys(&record.slug, &secrets.key_encryption)?;
                let was_due = self.reseal(record, secrets)? || links_due || signing_due;
                let key = secrets.key_encryption.newest()?.id.clone();
                if was_due {
                    self.note(by, None, TenantEvent::KeyResealed { key: key.clone() }, now)?;
                }
                Ok(TenantReply::Resealed { key, was_due })
            }
        }
    }

    /// Who acts, if she may: the operator, or an administrator of this very moment.
    fn actor<'a>(&self, by: &'a By) -> Result<Option<Actor<'a>>, Problem> {
        match by {
            By::Operator => Ok(Some(Actor { username: "operator".to_owned(), member: None })),
            By::Administrator { member, generation, .. } => Ok(self
                .entry(member)?
                .filter(|(_, entry)| entry.is_administrator() && entry.generation == *generation)
                .map(|(username, _)| Actor { username, member: Some(member) })),
        }
    }

    fn prepare_set_up(
        &self,
        record: &mut Record,
        actor: &Actor<'_>,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let Some(member) = actor.member else { return Ok(TenantReply::NotAdministrator) };
        let epoch = record.state.next_epoch();
        let data_key = DataKey::generate()?.wrap(&secrets.key_encryption, &record.slug, epoch)?;
        let command = Command::Prepare { by: member.as_str().to_owned(), data_key: data_key.clone() };
        let Decision { state, outcome } = tenant::decide(record.state.clone(), command, now);
        record.state = state;
        Ok(match outcome {
            Outcome::Prepared(epoch) => {
                let until = now.saturating_add(policy::SET_UP);
                TenantReply::Prepared { set_up: SetAside { epoch, data_key, until } }
            }
            other => refused(other),
        })
    }

    /// A change of mode or of the tenant's standing. KV is told, the log too.
    pub(super) fn change(
        &self,
        record: &mut Record,
        by: &str,
        command: Command,
        event: impl FnOnce(Epoch) -> TenantEvent,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let Decision { state, outcome } = tenant::decide(record.state.clone(), command, now);
        record.state = state;
        if !matches!(outcome, Outcome::Changed | Outcome::Noted) {
            return Ok(refused(outcome));
        }
        record.kv_due = true;
        let epoch = record.state.epoch;
        self.note_loudly(record, by, None, event(epoch), now)?;
        Ok(TenantReply::Changed { epoch, at: now })
    }

    /// What is kept of the tenant, or of some of its members, was brought back from a backup. Every member makes up for
    /// it before anything else that she does; the sweep only sees to it that nobody has to come first.
    fn restored(&self, record: &mut Record, by: &str, reason: String, now: Timestamp) -> Result<TenantReply, Problem> {
        let reply = self.change(record, by, Command::Restored, |_| TenantEvent::Restored { reason }, now)?;
        if matches!(reply, TenantReply::Changed { .. }) {
            // Links to connect an identity may have been used since the backup. Invitations are known by their age.
            self.sql().exec("DELETE FROM connections", None)?;
            record.answers = Answers::default();
            record.sweeps.push(Sweep::new(SweepKind::Restored, record.state.epoch, ""));
        }
        Ok(reply)
    }

    /// The whole of switching off, for ten members as for a million: the data key is not written down any more.
    fn switch_off(&self, record: &mut Record, by: &str, now: Timestamp) -> Result<TenantReply, Problem> {
        let reply = self.change(record, by, Command::SwitchOff, |epoch| TenantEvent::SwitchedOff { epoch }, now)?;
        if let TenantReply::Changed { epoch, .. } = reply {
            let receipt = Receipt { epoch, switched_off_at: now, ..Receipt::default() };
            record.receipts.insert(0, KeptReceipt { by: by.to_owned(), members_total: 0, receipt });
            record.receipts.truncate(RECEIPTS);
            record.sweeps.push(Sweep::new(SweepKind::SwitchedOff, epoch, ""));
            // What was answered before may hold what opened: an enrolment's secret, a set of keys.
            record.answers = Answers::default();
        }
        Ok(reply)
    }

    /// One line of an import. Who is here already is left as she is, so that an import can be run again.
    #[allow(clippy::too_many_arguments, reason = "everything an invitation is made of, passed in the open")]
    fn invite_row(
        &self,
        record: &Record,
        by: &str,
        invitee: &Invitee,
        role: Role,
        seen: &[MemberName],
        origin: &str,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<RowResult, Problem> {
        if seen.contains(&invitee.member) {
            return Ok(RowResult::Twice);
        }
        match self.entry(&invitee.member)?.map(|(_, entry)| entry.standing) {
            Some(Standing::Active) => Ok(RowResult::AlreadyMember),
            Some(Standing::Invited { .. }) => Ok(RowResult::AlreadyInvited),
            Some(Standing::Removed) | None => Ok(self
                .invite(record, by, invitee, role, origin, secrets, now)?
                .map_or(RowResult::AlreadyMember, RowResult::Invited)),
        }
    }

    /// Ends a membership, and whom she was elsewhere with it.
    pub(super) fn remove(
        &self,
        record: &Record,
        by: &str,
        member: &MemberName,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let reply = self.change_member(record, by, member, Entry::removed, TenantEvent::MemberRemoved, now)?;
        if matches!(reply, TenantReply::Ordered { .. }) {
            self.untie(member)?;
        }
        Ok(reply)
    }

    fn reset_member(
        &self,
        record: &Record,
        by: &str,
        member: &MemberName,
        event: TenantEvent,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        if record.state.mode.kind() != ModeKind::Mfa {
            return Ok(TenantReply::OtherMode(record.state.mode.kind()));
        }
        self.change_member(record, by, member, |entry, _| entry.reset(), event, now)
    }

    fn change_member(
        &self,
        record: &Record,
        by: &str,
        member: &MemberName,
        rule: impl FnOnce(Entry, u64) -> Result<Entry, Kept>,
        event: TenantEvent,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        match self.change_entry(member, rule, now)? {
            Ok((username, entry)) => {
                match event {
                    TenantEvent::RoleChanged { role: Role::Administrator } | TenantEvent::BreakGlass { .. } => {
                        self.note_loudly(record, by, Some(&username), event, now)?;
                    }
                    _ => self.note(by, Some(&username), event, now)?,
                }
                let ask = self.told(record, member, entry.generation)?.map(Box::new);
                Ok(TenantReply::Ordered { ask })
            }
            Err(Kept::LastAdministrator) => Ok(TenantReply::LastAdministrator),
            Err(Kept::Active) => Ok(TenantReply::Exists),
            Err(Kept::NotActive) => Ok(TenantReply::Unknown),
        }
    }
}

/// The epoch set aside for this administrator, if it still is.
fn set_aside(record: &Record, actor: &Actor<'_>, epoch: Epoch, now: Timestamp) -> TenantReply {
    let by = actor.member.map(MemberName::as_str).unwrap_or_default();
    let mine = record.state.candidates(now).find(|candidate| candidate.epoch == epoch && candidate.by == by);
    match (mine, record.state.mode.kind()) {
        (Some(candidate), _) => {
            let (data_key, until) = (candidate.data_key.clone(), candidate.expires_at);
            TenantReply::Prepared { set_up: SetAside { epoch, data_key, until } }
        }
        (None, ModeKind::Password) => TenantReply::NotPrepared,
        (None, other) => TenantReply::OtherMode(other),
    }
}

fn is_here(entry: &Entry) -> bool {
    !matches!(entry.standing, Standing::Removed)
}

fn refused(outcome: Outcome) -> TenantReply {
    match outcome {
        Outcome::Excluded(mode) => TenantReply::OtherMode(mode),
        Outcome::NotPrepared => TenantReply::NotPrepared,
        Outcome::Closed(lifecycle) => TenantReply::Closed(lifecycle),
        Outcome::Unchanged | Outcome::Changed | Outcome::Noted | Outcome::Prepared(_) => TenantReply::Done,
    }
}
