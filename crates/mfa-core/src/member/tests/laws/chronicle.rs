//! Carries a script out, remembers every name that was ever given out, and knows what phone and paper say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs, reason = "tests")]

use std::vec::Vec;

use super::super::people::{Phone, Sheet, hashed};
use super::super::world::{SCHEME, World, open};
use super::script::{Act, Code, Key, Pick, Word};
use crate::audit::Event;
use crate::member::state::Factor;
use crate::member::{
    Command, EnrolmentId, Fresh, Generation, Grant, Member, Outcome, PasswordVerifier, PresentedDevice, SessionId,
    TokenDigest,
};
use crate::passcode::Passcode;
use crate::recovery::RecoveryDigest;
use crate::tenant::{Epoch, ModeKind};
use crate::time::Timestamp;

/// One decision: what went in, what came out, and what phone and paper say about the proof in it.
pub(super) struct Step {
    pub(super) now: Timestamp,
    pub(super) fresh: Fresh,
    pub(super) command: Command,
    /// Both with their secrets open, unless the keys were lost.
    pub(super) before: Member,
    pub(super) after: Member,
    pub(super) events: Vec<Event>,
    pub(super) outcome: Outcome,
    /// The time step that the phone in question shows the command's code at, of those in the window.
    pub(super) shown_at: Option<u64>,
    /// The phone and the newest sheet of the enrolment that the command is about, or of the one bound.
    pub(super) phone: Option<Phone>,
    pub(super) sheet: Option<Sheet>,
}

pub(super) struct Chronicle {
    pub(super) world: World,
    tickets: Vec<u32>,
    pending: Vec<TokenDigest>,
    /// Every token that a device ever held.
    devices: Vec<PresentedDevice>,
    sessions: Vec<SessionId>,
    enrolments: Vec<Begun>,
    /// Which of them is bound.
    bound: Option<usize>,
    code_typed: Option<Passcode>,
    key_typed: Option<RecoveryDigest>,
    passwords: u32,
}

struct Begun {
    id: EnrolmentId,
    phone: Phone,
    sheets: Vec<Sheet>,
}

type Observer<'a> = &'a mut dyn FnMut(&Step);

