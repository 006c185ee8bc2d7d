//! Law 4: nobody is signed in who has not met the duty that the tenant's mode demands.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::script::script;
use super::step::Step;
use super::{Law, config, hold};
use crate::member::Event;
use crate::member::{
    Command, DeviceId, Duty, EnrolmentId, Member, Methods, Outcome, PasswordVerifier, PresentedDevice, SessionId,
    SignedIn, StepUpProof, TokenDigest,
};
use crate::policy;
use crate::recovery::RecoveryDigest;
use crate::tenant::{Epoch, ModeKind};
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
    /// The password is known to somebody else, as its owner said.
    burnt: bool,
    /// The password is too short to stand alone.
    short: bool,
    /// The set-up that was proven by a code: which, in which session, for which epoch.
    set_up: Option<(EnrolmentId, SessionId, Epoch)>,
    /// The one that is complete, with its keys.
    ready: Option<Ready>,
}

#[derive(Clone)]
struct Ready {
    id: EnrolmentId,
    session: SessionId,
    epoch: Epoch,
    proof: RecoveryDigest,
    keys: BTreeSet<[u8; 32]>,
}

const PASSWORD: Methods = Methods { password: true, code: false, recovery_key: false, device: false, external: false };
const MONTH: u64 = 30 * 24 * 3600;

impl Law for Demands {
    fn observe(&mut self, step: &Step) {
        let ready = self.ready.clone();
        if step.wiped() {
            let same_bearer = step.before.standing().map(|known| known.0) == step.after.standing().map(|known| known.0);
            let external = step.grant().is_some_and(|grant| grant.mode == ModeKind::External);
            let heard = step.before.joined().map(|joined| joined.epoch);
            let elsewhere = external || step.grant().is_some_and(|grant| heard < Some(grant.passwords_since));
            let burnt = self.burnt && same_bearer && !elsewhere;
            *self = Demands { burnt, short: self.short, ..Demands::default() };
        }
        if step.reset() {
            *self = Demands { burnt: self.burnt, short: self.short, ..Demands::default() };
        }
        self.adopt(step, ready.clone());
        if let Outcome::SignedIn(entered) = &step.outcome {
            self.judge(step, entered, ready);
        }
        self.note(step);
    }
}

impl Demands {
    /// A set-up binds at the tenant's step to its very epoch, if it was complete, and never otherwise.
    fn adopt(&mut self, step: &Step, ready: Option<Ready>) {
        let enrolled = step.events.iter().any(|event| matches!(event, Event::Enrolled { .. }));
        let completed =
            matches!((&step.command, &step.outcome), (Command::CompleteEnrolment { .. }, Outcome::SignedIn(_)));
        if !enrolled || completed {
            return;
        }
        let grant = step.grant().expect("bound without the tenant's word");
        let Ready { epoch, keys: unspent_keys, .. } = ready.expect("bound by a set-up that was not complete");
        assert_eq!((grant.mode, grant.epoch), (ModeKind::Mfa, epoch), "a loser's set-up was bound");
        let (burnt, short) = (self.burnt, self.short);
        *self = Demands { enrolled: true, unspent_keys, burnt, short, ..Demands::default() };
    }

