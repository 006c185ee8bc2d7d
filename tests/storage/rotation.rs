//! Keys are rotated: a new one in front, later the old one gone. Nobody is refused, nothing has to be done by hand.

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Edge, Tenant, json};

#[test]
fn a_key_may_go_once_what_it_protected_has_been_used_under_the_next() {
    let mut edge = Edge::start();
    let tenant = Tenant::mfa(&edge);
    let (anna, idle) = (Enrolled::join(&tenant), Enrolled::join(&tenant));

    edge.add_keys("second");
    anna.member.session(&anna.client).is(200);
    anna.member.enter_code(&anna.pending(), &anna.phone.next_code()).is(200);
    anna.member.enter_key(&anna.pending(), &anna.keys[0]).is(200);

    edge.retire_old_keys();
    anna.member.session(&anna.client).problem(401, "unauthenticated");
    anna.member.enter_code(&anna.pending(), &anna.phone.next_code()).is(200);
    anna.member.enter_key(&anna.pending(), &anna.keys[0]).problem(401, "recovery_key_refused");
    anna.member.enter_key(&anna.pending(), &anna.keys[1]).is(200);

    // Whoever has not signed in meanwhile has a password that only the old pepper explains: refused, not let in.
    // Not by `send`: no answer that a test sees may be a server error but this one.
    let body = json!({"username": idle.member.username, "password": idle.member.password});
    let refused = tenant.client().ask("POST", &tenant.at("/sign-in")).json(&body).try_send();
    assert_eq!(refused.expect("an answer").short(), "500 internal");
}
