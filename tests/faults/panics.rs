//! A panic in one object, while many others are at work in the same isolate.

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::rounds::say;
use edge_mfa_tests::{Answer, Client, Edge, Tenant, json, random, together};

use crate::switch::{ENTRY, Fault, Switch};

#[test]
fn a_panic_in_one_object_harms_no_other_request() {
    let rounds = std::env::var("EDGE_MFA_ROUNDS_FAULTS").unwrap_or_default();
    let (people, rounds) = if rounds == "all" { (50, 50) } else { (10, 4) };
    let edge = Edge::start_as(ENTRY);
    let switch = Switch::of(&edge);
    let tenant = Tenant::mfa(&edge);
    let people: Vec<_> = (0..people).map(|_| Enrolled::join(&tenant)).collect();
    for round in 0..rounds {
        let kind = ["member panic", "tenant panic"][round % 2];
        let at = 1 + random::below(people.len() as u64);
        switch.fail(&Fault { kind: kind.to_owned(), at, mode: "refuse" });
        let clients: Vec<_> = people.iter().map(|_| tenant.client()).collect();
        let key = random::idempotency_key();
        let answers = together(people.len(), |one| sign_in(&people[one], &clients[one], &key));
        let seen = switch.release();
        assert!(seen.fired, "round {round}: nobody's object has panicked");
        assert!(seen.alarmed(), "round {round}: {:?}", seen.log);
        let hit: Vec<_> = (0..people.len()).filter(|one| answers[*one].status != 200).collect();
        say(&format!("round {round}: {kind} at call {at}: {} of {} were refused", hit.len(), people.len()));
        assert!(hit.len() <= 1, "round {round}: others were harmed: {hit:?}");
        for one in hit {
            assert_eq!(answers[one].short(), "503 unavailable", "round {round}");
            sign_in(&people[one], &clients[one], &key);
        }
        // Nobody's sign-in was lost, and nobody's object has forgotten her.
        for (one, client) in people.iter().zip(&clients) {
            one.member.account(&one.client);
            client.post(&tenant.at("/sign-in/code"), json!({"code": "no code", "remember_device": false})).is(400);
        }
    }
}

/// The password step.
fn sign_in(one: &Enrolled, client: &Client, key: &str) -> Answer {
    let body = json!({"username": one.member.username, "password": one.member.password});
    let ask = client.ask("POST", &tenant_route(one)).key(key).json(&body);
    let tries = std::iter::repeat_with(|| ask.clone().try_send().expect("an answer"));
    tries.into_iter().find(|answer| !answer.is_of_the_proxy()).expect("the supply is endless")
}

fn tenant_route(one: &Enrolled) -> String {
    one.member.tenant.at("/sign-in")
}
