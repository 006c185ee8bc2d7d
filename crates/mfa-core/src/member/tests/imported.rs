//! An authenticator made elsewhere: bound with the invitation, judged by its own parameters, nothing weaker for it.

use std::string::{String, ToString};
use std::vec::Vec;

use totp_rs::Builder;

use super::people::verifier;
use super::world::{HOUR, NOON, PASSWORD, World, owes, signed_in};
use crate::hotp::Algorithm;
use crate::member::state::{Bearer, Factor};
use crate::member::{
    Assurance, Command, Duty, Event, Generation, ImportRefusal, Imported, Outcome, ProvenBy, StepUpProof,
};
use crate::passcode::{Digits, Passcode};
use crate::policy;
use crate::recovery::RecoveryDigest;
use crate::secret::Secret;
use crate::tenant::{Epoch, ModeKind};
use crate::time::{Period, Timestamp};
use crate::totp::TotpParameters;

/// The app, by somebody else's code.
struct OldApp {
    secret: Vec<u8>,
    parameters: TotpParameters,
}

impl OldApp {
    fn new(length: usize, algorithm: Algorithm, digits: Digits, period: u64) -> OldApp {
        let secret = (0..length).map(|byte| u8::try_from(byte * 7 % 251).unwrap()).collect();
        let period = Period::from_seconds(period).unwrap();
        OldApp { secret, parameters: TotpParameters { algorithm, digits, period } }
    }

    fn unusual() -> OldApp {
        OldApp::new(10, Algorithm::Sha256, Digits::Eight, 60)
    }

    fn imported(&self) -> Imported {
        Imported::new(Secret::from_bytes(&self.secret).unwrap(), self.parameters).unwrap()
    }

    fn text(&self, now: Timestamp) -> String {
        let algorithm = match self.parameters.algorithm {
            Algorithm::Sha1 => totp_rs::Algorithm::SHA1,
            Algorithm::Sha256 => totp_rs::Algorithm::SHA256,
            Algorithm::Sha512 => totp_rs::Algorithm::SHA512,
        };
        let builder = Builder::new().with_algorithm(algorithm).with_digits(self.parameters.digits.count());
        let builder = builder.with_step_duration(self.parameters.period.seconds()).with_secret(self.secret.clone());
        builder.build_noncompliant().generate(now.0).to_string()
    }

    fn shows(&self, now: Timestamp) -> Passcode {
        Passcode::parse_any(&self.text(now)).unwrap()
    }

    fn wrong(&self, now: Timestamp) -> Passcode {
        let digits = self.parameters.digits;
        let near: Vec<Passcode> = (0..5).map(|step| self.shows(Timestamp(now.0 - 120 + step * 60))).collect();
        let width = usize::from(digits.count());
        let mut guesses = (0..).map(|guess| Passcode::parse(&std::format!("{guess:0width$}"), digits).unwrap());
        guesses.find(|guess| !near.contains(guess)).unwrap()
    }
}

impl World {
    fn import(&mut self, app: &OldApp) -> Outcome {
        self.ask(Command::Import { grant: self.grant, imported: app.imported() })
    }

    /// Somebody who accepted her invitation and brought this along, an hour ago.
    fn arrived(app: &OldApp) -> World {
        let mut world = World::vacant();
        assert_eq!(world.import(app), Outcome::Imported);
        assert_eq!(world.events, [Event::AuthenticatorImported]);
        assert_eq!(world.join(), Outcome::Joined);
        world.wait(HOUR);
        world
    }
}

#[test]
fn every_set_of_parameters_signs_in_with_what_the_old_app_shows_and_steps_up_with_it() {
    for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512] {
        for digits in [Digits::Six, Digits::Seven, Digits::Eight] {
            for period in [15, 30, 60] {
                for length in [10, 20, 64, 128] {
                    let app = OldApp::new(length, algorithm, digits, period);
                    let mut world = World::arrived(&app);
                    let outcome = world.try_begin(None);
                    assert_eq!(owes(&outcome), Some(Duty::Code), "she does not enrol anew");
                    let entered = signed_in(world.code(world.fresh.pending, app.shows(world.now)));
                    world.wait(2 * period);
                    let proof = StepUpProof::Code(app.shows(world.now));
                    let up = world.ask(Command::StepUp { grant: world.grant, session: entered.session, proof });
                    assert!(matches!(up, Outcome::SteppedUp { .. }), "{up:?} {:?}", app.parameters);
                    let assurance = Assurance::Administrator;
                    let ask = Command::Authorize { grant: world.grant, session: entered.session, assurance };
                    let Outcome::Authorized { proven, .. } = world.ask(ask) else { panic!("not authorized") };
                    assert_eq!(proven.unwrap().by, ProvenBy::Code);
                }
            }
        }
    }
}

