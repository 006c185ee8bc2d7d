//! Law 1, over time: how fast and how often anything is judged at all, by a stop-watch of our own.

use std::vec::Vec;

use proptest::prelude::*;

use super::script::script_of_a_sound_clock;
use super::step::Step;
use super::{Law, config, hold};
use crate::member::Event;
use crate::member::{Command, Outcome, StepUpProof, TokenDigest};
use crate::time::Timestamp;

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn law_1_no_more_is_judged_than_the_numbers_allow(script in script_of_a_sound_clock()) {
        hold(&script, Pace::default());
    }
}

#[derive(Default)]
struct Pace {
    codes: Watch,
    recovery_keys: Watch,
    strangers: Vec<Timestamp>,
    /// Codes judged wrong, under one password, that nobody took back.
    under_this_password: Vec<Timestamp>,
    locked: bool,
}

/// What was judged wrong: when, and on which sign-in.
#[derive(Default)]
struct Watch {
    row: Vec<(Timestamp, TokenDigest)>,
    month: Vec<(Timestamp, TokenDigest)>,
}

const DAY: u64 = 24 * 3600;
const MONTH: u64 = 30 * DAY;

impl Law for Pace {
    fn observe(&mut self, step: &Step) {
        if step.wiped() {
            let strangers = core::mem::take(&mut self.strangers);
            *self = Pace { strangers, ..Pace::default() };
        }
        let now = step.now;
        if step.events.contains(&Event::Joined) {
            *self = Pace::default();
        }
        if step.reset() {
            self.locked = false;
        }
        // What fails in a session is never given back: it is noted under no sign-in.
        let nobody = TokenDigest([255; 32]);
        match (&step.command, &step.outcome) {
            (Command::StepUp { .. } | Command::VerifyCode { .. }, Outcome::CodeRefused) => {
                let pending = match &step.command {
                    Command::VerifyCode { pending, .. } => pending,
                    _ => &nobody,
                };
                assert!(!self.locked, "judged a code though locked");
                self.codes.may_be_judged(now, 5, 20);
                if !step.events.contains(&Event::CodeReplayed) {
                    self.codes.failed(now, *pending);
                    self.under_this_password.push(now);
                    self.at_most_twenty_a_month(now);
                }
                self.locked |= step.events.contains(&Event::AuthenticatorLocked);
                let spent = self.codes.in_month(now) >= 20 || self.codes.row.len() >= 100;
                assert_eq!(self.locked, spent, "locked at the twentieth, or the hundredth in a row, and not before");
            }
            (Command::StepUp { proof: StepUpProof::Code(_), .. }, Outcome::SteppedUp { .. }) => {
                assert!(!self.locked, "stepped up though locked");
                self.codes.may_be_judged(now, 5, 20);
                self.codes.row.clear();
            }
            (Command::StepUp { proof: StepUpProof::RecoveryKey(_), .. }, Outcome::SteppedUp { .. }) => {
                self.recovery_keys.may_be_judged(now, 5, 10);
                self.recovery_keys.row.clear();
            }
            (Command::CompleteRecoveryKeys { .. }, Outcome::RecoveryKeysReplaced { .. }) => {
                self.recovery_keys.row.clear();
            }
            (Command::VerifyCode { pending, .. }, Outcome::SignedIn(_) | Outcome::Owes { .. }) => {
                assert!(!self.locked, "let in though locked");
                self.codes.may_be_judged(now, 5, 20);
                self.codes.row.clear();
                self.give_back(*pending);
            }
            (Command::StepUp { .. } | Command::VerifyRecoveryKey { .. }, Outcome::RecoveryKeyRefused) => {
                let pending = match &step.command {
                    Command::VerifyRecoveryKey { pending, .. } => pending,
                    _ => &nobody,
                };
                self.recovery_keys.may_be_judged(now, 5, 10);
                if step.events.iter().any(|event| matches!(event, Event::RecoveryKeyRefused { .. })) {
                    self.recovery_keys.failed(now, *pending);
                }
            }
            (Command::VerifyRecoveryKey { pending, .. }, Outcome::SignedIn(_) | Outcome::Owes { .. }) => {
                self.recovery_keys.may_be_judged(now, 5, 10);
                self.recovery_keys.row.clear();
                self.give_back(*pending);
            }
            (Command::ReplacePasswordByLink { .. }, Outcome::PasswordChanged) => self.strangers.clear(),
            (Command::ReplacePassword { .. }, Outcome::Owes { .. } | Outcome::SignedIn(_))
            | (Command::ChangePassword { .. }, Outcome::PasswordChanged) => {
                (self.codes, self.recovery_keys) = Default::default();
                self.under_this_password.clear();
            }
            (Command::CompleteEnrolment { .. }, Outcome::SignedIn(_)) => {
                self.codes.row.clear();
                self.recovery_keys.row.clear();
                self.locked = false;
            }
            (Command::CheckPassword { .. }, outcome) => self.password(step, outcome),
            (Command::Join { .. }, Outcome::Joined) => *self = Pace::default(),
            _ => {}
        }
    }
}

impl Pace {
    fn give_back(&mut self, pending: TokenDigest) {
        for (at, _) in self.codes.month.iter().filter(|(_, token)| *token == pending) {
            let position = self.under_this_password.iter().position(|judged| judged == at).unwrap();
            self.under_this_password.remove(position);
        }
        for watch in [&mut self.codes, &mut self.recovery_keys] {
            watch.month.retain(|(_, token)| *token != pending);
        }
    }

    fn at_most_twenty_a_month(&self, now: Timestamp) {
        let judged = self.under_this_password.iter().filter(|at| now.0 - at.0 < MONTH).count();
        assert!(judged <= 20, "{judged} wrong codes judged in thirty days under one password");
    }

    fn password(&mut self, step: &Step, outcome: &Outcome) {
        let known = step.before.strangers == step.after.strangers;
        match outcome {
            Outcome::SignInRefused if !known => {
                if self.strangers.last().is_some_and(|last| step.now.0 - last.0 >= DAY) {
                    self.strangers.clear(); // forgotten
                }
                waited(&self.strangers, step.now, 10);
                self.strangers.push(step.now);
            }
            Outcome::PasswordRight { .. } if step.after.strangers.consecutive() == 0 && !known => {
                self.strangers.clear()
            }
            _ => {}
        }
    }
}

impl Watch {
    fn may_be_judged(&self, now: Timestamp, free: usize, in_a_month: usize) {
        waited(&self.row.iter().map(|(at, _)| *at).collect::<Vec<_>>(), now, free);
        assert!(self.in_month(now) < in_a_month, "the budget was spent");
        assert!(self.row.len() < 100, "the hard cap was reached");
    }

    fn failed(&mut self, now: Timestamp, pending: TokenDigest) {
        self.row.push((now, pending));
        self.month.push((now, pending));
    }

    fn in_month(&self, now: Timestamp) -> usize {
        self.month.iter().filter(|(at, _)| now.0 - at.0 < MONTH).count()
    }
}

/// The wait after failure number `free` is 30 s; each further one doubles it, up to an hour.
fn waited(row: &[Timestamp], now: Timestamp, free: usize) {
    let waits = [30, 60, 120, 240, 480, 960, 1920, 3600];
    if let Some(last) = row.last()
        && let Some(beyond) = row.len().checked_sub(free)
    {
        let wait = waits[beyond.min(waits.len() - 1)];
        assert!(now.0 >= last.0 + wait, "judged {} s after failure {}, not {wait}", now.0 - last.0, row.len());
    }
}
