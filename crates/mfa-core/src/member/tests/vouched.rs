//! A login that stays theirs: an application's word instead of a password of ours, and the same second factor.

use super::people::{Phone, Sheet};
use super::world::{DAY, HOUR, MINUTE, PASSWORD, World, laptop, owes};
use crate::member::{
    Command, Confirmed, Duty, Event, Generation, Methods, Outcome, PresentedDevice, ResetBy, TokenDigest,
};
use crate::passcode::Passcode;
use crate::policy;
use crate::tenant::application::ApplicationId;
use crate::tenant::{Epoch, ModeKind};

pub(super) const SHOP: ApplicationId = ApplicationId([7; 8]);

/// Somebody whose login is elsewhere, who has not been here yet.
pub(super) fn elsewhere() -> World {
    let mut world = World::vacant();
    world.grant.login_elsewhere = true;
    world
}

/// The same, enrolled an hour ago.
pub(super) fn enrolled() -> (World, Phone, Sheet) {
    let mut world = elsewhere();
    let pending = world.vouched();
    let (phone, sheet) = (world.names.phone(), world.names.sheet());
    world.enrol_vouched(pending, &phone, &sheet);
    world.wait(HOUR);
    (world, phone, sheet)
}

fn confirmed(outcome: Outcome) -> Confirmed {
    match outcome {
        Outcome::Confirmed(confirmed) => confirmed,
        other => panic!("not confirmed: {other:?}"),
    }
}

impl World {
    pub(super) fn try_vouched(&mut self, device: Option<PresentedDevice>) -> Outcome {
        self.ask(Command::BeginVouched { grant: self.grant, application: SHOP, device, page: None })
    }

    pub(super) fn vouched(&mut self) -> TokenDigest {
        let outcome = self.try_vouched(None);
        assert!(matches!(outcome, Outcome::Owes { .. }), "{outcome:?}");
        self.fresh.pending
    }

    pub(super) fn enrol_vouched(&mut self, pending: TokenDigest, phone: &Phone, sheet: &Sheet) -> Confirmed {
        let (id, started) = self.start(pending, phone);
        assert!(matches!(started, Outcome::EnrolmentStarted { .. }), "{started:?}");
        let issued = self.confirm(pending, id, phone.shows(self.now), sheet);
        assert!(matches!(issued, Outcome::RecoveryKeysIssued { .. }), "{issued:?}");
        confirmed(self.complete(pending, id, sheet.proof()))
    }

    pub(super) fn password_changed(&mut self, pending: TokenDigest) -> Outcome {
        self.ask(Command::VouchNewPassword { grant: self.grant, pending, reference: None })
    }

    /// The same, with what a browser brought back from our page.
    pub(super) fn password_changed_by(&mut self, pending: TokenDigest, reference: TokenDigest) -> Outcome {
        self.ask(Command::VouchNewPassword { grant: self.grant, pending, reference: Some(reference) })
    }

    pub(super) fn wrong_codes(&mut self, phone: &Phone, count: usize) -> Outcome {
        let mut last = Outcome::Swept;
        for _ in 0..count {
            let pending = self.vouched();
            last = self.code(pending, phone.wrong(self.now));
            if let Outcome::Throttled { until: Some(until) } = last {
                self.now = until;
                let pending = self.vouched();
                last = self.code(pending, phone.wrong(self.now));
            }
        }
        last
    }

    fn remember_vouched(&mut self, phone: &Phone) -> PresentedDevice {
        self.wait(30);
        let (pending, grant) = (self.vouched(), self.grant);
        let (passcode, remember_device) = (phone.shows(self.now), Some(laptop()));
        let outcome = self.ask(Command::VerifyCode { grant, pending, passcode, remember_device });
        let device = confirmed(outcome).device.unwrap();
        PresentedDevice { id: device.id, token: self.fresh.device_token }
    }
}

#[test]
fn whoever_is_new_enrols_without_a_password_and_gets_no_session() {
    let mut world = elsewhere();
    assert_eq!(owes(&world.try_vouched(None)), Some(Duty::Enrol));
    assert_eq!(world.events, [Event::Joined]);
    let pending = world.fresh.pending;
    let (phone, sheet) = (world.names.phone(), world.names.sheet());
    let entered = world.enrol_vouched(pending, &phone, &sheet);
    assert_eq!((entered.application, entered.methods), (SHOP, Methods { code: true, ..Methods::default() }));
    assert_eq!(entered.names().collect::<std::vec::Vec<_>>(), ["vouched", "otp"]);
    assert_eq!(entered.id, world.fresh.session);
    assert!(world.inside().sessions.is_empty() && world.inside().password.is_none());
    assert_eq!(world.view(entered.id), Outcome::SessionEnded);
    world.wait(30);
    let pending = world.vouched();
    let entered = confirmed(world.code(pending, phone.shows(world.now)));
    assert_eq!(world.events, [Event::Confirmed { application: SHOP, methods: entered.methods }]);
    assert!(world.inside().sessions.is_empty());
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::SignInExpired, "once");
}

