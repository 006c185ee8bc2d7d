//! A login that stays theirs: an application of the tenant has checked a password of its own, and asks for the second
//! factor. It is the same factor, judged in the same place and charged to the same lanes as at our own door.

use alloc::vec::Vec;

use super::admission::NotAdmitted;
use super::command::{Fresh, Grant, PresentedDevice};
use super::event::Event;
use super::id::TokenDigest;
use super::outcome::{Confirmed, Outcome};
use super::page::{Hearer, Page, PageWish};
use super::password::Owed;
use super::session::Entrance;
use super::state::{Duty, Factor, Joined, Member, Methods};
use crate::tenant::ModeKind;
use crate::tenant::application::ApplicationId;
use crate::time::Timestamp;

impl Member {
    /// Begins on an application's word about somebody whose login is there. It is worth a password and no more: it
    /// skips nothing, and there has to be a second factor for it to stand beside.
    #[allow(clippy::too_many_arguments, reason = "a decision's whole context, passed in the open")]
    pub(super) fn begin_vouched(
        &mut self,
        grant: &Grant,
        application: ApplicationId,
        device: Option<PresentedDevice>,
        page: Option<PageWish>,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        if grant.mode != ModeKind::Mfa {
            // As with every word: what it says is followed, or refused if she has heard a later one.
            return match self.admit(grant, events) {
                Ok(_) | Err(NotAdmitted::Stranger) => Outcome::OtherMode(grant.mode),
                Err(refusal) => refusal.for_sign_in(),
            };
        }
        // Who has a password here has it at our own door. With two passwords a person would have two budgets: what one
        // that is changed gives back, whoever has the other could guess with.
        if !grant.login_elsewhere {
            return Outcome::PasswordHere;
        }
        if self.is_new_here(grant.generation) {
            // Nobody is replaced on an outdated word.
            if self.has_outdated(grant) {
                return Outcome::StaleGrant;
            }
            // She was invited and brings an authenticator along: whoever vouches for her makes the next generation of the
            // one that it waited for. It was not offered to anybody else in between.
            let brought = self.sealed_as(grant.generation).and_then(|invited| self.brought_along(invited));
            self.take_in(grant.generation, grant.epoch, None, events);
            if let (Some(expected), Some(joined)) = (brought, self.joined_mut()) {
                joined.bind_imported(expected);
            }
        }
        match self.admit_local(grant, events) {
            Ok(joined) => joined.owe_vouched(grant, application, device, page, fresh, now, events),
            Err(refusal) => refusal.for_sign_in(),
        }
    }
}

impl Joined {
    #[allow(clippy::too_many_arguments, reason = "a decision's whole context, passed in the open")]
    fn owe_vouched(
        &mut self,
        grant: &Grant,
        application: ApplicationId,
        device: Option<PresentedDevice>,
        page: Option<PageWish>,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let duty = match &self.factor {
            Factor::Bound(_) => Duty::Code,
            Factor::None if self.password_burnt || self.is_guessed_out(now) => Duty::NewPassword,
            Factor::None => Duty::Enrol,
        };
        let remembered = device.and_then(|device| self.use_device(&device, fresh, now, events));
        let methods = Methods::default();
        if let Some(device) = remembered.filter(|_| duty == Duty::Code && !self.password_burnt) {
            let methods = Methods { device: true, ..methods };
            let entrance = Entrance { device: Some(device), ..Entrance::by(methods, None) };
            return self.let_in(grant, Hearer::Application(application), entrance, fresh, now, events);
        }
        let page = page.map(|wish| Page::ahead(wish, fresh));
        self.owe(Owed { duty, methods, proven: None, voucher: Some(application), page }, fresh, now, events)
    }

    /// She has another password at the application's login now, says that. It ends what was got with the old one and
    /// clears the budgets, which count what may be guessed with one password, exactly where a new one of ours does.
    pub(super) fn vouch_new_password(
        &mut self,
        grant: &Grant,
        pending: &TokenDigest,
        reference: Option<&TokenDigest>,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let owing = self.find_pending_that_owes(pending, Duty::NewPassword);
        let mut current = match owing.map(|position| self.pending.get(position).cloned()) {
            Ok(Some(current)) => current,
            Ok(None) => return Outcome::SignInExpired,
            Err(outcome) => return outcome,
        };
        // The application says that, never the browser that she was sent to our page with.
        let Some(application) = current.voucher.filter(|_| current.token.matches(pending)) else {
            return Outcome::SignInExpired;
        };
        if !current.is_handed_on(reference) {
            return Outcome::SignInExpired;
        }
        let methods = current.methods;
        let is_paid = methods.code || methods.recovery_key || self.must_enrol(grant);
        if !is_paid {
            return Outcome::SignInExpired;
        }
        self.password_burnt = false;
        self.links.clear();
        self.devices.clear();
        self.forget_sign_ins();
        self.forget_guesses();
        self.end_sessions();
        events.push(Event::PasswordChangeVouched { application });
        if methods.code || !(self.is_locked() || self.must_enrol(grant)) {
            let hearer = Hearer::Application(application);
            return self.let_in(grant, hearer, Entrance::by(methods, None), fresh, now, events);
        }
        // From here on either token may enrol: with what was given on the page handed on, both are of one browser.
        current.duty = Duty::Enrol;
        let expires_at = current.expires_at;
        self.pending.push(current);
        Outcome::Owes { duty: Duty::Enrol, expires_at, authenticator_locked: false, recovery: None }
    }

    /// The end of every sign-in: a session, or a word to the application that vouched. Never both.
    pub(super) fn let_in(
        &mut self,
        grant: &Grant,
        hearer: Hearer,
        entrance: Entrance,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let application = match &hearer {
            Hearer::OurDoor => return self.sign_in(grant, entrance, fresh, now, events),
            Hearer::Application(application) | Hearer::Page { application, .. } => *application,
        };
        let Entrance { methods, device, recovery, .. } = entrance;
        self.last_sign_in_at = Some(now);
        events.push(Event::Confirmed { application, methods });
        let (id, generation) = (fresh.session, self.generation);
        let confirmed = Confirmed { id, application, generation, at: now, said_at: now, methods, device, recovery };
        match hearer {
            Hearer::Page { pending, wish, .. } => self.leave_confirmation(pending, wish, confirmed, fresh, now),
            Hearer::OurDoor | Hearer::Application(_) => Outcome::Confirmed(confirmed),
        }
    }
}
