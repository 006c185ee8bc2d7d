//! Our page at a sign-in that an application vouches for: two tokens of one sign-in, and a reference back.

use super::people::{Phone, Sheet};
use super::vouched::{SHOP, elsewhere, enrolled};
use super::world::{DAY, MINUTE, World, laptop, owes};
use crate::member::{
    Command, ConfirmationWaits, Confirmed, Duty, Event, Methods, Outcome, PageShown, PageWish, PresentedDevice, State,
    TokenDigest,
};
use crate::policy;
use crate::tenant::ModeKind;
use crate::tenant::application::ReturnAddress;

pub(in crate::member::tests) fn wish() -> PageWish {
    let return_to = ReturnAddress::parse("https://shop.example/back").unwrap();
    PageWish { return_to, state: State::parse("s-1"), devices: false }
}

/// The application's token, and what brings her browser to the page.
#[derive(Clone, Copy)]
struct Begun {
    pending: TokenDigest,
    way: TokenDigest,
}

impl World {
    fn begin_on_page(&mut self, wish: PageWish) -> Begun {
        let (grant, page) = (self.grant, Some(wish));
        let outcome = self.ask(Command::BeginVouched { grant, application: SHOP, device: None, page });
        assert!(matches!(outcome, Outcome::Owes { .. }), "{outcome:?}");
        Begun { pending: self.fresh.pending, way: self.fresh.page }
    }

    fn open(&mut self, way: TokenDigest, device: Option<PresentedDevice>) -> Outcome {
        self.ask(Command::OpenPage { grant: self.grant, page: way, device })
    }

    /// Begun and come to: with what the page goes by.
    fn on_page(&mut self) -> (Begun, TokenDigest) {
        let begun = self.begin_on_page(wish());
        shown(&self.open(begun.way, None));
        (begun, self.fresh.page)
    }

    /// What the page says when it is loaded again.
    fn view_page(&mut self, page: TokenDigest) -> Outcome {
        self.ask(Command::ViewPage { grant: self.grant, page })
    }

    fn fetch(&mut self, pending: TokenDigest, reference: TokenDigest) -> Outcome {
        self.ask(Command::RedeemConfirmation { grant: self.grant, pending, reference })
    }

    /// Shown on the page: with the reference.
    fn showed_on_page(&mut self, phone: &Phone) -> (Begun, TokenDigest) {
        self.wait(30);
        let (begun, page) = self.on_page();
        let outcome = self.code(page, phone.shows(self.now));
        assert!(matches!(outcome, Outcome::ConfirmationWaits(_)), "{outcome:?}");
        (begun, self.fresh.page)
    }
}

fn shown(outcome: &Outcome) -> &PageShown {
    match outcome {
        Outcome::Page(shown) => shown,
        other => panic!("no page: {other:?}"),
    }
}

fn waits(outcome: Outcome) -> ConfirmationWaits {
    match outcome {
        Outcome::ConfirmationWaits(waiting) => waiting,
        other => panic!("nothing waits: {other:?}"),
    }
}

fn told(outcome: Outcome) -> Confirmed {
    match outcome {
        Outcome::Confirmed(confirmed) => confirmed,
        other => panic!("not told: {other:?}"),
    }
}

#[test]
fn a_state_is_short_and_needs_no_escaping() {
    for good in ["a", "s-1_Z", &"0".repeat(64)] {
        assert_eq!(State::parse(good).unwrap().as_str(), good);
    }
    for bad in ["", " ", "a b", "a&b", "a=b", "a#", "é", &"0".repeat(65)] {
        assert_eq!(State::parse(bad), None, "{bad}");
    }
}

