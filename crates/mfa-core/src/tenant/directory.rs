//! One entry of a tenant's directory: invited, active, removed, invited again.

use crate::member::{Generation, TokenDigest};
use crate::policy;
use crate::time::Timestamp;

/// What somebody may do in a tenant.
///
/// For examples see [`Entry`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Role {
    /// Runs the tenant.
    Administrator,
    /// Signs in.
    Member,
}

/// Where somebody stands. A name that was never invited has no entry.
///
/// ```
/// use mfa_core::member::{Generation, TokenDigest};
/// use mfa_core::tenant::directory::{Entry, Role, Standing};
/// use mfa_core::time::Timestamp;
///
/// let (now, token) = (Timestamp(1_800_000_000), TokenDigest([7; 32]));
/// let invited = Entry::invite(None, Generation(0), Role::Member, token, now)?;
/// assert!(matches!(invited.standing, Standing::Invited { .. }));
/// assert_eq!(invited.accepted().standing, Standing::Active);
/// let removed = invited.removed(1)?;
/// assert_eq!(removed.accepted().standing, Standing::Removed, "her invitation does not bring her back");
/// # Ok::<(), mfa_core::tenant::directory::Kept>(())
/// ```
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

/// What administrators have ordered about one bearer of a name, as counts that only rise. Every word of the tenant
/// carries them; a member's record that has seen fewer makes up for it before anything else, so an order holds from
/// the moment it is written here, however late its message arrives.
///
/// ```
/// use mfa_core::member::Generation;
/// use mfa_core::tenant::directory::{Entry, Orders, Role};
///
/// let member = Entry::vouched(None, Generation(0))?;
/// // Two resets are two: the count does not say "done" because her record has heard of one.
/// assert_eq!(member.reset()?.reset()?.orders, Orders { resets: 2, sign_outs: 0 });
/// // Her sessions say what she may do, so whoever loses a role is signed out.
/// let administrator = member.with_role(Role::Administrator, 1)?;
/// assert_eq!(administrator.with_role(Role::Member, 2)?.orders, Orders { resets: 0, sign_outs: 1 });
/// # Ok::<(), mfa_core::tenant::directory::Kept>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Orders {
    /// Resets of MFA.
    pub resets: u32,
    /// Sessions ended, as when a role is taken away.
    pub sign_outs: u32,
}

/// An entry of the directory.
///
/// How many administrators there are, whoever keeps the directory counts:
///
/// ```
/// use mfa_core::member::{Generation, TokenDigest};
/// use mfa_core::tenant::directory::{Entry, Kept, Role, Word};
/// use mfa_core::time::Timestamp;
///
/// let (now, token, least) = (Timestamp(1_800_000_000), TokenDigest([7; 32]), Generation(0));
/// let active = Entry::invite(None, least, Role::Administrator, token, now)?.accepted();
/// assert_eq!(active.removed(1), Err(Kept::LastAdministrator), "nobody would be left to run the tenant");
/// let removed = active.removed(2)?;
/// // Whoever is invited under her name is somebody else, and nothing of hers is worth anything to her.
/// let next = Entry::invite(Some(removed), least, Role::Member, TokenDigest([8; 32]), now)?;
/// assert!(next.generation > active.generation);
/// assert_eq!(next.word_to(active.generation), Word::Leave);
/// # Ok::<(), mfa_core::tenant::directory::Kept>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Entry {
    /// Which bearer of the name this is.
    pub generation: Generation,
    /// What she may do.
    pub role: Role,
    /// Where she stands.
    pub standing: Standing,
    /// What was ordered about her.
    pub orders: Orders,
    /// Her login is elsewhere: an application made her a member and vouches for her. She has no password here.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "core::ops::Not::not"))]
    pub login_elsewhere: bool,
}

/// Why an entry stays as it is.
///
/// For an example see [`Entry`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Somebody active bears the name.
    Active,
    /// Nobody active bears it.
    NotActive,
    /// Nobody would be left to run the tenant.
    LastAdministrator,
}

/// What the bearer of one generation of a name is told, so that her record follows the directory.
///
/// For an example see [`Entry::word_to`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// How things are: she belongs.
    Follow,
    /// She does not belong any more.
    Leave,
    /// Nothing: she has not joined yet, and what is nobody's yet can neither follow nor leave.
    Nothing,
}

