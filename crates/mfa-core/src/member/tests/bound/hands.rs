//! What an attacker who has the password can do, and what he sees of it. Each guess is weighed before it is made.

use core::ops::RangeInclusive;
use std::string::String;
use std::vec::Vec;

use super::ledger::Ledger;
use super::victim::Victim;
use crate::member::tests::page::wish;
use crate::member::tests::people::{Names, hashed, passcode};
use crate::member::tests::world::{SCHEME, World};
use crate::member::{Command, Duty, Event, Outcome, SessionId, StepUpProof, TokenDigest};
use crate::passcode::Passcode;
use crate::tenant::application::ApplicationId;
use crate::time::Timestamp;

/// What he carries from one act to the next, whatever his temperament.
pub(super) struct Loot {
    pub(super) password: String,
    /// That password is no longer hers, as he was told.
    pub(super) stale: bool,
    /// Links that went out with notices. She reads them, not he.
    pub(super) notices: Vec<TokenDigest>,
    pub(super) dice: Names,
}

/// What he sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// Judged, and wrong.
    Wrong,
    /// Not before then.
    Wait(Timestamp),
    /// No code is taken any more.
    Locked,
    /// That sign-in or session is over.
    Gone,
    /// It takes no code: something else is owed, or the password has changed.
    Shut,
}

pub(super) struct Hands<'a> {
    pub(super) world: &'a mut World,
    pub(super) victim: &'a Victim,
    pub(super) loot: &'a mut Loot,
    pub(super) ledger: &'a mut Ledger,
}

