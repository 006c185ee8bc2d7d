//! Carries a script out, one decision at a time, and says of each what phone and paper say about it.

use std::vec::Vec;

use super::super::people::{hashed, verifier};
use super::super::shell::open;
use super::super::world::{SCHEME, World, laptop, owes};
use super::memory::Memory;
use super::script::{Act, Code, Key, Shown, Word};
use super::step::Step;
use crate::member::{Command, Duty, Generation, Grant, Outcome, StepUpProof, Waiting};
use crate::tenant::directory::Orders;
use crate::tenant::{Epoch, ModeKind};
use crate::time::{Seconds, Timestamp};

pub(super) struct Chronicle {
    pub(super) world: World,
    memory: Memory,
    /// Every word that the tenant ever gave, the present one last.
    words: Vec<Grant>,
}

pub(super) type Observer<'a> = &'a mut dyn FnMut(&Step);

impl Chronicle {
    pub(super) fn new() -> Chronicle {
        let world = World::vacant();
        let words = Vec::from([world.grant]);
        Chronicle { world, memory: Memory::default(), words }
    }

    pub(super) fn perform(&mut self, act: &Act, observer: Observer<'_>) {
        match act {
            Act::Wait(seconds) => self.world.wait(*seconds),
            Act::TurnTheClockBack(seconds) => self.world.now = Timestamp(self.world.now.0.saturating_sub(*seconds)),
            Act::Switch(mode) => {
                self.memory.newest_epoch = self.memory.newest_epoch.max(self.world.grant.epoch.0) + 1;
                let epoch = Epoch(self.memory.newest_epoch);
                let mut grant = Grant { epoch, mode: *mode, ..self.world.grant };
                if [*mode, self.world.grant.mode].contains(&ModeKind::External) {
                    grant.passwords_since = epoch;
                }
                self.tenant_says(grant);
            }
            Act::Reinvite => {
                let generation = self.world.grant.generation.next();
                self.tenant_says(Grant { generation, orders: Orders::default(), ..self.world.grant });
            }
            Act::Order { reset } => {
                let mut grant = self.world.grant;
                let order = if *reset { &mut grant.orders.resets } else { &mut grant.orders.sign_outs };
                *order += 1;
                self.tenant_says(grant);
            }
            Act::Commit { enrolment } => {
                let (about, _) = self.memory.enrolment(*enrolment, &mut self.world.names);
                let epoch = self.memory.aside(about);
                if epoch > self.world.grant.epoch && self.world.grant.mode == ModeKind::Password {
                    self.memory.newest_epoch = self.memory.newest_epoch.max(epoch.0);
                    self.tenant_says(Grant { epoch, mode: ModeKind::Mfa, ..self.world.grant });
                }
            }
            Act::SetUp { committed } => self.set_up(*committed, observer),
            Act::NewKeys => {
                self.sign_in(false, observer);
                self.perform(&Act::StartKeys { word: Word::Present, session: 0 }, observer);
                for right in [false, true] {
                    self.perform(&Act::CompleteKeys { word: Word::Present, session: 0, right }, observer);
                }
            }
            Act::MoveOut { heard } => {
                self.perform(&Act::Switch(ModeKind::Password), observer);
                self.perform(&Act::Switch(ModeKind::External), observer);
                if *heard {
                    self.perform(&Act::External { word: Word::Present }, observer);
                } else {
                    self.perform(&Act::Switch(ModeKind::Password), observer);
                    self.sign_in(false, observer);
                }
            }
            Act::NotMe { new_password } => {
                self.guess(3, false, observer);
                self.perform(&Act::Disown { word: Word::Present, link: 0 }, observer);
                if *new_password {
                    self.perform(&Act::ByLink { word: Word::Present, link: 0 }, observer);
                } else {
                    self.sign_in(true, observer);
                    self.perform(&Act::NewPassword { word: Word::Present, pending: 0, same: false }, observer);
                }
            }
            Act::KeysAtHand(at_hand) => self.world.keys_at_hand = *at_hand,
            Act::SignIn { remember } => self.sign_in(*remember, observer),
            Act::UseDevice => {
                self.perform(&Act::Password { right: true, device: 0, browser: None }, observer);
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

    fn tenant_says(&mut self, grant: Grant) {
        self.world.grant = grant;
        self.words.push(grant);
    }

    // What takes several commands.

    fn begin(&mut self, observer: Observer<'_>) {
        let output = hashed(&self.world.password);
        self.step(
            Command::CheckPassword { scheme: SCHEME.into(), output, renewed: None, device: None, browser: None },
            None,
            observer,
        );
        let password_version = self.memory.ticket(0);
        let begin = Command::BeginSignIn { grant: self.world.grant, password_version, device: None };
        // Whoever is in earnest chooses the longer one that is asked for.
        if owes(&self.step(begin, None, observer)) == Some(Duty::NewPassword) {
            self.perform(&Act::NewPassword { word: Word::Present, pending: 0, same: false }, observer);
        }
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

    fn set_up(&mut self, committed: bool, observer: Observer<'_>) {
        let word = Word::Present;
        if self.world.grant.mode != ModeKind::Password {
            self.perform(&Act::Switch(ModeKind::Password), observer);
        }
        self.begin(observer);
        self.perform(&Act::StartSetUp { word, session: 0 }, observer);
        self.perform(&Act::ConfirmSetUp { word, session: 0, enrolment: 0, code: Code::AtStep(0) }, observer);
        self.perform(&Act::PrepareSetUp { word, session: 0, enrolment: 0, right: true }, observer);
        if committed {
            self.perform(&Act::Commit { enrolment: 0 }, observer);
            self.perform(&Act::AdoptSetUp { word, session: 0, enrolment: 0, right: true }, observer);
        }
    }

    // What is one command.

    /// The command, and which enrolment it is about if it names one.
    fn command(&mut self, act: &Act) -> (Command, Option<usize>) {
        let words = self.words.clone();
        let said = |word: Word| said(&words, word);
        let present = self.world.grant;
        let (names, now) = (&mut self.world.names, self.world.now);
        let memory = &mut self.memory;
        let scheme = SCHEME.into();
        let command = match *act {
            Act::Join { generations_ago, late } => {
                let generation = Generation(present.generation.0.saturating_sub(generations_ago.into()));
                let verifier = verifier(&memory.new_password());
                // Accepted when the tenant spoke of that bearer, now or a while ago.
                let spoken: Vec<Epoch> =
                    words.iter().rev().filter(|word| word.generation == generation).map(|word| word.epoch).collect();
                let epoch = spoken.get(usize::from(late) % spoken.len().max(1)).copied().unwrap_or(Epoch::FIRST);
                Command::Join { generation, epoch, verifier }
            }
            Act::Password { right, device, browser } => {
                let output = hashed(if right { &self.world.password } else { "wrong" });
                Command::CheckPassword { scheme, output, renewed: None, device: memory.device(device), browser }
            }
            Act::Begin { word, ticket, device } => {
                let (password_version, device) = (memory.ticket(ticket), memory.device(device));
                Command::BeginSignIn { grant: said(word), password_version, device }
            }
            Act::Code { word, pending, code, remember } => {
                let passcode = memory.passcode(code, memory.bound, now);
                let remember_device = remember.then(laptop);
                let (grant, pending) = (said(word), memory.pending(pending, names));
                Command::VerifyCode { grant, pending, passcode, remember_device }
            }
            Act::Key { word, pending, key } => {
                let (grant, pending) = (said(word), memory.pending(pending, names));
                Command::VerifyRecoveryKey { grant, pending, digest: memory.key(key, names) }
            }
            Act::NewPassword { word, pending, same } => {
                let new = if same { self.world.password.clone() } else { memory.new_password() };
                let (grant, pending) = (said(word), memory.pending(pending, names));
                Command::ReplacePassword { grant, pending, verifier: verifier(&new), under_current: None }
            }
            Act::Start { word, pending } => {
                let (grant, pending) = (said(word), memory.pending(pending, names));
                let (id, phone) = memory.new_enrolment(names);
                Command::StartEnrolment { grant, pending, id, secret: phone.scanned() }
            }
            Act::Confirm { word, pending, enrolment, code } => {
                let (about, id) = memory.enrolment(enrolment, names);
                let (grant, pending) = (said(word), memory.pending(pending, names));
                let (passcode, keys) = (memory.passcode(code, about, now), memory.new_sheet(about, names).issued());
                return (Command::ConfirmEnrolment { grant, pending, id, passcode, keys }, about);
            }
            Act::Renew { word, pending, enrolment } => {
                let (about, id) = memory.enrolment(enrolment, names);
                let (grant, pending) = (said(word), memory.pending(pending, names));
                let keys = memory.new_sheet(about, names).issued();
                return (Command::RenewRecoveryKeys { grant, pending, id, keys }, about);
            }
            Act::Complete { word, pending, enrolment, right } => {
                let (about, id) = memory.enrolment(enrolment, names);
                let (grant, pending) = (said(word), memory.pending(pending, names));
                let shown = memory.sheet_of(about).filter(|_| right);
                let proof = shown.unwrap_or_else(|| names.sheet()).proof();
                return (Command::CompleteEnrolment { grant, pending, id, proof }, about);
            }
            Act::Extend { word, pending } => {
                let waiting = Waiting::SignIn(memory.pending(pending, names));
                Command::Extend { grant: said(word), waiting }
            }
            Act::ExtendKeys { word, session } => {
                let waiting = Waiting::RecoveryKeys(memory.session(session, names));
                Command::Extend { grant: said(word), waiting }
            }
            Act::ExtendSetUp { word, session, enrolment, kept } => {
                let (about, id) = memory.enrolment(enrolment, names);
                let (session, epoch) = (memory.session(session, names), memory.aside(about));
                let until = now.saturating_add(Seconds(kept));
                let waiting = Waiting::SetUp { session, epoch, id, until };
                return (Command::Extend { grant: said(word), waiting }, about);
            }
            Act::View { word, session } => {
                Command::ViewAccount { grant: said(word), session: memory.session(session, names) }
            }
            Act::Authorize { word, session, assurance } => {
                Command::Authorize { grant: said(word), session: memory.session(session, names), assurance }
            }
            Act::StepUp { word, session, shown } => {
                let proof = match shown {
                    Shown::Code(code) => StepUpProof::Code(memory.passcode(code, memory.bound, now)),
                    Shown::Key(key) => StepUpProof::RecoveryKey(memory.key(key, names)),
                    Shown::Password(right) => {
                        let output = hashed(if right { &self.world.password } else { "wrong" });
                        StepUpProof::Password { scheme, output }
                    }
                };
                Command::StepUp { grant: said(word), session: memory.session(session, names), proof }
            }
            Act::ResetOwn { word, session } => {
                Command::ResetMfa { grant: said(word), session: memory.session(session, names) }
            }
            Act::StartKeys { word, session } => {
                let sheet = names.sheet();
                let keys = sheet.issued();
                memory.renewals.push(sheet);
                Command::StartRecoveryKeys { grant: said(word), session: memory.session(session, names), keys }
            }
            Act::CompleteKeys { word, session, right } => {
                let shown = memory.renewals.last().filter(|_| right).cloned();
                let proof = shown.unwrap_or_else(|| names.sheet()).proof();
                Command::CompleteRecoveryKeys { grant: said(word), session: memory.session(session, names), proof }
            }
            Act::ForgetDevices { word, session } => {
                let session = memory.session(session, names);
                Command::ForgetDevices { grant: said(word), session, device: None }
            }
            Act::EndOthers { word, session } => {
                Command::EndSessions { grant: said(word), session: memory.session(session, names) }
            }
            Act::ChangePassword { word, session, right } => {
                let current = hashed(if right { &self.world.password } else { "wrong" });
                let (grant, session) = (said(word), memory.session(session, names));
                let (kept_scheme, verifier) = (scheme, verifier(&memory.new_password()));
                let under_kept = verifier.output;
                Command::ChangePassword { grant, session, kept_scheme, current, under_kept, verifier }
            }
            Act::IssueLink { word, anyway } => Command::IssuePasswordLink { grant: said(word), anyway },
            Act::Disown { word, link } => Command::Disown { grant: said(word), link: memory.link(link, names) },
            Act::ByLink { word, link } => {
                let (grant, link) = (said(word), memory.link(link, names));
                let verifier = verifier(&memory.new_password());
                Command::ReplacePasswordByLink { grant, link, verifier, under_kept: None }
            }
            Act::StartSetUp { word, session } => {
                memory.newest_epoch = memory.newest_epoch.max(present.epoch.0);
                let (grant, session) = (said(word), memory.session(session, names));
                let (id, phone, epoch) = memory.new_set_up(names);
                Command::StartSetUp { grant, session, epoch, id, secret: phone.scanned() }
            }
            Act::ConfirmSetUp { word, session, enrolment, code } => {
                let (about, id) = memory.enrolment(enrolment, names);
                let (grant, session, epoch) = (said(word), memory.session(session, names), memory.aside(about));
                let (passcode, keys) = (memory.passcode(code, about, now), memory.new_sheet(about, names).issued());
                return (Command::ConfirmSetUp { grant, session, epoch, id, passcode, keys }, about);
            }
            Act::PrepareSetUp { word, session, enrolment, right } => {
                let (about, id) = memory.enrolment(enrolment, names);
                let (grant, session, epoch) = (said(word), memory.session(session, names), memory.aside(about));
                let shown = memory.sheet_of(about).filter(|_| right);
                let proof = shown.unwrap_or_else(|| names.sheet()).proof();
                return (Command::PrepareSetUp { grant, session, epoch, id, proof }, about);
            }
            Act::AdoptSetUp { word, session, enrolment, right } => {
                let (about, id) = memory.enrolment(enrolment, names);
                let (grant, session, epoch) = (said(word), memory.session(session, names), memory.aside(about));
                let shown = memory.sheet_of(about).filter(|_| right);
                let proof = shown.unwrap_or_else(|| names.sheet()).proof();
                return (Command::AdoptSetUp { grant, session, epoch, id, proof }, about);
            }
            Act::External { word } => Command::BeginExternal { grant: said(word), provider_time: now },
            Act::Follow { word } => Command::Follow { grant: said(word) },
            Act::Leave => Command::Leave { generation: present.generation },
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
            renewal: self.memory.renewals.last().cloned(),
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

fn said(words: &[Grant], word: Word) -> Grant {
    let present = words[words.len() - 1];
    match word {
        Word::Present => present,
        Word::Earlier(pick) => words[words.len() - 1 - usize::from(pick) % words.len()],
        Word::OfOtherGeneration => Grant { generation: present.generation.next(), ..present },
    }
}