#[test]
fn what_is_shown_on_the_page_is_told_to_the_application_once() {
    let (mut world, phone, _) = enrolled();
    let begun = world.begin_on_page(wish());
    let first = world.open(begun.way, None);
    assert_eq!((shown(&first).duty, &shown(&first).wish), (Duty::Code, &wish()));
    let page = world.fresh.page;
    assert_eq!(world.view_page(page), first);
    world.wait(3);
    let shown_at = world.now;
    let waiting = waits(world.code(page, phone.shows(world.now)));
    assert_eq!((waiting.wish, waiting.device, waiting.recovery), (wish(), None, None));
    let methods = Methods { code: true, ..Methods::default() };
    assert_eq!(world.events, [Event::Confirmed { application: SHOP, methods }]);
    let reference = world.fresh.page;
    world.wait(5);
    let told = told(world.fetch(begun.pending, reference));
    assert_eq!((told.application, told.methods), (SHOP, methods));
    assert_eq!((told.at, told.said_at), (shown_at, world.now));
    assert!(world.events.is_empty() && world.inside().sessions.is_empty());

    assert_eq!(world.fetch(begun.pending, reference), Outcome::SignInExpired);
    assert_eq!(world.events, [Event::ConfirmationReplayed { application: SHOP }]);
    world.wait(policy::CONFIRMATION_KNOWN.0);
    assert_eq!(world.fetch(begun.pending, reference), Outcome::SignInExpired);
    assert!(world.events.is_empty(), "known for a while, not for good");
}

#[test]
fn the_way_there_leads_one_browser_there() {
    let (mut world, phone, _) = enrolled();
    let begun = world.begin_on_page(wish());
    // Before somebody has come there, and after, it proves nothing.
    assert_eq!(world.code(begun.way, phone.shows(world.now)), Outcome::SignInExpired);
    assert_eq!(world.view_page(begun.way), Outcome::SignInExpired);
    shown(&world.open(begun.way, None));
    let page = world.fresh.page;
    assert_eq!(world.open(begun.way, None), Outcome::SignInExpired);
    assert_eq!(world.open(page, None), Outcome::SignInExpired);
    assert_eq!(world.open(begun.pending, None), Outcome::SignInExpired);
    assert_eq!(world.code(begun.way, phone.shows(world.now)), Outcome::SignInExpired);
    waits(world.code(page, phone.shows(world.now)));
    assert_eq!(world.view_page(page), Outcome::SignInExpired, "over");
}

#[test]
fn what_one_browser_brings_back_is_of_no_other_sign_in() {
    let (mut world, phone, _) = enrolled();
    let (hers, reference) = world.showed_on_page(&phone);
    let (others, other_page) = world.on_page();
    for (pending, brought) in
        [(others.pending, reference), (hers.pending, hers.way), (hers.pending, other_page), (reference, reference)]
    {
        assert_eq!(world.fetch(pending, brought), Outcome::SignInExpired);
        assert!(world.events.is_empty());
    }
    told(world.fetch(hers.pending, reference));
}

#[test]
fn nobody_fetches_later_than_that_or_what_was_reset() {
    let (mut world, phone, _) = enrolled();
    let (begun, reference) = world.showed_on_page(&phone);
    world.wait(policy::CONFIRMATION.0);
    assert_eq!(world.fetch(begun.pending, reference), Outcome::SignInExpired);
    let (begun, reference) = world.showed_on_page(&phone);
    world.wait(policy::CONFIRMATION.0 - 1);
    told(world.fetch(begun.pending, reference));

    let spoil: [fn(&mut World); 3] = [
        |world| world.grant.orders.resets += 1,
        |world| world.switch(ModeKind::Password),
        |world| world.grant.generation = world.grant.generation.next(),
    ];
    for spoil in spoil {
        let (mut world, phone, _) = enrolled();
        let (begun, reference) = world.showed_on_page(&phone);
        let (_, page) = world.on_page();
        spoil(&mut world);
        assert_eq!(world.fetch(begun.pending, reference), Outcome::SignInExpired);
        assert_eq!(world.view_page(page), Outcome::SignInExpired);
        assert_eq!(world.code(page, phone.shows(world.now)), Outcome::SignInExpired);
    }
}

#[test]
fn the_page_is_the_same_sign_in_and_not_one_more_chance_to_guess() {
    let (mut world, phone, _) = enrolled();
    let (begun, page) = world.on_page();
    for token in [page, begun.pending, page, begun.pending, page] {
        assert_eq!(world.code(token, phone.wrong(world.now)), Outcome::CodeRefused);
    }
    assert_eq!(world.code(page, phone.shows(world.now)), Outcome::SignInExpired, "five in all");
    assert_eq!(world.inside().codes.consecutive(), 5);
    let (_, page) = world.on_page();
    assert!(matches!(world.code(page, phone.shows(world.now)), Outcome::Throttled { .. }));
}

