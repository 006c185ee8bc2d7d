//! A tenant with a few who really enrolled, and what is timed of them.

use std::time::Instant;

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Administrator, Answer, Client, Edge, Tenant, eventually, json};

/// Members who really enrol beside the administrator.
pub const PEOPLE: usize = 3;

/// One tenant.
pub struct Place {
    /// Who runs it.
    pub anna: Administrator,
    people: Vec<(Enrolled, Client)>,
    turn: usize,
}

impl Place {
    /// A new tenant where a few enrol and are remembered.
    pub fn settle(edge: &Edge) -> Self {
        let anna = Administrator::of(&Tenant::mfa(edge));
        let people: Vec<(Enrolled, Client)> = (0..PEOPLE)
            .map(|_| {
                let person = Enrolled::join(anna.tenant());
                let browser = person.remembered();
                (person, browser)
            })
            .collect();
        eventually("the directory to follow", || anna.settings()["members"]["enrolled"] == PEOPLE + 1);
        Self { anna, people, turn: 0 }
    }

    /// The next of them signs in: password, on a device that is remembered. It hashes, asks her object three times and
    /// the tenant's once. Milliseconds.
    pub fn sign_in(&mut self) -> f64 {
        self.turn += 1;
        let (person, browser) = &self.people[self.turn % PEOPLE];
        let member = &person.member;
        let body = json!({"username": member.username, "password": member.password});
        let (time, answer) = timed(|| browser.post(&member.tenant.at("/sign-in"), body));
        assert_eq!(answer.is(200)["next"], "done");
        time
    }

    /// She looks at her account: both objects are asked, and nothing is hashed. Milliseconds.
    pub fn account(&self) -> f64 {
        let (person, browser) = &self.people[self.turn % PEOPLE];
        let (time, answer) = timed(|| browser.get(&person.member.tenant.at("/account")));
        answer.is(200);
        time
    }

    /// One of those who enrolled, by name.
    pub fn somebody(&self) -> &str {
        &self.people[0].0.member.username
    }
}

/// Milliseconds until the whole answer is there.
pub fn timed(ask: impl FnOnce() -> Answer) -> (f64, Answer) {
    let began = Instant::now();
    let answer = ask();
    (began.elapsed().as_secs_f64() * 1000.0, answer)
}
