//! One entry of a tenant's directory: invited, active, removed, invited again.

use crate::member::{Generation, TokenDigest};
use crate::policy;
use crate::time::Timestamp;

/// What somebody may do in a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Role {
    /// Runs the tenant.
    Administrator,
    /// Signs in.
    Member,
}

/// Where somebody stands. A name that was never invited has no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "standing", rename_all = "kebab-case", deny_unknown_fields))]
pub enum Standing {
    /// Invited, not yet accepted.
    Invited {
        /// The digest of the invitation's token.
        token: TokenDigest,
        /// Until when it may be accepted.
        expires_at: Timestamp,
    },
    /// Belongs to the tenant.
    Active,
    /// Does not any more.
    Removed,
}

/// An entry of the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Entry {
    /// Which bearer of the name this is.
    pub generation: Generation,
    /// What she may do.
    pub role: Role,
    /// Where she stands.
    pub standing: Standing,
}

/// Why an invitation is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlreadyActive;

impl Entry {
    /// Invites the bearer of a name whose entry so far is `before`. Each invitation is a new generation, so an
    /// invitation sent again makes the earlier one worthless.
    ///
    /// # Errors
    /// [`AlreadyActive`] when somebody active bears the name.
    pub fn invite(
        before: Option<Entry>,
        role: Role,
        token: TokenDigest,
        now: Timestamp,
    ) -> Result<Entry, AlreadyActive> {
        if before.is_some_and(|entry| entry.standing == Standing::Active) {
            return Err(AlreadyActive);
        }
        let generation = before.map(|entry| entry.generation).unwrap_or_default().next();
        let expires_at = now.saturating_add(policy::INVITATION);
        Ok(Entry { generation, role, standing: Standing::Invited { token, expires_at } })
    }

    /// Whether `token` is the invitation that this entry waits for.
    #[must_use]
    pub fn is_invited_by(&self, token: &TokenDigest, now: Timestamp) -> bool {
        match &self.standing {
            Standing::Invited { token: expected, expires_at } => expected.matches(token) && now < *expires_at,
            Standing::Active | Standing::Removed => false,
        }
    }

    /// The entry once its invitation is known to be accepted.
    ///
    /// The member object decides acceptance, once and for all, when it takes the first password of a generation;
    /// the directory follows, at the acceptance itself or at the next right password if that message was lost.
    #[must_use]
    pub fn accepted(self) -> Entry {
        match self.standing {
            Standing::Invited { .. } => Entry { standing: Standing::Active, ..self },
            Standing::Active | Standing::Removed => self,
        }
    }

    /// The entry of somebody who no longer belongs.
    #[must_use]
    pub fn removed(self) -> Entry {
        Entry { standing: Standing::Removed, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_700_000_000);
    const TOKEN: TokenDigest = TokenDigest([7; 32]);

    #[test]
    fn an_invitation_opens_until_it_expires_and_only_by_its_own_token() {
        let entry = Entry::invite(None, Role::Member, TOKEN, NOW).unwrap();
        let end = NOW.saturating_add(policy::INVITATION);
        assert!(entry.is_invited_by(&TOKEN, NOW));
        assert!(entry.is_invited_by(&TOKEN, Timestamp(end.0 - 1)));
        assert!(!entry.is_invited_by(&TOKEN, end));
        assert!(!entry.is_invited_by(&TokenDigest([8; 32]), NOW));
        assert!(!entry.accepted().is_invited_by(&TOKEN, NOW));
        assert!(!entry.removed().is_invited_by(&TOKEN, NOW));
    }

    #[test]
    fn invited_again_is_somebody_new() {
        let first = Entry::invite(None, Role::Administrator, TOKEN, NOW).unwrap();
        assert_eq!(Entry::invite(Some(first.accepted()), Role::Member, TOKEN, NOW), Err(AlreadyActive));
        let again = Entry::invite(Some(first.accepted().removed()), Role::Member, TokenDigest([8; 32]), NOW).unwrap();
        assert!(again.generation > first.generation);
        assert!(!again.is_invited_by(&TOKEN, NOW));
    }

    #[test]
    fn the_removed_do_not_come_back_by_accepting() {
        let entry = Entry::invite(None, Role::Member, TOKEN, NOW).unwrap().removed();
        assert_eq!(entry.accepted().standing, Standing::Removed);
    }
}