impl Entry {
    /// Invites the bearer of a name whose entry so far is `before`. Each invitation is a new generation, so an
    /// invitation sent again makes the earlier one worthless. `least` is [`super::Tenant::least_generation`], here as
    /// wherever an entry is made.
    ///
    /// # Errors
    /// [`Kept::Active`] when somebody active bears the name.
    pub fn invite(
        before: Option<Entry>,
        least: Generation,
        role: Role,
        token: TokenDigest,
        now: Timestamp,
    ) -> Result<Entry, Kept> {
        if before.is_some_and(|entry| entry.standing == Standing::Active) {
            return Err(Kept::Active);
        }
        let generation = Entry::next_generation(before, least);
        let expires_at = now.saturating_add(policy::INVITATION);
        let standing = Standing::Invited { token, expires_at };
        Ok(Entry { generation, role, standing, orders: Orders::default(), login_elsewhere: false })
    }

    /// Makes somebody whose login is elsewhere a member, by an application's word: active, without a password, without
    /// power. What an administrator has decided about the name stands: of the removed she makes no member until an
    /// administrator invites them again, and an administrator to be comes in by her invitation alone.
    ///
    /// ```
    /// use mfa_core::member::Generation;
    /// use mfa_core::tenant::directory::{Entry, Kept, Role};
    ///
    /// let made = Entry::vouched(None, Generation(0))?;
    /// assert!(made.login_elsewhere && made.role == Role::Member);
    /// // An administrator has removed her. The application still vouches, and does not bring her back.
    /// assert_eq!(Entry::vouched(Some(made.removed(1)?), Generation(0)), Err(Kept::NotActive));
    /// # Ok::<(), mfa_core::tenant::directory::Kept>(())
    /// ```
    ///
    /// # Errors
    /// [`Kept::Active`] when somebody active bears the name, [`Kept::NotActive`] when she was removed, or is to run the
    /// tenant.
    pub fn vouched(before: Option<Entry>, least: Generation) -> Result<Entry, Kept> {
        match before.map(|entry| (entry.standing, entry.role)) {
            None | Some((Standing::Invited { .. }, Role::Member)) => {}
            Some((Standing::Active, _)) => return Err(Kept::Active),
            Some((Standing::Removed, _) | (Standing::Invited { .. }, Role::Administrator)) => {
                return Err(Kept::NotActive);
            }
        }
        let generation = Entry::next_generation(before, least);
        let (role, standing) = (Role::Member, Standing::Active);
        Ok(Entry { generation, role, standing, orders: Orders::default(), login_elsewhere: true })
    }

    /// A place for somebody who is announced and does not belong: as if she had been removed before she came. Whoever
    /// bore the name before is not she.
    ///
    /// ```
    /// use mfa_core::member::Generation;
    /// use mfa_core::tenant::directory::{Entry, Kept, Standing};
    ///
    /// let announced = Entry::announced(None, Generation(0))?;
    /// assert_eq!(announced.standing, Standing::Removed, "she has a place, and does not belong");
    /// let active = Entry::vouched(None, Generation(0))?;
    /// assert_eq!(Entry::announced(Some(active), Generation(0)), Err(Kept::Active), "nobody is put out by it");
    /// # Ok::<(), mfa_core::tenant::directory::Kept>(())
    /// ```
    ///
    /// # Errors
    /// [`Kept::Active`] when somebody bears the name, or is invited under it.
    pub fn announced(before: Option<Entry>, least: Generation) -> Result<Entry, Kept> {
        if before.is_some_and(|entry| entry.standing != Standing::Removed) {
            return Err(Kept::Active);
        }
        let generation = Entry::next_generation(before, least);
        let (role, standing) = (Role::Member, Standing::Removed);
        Ok(Entry { generation, role, standing, orders: Orders::default(), login_elsewhere: false })
    }

    /// What she may do when she is invited again: what she was invited for, if that invitation still waits. Who was
    /// removed inherits nothing, least of all power.
    ///
    /// ```
    /// use mfa_core::member::{Generation, TokenDigest};
    /// use mfa_core::tenant::directory::{Entry, Role};
    /// use mfa_core::time::Timestamp;
    ///
    /// let (now, token) = (Timestamp(1_800_000_000), TokenDigest([7; 32]));
    /// let waiting = Entry::invite(None, Generation(0), Role::Administrator, token, now)?;
    /// assert_eq!(waiting.role_when_invited_again(), Role::Administrator, "the same invitation, sent again");
    /// assert_eq!(waiting.removed(1)?.role_when_invited_again(), Role::Member);
    /// # Ok::<(), mfa_core::tenant::directory::Kept>(())
    /// ```
    #[must_use]
    pub fn role_when_invited_again(&self) -> Role {
        match self.standing {
            Standing::Removed => Role::Member,
            Standing::Invited { .. } | Standing::Active => self.role,
        }
    }

