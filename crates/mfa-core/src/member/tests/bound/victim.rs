//! The life of a member, as far as her second factor goes.

use std::string::String;
use std::vec::Vec;

use super::habits::{Habits, WayOut};
use super::ledger::MONTH;
use super::run::between;
use crate::member::tests::people::{Names, Phone, Sheet};
use crate::member::tests::world::{HOUR, World, laptop};
use crate::member::{Command, Duty, Outcome, PresentedDevice, SessionId, TokenDigest};
use crate::passcode::Passcode;
use crate::policy::CODE_LANE;
use crate::time::Timestamp;

pub(super) struct Victim {
    habits: &'static Habits,
    dice: Names,
    /// When she does something again.
    pub(super) next: Timestamp,
    pub(super) phone: Phone,
    sheet: Sheet,
    /// Keys used of that sheet.
    used: usize,
    device: Option<PresentedDevice>,
    /// The one that came with the notice that she heeded.
    link: Option<TokenDigest>,
    /// What somebody who looks over her shoulder, or into her browser, has of her.
    pub(super) session: Option<SessionId>,
    pub(super) last_code: Option<Passcode>,
    pub(super) last_signed_in: Timestamp,
    /// What she did.
    pub(super) lived: u32,
    pub(super) signed_in: u32,
    pub(super) enrolled: u32,
    pub(super) passwords: u32,
}

impl Victim {
    /// Enrolled an hour ago.
    pub(super) fn new(habits: &'static Habits, seed: u64) -> (Victim, World) {
        let mut world = if habits.is_elsewhere() { World::vacant() } else { World::joined() };
        world.names = Names(seed.wrapping_add(1));
        world.grant.login_elsewhere = habits.is_elsewhere();
        let (phone, sheet) = if habits.is_elsewhere() {
            let pending = world.vouched();
            let (phone, sheet) = (world.names.phone(), world.names.sheet());
            world.enrol_vouched(pending, &phone, &sheet);
            (phone, sheet)
        } else {
            let pending = world.begin();
            world.enrol(pending)
        };
        world.wait(HOUR);
        let dice = Names(seed.wrapping_mul(31));
        let (next, last_signed_in) = (world.now, world.now);
        let mut victim = Victim {
            habits,
            dice,
            next,
            phone,
            sheet,
            used: 0,
            device: None,
            link: None,
            session: None,
            last_code: None,
            last_signed_in,
            lived: 0,
            signed_in: 0,
            enrolled: 0,
            passwords: 0,
        };
        victim.next = Timestamp(next.0 + victim.pause());
        (victim, world)
    }

    /// One thing that she does; sets when she does the next.
    pub(super) fn live(&mut self, world: &mut World, notices: &mut Vec<TokenDigest>) {
        self.next = Timestamp(world.now.0 + self.pause());
        self.lived += 1;
        let noticed = core::mem::take(notices).pop();
        if let Some(link) = self.link.take() {
            self.takes_a_password_by_link(world, link);
        } else if self.habits.heeds_notices
            && let Some(link) = noticed
        {
            return self.says_it_was_not_her(world, link);
        }
        if self.comes_round(self.habits.ordered) && self.minds_no_reset(world) {
            self.is_reset(world);
        }
        let device = self.device.filter(|_| between(&mut self.dice, 1, 100) <= self.habits.by_device);
        let begun = world.try_begin(device);
        let pending = world.fresh.pending;
        // What is left of a device that was not enough is nothing.
        self.device = self.device.filter(|_| device.is_none());
        match begun {
            Outcome::SignedIn(ref entered) => {
                self.device = world.device_held(&begun);
                self.is_in(entered.session, world.now);
            }
            Outcome::Owes { duty: Duty::Code, authenticator_locked: true, .. } => self.gets_out(world, pending),
            Outcome::Owes { duty: Duty::Code, .. } => self.shows_a_code(world, pending),
            Outcome::Owes { duty: Duty::Enrol, .. } => self.enrols(world, pending),
            Outcome::Owes { duty: Duty::NewPassword, .. } => self.takes_another_password(world, pending),
            Outcome::Throttled { until: Some(until) } => self.next = until,
            Outcome::PasswordBurnt => {}
            other => panic!("{other:?}"),
        }
    }

    fn shows_a_code(&mut self, world: &mut World, pending: TokenDigest) {
        if between(&mut self.dice, 1, 100) <= self.habits.by_key {
            return self.shows_a_key(world, pending);
        }
        let mut slips = 0;
        while slips < 3 && between(&mut self.dice, 1, 100) <= self.habits.mistyped {
            slips += 1;
            world.code(pending, self.phone.wrong(world.now));
            world.wait(between(&mut self.dice, 2, 20));
        }
        for _ in 0..2 {
            let passcode = self.phone.shows(world.now);
            let remember_device = (self.habits.by_device > 0 && self.device.is_none()).then(laptop);
            let command =
                Command::VerifyCode { grant: world.grant, pending, passcode: passcode.clone(), remember_device };
            let outcome = world.ask(command);
            match outcome {
                Outcome::SignedIn(ref entered) => {
                    self.last_code = Some(passcode);
                    self.device = world.device_held(&outcome).or(self.device);
                    self.is_in(entered.session, world.now);
                    return self.does_her_chores(world, entered.session);
                }
                Outcome::Owes { duty: Duty::NewPassword, .. } => return self.takes_another_password(world, pending),
                // That one she has shown before.
                Outcome::CodeRefused => world.wait(30),
                Outcome::AuthenticatorLocked => return self.gets_out(world, pending),
                Outcome::Throttled { until: Some(until) } => {
                    self.next = Timestamp(until.0 + between(&mut self.dice, 0, 60));
                    return;
                }
                Outcome::SignInExpired => break,
                other => panic!("{other:?}"),
            }
        }
        self.next = Timestamp(world.now.0 + 60);
    }