    fn judge(&self, step: &Step, entered: &SignedIn, ready: Option<Ready>) {
        let mode = step.grant().expect("signed in without the tenant's word").mode;
        let by_provider = matches!(step.command, Command::BeginExternal { .. });
        assert_eq!(mode == ModeKind::External, by_provider, "a local door was open");
        if !matches!(step.command, Command::ReplacePassword { .. }) {
            assert!(!self.burnt || by_provider, "let in by a burnt password");
        }
        let expected = match &step.command {
            Command::BeginExternal { .. } => Methods { external: true, ..Methods::default() },
            Command::AdoptSetUp { session, epoch, id, proof, .. } => {
                assert!(self.enrolled);
                let ready = ready.expect("signed in by a set-up that was not complete");
                let completed = (ready.id, ready.session, ready.epoch, ready.proof);
                assert_eq!((*id, *session, *epoch, *proof), completed, "by less than what completed it");
                let before = step.before.joined().unwrap();
                assert!(before.sessions.iter().any(|live| live.id == *session), "by a session that was over");
                assert_eq!(step.grant().map(|grant| grant.epoch), Some(*epoch));
                Methods { code: true, ..PASSWORD }
            }
            Command::ReplacePassword { pending, .. } => {
                let (duty, methods) = self.owed[pending];
                assert_eq!(duty, Duty::NewPassword);
                let second = methods.code || methods.recovery_key && !self.locked;
                match mode {
                    ModeKind::Mfa => assert!(second, "a new password is no second factor"),
                    ModeKind::Password => assert!(self.short && !self.burnt && !second, "not owed for its length"),
                    ModeKind::External => panic!("let in by a password"),
                }
                methods
            }
            Command::BeginSignIn { .. } if mode == ModeKind::Password => {
                assert!(!self.short, "let in by a short password alone");
                PASSWORD
            }
            Command::BeginSignIn { device, .. } => {
                self.device_holds(&device.expect("let in by a password alone"), step.now);
                assert_eq!(entered.device.map(|kept| kept.until), Some(self.devices[&device.unwrap().id].1));
                Methods { device: true, ..PASSWORD }
            }
            Command::VerifyCode { pending, remember_device, .. } => {
                assert!(step.shown_at.is_some(), "let in by a code that the phone does not show");
                assert!(self.enrolled && !self.locked);
                assert_eq!(self.owed[pending].0, Duty::Code);
                assert_eq!(entered.device.is_some(), remember_device.is_some());
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

    fn chooses(&mut self, verifier: &PasswordVerifier, mode: ModeKind) {
        assert!(mode == ModeKind::Mfa || verifier.stands_alone, "a short password chosen where there is nothing else");
        self.short = !verifier.stands_alone;
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
                    let mode = step.grant().unwrap().mode;
                    assert!(self.enrolled || !self.burnt, "whoever has a burnt password got further by it");
                    // How many guesses count is law 1's business.
                    let lane = &step.after.joined().unwrap().codes;
                    let guessed_out = lane.is_spent(&policy::CODE_LANE, step.now);
                    let owed = match mode {
                        ModeKind::Mfa if self.enrolled => Duty::Code,
                        ModeKind::Mfa if guessed_out => Duty::NewPassword,
                        ModeKind::Mfa => Duty::Enrol,
                        ModeKind::Password | ModeKind::External => Duty::NewPassword,
                    };
                    assert!(mode == ModeKind::Mfa || mode == ModeKind::Password && self.short);
                    assert_eq!((*duty, *authenticator_locked), (owed, self.locked || guessed_out));
                    self.owed.insert(step.fresh.pending, (owed, PASSWORD));
                }
                if *outcome == Outcome::PasswordBurnt {
                    assert!(self.burnt && !self.enrolled);
                    let pending = |member: &Member| member.joined().map_or(0, |joined| joined.pending.len());
                    assert!(pending(&step.after) <= pending(&step.before), "something is pending");
                }
            }
            Command::VerifyCode { pending, .. } => {
                if let Outcome::Owes { duty, .. } = outcome {
                    assert!(step.shown_at.is_some(), "opened by a code that the phone does not show");
                    assert_eq!((*duty, self.burnt, self.locked), (Duty::NewPassword, true, false));
                    self.owed.insert(*pending, (Duty::NewPassword, Methods { code: true, ..PASSWORD }));
                }
            }
            Command::StepUp { proof: StepUpProof::RecoveryKey(digest), .. }
                if matches!(outcome, Outcome::SteppedUp { .. }) =>
            {
                assert!(self.unspent_keys.remove(digest.as_bytes()), "stepped up by a key that is not on the sheet");
            }
            Command::StepUp { proof: StepUpProof::Code(_), .. } if matches!(outcome, Outcome::SteppedUp { .. }) => {
                assert!(step.shown_at.is_some() && self.enrolled && !self.locked);
            }
            Command::CompleteRecoveryKeys { proof, .. } if matches!(outcome, Outcome::RecoveryKeysReplaced { .. }) => {
                let sheet = step.renewal.as_ref().unwrap();
                assert_eq!(*proof, sheet.proof());
                self.unspent_keys = (1..=10).map(|number| *sheet.key(number).as_bytes()).collect();
            }
            Command::Join { verifier, .. } if *outcome == Outcome::Joined => self.short = !verifier.stands_alone,
            Command::ChangePassword { grant, verifier, .. }
            | Command::ReplacePasswordByLink { grant, verifier, .. }
                if *outcome == Outcome::PasswordChanged =>
            {
                self.chooses(verifier, grant.mode);
                self.owed.clear();
                self.devices.clear();
                self.burnt = false;
            }
            Command::Disown { .. } if *outcome == Outcome::Disowned => {
                self.owed.clear();
                self.devices.clear();
                self.burnt = true;
            }
            Command::ForgetDevices { .. } if matches!(outcome, Outcome::DevicesForgotten { .. }) => {
                self.devices.clear();
            }
            Command::StartSetUp { .. } if matches!(outcome, Outcome::EnrolmentStarted { .. }) => {
                (self.set_up, self.ready) = (None, None);
            }
            Command::ConfirmSetUp { session, epoch, id, .. }
                if matches!(outcome, Outcome::RecoveryKeysIssued { .. }) =>
            {
                assert!(step.shown_at.is_some(), "confirmed by a code that the phone does not show");
                self.set_up = Some((*id, *session, *epoch));
            }
            Command::PrepareSetUp { session, epoch, id, proof, .. }
                if matches!(outcome, Outcome::SetUpReady { .. }) && self.ready.is_none() =>
            {
                assert_eq!(self.set_up, Some((*id, *session, *epoch)));
                let sheet = step.sheet.as_ref().unwrap();
                assert_eq!(*proof, sheet.proof());
                let keys = (1..=10).map(|number| *sheet.key(number).as_bytes()).collect();
                self.ready = Some(Ready { id: *id, session: *session, epoch: *epoch, proof: *proof, keys });
            }
            Command::VerifyRecoveryKey { pending, digest, .. } => {
                if let Outcome::Owes { duty, .. } = outcome {
                    assert!(self.unspent_keys.contains(digest.as_bytes()), "opened by a key that is not on the sheet");
                    assert_eq!((*duty, self.locked || self.burnt), (Duty::NewPassword, true));
                    let methods = Methods { recovery_key: true, ..PASSWORD };
                    self.owed.insert(*pending, (Duty::NewPassword, methods));
                }
                if matches!(outcome, Outcome::Owes { .. } | Outcome::SignedIn(_)) {
                    self.unspent_keys.remove(digest.as_bytes());
                }
            }
            Command::ReplacePassword { grant, pending, verifier, .. }
                if matches!(outcome, Outcome::Owes { .. } | Outcome::SignedIn(_)) =>
            {
                let (duty, methods) = self.owed[pending];
                assert!(methods.code || methods.recovery_key || !self.burnt, "paid for by the burnt password");
                self.chooses(verifier, grant.mode);
                assert_eq!(duty, Duty::NewPassword, "replaced a password without owing it");
                self.owed = BTreeMap::from([(*pending, (Duty::Enrol, methods))]);
                if matches!(outcome, Outcome::SignedIn(_)) {
                    self.owed.clear();
                }
                self.devices.clear();
                self.burnt = false;
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
                *self = Demands { enrolled: true, unspent_keys, short: self.short, ..Demands::default() };
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
