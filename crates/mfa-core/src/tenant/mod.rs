//! The state machine of a tenant: how its members sign in.
//!
//! Built-in MFA and an external identity provider exclude each other: there is no state in which both are on, and no
//! step that leads from one to the other without passing through passwords alone.
//!
//! Every change of mode is a new [`Epoch`]. Whatever was sealed, keyed or signed in an earlier one is dead from that
//! instant, because the data key that belonged to it is no longer anywhere.

pub mod directory;

use alloc::string::String;

/// Rises with each change of mode. What was made in an earlier epoch is never accepted again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Epoch(pub u64);

impl Epoch {
    /// The first of a tenant. Zero is "before any".
    pub const FIRST: Epoch = Epoch(1);

    fn next(self) -> Epoch {
        Epoch(self.0.saturating_add(1))
    }
}

/// How members sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum ModeKind {
    /// Username and password.
    Password,
    /// Username, password and the code of an authenticator app.
    Mfa,
    /// At an external identity provider; no local door is open.
    External,
}

/// A tenant's data key, wrapped by the key-encryption key. Opaque here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct WrappedDataKey(pub String);

/// How members sign in, with what that needs. A data key exists exactly while MFA is on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "mode", rename_all = "kebab-case", deny_unknown_fields))]
pub enum Mode {
    /// See [`ModeKind::Password`].
    Password,
    /// See [`ModeKind::Mfa`].
    Mfa {
        /// Under which every secret of this epoch is sealed.
        data_key: WrappedDataKey,
    },
    /// See [`ModeKind::External`].
    External,
}

impl Mode {
    /// Without what it needs.
    #[must_use]
    pub fn kind(&self) -> ModeKind {
        match self {
            Mode::Password => ModeKind::Password,
            Mode::Mfa { .. } => ModeKind::Mfa,
            Mode::External => ModeKind::External,
        }
    }
}

/// The state that decides for a whole tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Tenant {
    /// How members sign in.
    pub mode: Mode,
    /// Since the last change of mode.
    pub epoch: Epoch,
}

impl Tenant {
    /// A new tenant in its first epoch.
    #[must_use]
    pub fn new(mode: Mode) -> Tenant {
        Tenant { mode, epoch: Epoch::FIRST }
    }
}

/// A request to change the mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Switches MFA on, under a fresh data key.
    SwitchOn {
        /// The fresh key, wrapped.
        data_key: WrappedDataKey,
    },
    /// Switches MFA off. The data key is destroyed, and with it all that was sealed under it.
    SwitchOff,
    /// Moves sign-in to an external identity provider.
    UseExternal,
    /// Moves sign-in back to passwords.
    UseLocal,
}

/// The answer to a [`Command`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done, in a new epoch.
    Changed,
    /// It was so already; nothing changed.
    Unchanged,
    /// Not while the mode is this one: leave it first.
    Excluded(ModeKind),
}

/// What `decide` decided. Save the state before the outcome is revealed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "persist the state before you reveal the outcome"]
pub struct Decision {
    /// The tenant from now on.
    pub state: Tenant,
    /// The answer.
    pub outcome: Outcome,
}

/// Decides a change of mode. Total; takes the same time for ten members and a million, since it touches none.
pub fn decide(state: Tenant, command: Command) -> Decision {
    let target = match (state.mode.kind(), command) {
        (ModeKind::Password, Command::SwitchOn { data_key }) => Mode::Mfa { data_key },
        (ModeKind::Mfa, Command::SwitchOff) | (ModeKind::External, Command::UseLocal) => Mode::Password,
        (ModeKind::Password, Command::UseExternal) => Mode::External,
        (ModeKind::Mfa, Command::SwitchOn { .. })
        | (ModeKind::Password, Command::SwitchOff | Command::UseLocal)
        | (ModeKind::External, Command::UseExternal) => {
            return Decision { state, outcome: Outcome::Unchanged };
        }
        (kind @ (ModeKind::External | ModeKind::Mfa), _) => {
            return Decision { state, outcome: Outcome::Excluded(kind) };
        }
    };
    let epoch = state.epoch.next();
    Decision { state: Tenant { mode: target, epoch }, outcome: Outcome::Changed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;
    use std::vec::Vec;

    fn key(name: &str) -> WrappedDataKey {
        WrappedDataKey(name.to_string())
    }

    fn commands() -> [Command; 4] {
        [Command::SwitchOn { data_key: key("fresh") }, Command::SwitchOff, Command::UseExternal, Command::UseLocal]
    }

    fn modes() -> [Mode; 3] {
        [Mode::Password, Mode::Mfa { data_key: key("old") }, Mode::External]
    }

    #[test]
    fn the_whole_table() {
        use ModeKind::{External, Mfa, Password};
        use Outcome::{Changed, Excluded, Unchanged};
        let table: Vec<(ModeKind, Outcome)> = modes()
            .into_iter()
            .flat_map(|mode| commands().map(|command| decide(Tenant::new(mode.clone()), command)))
            .map(|decision| (decision.state.mode.kind(), decision.outcome))
            .collect();
        let expected = [
            (Mfa, Changed),
            (Password, Unchanged),
            (External, Changed),
            (Password, Unchanged),
            (Mfa, Unchanged),
            (Password, Changed),
            (Mfa, Excluded(Mfa)),
            (Mfa, Excluded(Mfa)),
            (External, Excluded(External)),
            (External, Excluded(External)),
            (External, Unchanged),
            (Password, Changed),
        ];
        assert_eq!(table, expected);
    }

    #[test]
    fn every_change_is_a_new_epoch_and_nothing_else_is() {
        for mode in modes() {
            for command in commands() {
                let before = Tenant::new(mode.clone());
                let decision = decide(before.clone(), command);
                match decision.outcome {
                    Outcome::Changed => assert_eq!(decision.state.epoch, before.epoch.next()),
                    Outcome::Unchanged | Outcome::Excluded(_) => assert_eq!(decision.state, before),
                }
            }
        }
    }

    #[test]
    fn switching_off_and_on_never_brings_a_data_key_back() {
        let on = Tenant::new(Mode::Mfa { data_key: key("old") });
        let off = decide(on, Command::SwitchOff).state;
        assert_eq!(off.mode, Mode::Password);
        let on_again = decide(off, Command::SwitchOn { data_key: key("new") }).state;
        assert_eq!(on_again, Tenant { mode: Mode::Mfa { data_key: key("new") }, epoch: Epoch(3) });
    }
}
