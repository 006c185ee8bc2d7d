//! One member's record is damaged on disk: she is refused, never taken for somebody without a factor, and nobody else
//! is held up.

use edge_mfa_tests::client::Client;
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Administrator, Edge, Tenant, Value, eventually, json};
use rusqlite::Connection;

use crate::databases::open_all;

/// Lays another stored form into the record of this member, and gives the form that was there.
fn swap_state(edge: &Edge, member: &str, state: impl FnOnce(&Value) -> Value) -> Value {
    for database in open_all(&edge.state()) {
        for row in database.table("member") {
            let mut record: Value = row[1].parse().expect("a record is JSON");
            if record["member"] == member {
                let before = record["state"].clone();
                record["state"] = state(&before);
                let object = Connection::open(&database.path).expect("a database");
                let changed = object.execute("UPDATE member SET record = ?", [record.to_string()]);
                assert_eq!(changed.expect("an update"), 1);
                return before;
            }
        }
    }
    panic!("no object is {member}'s")
}

#[test]
fn c10_i12_a_damaged_record_closes_one_door_and_holds_up_no_sweep() {
    let mut edge = Edge::start();
    let mut anna = Administrator::of(&Tenant::mfa(&edge));
    let tenant = anna.tenant().clone();
    let members: Vec<_> = (0..4).map(|_| Enrolled::join(&tenant)).collect();
    let (hit, well) = (&members[1], &members[2]);
    let name = anna.id_of(&hit.member.username);
    eventually("the directory to follow", || anna.settings()["members"]["enrolled"] == 5);

    // Written by a version that this one does not know.
    edge.kill9();
    let before = swap_state(&edge, &name, |state| {
        let mut unknown = state.clone();
        unknown["version"] = json!("9");
        unknown
    });
    assert_ne!(before["version"], "9");
    edge.restart();
    let body = json!({"username": hit.member.username, "password": hit.member.password});
    let sign_in = |client: &Client| client.ask("POST", &tenant.at("/sign-in")).json(&body).try_send();
    let client = tenant.client();
    assert_eq!(sign_in(&client).expect("an answer").short(), "503 unavailable", "refused, not enrolled anew");
    well.signed_in();

    anna.client = anna.signed_in();
    anna.switch_off();
    eventually("the sweep to finish", || anna.settings()["sweep"]["finished_at"].is_u64());
    let receipt = anna.settings()["receipts"][0].clone();
    assert_eq!((&receipt["members"], &receipt["unreached"]), (&json!(4), &json!(1)), "{receipt}");
    assert_eq!(receipt["authenticators"], 4);
    well.member.enter_password(&tenant.client(), "done");
    assert_eq!(sign_in(&client).expect("an answer").short(), "503 unavailable");

    // Restored as it was, she is told by herself what everybody else knows: nothing of before opens anything.
    edge.kill9();
    swap_state(&edge, &name, |_| before);
    edge.restart();
    hit.client.get(&tenant.at("/account")).problem(401, "unauthenticated");
    eventually("her object to follow", || hit.member.session(&hit.client).status == 401);
    hit.member.enter_password(&tenant.client(), "done");
}
