//! Every name that was ever given out, dead or alive, and what phones and sheets say: what a thief could have kept.

use std::string::String;
use std::vec::Vec;

use super::super::people::{Names, Phone, Sheet, hashed};
use super::script::{Code, Key, Pick};
use super::step::Step;
use crate::member::state::Factor;
use crate::member::{
    Command, EnrolmentId, Event, GuardedSecret, Member, Outcome, PresentedDevice, SessionId, SignedIn, StepUpProof,
    TokenDigest,
};
use crate::passcode::Passcode;
use crate::recovery::RecoveryDigest;
use crate::tenant::Epoch;
use crate::time::Timestamp;

#[derive(Default)]
pub(super) struct Memory {
    /// Versions of passwords judged right.
    tickets: Vec<u32>,
    pending: Vec<TokenDigest>,
    /// Every token that a device ever held.
    devices: Vec<PresentedDevice>,
    sessions: Vec<SessionId>,
    enrolments: Vec<Begun>,
    /// Which of them is bound.
    pub(super) bound: Option<usize>,
    code_typed: Option<Passcode>,
    key_typed: Option<RecoveryDigest>,
    passwords: u32,
    /// Every link that went out by mail.
    links: Vec<TokenDigest>,
    /// Sheets that were shown to take the place of the one bound.
    pub(super) renewals: Vec<Sheet>,
    /// The highest epoch given out, to the tenant or for a set-up.
    pub(super) newest_epoch: u64,
}

struct Begun {
    id: EnrolmentId,
    /// The epoch that was set aside for it, if it is a set-up.
    aside: Option<Epoch>,
    phone: Phone,
    sheets: Vec<Sheet>,
}

impl Memory {
    /// Notes what came into being; answers with the password that is right from now on, if that changed.
    pub(super) fn note(&mut self, step: &Step, about: Option<usize>) -> Option<String> {
        if let Outcome::SignedIn(SignedIn { session, device, .. }) = &step.outcome {
            self.sessions.push(*session);
            let token = step.fresh.device_token;
            self.devices.extend(device.map(|device| PresentedDevice { id: device.id, token }));
        }
        match (&step.command, &step.outcome) {
            (_, Outcome::PasswordRight { version, .. }) => self.tickets.push(*version),
            (Command::BeginSignIn { .. }, Outcome::Owes { .. }) => self.pending.push(step.fresh.pending),
            (Command::StartRecoveryKeys { .. }, outcome) if !matches!(outcome, Outcome::RecoveryKeysIssued { .. }) => {
                self.renewals.pop();
            }
            (Command::CompleteRecoveryKeys { .. }, Outcome::RecoveryKeysReplaced { .. }) => {
                let sheet = self.renewals.last().unwrap().clone();
                self.enrolments[self.bound.unwrap()].sheets.push(sheet);
            }
            (
                Command::ConfirmEnrolment { .. } | Command::RenewRecoveryKeys { .. } | Command::ConfirmSetUp { .. },
                outcome,
            ) => {
                if !matches!(outcome, Outcome::RecoveryKeysIssued { .. })
                    && let Some(about) = about
                {
                    self.enrolments[about].sheets.pop(); // never shown
                }
            }
            _ => {}
        }
        if matches!(step.outcome, Outcome::PasswordLinkIssued { .. }) || step.events.contains(&Event::PasswordBurnt) {
            self.links.push(step.fresh.link);
        }
        self.bound = self.bound_in(&step.after);
        match (&step.command, &step.outcome) {
            (Command::Join { verifier, .. }, Outcome::Joined)
            | (Command::ReplacePassword { verifier, .. }, Outcome::Owes { .. } | Outcome::SignedIn(_))
            | (
                Command::ChangePassword { verifier, .. } | Command::ReplacePasswordByLink { verifier, .. },
                Outcome::PasswordChanged,
            ) => Some(self.password_of(&verifier.output)),
            _ => None,
        }
    }

    /// Whose phone is bound: the one that has the secret.
    fn bound_in(&self, member: &Member) -> Option<usize> {
        let mut member = member.clone();
        super::super::shell::open(&mut member);
        let Factor::Bound(authenticator) = &member.joined()?.factor else { return None };
        // By hand a record can be brought to an epoch that its secret does not belong to.
        let GuardedSecret::Open(secret) = &authenticator.secret else { return self.bound };
        self.enrolments.iter().position(|begun| begun.phone.secret == secret.expose())
    }

    /// The code in a command, if there is one.
    pub(super) fn typed(&mut self, command: &Command) -> Option<Passcode> {
        match command {
            Command::VerifyCode { passcode, .. }
            | Command::ConfirmEnrolment { passcode, .. }
            | Command::ConfirmSetUp { passcode, .. }
            | Command::StepUp { proof: StepUpProof::Code(passcode), .. } => {
                self.code_typed = Some(passcode.clone());
                Some(passcode.clone())
            }
            Command::VerifyRecoveryKey { digest, .. }
            | Command::StepUp { proof: StepUpProof::RecoveryKey(digest), .. } => {
                self.key_typed = Some(*digest);
                None
            }
            _ => None,
        }
    }