#[test]
fn a_step_at_the_application_s_own_form_is_answered_there() {
    let (mut world, phone, _) = enrolled();
    let (begun, page) = world.on_page();
    told(world.code(begun.pending, phone.shows(world.now)));
    assert_eq!(world.view_page(page), Outcome::SignInExpired);
}

#[test]
fn a_recovery_key_and_an_enrolment_go_the_same_way() {
    let (mut world, _, sheet) = enrolled();
    let (begun, page) = world.on_page();
    let waiting = waits(world.recovery_key(page, sheet.key(2)));
    assert_eq!(waiting.recovery.map(|used| used.number), Some(2));
    let reference = world.fresh.page;
    let said = told(world.fetch(begun.pending, reference));
    assert_eq!((said.recovery, said.methods.recovery_key), (waiting.recovery, true));

    let mut world = elsewhere();
    let (begun, page) = world.on_page();
    let (phone, sheet) = (world.names.phone(), world.names.sheet());
    let (id, started) = world.start(page, &phone);
    assert!(matches!(started, Outcome::EnrolmentStarted { .. }), "{started:?}");
    let issued = world.confirm(page, id, phone.shows(world.now), &sheet);
    assert!(matches!(issued, Outcome::RecoveryKeysIssued { .. }), "{issued:?}");
    assert!(matches!(world.renew(page, id, &sheet), Outcome::RecoveryKeysIssued { .. }));
    waits(world.complete(page, id, sheet.proof()));
    let reference = world.fresh.page;
    assert!(told(world.fetch(begun.pending, reference)).methods.code);
}

#[test]
fn a_device_is_known_on_the_page_where_the_application_allows_it() {
    let (mut world, phone, _) = enrolled();
    let (_, page) = world.on_page();
    let (grant, passcode, remember_device) = (world.grant, phone.shows(world.now), Some(laptop()));
    let waiting = waits(world.ask(Command::VerifyCode { grant, pending: page, passcode, remember_device }));
    assert_eq!(waiting.device, None, "not wished, not remembered");

    world.wait(30);
    let willing = PageWish { devices: true, ..wish() };
    let begun = world.begin_on_page(willing.clone());
    shown(&world.open(begun.way, None));
    let (pending, passcode, remember_device) = (world.fresh.page, phone.shows(world.now), Some(laptop()));
    let waiting = waits(world.ask(Command::VerifyCode { grant, pending, passcode, remember_device }));
    let device = PresentedDevice { id: waiting.device.unwrap().id, token: world.fresh.device_token };

    world.wait(DAY);
    // An application that wants a code says so, and then the device is not even looked at.
    let begun = world.begin_on_page(wish());
    assert_eq!(shown(&world.open(begun.way, Some(device))).duty, Duty::Code);
    let begun = world.begin_on_page(willing.clone());
    waits(world.open(begun.way, Some(device)));
    let reference = world.fresh.page;
    let said = told(world.fetch(begun.pending, reference));
    assert_eq!(said.names().collect::<std::vec::Vec<_>>(), ["vouched", "device"]);
    assert_eq!(said.device, None, "its token stays with the browser");
    let begun = world.begin_on_page(willing);
    assert_eq!(shown(&world.open(begun.way, Some(device))).duty, Duty::Code, "used up");
    assert!(world.events.contains(&Event::DeviceTokenReused { device: device.id }));
}

/// Somebody enrolled whose password is in somebody else's hands.
fn burnt() -> (World, Phone, Sheet) {
    let (mut world, phone, sheet) = enrolled();
    let (_, page) = world.on_page();
    for _ in 0..3 {
        assert_eq!(world.code(page, phone.wrong(world.now)), Outcome::CodeRefused);
    }
    let link = world.fresh.link;
    assert_eq!(world.ask(Command::Disown { grant: world.grant, link }), Outcome::Disowned);
    assert_eq!(world.view_page(page), Outcome::SignInExpired);
    (world, phone, sheet)
}

