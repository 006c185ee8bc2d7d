//! What there is outside the state machine: the tenant's words, the phone, the sheets of keys, and every name that was
//! ever given out, dead or alive.

use arbitrary::{Arbitrary, Result, Unstructured};
use mfa_core::member::{
    Assurance, BrowserId, Command, DeviceId, DeviceLabel, EnrolmentId, Fresh, Generation, Grant, KnownBrowser,
    NewRecoveryKeys, PasswordVerifier, PresentedDevice, SessionId, StepUpProof, TokenDigest, Waiting,
};
use mfa_core::passcode::{Digits, Passcode};
use mfa_core::policy::RECOVERY_KEYS;
use mfa_core::recovery::RecoveryDigest;
use mfa_core::secret::Secret;
use mfa_core::tenant::directory::Orders;
use mfa_core::tenant::{Epoch, ModeKind};
use mfa_core::time::Timestamp;
use totp_lite::{Sha1, totp_custom};

pub(super) struct World {
    pub(super) now: Timestamp,
    pub(super) grant: Grant,
    /// Every word that the tenant ever gave, the newest last.
    grants: Vec<Grant>,
    /// Counts names, so that none is given out twice.
    names: u64,
    pub(super) pending: Vec<TokenDigest>,
    pub(super) sessions: Vec<SessionId>,
    devices: Vec<PresentedDevice>,
    links: Vec<TokenDigest>,
    pub(super) enrolments: Vec<(EnrolmentId, Vec<u8>)>,
    sheets: Vec<NewRecoveryKeys>,
    set_up_epochs: Vec<Epoch>,
    typed: Vec<Passcode>,
}

impl World {
    pub(super) fn new(u: &mut Unstructured<'_>) -> Result<World> {
        let grant = Grant {
            mode: *u.choose(&[ModeKind::Mfa, ModeKind::Mfa, ModeKind::Password, ModeKind::External])?,
            epoch: Epoch(1),
            generation: Generation(1),
            orders: Orders::default(),
            passwords_since: Epoch(0),
            login_elsewhere: false,
            restored_at: Timestamp(0),
        };
        Ok(World {
            now: Timestamp(1_800_000_000),
            grant,
            grants: vec![grant],
            names: 0,
            pending: Vec::new(),
            sessions: Vec::new(),
            devices: Vec::new(),
            links: Vec::new(),
            enrolments: Vec::new(),
            sheets: Vec::new(),
            set_up_epochs: Vec::new(),
            typed: Vec::new(),
        })
    }

    /// Time passes, and sometimes the tenant decides something. The clock never goes back.
    pub(super) fn moves_on(&mut self, u: &mut Unstructured<'_>) -> Result<()> {
        let unit = [0, 1, 7, 31, 60, 240, 1800, 40_000];
        let step = unit[usize::from(u8::arbitrary(u)? % 8)] * u64::from(u8::arbitrary(u)? % 16);
        self.now = Timestamp(self.now.0.saturating_add(step));
        let orders = &mut self.grant.orders;
        match u8::arbitrary(u)? {
            0 => orders.resets += 1,
            1 => orders.sign_outs += 1,
            2 => {
                self.grant.generation = self.grant.generation.next();
                *orders = Orders::default();
            }
            3..=5 => {
                self.grant.epoch.0 += 1;
                // From one mode to the other by way of passwords, as the tenant's machine has it.
                self.grant.mode = match self.grant.mode {
                    ModeKind::Password => *u.choose(&[ModeKind::Mfa, ModeKind::Mfa, ModeKind::External])?,
                    ModeKind::Mfa | ModeKind::External => ModeKind::Password,
                };
                if self.grant.mode == ModeKind::External
                    || self.grants.last().is_some_and(|last| last.mode == ModeKind::External)
                {
                    self.grant.passwords_since = self.grant.epoch;
                }
            }
            _ => {}
        }
        if self.grants.last() != Some(&self.grant) {
            self.grants.push(self.grant);
        }
        Ok(())
    }

    fn name<const N: usize>(&mut self) -> [u8; N] {
        self.names += 1;
        let mut name = [0; N];
        let digits = self.names.to_be_bytes();
        name.iter_mut().zip(digits.iter().rev()).for_each(|(place, digit)| *place = *digit);
        name
    }

    pub(super) fn fresh(&mut self) -> Fresh {
        Fresh {
            session: SessionId(self.name()),
            pending: TokenDigest(self.name()),
            device: DeviceId(self.name()),
            device_token: TokenDigest(self.name()),
            link: TokenDigest(self.name()),
            page: TokenDigest(self.name()),
        }
    }

    /// The names that came into being with an answer.
    pub(super) fn remember(&mut self, fresh: &Fresh, device: Option<DeviceId>) {
        self.pending.push(fresh.pending);
        self.sessions.push(fresh.session);
        self.links.push(fresh.link);
        self.devices.extend(device.map(|id| PresentedDevice { id, token: fresh.device_token }));
    }