#[test]
fn a_remembered_device_and_a_recovery_key_say_so() {
    let (mut world, phone, sheet) = enrolled();
    let device = world.remember_vouched(&phone);
    world.wait(DAY);
    let entered = confirmed(world.try_vouched(Some(device)));
    assert_eq!(entered.names().collect::<std::vec::Vec<_>>(), ["vouched", "device"]);
    let rotated = PresentedDevice { id: device.id, token: world.fresh.device_token };
    assert_eq!(entered.device.map(|it| it.id), Some(device.id));
    // Used again, a token that was replaced gives its thief away, and the device asks for a code again.
    assert_eq!(owes(&world.try_vouched(Some(device))), Some(Duty::Code));
    assert_eq!(owes(&world.try_vouched(Some(rotated))), Some(Duty::Code));
    let pending = world.vouched();
    let entered = confirmed(world.recovery_key(pending, sheet.key(1)));
    assert_eq!(entered.names().collect::<std::vec::Vec<_>>(), ["vouched", "recovery"]);
    assert_eq!(entered.recovery.map(|used| (used.number, used.left)), Some((1, 9)));
    assert_eq!(entered.device, None);
}

#[test]
fn where_there_is_no_second_factor_nothing_is_vouched_for() {
    for mode in [ModeKind::Password, ModeKind::External] {
        let mut world = elsewhere();
        world.grant.mode = mode;
        assert_eq!(world.try_vouched(None), Outcome::OtherMode(mode));
        assert!(world.member.joined().is_none(), "nobody is taken in");
    }
    let (mut world, phone, _) = enrolled();
    world.wait(30);
    let pending = world.vouched();
    world.switch(ModeKind::Password);
    assert_eq!(world.try_vouched(None), Outcome::OtherMode(ModeKind::Password));
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::SignInExpired, "what was begun has ended");
    world.switch(ModeKind::Mfa);
    assert_eq!(owes(&world.try_vouched(None)), Some(Duty::Enrol), "everybody enrols anew");
}

#[test]
fn nobody_vouches_for_who_has_a_password_here() {
    let (mut world, phone, _) = World::enrolled();
    assert_eq!(world.try_vouched(None), Outcome::PasswordHere);
    assert!(world.events.is_empty());
    world.sign_in(&phone);
    let mut stranger = World::vacant();
    assert_eq!(stranger.try_vouched(None), Outcome::PasswordHere);
    assert!(stranger.member.is_blank());
}

#[test]
fn the_local_door_stays_closed_and_no_link_opens_one() {
    let (mut world, ..) = enrolled();
    assert_eq!(world.check_password(PASSWORD, None), Outcome::SignInRefused);
    assert!(world.events.is_empty(), "as for a name that nobody bears");
    let grant = world.grant;
    for anyway in [false, true] {
        assert_eq!(world.ask(Command::IssuePasswordLink { grant, anyway }), Outcome::PasswordLinkHeld);
    }
    assert!(world.inside().links.is_empty() && world.events.is_empty());
}

#[test]
fn every_code_is_judged_once_whatever_door_it_is_shown_at() {
    let (mut world, phone, _) = enrolled();
    world.wait(30);
    let (first, second) = (world.vouched(), world.vouched());
    let shown = phone.shows(world.now);
    confirmed(world.code(first, shown.clone()));
    assert_eq!(world.code(second, shown), Outcome::CodeRefused);
    assert_eq!(world.events, [Event::CodeReplayed]);
}

#[test]
fn wrong_codes_wait_and_lock_as_everywhere() {
    let (mut world, phone, _) = enrolled();
    let pending = world.vouched();
    for _ in 0..5 {
        assert_eq!(world.code(pending, phone.wrong(world.now)), Outcome::CodeRefused);
    }
    assert_eq!(world.code(pending, phone.wrong(world.now)), Outcome::SignInExpired, "a sign-in dies after five");
    let pending = world.vouched();
    assert!(matches!(world.code(pending, phone.shows(world.now)), Outcome::Throttled { until: Some(_) }));
    world.wrong_codes(&phone, 15);
    assert!(world.events.contains(&Event::AuthenticatorLocked));
    let Outcome::Owes { duty: Duty::Code, authenticator_locked: true, .. } = world.try_vouched(None) else {
        panic!("not locked");
    };
    let pending = world.fresh.pending;
    world.wait(30);
    assert_eq!(world.code(pending, phone.shows(world.now)), Outcome::AuthenticatorLocked);
}

