//! Law 3: nothing made in an earlier epoch or generation, or got with an earlier password, is ever accepted.

use std::collections::BTreeMap;
use std::vec::Vec;

use proptest::prelude::*;

use super::script::script;
use super::step::Step;
use super::{Law, config, hold};
use crate::member::state::Joined;
use crate::member::{Command, Event, Generation, Grant, Outcome, StepUpProof, Waiting};
use crate::tenant::directory::Orders;
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
    orders: Orders,
    /// The tenant's epoch when the present password was chosen.
    chosen: Epoch,
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
    /// Resets of the factor, by whomever.
    resets: u32,
    /// "This was not me."
    disowned: u32,
    /// The end of all sessions, by order, or of all others.
    sign_outs: u32,
}

/// What something is outdated by.
fn outdated_by(what: &str, era: Era) -> Era {
    match what {
        // The factor is not the password's, nor a session's.
        // A set-up lives and dies with its session, which is asked too.
        "phone" | "recovery key" | "set-up" => Era { passwords: 0, disowned: 0, sign_outs: 0, ..era },
        // A link is the password's alone.
        "link" => Era { generation: era.generation, passwords: era.passwords, ..Era::default() },
        "session" => era,
        _ => Era { sign_outs: 0, ..era },
    }
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
        if step.events.contains(&Event::Joined) {
            let generation = step.after.standing().unwrap().0;
            let first = step.before.standing().is_none();
            assert!(first || generation > self.present.generation, "an earlier bearer came back");
            self.present.generation = generation;
            self.present.passwords += 1;
            self.orders = Orders::default();
            if let Command::Join { epoch, .. } = &step.command {
                self.chosen = *epoch;
                self.highest_epoch = self.highest_epoch.max(*epoch);
            }
        }
        let Some(grant) = step.grant() else { return };
        if grant.generation != self.present.generation || step.after.joined().is_none() {
            return;
        }
        let orders = (grant.orders.resets, grant.orders.sign_outs);
        let known = (self.orders.resets, self.orders.sign_outs);
        if grant.epoch < self.highest_epoch || orders.0 < known.0 || orders.1 < known.1 {
            assert_eq!(step.outcome, Outcome::StaleGrant, "{:?} on an outdated word", step.command);
            return;
        }
        if step.outcome == Outcome::Unreadable && step.after.joined().is_some_and(|joined| !heard(joined, &grant)) {
            return; // refused before anything
        }
        self.present.resets += u32::from(orders.0 > known.0);
        self.present.sign_outs += u32::from(orders.1 > known.1);
        self.orders = grant.orders;
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
            let open = matches!(
                step.command,
                Command::ViewAccount { .. }
                    | Command::Authorize { .. }
                    | Command::EndSessions { .. }
                    | Command::BeginExternal { .. }
            );
            assert!(open || grant.mode != ModeKind::External, "a local door was open");
        }
        for (what, name) in used(step) {
            let born = self.births.get(&name).unwrap_or_else(|| panic!("a {what} that never was"));
            let (born, present) = (outdated_by(what, *born), outdated_by(what, self.present));
            assert_eq!(born, present, "an outdated {what} was accepted: {:?}", step.command);
        }
        if let Command::BeginSignIn { password_version, .. } = &step.command {
            let judged = self.tickets.get(password_version).expect("begun without a right password");
            let outdated = (judged.generation, judged.passwords) != (self.present.generation, self.present.passwords);
            assert!(!outdated, "begun with a password of {judged:?}, now {:?}", self.present);
            let since = step.grant().unwrap().passwords_since;
            assert!(self.chosen >= since, "begun with a password of before {since:?}, chosen in {:?}", self.chosen);
        }
    }

    fn note(&mut self, step: &Step) {
        if step.events.contains(&Event::PasswordReplaced) {
            self.chosen = step.grant().expect("replaced without the tenant's word").epoch;
        }
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
            (Command::ReplacePassword { .. }, Outcome::SignedIn(_))
            | (Command::ReplacePasswordByLink { .. }, Outcome::PasswordChanged) => self.present.passwords += 1,
            (Command::ChangePassword { session, .. }, Outcome::PasswordChanged) => {
                self.present.passwords += 1;
                self.born(&session.0); // the one that makes the change stays
            }
            (Command::ResetMfa { .. }, Outcome::MfaReset) => self.present.resets += 1,
            (Command::Disown { .. }, Outcome::Disowned) => self.present.disowned += 1,
            (Command::EndSessions { session, .. }, Outcome::SessionsEnded) => {
                self.present.sign_outs += 1;
                self.born(&session.0);
            }
            (Command::StartSetUp { id, .. }, Outcome::EnrolmentStarted { .. }) => self.born(&id.0),
            (Command::CompleteRecoveryKeys { .. }, Outcome::RecoveryKeysReplaced { .. }) => {
                let sheet = step.renewal.as_ref().unwrap();
                (1..=10).for_each(|number| self.born(sheet.key(number).as_bytes()));
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
        let link_left = matches!(step.outcome, Outcome::PasswordLinkIssued { .. });
        if link_left || step.events.contains(&Event::PasswordBurnt) {
            self.born(&step.fresh.link.0);
        }
        self.adopted(step);
    }

    /// What a set-up binds comes to be at the tenant's step; it was made for that epoch and under no other.
    fn adopted(&mut self, step: &Step) {
        let Command::PrepareSetUp { epoch, .. } = &step.command else { return };
        if let (Outcome::SetUpReady { .. }, Some(phone), Some(sheet)) = (&step.outcome, &step.phone, &step.sheet) {
            let born = Era { epoch: *epoch, ..self.present };
            self.births.insert(phone.secret.clone(), born);
            for number in 1..=10 {
                self.births.insert(sheet.key(number).as_bytes().to_vec(), born);
            }
        }
    }

    fn born(&mut self, name: &[u8]) {
        self.births.insert(name.to_vec(), self.present);
    }
}

