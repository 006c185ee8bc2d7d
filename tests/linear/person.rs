//! One member with several browsers, which share whatever she was ever given: pending sign-ins, sessions, devices,
//! authenticators, sheets. Each browser does the next thing that its dice say, whether it can succeed or not.

use std::sync::{Arc, Mutex};

use edge_mfa_tests::client::{DEVICE, PENDING, SESSION};
use edge_mfa_tests::member::{keys_of, proof_of};
use edge_mfa_tests::phone::{Phone, step_now};
use edge_mfa_tests::{Answer, Client, Tenant, Value, json};

use crate::checker::Operation;
use crate::dice::Dice;
use crate::recorder::{Record, Round};
use crate::specification::{Call, Door, Id, Member};

/// Requests of one member in a round, before the last look.
pub const REQUESTS: usize = 40;

/// Password steps: fewer than the pending sign-ins and the sessions that she may have at once.
const PASSWORDS: usize = 13;

/// Codes: fewer than lock an authenticator.
const CODES: usize = 18;

/// One cookie.
type Cookie = (String, String);

/// What she was ever given.
#[derive(Clone, Debug, Default)]
struct Pool {
    waiting: Vec<(Id, Cookie)>,
    enrolling: Vec<(Id, Cookie)>,
    sessions: Vec<(Id, Cookie)>,
    devices: Vec<((Id, Id), Cookie)>,
    phones: Vec<(Id, Arc<Phone>)>,
    sheets: Vec<(Id, Vec<String>)>,
    /// New sheets that were shown within a session, with the proof that they were saved.
    renewals: Vec<((Id, Cookie), Id, String)>,
    requests: usize,
    passwords: usize,
    codes: usize,
}

/// A member under test.
#[derive(Debug)]
pub struct Person {
    tenant: Tenant,
    username: String,
    password: String,
    /// By which administrators name her.
    pub id: String,
    pool: Mutex<Pool>,
    /// What happened to her.
    pub record: Record,
}

impl Person {
    /// Somebody who has accepted her invitation.
    pub fn new(member: edge_mfa_tests::Member, id: String) -> Self {
        let pool = Pool { requests: REQUESTS, passwords: PASSWORDS, codes: CODES, ..Pool::default() };
        let edge_mfa_tests::Member { tenant, username, password } = member;
        Self { tenant, username, password, id, pool: Mutex::new(pool), record: Record::default() }
    }

    /// Everything that happened to her.
    pub fn history(&self, tenant: &Record) -> Vec<Operation<Member>> {
        self.record.history(tenant, &self.pool().phones)
    }

    /// Enrols, and has a few sign-ins under way, before anybody interferes.
    pub fn begin(&self, round: &Round, dice: &mut Dice) {
        self.password(round, None);
        self.enrol(round, dice);
        for _ in 0..3 {
            self.password(round, None);
        }
    }

    /// One browser, until the requests are used up.
    pub fn browse(&self, round: &Round, dice: &mut Dice) {
        while self.take(|pool| &mut pool.requests) {
            let Pool { enrolling, waiting, .. } = self.pool();
            match dice.below(100) {
                _ if !enrolling.is_empty() && dice.percent(50) => self.enrol(round, dice),
                _ if waiting.len() < 2 && dice.percent(50) => self.enter_password(round, dice),
                0..38 => self.code(round, dice),
                38..62 => self.key(round, dice),
                62..72 => self.enter_password(round, dice),
                72..84 => self.renew(round, dice),
                84..86 => self.reset(round, dice),
                _ => self.look(round, dice),
            }
        }
    }

    /// What is left when all is over: a few sessions, and the devices.
    pub fn last_look(&self, round: &Round) {
        let Pool { sessions, devices, .. } = self.pool();
        for session in sessions.iter().rev().take(3) {
            self.see(round, session);
        }
        if let Some(device) = devices.last() {
            self.password(round, Some(device));
        }
        self.password(round, None);
    }

    fn enter_password(&self, round: &Round, dice: &mut Dice) {
        if !self.take(|pool| &mut pool.passwords) {
            return self.look(round, dice);
        }
        let devices = self.pool().devices;
        let device = if dice.percent(60) { dice.mostly_last(&devices, 70) } else { None };
        self.password(round, device.as_ref());
    }

    fn password(&self, round: &Round, device: Option<&((Id, Id), Cookie)>) {
        let client = self.browser(device.map(|(_, cookie)| cookie));
        let body = json!({"username": self.username, "password": self.password});
        let call = Call::Password { device: device.map(|(device, _)| *device) };
        let (id, answer) = self.post(round, &client, "/sign-in", body, call, None);
        let (jar, next) = (client.jar(), next(answer.as_ref()));
        self.with(|pool| {
            let pending = jar.find(PENDING).map(|cookie| (id, cookie));
            match next.as_deref() {
                Some("code") => pool.waiting.extend(pending),
                Some("enrol") => pool.enrolling.extend(pending),
                Some("done") => {
                    let token = device.and_then(|((device, _), _)| Some(((*device, id), jar.find(DEVICE)?)));
                    pool.devices.extend(token);
                    pool.sessions.extend(jar.find(SESSION).map(|cookie| (id, cookie)));
                }
                _ => {}
            }
        });
    }

