//! Temperaments that differ in where they guess.

use std::boxed::Box;
use std::vec::Vec;

use super::attackers::Attacker;
use super::hands::{Hands, Seen, seen};
use crate::member::tests::people::verifier;
use crate::member::tests::world::{DAY, HOUR};
use crate::member::{Command, Outcome, SessionId, StepUpProof, TokenDigest};
use crate::time::Timestamp;

pub(super) fn all() -> Vec<Box<dyn Attacker>> {
    std::vec![
        Box::new(SwitchesMethods),
        Box::new(HasHerSession { worn_out: None, needs_the_password: true }),
        Box::new(RecoveryLane),
        Box::new(Replays),
    ]
}

/// Every proof at every door in turn.
struct SwitchesMethods;

impl Attacker for SwitchesMethods {
    fn name(&self) -> &'static str {
        "switches methods"
    }

    fn acts(&mut self, hands: &mut Hands) -> Timestamp {
        let mut back = hands.now();
        for _ in 0..3 {
            let pending = match hands.begin() {
                Ok(pending) => pending,
                Err(stopped) => return hands.back_after(stopped),
            };
            for turn in 0..4 {
                let seen = match (turn, hands.victim.session) {
                    (1, _) => hands.key(pending),
                    (2, Some(session)) => hands.step_up(session),
                    _ => hands.code(pending),
                };
                if seen == Seen::Locked {
                    return hands.back_after(seen);
                }
                back = back.max(hands.back_after(seen));
            }
        }
        back.min(Timestamp(hands.now().0 + DAY))
    }
}

/// Gets hold of her sessions as well, as long as he has her password, and guesses where one steps up. Nothing of that is
/// ever given back.
pub(super) struct HasHerSession {
    pub(super) worn_out: Option<SessionId>,
    /// Whether what brings him her sessions ends with the password that leaked.
    pub(super) needs_the_password: bool,
}

impl Attacker for HasHerSession {
    fn name(&self) -> &'static str {
        "has her session"
    }

    fn acts(&mut self, hands: &mut Hands) -> Timestamp {
        if self.needs_the_password && hands.is_over() {
            return Timestamp(hands.now().0 + DAY);
        }
        let Some(session) = hands.victim.session.filter(|session| Some(*session) != self.worn_out) else {
            return Timestamp(hands.now().0 + HOUR);
        };
        loop {
            match hands.step_up(session) {
                Seen::Wrong => {}
                Seen::Gone => {
                    self.worn_out = Some(session);
                    return Timestamp(hands.now().0 + HOUR);
                }
                stopped => return hands.back_after(stopped),
            }
        }
    }
}

/// Wears the other lane out first, in the hope that codes have one of their own for it.
struct RecoveryLane;

impl Attacker for RecoveryLane {
    fn name(&self) -> &'static str {
        "recovery lane first"
    }

    fn acts(&mut self, hands: &mut Hands) -> Timestamp {
        let pending = match hands.begin() {
            Ok(pending) => pending,
            Err(stopped) => return hands.back_after(stopped),
        };
        while hands.key(pending) == Seen::Wrong {}
        let mut held = None;
        match hands.guess(&mut held) {
            Seen::Wrong => Timestamp(hands.now().0 + HOUR),
            stopped => hands.back_after(stopped),
        }
    }
}

/// Has looked over her shoulder: shows spent codes, which cost nothing, between guesses.
struct Replays;

impl Attacker for Replays {
    fn name(&self) -> &'static str {
        "replays in between"
    }

    fn acts(&mut self, hands: &mut Hands) -> Timestamp {
        let pending = match hands.begin() {
            Ok(pending) => pending,
            Err(stopped) => return hands.back_after(stopped),
        };
        hands.replay(pending);
        let guessed = hands.code(pending);
        hands.replay(pending);
        match guessed {
            Seen::Wrong => Timestamp(hands.now().0 + HOUR),
            stopped => hands.back_after(stopped),
        }
    }
}

/// Reads her mail as well: whenever he has to wait he takes a new password by link, for a new budget. She is told each.
pub(super) struct ReadsHerMail {
    pub(super) taken: u32,
}

impl Attacker for ReadsHerMail {
    fn name(&self) -> &'static str {
        "reads her mail"
    }

    fn acts(&mut self, hands: &mut Hands) -> Timestamp {
        let mut held = None;
        for _ in 0..6 {
            match hands.guess(&mut held) {
                Seen::Wrong => {}
                stopped => {
                    self.takes_a_password(hands);
                    return hands.back_after(stopped).min(Timestamp(hands.now().0 + DAY));
                }
            }
        }
        Timestamp(hands.now().0 + HOUR)
    }
}

impl ReadsHerMail {
    fn takes_a_password(&mut self, hands: &mut Hands) {
        let grant = hands.world.grant;
        if let Outcome::PasswordLinkIssued { .. } = hands.ask(Command::IssuePasswordLink { grant, anyway: false }) {
            let link = hands.world.fresh.link;
            self.taken += 1;
            let new = std::format!("his long password number {}", self.taken);
            let verifier = verifier(&new);
            let replaced = hands.ask(Command::ReplacePasswordByLink { grant, link, verifier, under_kept: None });
            assert_eq!(replaced, Outcome::PasswordChanged);
            // To him it is one leak, whatever the password is now.
            (hands.loot.password, hands.world.password, hands.loot.stale) = (new.clone(), new, false);
        }
    }
}

impl Hands<'_> {
    /// A recovery key out of thin air: 115 bits.
    pub(super) fn key(&mut self, pending: TokenDigest) -> Seen {
        let (grant, digest) = (self.world.grant, self.world.names.sheet().key(1));
        seen(&self.ask(Command::VerifyRecoveryKey { grant, pending, digest }))
    }

    /// The code that she used last.
    fn replay(&mut self, pending: TokenDigest) {
        if let Some(passcode) = self.victim.last_code.clone() {
            let (grant, charged) = (self.world.grant, self.world.inside().codes.budgeted.len());
            if self.victim.phone.step_of(&passcode, self.now()).is_some() {
                self.ask(Command::VerifyCode { grant, pending, passcode, remember_device: None });
                assert_eq!(self.world.inside().codes.budgeted.len(), charged, "a replay is no guess");
            }
        }
    }

    /// The same in a session.
    pub(super) fn wrong_key_in(&mut self, session: SessionId) -> Seen {
        let (grant, digest) = (self.world.grant, self.world.names.sheet().key(1));
        seen(&self.ask(Command::StepUp { grant, session, proof: StepUpProof::RecoveryKey(digest) }))
    }
}
