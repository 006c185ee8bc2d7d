//! Carries a script out, one decision at a time, and says of each what phone and paper say about it.

use super::super::people::hashed;
use super::super::shell::open;
use super::super::world::{SCHEME, World};
use super::memory::Memory;
use super::script::{Act, Code, Key, Word};
use super::step::Step;
use crate::member::{Command, Generation, Grant, Outcome, PasswordVerifier};
use crate::tenant::Epoch;
use crate::time::Timestamp;

pub(super) struct Chronicle {
    pub(super) world: World,
    memory: Memory,
}

pub(super) type Observer<'a> = &'a mut dyn FnMut(&Step);

impl Chronicle {
    pub(super) fn new() -> Chronicle {
        Chronicle { world: World::vacant(), memory: Memory::default() }
    }

    pub(super) fn perform(&mut self, act: &Act, observer: Observer<'_>) {
        match act {
            Act::Wait(seconds) => self.world.wait(*seconds),
            Act::TurnTheClockBack(seconds) => self.world.now = Timestamp(self.world.now.0.saturating_sub(*seconds)),
            Act::Switch(mode) => {
                self.world.grant.epoch = Epoch(self.world.grant.epoch.0 + 1);
                self.world.grant.mode = *mode;
            }
            Act::Reinvite => self.world.grant.generation = self.world.grant.generation.next(),
            Act::KeysAtHand(at_hand) => self.world.keys_at_hand = *at_hand,
            Act::SignIn { remember } => self.sign_in(*remember, observer),
            Act::UseDevice => {
                self.perform(&Act::Password { right: true, device: 0 }, observer);
                self.perform(&Act::Begin { word: Word::Present, ticket: 0, device: 0 }, observer);
            }
            Act::Enrol => {
                self.begin(observer);
                self.enrol_on_newest(observer);
            }
            Act::EnrolHalfWay { wrong_codes, confirmed, wrong_proof } => {
                let word = Word::Present;
                self.begin(observer);
                self.perform(&Act::Start { word, pending: 0 }, observer);
                let wrong = core::iter::repeat_n(Code::Wrong, (*wrong_codes).into());
                for code in wrong.chain(confirmed.then_some(Code::AtStep(0))) {
                    self.perform(&Act::Confirm { word, pending: 0, enrolment: 0, code }, observer);
                }
                if *wrong_proof {
                    self.perform(&Act::Complete { word, pending: 0, enrolment: 0, right: false }, observer);
                }
            }
            Act::Guess { times, patiently } => self.guess(*times, *patiently, observer),
            Act::GuessKeys { times } => {
                self.begin(observer);
                for _ in 0..*times {
                    self.perform(&Act::Key { word: Word::Present, pending: 0, key: Key::Wrong }, observer);
                }
            }
            Act::WayOut => self.way_out(observer),
            single => {
                let (command, about) = self.command(single);
                self.step(command, about, observer);
            }
        }
    }

    // What takes several commands.

    fn begin(&mut self, observer: Observer<'_>) {
        let output = hashed(&self.world.password);
        self.step(
            Command::CheckPassword { scheme: SCHEME.into(), output, renewed: None, device: None },
            None,
            observer,
        );
        let password_version = self.memory.ticket(0);
        self.step(Command::BeginSignIn { grant: self.world.grant, password_version, device: None }, None, observer);
    }

    fn sign_in(&mut self, remember: bool, observer: Observer<'_>) {
        self.world.wait(30);
        self.begin(observer);
        self.perform(&Act::Code { word: Word::Present, pending: 0, code: Code::AtStep(0), remember }, observer);
    }

    fn enrol_on_newest(&mut self, observer: Observer<'_>) {
        let word = Word::Present;
        self.perform(&Act::Start { word, pending: 0 }, observer);
        self.perform(&Act::Confirm { word, pending: 0, enrolment: 0, code: Code::AtStep(0) }, observer);
        self.perform(&Act::Complete { word, pending: 0, enrolment: 0, right: true }, observer);
    }

    fn guess(&mut self, times: u8, patiently: bool, observer: Observer<'_>) {
        self.begin(observer);
        for _ in 0..times {
            let act = Act::Code { word: Word::Present, pending: 0, code: Code::Wrong, remember: false };
            let (guess, about) = self.command(&act);
            if let Outcome::Throttled { until: Some(until) } = self.step(guess, about, observer)
                && patiently
            {
                self.world.now = until;
            }
            if patiently {
                self.begin(observer);
            }
        }
    }

    fn way_out(&mut self, observer: Observer<'_>) {
        self.begin(observer);
        let number = (self.world.now.0 % 10 + 1) as u8;
        self.perform(&Act::Key { word: Word::Present, pending: 0, key: Key::OfSheet(0, number) }, observer);
        for same in [true, false] {
            self.perform(&Act::NewPassword { word: Word::Present, pending: 0, same }, observer);
        }
        self.enrol_on_newest(observer);
    }

