//! One round: a tenant, its members with several browsers each, two administrators, all at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use edge_mfa_tests::member::{keys_of, proof_of};
use edge_mfa_tests::{Administrator, Edge, Tenant, json, together};

use crate::checker::Operation;
use crate::dice::Dice;
use crate::person::{Person, REQUESTS};
use crate::recorder::{Record, Round};
use crate::specification::{Call, Member};

/// Members of a round.
const PEOPLE: usize = 5;

/// Browsers of each.
const BROWSERS: usize = 6;

/// What the threads of a round share.
struct Stage {
    round: Round,
    people: Vec<Person>,
    /// What happened to all of them.
    whole: Record,
    /// Browsers that have not finished.
    working: AtomicUsize,
}

/// Plays a round and gives the history of each member.
pub fn play(edge: &Edge, seed: u64) -> Vec<Vec<Operation<Member>>> {
    let tenant = Tenant::mfa(edge);
    let mut anna = Administrator::of(&tenant);
    let bert = anna.another();
    let round = Round::new();
    let people = together(PEOPLE, |at| {
        let member = edge_mfa_tests::Member::join(&tenant);
        let id = anna.id_of(&member.username);
        let person = Person::new(member, id);
        person.begin(&round, &mut Dice::new(seed, 1_000 + at as u64));
        person
    });
    let stage = Stage { round, people, whole: Record::default(), working: AtomicUsize::new(PEOPLE * BROWSERS) };
    std::thread::scope(|scope| {
        scope.spawn(|| stage.turn_and_reset(&mut anna, Dice::new(seed, 2_000)));
        scope.spawn(|| stage.reset(&bert, 0, Dice::new(seed, 2_001)));
        together(PEOPLE * BROWSERS, |at| {
            stage.people[at % PEOPLE].browse(&stage.round, &mut Dice::new(seed, at as u64));
            stage.working.fetch_sub(1, Ordering::SeqCst);
        });
    });
    stage.people.iter().for_each(|person| person.last_look(&stage.round));
    stage.people.iter().map(|person| person.history(&stage.whole)).collect()
}

impl Stage {
    /// The one who switches off and on, in two rounds of five, and resets somebody before or instead.
    fn turn_and_reset(&self, anna: &mut Administrator, mut dice: Dice) {
        let is_turning = dice.percent(40);
        let mut turns = 0;
        for (at, when) in self.moments(3, &mut dice).into_iter().enumerate() {
            self.wait_for(when);
            match at {
                1 if is_turning && !self.switch_off(anna, &mut turns) => return,
                2 if is_turning && turns == 1 && !self.switch_on(anna, &mut turns) => return,
                _ => self.order(anna, turns, &mut dice),
            }
        }
    }

    /// One who only resets, and finds herself signed out when the tenant has turned.
    fn reset(&self, bert: &Administrator, turns: u32, mut dice: Dice) {
        for when in self.moments(2, &mut dice) {
            self.wait_for(when);
            self.order(bert, turns, &mut dice);
        }
    }

    fn order(&self, by: &Administrator, turns: u32, dice: &mut Dice) {
        let person = &self.people[dice.below(PEOPLE)];
        let path = by.tenant().at(&format!("/members/{}/reset-mfa", person.id));
        person.record.ask(&self.round, &by.client, &path, Some(&json!({})), Call::AdminReset { turns }, None);
    }

    /// Whether it was answered, and well: else nobody knows where the tenant is.
    fn switch_off(&self, anna: &mut Administrator, turns: &mut u32) -> bool {
        let (path, body) = (anna.tenant().at("/settings/mfa/switch-off"), json!({"confirmation": anna.tenant().id}));
        let call = Call::SwitchOff { turns: *turns };
        let (_, answer) = self.whole.ask(&self.round, &anna.client, &path, Some(&body), call, None);
        if answer.is_none_or(|answer| answer.status != 200) {
            return false;
        }
        *turns += 1;
        anna.phone = None;
        anna.client = anna.signed_in();
        true
    }

    fn switch_on(&self, anna: &mut Administrator, turns: &mut u32) -> bool {
        let set_up = anna.start_set_up();
        let confirmed = anna.confirm(&set_up, &set_up.phone.next_code()).is(200);
        let path = anna.tenant().at("/settings/mfa/set-up/complete");
        let (body, call) = (set_up.with("proof", &proof_of(&confirmed)), Call::SwitchOn { turns: *turns });
        let (_, answer) = self.whole.ask(&self.round, &anna.client, &path, Some(&body), call, None);
        if answer.is_none_or(|answer| answer.status != 200) {
            return false;
        }
        *turns += 1;
        (anna.keys, anna.phone) = (keys_of(&confirmed), Some(set_up.phone));
        true
    }

    /// When an administrator acts: after so many requests of the round.
    fn moments(&self, count: usize, dice: &mut Dice) -> Vec<usize> {
        let before = self.round.begun();
        let mut moments: Vec<_> = (0..count).map(|_| before + dice.below(PEOPLE * REQUESTS * 9 / 10)).collect();
        moments.sort_unstable();
        moments
    }

    /// Waits until so many requests were sent, or all browsers have finished.
    fn wait_for(&self, requests: usize) {
        while self.round.begun() < requests && self.working.load(Ordering::SeqCst) > 0 {
            std::thread::sleep(Duration::from_micros(200));
        }
    }
}