#[test]
fn out_of_the_lock_it_takes_a_recovery_key_and_another_password_there() {
    let (mut world, phone, sheet) = enrolled();
    let device = world.remember_vouched(&phone);
    world.wrong_codes(&phone, 20);
    let pending = world.vouched();
    assert_eq!(world.password_changed(pending), Outcome::OtherDuty(Duty::Code), "its word alone is no way out");
    assert_eq!(owes(&world.recovery_key(pending, sheet.key(1))), Some(Duty::NewPassword));
    let verifier = super::people::verifier("a password of our own");
    let ours = Command::ReplacePassword { grant: world.grant, pending, verifier, under_current: None };
    assert_eq!(world.ask(ours), Outcome::SignInExpired, "she gets no password here that way");
    assert_eq!(owes(&world.password_changed(pending)), Some(Duty::Enrol));
    assert_eq!(world.events, [Event::PasswordChangeVouched { application: SHOP }]);
    assert!(world.inside().devices.is_empty());
    let (phone, sheet) = (world.names.phone(), world.names.sheet());
    let entered = world.enrol_vouched(pending, &phone, &sheet);
    assert_eq!(entered.names().collect::<std::vec::Vec<_>>(), ["vouched", "otp", "recovery"]);
    assert_eq!(owes(&world.try_vouched(Some(device))), Some(Duty::Code));
    assert_eq!(world.password_changed(pending), Outcome::SignInExpired);
}

#[test]
fn who_says_that_it_was_not_she_owes_another_password_there() {
    let (mut world, phone, _) = enrolled();
    world.wrong_codes(&phone, 3);
    assert!(world.events.contains(&Event::PasswordBurnt));
    let (grant, link) = (world.grant, world.fresh.link);
    let verifier = super::people::verifier("a password of our own");
    let chosen = Command::ReplacePasswordByLink { grant, link, verifier, under_kept: None };
    assert_eq!(world.ask(chosen), Outcome::LinkRefused, "the link says what happened, and chooses nothing");
    assert_eq!(world.ask(Command::Disown { grant, link }), Outcome::Disowned);
    world.wait(10 * MINUTE);
    let pending = world.vouched();
    assert_eq!(owes(&world.code(pending, phone.shows(world.now))), Some(Duty::NewPassword));
    confirmed(world.password_changed(pending));
    world.wait(30);
    let pending = world.vouched();
    confirmed(world.code(pending, phone.shows(world.now)));
}

#[test]
fn reset_out_of_the_lock_the_old_password_there_enrols_nobody() {
    let (mut world, phone, _) = enrolled();
    world.wrong_codes(&phone, 20);
    world.grant.orders.resets += 1;
    assert_eq!(owes(&world.try_vouched(None)), Some(Duty::NewPassword));
    assert!(world.events.contains(&Event::Reset { by: ResetBy::Administrator }));
    let pending = world.fresh.pending;
    assert_eq!(owes(&world.password_changed(pending)), Some(Duty::Enrol));
    let (phone, sheet) = (world.names.phone(), world.names.sheet());
    world.enrol_vouched(pending, &phone, &sheet);
}

#[test]
fn an_epoch_an_order_and_another_bearer_end_what_was_begun() {
    let begun = || {
        let (mut world, phone, _) = enrolled();
        world.wait(30);
        let pending = world.vouched();
        let code: Passcode = phone.shows(world.now);
        (world, pending, code)
    };
    let (mut world, pending, code) = begun();
    world.grant.epoch = Epoch(world.grant.epoch.0 + 1);
    assert_eq!(world.code(pending, code), Outcome::SignInExpired);
    let (mut world, pending, code) = begun();
    world.grant.orders.resets += 1;
    assert_eq!(world.code(pending, code), Outcome::SignInExpired);
    let (mut world, pending, code) = begun();
    world.grant.generation = Generation(2);
    assert_eq!(owes(&world.try_vouched(None)), Some(Duty::Enrol), "invited again she is somebody new");
    assert_eq!(world.code(pending, code), Outcome::SignInExpired);
    let (mut world, pending, code) = begun();
    assert_eq!(world.ask(Command::Leave { generation: Generation(1) }), Outcome::Left);
    assert_eq!(world.code(pending, code), Outcome::SignInExpired);
    let (mut world, pending, code) = begun();
    world.wait(policy::PENDING_SIGN_IN.0);
    assert_eq!(world.code(pending, code), Outcome::SignInExpired);
    let (mut world, _, _) = begun();
    let old = world.grant;
    world.switch(ModeKind::Mfa);
    world.vouched();
    assert_eq!(
        world.ask(Command::BeginVouched { grant: old, application: SHOP, device: None, page: None }),
        Outcome::StaleGrant
    );
}
