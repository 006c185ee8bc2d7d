//! What the tenant says (ATTACKS.md section G): its mode, and the epoch that outdates everything before it.

use std::vec::Vec;

use super::people::{Phone, Sheet, hashed, verifier};
use super::world::{PASSWORD, SCHEME, World, laptop, owes, signed_in};
use crate::member::Event;
use crate::member::state::Factor;
use crate::member::{
    Assurance, Command, Duty, EnrolmentId, Grant, Outcome, PresentedDevice, SessionId, StepUpProof, TokenDigest,
    Waiting,
};
use crate::policy;
use crate::tenant::{Epoch, ModeKind};
use crate::throttle::Lane;

#[test]
fn g04_a_new_epoch_wipes_everything_that_was_made_in_an_earlier_one() {
    let mut full = full();
    let session = full.session;
    let world = &mut full.world;
    world.grant.epoch = Epoch(2);
    world.grant.mode = ModeKind::Password;
    let entered = signed_in(world.try_begin(None));
    assert_eq!(entered.epoch, Epoch(2));
    assert_eq!(world.events, [Event::EpochPassed, Event::SignedIn { methods: entered.methods }]);

    let inside = world.inside();
    assert_eq!(inside.epoch, Epoch(2));
    assert_eq!(inside.factor, Factor::None);
    assert_eq!((&inside.codes, &inside.recovery_keys), (&Lane::default(), &Lane::default()));
    assert_eq!(inside.enrolment, None);
    assert!(inside.pending.is_empty() && inside.devices.is_empty());
    assert_eq!(inside.sessions.iter().map(|session| session.id).collect::<Vec<_>>(), [entered.session]);
    assert!(inside.revoked.sessions.iter().any(|(id, _)| *id == session), "edges are told");
    assert_eq!(world.kept().output, hashed(&world.password), "the password stays");
    let text = std::format!("{:?}", world.member);
    assert!(!text.contains("Sealed"), "{text}");
}

#[test]
fn g04_a_new_epoch_wipes_a_secret_that_was_only_on_its_way_in() {
    let mut world = World::joined();
    let pending = world.begin();
    let phone = world.names.phone();
    world.start(pending, &phone);
    world.grant.epoch = Epoch(2);
    world.begin();
    assert_eq!(world.inside().enrolment, None);
    assert_eq!(world.member.secrets_mut().count(), 0);
}

#[test]
fn c06_a_new_epoch_ends_what_is_under_way_whatever_asks_first() {
    let full = full();
    for (name, command) in full.commands(Grant { epoch: Epoch(2), ..full.world.grant }) {
        let mut world = full.world.clone();
        let outcome = world.ask(command);
        let refused = match &outcome {
            Outcome::SignInExpired | Outcome::SessionEnded => true,
            Outcome::OtherMode(mode) => *mode == ModeKind::Mfa,
            Outcome::Owes { duty: Duty::Enrol, .. } => name == "begin",
            // A link is the password's, not the epoch's.
            Outcome::PasswordLinkIssued { .. } | Outcome::LinkValid { .. } | Outcome::Disowned => true,
            Outcome::PasswordChanged => name == "password by link",
            Outcome::Followed { wiped } => wiped.authenticators == 1,
            _ => false,
        };
        assert!(refused, "{name}: {outcome:?}");
        assert_eq!(world.inside().factor, Factor::None, "{name}");
        assert_eq!(world.events[0], Event::EpochPassed, "{name}");
    }
}

#[test]
fn g06_a_stale_grant_is_refused_and_changes_nothing() {
    let full = full();
    for mode in [ModeKind::Password, ModeKind::Mfa, ModeKind::External] {
        let stale = Grant { epoch: Epoch(0), mode, ..full.world.grant };
        for (name, command) in full.commands(stale) {
            let mut world = full.world.clone();
            assert_eq!(world.ask(command), Outcome::StaleGrant, "{name} under {mode:?}");
            assert_eq!(world.member, full.world.member, "{name} under {mode:?}");
        }
    }
}

#[test]
fn g06_switched_on_the_next_sign_in_must_enrol_whatever_was_known_before() {
    let mut world = World::vacant();
    world.grant.mode = ModeKind::Password;
    world.join();
    let session = signed_in(world.try_begin(None)).session;
    let earlier = world.grant;
    world.grant = Grant { mode: ModeKind::Mfa, epoch: Epoch(2), ..earlier };
    assert_eq!(owes(&world.try_begin(None)), Some(Duty::Enrol));
    assert_eq!(world.view(session), Outcome::SessionEnded);
    let late = Command::BeginSignIn { grant: earlier, password_version: 1, device: None };
    assert_eq!(world.ask(late), Outcome::StaleGrant);
}

