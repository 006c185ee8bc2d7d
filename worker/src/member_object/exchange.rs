//! One request on its way through a member's object: from what was asked to a command, from an outcome to the answer.

use mfa_core::key_uri::KeyUri;
use mfa_core::member::{
    self, Command, EnrolmentId, Event, Fresh, Generation, Grant, Imported, Member, NewRecoveryKeys, Outcome,
    PasswordVerifier, SessionId, StepUpProof, Waiting,
};
use mfa_core::passcode::Passcode;
use mfa_core::policy::RECOVERY_KEYS;
use mfa_core::recovery::{RecoveryDigest, RecoveryDigestKey, RecoveryGroup, RecoveryKey};
use mfa_core::secret::Secret;
use mfa_core::tenant::Epoch;
use zeroize::Zeroizing;

use crate::error::Problem;
use crate::journal;
use crate::object_ref::{
    GrantedAsk, HashedPassword, MemberAsk, MemberName, MemberReply, MemberRequest, SetAside, StepUpTyped,
};
use crate::runtime::{self, Secrets};
use crate::seal::{DataKey, SecretContext, seal_link};
use crate::token::{self, Kind, Token, TokenSecret};

/// One request on its way through: what was drawn for it, what it is opened with, what its answer shows once.
pub(super) struct Exchange {
    tenant: String,
    member: MemberName,
    grant: Option<Grant>,
    /// The key that secrets of one epoch are sealed under, and which epoch that is.
    data_key: Option<(Epoch, DataKey)>,
    begins: bool,
    /// Something is made for a browser that goes to our page, or has come to it.
    makes_way: bool,
    shows_link: bool,
    pub(super) fresh: Fresh,
    pending_secret: TokenSecret,
    device_secret: TokenSecret,
    page_secret: TokenSecret,
    /// A link to choose another password, and the same sealed. Made before anything is judged, needed or not: what
    /// fails then fails for a wrong code and a right one alike.
    drawn_link: (String, String),
    enrolment: Option<(EnrolmentId, Zeroizing<String>)>,
    recovery_keys: Option<(Vec<String>, u8)>,
    link: Option<String>,
    key_uri: Option<Zeroizing<String>>,
    names: Option<(String, String)>,
}

impl Exchange {
    pub(super) fn new(request: &MemberRequest, secrets: &Secrets) -> Result<Exchange, Problem> {
        let granted = request.ask.grant();
        // An administrator's set-up is sealed under the key of the epoch that is set aside for it.
        let wrapped = match request.ask.set_aside() {
            Some(set_up) => Some((set_up.epoch, &set_up.data_key)),
            None => granted.and_then(|granted| granted.data_key.as_ref().map(|key| (granted.grant.epoch, key))),
        };
        let data_key = wrapped
            .map(|(epoch, wrapped)| {
                DataKey::unwrap(wrapped, &secrets.key_encryption, &request.tenant, epoch)
                    .map(|key| (epoch, key))
                    .ok_or_else(|| Problem::alarm("a tenant's data key does not open"))
            })
            .transpose()?;
        let pending_secret = TokenSecret::generate()?;
        let device_secret = TokenSecret::generate()?;
        let link_secret = TokenSecret::generate()?;
        let page_secret = TokenSecret::generate()?;
        let fresh = Fresh {
            session: SessionId(runtime::random()?),
            pending: pending_secret.digest(),
            device: member::DeviceId(runtime::random()?),
            device_token: device_secret.digest(),
            link: link_secret.digest(),
            page: page_secret.digest(),
        };
        let token =
            Token::write(Kind::PasswordLink, &request.tenant, &request.member, None, &link_secret, &secrets.tokens)?;
        let link = token::link(&request.origin, &request.tenant, "password", &token);
        let sealed = seal_link(&link, &secrets.key_encryption, &request.tenant)?;
        Ok(Exchange {
            tenant: request.tenant.clone(),
            member: request.member.clone(),
            grant: granted.map(|granted| granted.grant),
            data_key,
            begins: matches!(
                request.ask,
                MemberAsk::Granted { ask: GrantedAsk::BeginSignIn { .. } | GrantedAsk::BeginVouched { .. }, .. }
            ),
            makes_way: matches!(
                request.ask,
                MemberAsk::Granted {
                    ask: GrantedAsk::BeginVouched { page: Some(_), .. } | GrantedAsk::OpenPage { .. },
                    ..
                }
            ),
            shows_link: false,
            fresh,
            pending_secret,
            device_secret,
            page_secret,
            drawn_link: (link, sealed),
            enrolment: None,
            recovery_keys: None,
            link: None,
            key_uri: None,
            names: granted.map(|granted| (granted.tenant_name.clone(), granted.username.clone())),
        })
    }