    // What is picked, from the newest.

    pub(super) fn ticket(&self, pick: Pick) -> u32 {
        picked(&self.tickets, pick).unwrap_or(0)
    }

    pub(super) fn device(&self, pick: Pick) -> Option<PresentedDevice> {
        picked(&self.devices, pick)
    }

    pub(super) fn pending(&self, pick: Pick, names: &mut Names) -> TokenDigest {
        picked(&self.pending, pick).unwrap_or_else(|| names.token())
    }

    pub(super) fn session(&self, pick: Pick, names: &mut Names) -> SessionId {
        picked(&self.sessions, pick).unwrap_or_else(|| SessionId(names.bytes()))
    }

    pub(super) fn link(&self, pick: Pick, names: &mut Names) -> TokenDigest {
        picked(&self.links, pick).unwrap_or_else(|| names.token())
    }

    /// The epoch that was set aside for a set-up; a later one if it is none.
    pub(super) fn aside(&self, about: Option<usize>) -> Epoch {
        about.and_then(|about| self.enrolments[about].aside).unwrap_or(Epoch(self.newest_epoch + 1))
    }

    pub(super) fn enrolment(&self, pick: Pick, names: &mut Names) -> (Option<usize>, EnrolmentId) {
        let about = self.newest_enrolment(pick);
        (about, about.map_or_else(|| names.enrolment(), |about| self.enrolments[about].id))
    }

    /// A code of the phone of the enrolment named, or another.
    pub(super) fn passcode(&self, code: Code, about: Option<usize>, now: Timestamp) -> Passcode {
        let phone = self.phone_of(about).unwrap_or(Phone::with(&[0; 20]));
        match code {
            Code::AtStep(drift) => phone.at_step((now.0 / 30).saturating_add_signed(drift.into())),
            Code::Again => self.code_typed.clone().unwrap_or_else(|| phone.wrong(now)),
            Code::OfPhone(pick) => self.phone_of(self.newest_enrolment(pick)).unwrap_or(phone).shows(now),
            Code::Wrong => phone.wrong(now),
        }
    }

    pub(super) fn key(&self, key: Key, names: &mut Names) -> RecoveryDigest {
        let sheets = self.enrolments.iter().flat_map(|begun| &begun.sheets).chain(&self.renewals);
        let mut sheets = sheets.rev();
        let known = match key {
            Key::OfSheet(pick, number) => {
                let count = sheets.clone().count().max(1);
                sheets.nth(usize::from(pick) % count).map(|sheet| sheet.key(number.into()))
            }
            Key::Again => self.key_typed,
            Key::Wrong => None,
        };
        known.unwrap_or_else(|| RecoveryDigest::from_bytes(names.bytes()))
    }

    pub(super) fn phone_of(&self, about: Option<usize>) -> Option<Phone> {
        about.map(|about| self.enrolments[about].phone.clone())
    }

    pub(super) fn sheet_of(&self, about: Option<usize>) -> Option<Sheet> {
        about.and_then(|about| self.enrolments[about].sheets.last().cloned())
    }

    // What is new.

    pub(super) fn new_enrolment(&mut self, names: &mut Names) -> (EnrolmentId, Phone) {
        let (id, phone) = (names.enrolment(), names.phone());
        self.enrolments.push(Begun { id, aside: None, phone: phone.clone(), sheets: Vec::new() });
        (id, phone)
    }

    /// The same under an epoch of its own.
    pub(super) fn new_set_up(&mut self, names: &mut Names) -> (EnrolmentId, Phone, Epoch) {
        let (id, phone) = self.new_enrolment(names);
        self.newest_epoch += 1;
        let aside = Epoch(self.newest_epoch);
        self.enrolments.last_mut().unwrap().aside = Some(aside);
        (id, phone, aside)
    }

    pub(super) fn new_sheet(&mut self, about: Option<usize>, names: &mut Names) -> Sheet {
        let sheet = names.sheet();
        if let Some(about) = about {
            self.enrolments[about].sheets.push(sheet.clone());
        }
        sheet
    }

    pub(super) fn new_password(&mut self) -> String {
        self.passwords += 1;
        password(self.passwords)
    }

    fn password_of(&self, output: &[u8; 32]) -> String {
        (0..=self.passwords).map(password).find(|password| hashed(password) == *output).unwrap()
    }

    fn newest_enrolment(&self, pick: Pick) -> Option<usize> {
        self.enrolments.len().checked_sub(1).map(|newest| newest - usize::from(pick) % (newest + 1))
    }
}

/// Every third is one that does not stand alone.
fn password(number: u32) -> String {
    let kind = if number % 3 == 1 { "short" } else { "a much longer one" };
    std::format!("{kind} {number}")
}

fn picked<T: Copy>(list: &[T], pick: Pick) -> Option<T> {
    let newest = list.len().checked_sub(1)?;
    Some(list[newest - usize::from(pick) % list.len()])
}
