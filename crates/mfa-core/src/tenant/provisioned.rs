//! What a directory elsewhere knows a member by, beside what our own says of her.
//!
//! Who belongs, [`Entry`] alone says. This says which of its users she is to the other directory: its own id for her,
//! and since when ours has meant her. It is said of one bearer of a name; of the next one it says nothing, unless she is
//! the same user: invited once more before she came, or made active again by the directory that deactivated her. She
//! is a new member all the same, and inherits nothing.
//!
//! What an administrator decided stands: whom she removed, no software makes a member again.

use alloc::string::String;

use super::directory::{Entry, Standing};
use crate::member::Generation;

/// What is kept of a user.
///
/// Deactivated by the other directory, she may return as the same user, though as a new member:
///
/// ```
/// use mfa_core::member::Generation;
/// use mfa_core::tenant::directory::Entry;
/// use mfa_core::tenant::provisioned::{Provisioned, StaysOut};
///
/// let entry = Entry::vouched(None, Generation(0))?;
/// let user = Provisioned { external_id: Some("00u1a2".into()), ..Provisioned::of(&entry, None) };
/// let (gone, deactivated) = (entry.removed(1)?, user.deactivated(&entry));
/// assert!(deactivated.is_seen() && deactivated.may_return().is_ok());
/// let made = Provisioned::may_be_made(Some((&gone, &deactivated)));
/// assert_eq!(made, Err(StaysOut::Exists), "so no second one of that name is made");
/// let next = Entry::announced(Some(gone), Generation(0))?;
/// let back = deactivated.carried_to(&next);
/// assert_eq!((back.since, back.generation), (entry.generation, next.generation));
/// # Ok::<(), mfa_core::tenant::directory::Kept>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Provisioned {
    /// The bearer of the name that this is said of.
    pub generation: Generation,
    /// The first bearer who was this user: names her, for as long as she is the same.
    pub since: Generation,
    /// What the other directory calls her.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "Option::deserialize"))]
    pub external_id: Option<String>,
    /// How the other directory ended her membership, if it did.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "Option::deserialize"))]
    pub end: Option<End>,
}

/// How a directory elsewhere ended a membership.
///
/// For an example see [`Provisioned::deleted`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum End {
    /// Deactivated: still to be seen, and may be made active again.
    Deactivated,
    /// Deleted: a user of this name may be made anew, who is somebody else.
    Deleted,
    /// Deleted after an administrator had removed her: not to be seen, and she stays out.
    Forgotten,
}

/// Why a user does not become a member.
///
/// For examples see [`Provisioned`] and [`Provisioned::deleted`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaysOut {
    /// There is a user of this name.
    Exists,
    /// An administrator removed her: an administrator has to want her back.
    RemovedHere,
}

impl Provisioned {
    /// Of the bearer of a name, by what was kept under that name.
    #[must_use]
    pub fn of(entry: &Entry, kept: Option<Provisioned>) -> Provisioned {
        kept.filter(|kept| kept.generation == entry.generation).unwrap_or(Provisioned {
            generation: entry.generation,
            since: entry.generation,
            external_id: None,
            end: None,
        })
    }

