//! One request on its way through a member's object: from what was asked to a command, from an outcome to the answer.

use mfa_core::member::{
    self, Command, EnrolmentId, Fresh, Grant, Member, NewRecoveryKeys, Outcome, PasswordVerifier, SessionId,
};
use mfa_core::passcode::{Digits, Passcode};
use mfa_core::policy::RECOVERY_KEYS;
use mfa_core::recovery::{RecoveryGroup, RecoveryKey};
use mfa_core::secret::Secret;
use zeroize::Zeroizing;

use crate::error::Problem;
use crate::object_ref::{HashedPassword, MemberAsk, MemberName, MemberReply, MemberRequest, TenantGrant};
use crate::runtime::{self, Secrets};
use crate::seal::{DataKey, SecretContext};
use crate::token::TokenSecret;

/// One request on its way through: what was drawn for it, what it is opened with, what its answer shows once.
pub(super) struct Exchange {
    tenant: String,
    member: MemberName,
    grant: Option<Grant>,
    data_key: Option<DataKey>,
    begins: bool,
    pub(super) fresh: Fresh,
    pending_secret: TokenSecret,
    device_secret: TokenSecret,
    enrolment: Option<(EnrolmentId, Zeroizing<String>)>,
    recovery_keys: Option<(Vec<String>, u8)>,
}

impl Exchange {
    pub(super) fn new(request: &MemberRequest, secrets: &Secrets) -> Result<Exchange, Problem> {
        let granted = request.ask.grant();
        let grant = granted.map(|granted| granted.grant);
        let data_key = match granted.and_then(|granted| granted.data_key.as_ref().map(|key| (key, granted.grant.epoch)))
        {
            None => None,
            Some((wrapped, epoch)) => Some(
                DataKey::unwrap(wrapped, &secrets.key_encryption, &request.tenant, epoch)
                    .ok_or_else(|| Problem::alarm("a tenant's data key does not open"))?,
            ),
        };
        let pending_secret = TokenSecret::generate()?;
        let device_secret = TokenSecret::generate()?;
        let fresh = Fresh {
            session: SessionId(runtime::random()?),
            pending: pending_secret.digest(),
            device: member::DeviceId(runtime::random()?),
            device_token: device_secret.digest(),
        };
        Ok(Exchange {
            tenant: request.tenant.clone(),
            member: request.member.clone(),
            grant,
            data_key,
            begins: matches!(request.ask, MemberAsk::BeginSignIn { .. }),
            fresh,
            pending_secret,
            device_secret,
            enrolment: None,
            recovery_keys: None,
        })
    }

    /// Opens the secrets that belong to the grant's epoch. Those of an earlier one cannot be opened any more and are
    /// about to be dropped; one that does not open though it should stays sealed, and the core refuses.
    pub(super) fn open_secrets(&self, state: &mut Member) {
        let (Some(grant), Some(key)) = (self.grant, &self.data_key) else {
            return;
        };
        if state.standing() != Some((grant.generation, grant.epoch)) {
            return;
        }
        let context = self.context(grant);
        for (purpose, secret) in state.secrets_mut() {
            if !context.open(key, purpose, secret) {
                worker::console_error!("ALARM a sealed secret does not open");
            }
        }
    }

    pub(super) fn seal_secrets(&self, state: &mut Member) -> Result<(), Problem> {
        let (Some(grant), Some(key)) = (self.grant, &self.data_key) else {
            return Ok(());
        };
        let context = self.context(grant);
        state.secrets_mut().try_for_each(|(purpose, secret)| context.seal(key, purpose, secret))
    }