/// Whether a member has come as far as a word says.
fn heard(joined: &Joined, grant: &Grant) -> bool {
    (joined.epoch, joined.orders) == (grant.epoch, grant.orders)
}

/// Whether somebody got further by the step.
fn accepted(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Owes { .. }
            | Outcome::SignedIn(_)
            | Outcome::EnrolmentStarted { .. }
            | Outcome::Extended { .. }
            | Outcome::RecoveryKeysIssued { .. }
            | Outcome::Account(_)
            | Outcome::SignedOut
            | Outcome::CodeRefused
            | Outcome::RecoveryKeyRefused
            | Outcome::Authorized { .. }
            | Outcome::StepUpOwed { .. }
            | Outcome::SteppedUp { .. }
            | Outcome::PasswordRefused
            | Outcome::MfaReset
            | Outcome::RecoveryKeysReplaced { .. }
            | Outcome::DevicesForgotten { .. }
            | Outcome::SessionsEnded
            | Outcome::PasswordChanged
            | Outcome::Disowned
            | Outcome::LinkValid { .. }
            | Outcome::SetUpReady { .. }
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
        Command::StepUp { session, proof, .. } => {
            used.push(("session", session.0.to_vec()));
            match proof {
                StepUpProof::Code(_) if !matches!(step.outcome, Outcome::StepUpOwed { .. }) => {
                    used.push(("phone", step.phone.as_ref().unwrap().secret.clone()));
                }
                StepUpProof::RecoveryKey(digest) if matches!(step.outcome, Outcome::SteppedUp { .. }) => {
                    used.push(("recovery key", digest.as_bytes().to_vec()));
                }
                _ => {}
            }
        }
        Command::ConfirmSetUp { session, id, .. } | Command::PrepareSetUp { session, id, .. } => {
            used.push(("session", session.0.to_vec()));
            used.push(("set-up", id.0.to_vec()));
        }
        Command::Extend { waiting, .. } => match waiting {
            Waiting::SignIn(pending) => used.push(("pending sign-in", pending.0.to_vec())),
            Waiting::RecoveryKeys(session) => used.push(("session", session.0.to_vec())),
            Waiting::SetUp { session, id, .. } => {
                used.push(("session", session.0.to_vec()));
                used.push(("set-up", id.0.to_vec()));
            }
        },
        Command::Disown { link, .. }
        | Command::PreviewLink { link, .. }
        | Command::ReplacePasswordByLink { link, .. } => used.push(("link", link.0.to_vec())),
        Command::ViewAccount { session, .. }
        | Command::SignOut { session }
        | Command::Authorize { session, .. }
        | Command::ResetMfa { session, .. }
        | Command::StartRecoveryKeys { session, .. }
        | Command::CompleteRecoveryKeys { session, .. }
        | Command::ForgetDevices { session, .. }
        | Command::EndSessions { session, .. }
        | Command::StartSetUp { session, .. } => used.push(("session", session.0.to_vec())),
        Command::ChangePassword { session, .. } => used.push(("session", session.0.to_vec())),
        _ => {}
    }
    used
}
