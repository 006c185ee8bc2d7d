//! One member and a clock, with a verb for each thing that people do.

use std::string::{String, ToString};
use std::vec::Vec;

use super::super::{
    Command, DeviceLabel, EnrolmentId, Event, Fresh, Generation, Grant, KnownBrowser, Member, Outcome, PresentedDevice,
    SessionId, SignedIn, TokenDigest, Waiting,
};
use super::people::{Names, Phone, Sheet, hashed, verifier};
use crate::passcode::Passcode;
use crate::recovery::RecoveryDigest;
use crate::tenant::directory::Orders;
use crate::tenant::{Epoch, ModeKind};
use crate::time::Timestamp;

/// The first second of a time step.
pub(super) const NOON: Timestamp = Timestamp(1_800_000_000);
pub(super) const MINUTE: u64 = 60;
pub(super) const HOUR: u64 = 3600;
pub(super) const DAY: u64 = 24 * HOUR;
pub(super) const PASSWORD: &str = "correct horse battery";
pub(super) const SCHEME: &str = "argon2id:1";

#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) member: Member,
    pub(super) now: Timestamp,
    /// What the tenant says at present.
    pub(super) grant: Grant,
    /// What the member types.
    pub(super) password: String,
    /// Whether what was sealed can be opened.
    pub(super) keys_at_hand: bool,
    /// Of the last decision.
    pub(super) events: Vec<Event>,
    /// The names that the last decision could use.
    pub(super) fresh: Fresh,
    pub(super) names: Names,
}

impl World {
    pub(super) fn vacant() -> World {
        let mut names = Names(1);
        World {
            member: Member::vacant(),
            now: NOON,
            grant: Grant {
                mode: ModeKind::Mfa,
                epoch: Epoch::FIRST,
                generation: Generation(1),
                orders: Orders::default(),
                passwords_since: Epoch::default(),
                login_elsewhere: false,
                restored_at: Timestamp::default(),
            },
            password: PASSWORD.to_string(),
            keys_at_hand: true,
            events: Vec::new(),
            fresh: names.fresh(),
            names,
        }
    }

    /// Somebody who accepted the invitation and has not enrolled.
    pub(super) fn joined() -> World {
        let mut world = World::vacant();
        assert_eq!(world.join(), Outcome::Joined);
        world
    }

    /// Somebody who enrolled an hour ago.
    pub(super) fn enrolled() -> (World, Phone, Sheet) {
        let mut world = World::joined();
        let pending = world.begin();
        let (phone, sheet) = world.enrol(pending);
        world.wait(HOUR);
        (world, phone, sheet)
    }

    pub(super) fn wait(&mut self, seconds: u64) {
        self.now = Timestamp(self.now.0.saturating_add(seconds));
    }

    // What people do.

    pub(super) fn join(&mut self) -> Outcome {
        let verifier = verifier(&self.password);
        self.ask(Command::Join { generation: self.grant.generation, epoch: self.grant.epoch, verifier })
    }

    pub(super) fn check_password(&mut self, password: &str, device: Option<PresentedDevice>) -> Outcome {
        self.check_password_at(password, device, None)
    }

    pub(super) fn check_password_at(
        &mut self,
        password: &str,
        device: Option<PresentedDevice>,
        browser: Option<KnownBrowser>,
    ) -> Outcome {
        let (scheme, output) = (SCHEME.to_string(), hashed(password));
        self.ask(Command::CheckPassword { scheme, output, renewed: None, device, browser })
    }

    /// The right password, and what comes of it.
    pub(super) fn try_begin(&mut self, device: Option<PresentedDevice>) -> Outcome {
        match self.check_password(&self.password.clone(), device) {
            Outcome::PasswordRight { version, .. } => {
                self.ask(Command::BeginSignIn { grant: self.grant, password_version: version, device })
            }
            refused => refused,
        }
    }

    /// The right password, on a device that is not remembered: a pending sign-in.
    pub(super) fn begin(&mut self) -> TokenDigest {
        let outcome = self.try_begin(None);
        assert!(matches!(outcome, Outcome::Owes { .. }), "{outcome:?}");
        self.fresh.pending
    }

    pub(super) fn code(&mut self, pending: TokenDigest, passcode: Passcode) -> Outcome {
        self.ask(Command::VerifyCode { grant: self.grant, pending, passcode, remember_device: None })
    }

    pub(super) fn recovery_key(&mut self, pending: TokenDigest, digest: RecoveryDigest) -> Outcome {
        self.ask(Command::VerifyRecoveryKey { grant: self.grant, pending, digest })
    }

    pub(super) fn replace_password(&mut self, pending: TokenDigest, password: &str) -> Outcome {
        let verifier = verifier(password);
        let outcome = self.ask(Command::ReplacePassword { grant: self.grant, pending, verifier, under_current: None });
        if matches!(outcome, Outcome::Owes { .. } | Outcome::SignedIn(_)) {
            self.password = password.to_string();
        }
        outcome
    }