    /// Opens the secrets of the key's epoch. Those of an earlier one cannot be opened any more and are about to be
    /// dropped; one that does not open though it should stays sealed, and the core refuses.
    pub(super) fn open_secrets(&self, state: &mut Member) {
        let (Some(grant), Some((epoch, key))) = (self.grant, &self.data_key) else {
            return;
        };
        let Some(generation) = state.sealed_as(grant.generation) else { return };
        let context = self.context(generation, *epoch);
        for (purpose, of, secret) in state.secrets_mut() {
            if of == *epoch && !context.open(key, purpose, secret) {
                journal::alarm("a sealed secret does not open");
            }
        }
    }

    /// Seals what is open: what was opened, and what is new. All of it is of the key's epoch.
    pub(super) fn seal_secrets(&self, state: &mut Member) -> Result<(), Problem> {
        let (Some(grant), Some((epoch, key))) = (self.grant, &self.data_key) else {
            return Ok(());
        };
        let generation = state.sealed_as(grant.generation).unwrap_or(grant.generation);
        let context = self.context(generation, *epoch);
        state
            .secrets_mut()
            .filter(|(_, of, _)| of == epoch)
            .try_for_each(|(purpose, _, secret)| context.seal(key, purpose, secret))
    }

    fn context(&self, generation: Generation, epoch: Epoch) -> SecretContext<'_> {
        SecretContext { tenant: &self.tenant, member: self.member.as_str(), generation, epoch }
    }

    /// What digests of recovery keys are made with: the key, and the context that binds them.
    fn digesting(&self) -> Result<(RecoveryDigestKey, Vec<u8>), Problem> {
        let (Some(grant), Some((epoch, key))) = (self.grant, &self.data_key) else {
            return Err(Problem::alarm("a command that needs the tenant's data key came without"));
        };
        Ok((key.recovery_digest_key(), self.context(grant.generation, *epoch).recovery_keys()))
    }

    /// Whether there is anything to write. Sealing draws a fresh nonce each time, so ciphertexts are not compared.
    pub(super) fn changes(&self, before: &Member, after: &Member) -> bool {
        let (mut before, mut after) = (before.clone(), after.clone());
        for state in [&mut before, &mut after] {
            for (_, _, secret) in state.secrets_mut() {
                *secret = member::GuardedSecret::Sealed(String::new());
            }
        }
        before != after
    }

    pub(super) fn command(&mut self, ask: MemberAsk) -> Result<Command, Problem> {
        Ok(match ask {
            MemberAsk::Join { generation, epoch, password } => {
                Command::Join { generation, epoch, verifier: verifier(password) }
            }
            MemberAsk::CheckPassword { password, renewed, device, browser } => {
                let renewed = renewed.map(|password| (password.scheme, password.output));
                Command::CheckPassword { scheme: password.scheme, output: password.output, renewed, device, browser }
            }
            MemberAsk::Leave { generation } => Command::Leave { generation },
            MemberAsk::SignOut { session } => Command::SignOut { session },
            MemberAsk::Granted { grant, ask } => self.granted_command(grant.grant, ask)?,
        })
    }

    fn granted_command(&mut self, grant: Grant, ask: GrantedAsk) -> Result<Command, Problem> {
        Ok(match ask {
            GrantedAsk::Import { key_uri } => {
                let uri = KeyUri::parse(&key_uri).map_err(malformed)?;
                Command::Import { grant, imported: Imported::new(uri.secret, uri.parameters).map_err(malformed)? }
            }
            GrantedAsk::Export => Command::Export { grant },
            GrantedAsk::BeginSignIn { password_version, device } => {
                Command::BeginSignIn { grant, password_version, device }
            }
            GrantedAsk::VerifyCode { pending, code, remember_device } => {
                Command::VerifyCode { grant, pending, passcode: passcode(&code)?, remember_device }
            }
            GrantedAsk::VerifyRecoveryKey { pending, recovery_key } => {
                Command::VerifyRecoveryKey { grant, pending, digest: self.digest_of(&recovery_key)? }
            }
            GrantedAsk::ReplacePassword { pending, password, under_current } => {
                let under_current = under_current.map(|password| password.output);
                Command::ReplacePassword { grant, pending, verifier: verifier(password), under_current }
            }
            GrantedAsk::StartEnrolment { pending } => {
                let (id, secret) = self.draw_secret()?;
                Command::StartEnrolment { grant, pending, id, secret }
            }
            GrantedAsk::ConfirmEnrolment { pending, enrolment: id, code } => {
                let (passcode, keys) = (passcode(&code)?, self.draw_recovery_keys()?);
                Command::ConfirmEnrolment { grant, pending, id, passcode, keys }
            }
            GrantedAsk::RenewRecoveryKeys { pending, enrolment: id } => {
                Command::RenewRecoveryKeys { grant, pending, id, keys: self.draw_recovery_keys()? }
            }
            GrantedAsk::CompleteEnrolment { pending, enrolment: id, proof } => {
                Command::CompleteEnrolment { grant, pending, id, proof: self.digest_of_proof(&proof)? }
            }
            GrantedAsk::ExtendSignIn { pending } => Command::Extend { grant, waiting: Waiting::SignIn(pending) },
            GrantedAsk::ViewAccount { session } => Command::ViewAccount { grant, session },
            GrantedAsk::Authorize { session, assurance } => Command::Authorize { grant, session, assurance },
            GrantedAsk::StepUp { session, proof } => {
                let proof = match proof {
                    StepUpTyped::Code(code) => StepUpProof::Code(passcode(&code)?),
                    StepUpTyped::RecoveryKey(key) => StepUpProof::RecoveryKey(self.digest_of(&key)?),
                    StepUpTyped::Password(password) => {
                        StepUpProof::Password { scheme: password.scheme, output: password.output }
                    }
                };
                Command::StepUp { grant, session, proof }
            }
            GrantedAsk::ResetMfa { session } => Command::ResetMfa { grant, session },
            GrantedAsk::StartRecoveryKeys { session } => {
                Command::StartRecoveryKeys { grant, session, keys: self.draw_recovery_keys()? }
            }
            GrantedAsk::ExtendRecoveryKeys { session } => {
                Command::Extend { grant, waiting: Waiting::RecoveryKeys(session) }
            }
            GrantedAsk::CompleteRecoveryKeys { session, proof } => {
                Command::CompleteRecoveryKeys { grant, session, proof: self.digest_of_proof(&proof)? }
            }
            GrantedAsk::ForgetDevices { session, device } => Command::ForgetDevices { grant, session, device },
            GrantedAsk::EndSessions { session } => Command::EndSessions { grant, session },
            GrantedAsk::ChangePassword { session, current, under_kept, password } => Command::ChangePassword {
                grant,
                session,
                kept_scheme: current.scheme,
                current: current.output,
                under_kept: under_kept.output,
                verifier: verifier(password),
            },
            GrantedAsk::IssuePasswordLink { is_shown } => {
                self.shows_link = is_shown;
                // Shown to whoever would be left without a way in: then it does not matter when the last one was sent.
                Command::IssuePasswordLink { grant, anyway: is_shown }
            }
            GrantedAsk::BeginExternal { provider_time } => Command::BeginExternal { grant, provider_time },
            GrantedAsk::BeginVouched { application, device, page } => {
                Command::BeginVouched { grant, application, device, page }
            }
            GrantedAsk::OpenPage { page, device } => Command::OpenPage { grant, page, device },
            GrantedAsk::ViewPage { page } => Command::ViewPage { grant, page },
            GrantedAsk::RedeemConfirmation { pending, reference } => {
                Command::RedeemConfirmation { grant, pending, reference }
            }
            GrantedAsk::VouchNewPassword { pending, reference } => {
                Command::VouchNewPassword { grant, pending, reference }
            }
            GrantedAsk::PreviewLink { link } => Command::PreviewLink { grant, link },
            GrantedAsk::Disown { link } => Command::Disown { grant, link },
            GrantedAsk::ReplacePasswordByLink { link, password, under_kept } => {
                let under_kept = under_kept.map(|password| password.output);
                Command::ReplacePasswordByLink { grant, link, verifier: verifier(password), under_kept }
            }
            GrantedAsk::StartSetUp { session, set_up } => {
                let (id, secret) = self.draw_secret()?;
                Command::StartSetUp { grant, session, epoch: set_up.epoch, id, secret }
            }
            GrantedAsk::ConfirmSetUp { session, set_up, enrolment: id, code } => {
                let (passcode, keys) = (passcode(&code)?, self.draw_recovery_keys()?);
                Command::ConfirmSetUp { grant, session, epoch: set_up.epoch, id, passcode, keys }
            }
            GrantedAsk::RenewSetUpKeys { session, set_up, enrolment: id } => {
                Command::RenewSetUpKeys { grant, session, epoch: set_up.epoch, id, keys: self.draw_recovery_keys()? }
            }
            GrantedAsk::ExtendSetUp { session, set_up, enrolment: id } => {
                let SetAside { epoch, until, .. } = set_up;
                Command::Extend { grant, waiting: Waiting::SetUp { session, epoch, id, until } }
            }
            GrantedAsk::PrepareSetUp { session, set_up, enrolment: id, proof } => {
                Command::PrepareSetUp { grant, session, epoch: set_up.epoch, id, proof: self.digest_of_proof(&proof)? }
            }
            GrantedAsk::AdoptSetUp { session, epoch, enrolment: id, proof } => {
                Command::AdoptSetUp { grant, session, epoch, id, proof: self.digest_of_proof(&proof)? }
            }
            GrantedAsk::IssueAuthorization { session, code, binding, wish, demand } => {
                Command::IssueAuthorization { grant, session, code, binding, wish, demand }
            }
            GrantedAsk::RedeemAuthorization { code, binding } => Command::RedeemAuthorization { grant, code, binding },
            GrantedAsk::ViewAuthorization { code } => Command::ViewAuthorization { grant, code },
            GrantedAsk::Follow => Command::Follow { grant },
        })
    }

    fn draw_secret(&mut self) -> Result<(EnrolmentId, Secret), Problem> {
        let id = EnrolmentId(runtime::random()?);
        let secret = Secret::from_random(runtime::random()?);
        self.enrolment = Some((id, secret.to_base32()));
        Ok((id, secret))
    }

    /// A fresh set of recovery keys: the texts to show once, the digests to keep.
    fn draw_recovery_keys(&mut self) -> Result<NewRecoveryKeys, Problem> {
        let (digest_key, context) = self.digesting()?;
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

    fn digest_of(&self, recovery_key: &str) -> Result<RecoveryDigest, Problem> {
        let (key, context) = self.digesting()?;
        Ok(RecoveryKey::parse(recovery_key).map_err(malformed)?.digest(&key, &context))
    }

    fn digest_of_proof(&self, group: &str) -> Result<RecoveryDigest, Problem> {
        let (key, context) = self.digesting()?;
        Ok(RecoveryGroup::parse(group).map_err(malformed)?.proof_digest(&key, &context))
    }

    /// Notes what is taken out, while it is open.
    pub(super) fn take_out(&mut self, state: &Member, outcome: &Outcome) {
        if let (Outcome::Exported { parameters: Some(parameters) }, Some(secret), Some((issuer, account))) =
            (outcome, state.open_secret(), self.names.take())
        {
            let uri = KeyUri { issuer: Some(issuer), account, secret: secret.clone(), parameters: *parameters };
            self.key_uri = Some(uri.to_uri());
        }
    }

    /// The link that one of these events is told with, sealed, if there is one.
    pub(super) fn link(&mut self, events: &[Event]) -> Option<String> {
        let (link, sealed) = events.iter().any(has_link).then(|| core::mem::take(&mut self.drawn_link))?;
        self.link = Some(link).filter(|_| self.shows_link);
        Some(sealed)
    }

    /// The answer. What was drawn but is not the member's now is not shown.
    pub(super) fn reply(&mut self, outcome: Outcome, state: &Member) -> MemberReply {
        let has_device = match &outcome {
            Outcome::SignedIn(signed_in) => signed_in.device.is_some(),
            Outcome::Confirmed(confirmed) => confirmed.device.is_some(),
            Outcome::ConfirmationWaits(waiting) => waiting.device.is_some(),
            _ => false,
        };
        let began = self.begins && matches!(&outcome, Outcome::Owes { .. });
        let started = matches!(&outcome, Outcome::EnrolmentStarted { .. });
        let issued = matches!(&outcome, Outcome::RecoveryKeysIssued { .. });
        let leads_on = match &outcome {
            Outcome::Owes { .. } | Outcome::Page(_) => self.makes_way,
            Outcome::ConfirmationWaits(_) => true,
            _ => false,
        };
        MemberReply {
            outcome,
            pending_secret: began.then(|| self.pending_secret.expose().to_owned()),
            device_secret: has_device.then(|| self.device_secret.expose().to_owned()),
            page_secret: leads_on.then(|| self.page_secret.expose().to_owned()),
            enrolment: self.enrolment.take().filter(|_| started).map(|(id, secret)| (id, secret.to_string())),
            recovery_keys: self.recovery_keys.take().filter(|_| issued),
            key_uri: self.key_uri.take().map(|uri| uri.to_string()),
            link: self.link.take(),
            password_version: state.password_version(),
        }
    }
}

/// Whether an event is told with a link to choose another password.
pub(super) fn has_link(event: &Event) -> bool {
    matches!(event, Event::PasswordBurnt | Event::PasswordLinkIssued)
}

/// What is kept of a password that was chosen.
fn verifier(password: HashedPassword) -> PasswordVerifier {
    let HashedPassword { scheme, output, stands_alone } = password;
    PasswordVerifier { scheme, output, stands_alone }
}

fn passcode(text: &str) -> Result<Passcode, Problem> {
    Passcode::parse_any(text).map_err(malformed)
}

/// The Worker parses what people type before it asks; what comes here and does not parse is a fault of ours.
fn malformed(error: impl core::fmt::Display) -> Problem {
    Problem::alarm(&format!("a member object was asked something malformed: {error}"))
}
