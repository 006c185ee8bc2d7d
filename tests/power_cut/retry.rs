//! An answer that a cut swallowed: the same request with the same idempotency key settles it.

use std::time::Duration;

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::rounds::say;
use edge_mfa_tests::{Client, Edge, Tenant, Value, json, random, rounds};

#[test]
fn a_swallowed_answer_is_given_again_and_nothing_is_spent_twice() {
    let mut edge = Edge::start();
    let tenant = Tenant::mfa(&edge);
    for round in 0..rounds("EDGE_MFA_ROUNDS_POWER_CUT", 4) * 2 {
        let anna = Enrolled::join(&tenant);
        let (by_code, by_key) = (anna.pending(), anna.pending());
        let code = json!({"code": anna.phone.next_code(), "remember_device": false});
        let key = json!({"recovery_key": anna.keys[0]});
        let requests = [
            (&by_code, tenant.at("/sign-in/code"), code, random::idempotency_key()),
            (&by_key, tenant.at("/sign-in/recovery-key"), key, random::idempotency_key()),
        ];
        let heard = std::thread::scope(|scope| {
            let send = |(client, path, body, key): &(&Client, String, Value, String)| {
                // A copy sends it: the browser that asks again has not seen the answer.
                let answer = (*client).clone().ask("POST", path).key(key).json(body).try_send();
                answer.is_ok_and(|answer| answer.status == 200)
            };
            let sent: Vec<_> = requests.iter().map(|request| scope.spawn(move || send(request))).collect();
            std::thread::sleep(Duration::from_micros(random::below(120_000)));
            edge.kill9();
            sent.into_iter().map(|it| it.join().expect("no panic")).collect::<Vec<_>>()
        });
        edge.restart();
        for ((client, path, body, key), heard) in requests.iter().zip(heard) {
            let answer = client.ask("POST", path).key(key).json(body).send();
            let before = if heard { "answered before the cut" } else { "cut off" };
            say(&format!("cut {round}: {before}; again: {}", answer.short()));
            // Right then or right now: the retry lets in, whether or not the first one was heard.
            answer.is(200);
            anna.member.session(client).is(200);
        }
        let account = anna.client.get(&tenant.at("/account")).is(200);
        assert_eq!(account["recovery_keys"]["left"], 9);
    }
}