    pub(super) fn start(&mut self, pending: TokenDigest, phone: &Phone) -> (EnrolmentId, Outcome) {
        let id = self.names.enrolment();
        (id, self.ask(Command::StartEnrolment { grant: self.grant, pending, id, secret: phone.scanned() }))
    }

    pub(super) fn confirm(
        &mut self,
        pending: TokenDigest,
        id: EnrolmentId,
        passcode: Passcode,
        sheet: &Sheet,
    ) -> Outcome {
        self.ask(Command::ConfirmEnrolment { grant: self.grant, pending, id, passcode, keys: sheet.issued() })
    }

    pub(super) fn renew(&mut self, pending: TokenDigest, id: EnrolmentId, sheet: &Sheet) -> Outcome {
        self.ask(Command::RenewRecoveryKeys { grant: self.grant, pending, id, keys: sheet.issued() })
    }

    pub(super) fn complete(&mut self, pending: TokenDigest, id: EnrolmentId, proof: RecoveryDigest) -> Outcome {
        self.ask(Command::CompleteEnrolment { grant: self.grant, pending, id, proof })
    }

    pub(super) fn extend(&mut self, waiting: Waiting) -> Outcome {
        self.ask(Command::Extend { grant: self.grant, waiting })
    }

    pub(super) fn view(&mut self, session: SessionId) -> Outcome {
        self.ask(Command::ViewAccount { grant: self.grant, session })
    }

    pub(super) fn sign_out(&mut self, session: SessionId) -> Outcome {
        self.ask(Command::SignOut { session })
    }

    pub(super) fn sweep(&mut self) {
        assert_eq!(self.ask(Command::Sweep), Outcome::Swept);
    }

    // The same, several at once.

    /// A whole enrolment with a new phone and a new sheet.
    pub(super) fn enrol(&mut self, pending: TokenDigest) -> (Phone, Sheet) {
        let (phone, sheet) = (self.names.phone(), self.names.sheet());
        self.enrol_with(pending, &phone, &sheet);
        (phone, sheet)
    }

    pub(super) fn enrol_with(&mut self, pending: TokenDigest, phone: &Phone, sheet: &Sheet) -> SignedIn {
        let (id, started) = self.start(pending, phone);
        assert!(matches!(started, Outcome::EnrolmentStarted { .. }), "{started:?}");
        let confirmed = self.confirm(pending, id, phone.shows(self.now), sheet);
        assert!(matches!(confirmed, Outcome::RecoveryKeysIssued { .. }), "{confirmed:?}");
        signed_in(self.complete(pending, id, sheet.proof()))
    }

    /// Password and code, once the phone shows a new one.
    pub(super) fn sign_in(&mut self, phone: &Phone) -> SignedIn {
        self.wait(30);
        let pending = self.begin();
        signed_in(self.code(pending, phone.shows(self.now)))
    }

    /// The same with "remember this device" ticked: what the device now holds.
    pub(super) fn remember(&mut self, phone: &Phone) -> PresentedDevice {
        self.wait(30);
        let pending = self.begin();
        let passcode = phone.shows(self.now);
        let outcome =
            self.ask(Command::VerifyCode { grant: self.grant, pending, passcode, remember_device: Some(laptop()) });
        self.device_held(&outcome).unwrap()
    }

    /// What a device holds after a sign-in: the cookie that the shell sets.
    pub(super) fn device_held(&self, outcome: &Outcome) -> Option<PresentedDevice> {
        let Outcome::SignedIn(SignedIn { device, .. }) = outcome else {
            return None;
        };
        device.map(|device| PresentedDevice { id: device.id, token: self.fresh.device_token })
    }

    /// One wrong code on a sign-in of its own, as soon as it is let.
    pub(super) fn guess(&mut self, phone: &Phone) -> Outcome {
        let pending = self.begin();
        match self.code(pending, phone.wrong(self.now)) {
            Outcome::Throttled { until: Some(until) } => {
                self.now = until;
                self.guess(phone)
            }
            judged => judged,
        }
    }

    /// Guesses until the budget is spent.
    pub(super) fn lock(&mut self, phone: &Phone) {
        for _ in 0..20 {
            assert_eq!(self.guess(phone), Outcome::CodeRefused);
        }
        assert!(self.events.contains(&Event::AuthenticatorLocked));
    }
}

/// What the device at hand is called.
pub(super) fn laptop() -> DeviceLabel {
    DeviceLabel("Firefox, Linux".to_string())
}

pub(super) fn signed_in(outcome: Outcome) -> SignedIn {
    match outcome {
        Outcome::SignedIn(signed_in) => signed_in,
        other => panic!("not signed in: {other:?}"),
    }
}

pub(super) fn owes(outcome: &Outcome) -> Option<super::super::Duty> {
    match outcome {
        Outcome::Owes { duty, .. } => Some(*duty),
        _ => None,
    }
}
