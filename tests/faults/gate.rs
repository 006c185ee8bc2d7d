//! What a gate gave counts by our clock, and only as long as the objects say so: KV may be silent.

use edge_mfa_tests::gate::{GATE, Gate};
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Administrator, Client, Edge, Tenant, Value, json};

use crate::switch::{ENTRY, Switch};

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;

/// What stands in the middle of a signed token.
fn said(token: &str) -> Value {
    use base64ct::{Base64UrlUnpadded, Encoding};
    let payload = token.split('.').nth(1).expect("a payload");
    serde_json::from_slice(&Base64UrlUnpadded::decode_vec(payload).expect("base64url")).expect("JSON")
}

#[test]
fn a_gate_asks_the_objects_every_few_minutes_and_what_is_not_used_for_an_hour_is_over() {
    let edge = Edge::start_as(ENTRY);
    let switch = Switch::of(&edge);
    let tenant = Tenant::mfa(&edge);
    let anna = Administrator::of(&tenant);
    let (gate, other) = (Gate::of(&anna), Gate::of(&anna));
    let bert = Enrolled::join(&tenant);
    let enter = || gate.enter(&bert.client);
    let is_open = |browser: &Client| gate.check(browser).status == 200;

    // What is new is looked at by its signature, what is four minutes old by the objects; and each is made anew.
    let browser = enter();
    let first = gate.check(&browser);
    assert!(first.sets(GATE).is_none(), "{first}");
    let late = browser.clone();
    switch.goes_ahead(4 * MINUTE_MS);
    let renewed = gate.check(&browser);
    assert!(renewed.sets(GATE).is_some(), "{renewed}");
    let times =
        |answer: &edge_mfa_tests::Answer| said(answer.header("x-edge-mfa-token").expect("a token"))["exp"].as_u64();
    assert!(times(&renewed) > times(&first));
    // An hour without use ends it; with use it lives on, for as long as her session, a day at the most.
    switch.goes_ahead(HOUR_MS + MINUTE_MS);
    assert!(!is_open(&late));
    assert!(is_open(&browser));
    for half_hours in 3..48 {
        switch.goes_ahead(half_hours * HOUR_MS / 2);
        assert!(is_open(&browser), "{half_hours}");
    }
    switch.goes_ahead(24 * HOUR_MS + MINUTE_MS);
    assert!(!is_open(&browser));
    switch.release();

    // What KV does not say, the objects do: a session that has ended, a member who is removed.
    let (one, two) = (enter(), gate.enter(&bert.signed_in()));
    bert.client.post(&tenant.at("/sign-out"), json!({})).is(204);
    switch.goes_ahead_without_kv(3 * MINUTE_MS);
    assert!(is_open(&one), "KV says nothing, and nobody else was asked");
    switch.goes_ahead_without_kv(4 * MINUTE_MS);
    assert!(!is_open(&one));
    assert!(is_open(&two));
    switch.release();
    anna.order(&bert.member.username, "remove", json!({})).is(204);
    switch.goes_ahead_without_kv(9 * MINUTE_MS);
    assert!(!is_open(&two));
    switch.release();

    // Where somebody cannot be asked who has to be, nobody gets in; and then she does again.
    let browser = gate.enter(&anna.signed_in());
    for (kind, ahead) in [("kv get", 0), ("to tenant", 4 * MINUTE_MS), ("to member", 4 * MINUTE_MS)] {
        for step in ["check", "check-or-redirect"] {
            let browser = browser.clone();
            switch.goes_ahead_and_fails(ahead, kind);
            let answer = gate.navigate(&browser, step, "/page").try_send().expect("an answer");
            assert_eq!(answer.status, 503, "{kind}: {answer}");
            assert!(answer.header("remote-user").is_none() && answer.cookies().is_empty(), "{kind}: {answer}");
            assert!(is_open(&browser), "{kind}");
        }
    }
    switch.release();

    let browsers = [browser, gate.enter(&anna.signed_in()), other.enter(&anna.signed_in())];
    // A key that was ended, a host that is not registered any more, a gate that is no more.
    let settings = |step: &str, body: Value| anna.ask(&format!("/settings/applications/{}/{step}", gate.id), body);
    let moved = json!({"name": "Wiki", "kind": "gate", "hosts": ["https://moved.example"]});
    settings("change", moved).is(200);
    assert!(is_open(&browsers[0]), "so far nobody was asked");
    switch.goes_ahead(4 * MINUTE_MS);
    gate.check(&browsers[0]).problem(400, "client_refused");
    switch.release();
    settings("change", json!({"name": "Wiki", "kind": "gate", "hosts": [gate.origin]})).is(200);
    switch.goes_ahead(4 * MINUTE_MS);
    assert!(is_open(&browsers[0]));
    switch.release();
    settings("keys/end", json!({"number": 1})).is(200);
    switch.goes_ahead(4 * MINUTE_MS);
    gate.check(&browsers[1]).problem(401, "application_key_refused");
    switch.release();
    anna.ask(&format!("/settings/applications/{}/remove", other.id), json!({})).is(204);
    switch.goes_ahead(4 * MINUTE_MS);
    other.check(&browsers[2]).problem(401, "application_key_refused");
}
