//! The state of the whole, and what can happen in it.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::string::{String, ToString};
use std::vec::Vec;

use super::super::people::{Phone, hashed, verifier};
use super::super::shell::{open_of, seal};
use super::super::world::{NOON, PASSWORD, SCHEME};
use super::names::{Handout, Origin, keys, proof};
use crate::member::state::{EnrolmentStage, Factor, Joined, SetUpStage};
use crate::member::{Command, Duty, Generation, Grant, GuardedSecret, Member, Outcome, SessionId, decide};
use crate::tenant::directory::Orders;
use crate::tenant::{self, Epoch, Mode, ModeKind, Tenant, WrappedDataKey};

/// Long enough beside a code, too short alone.
pub(super) const SHORT: &str = "9 letters";

/// How small the world is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    pub(super) people: usize,
    /// Epochs given out at the most.
    pub(super) epochs: u64,
    /// Live sessions that somebody has at the most.
    pub(super) sessions: usize,
}

/// What happens. Of a member: which, and which of the words that the tenant ever said to her arrives with it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    Prepare(usize),
    SwitchOn(usize, Epoch),
    SwitchOff,
    UseExternal,
    UseLocal,
    OrderReset(usize),
    OrderSignOut(usize),
    Remove(usize),
    Reinvite(usize),
    /// An acceptance, in that epoch of the tenant, arrives.
    Join(usize, Generation, Epoch),
    SignIn(usize, usize),
    /// A long password: owed at a sign-in.
    Lengthen(usize, usize),
    /// A short password: chosen in a session, whatever the mode.
    Shorten(usize, usize),
    Code(usize, usize),
    EnrolHalf(usize, usize),
    EnrolRest(usize, usize),
    SetUpHalf(usize, usize, Epoch),
    Ready(usize, usize, Epoch),
    Adopt(usize, usize, Epoch),
    External(usize, usize),
    Follow(usize, usize),
    Leave(usize),
}

#[derive(Clone)]
pub(super) struct Scene {
    scope: Scope,
    pub(super) tenant: Tenant,
    pub(super) people: Vec<Person>,
    /// Which mode each epoch was; never two.
    pub(super) modes: Vec<(Epoch, ModeKind)>,
    /// Which set-ups became the tenant's: whose, and their epoch.
    pub(super) committed: BTreeSet<(usize, Epoch)>,
    /// The answer of the member that was asked last.
    pub(super) outcome: Option<Outcome>,
}

#[derive(Clone)]
pub(super) struct Person {
    pub(super) member: Member,
    pub(super) generation: Generation,
    pub(super) orders: Orders,
    /// Whether she belongs; the tenant gives no word on somebody removed.
    pub(super) belongs: bool,
    /// Generations whose removal was carried out.
    pub(super) left: Generation,
    /// Every word the tenant said to her that may still be under way.
    pub(super) words: Vec<Grant>,
    /// Bearers and epochs in which an invitation could be accepted; the acceptance arrives at any time after.
    accepted: BTreeSet<(u32, Epoch)>,
    /// The password, and the tenant's epoch when it was chosen, by our own account.
    pub(super) password: &'static str,
    pub(super) chosen: Epoch,
    /// Epochs that were set aside for her, and those of them that her record has called ready.
    prepared: BTreeSet<Epoch>,
    ready: BTreeSet<Epoch>,
}

impl Scene {
    /// A tenant of passwords whose members have joined.
    pub(super) fn of_passwords(scope: Scope) -> Scene {
        let tenant = Tenant::new(Mode::Password, NOON);
        let person = Person {
            member: Member::vacant(),
            generation: Generation(1),
            orders: Orders::default(),
            belongs: true,
            left: Generation(0),
            words: Vec::new(),
            accepted: BTreeSet::new(),
            password: PASSWORD,
            chosen: Epoch::FIRST,
            prepared: BTreeSet::new(),
            ready: BTreeSet::new(),
        };
        let modes = Vec::from([(tenant.epoch, ModeKind::Password)]);
        let people = std::vec![person; scope.people];
        let mut scene = Scene { scope, tenant, people, modes, committed: BTreeSet::new(), outcome: None };
        for who in 0..scene.people.len() {
            let join = Command::Join { generation: Generation(1), epoch: Epoch::FIRST, verifier: verifier(PASSWORD) };
            scene.ask(who, join, 0, None);
        }
        scene.speak();
        scene
    }