    fn shows_a_key(&mut self, world: &mut World, pending: TokenDigest) {
        self.used += 1;
        match world.recovery_key(pending, self.sheet.key(self.used)) {
            Outcome::SignedIn(entered) => {
                self.is_in(entered.session, world.now);
                self.does_her_chores(world, entered.session);
            }
            Outcome::Owes { duty: Duty::NewPassword, .. } => self.takes_another_password(world, pending),
            Outcome::Throttled { until: Some(until) } => {
                self.used -= 1;
                self.next = until;
            }
            other => panic!("{other:?}"),
        }
    }

    /// What one does who has just proven who she is.
    fn does_her_chores(&mut self, world: &mut World, session: SessionId) {
        if self.used >= 7 {
            let sheet = world.names.sheet();
            world.start_keys(session, &sheet);
            world.complete_keys(session, sheet.proof());
            (self.sheet, self.used) = (sheet, 0);
        }
        if self.comes_round(self.habits.changes) {
            let (current, new) = (world.password.clone(), self.new_password());
            assert_eq!(world.change_password(session, &current, &new), Outcome::PasswordChanged);
        }
        if self.comes_round(self.habits.resets) && self.minds_no_reset(world) {
            assert_eq!(world.reset_own(session), Outcome::MfaReset);
            self.begins_anew(world);
        }
    }

    fn gets_out(&mut self, world: &mut World, pending: TokenDigest) {
        match self.habits.way_out {
            WayOut::RecoveryKey => self.shows_a_key(world, pending),
            WayOut::KeepsThePassword => {
                let lane = world.inside().codes.clone();
                if lane.is_spent(&CODE_LANE, world.now) {
                    let frees = lane.budgeted[0].saturating_add(MONTH);
                    self.next = self.next.min(frees).max(Timestamp(world.now.0 + 1));
                } else {
                    self.is_reset(world);
                    self.begins_anew(world);
                }
            }
            WayOut::None => {}
        }
    }

    /// A reset with the budget spent would cost her the password.
    fn minds_no_reset(&self, world: &World) -> bool {
        self.habits.way_out != WayOut::KeepsThePassword || !world.inside().codes.is_spent(&CODE_LANE, world.now)
    }

    /// By an administrator; it takes hold at once.
    fn is_reset(&mut self, world: &mut World) {
        world.grant.orders.resets += 1;
        world.follow();
    }

    fn begins_anew(&mut self, world: &mut World) {
        let begun = world.try_begin(None);
        let pending = world.fresh.pending;
        match begun {
            Outcome::Owes { duty: Duty::Enrol, .. } => self.enrols(world, pending),
            Outcome::Owes { duty: Duty::NewPassword, .. } => self.takes_another_password(world, pending),
            other => panic!("{other:?}"),
        }
    }

    fn enrols(&mut self, world: &mut World, pending: TokenDigest) {
        let (phone, sheet) = (world.names.phone(), world.names.sheet());
        let entered = world.enrol_with(pending, &phone, &sheet);
        (self.phone, self.sheet, self.used) = (phone, sheet, 0);
        self.enrolled += 1;
        self.is_in(entered.session, world.now);
    }

    fn takes_another_password(&mut self, world: &mut World, pending: TokenDigest) {
        // She would rather keep the one she knows.
        let same = world.password.clone();
        let mut replaced = world.replace_password(pending, &same);
        if replaced == Outcome::PasswordUnchanged {
            let new = self.new_password();
            replaced = world.replace_password(pending, &new);
        }
        match replaced {
            Outcome::SignedIn(entered) => self.is_in(entered.session, world.now),
            Outcome::Owes { duty: Duty::Enrol, .. } => self.enrols(world, pending),
            other => panic!("{other:?}"),
        }
    }

    /// At once; a new password she takes the next time that she sits down to it.
    fn says_it_was_not_her(&mut self, world: &mut World, link: TokenDigest) {
        if world.disown(link) == Outcome::Disowned {
            self.link = Some(link);
        }
    }

    fn takes_a_password_by_link(&mut self, world: &mut World, link: TokenDigest) {
        if world.preview(link) != Outcome::LinkRefused {
            let new = self.new_password();
            assert_eq!(world.replace_by_link(link, &new), Outcome::PasswordChanged);
        }
    }

    fn new_password(&mut self) -> String {
        self.passwords += 1;
        std::format!("her long password number {}", self.passwords)
    }

    fn is_in(&mut self, session: SessionId, now: Timestamp) {
        self.session = Some(session);
        self.last_signed_in = now;
        self.signed_in += 1;
    }

    /// Whether something falls due that she does every so many days.
    fn comes_round(&mut self, days: u64) -> bool {
        let (least, most) = self.habits.hours;
        let acts = days * 48 / (least + most);
        days > 0 && between(&mut self.dice, 1, acts.max(1)) == 1
    }

    fn pause(&mut self) -> u64 {
        let (least, most) = self.habits.hours;
        between(&mut self.dice, least * HOUR, most * HOUR)
    }
}