#[test]
fn it_comes_along_too_where_an_application_vouches_before_the_invitation_is_accepted() {
    for (later, duty) in [(1, Duty::Code), (2, Duty::Enrol)] {
        let app = OldApp::unusual();
        let mut world = World::vacant();
        assert_eq!(world.import(&app), Outcome::Imported);
        world.wait(HOUR);
        world.grant.generation = Generation(world.grant.generation.0 + later);
        world.grant.login_elsewhere = true;
        // Two later somebody else was invited under the name in between: it was not hers.
        assert_eq!(owes(&world.try_vouched(None)), Some(duty), "{later} later");
        if duty == Duty::Code {
            let outcome = world.code(world.fresh.pending, app.shows(world.now));
            assert!(matches!(outcome, Outcome::Confirmed(_)), "{outcome:?}");
        }
    }
}

#[test]
fn a_code_of_the_import_or_before_is_not_taken() {
    let app = OldApp::unusual();
    let mut world = World::vacant();
    world.import(&app);
    world.join();
    let pending = world.begin();
    for earlier in [60, 0] {
        let shown = app.shows(Timestamp(NOON.0 - earlier));
        assert_eq!(world.code(pending, shown), Outcome::CodeRefused, "{earlier} s before the import");
        assert_eq!(world.events, [Event::CodeReplayed]);
    }
    signed_in(world.code(pending, app.shows(Timestamp(NOON.0 + 60))));
}

#[test]
fn nobody_gets_in_before_the_invitation_is_accepted() {
    let app = OldApp::unusual();
    let mut world = World::vacant();
    world.import(&app);
    assert_eq!(world.check_password(PASSWORD, None), Outcome::SignInRefused);
    let begin = Command::BeginSignIn { grant: world.grant, password_version: 1, device: None };
    assert_eq!(world.ask(begin), Outcome::SignInRefused);
    let link = Command::IssuePasswordLink { grant: world.grant, anyway: true };
    assert_eq!(world.ask(link), Outcome::LinkRefused);
    assert!(matches!(world.member.bearer, Bearer::Expected(_)));
}

#[test]
fn the_same_again_changes_nothing_whenever_it_comes() {
    let app = OldApp::unusual();
    let mut world = World::vacant();
    world.import(&app);
    let before = world.member.clone();
    world.wait(HOUR);
    assert_eq!(world.import(&OldApp::new(20, Algorithm::Sha1, Digits::Six, 30)), Outcome::AlreadyImported);
    assert_eq!((&world.member, world.events.as_slice()), (&before, [].as_slice()));
    world.join();
    let before = world.member.clone();
    assert_eq!(world.import(&app), Outcome::AlreadyJoined);
    assert_eq!((&world.member, world.events.as_slice()), (&before, [].as_slice()));
}

#[test]
fn who_is_invited_again_brings_nothing_along_unless_it_is_imported_again() {
    let app = OldApp::unusual();
    let mut world = World::vacant();
    world.import(&app);
    world.grant.generation = Generation(2);
    let mut again = world.clone();
    assert_eq!(again.import(&app), Outcome::Imported);
    // The invitation of before is over, whoever had it open.
    let late = Command::Join { generation: Generation(1), epoch: Epoch::FIRST, verifier: verifier(PASSWORD) };
    assert_eq!(again.ask(late), Outcome::AlreadyJoined);
    assert_eq!(again.join(), Outcome::Joined);
    assert!(matches!(again.member.joined().unwrap().factor, Factor::Bound(_)));
    assert_eq!(world.join(), Outcome::Joined);
    assert_eq!(world.member.joined().unwrap().factor, Factor::None);
}

#[test]
fn what_was_sealed_in_an_earlier_epoch_is_not_bound() {
    let app = OldApp::unusual();
    let mut world = World::vacant();
    world.import(&app);
    world.grant.epoch = Epoch(world.grant.epoch.0 + 1);
    let mut anew = world.clone();
    assert_eq!(world.join(), Outcome::Joined);
    assert_eq!(world.member.joined().unwrap().factor, Factor::None);
    assert_eq!(anew.import(&app), Outcome::Imported, "the tenant has a new key, so it is brought in anew");
    anew.grant.epoch = Epoch::FIRST;
    assert_eq!(anew.import(&app), Outcome::StaleGrant);
}

#[test]
fn only_where_mfa_is_on() {
    for mode in [ModeKind::Password, ModeKind::External] {
        let mut world = World::vacant();
        world.grant.mode = mode;
        assert_eq!(world.import(&OldApp::unusual()), Outcome::OtherMode(mode));
        assert!(world.member.is_blank());
    }
}

