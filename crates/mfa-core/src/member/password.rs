//! Invitation accepted, password checked, sign-in begun, password replaced.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::command::{Duty, Fresh, Grant, Outcome, PresentedDevice};
use super::event::Event;
use super::id::{Generation, TokenDigest};
use super::refusal;
use super::state::{Factor, Joined, Member, Methods, PasswordVerifier, PendingSignIn};
use crate::policy;
use crate::tenant::ModeKind;
use crate::throttle::Lane;
use crate::time::Timestamp;

impl Member {
    /// A later generation replaces an earlier one whole: who is invited again inherits nothing (G12).
    /// The first to join a generation is its bearer; nobody can choose another password with the same invitation.
    pub(super) fn join(
        &mut self,
        generation: Generation,
        verifier: PasswordVerifier,
        events: &mut Vec<Event>,
    ) -> Outcome {
        if self.joined.as_deref().is_some_and(|joined| joined.generation >= generation) {
            return Outcome::AlreadyJoined;
        }
        let before = self.joined.take().map(|mut before| {
            before.end_sessions();
            before
        });
        self.joined = Some(Joined::new(generation, verifier, before));
        self.strangers = Lane::default();
        events.push(Event::Joined);
        Outcome::Joined
    }

    /// Judges a password. A name that nobody bears goes the same way, through the same lane, to the same refusal.
    pub(super) fn check_password(
        &mut self,
        scheme: String,
        output: &[u8; 32],
        device: Option<PresentedDevice>,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Outcome {
        if let Some(joined) = self.joined.as_deref()
            && joined.password.scheme != scheme
        {
            return Outcome::OtherScheme(joined.password.scheme.clone());
        }
        let bearer = self.joined.as_deref().map(|joined| (joined.password.clone(), joined.generation));
        let known = device.and_then(|device| self.device_lane(&device));
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
            Some((password, generation)) if password.matches(output) => {
                *lane = before;
                lane.succeed();
                Outcome::PasswordRight { generation, version: password.version }
            }
            Some(_) => {
                events.push(Event::PasswordRefused { consecutive, known_device });
                Outcome::SignInRefused
            }
            // Nobody's name: nothing to compare and nobody to tell. What a stranger can see is the same.
            None => Outcome::SignInRefused,
        }
    }

    /// Keeps the same password under a newer scheme. Its version stays: nothing that was judged becomes stale.
    pub(super) fn renew_password(&mut self, scheme: String, output: [u8; 32]) {
        if let Some(joined) = self.joined.as_deref_mut() {
            joined.password.scheme = scheme;
            joined.password.output = output;
        }
    }

    /// The password lane of a device that presents its present token.
    fn device_lane(&mut self, presented: &PresentedDevice) -> Option<&mut Lane> {
        let joined: &mut Joined = Box::as_mut(self.joined.as_mut()?);
        let device = joined.devices.iter_mut().find(|device| device.id == presented.id)?;
        device.token.matches(&presented.token).then_some(&mut device.passwords)
    }
}

impl Joined {
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
        if self.password.version != password_version {
            return Outcome::SignInRefused;
        }
        let methods = Methods { password: true, ..Methods::default() };
        if grant.mode == ModeKind::Password {
            return self.sign_in(grant, methods, None, None, fresh, now, events);
        }
        let (duty, locked) = match &self.factor {
            Factor::None => (Duty::Enrol, false),
            Factor::Bound(authenticator) => (Duty::Code, authenticator.locked_at.is_some()),
        };
        // Asked whatever the duty is: a token that was replaced gives its thief away in any case.
        let remembered = device.and_then(|device| self.use_device(&device, fresh, now, events));
        if duty == Duty::Code
            && let Some(device) = remembered
        {
            let methods = Methods { device: true, ..methods };
            return self.sign_in(grant, methods, Some(device), None, fresh, now, events);
        }
        let expires_at = now.saturating_add(policy::PENDING_SIGN_IN);
        self.add_pending(PendingSignIn {
            token: fresh.pending,
            created_at: now,
            expires_at,
            duty,
            methods,
            failures: Vec::new(),
        });
        Outcome::Owes { duty, expires_at, authenticator_locked: locked, recovery: None }
    }

    /// A new password clears the budgets, because they count what may be guessed with the old one; it ends everything
    /// that was got with the old one, except the pending sign-in that replaces it.
    pub(super) fn replace_password(
        &mut self,
        pending: &TokenDigest,
        scheme: String,
        output: [u8; 32],
        under_current: Option<[u8; 32]>,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let Some(mut current) = self.pending_mut(pending).map(|pending| pending.clone()) else {
            return Outcome::SignInExpired;
        };
        if current.duty != Duty::NewPassword {
            return Outcome::OtherDuty(current.duty);
        }
        // What somebody else knows stays known, however it is hashed.
        let comparable = if scheme == self.password.scheme { Some(output) } else { under_current };
        let Some(comparable) = comparable else {
            return Outcome::OtherScheme(self.password.scheme.clone());
        };
        if self.password.matches(&comparable) {
            return Outcome::PasswordUnchanged;
        }
        current.duty = Duty::Enrol;
        let expires_at = current.expires_at;
        let version = self.password.version.saturating_add(1);
        self.password = PasswordVerifier { scheme, output, version };
        self.codes = Lane::default();
        self.recovery_keys = Lane::default();
        self.end_sessions();
        self.devices.clear();
        self.pending = alloc::vec![current];
        events.push(Event::PasswordReplaced);
        Outcome::Owes { duty: Duty::Enrol, expires_at, authenticator_locked: false, recovery: None }
    }
}