    /// Everything that can happen next.
    pub(super) fn acts(&self) -> Vec<Act> {
        let mut acts = Vec::from([Act::SwitchOff, Act::UseExternal, Act::UseLocal]);
        if self.tenant.next_epoch().0 > self.scope.epochs {
            acts.clear();
        }
        for (who, person) in self.people.iter().enumerate() {
            self.acts_of_tenant(who, person, &mut acts);
            for word in 0..person.words.len() {
                acts.extend([Act::SignIn(who, word), Act::Code(who, word), Act::Follow(who, word)]);
                acts.extend([Act::Lengthen(who, word), Act::Shorten(who, word)]);
                acts.extend([Act::EnrolHalf(who, word), Act::EnrolRest(who, word), Act::External(who, word)]);
                for epoch in &person.prepared {
                    acts.extend([Act::SetUpHalf(who, word, *epoch), Act::Ready(who, word, *epoch)]);
                    acts.push(Act::Adopt(who, word, *epoch));
                }
            }
        }
        acts
    }

    fn acts_of_tenant(&self, who: usize, person: &Person, acts: &mut Vec<Act>) {
        if self.tenant.next_epoch().0 <= self.scope.epochs && person.belongs {
            acts.push(Act::Prepare(who));
        }
        // The tenant is told that a set-up is ready by the one whose record said so, any time after.
        acts.extend(person.ready.iter().map(|epoch| Act::SwitchOn(who, *epoch)));
        if person.orders.resets == 0 {
            acts.push(Act::OrderReset(who));
        }
        if person.orders.sign_outs == 0 {
            acts.push(Act::OrderSignOut(who));
        }
        let known = (1..=person.generation.0).map(Generation).filter(|generation| !person.is_new(*generation));
        acts.extend(known.map(|generation| Act::Join(who, generation, Epoch::FIRST)));
        acts.extend(person.acceptances().map(|(generation, epoch)| Act::Join(who, Generation(generation), epoch)));
        match person.belongs {
            true => acts.push(Act::Remove(who)),
            false if person.generation.0 < 2 => acts.push(Act::Reinvite(who)),
            false => {}
        }
        if !person.belongs || person.generation.0 > 1 {
            acts.push(Act::Leave(who));
        }
    }

