//! Bringing members in with authenticators that were made elsewhere: the directory's part of it.
//!
//! Who is here already is left as she is, so the same import can be run again. Whose invitation has expired is invited
//! anew. The authenticators themselves go to the members' objects; none comes here.

use mfa_core::tenant::ModeKind;
use mfa_core::tenant::directory::{Role, Standing};
use mfa_core::time::Timestamp;

use super::TenantObject;
use super::record::Record;
use crate::error::Problem;
use crate::object_ref::{ImportStep, Invitee, MemberName, TenantReply};
use crate::runtime::Secrets;

impl TenantObject {
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
