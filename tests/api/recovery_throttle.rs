//! Guessing recovery keys: a lane of its own. A wrong key that is well formed is one of somebody
//! else's, since only such a key passes the check symbols.

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Edge, Tenant};

#[test]
fn e15_five_wrong_keys_are_free_then_the_lane_is_closed_for_a_while() {
    let tenant = Tenant::mfa(Edge::shared());
    let (anna, other) = (Enrolled::join(&tenant), Enrolled::join(&tenant));
    for keys in [&other.keys[..3], &other.keys[3..5]] {
        let client = anna.pending();
        for key in keys {
            anna.member.enter_key(&client, key).problem(401, "recovery_key_refused");
        }
    }
    let client = anna.pending();
    anna.member.enter_key(&client, &other.keys[5]).problem(429, "throttled");
    // The right one is not looked at either, and not spent.
    anna.member.enter_key(&client, &anna.keys[0]).problem(429, "throttled");
    // The lane of the codes is open.
    anna.member.enter_code(&client, &anna.phone.next_code()).is(200);
}

#[test]
fn e15_a_wrong_key_many_times_over_is_charged_each_time() {
    let tenant = Tenant::mfa(Edge::shared());
    let (anna, other) = (Enrolled::join(&tenant), Enrolled::join(&tenant));
    for _ in 0..5 {
        let answer = anna.member.enter_key(&anna.pending(), &other.keys[0]);
        answer.problem(401, "recovery_key_refused");
    }
    anna.member.enter_key(&anna.pending(), &other.keys[0]).problem(429, "throttled");
}

#[test]
fn a06_failures_of_all_methods_count_for_the_pending_sign_in() {
    let tenant = Tenant::mfa(Edge::shared());
    let (anna, other) = (Enrolled::join(&tenant), Enrolled::join(&tenant));
    let client = anna.pending();
    for number in 0..5 {
        if number % 2 == 0 {
            anna.member.enter_code(&client, &anna.phone.wrong_code()).refuses();
        } else {
            anna.member.enter_key(&client, &other.keys[number]).refuses();
        }
    }
    anna.member.enter_code(&client, &anna.phone.next_code()).problem(401, "sign_in_expired");
    anna.member.enter_key(&client, &anna.keys[0]).problem(401, "sign_in_expired");
    // Each lane has seen fewer than five: a new sign-in may try at once.
    anna.member.enter_code(&anna.pending(), &anna.phone.next_code()).is(200);
}

#[test]
fn a16_a_closed_code_lane_leaves_the_recovery_key_and_the_remembered_device() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let remembered = anna.remembered();
    let attacker = anna.pending();
    for _ in 0..5 {
        anna.member.enter_code(&attacker, &anna.phone.wrong_code()).refuses();
    }
    let client = anna.pending();
    anna.member.enter_code(&client, &anna.phone.next_code()).problem(429, "throttled");
    anna.member.enter_key(&client, &anna.keys[0]).is(200);
    anna.member.enter_password(&remembered, "done");
}
