//! Invitation accepted, password checked, sign-in begun.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::command::{Fresh, Grant, KnownBrowser, PresentedDevice};
use super::event::Event;
use super::id::Generation;
use super::outcome::Outcome;
use super::page::Page;
use super::refusal;
use super::session::Entrance;
use super::state::{Bearer, Duty, Factor, Joined, Member, Methods, PasswordVerifier, PendingSignIn};
use super::step_up::{Proven, ProvenBy};
use crate::policy;
use crate::tenant::application::ApplicationId;
use crate::tenant::{Epoch, ModeKind};
use crate::throttle::Lane;
use crate::time::Timestamp;

/// What a pending sign-in begins with.
pub(super) struct Owed {
    pub(super) duty: Duty,
    pub(super) methods: Methods,
    /// What was given already that counts as a step-up.
    pub(super) proven: Option<Proven>,
    /// On whose word, if not on a password of ours.
    pub(super) voucher: Option<ApplicationId>,
    /// The page of ours that she is sent to for it.
    pub(super) page: Option<Page>,
}

impl Member {
    /// A later generation replaces an earlier one whole: who is invited again inherits nothing (G12).
    /// The first to join a generation is its bearer; nobody can choose another password with the same invitation.
    pub(super) fn join(
        &mut self,
        generation: Generation,
        epoch: Epoch,
        verifier: PasswordVerifier,
        events: &mut Vec<Event>,
    ) -> Outcome {
        if !self.is_new_here(generation) {
            return Outcome::AlreadyJoined;
        }
        let brought = self.brought_along(generation);
        self.take_in(generation, epoch, Some(verifier), events);
        if let (Some(expected), Some(joined)) = (brought, self.joined_mut()) {
            joined.bind_imported(expected);
        }
        Outcome::Joined
    }

    /// Whether nobody of this generation, or of a later one, has ever been here.
    pub(super) fn is_new_here(&self, generation: Generation) -> bool {
        if matches!(&self.bearer, Bearer::Expected(expected) if expected.generation > generation) {
            return false;
        }
        self.standing().is_none_or(|(known, _)| known < generation)
    }

    /// Makes somebody new the bearer of the name, as of `epoch`.
    pub(super) fn take_in(
        &mut self,
        generation: Generation,
        epoch: Epoch,
        password: Option<PasswordVerifier>,
        events: &mut Vec<Event>,
    ) {
        let before = core::mem::take(&mut self.bearer);
        self.bearer = Bearer::Joined(Box::new(Joined::new(generation, epoch, password, before)));
        self.strangers = Lane::default();
        events.push(Event::Joined);
    }

    /// Judges a password. A name that nobody bears, and a person without a password, go the same way, through the same
    /// lane, to the same refusal.
    pub(super) fn check_password(
        &mut self,
        scheme: &str,
        output: &[u8; 32],
        device: Option<PresentedDevice>,
        browser: Option<KnownBrowser>,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let bearer = self.joined().and_then(|joined| {
            joined.password.as_ref().map(|kept| (kept.clone(), joined.password_version, joined.generation))
        });
        if let Some((kept, ..)) = bearer.as_ref().filter(|(kept, ..)| kept.scheme != scheme) {
            return Outcome::OtherScheme(kept.scheme.clone());
        }
        let known = match &mut self.bearer {
            Bearer::Joined(joined) => joined.own_lane(device, browser),
            Bearer::Nobody | Bearer::Expected(_) | Bearer::Left(_) => None,
        };
        let known_device = known.is_some();
        let lane = match known {
            Some(lane) => lane,
            None => &mut self.strangers,
        };
        if let Some(refused) = refusal(lane.admission(&policy::PASSWORD_LANE, now)) {
            return refused;
        }
        let before = lane.clone();
        lane.charge(&policy::PASSWORD_LANE, now);
        let consecutive = lane.consecutive();
        match bearer {
            Some((kept, version, generation)) if kept.matches(output) => {
                *lane = before;
                lane.succeed();
                self.forget_browsers_without_failures();
                Outcome::PasswordRight { generation, version }
            }
            Some(_) => {
                events.push(Event::PasswordRefused { consecutive, known_device });
                Outcome::SignInRefused
            }
            // Nobody's name: nothing to compare and nobody to tell. What a stranger can see is the same.
            None => Outcome::SignInRefused,
        }
    }

    /// Keeps the same password under a newer scheme. It is as long as it was, and its version stays: nothing that was
    /// judged becomes stale.
    pub(super) fn renew_password(&mut self, scheme: String, output: [u8; 32]) {
        if let Some(kept) = self.joined_mut().and_then(|joined| joined.password.as_mut()) {
            (kept.scheme, kept.output) = (scheme, output);
        }
    }
}

