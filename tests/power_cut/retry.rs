//! An answer that a cut swallowed: the same request with the same idempotency key settles it.

use std::time::Duration;

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::rounds::say;
use edge_mfa_tests::{Client, Edge, Tenant, json, random, rounds};

#[test]
fn a_swallowed_answer_is_given_again_and_nothing_is_spent_twice() {
    let mut edge = Edge::start();
    let tenant = Tenant::mfa(&edge);
    for round in 0..rounds("EDGE_MFA_ROUNDS_POWER_CUT", 4) {
        let anna = Enrolled::join(&tenant);
        let (by_code, by_key) = (anna.pending(), anna.pending());
        let code = json!({"code": anna.phone.next_code(), "remember_device": false});
        let key = json!({"recovery_key": anna.keys[0]});
        let requests = [
            (&by_code, tenant.at("/sign-in/code"), code, random::idempotency_key()),
            (&by_key, tenant.at("/sign-in/recovery-key"), key, random::idempotency_key()),
        ];
        std::thread::scope(|scope| {
            for (client, path, body, key) in &requests {
                // A copy sends it: the browser that asks again has not seen the answer.
                let copy: Client = (*client).clone();
                scope.spawn(move || copy.ask("POST", path).key(key).json(body).try_send().is_ok());
            }
            std::thread::sleep(Duration::from_micros(random::below(30_000)));
            edge.kill9();
        });
        edge.restart();
        for (client, path, body, key) in &requests {
            let answer = client.ask("POST", path).key(key).json(body).send();
            say(&format!("cut {round}: {path} again: {}", answer.short()));
            // Right then or right now: the retry lets in, whether or not the first one was heard.
            answer.is(200);
            anna.member.session(client).is(200);
        }
        let account = anna.client.get(&tenant.at("/account")).is(200);
        assert_eq!(account["recovery_keys"]["left"], 9);
    }
}
