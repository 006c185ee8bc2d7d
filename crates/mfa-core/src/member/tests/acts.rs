//! What people do who are signed in, what administrators order, and what comes by mail: more verbs for the `World`.

use std::string::ToString;

use super::people::{Phone, Sheet, hashed, verifier};
use super::world::{SCHEME, World, signed_in};
use crate::member::{
    Assurance, Command, DeviceId, EnrolmentId, Event, Outcome, SessionId, SignedIn, StepUpProof, TokenDigest,
};
use crate::passcode::Passcode;
use crate::recovery::RecoveryDigest;
use crate::tenant::{Epoch, ModeKind};
use crate::time::Timestamp;

impl World {
    /// Somebody who joined a tenant of passwords alone and is signed in.
    pub(super) fn with_password() -> (World, SessionId) {
        let mut world = World::vacant();
        world.grant.mode = ModeKind::Password;
        world.join();
        let session = signed_in(world.try_begin(None)).session;
        (world, session)
    }

    /// Somebody enrolled and signed in by a code an hour ago.
    pub(super) fn with_session() -> (World, Phone, Sheet, SessionId) {
        let (mut world, phone, sheet) = World::enrolled();
        let session = world.sign_in(&phone).session;
        world.wait(super::world::HOUR);
        (world, phone, sheet, session)
    }

    /// The tenant passes to its next epoch.
    pub(super) fn switch(&mut self, mode: ModeKind) {
        self.grant.epoch = Epoch(self.grant.epoch.0 + 1);
        if ModeKind::External == self.grant.mode || ModeKind::External == mode {
            self.grant.passwords_since = self.grant.epoch;
        }
        self.grant.mode = mode;
    }

    pub(super) fn authorize(&mut self, session: SessionId, assurance: Assurance) -> Outcome {
        self.ask(Command::Authorize { grant: self.grant, session, assurance })
    }

    pub(super) fn step_up(&mut self, session: SessionId, proof: StepUpProof) -> Outcome {
        self.ask(Command::StepUp { grant: self.grant, session, proof })
    }

    pub(super) fn step_up_by_code(&mut self, session: SessionId, passcode: Passcode) -> Outcome {
        self.step_up(session, StepUpProof::Code(passcode))
    }

    pub(super) fn step_up_by_key(&mut self, session: SessionId, digest: RecoveryDigest) -> Outcome {
        self.step_up(session, StepUpProof::RecoveryKey(digest))
    }

    pub(super) fn step_up_by_password(&mut self, session: SessionId, password: &str) -> Outcome {
        let proof = StepUpProof::Password { scheme: SCHEME.to_string(), output: hashed(password) };
        self.step_up(session, proof)
    }

    pub(super) fn reset_own(&mut self, session: SessionId) -> Outcome {
        self.ask(Command::ResetMfa { grant: self.grant, session })
    }

    pub(super) fn start_keys(&mut self, session: SessionId, sheet: &Sheet) -> Outcome {
        self.ask(Command::StartRecoveryKeys { grant: self.grant, session, keys: sheet.issued() })
    }

    pub(super) fn complete_keys(&mut self, session: SessionId, proof: RecoveryDigest) -> Outcome {
        self.ask(Command::CompleteRecoveryKeys { grant: self.grant, session, proof })
    }

    pub(super) fn forget_devices(&mut self, session: SessionId, device: Option<DeviceId>) -> Outcome {
        self.ask(Command::ForgetDevices { grant: self.grant, session, device })
    }

    pub(super) fn end_others(&mut self, session: SessionId) -> Outcome {
        self.ask(Command::EndSessions { grant: self.grant, session })
    }

    /// A change of password; the world types the new one from then on.
    pub(super) fn change_password(&mut self, session: SessionId, current: &str, new: &str) -> Outcome {
        let (grant, kept_scheme, current) = (self.grant, SCHEME.to_string(), hashed(current));
        let (under_kept, verifier) = (hashed(new), verifier(new));
        let command = Command::ChangePassword { grant, session, kept_scheme, current, under_kept, verifier };
        let outcome = self.ask(command);
        self.types_if_changed(&outcome, new);
        outcome
    }

    pub(super) fn issue_link(&mut self) -> Outcome {
        self.ask(Command::IssuePasswordLink { grant: self.grant, anyway: false })
    }

    pub(super) fn preview(&mut self, link: TokenDigest) -> Outcome {
        self.ask(Command::PreviewLink { grant: self.grant, link })
    }