impl Joined {
    /// The bearer of a new generation. From the one before she takes over only what protects: the newest epoch seen,
    /// the numbering of passwords (so that nothing judged under an older one goes on) and what edges must be told.
    fn new(generation: Generation, epoch: Epoch, password: Option<PasswordVerifier>, before: Bearer) -> Joined {
        let before = match before {
            Bearer::Nobody => None,
            Bearer::Expected(expected) => Some(expected.before),
            Bearer::Joined(before) => Some(before.depart()),
            Bearer::Left(departed) => Some(departed),
        };
        let (seen, version, revoked) =
            before.map(|before| (before.epoch, before.password_version, before.revoked)).unwrap_or_default();
        Joined {
            generation,
            epoch: seen.max(epoch),
            orders: Default::default(),
            restored_at: Timestamp::default(),
            password,
            password_version: version.saturating_add(1),
            password_burnt: false,
            links: Vec::new(),
            factor: Factor::None,
            codes: Lane::default(),
            recovery_keys: Lane::default(),
            enrolment: None,
            set_up: None,
            renewal: None,
            older_set: None,
            pending: Vec::new(),
            devices: Vec::new(),
            browsers: Vec::new(),
            sessions: Vec::new(),
            revoked,
            authorizations: Vec::new(),
            confirmations: Vec::new(),
            reliances: Vec::new(),
            newest_set: 0,
            last_sign_in_at: None,
            wiped: None,
        }
    }

    /// After a right password: in, or what is still owed.
    pub(super) fn begin_sign_in(
        &mut self,
        grant: &Grant,
        password_version: u32,
        device: Option<PresentedDevice>,
        fresh: &Fresh,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        if self.password.is_none() || self.password_version != password_version {
            return Outcome::SignInRefused;
        }
        let methods = Methods { password: true, ..Methods::default() };
        let duty = match (grant.mode, &self.factor) {
            (ModeKind::Mfa, Factor::Bound(_)) => Some(Duty::Code),
            // Whoever knows it must not be the one to choose the next: with nothing else to show, that takes the mail.
            (ModeKind::Mfa | ModeKind::Password, _) if self.password_burnt => return Outcome::PasswordBurnt,
            // Reset out of the lock: this password has been guessed with as often as one may, so a new authenticator
            // would take no code for weeks.
            (ModeKind::Mfa, Factor::None) if self.is_guessed_out(now) => Some(Duty::NewPassword),
            (ModeKind::Mfa, Factor::None) => Some(Duty::Enrol),
            // Chosen when a code stood beside it; now there is none.
            (ModeKind::Password, _) if self.has_short_password() => Some(Duty::NewPassword),
            (ModeKind::Password | ModeKind::External, _) => None,
        };
        // Asked whatever the duty is: a token that was replaced gives its thief away in any case.
        let remembered = device.and_then(|device| self.use_device(&device, fresh, now, events));
        let proven = Some(Proven { at: now, by: ProvenBy::Password });
        let Some(duty) = duty else {
            return self.sign_in(grant, Entrance::by(methods, proven), fresh, now, events);
        };
        if let Some(device) = remembered.filter(|_| duty == Duty::Code && !self.password_burnt) {
            let methods = Methods { device: true, ..methods };
            let entrance = Entrance { device: Some(device), ..Entrance::by(methods, None) };
            return self.sign_in(grant, entrance, fresh, now, events);
        }
        let proven = proven.filter(|_| grant.mode == ModeKind::Password);
        self.owe(Owed { duty, methods, proven, voucher: None, page: None }, fresh, now, events)
    }

    /// Begins a pending sign-in.
    pub(super) fn owe(&mut self, owed: Owed, fresh: &Fresh, now: Timestamp, events: &mut Vec<Event>) -> Outcome {
        let Owed { duty, methods, proven, voucher, page } = owed;
        let expires_at = now.saturating_add(policy::PENDING_SIGN_IN);
        let pushes_out = self.add_pending(PendingSignIn {
            token: fresh.pending,
            created_at: now,
            expires_at,
            duty,
            methods,
            proven,
            failures: Vec::new(),
            refusals: 0,
            voucher,
            page,
        });
        if pushes_out && !self.has_burnt_link() {
            events.push(Event::PasswordBurnt);
            self.leave_burnt_link(fresh, now);
        }
        let authenticator_locked = self.is_locked() || self.is_guessed_out(now);
        Outcome::Owes { duty, expires_at, authenticator_locked, recovery: None }
    }

    /// Whether no code can be tried with this password any more.
    pub(super) fn is_guessed_out(&self, now: Timestamp) -> bool {
        self.codes.is_spent(&policy::CODE_LANE, now)
    }
}