    /// The secret of the enrolment called `id`.
    pub(super) fn secret_of(&self, id: EnrolmentId) -> Option<&[u8]> {
        self.enrolments.iter().find(|(other, _)| *other == id).map(|(_, secret)| secret.as_slice())
    }

    /// The last step of the window at which a phone with this secret shows the code.
    pub(super) fn shown_at(&self, secret: &[u8], passcode: &Passcode) -> Option<u64> {
        let present = self.now.0 / 30;
        (present - 1..=present + 1).rfind(|step| code(secret, *step) == passcode.display().as_str())
    }

    fn passcode(&mut self, u: &mut Unstructured<'_>) -> Result<Passcode> {
        let text = match u8::arbitrary(u)? % 8 {
            0 => format!("{:06}", u32::arbitrary(u)? % 1_000_000),
            1 if !self.typed.is_empty() => return Ok(last(u, &self.typed)?.unwrap().clone()),
            _ => match last(u, &self.enrolments)? {
                Some((_, secret)) => code(secret, (self.now.0 / 30).saturating_add_signed(u.int_in_range(-2..=2)?)),
                None => "000000".to_owned(),
            },
        };
        let passcode = Passcode::parse(&text, Digits::Six).expect("six digits");
        self.typed.push(passcode.clone());
        Ok(passcode)
    }

    fn keys(&mut self, u: &mut Unstructured<'_>) -> Result<NewRecoveryKeys> {
        let digests = [(); RECOVERY_KEYS].map(|()| RecoveryDigest::from_bytes(self.name()));
        let keys = NewRecoveryKeys {
            digests,
            proof_number: u.int_in_range(1..=10)?,
            proof: RecoveryDigest::from_bytes(self.name()),
        };
        self.sheets.push(keys.clone());
        Ok(keys)
    }

    fn key(&mut self, u: &mut Unstructured<'_>) -> Result<RecoveryDigest> {
        let number = usize::from(u8::arbitrary(u)? % 10);
        let sheet = last(u, &self.sheets)?;
        Ok(sheet.map_or(RecoveryDigest::from_bytes([0xee; 32]), |sheet| sheet.digests[number]))
    }

    fn proof(&mut self, u: &mut Unstructured<'_>) -> Result<RecoveryDigest> {
        Ok(last(u, &self.sheets)?.map_or(RecoveryDigest::from_bytes([0xee; 32]), |sheet| sheet.proof))
    }

    fn enrolment(&mut self) -> (EnrolmentId, Secret) {
        let (id, random) = (EnrolmentId(self.name()), self.name::<20>().map(|byte| byte ^ 0x5a));
        self.enrolments.push((id, random.to_vec()));
        (id, Secret::from_random(random))
    }

