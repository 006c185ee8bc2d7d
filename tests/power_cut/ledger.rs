//! What the edge has acknowledged, and the check that it is so.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use edge_mfa_tests::member::{Enrolled, Member};
use edge_mfa_tests::phone::step_now;

/// What happened to one recovery key or code, as far as the client knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Never sent.
    Fresh,
    /// Sent, acknowledged.
    Spent,
    /// Sent, and no answer came: it may be spent or not.
    Unknown,
}

/// One enrolled member with what was spent.
#[derive(Debug)]
pub struct Account {
    /// The member.
    pub person: Enrolled,
    /// The fate of each recovery key.
    pub keys: Vec<Fate>,
    /// Codes that were sent, with their time steps.
    pub codes: Vec<(u64, String, Fate)>,
}

impl Account {
    /// An account whose enrolment was acknowledged just now.
    pub fn new(person: Enrolled) -> Self {
        Self { person, keys: vec![Fate::Fresh; 10], codes: Vec::new() }
    }

    /// Panics unless the edge remembers what it acknowledged.
    pub fn check(&mut self) {
        // Enrolled: the password leads to the code step, not to enrolment.
        let client = self.person.pending();
        self.spent_codes_stay_spent(&client);
        self.spent_keys_stay_spent();
        self.fresh_keys_are_alive();
    }

    fn spent_codes_stay_spent(&self, client: &edge_mfa_tests::Client) {
        let alive = |step: u64| step + 1 >= step_now();
        let spent = self.codes.iter().filter(|(_, _, fate)| *fate == Fate::Spent);
        for (step, code, _) in spent.filter(|(step, _, _)| alive(*step)) {
            let answer = self.person.member.enter_code(client, code);
            assert_ne!(answer.status, 200, "the spent code of step {step} came back to life");
        }
    }

    fn spent_keys_stay_spent(&self) {
        // Three at a time: a refused spent key may be charged, and five close the lane.
        let spent = self.keys.iter().zip(&self.person.keys).filter(|(fate, _)| **fate == Fate::Spent);
        for (_, key) in spent.take(3) {
            let answer = self.person.member.enter_key(&self.person.pending(), key);
            answer.problem(401, "recovery_key_refused");
        }
    }

    fn fresh_keys_are_alive(&mut self) {
        let account = self.person.client.get(&self.person.member.tenant.at("/account")).is(200);
        let left = account["recovery_keys"]["left"].as_u64().expect("a number") as usize;
        let count = |wanted: Fate| self.keys.iter().filter(|fate| **fate == wanted).count();
        let (fresh, unknown) = (count(Fate::Fresh), count(Fate::Unknown));
        assert!((fresh..=fresh + unknown).contains(&left), "{left} left: {:?}", self.keys);
        if let Some(number) = self.keys.iter().position(|fate| *fate == Fate::Fresh) {
            let client = self.person.pending();
            let done = self.person.member.enter_key(&client, &self.person.keys[number]).is(200);
            assert_eq!(done["recovery"]["number"], number + 1);
            self.keys[number] = Fate::Spent;
        }
    }
}

/// Everything that was acknowledged in one round.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Completed enrolments.
    pub accounts: Mutex<Vec<Account>>,
    /// Accepted invitations without an acknowledged enrolment.
    pub members: Mutex<Vec<Member>>,
    /// How many browsers are spending codes and keys at this moment.
    pub spending: AtomicUsize,
}

impl Ledger {
    /// Panics unless the edge remembers everything that it acknowledged.
    pub fn check(&self) {
        for account in self.accounts.lock().expect("no panic").iter_mut() {
            account.check();
        }
        for member in self.members.lock().expect("no panic").iter() {
            let answer = member.try_password(&member.tenant.client());
            let next = answer.is(200)["next"].clone();
            // The enrolment may have been completed without an answer.
            assert!(next == "enrol" || next == "code", "{answer}");
        }
    }

    /// Waits until so many enrolments were acknowledged in this round, or for two minutes.
    pub fn wait_for(&self, enrolments: u64) {
        wait(|| self.accounts.lock().expect("no panic").len() as u64 >= enrolments);
    }

    /// Waits until somebody spends a code or a key, or for two minutes.
    pub fn wait_until_spending(&self) {
        wait(|| self.spending.load(Ordering::SeqCst) > 0);
    }

    /// What it holds, for the log.
    pub fn summary(&self) -> String {
        let accounts = self.accounts.lock().expect("no panic");
        let of = |wanted: Fate| -> usize {
            let keys = |it: &Account| it.keys.iter().filter(|fate| **fate == wanted).count();
            let codes = |it: &Account| it.codes.iter().filter(|code| code.2 == wanted).count();
            accounts.iter().map(|account| keys(account) + codes(account)).sum()
        };
        format!(
            "{} enrolments, {} unfinished, {} spent codes and keys, {} without an answer",
            accounts.len(),
            self.members.lock().expect("no panic").len(),
            of(Fate::Spent),
            of(Fate::Unknown),
        )
    }
}

fn wait(until: impl Fn() -> bool) {
    let start = Instant::now();
    while !until() && start.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(1));
    }
}
