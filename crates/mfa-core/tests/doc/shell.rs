// What the examples of `member` and `tenant` have in common: a shell as small as one gets, and the person before it.
// No `//!` here, since each example includes this file by one hidden line.

use mfa_core::member::*;
use mfa_core::passcode::{Digits, Passcode};
use mfa_core::recovery::RecoveryDigest;
use mfa_core::secret::Secret;
use mfa_core::tenant::application::ApplicationId;
use mfa_core::tenant::directory::Orders;
use mfa_core::tenant::{Epoch, ModeKind};
use mfa_core::time::{Period, Seconds, TimeStep, Timestamp};
use mfa_core::totp::{self, TotpParameters};

/// What calls [`decide`], for one name in one tenant.
pub struct Shell {
    /// What is kept under the name.
    pub member: Member,
    /// What the tenant says about her.
    pub grant: Grant,
    /// The present time.
    pub now: Timestamp,
    /// The random names that the last decision could use.
    pub fresh: Fresh,
    /// The token of the sign-in that was begun last.
    pub pending: TokenDigest,
    /// What the last decision reported.
    pub events: Vec<Event>,
}

impl Shell {
    /// Before a name that nobody bears yet.
    pub fn new(mode: ModeKind) -> Shell {
        let grant = Grant {
            mode,
            epoch: Epoch::FIRST,
            generation: Generation(1),
            orders: Orders::default(),
            passwords_since: Epoch::default(),
            login_elsewhere: false,
            restored_at: Timestamp::EPOCH,
        };
        let (now, pending) = (Timestamp(1_800_000_000), Fresh::NONE.pending);
        Shell { member: Member::vacant(), grant, now, fresh: Fresh::NONE, pending, events: Vec::new() }
    }

    /// Before somebody who has accepted her invitation.
    pub fn joined(mode: ModeKind) -> Shell {
        let mut shell = Shell::new(mode);
        shell.ask(Command::Join { generation: Generation(1), epoch: Epoch::FIRST, verifier: password(1) });
        shell
    }

    /// Before somebody who has an authenticator, in a tenant with MFA.
    pub fn enrolled() -> Shell {
        let mut shell = Shell::joined(ModeKind::Mfa);
        shell.begin();
        shell.enrol();
        shell.wait(Seconds::hours(1));
        shell
    }

    /// Before somebody who has an authenticator here, and her login at an application.
    pub fn vouched() -> Shell {
        let mut shell = Shell::new(ModeKind::Mfa);
        shell.grant.login_elsewhere = true;
        shell.begin_vouched(None);
        shell.enrol();
        shell.wait(Seconds::hours(1));
        shell
    }

    /// Decides, saves, and only then answers.
    pub fn ask(&mut self, command: Command) -> Outcome {
        let n = self.fresh.session.0[0] + 1; // In place of a generator.
        let [pending, device_token, link, page] = [50, 100, 150, 200].map(|kind| TokenDigest([n + kind; 32]));
        let (session, device) = (SessionId([n; 16]), DeviceId([n; 8]));
        self.fresh = Fresh { session, pending, device, device_token, link, page };
        let decision = decide(self.member.clone(), command, self.fresh, self.now);
        (self.member, self.events) = (decision.state, decision.events);
        decision.outcome
    }

    /// She types her password.
    pub fn begin(&mut self) -> Outcome {
        self.begin_on(None)
    }

    /// She types her password on a device that says it is known.
    pub fn begin_on(&mut self, device: Option<PresentedDevice>) -> Outcome {
        match self.ask(check(1, device, None)) {
            Outcome::PasswordRight { version: password_version, .. } => {
                let outcome = self.ask(Command::BeginSignIn { grant: self.grant, password_version, device });
                self.pending = self.fresh.pending;
                outcome
            }
            refused => refused,
        }
    }

    /// The application says that she has just typed hers there.
    pub fn begin_vouched(&mut self, page: Option<PageWish>) -> Outcome {
        let outcome = self.ask(Command::BeginVouched { grant: self.grant, application: SHOP, device: None, page });
        self.pending = self.fresh.pending;
        outcome
    }

    /// She types a code.
    pub fn type_code(&mut self, passcode: Passcode) -> Outcome {
        let (grant, pending) = (self.grant, self.pending);
        self.ask(Command::VerifyCode { grant, pending, passcode, remember_device: None })
    }

    /// She signs in, with whatever is owed.
    pub fn sign_in(&mut self) -> SessionId {
        self.wait(Seconds(30));
        if let Outcome::Owes { .. } = self.begin() {
            let passcode = self.phone();
            self.type_code(passcode);
        }
        self.fresh.session
    }

    /// She binds the authenticator that the pending sign-in owes.
    fn enrol(&mut self) {
        let (grant, pending, id, keys) = (self.grant, self.pending, EnrolmentId([1; 16]), keys());
        let proof = keys.proof;
        self.ask(Command::StartEnrolment { grant, pending, id, secret: secret() });
        self.ask(Command::ConfirmEnrolment { grant, pending, id, passcode: self.phone(), keys });
        self.ask(Command::CompleteEnrolment { grant, pending, id, proof });
    }

    /// What her authenticator app shows now.
    pub fn phone(&self) -> Passcode {
        totp::generate(&secret(), &TotpParameters::OURS, TimeStep::at(self.now, Period::THIRTY))
    }

    /// Time passes.
    pub fn wait(&mut self, time: Seconds) {
        self.now = self.now.saturating_add(time);
    }
}

/// The application that vouches.
pub const SHOP: ApplicationId = ApplicationId([7; 8]);

/// What her authenticator app has scanned.
pub fn secret() -> Secret {
    Secret::from_random([7; 20])
}

/// What it does not show in any example.
pub fn wrong() -> Passcode {
    Passcode::parse("000000", Digits::Six).expect("six digits")
}

/// The n-th password; hers is the first. What it hashes to, the shell has computed.
pub fn password(n: u8) -> PasswordVerifier {
    PasswordVerifier { scheme: "argon2id:1".into(), output: [n; 32], stands_alone: true }
}

/// Somebody types the n-th password.
pub fn check(n: u8, device: Option<PresentedDevice>, browser: Option<KnownBrowser>) -> Command {
    Command::CheckPassword { scheme: "argon2id:1".into(), output: [n; 32], renewed: None, device, browser }
}

/// Ten keys on paper, and the last group of the third.
pub fn keys() -> NewRecoveryKeys {
    let digests = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(|number| RecoveryDigest::from_bytes([number; 32]));
    NewRecoveryKeys { digests, proof_number: 3, proof: RecoveryDigest::from_bytes([30; 32]) }
}