    fn code(&self, round: &Round, dice: &mut Dice) {
        let pool = self.pool();
        let (Some((door, cookie)), true) = (door(&pool, dice), self.take(|pool| &mut pool.codes)) else {
            return self.enter_password(round, dice);
        };
        let Some((_, phone)) = dice.mostly_last(&pool.phones, 94) else { return };
        let code = match dice.below(100) {
            0..6 => phone.wrong_code(),
            6..24 => phone.code_at(step_now() - 1),
            24..66 => phone.code_at(step_now()),
            _ => phone.code_at(step_now() + 1),
        };
        let remember = dice.percent(60);
        let client = self.browser(Some(&cookie));
        let call = Call::Code { door, shown: Vec::new(), remember: remember && matches!(door, Door::SignIn(_)) };
        let (path, body) = match door {
            Door::SignIn(_) => ("/sign-in/code", json!({"code": code, "remember_device": remember})),
            Door::StepUp(_) => ("/step-up", json!({"code": code})),
        };
        let (id, answer) = self.post(round, &client, path, body, call, Some(&code));
        self.entered(id, door, &client, answer.as_ref());
    }

    fn key(&self, round: &Round, dice: &mut Dice) {
        let pool = self.pool();
        let Some((door, cookie)) = door(&pool, dice) else { return self.enter_password(round, dice) };
        let Some((sheet, keys)) = dice.mostly_last(&pool.sheets, 88) else { return };
        // Few of the ten, so that they meet.
        let number = dice.below(4);
        let client = self.browser(Some(&cookie));
        let call = Call::Key { door, sheet, number: number as u8 };
        let path = if matches!(door, Door::SignIn(_)) { "/sign-in/recovery-key" } else { "/step-up" };
        let (id, answer) = self.post(round, &client, path, json!({"recovery_key": keys[number]}), call, None);
        self.entered(id, door, &client, answer.as_ref());
    }

    /// Keeps what an entrance gave. The sign-in is over, so not much more is tried on it.
    fn entered(&self, id: Id, door: Door, client: &Client, answer: Option<&Answer>) {
        let Door::SignIn(pending) = door else { return };
        if next(answer).as_deref() != Some("done") {
            return;
        }
        let jar = client.jar();
        self.with(|pool| {
            pool.sessions.extend(jar.find(SESSION).map(|cookie| (id, cookie)));
            pool.devices.extend(jar.find(DEVICE).map(|cookie| ((id, id), cookie)));
            if !id.is_multiple_of(3) {
                pool.waiting.retain(|(other, _)| *other != pending);
            }
        });
    }

    fn renew(&self, round: &Round, dice: &mut Dice) {
        let pool = self.pool();
        if dice.percent(50)
            && let Some(((session, cookie), sheet, proof)) = dice.mostly_last(&pool.renewals, 80)
        {
            let (client, call) = (self.browser(Some(&cookie)), Call::RenewComplete { session, sheet });
            let body = json!({"proof": proof});
            let (_, answer) = self.post(round, &client, "/account/recovery-keys/complete", body, call, None);
            if body_of(answer).is_some() {
                self.with(|pool| to_the_end(&mut pool.sheets, sheet));
            }
            return;
        }
        let Some((session, cookie)) = dice.mostly_last(&pool.sessions, 60) else { return };
        let (client, call) = (self.browser(Some(&cookie)), Call::RenewStart { session });
        let (id, answer) = self.post(round, &client, "/account/recovery-keys/start", json!({}), call, None);
        if let Some(body) = body_of(answer) {
            self.with(|pool| {
                // Not the latest yet: a key of it is a wrong one until the proof.
                pool.sheets.insert(0, (id, keys_of(&body)));
                pool.renewals.push(((session, cookie), id, proof_of(&body)));
            });
        }
    }