    /// Whether the other directory sees her.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        matches!(self.end, None | Some(End::Deactivated))
    }

    /// What is kept when a user is made under a name that somebody bore before.
    ///
    /// # Errors
    /// [`StaysOut`].
    pub fn may_be_made(before: Option<(&Entry, &Provisioned)>) -> Result<(), StaysOut> {
        match before {
            None => Ok(()),
            Some((_, known)) if known.is_seen() => Err(StaysOut::Exists),
            Some((_, known)) if known.end == Some(End::Forgotten) => Err(StaysOut::RemovedHere),
            Some((entry, _)) if entry.standing != Standing::Removed => Err(StaysOut::Exists),
            Some(_) => Ok(()),
        }
    }

    /// Whether she may be made active again.
    ///
    /// # Errors
    /// [`StaysOut::RemovedHere`].
    pub fn may_return(&self) -> Result<(), StaysOut> {
        if self.end == Some(End::Deactivated) { Ok(()) } else { Err(StaysOut::RemovedHere) }
    }

    /// The same user under the next bearer of her name.
    #[must_use]
    pub fn carried_to(self, entry: &Entry) -> Provisioned {
        Provisioned { generation: entry.generation, end: None, ..self }
    }

    /// After she was deactivated. `entry` is how she stood before: whom an administrator had removed stays removed
    /// by her.
    #[must_use]
    pub fn deactivated(self, entry: &Entry) -> Provisioned {
        match entry.standing {
            Standing::Removed => self,
            Standing::Invited { .. } | Standing::Active => Provisioned { end: Some(End::Deactivated), ..self },
        }
    }

    /// After she was deleted: nothing is kept of her but how that came.
    ///
    /// ```
    /// use mfa_core::member::Generation;
    /// use mfa_core::tenant::directory::Entry;
    /// use mfa_core::tenant::provisioned::{End, Provisioned, StaysOut};
    ///
    /// let entry = Entry::vouched(None, Generation(0))?;
    /// let (removed, user) = (entry.removed(1)?, Provisioned::of(&entry, None));
    /// // Whom an administrator removed, no software makes a member again by deleting her and making her anew.
    /// let deleted = user.deleted(&removed);
    /// assert_eq!(deleted.end, Some(End::Forgotten));
    /// assert_eq!(Provisioned::may_be_made(Some((&removed, &deleted))), Err(StaysOut::RemovedHere));
    /// # Ok::<(), mfa_core::tenant::directory::Kept>(())
    /// ```
    #[must_use]
    pub fn deleted(self, entry: &Entry) -> Provisioned {
        let end = match (entry.standing, self.end) {
            (Standing::Removed, None | Some(End::Forgotten)) => Some(End::Forgotten),
            _ => Some(End::Deleted),
        };
        Provisioned { external_id: None, end, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::member::TokenDigest;
    use crate::tenant::directory::Role;
    use crate::time::Timestamp;
    use std::string::ToString;

    const NOW: Timestamp = Timestamp(1_700_000_000);

    fn invited(before: Option<Entry>) -> Entry {
        Entry::invite(before, Generation(0), Role::Member, TokenDigest([7; 32]), NOW).unwrap()
    }

    fn known(entry: &Entry) -> Provisioned {
        Provisioned { external_id: Some("7".to_string()), ..Provisioned::of(entry, None) }
    }

    #[test]
    fn it_is_said_of_one_bearer_of_a_name() {
        let first = invited(None).accepted();
        assert_eq!(Provisioned::of(&first, Some(known(&first))), known(&first));
        let next = invited(Some(first.removed(1).unwrap()));
        let of_next = Provisioned::of(&next, Some(known(&first)));
        assert_eq!((of_next.since, of_next.external_id, of_next.end), (next.generation, None, None));
    }

    #[test]
    fn who_was_deactivated_returns_as_the_same_user_and_as_a_new_member() {
        let first = invited(None).accepted();
        let gone = first.removed(1).unwrap();
        let user = known(&first).deactivated(&first);
        assert!(user.is_seen() && user.may_return().is_ok());
        assert_eq!(Provisioned::may_be_made(Some((&gone, &user))), Err(StaysOut::Exists));
        let next = invited(Some(gone));
        let back = user.clone().carried_to(&next);
        assert_eq!((back.since, back.external_id.clone(), back.end), (user.since, user.external_id, None));
        assert!(back.generation > back.since);
        assert_eq!(Provisioned::of(&next, Some(back.clone())), back);
    }

    #[test]
    fn who_was_deleted_is_not_seen_and_her_name_is_free() {
        let first = invited(None).accepted();
        let user = known(&first).deleted(&first);
        let gone = first.removed(1).unwrap();
        assert!(!user.is_seen() && user.external_id.is_none());
        assert_eq!(user.may_return(), Err(StaysOut::RemovedHere), "only who is seen is made active");
        assert_eq!(Provisioned::may_be_made(Some((&gone, &user))), Ok(()));
        // Deactivated first, deleted then.
        let user = known(&first).deactivated(&first).deleted(&gone);
        assert_eq!(Provisioned::may_be_made(Some((&gone, &user))), Ok(()));
    }

    #[test]
    fn whom_an_administrator_removed_no_software_makes_a_member() {
        let gone = invited(None).accepted().removed(1).unwrap();
        let user = Provisioned::of(&gone, None);
        assert!(user.is_seen());
        assert_eq!(user.may_return(), Err(StaysOut::RemovedHere));
        assert_eq!(Provisioned::may_be_made(Some((&gone, &user))), Err(StaysOut::Exists));
        // Neither after she was deactivated once more, nor after she was deleted.
        assert_eq!(user.clone().deactivated(&gone).may_return(), Err(StaysOut::RemovedHere));
        let forgotten = user.deleted(&gone);
        assert!(!forgotten.is_seen());
        assert_eq!(Provisioned::may_be_made(Some((&gone, &forgotten))), Err(StaysOut::RemovedHere));
        let again = forgotten.deleted(&gone);
        assert_eq!(Provisioned::may_be_made(Some((&gone, &again))), Err(StaysOut::RemovedHere));
    }

    #[cfg(feature = "serde")]
    #[test]
    fn it_is_written_like_this() {
        let user = Provisioned {
            generation: Generation(3),
            since: Generation(1),
            external_id: Some("7".to_string()),
            end: Some(End::Deactivated),
        };
        let text = r#"{"generation":3,"since":1,"external_id":"7","end":"deactivated"}"#;
        assert_eq!(serde_json::to_string(&user).unwrap(), text);
        assert_eq!(serde_json::from_str::<Provisioned>(text).unwrap(), user);
        for wrong in [r#"{"generation":3,"since":1,"end":null}"#, r#"{"generation":3,"since":1,"external_id":"7"}"#] {
            assert!(serde_json::from_str::<Provisioned>(wrong).is_err());
        }
    }
}