#[test]
fn who_is_removed_before_she_came_leaves_nothing() {
    let mut world = World::vacant();
    world.import(&OldApp::unusual());
    let waiting = world.member.clone();
    assert_eq!(world.ask(Command::Leave { generation: Generation(0) }), Outcome::Left);
    assert_eq!(world.member, waiting, "she is somebody later");
    assert_eq!(world.ask(Command::Leave { generation: Generation(1) }), Outcome::Left);
    assert_eq!(world.events, [Event::Left]);
    assert_eq!(world.member.secrets_mut().count(), 0);
    assert_eq!(world.join(), Outcome::AlreadyJoined);
}

#[test]
fn there_is_no_recovery_key_to_guess_until_she_makes_a_set() {
    let app = OldApp::unusual();
    let mut world = World::arrived(&app);
    assert_eq!(world.member.summary().unwrap().recovery_keys_left, Some(0));
    let pending = world.begin();
    for byte in [0, 0xff] {
        let digest = RecoveryDigest::from_bytes([byte; 32]);
        assert_eq!(world.recovery_key(pending, digest), Outcome::RecoveryKeyRefused);
    }
    let entered = signed_in(world.code(pending, app.shows(world.now)));
    let sheet = world.names.sheet();
    let start = Command::StartRecoveryKeys { grant: world.grant, session: entered.session, keys: sheet.issued() };
    assert_eq!(world.ask(start), Outcome::RecoveryKeysIssued { set: 1 });
    let proof = sheet.proof();
    let complete = Command::CompleteRecoveryKeys { grant: world.grant, session: entered.session, proof };
    assert_eq!(world.ask(complete), Outcome::RecoveryKeysReplaced { set: 1 });
    let pending = world.begin();
    signed_in(world.recovery_key(pending, sheet.key(1)));
}

#[test]
fn the_budget_of_wrong_codes_is_the_same() {
    let app = OldApp::new(20, Algorithm::Sha512, Digits::Six, 60);
    let mut world = World::arrived(&app);
    let most = policy::CODE_LANE.budget.unwrap().failures;
    let mut judged = 0;
    loop {
        let pending = world.begin();
        match world.code(pending, app.wrong(world.now)) {
            Outcome::CodeRefused => judged += 1,
            Outcome::Throttled { until: Some(until) } => world.now = until,
            Outcome::AuthenticatorLocked => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(judged, most);
}

#[test]
fn a_code_of_another_length_is_no_guess() {
    let app = OldApp::unusual();
    let mut world = World::arrived(&app);
    let pending = world.begin();
    let before = world.member.clone();
    for text in ["123456", "1234567"] {
        let outcome = world.code(pending, Passcode::parse_any(text).unwrap());
        assert_eq!(outcome, Outcome::CodeOfOtherLength { digits: Digits::Eight });
        assert_eq!((&world.member, world.events.as_slice()), (&before, [].as_slice()));
    }
}

#[test]
fn what_is_taken_out_is_what_was_brought_in_and_she_is_told() {
    let app = OldApp::unusual();
    let mut world = World::arrived(&app);
    let export = Command::Export { grant: world.grant };
    let decision = world.decide(export.clone());
    assert_eq!(decision.outcome, Outcome::Exported { parameters: Some(app.parameters) });
    assert_eq!(decision.events, [Event::AuthenticatorExported]);
    assert_eq!(decision.state.open_secret().unwrap().expose(), app.secret);
    let mut locked = world.clone();
    locked.keys_at_hand = false;
    assert_eq!(locked.ask(export), Outcome::Unreadable);
    let mut nobody = World::joined();
    let export = Command::Export { grant: nobody.grant };
    assert_eq!(nobody.ask(export), Outcome::Exported { parameters: None });
    assert_eq!(nobody.events, []);
}

#[test]
fn what_is_weaker_is_not_taken() {
    assert!(Secret::from_bytes(&[7; 9]).is_err());
    let secret = || Secret::from_bytes(&[7; 10]).unwrap();
    for (seconds, taken) in [(1, false), (14, false), (15, true), (60, true), (61, false), (3600, false)] {
        let parameters = TotpParameters { period: Period::from_seconds(seconds).unwrap(), ..TotpParameters::OURS };
        let judged = Imported::new(secret(), parameters);
        assert_eq!(judged.is_ok(), taken, "{seconds} s");
        assert!(judged.err().is_none_or(|refusal| refusal == ImportRefusal::Period));
    }
    assert!(Digits::try_from(5).is_err());
}