    /// What becomes of it.
    pub(super) fn after(&self, act: Act) -> Scene {
        let mut scene = self.clone();
        scene.outcome = None;
        match act {
            Act::Prepare(who) => {
                let (by, data_key) = (name(who), WrappedDataKey(String::new()));
                let asked = scene.ask_tenant(tenant::Command::Prepare { by, data_key });
                if let tenant::Outcome::Prepared(epoch) = asked {
                    scene.people[who].prepared.insert(epoch);
                }
            }
            Act::SwitchOn(who, epoch) => {
                let asked = scene.ask_tenant(tenant::Command::SwitchOn { by: name(who), epoch });
                if asked == tenant::Outcome::Changed {
                    scene.committed.insert((who, epoch));
                }
            }
            Act::SwitchOff => {
                scene.ask_tenant(tenant::Command::SwitchOff);
            }
            Act::UseExternal => {
                scene.ask_tenant(tenant::Command::UseExternal);
            }
            Act::UseLocal => {
                scene.ask_tenant(tenant::Command::UseLocal);
            }
            Act::OrderReset(who) => scene.people[who].orders.resets += 1,
            Act::OrderSignOut(who) => scene.people[who].orders.sign_outs += 1,
            Act::Remove(who) => scene.people[who].belongs = false,
            Act::Reinvite(who) => {
                let person = &mut scene.people[who];
                person.generation = person.generation.next();
                (person.orders, person.belongs) = (Orders::default(), true);
                person.prepared.clear();
                person.ready.clear();
            }
            Act::Leave(who) => {
                let person = &scene.people[who];
                let removed = if person.belongs { Generation(person.generation.0 - 1) } else { person.generation };
                scene.ask(who, Command::Leave { generation: removed }, 0, None);
                scene.people[who].left = removed;
            }
            Act::Join(who, generation, epoch) => {
                // With MFA a short one may be chosen; what stands beside it may be gone when the acceptance arrives.
                let password = if scene.mode_of(epoch) == Some(ModeKind::Mfa) { SHORT } else { PASSWORD };
                let join = Command::Join { generation, epoch, verifier: verifier(password) };
                scene.ask(who, join, 0, None);
                scene.notes_password(who, password, epoch);
            }
            Act::SignIn(who, word)
            | Act::Lengthen(who, word)
            | Act::Shorten(who, word)
            | Act::Code(who, word)
            | Act::EnrolHalf(who, word)
            | Act::EnrolRest(who, word)
            | Act::External(who, word)
            | Act::Follow(who, word) => scene.member_acts(act, who, word),
            Act::SetUpHalf(who, word, epoch) | Act::Ready(who, word, epoch) | Act::Adopt(who, word, epoch) => {
                scene.sets_up(act, who, word, epoch);
            }
        }
        scene.speak();
        scene
    }

    fn member_acts(&mut self, act: Act, who: usize, word: usize) {
        let grant = self.people[who].words[word];
        let origin = Origin::of(&grant);
        let (pending, number) = match self.people[who].member.joined() {
            Some(joined) => (joined.pending.first().map(|pending| pending.token), free_number(joined)),
            None => (None, 0),
        };
        let nobody = origin.fresh(9).pending;
        let pending = pending.unwrap_or(nobody);
        let (id, phone) = (origin.enrolment(Handout::Enrolment), origin.phone(Handout::Enrolment));
        match act {
            Act::SignIn(..) => {
                let full = self.people[who]
                    .member
                    .joined()
                    .is_some_and(|joined| joined.sessions.len() >= self.scope.sessions || !joined.pending.is_empty());
                let output = hashed(self.people[who].password);
                let check = Command::CheckPassword {
                    scheme: SCHEME.into(),
                    output,
                    renewed: None,
                    device: None,
                    browser: None,
                };
                self.ask(who, check, 0, None);
                if let Some(Outcome::PasswordRight { version, .. }) = self.outcome
                    && !full
                {
                    let begin = Command::BeginSignIn { grant, password_version: version, device: None };
                    self.ask(who, begin, number, Some(&grant));
                }
            }
            Act::Lengthen(..) => {
                let replace =
                    Command::ReplacePassword { grant, pending, verifier: verifier(PASSWORD), under_current: None };
                self.ask(who, replace, number, Some(&grant));
                self.notes_password(who, PASSWORD, grant.epoch);
            }
            Act::Shorten(..) => {
                let Some(session) = self.first_session(who) else { return };
                let (kept_scheme, current) = (SCHEME.into(), hashed(self.people[who].password));
                let (under_kept, verifier) = (hashed(SHORT), verifier(SHORT));
                let change = Command::ChangePassword { grant, session, kept_scheme, current, under_kept, verifier };
                self.ask(who, change, number, Some(&grant));
                self.notes_password(who, SHORT, grant.epoch);
            }
            Act::Code(..) => {
                let passcode = self.people[who].next_code();
                let Some(passcode) = passcode else { return };
                let verify = Command::VerifyCode { grant, pending, passcode, remember_device: None };
                self.ask(who, verify, number, Some(&grant));
            }
            Act::EnrolHalf(..) => {
                let start = Command::StartEnrolment { grant, pending, id, secret: phone.scanned() };
                self.ask(who, start, number, Some(&grant));
                if matches!(self.outcome, Some(Outcome::EnrolmentStarted { .. })) {
                    let passcode = phone.at_step(NOON.0 / 30 - 1);
                    let confirm = Command::ConfirmEnrolment { grant, pending, id, passcode, keys: keys() };
                    self.ask(who, confirm, number, Some(&grant));
                }
            }
            Act::EnrolRest(..) => {
                let complete = Command::CompleteEnrolment { grant, pending, id, proof: proof() };
                self.ask(who, complete, number, Some(&grant));
            }
            Act::External(..) => {
                let most = self.scope.sessions;
                let full = self.people[who].member.joined().is_some_and(|joined| joined.sessions.len() >= most);
                if !full {
                    self.ask(who, Command::BeginExternal { grant, provider_time: NOON }, number, Some(&grant));
                }
            }
            _ => self.ask(who, Command::Follow { grant }, number, Some(&grant)),
        }
    }

