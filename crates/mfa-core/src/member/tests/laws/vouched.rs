//! Law 7: what an application's word began ends in a word to that application, never in a session; and at its door too
//! nobody enters but by a code that the phone shows, a key of the sheet or the present token of a device, each once. What
//! is shown on our page is told to the application that kept the sign-in, once, and to nobody else; and moves nothing
//! there before the browser has brought back what it was told on the page.

use std::collections::{BTreeMap, BTreeSet};
use std::vec::Vec;

use proptest::prelude::*;

use super::super::page::wish;
use super::super::people::{Phone, Sheet, verifier};
use super::super::world::{DAY, PASSWORD, World, laptop};
use super::config;
use crate::member::{Command, Duty, Event, Methods, Outcome, PageWish, PresentedDevice, RememberedUntil, TokenDigest};
use crate::tenant::ModeKind;

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn law_7_what_an_application_vouches_for_never_becomes_a_session(
        script in prop::collection::vec((0_u8..21, any::<u8>()), 1..120),
    ) {
        let mut life = Life::new();
        for (act, pick) in script {
            life.perform(act, pick);
        }
    }
}

/// Somebody whose login is elsewhere, and all that was ever handed out in her name.
struct Life {
    world: World,
    phone: Option<Phone>,
    sheet: Option<Sheet>,
    /// Tokens of sign-ins: the application's, and those of pages that a browser has come to.
    pending: Vec<TokenDigest>,
    /// What brings a browser to a page, with the application's token.
    ways: Vec<(TokenDigest, TokenDigest)>,
    /// The application's token of each page.
    pages: BTreeMap<TokenDigest, TokenDigest>,
    /// What browsers brought back, with the application's token.
    brought: Vec<(TokenDigest, TokenDigest)>,
    fetched: BTreeSet<TokenDigest>,
    /// The application's tokens of sign-ins at which something was shown on the page that it has not been handed yet.
    withheld: BTreeSet<TokenDigest>,
    devices: Vec<PresentedDevice>,
    links: Vec<TokenDigest>,
    /// The newest step that let somebody in by the phone of now.
    newest_step: Option<u64>,
    keys: BTreeSet<usize>,
}

impl Life {
    fn new() -> Life {
        let mut world = World::vacant();
        world.grant.login_elsewhere = true;
        Life {
            world,
            phone: None,
            sheet: None,
            pending: Vec::new(),
            ways: Vec::new(),
            pages: BTreeMap::new(),
            brought: Vec::new(),
            fetched: BTreeSet::new(),
            withheld: BTreeSet::new(),
            devices: Vec::new(),
            links: Vec::new(),
            newest_step: None,
            keys: BTreeSet::new(),
        }
    }

    fn perform(&mut self, act: u8, pick: u8) {
        match act {
            0..=2 => self.begin(None, None),
            3 => {
                let device = pick_of(&self.devices, pick);
                self.begin(device, None);
            }
            4..=6 => self.shows_a_code(pick),
            7..=8 => self.guesses(pick),
            9 => self.shows_a_key(pick),
            10 => self.says_that_it_changed(pick),
            11 => self.enrols(pick),
            12 => self.world.wait(u64::from(pick) * u64::from(pick) * 40),
            13 => self.knocks_at_our_own_door(pick),
            14 => {
                let (grant, Some(link)) = (self.world.grant, pick_of(&self.links, pick)) else { return };
                self.ask(Command::Disown { grant, link });
            }
            16 => self.begin(None, Some(PageWish { devices: pick.is_multiple_of(2), ..wish() })),
            17 => self.comes_to_the_page(pick),
            18..=19 => self.fetches(pick),
            20 => self.shows_on_a_page_of_somebody_else_s(pick),
            _ if pick < 40 => self.world.grant.orders.resets += 1,
            _ if pick < 50 => {
                let mode = if self.world.grant.mode == ModeKind::Mfa { ModeKind::Password } else { ModeKind::Mfa };
                self.world.switch(mode);
            }
            _ => self.world.wait(DAY),
        }
    }