    fn context(&self, grant: Grant) -> SecretContext<'_> {
        SecretContext {
            tenant: &self.tenant,
            member: self.member.as_str(),
            generation: grant.generation,
            epoch: grant.epoch,
        }
    }

    /// Whether there is anything to write. Sealing draws a fresh nonce each time, so ciphertexts are not compared.
    pub(super) fn changes(&self, before: &Member, after: &Member) -> bool {
        let (mut before, mut after) = (before.clone(), after.clone());
        for state in [&mut before, &mut after] {
            for (_, secret) in state.secrets_mut() {
                *secret = member::GuardedSecret::Sealed(String::new());
            }
        }
        before != after
    }

    pub(super) fn command(&mut self, ask: MemberAsk) -> Result<Command, Problem> {
        Ok(match ask {
            MemberAsk::Join { generation, password, .. } => {
                let verifier = PasswordVerifier { scheme: password.scheme, output: password.output, version: 1 };
                Command::Join { generation, verifier }
            }
            MemberAsk::CheckPassword { password: HashedPassword { scheme, output }, renewed, device } => {
                let renewed = renewed.map(|password| (password.scheme, password.output));
                Command::CheckPassword { scheme, output, renewed, device }
            }
            MemberAsk::BeginSignIn { grant, password_version, device } => {
                Command::BeginSignIn { grant: grant.grant, password_version, device }
            }
            MemberAsk::VerifyCode { grant, pending, code, remember_device } => {
                Command::VerifyCode { grant: grant.grant, pending, passcode: passcode(&code)?, remember_device }
            }
            MemberAsk::VerifyRecoveryKey { grant, pending, recovery_key } => {
                let key = RecoveryKey::parse(&recovery_key).map_err(malformed)?;
                let digest =
                    key.digest(&self.data_key()?.recovery_digest_key(), &self.context(grant.grant).recovery_keys());
                Command::VerifyRecoveryKey { grant: grant.grant, pending, digest }
            }
            MemberAsk::ReplacePassword {
                grant,
                pending,
                password: HashedPassword { scheme, output },
                under_current,
            } => {
                let under_current = under_current.map(|password| password.output);
                Command::ReplacePassword { grant: grant.grant, pending, scheme, output, under_current }
            }
            MemberAsk::StartEnrolment { grant, pending } => {
                let id = EnrolmentId(runtime::random()?);
                let secret = Secret::from_random(runtime::random()?);
                self.enrolment = Some((id, secret.to_base32()));
                Command::StartEnrolment { grant: grant.grant, pending, id, secret }
            }
            MemberAsk::ConfirmEnrolment { grant, pending, enrolment, code } => Command::ConfirmEnrolment {
                pending,
                id: enrolment,
                passcode: passcode(&code)?,
                keys: self.draw_recovery_keys(&grant)?,
                grant: grant.grant,
            },
            MemberAsk::RenewRecoveryKeys { grant, pending, enrolment } => Command::RenewRecoveryKeys {
                pending,
                id: enrolment,
                keys: self.draw_recovery_keys(&grant)?,
                grant: grant.grant,
            },
            MemberAsk::CompleteEnrolment { grant, pending, enrolment, proof } => {
                let group = RecoveryGroup::parse(&proof).map_err(malformed)?;
                let key = self.data_key()?.recovery_digest_key();
                let proof = group.proof_digest(&key, &self.context(grant.grant).recovery_keys());
                Command::CompleteEnrolment { grant: grant.grant, pending, id: enrolment, proof }
            }
            MemberAsk::ViewAccount { grant, session } => Command::ViewAccount { grant: grant.grant, session },
            MemberAsk::SignOut { session } => Command::SignOut { session },
        })
    }

    /// A fresh set of recovery keys: the texts to show once, the digests to keep.
    fn draw_recovery_keys(&mut self, grant: &TenantGrant) -> Result<NewRecoveryKeys, Problem> {
        let digest_key = self.data_key()?.recovery_digest_key();
        let context = self.context(grant.grant).recovery_keys();
        let mut keys = Vec::with_capacity(RECOVERY_KEYS);
        for _ in 0..RECOVERY_KEYS {
            keys.push(RecoveryKey::from_random(&Zeroizing::new(runtime::random::<16>()?)));
        }
        // 256 is no multiple of ten: the tilt of 4 % over which key is asked for decides nothing.
        let [byte] = runtime::random::<1>()?;
        let proof_number = byte % 10 + 1;
        let asked = keys.get(usize::from(proof_number - 1)).ok_or_else(|| Problem::alarm("no key to ask for"))?;
        let proof = asked.last_group().proof_digest(&digest_key, &context);
        let digests: Vec<_> = keys.iter().map(|key| key.digest(&digest_key, &context)).collect();
        let digests = digests.try_into().map_err(|_| Problem::alarm("not ten recovery keys"))?;
        self.recovery_keys = Some((keys.iter().map(ToString::to_string).collect(), proof_number));
        Ok(NewRecoveryKeys { digests, proof_number, proof })
    }

    fn data_key(&self) -> Result<&DataKey, Problem> {
        self.data_key.as_ref().ok_or_else(|| Problem::alarm("a command that needs the tenant's data key came without"))
    }

    /// The answer. What was drawn but is not the member's now is not shown.
    pub(super) fn reply(&mut self, outcome: Outcome) -> MemberReply {
        let signed_in = matches!(&outcome, Outcome::SignedIn(signed_in) if signed_in.device.is_some());
        let began = self.begins && matches!(&outcome, Outcome::Owes { .. });
        let started = matches!(&outcome, Outcome::EnrolmentStarted { .. });
        let issued = matches!(&outcome, Outcome::RecoveryKeysIssued { .. });
        MemberReply {
            outcome,
            pending_secret: began.then(|| self.pending_secret.expose().to_owned()),
            device_secret: signed_in.then(|| self.device_secret.expose().to_owned()),
            enrolment: self.enrolment.take().filter(|_| started).map(|(id, secret)| (id, secret.to_string())),
            recovery_keys: self.recovery_keys.take().filter(|_| issued),
        }
    }
}

fn passcode(text: &str) -> Result<Passcode, Problem> {
    Passcode::parse(text, Digits::Six).map_err(malformed)
}

/// The Worker parses what people type before it asks; what comes here and does not parse is a fault of ours.
fn malformed(error: impl core::fmt::Display) -> Problem {
    Problem::alarm(&format!("a member object was asked something malformed: {error}"))
}
