//! Switching off: one confirmation, and everything that MFA left behind is dead at that instant.

use std::time::Duration;

use edge_mfa_tests::client::{DEVICE, SESSION};
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Administrator, Client, Edge, Member, Tenant, Value, eventually, json};

/// Waits for the end of the sweep; gives the receipt.
pub fn finished(anna: &Administrator) -> Value {
    eventually("the sweep to finish", || anna.settings()["sweep"]["finished_at"].is_u64());
    anna.settings()["receipts"][0].clone()
}

#[test]
fn the_confirmation_is_the_short_name_typed_by_hand() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let name = &anna.tenant().id;
    for wrong in ["", "yes", &name.to_uppercase(), &anna.tenant().name, &format!("{name}x"), &name[1..]] {
        let answer = anna.ask("/settings/mfa/switch-off", json!({"confirmation": wrong}));
        assert_eq!(answer.short(), "400 confirmation_wrong", "{wrong:?}");
    }
    assert_eq!(anna.settings()["mode"], "mfa");
    let answer = anna.ask_to_switch_off();
    let done = answer.is(200);
    assert_eq!(done["epoch"], 2);
    assert!(answer.cookies().iter().any(|it| it.name == SESSION && it.removes()), "her own session too");
    assert_eq!(anna.tenant().seen_by_operator()["mode"], "password");
}

#[test]
fn g03_it_needs_a_code_and_a_recovery_key_or_a_device_will_not_do() {
    let mut anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let refused = |client: &Client| {
        let body = json!({"confirmation": anna.tenant().id});
        let answer = client.post(&anna.tenant().at("/settings/mfa/switch-off"), body);
        assert_eq!(answer.problem(403, "step_up_required")["by"], json!(["code"]), "{answer}");
    };
    let by_key = anna.member.pending("code");
    anna.member.enter_key(&by_key, &anna.keys[0]).is(200);
    refused(&by_key);
    let device = anna.member.pending("code");
    anna.member.enter_code_and_remember(&device, &anna.phone().next_code()).is(200);
    anna.member.enter_password(&device, "done");
    refused(&device);
    anna.member.step_up(&device, "recovery_key", &anna.keys[1]).is(200);
    refused(&device);
    anna.member.step_up(&device, "code", &anna.phone().next_code()).is(200);
    anna.client = device;
    anna.switch_off();
}

#[test]
fn g04_everybody_is_out_at_once_and_every_old_thing_is_refused() {
    let mut anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let tenant = anna.tenant().clone();
    let bert = Enrolled::join(&tenant);
    let device = bert.remembered();
    let waiting = bert.pending();
    let enrolling = Member::join(&tenant);
    let half = enrolling.pending("enrol");
    let enrolment = enrolling.start_enrolment(&half);
    anna.switch_off();

    bert.client.get(&tenant.at("/account")).problem(401, "unauthenticated");
    device.get(&tenant.at("/account")).problem(401, "unauthenticated");
    eventually("the session to end at the edge", || bert.member.session(&bert.client).status == 401);
    bert.member.enter_code(&waiting, &bert.phone.next_code()).problem(401, "sign_in_expired");
    bert.member.enter_key(&waiting, &bert.keys[0]).problem(401, "sign_in_expired");
    enrolling.confirm(&half, &enrolment.id, &enrolment.phone.next_code()).refuses();
    // Username and password are enough, with no word of a code or a device.
    let client = tenant.client();
    let done = bert.member.enter_password(&client, "done");
    assert_eq!(done["session"]["amr"], json!(["pwd"]));
    let account = bert.member.account(&client);
    assert_eq!((&account["mode"], &account["authenticator"]), (&json!("password"), &json!(null)));
    assert_eq!((&account["recovery_keys"], &account["devices"]), (&json!(null), &json!([])));
    bert.member.step_up(&client, "code", &bert.phone.next_code()).refuses();
    bert.member.step_up(&client, "recovery_key", &bert.keys[0]).refuses();
}