    /// Every decision: no session, no password, no link that would make one.
    fn ask(&mut self, command: Command) -> Outcome {
        let outcome = self.world.ask(command);
        assert!(!matches!(outcome, Outcome::SignedIn(_) | Outcome::PasswordRight { .. } | Outcome::PasswordChanged));
        if let Some(joined) = self.world.member.joined() {
            assert!(joined.sessions.is_empty(), "a session by an application's word");
            assert!(joined.password.is_none() && joined.codes.budgeted.len() <= 20);
        }
        if self.world.events.contains(&Event::PasswordBurnt) {
            self.links.push(self.world.fresh.link);
        }
        if matches!(outcome, Outcome::Confirmed(_)) && self.world.events.iter().any(|it| matches!(it, Event::Joined)) {
            panic!("in without a second factor");
        }
        outcome
    }

    fn begin(&mut self, device: Option<PresentedDevice>, page: Option<PageWish>) {
        let (grant, application) = (self.world.grant, crate::tenant::application::ApplicationId([7; 8]));
        let is_on_page = page.is_some();
        let outcome = self.ask(Command::BeginVouched { grant, application, device, page });
        if let Some((methods, renewed)) = self.entered(None, &outcome) {
            return self.knew(device, methods, renewed);
        }
        match outcome {
            Outcome::Owes { .. } => {
                let pending = self.world.fresh.pending;
                self.pending.push(pending);
                self.ways.extend(is_on_page.then_some((self.world.fresh.page, pending)));
            }
            Outcome::OtherMode(mode) => assert_eq!(mode, ModeKind::Password),
            other => panic!("{other:?}"),
        }
    }

    /// In by what a device holds: then it held the present token.
    fn knew(&mut self, device: Option<PresentedDevice>, methods: Methods, renewed: Option<RememberedUntil>) {
        let held = device.expect("in by an application's word alone");
        let present = self.devices.iter().rfind(|it| it.id == held.id);
        assert_eq!(present, Some(&held), "in by a token that is not the present one");
        assert!(methods.device && !methods.code);
        let id = renewed.unwrap().id;
        self.devices.push(PresentedDevice { id, token: self.world.fresh.device_token });
    }

    /// By what somebody entered, if she did; said where the step was taken: on the page to nobody yet.
    fn entered(&mut self, token: Option<TokenDigest>, outcome: &Outcome) -> Option<(Methods, Option<RememberedUntil>)> {
        let on_page = token.and_then(|token| self.pages.get(&token).copied());
        let (methods, device) = match outcome {
            Outcome::Confirmed(confirmed) => {
                assert_eq!(on_page, None, "told a browser");
                assert!(token.is_none_or(|token| !self.withheld.contains(&token)), "told what nobody handed on");
                (confirmed.methods, confirmed.device)
            }
            Outcome::ConfirmationWaits(waiting) => {
                let pending = on_page.expect("on no page");
                self.brought.push((pending, self.world.fresh.page));
                let methods = self.world.events.iter().find_map(|event| match event {
                    Event::Confirmed { methods, .. } => Some(*methods),
                    _ => None,
                });
                (methods.expect("in without a word in the log"), waiting.device)
            }
            _ => return None,
        };
        Some((methods, device))
    }

    fn comes_to_the_page(&mut self, pick: u8) {
        let Some((page, pending)) = pick_of(&self.ways, pick) else { return };
        let device = if pick.is_multiple_of(3) { pick_of(&self.devices, pick) } else { None };
        let grant = self.world.grant;
        let was_there = self.pages.values().any(|of| *of == pending);
        let outcome = self.ask(Command::OpenPage { grant, page, device });
        let opened = self.world.fresh.page;
        if matches!(outcome, Outcome::Page(_) | Outcome::ConfirmationWaits(_)) {
            assert!(!was_there, "one way, two browsers");
            self.pages.insert(opened, pending);
            self.pending.push(opened);
        }
        if let Some((methods, renewed)) = self.entered(Some(opened), &outcome) {
            self.knew(device, methods, renewed);
        }
    }

