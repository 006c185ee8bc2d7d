//! What is said between the Worker and a tenant's object when a directory elsewhere provisions members (SCIM 2.0).

use mfa_core::member::Generation;
use serde::{Deserialize, Serialize};

use super::MemberName;
use super::member::MemberAsk;
use super::tenant::Invitee;

/// What is done or looked at.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Provision {
    /// Nothing: whether the key lives is all that is asked.
    Prove,
    Create {
        invitee: Invitee,
        external_id: Option<String>,
        active: bool,
    },
    Read {
        id: UserId,
    },
    /// A page of those whom a filter means, in the form that it was sent in.
    List {
        filter: Option<String>,
        /// How many of them come before the page.
        skip: u64,
        count: u64,
    },
    Change {
        id: UserId,
        change: UserChange,
    },
    Delete {
        id: UserId,
    },
}

/// What of a user changes. What is not said stays.
#[derive(Serialize, Deserialize)]
pub(crate) struct UserChange {
    /// In its one form. It never changes: another one is refused.
    pub(crate) username: Option<String>,
    pub(crate) external_id: SaidOfUser,
    pub(crate) active: Option<bool>,
}

/// Whether something was said, and what.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SaidOfUser {
    Nothing,
    Is(Option<String>),
}

/// Names a user to a directory elsewhere: a member's name and the first of its bearers who was this user. Opaque there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UserId {
    pub(crate) member: MemberName,
    pub(crate) since: Generation,
}

impl UserId {
    /// Reads one that we wrote.
    pub(crate) fn parse(text: &str) -> Option<UserId> {
        let (member, since) = text.split_at_checked(MemberName::DIGITS)?;
        let ours = since.len() == 8 && since.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let since = u32::from_str_radix(since, 16).ok().filter(|_| ours)?;
        Some(UserId { member: MemberName::parse(member)?, since: Generation(since) })
    }

    /// As text.
    pub(crate) fn text(&self) -> String {
        format!("{}{:08x}", self.member.as_str(), self.since.0)
    }
}

/// A user as another directory sees her.
#[derive(Serialize, Deserialize)]
pub(crate) struct ProvisionedUser {
    pub(crate) id: UserId,
    pub(crate) username: String,
    pub(crate) external_id: Option<String>,
    pub(crate) active: bool,
}

/// The answer. Whoever has to follow can be told at once, as after an administrator's order.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ProvisionReply {
    Proven,
    User {
        user: ProvisionedUser,
        ask: Option<MemberAsk>,
    },
    Page {
        total: u64,
        users: Vec<ProvisionedUser>,
    },
    Deleted {
        ask: Option<MemberAsk>,
    },
    /// No such user.
    NoUser,
    /// There is a user of this name.
    Exists,
    /// A name is who somebody is: it stays.
    NameStays,
    /// An administrator removed her, and has to want her back.
    RemovedHere,
    LastAdministrator,
}