    /// Anything that can be asked, naming anything that there ever was.
    pub(super) fn command(&mut self, u: &mut Unstructured<'_>) -> Result<Command> {
        let grant = if u8::arbitrary(u)? % 8 == 0 { *u.choose(&self.grants)? } else { self.grant };
        let which = u8::arbitrary(u)? % 34;
        let nowhere = TokenDigest([0xee; 32]);
        let pending = last(u, &self.pending)?.copied().unwrap_or(nowhere);
        let session = last(u, &self.sessions)?.copied().unwrap_or(SessionId([0xee; 16]));
        let link = last(u, &self.links)?.copied().unwrap_or(nowhere);
        let id = last(u, &self.enrolments)?.map_or(EnrolmentId([0xee; 16]), |(id, _)| *id);
        let device = if bool::arbitrary(u)? { last(u, &self.devices)?.copied() } else { None };
        let epoch = last(u, &self.set_up_epochs)?.copied().unwrap_or(Epoch(grant.epoch.0 + 1));
        let (scheme, output) = (scheme(u)?, password(u)?);
        Ok(match which {
            0 => Command::Join { generation: grant.generation, epoch: grant.epoch, verifier: verifier(u)? },
            1 | 2 => {
                let renewed = if u8::arbitrary(u)? % 8 == 0 { Some(("s2".to_owned(), output)) } else { None };
                let id = BrowserId([u8::arbitrary(u)? % 16; 8]);
                let password_version = u32::from(u8::arbitrary(u)? % 4);
                let browser = KnownBrowser { generation: grant.generation, password_version, id };
                let browser = (id.0[0] < 12).then_some(browser);
                Command::CheckPassword { scheme, output, renewed, device, browser }
            }
            3..=5 => Command::BeginSignIn { grant, password_version: u32::from(u8::arbitrary(u)? % 4), device },
            6..=8 => {
                let remember_device = bool::arbitrary(u)?.then(|| DeviceLabel("a phone".to_owned()));
                Command::VerifyCode { grant, pending, passcode: self.passcode(u)?, remember_device }
            }
            9 => Command::VerifyRecoveryKey { grant, pending, digest: self.key(u)? },
            10 => {
                let under_current = if bool::arbitrary(u)? { Some(password(u)?) } else { None };
                Command::ReplacePassword { grant, pending, verifier: verifier(u)?, under_current }
            }
            11 | 12 => {
                let (id, secret) = self.enrolment();
                Command::StartEnrolment { grant, pending, id, secret }
            }
            13 | 14 => {
                let (passcode, keys) = (self.passcode(u)?, self.keys(u)?);
                Command::ConfirmEnrolment { grant, pending, id, passcode, keys }
            }
            15 => match u8::arbitrary(u)? % 4 {
                0 => Command::Extend { grant, waiting: Waiting::SignIn(pending) },
                1 => Command::Extend { grant, waiting: Waiting::RecoveryKeys(session) },
                2 => {
                    let until = Timestamp(self.now.0 + 60 * u64::from(u8::arbitrary(u)?));
                    Command::Extend { grant, waiting: Waiting::SetUp { session, epoch, id, until } }
                }
                _ => Command::RenewRecoveryKeys { grant, pending, id, keys: self.keys(u)? },
            },
            16 | 17 => Command::CompleteEnrolment { grant, pending, id, proof: self.proof(u)? },
            18 => {
                let assurance = *u.choose(&[Assurance::Live, Assurance::Own, Assurance::Administrator])?;
                Command::Authorize { grant, session, assurance }
            }
            19 | 20 => {
                let proof = match u8::arbitrary(u)? % 3 {
                    0 => StepUpProof::Code(self.passcode(u)?),
                    1 => StepUpProof::RecoveryKey(self.key(u)?),
                    _ => StepUpProof::Password { scheme, output },
                };
                Command::StepUp { grant, session, proof }
            }
            21 => match u8::arbitrary(u)? % 3 {
                0 => Command::ResetMfa { grant, session },
                1 => Command::ViewAccount { grant, session },
                _ => Command::EndSessions { grant, session },
            },
            22 => Command::StartRecoveryKeys { grant, session, keys: self.keys(u)? },
            23 => Command::CompleteRecoveryKeys { grant, session, proof: self.proof(u)? },
            24 => Command::ForgetDevices { grant, session, device: device.map(|device| device.id) },
            25 => {
                let (current, under_kept, verifier) = (password(u)?, password(u)?, verifier(u)?);
                Command::ChangePassword { grant, session, kept_scheme: scheme, current, under_kept, verifier }
            }
            26 => Command::IssuePasswordLink { grant, anyway: bool::arbitrary(u)? },
            27 => match u8::arbitrary(u)? % 3 {
                0 => Command::Disown { grant, link },
                1 => Command::PreviewLink { grant, link },
                _ => Command::ReplacePasswordByLink { grant, link, verifier: verifier(u)?, under_kept: None },
            },
            28 => {
                let (id, secret) = self.enrolment();
                let epoch = Epoch(grant.epoch.0 + u64::from(u8::arbitrary(u)? % 3));
                self.set_up_epochs.push(epoch);
                Command::StartSetUp { grant, session, epoch, id, secret }
            }
            29 => match u8::arbitrary(u)? % 2 {
                0 => Command::RenewSetUpKeys { grant, session, epoch, id, keys: self.keys(u)? },
                _ => {
                    let (passcode, keys) = (self.passcode(u)?, self.keys(u)?);
                    Command::ConfirmSetUp { grant, session, epoch, id, passcode, keys }
                }
            },
            30 => Command::PrepareSetUp { grant, session, epoch, id, proof: self.proof(u)? },
            31 => Command::AdoptSetUp { grant, session, epoch, id, proof: self.proof(u)? },
            32 => Command::BeginExternal { grant, provider_time: Timestamp(self.now.0 - u64::from(u8::arbitrary(u)?)) },
            _ => match u8::arbitrary(u)? % 4 {
                0 => Command::Leave { generation: grant.generation },
                1 => Command::SignOut { session },
                2 => Command::Sweep,
                _ => Command::Follow { grant },
            },
        })
    }
}

/// One of the last few, or any.
fn last<'a, T>(u: &mut Unstructured<'_>, all: &'a [T]) -> Result<Option<&'a T>> {
    let ago = usize::from(u8::arbitrary(u)?.saturating_sub(160));
    Ok(all.iter().rev().nth(ago % all.len().max(1)))
}

fn scheme(u: &mut Unstructured<'_>) -> Result<String> {
    Ok(if u8::arbitrary(u)? % 16 == 0 { "s2" } else { "s1" }.to_owned())
}

/// Of three passwords, what one hashes to: the first most of the time.
fn password(u: &mut Unstructured<'_>) -> Result<[u8; 32]> {
    Ok([(u8::arbitrary(u)? / 100) ^ 0x77; 32])
}

fn verifier(u: &mut Unstructured<'_>) -> Result<PasswordVerifier> {
    let output = password(u)?;
    Ok(PasswordVerifier { scheme: scheme(u)?, output, stands_alone: u8::arbitrary(u)? % 4 != 0 })
}

fn code(secret: &[u8], step: u64) -> String {
    totp_custom::<Sha1>(30, 6, secret, step.saturating_mul(30))
}
