//! Law 3: nothing made in an earlier epoch or generation, or got with an earlier password, is ever accepted.

use std::collections::BTreeMap;
use std::vec::Vec;

use proptest::prelude::*;

use super::script::script;
use super::step::Step;
use super::{Law, config, hold};
use crate::member::{Command, Generation, Outcome};
use crate::tenant::{Epoch, ModeKind};

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn law_3_what_is_outdated_is_dead(script in script()) {
        hold(&script, Outdated::default());
    }
}

#[derive(Default)]
struct Outdated {
    present: Era,
    highest_epoch: Epoch,
    /// When each token, name, secret and key came to be.
    births: BTreeMap<Vec<u8>, Era>,
    /// When a password of this version was last judged right.
    tickets: BTreeMap<u32, Era>,
}

/// What outdates everything before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Era {
    generation: Generation,
    epoch: Epoch,
    passwords: u32,
}

impl Law for Outdated {
    fn observe(&mut self, step: &Step) {
        self.turn(step);
        self.judge(step);
        self.note(step);
    }
}

impl Outdated {
    /// Follows the tenant's word and the member's own acts, as they must be understood.
    fn turn(&mut self, step: &Step) {
        if let (Command::Join { generation, .. }, Outcome::Joined) = (&step.command, &step.outcome) {
            let first = step.before.joined.is_none();
            assert!(first || *generation > self.present.generation, "an earlier bearer came back");
            self.present.generation = *generation;
            self.present.passwords += 1;
        }
        let Some(grant) = step.grant() else { return };
        if grant.generation != self.present.generation || step.before.joined.is_none() {
            return;
        }
        if grant.epoch < self.highest_epoch {
            assert_eq!(step.outcome, Outcome::StaleGrant);
        }
        self.highest_epoch = self.highest_epoch.max(grant.epoch);
        self.present.epoch = self.highest_epoch;
    }

    fn judge(&self, step: &Step) {
        if !accepted(&step.outcome) {
            return;
        }
        if let Some(grant) = step.grant() {
            let word = (grant.generation, grant.epoch);
            assert_eq!(word, (self.present.generation, self.present.epoch), "accepted on an outdated word");
            assert_ne!(grant.mode, ModeKind::External, "a local door was open");
        }
        for (what, name) in used(step) {
            let born = self.births.get(&name).unwrap_or_else(|| panic!("a {what} that never was"));
            assert_eq!(*born, self.present, "an outdated {what} was accepted: {:?}", step.command);
        }
        if let Command::BeginSignIn { password_version, .. } = &step.command {
            let judged = self.tickets.get(password_version).expect("begun without a right password");
            let outdated = (judged.generation, judged.passwords) != (self.present.generation, self.present.passwords);
            assert!(!outdated, "begun with a password of {judged:?}, now {:?}", self.present);
        }
    }

    fn note(&mut self, step: &Step) {
        match (&step.command, &step.outcome) {
            (_, Outcome::PasswordRight { version, .. }) => {
                self.tickets.insert(*version, self.present);
            }
            (Command::BeginSignIn { .. }, Outcome::Owes { .. }) => self.born(&step.fresh.pending.0),
            (Command::StartEnrolment { id, .. }, Outcome::EnrolmentStarted { .. }) => self.born(&id.0),
            (Command::ReplacePassword { pending, .. }, Outcome::Owes { .. }) => {
                self.present.passwords += 1;
                self.born(&pending.0); // the one that lives on
            }
            (Command::CompleteEnrolment { .. }, Outcome::SignedIn(_)) => {
                self.born(&step.phone.as_ref().unwrap().secret);
                let sheet = step.sheet.as_ref().unwrap();
                (1..=10).for_each(|number| self.born(sheet.key(number).as_bytes()));
            }
            _ => {}
        }
        if let Outcome::SignedIn(entered) = &step.outcome {
            assert_eq!((entered.generation, entered.epoch), (self.present.generation, self.present.epoch));
            self.born(&entered.session.0);
            if entered.device.is_some() {
                self.born(&step.fresh.device_token.0);
            }
        }
        if let (Command::ReplacePassword { .. }, Outcome::Owes { .. }) = (&step.command, &step.outcome) {
            // A new password does not undo the authenticator or its keys; only what was got with the old one.
            let present = self.present;
            if let Some(phone) = &step.phone {
                self.births.insert(phone.secret.clone(), present);
            }
            if let Some(sheet) = &step.sheet {
                (1..=10).for_each(|number| self.born(sheet.key(number).as_bytes()));
            }
        }
    }

    fn born(&mut self, name: &[u8]) {
        self.births.insert(name.to_vec(), self.present);
    }
}

/// Whether somebody got further by the step.
fn accepted(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Owes { .. }
            | Outcome::SignedIn(_)
            | Outcome::EnrolmentStarted { .. }
            | Outcome::RecoveryKeysIssued { .. }
            | Outcome::Account(_)
            | Outcome::SignedOut
            | Outcome::CodeRefused
            | Outcome::RecoveryKeyRefused
    )
}

/// What the step was accepted on the strength of.
fn used(step: &Step) -> Vec<(&'static str, Vec<u8>)> {
    let mut used = Vec::new();
    match &step.command {
        Command::BeginSignIn { device: Some(device), .. } => {
            if matches!(&step.outcome, Outcome::SignedIn(entered) if entered.device.is_some()) {
                used.push(("device", device.token.0.to_vec()));
            }
        }
        Command::VerifyCode { pending, .. } => {
            used.push(("pending sign-in", pending.0.to_vec()));
            used.push(("phone", step.phone.as_ref().unwrap().secret.clone()));
        }
        Command::VerifyRecoveryKey { pending, digest, .. } => {
            used.push(("pending sign-in", pending.0.to_vec()));
            if step.outcome != Outcome::RecoveryKeyRefused {
                used.push(("recovery key", digest.as_bytes().to_vec()));
            }
        }
        Command::ReplacePassword { pending, .. } | Command::StartEnrolment { pending, .. } => {
            used.push(("pending sign-in", pending.0.to_vec()));
        }
        Command::ConfirmEnrolment { pending, id, .. }
        | Command::RenewRecoveryKeys { pending, id, .. }
        | Command::CompleteEnrolment { pending, id, .. } => {
            used.push(("pending sign-in", pending.0.to_vec()));
            used.push(("enrolment", id.0.to_vec()));
        }
        Command::ViewAccount { session, .. } | Command::SignOut { session } => {
            used.push(("session", session.0.to_vec()));
        }
        _ => {}
    }
    used
}