impl Hands<'_> {
    pub(super) fn now(&self) -> Timestamp {
        self.world.now
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        u64::from_le_bytes(self.loot.dice.bytes()) % bound
    }

    /// Whether the password that he has is hers no longer.
    pub(super) fn is_over(&self) -> bool {
        self.loot.password != self.world.password
    }

    /// When he comes back after what he has seen.
    pub(super) fn back_after(&self, seen: Seen) -> Timestamp {
        let in_days = |days: u64| Timestamp(self.now().0 + days * 86_400);
        match seen {
            Seen::Wait(until) => until,
            Seen::Locked => in_days(1),
            Seen::Shut => in_days(2),
            Seen::Wrong | Seen::Gone => self.now(),
        }
    }

    /// The password he has: a sign-in that owes a code.
    pub(super) fn begin(&mut self) -> Result<TokenDigest, Seen> {
        if self.loot.stale {
            return Err(Seen::Shut);
        }
        if self.world.grant.login_elsewhere {
            return self.begin_elsewhere();
        }
        let output = hashed(&self.loot.password);
        let checked = self.ask(Command::CheckPassword {
            scheme: SCHEME.into(),
            output,
            renewed: None,
            device: None,
            browser: None,
        });
        let begun = match checked {
            Outcome::PasswordRight { version, .. } => {
                self.ask(Command::BeginSignIn { grant: self.world.grant, password_version: version, device: None })
            }
            Outcome::SignInRefused => {
                self.loot.stale = true;
                return Err(Seen::Shut);
            }
            other => other,
        };
        match begun {
            Outcome::Owes { duty: Duty::Code, .. } => Ok(self.world.fresh.pending),
            other => Err(seen(&other)),
        }
    }

    /// The same at a platform's own login, which asks us for the rest.
    fn begin_elsewhere(&mut self) -> Result<TokenDigest, Seen> {
        if self.is_over() {
            self.loot.stale = true;
            return Err(Seen::Shut);
        }
        let (grant, application) = (self.world.grant, ApplicationId([7; 8]));
        // Now at the platform's own form, now at our page.
        let page = (self.below(2) == 0).then(wish);
        let is_on_page = page.is_some();
        match self.ask(Command::BeginVouched { grant, application, device: None, page }) {
            Outcome::Owes { duty: Duty::Code, .. } if is_on_page => self.come_to_page(),
            Outcome::Owes { duty: Duty::Code, .. } => Ok(self.world.fresh.pending),
            other => Err(seen(&other)),
        }
    }

    fn come_to_page(&mut self) -> Result<TokenDigest, Seen> {
        let (grant, page) = (self.world.grant, self.world.fresh.page);
        match self.ask(Command::OpenPage { grant, page, device: None }) {
            Outcome::Page(_) => Ok(self.world.fresh.page),
            other => Err(seen(&other)),
        }
    }

    /// Guesses on a sign-in of his own, beginning another where that has died.
    pub(super) fn guess(&mut self, held: &mut Option<TokenDigest>) -> Seen {
        for _ in 0..2 {
            let pending = match *held {
                Some(pending) => pending,
                None => match self.begin() {
                    Ok(pending) => pending,
                    Err(seen) => return seen,
                },
            };
            match self.code(pending) {
                Seen::Gone => *held = None,
                seen => {
                    *held = Some(pending);
                    return seen;
                }
            }
        }
        Seen::Gone
    }

    /// Guesses a code at a sign-in.
    pub(super) fn code(&mut self, pending: TokenDigest) -> Seen {
        let grant = self.world.grant;
        self.weigh_and_ask(|passcode| Command::VerifyCode { grant, pending, passcode, remember_device: None })
    }

    /// Guesses a code in a session of hers that he has got hold of.
    pub(super) fn step_up(&mut self, session: SessionId) -> Seen {
        let grant = self.world.grant;
        self.weigh_and_ask(|code| Command::StepUp { grant, session, proof: StepUpProof::Code(code) })
    }

    /// Whatever else there is to be asked.
    pub(super) fn ask(&mut self, command: Command) -> Outcome {
        let outcome = quick(self.world, command);
        if self.world.events.contains(&Event::PasswordBurnt) {
            self.loot.notices.push(self.world.fresh.link);
        }
        assert!(
            !matches!(
                outcome,
                Outcome::SignedIn(_)
                    | Outcome::Confirmed(_)
                    | Outcome::ConfirmationWaits(_)
                    | Outcome::SteppedUp { .. }
            ),
            "in without a guess"
        );
        outcome
    }

    /// How many of the codes of some steps, seen from now, would be right if he sent them. Asks `decide` itself, so that
    /// nothing that it lets through goes uncounted, judged or not.
    fn right_codes(&mut self, command: &impl Fn(Passcode) -> Command, steps: RangeInclusive<u64>) -> u32 {
        let mut near: Vec<Passcode> = Vec::new();
        for step in steps {
            let shown = self.victim.phone.at_step(self.world.now.0 / 30 + step - 2);
            if !near.contains(&shown) {
                near.push(shown);
            }
        }
        let mut right = 0;
        for shown in near {
            let outcome = self.world.decide(command(shown)).outcome;
            let in_or_nearly = matches!(
                outcome,
                Outcome::SignedIn(_)
                    | Outcome::Confirmed(_)
                    | Outcome::ConfirmationWaits(_)
                    | Outcome::SteppedUp { .. }
                    | Outcome::Owes { duty: Duty::NewPassword, .. }
            );
            right += u32::from(in_or_nearly);
        }
        right
    }

    /// A code that is wrong and no replay: were it right he would be in, and the life that we follow is the other one.
    fn miss(&mut self) -> Passcode {
        loop {
            let guess = passcode(&std::format!("{:06}", self.below(1_000_000)));
            let present = self.world.now.0 / 30;
            if (present - 3..=present + 3).all(|step| self.victim.phone.at_step(step) != guess) {
                return guess;
            }
        }
    }

    fn weigh_and_ask(&mut self, command: impl Fn(Passcode) -> Command) -> Seen {
        assert!(self.ledger.judged() < 1000, "a thousand guesses judged, and no end");
        let miss = self.miss();
        // Two steps either way are one more than should count. To see that nothing counts, the two likeliest will do.
        let is_judged = self.world.decide(command(miss.clone())).outcome == Outcome::CodeRefused;
        let right = self.right_codes(&command, if is_judged { 0..=4 } else { 2..=3 });
        let outcome = self.ask(command(miss));
        if is_judged {
            let locked = self.world.events.contains(&Event::AuthenticatorLocked);
            self.ledger.judged_guess(self.world.now, self.victim.passwords, right, locked);
        } else {
            assert_eq!(right, 0, "{outcome:?}, but {right} codes would have been taken");
            self.ledger.turned_away += 1;
        }
        seen(&outcome)
    }
}

/// Decides and keeps, but not through the stored form: that is for her acts, which are few.
pub(super) fn quick(world: &mut World, command: Command) -> Outcome {
    let decision = world.decide(command);
    world.keep_in_memory(decision)
}

pub(super) fn seen(outcome: &Outcome) -> Seen {
    match outcome {
        Outcome::CodeRefused | Outcome::RecoveryKeyRefused => Seen::Wrong,
        Outcome::Throttled { until: Some(until) } => Seen::Wait(*until),
        Outcome::Throttled { until: None } | Outcome::AuthenticatorLocked => Seen::Locked,
        Outcome::SignInExpired | Outcome::SessionEnded => Seen::Gone,
        _ => Seen::Shut,
    }
}