    // What is one command.

    /// The command, and which enrolment it is about if it names one.
    fn command(&mut self, act: &Act) -> (Command, Option<usize>) {
        let (names, now) = (&mut self.world.names, self.world.now);
        let memory = &mut self.memory;
        let present = self.world.grant;
        let scheme = SCHEME.into();
        let command = match *act {
            Act::Join { generations_ago } => {
                let generation = Generation(present.generation.0.saturating_sub(generations_ago.into()));
                let output = hashed(&memory.new_password());
                Command::Join { generation, verifier: PasswordVerifier { scheme, output, version: 1 } }
            }
            Act::Password { right, device } => {
                let output = hashed(if right { &self.world.password } else { "wrong" });
                Command::CheckPassword { scheme, output, renewed: None, device: memory.device(device) }
            }
            Act::Begin { word, ticket, device } => {
                let (password_version, device) = (memory.ticket(ticket), memory.device(device));
                Command::BeginSignIn { grant: said(present, word), password_version, device }
            }
            Act::Code { word, pending, code, remember: remember_device } => {
                let passcode = memory.passcode(code, memory.bound, now);
                let (grant, pending) = (said(present, word), memory.pending(pending, names));
                Command::VerifyCode { grant, pending, passcode, remember_device }
            }
            Act::Key { word, pending, key } => {
                let (grant, pending) = (said(present, word), memory.pending(pending, names));
                Command::VerifyRecoveryKey { grant, pending, digest: memory.key(key, names) }
            }
            Act::NewPassword { word, pending, same } => {
                let new = if same { self.world.password.clone() } else { memory.new_password() };
                let (grant, pending) = (said(present, word), memory.pending(pending, names));
                Command::ReplacePassword { grant, pending, scheme, output: hashed(&new), under_current: None }
            }
            Act::Start { word, pending } => {
                let (grant, pending) = (said(present, word), memory.pending(pending, names));
                let (id, phone) = memory.new_enrolment(names);
                Command::StartEnrolment { grant, pending, id, secret: phone.scanned() }
            }
            Act::Confirm { word, pending, enrolment, code } => {
                let (about, id) = memory.enrolment(enrolment, names);
                let (grant, pending) = (said(present, word), memory.pending(pending, names));
                let (passcode, keys) = (memory.passcode(code, about, now), memory.new_sheet(about, names).issued());
                return (Command::ConfirmEnrolment { grant, pending, id, passcode, keys }, about);
            }
            Act::Renew { word, pending, enrolment } => {
                let (about, id) = memory.enrolment(enrolment, names);
                let (grant, pending) = (said(present, word), memory.pending(pending, names));
                let keys = memory.new_sheet(about, names).issued();
                return (Command::RenewRecoveryKeys { grant, pending, id, keys }, about);
            }
            Act::Complete { word, pending, enrolment, right } => {
                let (about, id) = memory.enrolment(enrolment, names);
                let (grant, pending) = (said(present, word), memory.pending(pending, names));
                let shown = memory.sheet_of(about).filter(|_| right);
                let proof = shown.unwrap_or_else(|| names.sheet()).proof();
                return (Command::CompleteEnrolment { grant, pending, id, proof }, about);
            }
            Act::View { word, session } => {
                Command::ViewAccount { grant: said(present, word), session: memory.session(session, names) }
            }
            Act::SignOut { session } => Command::SignOut { session: memory.session(session, names) },
            _ => Command::Sweep,
        };
        (command, None)
    }

    fn step(&mut self, command: Command, about: Option<usize>, observer: Observer<'_>) -> Outcome {
        let mut before = self.world.member.clone();
        if self.world.keys_at_hand {
            open(&mut before);
        }
        let subject = about.or(self.memory.bound);
        let phone = self.memory.phone_of(subject);
        let shown_at = self.memory.typed(&command).and_then(|typed| phone.as_ref()?.step_of(&typed, self.world.now));
        let sheet = self.memory.sheet_of(subject);
        let decision = self.world.decide(command.clone());
        let step = Step {
            now: self.world.now,
            fresh: self.world.fresh,
            command,
            before,
            after: decision.state.clone(),
            events: decision.events.clone(),
            outcome: decision.outcome.clone(),
            phone,
            sheet,
            shown_at,
        };
        self.world.keep_in_memory(decision);
        if let Some(password) = self.memory.note(&step, about) {
            self.world.password = password;
        }
        observer(&step);
        step.outcome
    }
}

fn said(present: Grant, word: Word) -> Grant {
    match word {
        Word::Present => present,
        Word::OfEpochsAgo(ago, mode) => {
            Grant { mode, epoch: Epoch(present.epoch.0.saturating_sub(ago.into())), ..present }
        }
        Word::OfOtherGeneration => Grant { generation: present.generation.next(), ..present },
    }
}