impl Chronicle {
    pub(super) fn new() -> Chronicle {
        Chronicle {
            world: World::vacant(),
            tickets: Vec::new(),
            pending: Vec::new(),
            devices: Vec::new(),
            sessions: Vec::new(),
            enrolments: Vec::new(),
            bound: None,
            code_typed: None,
            key_typed: None,
            passwords: 0,
        }
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
            Act::Enrol => self.enrol(observer),
            Act::Guess { times, patiently } => self.guess(*times, *patiently, observer),
            Act::WayOut => self.way_out(observer),
            single => {
                let (command, about) = self.command(single);
                self.step(command, about, observer);
            }
        }
    }

    // What takes several commands.

    fn begin(&mut self, observer: Observer<'_>) -> Outcome {
        let (check, _) = self.command(&Act::Password { right: true, device: u8::MAX });
        self.step(check, None, observer);
        let password_version = self.tickets.last().copied().unwrap_or_default();
        self.step(Command::BeginSignIn { grant: self.world.grant, password_version, device: None }, None, observer)
    }

    fn sign_in(&mut self, remember: bool, observer: Observer<'_>) {
        self.world.wait(30);
        self.begin(observer);
        self.perform(&Act::Code { word: Word::Present, pending: 0, code: Code::AtStep(0), remember }, observer);
    }

    fn enrol(&mut self, observer: Observer<'_>) {
        self.begin(observer);
        let word = Word::Present;
        self.perform(&Act::Start { word, pending: 0 }, observer);
        self.perform(&Act::Confirm { word, pending: 0, enrolment: 0, code: Code::AtStep(0) }, observer);
        self.perform(&Act::Complete { word, pending: 0, enrolment: 0, right: true }, observer);
    }

    fn guess(&mut self, times: u8, patiently: bool, observer: Observer<'_>) {
        self.begin(observer);
        for _ in 0..times {
            let (guess, about) =
                self.command(&Act::Code { word: Word::Present, pending: 0, code: Code::Wrong, remember: false });
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
        let word = Word::Present;
        self.begin(observer);
        let number = (self.world.now.0 % 10 + 1) as u8;
        self.perform(&Act::Key { word, pending: 0, key: Key::OfSheet(0, number) }, observer);
        self.perform(&Act::NewPassword { word, pending: 0, same: false }, observer);
        self.perform(&Act::Start { word, pending: 0 }, observer);
        self.perform(&Act::Confirm { word, pending: 0, enrolment: 0, code: Code::AtStep(0) }, observer);
        self.perform(&Act::Complete { word, pending: 0, enrolment: 0, right: true }, observer);
    }

    // What is one command.

    /// The command, and which enrolment it is about if it names one.
    fn command(&mut self, act: &Act) -> (Command, Option<usize>) {
        let scheme = SCHEME.into();
        let command = match *act {
            Act::Join { generations_ago } => {
                let generation = Generation(self.world.grant.generation.0.saturating_sub(generations_ago.into()));
                Command::Join { generation, verifier: self.new_verifier() }
            }
            Act::Password { right, device } => {
                let output = hashed(if right { &self.world.password } else { "wrong" });
                Command::CheckPassword { scheme, output, device: picked(&self.devices, device) }
            }
            Act::Begin { word, ticket, device } => Command::BeginSignIn {
                grant: self.grant(word),
                password_version: picked(&self.tickets, ticket).unwrap_or(1),
                device: picked(&self.devices, device),
            },
            Act::Code { word, pending, code, remember } => Command::VerifyCode {
                grant: self.grant(word),
                pending: self.pending(pending),
                passcode: self.passcode(code, self.bound),
                remember_device: remember,
            },
            Act::Key { word, pending, key } => Command::VerifyRecoveryKey {
                grant: self.grant(word),
                pending: self.pending(pending),
                digest: self.key(key),
            },
            Act::NewPassword { word, pending, same } => {
                let output = if same { hashed(&self.world.password) } else { self.new_verifier().output };
                Command::ReplacePassword { grant: self.grant(word), pending: self.pending(pending), scheme, output }
            }
            Act::Start { word, pending } => {
                let (id, phone) = (self.world.names.enrolment(), self.world.names.phone());
                let secret = phone.scanned();
                self.enrolments.push(Begun { id, phone, sheets: Vec::new() });
                Command::StartEnrolment { grant: self.grant(word), pending: self.pending(pending), id, secret }
            }
            Act::Confirm { word, pending, enrolment, code } => {
                let (about, id) = self.enrolment(enrolment);
                let (grant, pending, passcode) = (self.grant(word), self.pending(pending), self.passcode(code, about));
                let keys = self.new_sheet(about).issued();
                return (Command::ConfirmEnrolment { grant, pending, id, passcode, keys }, about);
            }
            Act::Renew { word, pending, enrolment } => {
                let (about, id) = self.enrolment(enrolment);
                let keys = self.new_sheet(about).issued();
                let (grant, pending) = (self.grant(word), self.pending(pending));
                return (Command::RenewRecoveryKeys { grant, pending, id, keys }, about);
            }
            Act::Complete { word, pending, enrolment, right } => {
                let (about, id) = self.enrolment(enrolment);
                let shown = about.and_then(|about| self.enrolments[about].sheets.last());
                let proof = match shown {
                    Some(sheet) if right => sheet.proof(),
                    _ => self.world.names.sheet().proof(),
                };
                let (grant, pending) = (self.grant(word), self.pending(pending));
                return (Command::CompleteEnrolment { grant, pending, id, proof }, about);
            }
            Act::View { word, session } => Command::ViewAccount {
                grant: self.grant(word),
                session: picked(&self.sessions, session).unwrap_or(self.world.fresh.session),
            },
            Act::SignOut { session } => {
                Command::SignOut { session: picked(&self.sessions, session).unwrap_or(self.world.fresh.session) }
            }
            _ => Command::Sweep,
        };
        (command, None)
    }

    fn step(&mut self, command: Command, about: Option<usize>, observer: Observer<'_>) -> Outcome {
        let mut before = self.world.member.clone();
        if self.world.keys_at_hand {
            open(&mut before);
        }
        let subject = about.or(self.bound);
        let phone = subject.map(|subject| self.enrolments[subject].phone.clone());
        let shown_at = match &command {
            Command::VerifyCode { passcode, .. } | Command::ConfirmEnrolment { passcode, .. } => {
                self.code_typed = Some(passcode.clone());
                phone.as_ref().and_then(|phone| phone.step_of(passcode, self.world.now))
            }
            Command::VerifyRecoveryKey { digest, .. } => {
                self.key_typed = Some(*digest);
                None
            }
            _ => None,
        };
        let decision = self.world.decide(command.clone());
        let step = Step {
            now: self.world.now,
            fresh: self.world.fresh,
            command,
            before,
            after: decision.state.clone(),
            events: decision.events.clone(),
            outcome: decision.outcome.clone(),
            shown_at,
            sheet: subject.and_then(|subject| self.enrolments[subject].sheets.last().cloned()),
            phone,
        };
        self.world.keep(decision);
        self.remember(&step, about);
        observer(&step);
        step.outcome
    }

    /// Notes what came into being.
    fn remember(&mut self, step: &Step, about: Option<usize>) {
        match (&step.command, &step.outcome) {
            (_, Outcome::PasswordRight { version, .. }) => self.tickets.push(*version),
            (Command::BeginSignIn { .. }, Outcome::Owes { .. }) => self.pending.push(step.fresh.pending),
            (Command::CompleteEnrolment { .. }, Outcome::SignedIn(_)) => self.bound = about,
            (Command::ConfirmEnrolment { .. } | Command::RenewRecoveryKeys { .. }, outcome) => {
                if !matches!(outcome, Outcome::RecoveryKeysIssued { .. })
                    && let Some(about) = about
                {
                    self.enrolments[about].sheets.pop();
                }
            }
            (Command::Join { .. }, Outcome::Joined) | (Command::ReplacePassword { .. }, Outcome::Owes { .. }) => {
                self.world.password = self.password_in(&step.command);
            }
            _ => {}
        }
        if let Outcome::SignedIn(entered) = &step.outcome {
            self.sessions.push(entered.session);
            self.devices.extend(self.world.device_held(&step.outcome));
        }
        if step.after.joined.as_deref().is_none_or(|joined| joined.factor == Factor::None) {
            self.bound = None;
        }
    }

    // What is picked.

    fn grant(&self, word: Word) -> Grant {
        let present = self.world.grant;
        match word {
            Word::Present => present,
            Word::OfEpochsAgo(ago, mode) => {
                Grant { mode, epoch: Epoch(present.epoch.0.saturating_sub(ago.into())), ..present }
            }
            Word::OfOtherGeneration => Grant { generation: present.generation.next(), ..present },
        }
    }

    fn pending(&mut self, pick: Pick) -> TokenDigest {
        picked(&self.pending, pick).unwrap_or_else(|| self.world.names.token())
    }

    fn enrolment(&mut self, pick: Pick) -> (Option<usize>, EnrolmentId) {
        let about = self.enrolments.len().checked_sub(1).map(|newest| newest - usize::from(pick) % (newest + 1));
        (about, about.map_or_else(|| self.world.names.enrolment(), |about| self.enrolments[about].id))
    }

    fn passcode(&mut self, code: Code, about: Option<usize>) -> Passcode {
        let now = self.world.now;
        let nobodys = Phone::with(&[0; 20]);
        let phone = about.map_or(&nobodys, |about| &self.enrolments[about].phone);
        match code {
            Code::AtStep(drift) => phone.at_step((now.0 / 30).saturating_add_signed(drift.into())),
            Code::Again => self.code_typed.clone().unwrap_or_else(|| phone.wrong(now)),
            Code::OfPhone(pick) => {
                let (other, _) = self.enrolment(pick);
                other.map_or_else(|| nobodys.shows(now), |other| self.enrolments[other].phone.shows(now))
            }
            Code::Wrong => phone.wrong(now),
        }
    }

    fn key(&mut self, key: Key) -> RecoveryDigest {
        let mut sheets = self.enrolments.iter().flat_map(|begun| &begun.sheets).rev();
        match key {
            Key::OfSheet(pick, number) => {
                let count = sheets.clone().count().max(1);
                sheets.nth(usize::from(pick) % count).map(|sheet| sheet.key(number.into()))
            }
            Key::Again => self.key_typed,
            Key::Wrong => None,
        }
        .unwrap_or_else(|| RecoveryDigest::from_bytes(self.world.names.bytes()))
    }

    fn new_sheet(&mut self, about: Option<usize>) -> Sheet {
        let sheet = self.world.names.sheet();
        if let Some(about) = about {
            self.enrolments[about].sheets.push(sheet.clone());
        }
        sheet
    }

    fn new_verifier(&mut self) -> PasswordVerifier {
        self.passwords += 1;
        let output = hashed(&std::format!("password {}", self.passwords));
        PasswordVerifier { scheme: SCHEME.into(), output, version: 1 }
    }

    fn password_in(&self, command: &Command) -> std::string::String {
        let (Command::Join { verifier: PasswordVerifier { output, .. }, .. } | Command::ReplacePassword { output, .. }) =
            command
        else {
            unreachable!()
        };
        let mut known = (0..=self.passwords).map(|number| std::format!("password {number}"));
        known.find(|password| hashed(password) == *output).unwrap()
    }
}

fn picked<T: Copy>(list: &[T], pick: Pick) -> Option<T> {
    let newest = list.len().checked_sub(1)?;
    Some(list[newest - usize::from(pick) % list.len()])
}

pub(super) fn mode_of(command: &Command) -> Option<ModeKind> {
    grant_of(command).map(|grant| grant.mode)
}

pub(super) fn grant_of(command: &Command) -> Option<Grant> {
    match command {
        Command::BeginSignIn { grant, .. }
        | Command::VerifyCode { grant, .. }
        | Command::VerifyRecoveryKey { grant, .. }
        | Command::ReplacePassword { grant, .. }
        | Command::StartEnrolment { grant, .. }
        | Command::ConfirmEnrolment { grant, .. }
        | Command::RenewRecoveryKeys { grant, .. }
        | Command::CompleteEnrolment { grant, .. }
        | Command::ViewAccount { grant, .. } => Some(*grant),
        Command::Join { .. } | Command::CheckPassword { .. } | Command::SignOut { .. } | Command::Sweep => None,
    }
}
