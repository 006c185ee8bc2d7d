//! Bringing members in with authenticators that were made elsewhere, and taking them out: the directory's part of it.
//!
//! Who is here already is left as she is, so the same import can be run again. Whose invitation has expired is invited
//! anew. The authenticators themselves go to the members' objects; none comes here.

use mfa_core::tenant::directory::{Role, Standing};
use mfa_core::tenant::{ModeKind, TenantEvent};
use mfa_core::time::Timestamp;

use super::TenantObject;
use super::record::Record;
use crate::error::Problem;
use crate::object_ref::{ImportStep, Invitee, MemberName, MembersFilter, MembersQuery, TenantReply};
use crate::runtime::Secrets;

/// Members whose authenticators are taken out in one go.
const AT_ONCE: u32 = 20;

impl TenantObject {
    /// The next page of everybody who belongs or is invited, with the tenant's word about each who belongs. Loud: the
    /// log keeps the reason, and every administrator is told; once, as it begins.
    pub(super) fn export(
        &self,
        record: &Record,
        by: &str,
        after: &str,
        reason: String,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        let mode = record.state.mode.kind();
        if mode != ModeKind::Mfa {
            return Ok(TenantReply::OtherMode(mode));
        }
        if after.is_empty() {
            self.note_loudly(record, by, None, TenantEvent::AuthenticatorsExported { reason }, now)?;
        }
        let all =
            MembersQuery { search: String::new(), filter: MembersFilter::All, after: after.to_owned(), limit: AT_ONCE };
        let page = self.members_page(record, &all, now)?;
        let mut rows = Vec::with_capacity(page.members.len());
        for row in page.members {
            let grant = self.grant(record, &row.member)?;
            rows.push((row, grant));
        }
        Ok(TenantReply::Export { rows, next: page.next })
    }

    /// Each line in its place. A dry run looks and changes nothing.
    #[allow(clippy::too_many_arguments, reason = "everything an invitation is made of, passed in the open")]
    pub(super) fn import(
        &self,
        record: &Record,
        by: &str,
        rows: Vec<(Invitee, Role)>,
        dry_run: bool,
        origin: &str,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<TenantReply, Problem> {
        // There is a data key to seal them under in this mode alone.
        let mode = record.state.mode.kind();
        if mode != ModeKind::Mfa {
            return Ok(TenantReply::OtherMode(mode));
        }
        let mut seen: Vec<MemberName> = Vec::with_capacity(rows.len());
        let mut steps = Vec::with_capacity(rows.len());
        for (invitee, role) in rows {
            if seen.contains(&invitee.member) {
                steps.push(ImportStep::Twice);
                continue;
            }
            seen.push(invitee.member.clone());
            let waiting = match self.entry(&invitee.member)? {
                Some((_, entry)) if entry.standing == Standing::Active => {
                    steps.push(ImportStep::AlreadyMember);
                    continue;
                }
                Some((username, entry)) => match entry.standing {
                    Standing::Invited { expires_at, .. } if now < expires_at => Some((username, entry)),
                    _ => None,
                },
                None => None,
            };
            steps.push(match waiting {
                Some((username, entry)) => ImportStep::Waiting(self.word(record, username, &entry)),
                None if dry_run => ImportStep::Free,
                None => {
                    let member = invitee.member.clone();
                    let invitation = self.invite(record, by, &invitee, role, origin, secrets, now)?;
                    match (invitation, self.entry(&member)?) {
                        (Some(invitation), Some((username, entry))) => {
                            ImportStep::Invited(invitation, self.word(record, username, &entry))
                        }
                        _ => return Err(Problem::alarm("who was invited is not in the directory")),
                    }
                }
            });
        }
        Ok(TenantReply::Import(steps))
    }
}
