//! Somebody who has enrolled, by the core's own commands alone.

use mfa_core::member::{
    Command, DeviceId, DeviceLabel, EnrolmentId, Fresh, Generation, Grant, Member, NewRecoveryKeys, Outcome,
    PasswordVerifier, PresentedDevice, SessionId, TokenDigest, decide,
};
use mfa_core::passcode::Passcode;
use mfa_core::recovery::RecoveryDigest;
use mfa_core::secret::Secret;
use mfa_core::tenant::directory::Orders;
use mfa_core::tenant::{Epoch, ModeKind};
use mfa_core::time::{Period, TimeStep, Timestamp};
use mfa_core::totp::{TotpParameters, generate};

use crate::subject::{flipped, passcode};

const SCHEME: &str = "argon2id:1";
const PASSWORD: [u8; 32] = [0x50; 32];
const GRANT: Grant = Grant {
    mode: ModeKind::Mfa,
    epoch: Epoch::FIRST,
    generation: Generation(1),
    orders: Orders { resets: 0, sign_outs: 0 },
    passwords_since: Epoch(0),
    login_elsewhere: false,
    restored_at: Timestamp(0),
};

/// Where and when a member stands, with one sign-in under way and one device remembered.
pub(crate) struct Enrolled {
    pub(crate) secret: Secret,
    pub(crate) now: Timestamp,
    pub(crate) pending: TokenDigest,
    pub(crate) device: PresentedDevice,
    member: Member,
}

fn secret() -> Secret {
    Secret::from_random(*b"12345678901234567890")
}

/// An hour after she enrolled.
const NOW: Timestamp = Timestamp(1_800_003_600);

/// The code of the step before, this or the next.
pub(crate) fn right_code(step: u32) -> Passcode {
    code_of(Timestamp(NOW.0.saturating_sub(30).saturating_add(u64::from(step).saturating_mul(30))))
}

fn code_of(at: Timestamp) -> Passcode {
    generate(&secret(), &TotpParameters::OURS, TimeStep::at(at, Period::THIRTY))
}

/// What a wrong password hashes to that is very near the right one.
pub(crate) fn wrong_password(position: u32) -> [u8; 32] {
    flipped(PASSWORD, position)
}

/// One of many that are wrong.
pub(crate) fn wrong_code(variant: u32) -> Option<Passcode> {
    let near: Vec<Passcode> = (0..3).map(right_code).collect();
    // Steps of a size that meets every number of six digits, so the next one is another.
    let mut numbers =
        (0..4).map(|turn: u32| variant.wrapping_mul(4).wrapping_add(turn).wrapping_mul(618_033) % 1_000_000);
    numbers.find_map(|number| passcode(number).filter(|code| !near.contains(code)))
}

/// One of the ten recovery keys, digested.
pub(crate) fn key(number: u32) -> [u8; 32] {
    [u8::try_from(number).unwrap_or(0) ^ 0xc0; 32]
}

/// Joins, enrols, signs in on a device that is remembered, and begins to sign in elsewhere.
pub(crate) fn enrolled() -> Option<Enrolled> {
    let start = Timestamp(NOW.0.saturating_sub(3600));
    let verifier = PasswordVerifier { scheme: SCHEME.to_owned(), output: PASSWORD, stands_alone: true };
    let mut story = Story { member: Member::vacant(), now: start, turn: 0 };
    story.tell(Command::Join { generation: GRANT.generation, epoch: GRANT.epoch, verifier });
    let pending = story.begin()?;
    let id = EnrolmentId([0xe0; 16]);
    story.tell(Command::StartEnrolment { grant: GRANT, pending, id, secret: secret() });
    let digests = core::array::from_fn(|number| RecoveryDigest::from_bytes(key(u32::try_from(number).unwrap_or(0))));
    let proof = RecoveryDigest::from_bytes([0x70; 32]);
    let keys = NewRecoveryKeys { digests, proof_number: 1, proof };
    story.tell(Command::ConfirmEnrolment { grant: GRANT, pending, id, passcode: code_of(start), keys });
    story.tell(Command::CompleteEnrolment { grant: GRANT, pending, id, proof });

    story.now = Timestamp(NOW.0.saturating_sub(600));
    let pending = story.begin()?;
    let remember_device = Some(DeviceLabel("Firefox, Linux".to_owned()));
    let passcode = code_of(story.now);
    story.tell(Command::VerifyCode { grant: GRANT, pending, passcode, remember_device });
    let fresh = story.fresh();
    let device = PresentedDevice { id: fresh.device, token: fresh.device_token };

    story.now = NOW;
    let pending = story.begin()?;
    Some(Enrolled { secret: secret(), now: NOW, pending, device, member: story.member })
}

impl Enrolled {
    pub(crate) fn password(&self, output: [u8; 32], device: Option<PresentedDevice>) -> Command {
        Command::CheckPassword { scheme: SCHEME.to_owned(), output, renewed: None, device, browser: None }
    }

    pub(crate) fn code(&self, pending: TokenDigest, passcode: Passcode) -> Command {
        Command::VerifyCode { grant: GRANT, pending, passcode, remember_device: None }
    }

    pub(crate) fn recovery_key(&self, digest: RecoveryDigest) -> Command {
        Command::VerifyRecoveryKey { grant: GRANT, pending: self.pending, digest }
    }

    /// Decides, on a copy of her record.
    pub(crate) fn decide(&self, command: Command) -> Outcome {
        decide(self.member.clone(), command, Fresh::NONE, self.now).outcome
    }
}

/// What has happened so far.
struct Story {
    member: Member,
    now: Timestamp,
    turn: u8,
}

impl Story {
    fn tell(&mut self, command: Command) -> Outcome {
        self.turn = self.turn.saturating_add(1);
        let decision = decide(core::mem::take(&mut self.member), command, self.fresh(), self.now);
        self.member = decision.state;
        decision.outcome
    }

    /// The names that the last command could use.
    fn fresh(&self) -> Fresh {
        Fresh {
            session: SessionId([self.turn; 16]),
            pending: TokenDigest([self.turn; 32]),
            device: DeviceId([self.turn; 8]),
            device_token: TokenDigest([self.turn ^ 0x80; 32]),
            link: TokenDigest([self.turn ^ 0x40; 32]),
            page: TokenDigest([self.turn ^ 0x20; 32]),
        }
    }

    /// The right password; `None` unless a code or an enrolment is owed.
    fn begin(&mut self) -> Option<TokenDigest> {
        let (scheme, device) = (SCHEME.to_owned(), None);
        let check = Command::CheckPassword { scheme, output: PASSWORD, renewed: None, device, browser: None };
        let Outcome::PasswordRight { version, .. } = self.tell(check) else { return None };
        match self.tell(Command::BeginSignIn { grant: GRANT, password_version: version, device }) {
            Outcome::Owes { .. } => Some(self.fresh().pending),
            _ => None,
        }
    }
}