#[test]
fn switched_off_and_on_again_everyone_enrols_anew() {
    let (mut world, phone, sheet) = World::enrolled();
    world.grant = Grant { mode: ModeKind::Password, epoch: Epoch(2), ..world.grant };
    signed_in(world.try_begin(None));
    world.grant = Grant { mode: ModeKind::Mfa, epoch: Epoch(3), ..world.grant };
    let pending = world.begin();
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::OtherDuty(Duty::Enrol));
    assert_eq!(world.recovery_key(pending, sheet.key(1)), Outcome::OtherDuty(Duty::Enrol));
    let (new_phone, new_sheet) = world.enrol(pending);
    world.sign_in(&new_phone);
    assert_eq!(world.authenticator().recovery.number, 2, "no two sets bear one number");
    let pending = world.begin();
    assert_eq!(world.recovery_key(pending, sheet.key(1)), Outcome::RecoveryKeyRefused);
    signed_in(world.recovery_key(pending, new_sheet.key(1)));
}

#[test]
fn g08_in_external_mode_every_local_door_is_closed() {
    let full = full();
    let external = Grant { mode: ModeKind::External, epoch: Epoch(2), ..full.world.grant };
    for (name, command) in full.commands(external) {
        let mut world = full.world.clone();
        let outcome = world.ask(command);
        match name {
            "view" | "authorize" | "end sessions" => assert_eq!(outcome, Outcome::SessionEnded, "{name}"),
            "follow" => assert!(matches!(outcome, Outcome::Followed { .. })),
            _ => assert_eq!(outcome, Outcome::LocalDoorsClosed, "{name}"),
        }
        let inside = world.inside();
        assert_eq!((&inside.factor, &inside.password, inside.links.len()), (&Factor::None, &None, 0), "{name}");
        assert!(inside.sessions.is_empty(), "{name}");
    }
}

#[test]
fn g08_back_from_external_nothing_of_before_lives_though_nobody_heard_of_it() {
    for on in [false, true] {
        let mut full = full();
        let world = &mut full.world;
        let Outcome::PasswordRight { version: judged, .. } = world.check_password(PASSWORD, None) else { panic!() };
        world.switch(ModeKind::Password);
        world.switch(ModeKind::External);
        world.switch(ModeKind::Password);
        if on {
            world.switch(ModeKind::Mfa);
        }
        assert_eq!(world.try_begin(Some(full.device)), Outcome::SignInRefused);
        assert_eq!((&world.inside().password, world.inside().links.len()), (&None, 0));
        assert_eq!(world.check_password(PASSWORD, None), Outcome::SignInRefused);
        let late = Command::BeginSignIn { grant: world.grant, password_version: judged, device: None };
        assert_eq!(world.ask(late), Outcome::SignInRefused);
        assert_eq!(world.view(full.session), Outcome::SessionEnded);
        assert_eq!(world.preview(full.link), Outcome::LinkRefused);
        // A link is the way in, and what is chosen by it stays.
        world.issue_link();
        let link = world.fresh.link;
        assert_eq!(world.replace_by_link(link, "another one, longer"), Outcome::PasswordChanged);
        match world.try_begin(None) {
            Outcome::Owes { duty: Duty::Enrol, .. } => assert!(on),
            other => assert!(!on && signed_in(other).methods.password),
        }
    }
}

#[test]
fn the_first_epoch_that_a_new_member_sees_is_no_event() {
    for epoch in [1, 2, 900] {
        let mut world = World::vacant();
        world.grant.epoch = Epoch(epoch);
        world.join();
        world.begin();
        assert_eq!(world.events, []);
        assert_eq!(world.member.standing(), Some((world.grant.generation, Epoch(epoch))));
    }
}

/// An enrolled member with one of everything: failures in both lanes, a device, a session, two pending sign-ins.
struct Full {
    world: World,
    phone: Phone,
    sheet: Sheet,
    device: PresentedDevice,
    session: SessionId,
    pending: TokenDigest,
    link: TokenDigest,
}

