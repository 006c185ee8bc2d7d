//! What a refusal costs: the same calls of the platform, whoever is asked for, and a failure of any of them tells nothing
//! of what was typed.

use std::collections::BTreeMap;

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Answer, Client, Edge, Member, Tenant, json, random};

use crate::switch::{ENTRY, Fault, Switch};

/// A08: where randomness fails at any place, a wrong code and a right one are answered alike, and neither is spent.
#[test]
fn a08_a_failure_tells_nothing_of_a_code() {
    let edge = Edge::start_as(ENTRY);
    let switch = Switch::of(&edge);
    let anna = Enrolled::join(&Tenant::mfa(&edge));
    // The third wrong code is told with a link, which takes more than other answers do.
    for _ in 0..2 {
        anna.member.enter_code(&anna.pending(), &anna.phone.wrong_code()).problem(401, "code_refused");
    }
    let pending = anna.pending();
    let right = anna.phone.next_code();
    for at in 1..=8 {
        let fault = Fault { kind: "random".to_owned(), at, mode: "refuse" };
        let [wrong, right] = [anna.phone.wrong_code(), right.clone()].map(|code| {
            switch.hold(Some(&fault));
            let answer = enter(&anna, &pending, &code);
            (answer.short(), switch.release().fired)
        });
        assert!(wrong.1, "there are eight draws");
        assert_eq!(wrong, right, "at draw {at}");
    }
    // All of that was nothing: this is the third wrong one.
    anna.member.enter_code(&pending, &anna.phone.wrong_code()).problem(401, "code_refused");
    anna.member.enter_code(&pending, &right).is(200);
}

#[test]
fn j01_a_refusal_costs_the_same_calls_whether_somebody_bears_the_name() {
    let mut edge = Edge::start_as(ENTRY);
    let tenant = Tenant::password_only(&edge);
    let [anna, bert] = [(); 2].map(|()| Member::join(&tenant).username);
    // One that is judged, and one that has to wait.
    let [known, unknown] = [anna, random::name("m")].map(|name| [0, 10].map(|more| calls(&edge, &tenant, &name, more)));
    assert_eq!(known, unknown);

    // While a pepper rotates, a name that is kept under the older one costs more, and so does every other.
    edge.kill9();
    edge.add_key("PEPPERS", "next");
    let [known, unknown] = [bert, random::name("m")].map(|name| calls(&edge, &tenant, &name, 1));
    // What takes time: the way to the object, the disk. (The second look at nobody's record opens no transaction.)
    for kind in ["to member", "member rows", "member sql", "member setAlarm", "kv get"] {
        assert_eq!(known.get(kind), unknown.get(kind), "{kind}: {known:?} {unknown:?}");
    }
}

/// The calls of one more wrong password, after so many.
fn calls(edge: &Edge, tenant: &Tenant, username: &str, before: usize) -> BTreeMap<String, u64> {
    let wrong = || {
        let body = json!({"username": username, "password": "a wrong password"});
        tenant.client().post(&tenant.at("/sign-in"), body)
    };
    (0..before).for_each(|_| drop(wrong()));
    let switch = Switch::of(edge);
    switch.hold(None);
    wrong();
    switch.release().counts
}

/// Without the harness's law that nothing is ever a server error.
fn enter(anna: &Enrolled, client: &Client, code: &str) -> Answer {
    let body = json!({"code": code, "remember_device": false});
    let ask = client.ask("POST", &anna.member.tenant.at("/sign-in/code")).json(&body);
    ask.try_send().expect("an answer")
}