    fn sets_up(&mut self, act: Act, who: usize, word: usize, epoch: Epoch) {
        let grant = self.people[who].words[word];
        let origin = Origin::of(&grant).aside(epoch);
        let (id, phone) = (origin.enrolment(Handout::SetUp), origin.phone(Handout::SetUp));
        let joined = self.people[who].member.joined();
        let number = joined.map_or(0, free_number);
        // The session that sets up, or the first there is.
        let begun = joined.and_then(|joined| joined.set_up.as_ref()).map(|set_up| set_up.session);
        let begun = begun.filter(|_| !matches!(act, Act::SetUpHalf(..)));
        let Some(session) = begun.or(self.first_session(who)) else { return };
        let aside = Grant { epoch, mode: ModeKind::Mfa, ..grant };
        match act {
            Act::SetUpHalf(..) => {
                let start = Command::StartSetUp { grant, session, epoch, id, secret: phone.scanned() };
                self.ask(who, start, number, Some(&aside));
                if matches!(self.outcome, Some(Outcome::EnrolmentStarted { .. })) {
                    let passcode = phone.at_step(NOON.0 / 30 - 1);
                    let confirm = Command::ConfirmSetUp { grant, session, epoch, id, passcode, keys: keys() };
                    self.ask(who, confirm, number, Some(&aside));
                }
            }
            Act::Ready(..) => {
                let prepare = Command::PrepareSetUp { grant, session, epoch, id, proof: proof() };
                self.ask(who, prepare, number, Some(&aside));
                if let Some(Outcome::SetUpReady { epoch }) = self.outcome {
                    self.people[who].ready.insert(epoch);
                }
            }
            _ => {
                let adopt = Command::AdoptSetUp { grant, session, epoch, id, proof: proof() };
                self.ask(who, adopt, number, Some(&grant));
            }
        }
    }

    fn first_session(&self, who: usize) -> Option<SessionId> {
        self.people[who].member.joined()?.sessions.first().map(|session| session.id)
    }

    /// Whoever was let on with a new password types that from then on.
    fn notes_password(&mut self, who: usize, password: &'static str, epoch: Epoch) {
        if let Some(Outcome::Joined | Outcome::PasswordChanged | Outcome::SignedIn(_)) = self.outcome {
            (self.people[who].password, self.people[who].chosen) = (password, epoch);
        }
    }

    /// The shell: opens what the word's data key opens, decides, seals.
    fn ask(&mut self, who: usize, command: Command, number: u8, key: Option<&Grant>) {
        let person = &mut self.people[who];
        let mut state = core::mem::take(&mut person.member);
        if let Some(key) = key.filter(|key| key.mode == ModeKind::Mfa) {
            open_of(&mut state, key.epoch);
        }
        let origin = key.map_or(Origin { generation: 0, epoch: 0, resets: 0, sign_outs: 0 }, Origin::of);
        let mut decision = decide(state, command, origin.fresh(number), NOON);
        seal(&mut decision.state);
        person.member = decision.state;
        // How passwords are throttled is not what is explored here.
        person.member.strangers = Default::default();
        self.outcome = Some(decision.outcome);
    }

