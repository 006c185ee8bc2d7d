//! The shell, in full and small enough to read: open → decide → seal → save → answer.

use std::string::String;
use std::vec::Vec;

use super::super::state::{Authenticator, Factor, Joined};
use super::super::{Command, Decision, GuardedSecret, Member, Outcome, PasswordVerifier, decide};
use super::world::World;
use crate::secret::Secret;
use crate::tenant::Epoch;

impl World {
    pub(super) fn ask(&mut self, command: Command) -> Outcome {
        let decision = self.decide(command);
        self.keep(decision)
    }

    /// Decides without keeping anything but the names used.
    pub(super) fn decide(&mut self, command: Command) -> Decision {
        self.fresh = self.names.fresh();
        let mut state = self.member.clone();
        if self.keys_at_hand {
            open(&mut state);
        }
        decide(state, command, self.fresh, self.now)
    }

    fn keep(&mut self, decision: Decision) -> Outcome {
        let outcome = self.keep_in_memory(decision);
        self.member = stored_and_read(&self.member);
        outcome
    }

    /// Sealed, but not through the stored form: for long scripts.
    pub(super) fn keep_in_memory(&mut self, decision: Decision) -> Outcome {
        self.member = decision.state;
        self.events = decision.events;
        seal(&mut self.member);
        decision.outcome
    }

    // A look inside.

    pub(super) fn inside(&self) -> &Joined {
        self.member.joined().unwrap()
    }

    pub(super) fn inside_mut(&mut self) -> &mut Joined {
        self.member.joined_mut().unwrap()
    }

    pub(super) fn kept(&self) -> &PasswordVerifier {
        self.inside().password.as_ref().unwrap()
    }

    pub(super) fn authenticator(&self) -> &Authenticator {
        match &self.inside().factor {
            Factor::Bound(authenticator) => authenticator,
            Factor::None => panic!("not enrolled"),
        }
    }

    pub(super) fn failures_in_a_row(&self) -> u32 {
        self.inside().codes.consecutive()
    }
}

/// Through the stored form and back, as between any two requests.
fn stored_and_read(state: &Member) -> Member {
    #[cfg(feature = "serde")]
    {
        let stored = crate::stored::StoredMember::try_from(state).unwrap();
        let text = serde_json::to_string(&stored).unwrap();
        let read: crate::stored::StoredMember = serde_json::from_str(&text).unwrap();
        Member::try_from(read).unwrap()
    }
    #[cfg(not(feature = "serde"))]
    state.clone()
}

/// A stand-in for the cipher: no plain byte stays, and what was sealed for one purpose or epoch does not open for
/// another.
pub(super) fn seal(state: &mut Member) {
    for (purpose, epoch, secret) in state.secrets_mut() {
        if let GuardedSecret::Open(plain) = secret {
            let text: String = plain.expose().iter().map(|byte| std::format!("{:02x}", byte ^ 0xa5)).collect();
            *secret = GuardedSecret::Sealed(std::format!("{purpose:?} of {}:{text}", epoch.0));
        }
    }
}

pub(super) fn open(state: &mut Member) {
    open_if(state, |_| true);
}

/// Opens what the data key of one epoch opens.
pub(super) fn open_of(state: &mut Member, key: Epoch) {
    open_if(state, |epoch| epoch == key);
}

fn open_if(state: &mut Member, has_key: impl Fn(Epoch) -> bool) {
    for (purpose, epoch, secret) in state.secrets_mut() {
        if has_key(epoch)
            && let GuardedSecret::Sealed(text) = secret
            && let Some(digits) = text.strip_prefix(&std::format!("{purpose:?} of {}:", epoch.0))
        {
            let plain: Vec<u8> = (0..digits.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap() ^ 0xa5)
                .collect();
            *secret = GuardedSecret::Open(Secret::from_bytes(&plain).unwrap());
        }
    }
}
