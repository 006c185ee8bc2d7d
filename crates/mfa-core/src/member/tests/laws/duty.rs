//! Law 4: nobody is signed in who has not met the duty that the tenant's mode demands.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::script::script;
use super::step::Step;
use super::{Law, config, hold};
use crate::member::Event;
use crate::member::{Command, DeviceId, Duty, EnrolmentId, Methods, Outcome, PresentedDevice, SignedIn, TokenDigest};
use crate::tenant::ModeKind;
use crate::time::Timestamp;

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn law_4_nobody_is_in_without_what_the_mode_demands(script in script()) {
        hold(&script, Demands::default());
    }
}

#[derive(Default)]
struct Demands {
    enrolled: bool,
    locked: bool,
    unspent_keys: BTreeSet<[u8; 32]>,
    devices: BTreeMap<DeviceId, (TokenDigest, Timestamp)>,
    owed: BTreeMap<TokenDigest, (Duty, Methods)>,
    /// The enrolment that was proven by a code, and on which sign-in.
    proven: Option<(EnrolmentId, TokenDigest)>,
}

const PASSWORD: Methods = Methods { password: true, code: false, recovery_key: false, device: false };
const MONTH: u64 = 30 * 24 * 3600;

impl Law for Demands {
    fn observe(&mut self, step: &Step) {
        if step.wiped() {
            *self = Demands::default();
        }
        if let Outcome::SignedIn(entered) = &step.outcome {
            self.judge(step, entered);
        }
        self.note(step);
    }
}

impl Demands {
    fn judge(&self, step: &Step, entered: &SignedIn) {
        let mode = step.grant().expect("signed in without the tenant's word").mode;
        assert_ne!(mode, ModeKind::External);
        let expected = match &step.command {
            Command::BeginSignIn { .. } if mode == ModeKind::Password => PASSWORD,
            Command::BeginSignIn { device, .. } => {
                self.device_holds(&device.expect("let in by a password alone"), step.now);
                assert_eq!(entered.device.map(|kept| kept.until), Some(self.devices[&device.unwrap().id].1));
                Methods { device: true, ..PASSWORD }
            }
            Command::VerifyCode { pending, remember_device, .. } => {
                assert!(step.shown_at.is_some(), "let in by a code that the phone does not show");
                assert!(self.enrolled && !self.locked);
                assert_eq!(self.owed[pending].0, Duty::Code);
                assert_eq!(entered.device.is_some(), *remember_device);
                Methods { code: true, ..self.owed[pending].1 }
            }
            Command::VerifyRecoveryKey { pending, digest, .. } => {
                assert!(self.unspent_keys.contains(digest.as_bytes()), "let in by a key that is not on the sheet");
                assert!(self.enrolled && !self.locked, "a key does not open a locked door by itself");
                assert_eq!(self.owed[pending].0, Duty::Code);
                assert_eq!(entered.device, None, "remembered after a recovery sign-in");
                Methods { recovery_key: true, ..self.owed[pending].1 }
            }
            Command::CompleteEnrolment { pending, id, proof, .. } => {
                assert_eq!(self.proven, Some((*id, *pending)));
                assert_eq!(*proof, step.sheet.as_ref().unwrap().proof());
                assert_eq!(self.owed[pending].0, Duty::Enrol);
                assert_eq!(entered.device, None);
                Methods { code: true, ..self.owed[pending].1 }
            }
            other => panic!("signed in by {other:?}"),
        };
        assert_eq!(entered.methods, expected);
        assert_eq!((entered.at, entered.ends_at), (step.now, Timestamp(step.now.0 + 24 * 3600)));
    }

    fn device_holds(&self, presented: &PresentedDevice, now: Timestamp) {
        let (token, until) = self.devices.get(&presented.id).expect("let in by a device that is not remembered");
        assert_eq!(presented.token, *token, "let in by a token that was replaced");
        assert!(now < *until, "let in by a device that is too old");
        assert!(self.enrolled);
    }

    fn note(&mut self, step: &Step) {
        let outcome = &step.outcome;
        match &step.command {
            Command::BeginSignIn { .. } => {
                if let Outcome::Owes { duty, authenticator_locked, .. } = outcome {
                    let owed = if self.enrolled { Duty::Code } else { Duty::Enrol };
                    assert_eq!((*duty, *authenticator_locked), (owed, self.locked));
                    self.owed.insert(step.fresh.pending, (owed, PASSWORD));
                }
            }
            Command::VerifyRecoveryKey { pending, digest, .. } => {
                if let Outcome::Owes { duty, .. } = outcome {
                    assert!(self.unspent_keys.contains(digest.as_bytes()), "opened by a key that is not on the sheet");
                    assert_eq!((*duty, self.locked), (Duty::NewPassword, true));
                    let methods = Methods { recovery_key: true, ..PASSWORD };
                    self.owed.insert(*pending, (Duty::NewPassword, methods));
                }
                if matches!(outcome, Outcome::Owes { .. } | Outcome::SignedIn(_)) {
                    self.unspent_keys.remove(digest.as_bytes());
                }
            }
            Command::ReplacePassword { pending, .. } if matches!(outcome, Outcome::Owes { .. }) => {
                let (duty, methods) = self.owed[pending];
                assert_eq!(duty, Duty::NewPassword, "replaced a password without owing it");
                self.owed = BTreeMap::from([(*pending, (Duty::Enrol, methods))]);
                self.devices.clear();
            }
            Command::StartEnrolment { pending, .. } if matches!(outcome, Outcome::EnrolmentStarted { .. }) => {
                assert_eq!(self.owed[pending].0, Duty::Enrol, "shown a secret without owing enrolment");
                self.proven = None;
            }
            Command::ConfirmEnrolment { pending, id, .. } if matches!(outcome, Outcome::RecoveryKeysIssued { .. }) => {
                assert!(step.shown_at.is_some(), "confirmed by a code that the phone does not show");
                self.proven = Some((*id, *pending));
            }
            Command::CompleteEnrolment { .. } if matches!(outcome, Outcome::SignedIn(_)) => {
                let sheet = step.sheet.as_ref().unwrap();
                let unspent_keys = (1..=10).map(|number| *sheet.key(number).as_bytes()).collect();
                *self = Demands { enrolled: true, unspent_keys, ..Demands::default() };
            }
            _ => {}
        }
        if let Outcome::SignedIn(SignedIn { device: Some(device), .. }) = outcome {
            let until = self.devices.get(&device.id).map_or(Timestamp(step.now.0 + MONTH), |(_, until)| *until);
            self.devices.insert(device.id, (step.fresh.device_token, until));
        }
        for event in &step.events {
            match event {
                Event::AuthenticatorLocked => self.locked = true,
                Event::DeviceTokenReused { device } => {
                    assert!(self.devices.remove(device).is_some())
                }
                _ => {}
            }
        }
    }
}