    /// All three steps, unless another browser is faster.
    fn enrol(&self, round: &Round, dice: &mut Dice) {
        let Some((pending, cookie)) = dice.mostly_last(&self.pool().enrolling, 80) else {
            return self.enter_password(round, dice);
        };
        let client = self.browser(Some(&cookie));
        let call = Call::EnrolStart { pending };
        let (start, answer) = self.post(round, &client, "/enrolment/start", json!({}), call, None);
        let Some(begun) = body_of(answer) else {
            return self.with(|pool| pool.enrolling.retain(|(other, _)| *other != pending));
        };
        let phone = Arc::new(Phone::scan(begun["key_uri"].as_str().expect("a key URI")));
        self.with(|pool| pool.phones.insert(0, (start, Arc::clone(&phone))));
        let code = phone.code_at(step_now() - dice.below(2) as u64);
        let enrolment = &begun["enrolment_id"];
        let body = json!({"enrolment_id": enrolment, "code": code});
        let call = Call::EnrolConfirm { pending, start, shown: Vec::new() };
        let (sheet, answer) = self.post(round, &client, "/enrolment/confirm", body, call, Some(&code));
        let Some(confirmed) = body_of(answer) else { return };
        self.with(|pool| pool.sheets.insert(0, (sheet, keys_of(&confirmed))));
        let body = json!({"enrolment_id": enrolment, "proof": proof_of(&confirmed)});
        let call = Call::EnrolComplete { pending, start, sheet };
        let (id, answer) = self.post(round, &client, "/enrolment/complete", body, call, None);
        if body_of(answer).is_some() {
            self.with(|pool| {
                pool.enrolling.clear();
                to_the_end(&mut pool.phones, start);
                to_the_end(&mut pool.sheets, sheet);
                pool.sessions.extend(client.jar().find(SESSION).map(|cookie| (id, cookie)));
            });
        }
    }

    fn reset(&self, round: &Round, dice: &mut Dice) {
        let Some((session, cookie)) = dice.mostly_last(&self.pool().sessions, 60) else { return };
        let client = self.browser(Some(&cookie));
        self.post(round, &client, "/account/reset-mfa", json!({}), Call::SelfReset { session }, None);
    }

    fn look(&self, round: &Round, dice: &mut Dice) {
        if let Some(session) = dice.mostly_last(&self.pool().sessions, 70) {
            self.see(round, &session);
        }
    }

    fn see(&self, round: &Round, (session, cookie): &(Id, Cookie)) {
        let call = Call::Look { session: *session };
        let path = self.tenant.at("/account");
        let (_, answer) = self.record.ask(round, &self.browser(Some(cookie)), &path, None, call, None);
        self.forget_ended(answer.as_ref(), cookie);
    }

    fn post(
        &self,
        round: &Round,
        client: &Client,
        route: &str,
        body: Value,
        call: Call,
        typed: Option<&str>,
    ) -> (Id, Option<Answer>) {
        let shown = client.jar();
        let (id, answer) = self.record.ask(round, client, &self.tenant.at(route), Some(&body), call, typed);
        for cookie in [PENDING, SESSION].iter().filter_map(|name| shown.find(name)) {
            self.forget_ended(answer.as_ref(), &cookie);
        }
        (id, answer)
    }

    /// What has ended is tried once more or twice, not for ever.
    fn forget_ended(&self, answer: Option<&Answer>, shown: &Cookie) {
        if answer.is_some_and(has_ended) {
            self.with(|pool| {
                pool.waiting.retain(|(id, cookie)| cookie != shown || id.is_multiple_of(4));
                pool.sessions.retain(|(id, cookie)| cookie != shown || id.is_multiple_of(4));
            });
        }
    }

    /// A browser with one cookie, or none.
    fn browser(&self, cookie: Option<&Cookie>) -> Client {
        let client = self.tenant.client();
        if let Some((name, value)) = cookie {
            client.with_jar(|jar| jar.put(name, value));
        }
        client
    }

    fn pool(&self) -> Pool {
        self.pool.lock().expect("no panic").clone()
    }

    fn with(&self, change: impl FnOnce(&mut Pool)) {
        change(&mut self.pool.lock().expect("no panic"));
    }

    /// Takes one of what there is only so much of.
    fn take(&self, what: impl FnOnce(&mut Pool) -> &mut usize) -> bool {
        let mut pool = self.pool.lock().expect("no panic");
        let left = what(&mut pool);
        let some = *left > 0;
        *left = left.saturating_sub(1);
        some
    }
}

/// Where to show a proof: mostly at one of the latest pending sign-ins.
fn door(pool: &Pool, dice: &mut Dice) -> Option<(Door, Cookie)> {
    if dice.percent(20) {
        return dice.mostly_last(&pool.sessions, 60).map(|(session, cookie)| (Door::StepUp(session), cookie));
    }
    let latest = pool.waiting.len().saturating_sub(3);
    dice.any(&pool.waiting[latest..]).map(|(pending, cookie)| (Door::SignIn(pending), cookie))
}

/// Whether the sign-in or the session that was shown is over.
fn has_ended(answer: &Answer) -> bool {
    matches!(answer.short().as_str(), "401 sign_in_expired" | "401 unauthenticated")
}

/// Makes it the latest.
fn to_the_end<T>(all: &mut [(Id, T)], id: Id) {
    if let Some(at) = all.iter().position(|(other, _)| *other == id) {
        all[at..].rotate_left(1);
    }
}

fn next(answer: Option<&Answer>) -> Option<String> {
    let answer = answer.filter(|answer| answer.status == 200)?;
    answer.json()["next"].as_str().map(str::to_owned)
}

/// The body of an answer that says yes.
fn body_of(answer: Option<Answer>) -> Option<Value> {
    answer.filter(|answer| answer.status == 200).map(|answer| answer.json())
}