    pub(super) fn disown(&mut self, link: TokenDigest) -> Outcome {
        self.ask(Command::Disown { grant: self.grant, link })
    }

    pub(super) fn replace_by_link(&mut self, link: TokenDigest, new: &str) -> Outcome {
        let (grant, verifier) = (self.grant, verifier(new));
        let outcome = self.ask(Command::ReplacePasswordByLink { grant, link, verifier, under_kept: None });
        self.types_if_changed(&outcome, new);
        outcome
    }

    fn types_if_changed(&mut self, outcome: &Outcome, new: &str) {
        if *outcome == Outcome::PasswordChanged {
            self.password = new.to_string();
        }
    }

    /// Wrong codes after a right password, up to the notice: the link that goes out with it.
    pub(super) fn burnt_notice(&mut self, phone: &Phone) -> TokenDigest {
        let pending = self.begin();
        loop {
            assert_eq!(self.code(pending, phone.wrong(self.now)), Outcome::CodeRefused);
            if self.events.contains(&Event::PasswordBurnt) {
                return self.fresh.link;
            }
        }
    }

    pub(super) fn start_set_up(&mut self, session: SessionId, epoch: Epoch, phone: &Phone) -> (EnrolmentId, Outcome) {
        let (grant, id) = (self.grant, self.names.enrolment());
        (id, self.ask(Command::StartSetUp { grant, session, epoch, id, secret: phone.scanned() }))
    }

    pub(super) fn confirm_set_up(
        &mut self,
        session: SessionId,
        epoch: Epoch,
        id: EnrolmentId,
        passcode: Passcode,
        sheet: &Sheet,
    ) -> Outcome {
        let (grant, keys) = (self.grant, sheet.issued());
        self.ask(Command::ConfirmSetUp { grant, session, epoch, id, passcode, keys })
    }

    pub(super) fn renew_set_up(&mut self, session: SessionId, epoch: Epoch, id: EnrolmentId, sheet: &Sheet) -> Outcome {
        self.ask(Command::RenewSetUpKeys { grant: self.grant, session, epoch, id, keys: sheet.issued() })
    }

    pub(super) fn prepare_set_up(
        &mut self,
        session: SessionId,
        epoch: Epoch,
        id: EnrolmentId,
        proof: RecoveryDigest,
    ) -> Outcome {
        self.ask(Command::PrepareSetUp { grant: self.grant, session, epoch, id, proof })
    }

    pub(super) fn adopt_set_up(
        &mut self,
        session: SessionId,
        epoch: Epoch,
        id: EnrolmentId,
        proof: RecoveryDigest,
    ) -> Outcome {
        self.ask(Command::AdoptSetUp { grant: self.grant, session, epoch, id, proof })
    }

    /// A whole set-up, up to the tenant's step.
    pub(super) fn set_up(&mut self, session: SessionId, epoch: Epoch) -> (Phone, Sheet, EnrolmentId) {
        let (phone, sheet) = (self.names.phone(), self.names.sheet());
        let (id, started) = self.start_set_up(session, epoch, &phone);
        assert!(matches!(started, Outcome::EnrolmentStarted { .. }), "{started:?}");
        let confirmed = self.confirm_set_up(session, epoch, id, phone.shows(self.now), &sheet);
        assert!(matches!(confirmed, Outcome::RecoveryKeysIssued { .. }), "{confirmed:?}");
        assert_eq!(self.prepare_set_up(session, epoch, id, sheet.proof()), Outcome::SetUpReady { epoch });
        (phone, sheet, id)
    }

    /// A pending sign-in, where a password still gets that far.
    pub(super) fn begin_or_none(&mut self) -> Option<TokenDigest> {
        matches!(self.try_begin(None), Outcome::Owes { .. }).then_some(self.fresh.pending)
    }

    /// The tenant passes to a candidate's epoch, with MFA on.
    pub(super) fn commit(&mut self, epoch: Epoch) {
        (self.grant.mode, self.grant.epoch) = (ModeKind::Mfa, epoch);
    }

    pub(super) fn begin_external(&mut self, provider_time: Timestamp) -> Outcome {
        self.ask(Command::BeginExternal { grant: self.grant, provider_time })
    }

    pub(super) fn external_session(&mut self) -> SignedIn {
        signed_in(self.begin_external(self.now))
    }

    pub(super) fn follow(&mut self) -> Outcome {
        self.ask(Command::Follow { grant: self.grant })
    }

    pub(super) fn leave(&mut self) -> Outcome {
        self.ask(Command::Leave { generation: self.grant.generation })
    }
}