    /// By chance it is rare: whoever has her password begins, and has sent her to the page, once it is burnt.
    fn shows_on_a_page_of_somebody_else_s(&mut self, pick: u8) {
        for _ in 0..3 {
            self.begin(None, None);
            self.guesses(0);
        }
        if let Some(link) = pick_of(&self.links, 0) {
            let grant = self.world.grant;
            self.ask(Command::Disown { grant, link });
        }
        self.world.wait(60);
        self.begin(None, Some(wish()));
        self.comes_to_the_page(0);
        if pick.is_multiple_of(2) { self.shows_a_code(0) } else { self.shows_a_key(0) }
    }

    fn fetches(&mut self, pick: u8) {
        let Some((pending, reference)) = pick_of(&self.brought, pick) else { return };
        // Now and then with another sign-in's token.
        let shown = if pick < 200 { pending } else { pick_of(&self.pending, pick).unwrap_or(pending) };
        let grant = self.world.grant;
        let outcome = self.ask(Command::RedeemConfirmation { grant, pending: shown, reference });
        if let Outcome::Confirmed(_) = outcome {
            assert_eq!(shown, pending, "told to whoever asked");
            assert!(self.fetched.insert(reference), "told twice");
        }
    }

    fn shows_a_code(&mut self, pick: u8) {
        let (Some(phone), Some(pending)) = (self.phone.clone(), pick_of(&self.pending, pick)) else { return };
        let (grant, now) = (self.world.grant, self.world.now);
        let step = now.0 / 30;
        let remember_device = pick.is_multiple_of(3).then(laptop);
        let passcode = phone.at_step(step);
        let shown = phone.step_of(&passcode, now);
        let outcome = self.ask(Command::VerifyCode { grant, pending, passcode, remember_device });
        if let Some((_, remembered)) = self.entered(Some(pending), &outcome) {
            self.is_newer(shown);
            if let Some(device) = remembered {
                self.devices.push(PresentedDevice { id: device.id, token: self.world.fresh.device_token });
            }
        }
        if let Outcome::Owes { duty, .. } = outcome {
            assert_eq!(duty, Duty::NewPassword);
            self.is_newer(shown);
            self.withheld.extend(self.pages.get(&pending));
        }
    }

    fn is_newer(&mut self, shown: Option<u64>) {
        let before = self.newest_step.replace(shown.expect("a code of the phone"));
        assert!(before < self.newest_step, "one code, twice");
    }

    fn guesses(&mut self, pick: u8) {
        let (Some(phone), Some(pending)) = (self.phone.clone(), pick_of(&self.pending, pick)) else { return };
        let (grant, passcode) = (self.world.grant, phone.wrong(self.world.now));
        let outcome = self.ask(Command::VerifyCode { grant, pending, passcode, remember_device: None });
        assert!(self.entered(Some(pending), &outcome).is_none(), "in by a wrong code");
        assert!(!matches!(outcome, Outcome::Owes { .. }), "further by a wrong code");
    }

    fn shows_a_key(&mut self, pick: u8) {
        let (Some(sheet), Some(pending)) = (self.sheet.clone(), pick_of(&self.pending, pick)) else { return };
        let number = usize::from(pick) % 10 + 1;
        let (grant, digest) = (self.world.grant, sheet.key(number));
        let outcome = self.ask(Command::VerifyRecoveryKey { grant, pending, digest });
        let owes = matches!(outcome, Outcome::Owes { .. });
        if self.entered(Some(pending), &outcome).is_some() || owes {
            assert!(self.keys.insert(number), "one key, twice");
        }
        self.withheld.extend(self.pages.get(&pending).filter(|_| owes));
    }

