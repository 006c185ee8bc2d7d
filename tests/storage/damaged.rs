//! What lies on disk is damaged, moved elsewhere or cannot be read: whoever it is about is refused, never taken for
//! somebody without a factor, and nobody else is held up.

use std::path::PathBuf;

use edge_mfa_tests::client::Client;
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::needles::files;
use edge_mfa_tests::{Administrator, Edge, Tenant, Value, eventually, json};
use rusqlite::Connection;

use crate::databases::open_all;

/// The record of this member, and where it lies.
fn find(edge: &Edge, member: &str) -> (PathBuf, Value) {
    for database in open_all(&edge.state()) {
        for row in database.table("member") {
            let record: Value = row[1].parse().expect("a record is JSON");
            if record["member"] == member {
                return (database.path.clone(), record);
            }
        }
    }
    panic!("no object is {member}'s")
}

/// Lays another stored form into the record of this member, and gives the form that was there.
fn swap_state(edge: &Edge, member: &str, state: impl FnOnce(&Value) -> Value) -> Value {
    let (path, mut record) = find(edge, member);
    let before = record["state"].take();
    record["state"] = state(&before);
    let object = Connection::open(path).expect("a database");
    assert_eq!(object.execute("UPDATE member SET record = ?", [record.to_string()]).expect("an update"), 1);
    before
}

/// Waits for an alarm of this kind in the log.
fn must_alarm(edge: &Edge, words: &str) {
    eventually(&format!("the alarm `{words}`"), || {
        let texts = files(&edge.logs()).into_iter().map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned());
        texts.into_iter().any(|text| text.lines().any(|line| line.contains("ALARM") && line.contains(words)))
    });
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
    must_alarm(&edge, "a member's record cannot be used");
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

#[test]
fn g15_a_sealed_secret_moved_to_somebody_else_opens_for_nobody() {
    let mut edge = Edge::start();
    let tenant = Tenant::mfa(&edge);
    let boss = Administrator::of(&tenant);
    let (anna, bert) = (Enrolled::join(&tenant), Enrolled::join(&tenant));
    let carla = Enrolled::join(&Tenant::mfa(&edge));
    let names = [&anna, &bert].map(|it| boss.id_of(&it.member.username));
    edge.kill9();
    // Whoever can write to the store gives the other the secret of her own app.
    let state = find(&edge, &names[0]).1["state"].take();
    let sealed = state.pointer(SEALED).expect("a sealed secret").clone();
    assert!(sealed.as_str().is_some_and(|text| text.len() > 60), "{sealed}");
    swap_state(&edge, &names[1], |state| {
        let mut hers = state.clone();
        assert_ne!(std::mem::replace(hers.pointer_mut(SEALED).expect("a sealed secret"), sealed), json!(null));
        hers
    });
    edge.restart();
    for code in [anna.phone.next_code(), bert.phone.next_code()] {
        // Still asked for a code: what does not open is not read as not enrolled.
        let client = bert.pending();
        let path = tenant.at("/sign-in/code");
        let answer = client.ask("POST", &path).json(&json!({"code": code, "remember_device": false})).try_send();
        assert_eq!(answer.expect("an answer").short(), "500 internal");
        client.get(&tenant.at("/account")).problem(401, "unauthenticated");
    }
    must_alarm(&edge, "a sealed secret did not open");
    anna.signed_in();
    carla.signed_in();
    // The way out is an administrator's reset.
    let boss = Administrator { client: boss.signed_in(), ..boss };
    boss.order(&bert.member.username, "reset-mfa", json!({})).is(204);
    bert.member.enrol();
}

/// Where a stored member's authenticator has its secret.
const SEALED: &str = "/bearer/joined/authenticator/sealed_secret";

#[test]
fn a10_where_the_budget_cannot_be_read_nobody_is_judged() {
    let mut edge = Edge::start();
    let tenant = Tenant::mfa(&edge);
    let boss = Administrator::of(&tenant);
    let (anna, bert) = (Enrolled::join(&tenant), Enrolled::join(&tenant));
    let (pending, name) = (anna.pending(), boss.id_of(&anna.member.username));
    edge.kill9();
    let path = find(&edge, &name).0;
    let whole = std::fs::read(&path).expect("a database");
    std::fs::write(&path, vec![0x5a; whole.len()]).expect("spoilt");
    edge.restart();
    let password = json!({"username": anna.member.username, "password": anna.member.password});
    let code = json!({"code": anna.phone.next_code(), "remember_device": false});
    let key = json!({"recovery_key": anna.keys[0]});
    for (route, body) in [("/sign-in", password), ("/sign-in/code", code), ("/sign-in/recovery-key", key)] {
        let answer = pending.ask("POST", &tenant.at(route)).json(&body).try_send().expect("an answer");
        assert!(answer.status >= 500, "{route}: {answer}");
        assert!(answer.cookies().is_empty(), "{route}: {answer}");
        pending.get(&tenant.at("/account")).problem(401, "unauthenticated");
    }
    bert.signed_in();
    // Restored, everything is as it was.
    edge.kill9();
    std::fs::write(&path, whole).expect("restored");
    edge.restart();
    anna.member.enter_key(&pending, &anna.keys[0]).is(200);
}

#[test]
fn c10_an_old_invitation_chooses_no_password_where_a_record_is_lost() {
    let mut edge = Edge::start();
    let mut anna = Administrator::of(&Tenant::mfa(&edge));
    let tenant = anna.tenant().clone();
    let token = tenant.invite("bert");
    let bert = edge_mfa_tests::Member::accept(&tenant, &token);
    let name = anna.id_of("bert");
    edge.kill9();
    let (path, _) = find(&edge, &name);
    let object = Connection::open(path).expect("a database");
    assert_eq!(object.execute("DELETE FROM member", []).expect("deleted"), 1);
    drop(object);
    edge.restart();

    let body = json!({"token": token, "password": edge_mfa_tests::random::password()});
    tenant.client().post(&tenant.at("/invitation/accept"), body).problem(404, "invitation_refused");
    bert.try_password(&tenant.client()).problem(401, "sign_in_refused");
    // She is one for the administrator: removed and invited again she is somebody new.
    anna.client = anna.signed_in();
    assert_eq!(anna.id_of("bert"), name);
}
