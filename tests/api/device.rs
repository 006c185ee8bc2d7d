//! Remember this device: skips the code for that member on that device, and for nobody else.

use edge_mfa_tests::client::{DEVICE, SESSION};
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::phone::now;
use edge_mfa_tests::{Client, Edge, Member, Tenant, json};

const DAYS_30: u64 = 30 * 86_400;

#[test]
fn a_remembered_device_skips_the_code_and_says_so() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.pending();
    let code = anna.phone.next_code();
    let done = anna.member.enter_code_and_remember(&client, &code).is(200);
    let until = done["device_remembered_until"].as_u64().expect("a time");
    assert!((now() + DAYS_30 - 60..=now() + DAYS_30 + 1).contains(&until), "30 days");
    assert_eq!(done["session"]["amr"], json!(["pwd", "otp"]));
    client.post(&anna.member.tenant.at("/sign-out"), json!({})).is(204);

    let skipped = anna.member.enter_password(&client, "done");
    assert_eq!(skipped["session"]["amr"], json!(["pwd", "device"]));
    assert_eq!(skipped["device_remembered_until"], until, "use does not lengthen it");
    anna.member.session(&client).is(200);

    let account = client.get(&anna.member.tenant.at("/account")).is(200);
    let devices = account["devices"].as_array().expect("a list");
    assert_eq!(devices.len(), 1);
    assert_eq!(devices[0]["this"], true);
    assert_eq!(devices[0]["remembered_until"], until);
    assert!(devices[0]["last_used_at"].is_u64());
    // Elsewhere it is listed, but is not this one.
    let elsewhere = anna.client.get(&anna.member.tenant.at("/account")).is(200);
    assert_eq!(elsewhere["devices"][0]["this"], false);
}

#[test]
fn a_remembered_device_still_needs_the_password() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.remembered();
    let body = json!({"username": anna.member.username, "password": "not the password"});
    let answer = client.post(&anna.member.tenant.at("/sign-in"), body);
    answer.problem(401, "sign_in_refused");
    assert!(answer.sets(SESSION).is_none());
    anna.member.enter_password(&client, "done");
}

#[test]
fn f01_a_remembered_device_is_nothing_to_another_member_in_the_same_browser() {
    let tenant = Tenant::mfa(Edge::shared());
    let (anna, bert) = (Enrolled::join(&tenant), Enrolled::join(&tenant));
    let client = anna.remembered();
    bert.member.enter_password(&client, "code");
    // Bert is remembered too: each keeps a device of his own.
    let code = bert.phone.next_code();
    bert.member.enter_code_and_remember(&client, &code).is(200);
    anna.member.enter_password(&client, "done");
    bert.member.enter_password(&client, "done");
}

#[test]
fn f01_the_token_of_one_member_under_the_cookie_name_of_another_is_refused() {
    let tenant = Tenant::mfa(Edge::shared());
    let (anna, bert) = (Enrolled::join(&tenant), Enrolled::join(&tenant));
    let (of_anna, of_bert) = (device_of(&anna.remembered()), device_of(&bert.remembered()));
    assert_ne!(of_anna.0, of_bert.0, "the cookie's name tells members apart");
    let swapped = tenant.client();
    swapped.with_jar(|jar| {
        jar.put(&of_anna.0, &of_bert.1);
        jar.put(&of_bert.0, &of_anna.1);
    });
    anna.member.enter_password(&swapped, "code");
    bert.member.enter_password(&swapped, "code");
}

#[test]
fn f02_a_remembered_device_is_nothing_at_another_tenant() {
    let edge = Edge::shared();
    let here = Member::join_as(&Tenant::mfa(edge), "anna.b").enrol();
    let there = Member::join_as(&Tenant::mfa(edge), "anna.b").enrol();
    let client = here.remembered();
    there.member.enter_password(&client, "code");
    let (name, _) = device_of(&there.remembered());
    let (_, value) = device_of(&here.remembered());
    let swapped = there.member.tenant.client();
    swapped.with_jar(|jar| jar.put(&name, &value));
    there.member.enter_password(&swapped, "code");
}

#[test]
fn a_recovery_sign_in_is_never_remembered() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.pending();
    let body = json!({"recovery_key": anna.keys[0], "remember_device": true});
    let path = anna.member.tenant.at("/sign-in/recovery-key");
    client.post(&path, body).problem(400, "bad_request");
    let answer = anna.member.enter_key(&client, &anna.keys[0]);
    answer.is(200);
    assert!(answer.sets(DEVICE).is_none());
    anna.member.enter_password(&client, "code");
}

#[test]
fn remembering_must_be_asked_for_in_so_many_words() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.pending();
    let path = anna.member.tenant.at("/sign-in/code");
    let code = anna.phone.next_code();
    for odd in [json!("true"), json!(1), json!(null), json!([true]), json!({})] {
        let body = json!({"code": code, "remember_device": odd});
        let problem = client.post(&path, body).problem(400, "bad_request");
        assert_eq!(problem["field"], "remember_device");
    }
    anna.member.enter_code(&client, &code).is(200);
    assert!(client.cookie(DEVICE).is_none());
}

/// Name and value of the device cookie.
fn device_of(client: &Client) -> (String, String) {
    client.jar().find(DEVICE).expect("a device cookie")
}