    /// Whether `token` is the invitation that this entry waits for.
    ///
    /// ```
    /// use mfa_core::member::{Generation, TokenDigest};
    /// use mfa_core::policy;
    /// use mfa_core::tenant::directory::{Entry, Role};
    /// use mfa_core::time::Timestamp;
    ///
    /// let (now, token) = (Timestamp(1_800_000_000), TokenDigest([7; 32]));
    /// let invited = Entry::invite(None, Generation(0), Role::Member, token, now)?;
    /// assert!(invited.is_invited_by(&token, now) && !invited.accepted().is_invited_by(&token, now));
    /// assert!(!invited.is_invited_by(&token, now.saturating_add(policy::INVITATION)), "it has expired");
    /// # Ok::<(), mfa_core::tenant::directory::Kept>(())
    /// ```
    #[must_use]
    pub fn is_invited_by(&self, token: &TokenDigest, now: Timestamp) -> bool {
        match &self.standing {
            Standing::Invited { token: expected, expires_at } => expected.matches(token) && now < *expires_at,
            Standing::Active | Standing::Removed => false,
        }
    }

    /// Whether it waits for an invitation that was made before the tenant was brought back from a backup: it may have
    /// been accepted since, and be accepted again.
    ///
    /// ```
    /// use mfa_core::member::{Generation, TokenDigest};
    /// use mfa_core::tenant::directory::{Entry, Role};
    /// use mfa_core::time::{Seconds, Timestamp};
    ///
    /// let (now, token) = (Timestamp(1_800_000_000), TokenDigest([7; 32]));
    /// let entry = Entry::invite(None, Generation(0), Role::Member, token, now)?;
    /// // The backup is older than her acceptance, if there was one: another could accept it once more in her place.
    /// assert!(entry.was_invited_before(now.saturating_add(Seconds::hours(1))));
    /// assert!(!entry.accepted().was_invited_before(now.saturating_add(Seconds::hours(1))));
    /// # Ok::<(), mfa_core::tenant::directory::Kept>(())
    /// ```
    #[must_use]
    pub fn was_invited_before(&self, restored_at: Timestamp) -> bool {
        match &self.standing {
            Standing::Invited { expires_at, .. } => expires_at.saturating_sub(policy::INVITATION) <= restored_at,
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

    /// Whether this is one of those who run the tenant.
    ///
    /// ```
    /// use mfa_core::member::{Generation, TokenDigest};
    /// use mfa_core::tenant::directory::{Entry, Role};
    /// use mfa_core::time::Timestamp;
    ///
    /// let (now, token) = (Timestamp(1_800_000_000), TokenDigest([7; 32]));
    /// let invited = Entry::invite(None, Generation(0), Role::Administrator, token, now)?;
    /// assert!(!invited.is_administrator() && invited.accepted().is_administrator());
    /// # Ok::<(), mfa_core::tenant::directory::Kept>(())
    /// ```
    #[must_use]
    pub fn is_administrator(&self) -> bool {
        self.standing == Standing::Active && self.role == Role::Administrator
    }

    /// The entry of somebody who no longer belongs. `administrators` is how many run the tenant now (G18).
    ///
    /// # Errors
    /// [`Kept::LastAdministrator`]; [`Kept::NotActive`] when she had been removed before.
    pub fn removed(self, administrators: u64) -> Result<Entry, Kept> {
        match self.standing {
            Standing::Removed => Err(Kept::NotActive),
            Standing::Invited { .. } | Standing::Active => {
                self.may_leave(administrators)?;
                Ok(Entry { standing: Standing::Removed, ..self })
            }
        }
    }

    /// The entry with another role. Who loses one is signed out: sessions say what their bearer may do (G17).
    ///
    /// # Errors
    /// [`Kept::LastAdministrator`]; [`Kept::NotActive`] when she does not belong (any more).
    pub fn with_role(self, role: Role, administrators: u64) -> Result<Entry, Kept> {
        if self.standing == Standing::Removed {
            return Err(Kept::NotActive);
        }
        if role == self.role {
            return Ok(self);
        }
        let mut orders = self.orders;
        if role == Role::Member {
            self.may_leave(administrators)?;
            orders.sign_outs = orders.sign_outs.saturating_add(1);
        }
        Ok(Entry { role, orders, ..self })
    }

    /// The entry of somebody whose MFA is reset.
    ///
    /// # Errors
    /// [`Kept::NotActive`].
    pub fn reset(self) -> Result<Entry, Kept> {
        if self.standing != Standing::Active {
            return Err(Kept::NotActive);
        }
        let orders = Orders { resets: self.orders.resets.saturating_add(1), ..self.orders };
        Ok(Entry { orders, ..self })
    }

    /// What the bearer of `generation` is told.
    ///
    /// ```
    /// use mfa_core::member::{Generation, TokenDigest};
    /// use mfa_core::tenant::directory::{Entry, Role, Word};
    /// use mfa_core::time::Timestamp;
    ///
    /// let (now, token) = (Timestamp(1_800_000_000), TokenDigest([7; 32]));
    /// let invited = Entry::invite(None, Generation(0), Role::Member, token, now)?;
    /// // Told to leave, she could not join any more, and her acceptance may be on its way.
    /// assert_eq!(invited.word_to(invited.generation), Word::Nothing);
    /// assert_eq!(invited.accepted().word_to(invited.generation), Word::Follow);
    /// assert_eq!(invited.removed(1)?.word_to(invited.generation), Word::Leave);
    /// # Ok::<(), mfa_core::tenant::directory::Kept>(())
    /// ```
    #[must_use]
    pub fn word_to(&self, generation: Generation) -> Word {
        match self.standing {
            _ if self.generation != generation => Word::Leave,
            Standing::Active => Word::Follow,
            Standing::Removed => Word::Leave,
            Standing::Invited { .. } => Word::Nothing,
        }
    }

    /// Whoever bears the name next. The entry alone cannot tell: after a restore it may be older than what was given out.
    fn next_generation(before: Option<Entry>, least: Generation) -> Generation {
        before.map(|entry| entry.generation).unwrap_or_default().next().max(least)
    }

    fn may_leave(&self, administrators: u64) -> Result<(), Kept> {
        if self.is_administrator() && administrators <= 1 { Err(Kept::LastAdministrator) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_700_000_000);
    const TOKEN: TokenDigest = TokenDigest([7; 32]);
    /// Of a tenant that was never restored.
    const LEAST: Generation = Generation(0);

    fn invited(role: Role) -> Entry {
        Entry::invite(None, LEAST, role, TOKEN, NOW).unwrap()
    }

    #[test]
    fn an_invitation_opens_until_it_expires_and_only_by_its_own_token() {
        let entry = invited(Role::Member);
        let end = NOW.saturating_add(policy::INVITATION);
        assert!(entry.is_invited_by(&TOKEN, NOW));
        assert!(entry.is_invited_by(&TOKEN, Timestamp(end.0 - 1)));
        assert!(!entry.is_invited_by(&TOKEN, end));
        assert!(!entry.is_invited_by(&TokenDigest([8; 32]), NOW));
        assert!(!entry.accepted().is_invited_by(&TOKEN, NOW));
        assert!(!entry.removed(1).unwrap().is_invited_by(&TOKEN, NOW));
    }

    #[test]
    fn invited_again_is_somebody_new() {
        let first = invited(Role::Administrator).accepted().reset().unwrap();
        assert_eq!(Entry::invite(Some(first), LEAST, Role::Member, TOKEN, NOW), Err(Kept::Active));
        let again =
            Entry::invite(Some(first.removed(2).unwrap()), LEAST, Role::Member, TokenDigest([8; 32]), NOW).unwrap();
        assert!(again.generation > first.generation);
        assert!(!again.is_invited_by(&TOKEN, NOW));
        assert_eq!(again.orders, Orders::default());
    }

    #[test]
    fn invited_again_nobody_has_the_power_that_was_taken_from_her() {
        for role in [Role::Administrator, Role::Member] {
            let waiting = invited(role);
            assert_eq!(waiting.role_when_invited_again(), role, "the same invitation, sent again");
            assert_eq!(waiting.removed(1).unwrap().role_when_invited_again(), Role::Member);
            assert_eq!(waiting.accepted().removed(2).unwrap().role_when_invited_again(), Role::Member);
        }
    }

    #[test]
    fn an_application_makes_members_and_undoes_nothing_that_an_administrator_decided() {
        let made = Entry::vouched(None, LEAST).unwrap();
        assert_eq!((made.role, made.standing, made.login_elsewhere), (Role::Member, Standing::Active, true));
        assert_eq!(Entry::vouched(Some(made), LEAST), Err(Kept::Active));
        assert_eq!(Entry::vouched(Some(made.removed(1).unwrap()), LEAST), Err(Kept::NotActive));
        assert_eq!(Entry::vouched(Some(invited(Role::Administrator)), LEAST), Err(Kept::NotActive));
        let waiting = invited(Role::Member);
        let taken = Entry::vouched(Some(waiting), LEAST).unwrap();
        assert!(taken.generation > waiting.generation && !taken.is_invited_by(&TOKEN, NOW));
        let again = Entry::invite(Some(made.removed(1).unwrap()), LEAST, Role::Member, TOKEN, NOW).unwrap();
        assert!(!again.login_elsewhere, "invited again, she is somebody else, with a password here");
    }

    #[test]
    fn who_is_announced_does_not_belong_and_takes_nobodys_place() {
        let announced = Entry::announced(None, LEAST).unwrap();
        assert_eq!((announced.role, announced.standing), (Role::Member, Standing::Removed));
        assert_eq!(announced.accepted(), announced);
        assert_eq!(announced.word_to(announced.generation), Word::Leave);
        for before in [invited(Role::Member), invited(Role::Administrator).accepted()] {
            assert_eq!(Entry::announced(Some(before), LEAST), Err(Kept::Active));
            let gone = before.removed(2).unwrap();
            assert!(Entry::announced(Some(gone), LEAST).unwrap().generation > gone.generation);
        }
        let joins = Entry::invite(Some(announced), LEAST, Role::Member, TOKEN, NOW).unwrap();
        assert!(joins.generation > announced.generation);
    }

    #[test]
    fn the_removed_do_not_come_back_by_accepting() {
        let entry = invited(Role::Member).removed(1).unwrap();
        assert_eq!(entry.accepted().standing, Standing::Removed);
        assert_eq!(entry.removed(1), Err(Kept::NotActive));
        assert_eq!(entry.reset(), Err(Kept::NotActive));
        assert_eq!(entry.with_role(Role::Administrator, 1), Err(Kept::NotActive));
    }

    #[test]
    fn the_last_administrator_stays_one() {
        let last = invited(Role::Administrator).accepted();
        assert_eq!(last.removed(1), Err(Kept::LastAdministrator));
        assert_eq!(last.with_role(Role::Member, 1), Err(Kept::LastAdministrator));
        assert_eq!(last.with_role(Role::Administrator, 1), Ok(last));
        assert_eq!(last.with_role(Role::Member, 2).map(|entry| entry.role), Ok(Role::Member));
        assert_eq!(last.removed(2).map(|entry| entry.standing), Ok(Standing::Removed));
        // One who was only invited runs nothing yet.
        assert!(invited(Role::Administrator).removed(1).is_ok());
        assert!(invited(Role::Administrator).with_role(Role::Member, 1).is_ok());
    }

    #[test]
    fn who_loses_a_role_is_signed_out_and_who_gains_one_is_not() {
        let member = invited(Role::Member).accepted();
        let promoted = member.with_role(Role::Administrator, 1).unwrap();
        assert_eq!(promoted.orders, member.orders);
        assert_eq!(promoted.with_role(Role::Member, 2).unwrap().orders, Orders { resets: 0, sign_outs: 1 });
    }

    #[test]
    fn who_is_only_invited_is_told_nothing_and_can_still_join() {
        let invited = invited(Role::Member);
        let promoted = invited.with_role(Role::Administrator, 1).unwrap();
        assert!(promoted.is_invited_by(&TOKEN, NOW), "another role is the same invitation");
        for entry in [invited, promoted, promoted.with_role(Role::Member, 1).unwrap()] {
            assert_eq!(entry.word_to(entry.generation), Word::Nothing);
            assert_eq!(entry.accepted().word_to(entry.generation), Word::Follow);
            assert_eq!(entry.removed(1).unwrap().word_to(entry.generation), Word::Leave);
        }
        let again = Entry::invite(Some(invited), LEAST, Role::Member, TOKEN, NOW).unwrap();
        assert_eq!(again.accepted().word_to(invited.generation), Word::Leave, "she is somebody else now");
    }

    #[test]
    fn orders_only_rise() {
        let member = invited(Role::Member).accepted();
        assert_eq!(member.reset().unwrap().reset().unwrap().orders, Orders { resets: 2, sign_outs: 0 });
        assert_eq!(invited(Role::Member).reset(), Err(Kept::NotActive));
    }
}
