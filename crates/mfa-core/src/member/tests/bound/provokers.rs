//! Temperaments that provoke something: a lock, a reset, a new authenticator, a flood; and the one without a plan.

use std::boxed::Box;
use std::vec::Vec;

use super::attackers::Attacker;
use super::hands::{Hands, Seen};
use super::run::between;
use crate::member::tests::people::{Names, verifier};
use crate::member::tests::world::{DAY, HOUR, MINUTE};
use crate::member::{Command, Outcome, TokenDigest};
use crate::time::Timestamp;

pub(super) fn all(seed: u64) -> Vec<Box<dyn Attacker>> {
    std::vec![
        Box::new(Provokes { held: Vec::new(), enrolled: 0 }),
        Box::new(Floods),
        Box::new(TriesEveryCommand),
        Box::new(Whim { dice: Names(seed ^ 0x7768_696d), held: Vec::new() }),
    ]
}

/// Locks as soon as he can, so that she is reset and enrols anew, and keeps sign-ins open across all of that. He
/// watches her, and guesses at a new authenticator in its first second.
struct Provokes {
    held: Vec<TokenDigest>,
    enrolled: u32,
}

impl Attacker for Provokes {
    fn name(&self) -> &'static str {
        "provokes new enrolments"
    }

    fn acts(&mut self, hands: &mut Hands) -> Timestamp {
        let mut back = hands.now();
        self.held.clear();
        while self.held.len() < 4 {
            match hands.begin() {
                Ok(pending) => self.held.push(pending),
                Err(stopped) => return hands.back_after(stopped),
            }
        }
        for pending in &self.held {
            loop {
                match hands.code(*pending) {
                    Seen::Wrong => {}
                    stopped => {
                        back = back.max(hands.back_after(stopped));
                        break;
                    }
                }
            }
        }
        back
    }

    fn watches(&mut self, hands: &mut Hands) {
        if hands.victim.enrolled > self.enrolled {
            self.enrolled = hands.victim.enrolled;
            for pending in core::mem::take(&mut self.held) {
                hands.code(pending);
            }
            hands.guess(&mut None);
        }
    }
}

/// Begins so many sign-ins that hers are pushed out, and guesses on the youngest and the oldest.
struct Floods;

impl Attacker for Floods {
    fn name(&self) -> &'static str {
        "floods"
    }

    fn acts(&mut self, hands: &mut Hands) -> Timestamp {
        let mut begun = Vec::new();
        for _ in 0..25 {
            match hands.begin() {
                Ok(pending) => begun.push(pending),
                Err(stopped) => return hands.back_after(stopped),
            }
        }
        for pending in [begun[0], begun[24], begun[23]] {
            if hands.code(pending) == Seen::Locked {
                return Timestamp(hands.now().0 + 5 * DAY);
            }
        }
        Timestamp(hands.now().0 + DAY)
    }
}

/// Beside his guesses sends whatever a sign-in might take, hoping that something clears his failures or lets him by.
struct TriesEveryCommand;

impl Attacker for TriesEveryCommand {
    fn name(&self) -> &'static str {
        "tries every command"
    }

    fn acts(&mut self, hands: &mut Hands) -> Timestamp {
        let pending = match hands.begin() {
            Ok(pending) => pending,
            Err(stopped) => return hands.back_after(stopped),
        };
        let guessed = hands.code(pending);
        let (grant, id, phone, sheet) = {
            let world = &mut *hands.world;
            (world.grant, world.names.enrolment(), world.names.phone(), world.names.sheet())
        };
        let passcode = phone.shows(hands.now());
        let proof = sheet.proof();
        let link = hands.world.names.token();
        for command in [
            Command::StartEnrolment { grant, pending, id, secret: phone.scanned() },
            Command::ConfirmEnrolment { grant, pending, id, passcode, keys: sheet.issued() },
            Command::CompleteEnrolment { grant, pending, id, proof },
            Command::ReplacePassword { grant, pending, verifier: verifier("his long password"), under_current: None },
            Command::IssuePasswordLink { grant, anyway: false },
            Command::ReplacePasswordByLink { grant, link, verifier: verifier("his long password"), under_kept: None },
            Command::Disown { grant, link },
            Command::Follow { grant },
            Command::Sweep,
        ] {
            let outcome = hands.ask(command);
            assert!(!matches!(outcome, Outcome::PasswordChanged | Outcome::Disowned), "{outcome:?}");
        }
        match guessed {
            Seen::Wrong => Timestamp(hands.now().0 + HOUR),
            stopped => hands.back_after(stopped),
        }
    }
}

/// No plan at all: anything, anywhere, at any time, again and again.
struct Whim {
    dice: Names,
    held: Vec<TokenDigest>,
}

impl Attacker for Whim {
    fn name(&self) -> &'static str {
        "whim"
    }

    fn acts(&mut self, hands: &mut Hands) -> Timestamp {
        for _ in 0..between(&mut self.dice, 1, 12) {
            self.does_something(hands);
        }
        let pauses = [30, 5 * MINUTE, HOUR, 6 * HOUR, DAY, 2 * DAY, 5 * DAY, 12 * DAY];
        let pause = pauses[between(&mut self.dice, 0, 7) as usize];
        Timestamp(hands.now().0 + pause)
    }

    fn watches(&mut self, hands: &mut Hands) {
        if between(&mut self.dice, 1, 10) == 1 {
            self.does_something(hands);
        }
    }
}

impl Whim {
    fn does_something(&mut self, hands: &mut Hands) {
        let chosen = between(&mut self.dice, 0, 5);
        let at = between(&mut self.dice, 0, 30) as usize;
        match (chosen, self.held.get(at).copied(), hands.victim.session) {
            (0, _, Some(session)) => {
                hands.step_up(session);
            }
            (1, _, Some(session)) => {
                hands.wrong_key_in(session);
            }
            (2, Some(pending), _) => {
                hands.key(pending);
            }
            (3, Some(pending), _) => {
                if hands.code(pending) == Seen::Gone {
                    self.held.remove(at);
                }
            }
            (4 | 5, ..) => {
                hands.guess(&mut None);
            }
            _ => self.held.extend(hands.begin()),
        }
    }
}