    fn ask_tenant(&mut self, command: tenant::Command) -> tenant::Outcome {
        let decision = tenant::decide(self.tenant.clone(), command, NOON);
        self.tenant = decision.state;
        if decision.outcome == tenant::Outcome::Changed {
            self.modes.push((self.tenant.epoch, self.tenant.mode.kind()));
        }
        decision.outcome
    }

    /// The tenant may be asked at any time: what it would say now is under way from now on. Of the words that a member
    /// has outdated one is kept; it is refused for the reason that all are.
    fn speak(&mut self) {
        let (mode, epoch, passwords_since) = (self.tenant.mode.kind(), self.tenant.epoch, self.tenant.passwords_since);
        let restored_at = self.tenant.restored_at;
        for person in &mut self.people {
            let (generation, orders) = (person.generation, person.orders);
            let grant = Grant { mode, epoch, generation, orders, passwords_since, login_elsewhere: false, restored_at };
            if person.belongs {
                person.accepted.insert((person.generation.0, epoch));
            }
            if person.belongs && !person.words.contains(&grant) {
                person.words.push(grant);
            }
            let Person { words, member, .. } = person;
            let mut to_drop = words.iter().filter(|word| is_outdated(word, member)).count().saturating_sub(1);
            words.retain(|word| {
                let drop = to_drop > 0 && is_outdated(word, member);
                to_drop -= usize::from(drop);
                !drop
            });
        }
    }

    pub(super) fn mode_of(&self, epoch: Epoch) -> Option<ModeKind> {
        self.modes.iter().find(|(known, _)| *known == epoch).map(|(_, mode)| *mode)
    }

    pub(super) fn has_adopted(&self) -> bool {
        self.people.iter().any(|person| person.bound_secret().is_some_and(|(handout, _)| handout == Handout::SetUp))
    }

    pub(super) fn has_enrolled(&self) -> bool {
        self.people.iter().any(|person| person.bound_secret().is_some_and(|(handout, _)| handout != Handout::SetUp))
    }

    /// Whether somebody is asked for a longer password.
    pub(super) fn is_asked_for_longer(&self) -> bool {
        let pending = self.people.iter().filter_map(|person| person.member.joined()).flat_map(|joined| &joined.pending);
        pending.into_iter().any(|pending| pending.duty == Duty::NewPassword)
    }

    /// Two scenes with the same fingerprint behave alike: everything that a decision can depend on is in it. Left out
    /// are times (there is one), keys and proofs (always the same), and what edges are told (nothing reads it).
    pub(super) fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.tenant.hash(&mut hasher);
        self.committed.hash(&mut hasher);
        for person in &self.people {
            person.hash_into(&mut hasher);
            // An epoch that is over has no mode but the one it had; which that was, invariants ask.
            person.member.standing().and_then(|(_, epoch)| self.mode_of(epoch)).hash(&mut hasher);
            if person.member.joined().is_some_and(|joined| joined.password.is_some()) {
                let elsewhere =
                    |(epoch, mode): &(Epoch, ModeKind)| *mode == ModeKind::External && *epoch >= person.chosen;
                (person.password, person.chosen, self.modes.iter().any(elsewhere)).hash(&mut hasher);
            }
        }
        hasher.finish()
    }
}

impl Person {
    /// Acceptances that would still make somebody the bearer of the name.
    fn acceptances(&self) -> impl Iterator<Item = (u32, Epoch)> {
        self.accepted.iter().copied().filter(|(generation, _)| self.is_new(Generation(*generation)))
    }

    fn is_new(&self, generation: Generation) -> bool {
        self.member.standing().is_none_or(|(known, _)| known < generation)
    }

    /// The next code that the app bound shows and that has not been used, as long as the window has one.
    fn next_code(&self) -> Option<crate::passcode::Passcode> {
        let mut member = self.member.clone();
        super::super::shell::open(&mut member);
        let Factor::Bound(authenticator) = &member.joined()?.factor else { return None };
        let GuardedSecret::Open(secret) = &authenticator.secret else { return None };
        let step = authenticator.last_step.0 + 1;
        let phone = Phone { secret: secret.expose().to_vec() };
        (step <= NOON.0 / 30 + 1).then(|| phone.at_step(step))
    }