fn full() -> Full {
    let (mut world, phone, sheet) = World::enrolled();
    let device = world.remember(&phone);
    let session = world.sign_in(&phone).session;
    world.guess(&phone);
    let wrong_key = world.names.sheet().key(1);
    let pending = world.begin();
    world.recovery_key(pending, wrong_key);
    let spare = world.begin();
    signed_in(world.recovery_key(spare, sheet.key(9)));
    let link = world.burnt_notice(&phone);
    world.wait(30);
    Full { world, phone, sheet, device, session, pending, link }
}

impl Full {
    /// Every command that carries a grant, right in everything else.
    fn commands(&self, grant: Grant) -> Vec<(&'static str, Command)> {
        let (pending, id) = (self.pending, EnrolmentId([1; 16]));
        let passcode = self.phone.shows(self.world.now);
        let (verifier, keys) = (verifier("another one, longer"), self.sheet.issued());
        std::vec![
            ("begin", Command::BeginSignIn { grant, password_version: 1, device: Some(self.device) }),
            (
                "code",
                Command::VerifyCode { grant, pending, passcode: passcode.clone(), remember_device: Some(laptop()) }
            ),
            ("recovery key", Command::VerifyRecoveryKey { grant, pending, digest: self.sheet.key(1) }),
            ("password", Command::ReplacePassword { grant, pending, verifier, under_current: None }),
            ("start", Command::StartEnrolment { grant, pending, id, secret: self.phone.scanned() }),
            ("confirm", Command::ConfirmEnrolment { grant, pending, id, passcode, keys: keys.clone() }),
            ("renew", Command::RenewRecoveryKeys { grant, pending, id, keys }),
            ("complete", Command::CompleteEnrolment { grant, pending, id, proof: self.sheet.proof() }),
            ("extend", Command::Extend { grant, waiting: Waiting::SignIn(pending) }),
            ("view", Command::ViewAccount { grant, session: self.session }),
        ]
        .into_iter()
        .chain(self.commands_of_a_session(grant))
        .chain(self.commands_by_link(grant))
        .collect()
    }

    fn commands_of_a_session(&self, grant: Grant) -> Vec<(&'static str, Command)> {
        let (session, id, epoch) = (self.session, EnrolmentId([1; 16]), Epoch(9));
        let until = self.world.now.saturating_add(policy::SET_UP);
        let passcode = self.phone.shows(self.world.now);
        let (kept_scheme, current) = (SCHEME.into(), hashed(&self.world.password));
        let verifier = verifier("another one, longer");
        let under_kept = verifier.output;
        let (keys, proof) = (self.sheet.issued(), self.sheet.proof());
        let change = Command::ChangePassword { grant, session, kept_scheme, current, under_kept, verifier };
        let (secret, code) = (self.phone.scanned(), passcode.clone());
        std::vec![
            ("authorize", Command::Authorize { grant, session, assurance: Assurance::Live }),
            ("step-up", Command::StepUp { grant, session, proof: StepUpProof::Code(passcode) }),
            ("reset", Command::ResetMfa { grant, session }),
            ("start keys", Command::StartRecoveryKeys { grant, session, keys: keys.clone() }),
            ("extend keys", Command::Extend { grant, waiting: Waiting::RecoveryKeys(session) }),
            ("complete keys", Command::CompleteRecoveryKeys { grant, session, proof }),
            ("forget devices", Command::ForgetDevices { grant, session, device: None }),
            ("end sessions", Command::EndSessions { grant, session }),
            ("change password", change),
            ("start set-up", Command::StartSetUp { grant, session, epoch, id, secret }),
            ("confirm set-up", Command::ConfirmSetUp { grant, session, epoch, id, passcode: code, keys: keys.clone() }),
            ("renew set-up", Command::RenewSetUpKeys { grant, session, epoch, id, keys }),
            ("extend set-up", Command::Extend { grant, waiting: Waiting::SetUp { session, epoch, id, until } }),
            ("prepare set-up", Command::PrepareSetUp { grant, session, epoch, id, proof }),
            ("adopt set-up", Command::AdoptSetUp { grant, session, epoch, id, proof }),
            ("follow", Command::Follow { grant }),
        ]
    }

    fn commands_by_link(&self, grant: Grant) -> Vec<(&'static str, Command)> {
        let (link, verifier) = (self.link, verifier("another one, longer"));
        std::vec![
            ("issue link", Command::IssuePasswordLink { grant, anyway: false }),
            ("preview link", Command::PreviewLink { grant, link }),
            ("disown", Command::Disown { grant, link }),
            ("password by link", Command::ReplacePasswordByLink { grant, link, verifier, under_kept: None }),
        ]
    }
}