    fn says_that_it_changed(&mut self, pick: u8) {
        let Some(pending) = pick_of(&self.pending, pick) else { return };
        let grant = self.world.grant;
        let before = self.world.member.clone();
        let reference = match pick / 4 % 4 {
            0 => None,
            1 => self.pages.keys().next_back().copied(),
            _ => self.pages.iter().find(|(_, of)| **of == pending).map(|(page, _)| *page),
        };
        let outcome = self.ask(Command::VouchNewPassword { grant, pending, reference });
        let changed = self.world.events.iter().any(|it| matches!(it, Event::PasswordChangeVouched { .. }));
        let owed = before.joined().and_then(|joined| {
            let owing = joined.pending.iter().find(|it| it.token == pending)?;
            Some(owing.duty == Duty::NewPassword)
        });
        assert!(!changed || !self.pages.contains_key(&pending), "a browser's word for the application's");
        assert!(!changed || owed == Some(true), "budgets given back that nobody owed a password for: {outcome:?}");
        if changed {
            let handed = reference.is_some_and(|page| self.pages.get(&page) == Some(&pending));
            assert!(handed || reference.is_none(), "by another sign-in's page");
            assert!(!self.withheld.remove(&pending) || handed, "by what was shown on a page that nobody came from");
            self.devices.clear();
        }
    }

    fn enrols(&mut self, pick: u8) {
        let Some(pending) = pick_of(&self.pending, pick) else { return };
        let (phone, sheet) = (self.world.names.phone(), self.world.names.sheet());
        let (id, started) = self.world.start(pending, &phone);
        if !matches!(started, Outcome::EnrolmentStarted { .. }) {
            return;
        }
        assert!(!self.withheld.contains(&pending), "an app by what nobody handed on");
        let now = self.world.now;
        let shown = phone.shows(now);
        let issued = self.world.confirm(pending, id, shown, &sheet);
        assert!(matches!(issued, Outcome::RecoveryKeysIssued { .. }), "{issued:?}");
        let grant = self.world.grant;
        let done = self.ask(Command::CompleteEnrolment { grant, pending, id, proof: sheet.proof() });
        assert!(self.entered(Some(pending), &done).is_some(), "{done:?}");
        self.newest_step = phone.step_of(&phone.shows(now), now);
        (self.phone, self.sheet) = (Some(phone), Some(sheet));
        (self.keys, self.devices) = (BTreeSet::new(), Vec::new());
    }

    fn knocks_at_our_own_door(&mut self, pick: u8) {
        let grant = self.world.grant;
        let checked = self.world.check_password(PASSWORD, None);
        assert!(matches!(checked, Outcome::SignInRefused | Outcome::Throttled { .. }), "{checked:?}");
        let issued = self.ask(Command::IssuePasswordLink { grant, anyway: true });
        assert!(matches!(issued, Outcome::PasswordLinkHeld | Outcome::LinkRefused), "{issued:?}");
        if let Some(link) = pick_of(&self.links, pick) {
            let verifier = verifier("a password of our own");
            let command = Command::ReplacePasswordByLink { grant, link, verifier, under_kept: None };
            assert_eq!(self.ask(command), Outcome::LinkRefused);
        }
        if let Some(pending) = pick_of(&self.pending, pick) {
            let verifier = verifier("a password of our own");
            let command = Command::ReplacePassword { grant, pending, verifier, under_current: None };
            assert!(matches!(self.ask(command), Outcome::SignInExpired | Outcome::OtherDuty(_)));
        }
    }
}

/// From the newest: 0 is the last one made.
fn pick_of<T: Copy>(all: &[T], pick: u8) -> Option<T> {
    let back = usize::from(pick) % all.len().clamp(1, 4);
    all.iter().rev().nth(back).copied()
}