#[test]
fn the_receipt_counts_what_is_gone() {
    let mut anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let tenant = anna.tenant().clone();
    let bert = Enrolled::join(&tenant);
    bert.remembered();
    bert.member.enter_key(&bert.pending(), &bert.keys[0]).is(200);
    let carol = Enrolled::join(&tenant);
    carol.client.post(&tenant.at("/sign-out"), json!({})).is(204);
    Member::join(&tenant);
    tenant.invite("invited");
    let done = anna.switch_off();
    let receipt = finished(&anna);
    assert_eq!((&receipt["epoch"], &receipt["by"]), (&done["epoch"], &json!("anna")));
    assert_eq!(receipt["switched_off_at"], done["switched_off_at"]);
    assert!(receipt["finished_at"].as_u64() >= done["switched_off_at"].as_u64());
    // Anna, Bert and Carol had one each; a spent key is gone like the others; Bert was signed in three times.
    let counts = ["members", "authenticators", "recovery_keys", "devices", "sessions"].map(|it| receipt[it].clone());
    assert_eq!(counts, [4, 3, 30, 1, 4].map(Value::from), "{receipt}");
    let sweep = &anna.settings()["sweep"];
    assert_eq!((&sweep["members_done"], &sweep["members_total"]), (&json!(4), &json!(4)));
    assert_eq!(tenant.seen_by_operator()["receipts"][0], receipt);
    let log = anna.log();
    let swept = log.iter().find(|entry| entry.event() == "swept").expect("in the log");
    assert_eq!(swept.by.as_deref(), Some("system"));
    assert_eq!(swept.what["receipt"]["recovery_keys"], 30);
}

#[test]
fn e04_f05_g04_switched_on_again_everyone_enrols_anew_and_nothing_old_revives() {
    let mut anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let tenant = anna.tenant().clone();
    let (old_phone, old_keys) = (anna.phone.take().expect("a phone"), anna.keys.clone());
    let bert = Enrolled::join(&tenant);
    let device = bert.remembered();
    let waiting = bert.pending();
    anna.phone = None;
    let off = anna.ask_to_switch_off().is(200);
    anna.client = anna.signed_in();
    finished(&anna);
    anna.switch_on();
    assert!(anna.settings()["epoch"].as_u64() > off["epoch"].as_u64());

    bert.member.enter_code(&waiting, &bert.phone.next_code()).problem(401, "sign_in_expired");
    assert!(device.cookie(DEVICE).is_some());
    bert.member.enter_password(&device, "enrol");
    bert.client.get(&tenant.at("/account")).problem(401, "unauthenticated");
    let Enrolled { member, phone: stale, keys: stale_keys, .. } = bert;
    let bert = member.enrol();
    let client = bert.pending();
    bert.member.enter_code(&client, &stale.next_code()).problem(401, "code_refused");
    bert.member.enter_key(&client, &stale_keys[1]).problem(401, "recovery_key_refused");
    bert.member.enter_code(&client, &bert.phone.next_code()).is(200);
    let client = anna.member.pending("code");
    anna.member.enter_code(&client, &old_phone.next_code()).problem(401, "code_refused");
    anna.member.enter_key(&client, &old_keys[1]).problem(401, "recovery_key_refused");
    // The number of a set is never given twice.
    let client = anna.signed_in();
    assert!(anna.member.account(&client)["recovery_keys"]["set"].as_u64() > Some(1));
}

#[test]
fn it_is_off_already() {
    let anna = Administrator::of(&Tenant::password_only(Edge::shared()));
    let problem = anna.ask_to_switch_off().problem(409, "wrong_mode");
    assert_eq!(problem["mode"], "password");
    assert_eq!(anna.settings()["sweep"], json!(null));
    assert_eq!(anna.settings()["receipts"], json!([]));
}

#[test]
fn who_keeps_signing_in_while_the_sweep_goes_on_is_swept_all_the_same() {
    let mut anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let members: Vec<_> = (0..3).map(|_| Enrolled::join(anna.tenant())).collect();
    anna.switch_off();
    for one in &members {
        one.member.enter_password(&anna.tenant().client(), "done");
    }
    let receipt = finished(&anna);
    assert_eq!((&receipt["authenticators"], &receipt["recovery_keys"]), (&json!(4), &json!(40)), "{receipt}");
    // What came after the click is no part of it.
    std::thread::sleep(Duration::from_millis(500));
    for one in &members {
        one.member.enter_password(&anna.tenant().client(), "done");
    }
    assert_eq!(anna.settings()["receipts"][0], receipt);
}