    /// What the bound secret was handed out for, and when.
    pub(super) fn bound_secret(&self) -> Option<(Handout, Origin)> {
        let mut member = self.member.clone();
        super::super::shell::open(&mut member);
        match &member.joined()?.factor {
            Factor::Bound(authenticator) => match &authenticator.secret {
                GuardedSecret::Open(secret) => Some(Origin::of_secret(secret.expose())),
                GuardedSecret::Sealed(_) => panic!("bound under a name that does not open"),
            },
            Factor::None => None,
        }
    }

    fn hash_into(&self, hasher: &mut DefaultHasher) {
        (self.generation.0, self.orders.resets, self.orders.sign_outs, self.belongs, self.left.0).hash(hasher);
        (&self.prepared, &self.ready).hash(hasher);
        for word in &self.words {
            (word.mode, word.epoch, word.generation.0, word.orders.resets, word.orders.sign_outs).hash(hasher);
            word.passwords_since.hash(hasher);
        }
        self.acceptances().for_each(|acceptance| acceptance.hash(hasher));
        self.member.standing().map(|(generation, epoch)| (generation.0, epoch)).hash(hasher);
        let Some(joined) = self.member.joined() else { return };
        let password = joined.password.as_ref().map(|kept| (kept.output, kept.stands_alone));
        (joined.orders.resets, joined.orders.sign_outs, password).hash(hasher);
        (joined.password_version, joined.newest_set).hash(hasher);
        if let Factor::Bound(authenticator) = &joined.factor {
            (sealed(&authenticator.secret), authenticator.last_step.0, authenticator.recovery.number).hash(hasher);
        }
        if let Some(owed) = &joined.enrolment {
            let proven = matches!(owed.enrolment.stage, EnrolmentStage::Proof { .. });
            (owed.pending.0, owed.enrolment.id.0, sealed(&owed.enrolment.secret), proven).hash(hasher);
        }
        if let Some(set_up) = &joined.set_up {
            let stage = match &set_up.stage {
                SetUpStage::Enrolling(enrolment) => (0, sealed(&enrolment.secret)),
                SetUpStage::Ready { authenticator, .. } => (1, sealed(&authenticator.secret)),
            };
            (set_up.epoch, set_up.session.0, stage).hash(hasher);
        }
        for pending in &joined.pending {
            (pending.token.0, pending.methods.code, pending.duty as u8).hash(hasher);
        }
        for session in &joined.sessions {
            (session.id.0, session.methods.code, session.methods.external, session.proven.map(|_| ())).hash(hasher);
        }
    }
}

/// Whether a member refuses a word because she has seen a newer one.
pub(super) fn is_outdated(word: &Grant, member: &Member) -> bool {
    member.joined().is_some_and(|joined| {
        let orders = joined.orders;
        word.generation < joined.generation
            || word.generation == joined.generation
                && (word.epoch < joined.epoch
                    || word.orders.resets < orders.resets
                    || word.orders.sign_outs < orders.sign_outs)
    })
}

fn sealed(secret: &GuardedSecret) -> &str {
    match secret {
        GuardedSecret::Sealed(text) => text,
        GuardedSecret::Open(_) => "open",
    }
}

/// The lowest number that no live name has.
fn free_number(joined: &Joined) -> u8 {
    let sessions = joined.sessions.iter().map(|session| session.id.0[5]);
    let set_up = joined.set_up.iter().map(|set_up| set_up.session.0[5]);
    let pending = joined.pending.iter().map(|pending| pending.token.0[5]);
    let enrolment = joined.enrolment.iter().map(|owed| owed.pending.0[5]);
    let used: Vec<u8> = sessions.chain(set_up).chain(pending).chain(enrolment).collect();
    (0..).find(|number| !used.contains(number)).unwrap()
}

fn name(who: usize) -> String {
    who.to_string()
}