#[test]
fn another_password_is_the_application_s_to_say_with_what_the_browser_brings() {
    let (mut world, phone, _) = burnt();
    let (_, other) = world.on_page();
    let (begun, page) = world.on_page();
    assert_eq!(owes(&world.code(page, phone.shows(world.now))), Some(Duty::NewPassword));
    assert_eq!(shown(&world.view_page(page)).duty, Duty::NewPassword);
    assert_eq!(world.password_changed(page), Outcome::SignInExpired, "never the browser's");
    assert_eq!(world.password_changed_by(page, page), Outcome::SignInExpired, "never the browser's");
    // Who began it and has sent her the way here has no more than this.
    for brought in [begun.way, begun.pending, other] {
        assert_eq!(world.password_changed(begun.pending), Outcome::SignInExpired, "it was shown on the page");
        assert_eq!(world.password_changed_by(begun.pending, brought), Outcome::SignInExpired);
        assert!(world.events.is_empty() && world.inside().password_burnt);
    }
    assert!(told(world.password_changed_by(begun.pending, page)).methods.code);
}

#[test]
fn what_was_given_to_the_application_needs_nothing_from_the_page() {
    let (mut world, phone, _) = burnt();
    let (begun, page) = world.on_page();
    let (_, other) = world.on_page();
    assert_eq!(owes(&world.code(begun.pending, phone.shows(world.now))), Some(Duty::NewPassword));
    assert_eq!(world.password_changed_by(begun.pending, other), Outcome::SignInExpired, "what is brought is looked at");
    assert!(told(world.clone().password_changed_by(begun.pending, page)).methods.code);
    assert!(told(world.password_changed(begun.pending)).methods.code);

    let (mut world, phone, _) = burnt();
    let pending = world.vouched();
    assert_eq!(owes(&world.code(pending, phone.shows(world.now))), Some(Duty::NewPassword));
    assert_eq!(world.password_changed_by(pending, pending), Outcome::SignInExpired, "of no page");
    assert!(told(world.password_changed(pending)).methods.code);
}

#[test]
fn out_of_the_lock_she_goes_back_to_the_page_to_enrol() {
    let (mut world, phone, sheet) = enrolled();
    world.wrong_codes(&phone, 20);
    let begun = world.begin_on_page(wish());
    assert!(shown(&world.open(begun.way, None)).authenticator_locked);
    let page = world.fresh.page;
    assert_eq!(owes(&world.recovery_key(page, sheet.key(1))), Some(Duty::NewPassword));
    assert_eq!(world.password_changed(begun.pending), Outcome::SignInExpired, "it was shown on the page");
    let thief = world.names.phone();
    let (_, started) = world.start(begun.pending, &thief);
    assert_eq!(started, Outcome::OtherDuty(Duty::NewPassword), "nobody else enrols by her key");
    assert_eq!(owes(&world.password_changed_by(begun.pending, page)), Some(Duty::Enrol));
    assert_eq!(shown(&world.view_page(page)).duty, Duty::Enrol, "the browser goes on where it was");
    let (phone, sheet) = (world.names.phone(), world.names.sheet());
    let (id, _) = world.start(page, &phone);
    world.confirm(page, id, phone.shows(world.now), &sheet);
    waits(world.complete(page, id, sheet.proof()));
    let reference = world.fresh.page;
    let methods = told(world.fetch(begun.pending, reference)).methods;
    assert!(methods.recovery_key && methods.code);
}

#[test]
fn waiting_confirmations_are_few_and_short_lived() {
    let (mut world, phone, _) = enrolled();
    for _ in 0..policy::CONFIRMATIONS + 3 {
        let (begun, reference) = world.showed_on_page(&phone);
        told(world.fetch(begun.pending, reference));
    }
    assert!(world.inside().confirmations.len() <= policy::CONFIRMATIONS);
    world.wait(11 * MINUTE);
    world.ask(Command::Sweep);
    assert!(world.inside().confirmations.is_empty());
}
