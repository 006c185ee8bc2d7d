//! In external mode every local door is closed, and no local credential is made.

use edge_mfa_tests::client::{PENDING, SESSION};
use edge_mfa_tests::tenant::token_of;
use edge_mfa_tests::{Answer, Edge, Member, eventually, json, random};

use crate::external::Elsewhere;
use crate::password_link::link_to;

fn closed(answer: &Answer) {
    let short = answer.short();
    let refused = ["403 tenant_external", "401 sign_in_expired", "409 wrong_mode", "404 link_refused"];
    assert!(refused.contains(&short.as_str()), "{answer}");
    assert!(answer.sets(SESSION).is_none() && answer.sets(PENDING).is_none(), "{answer}");
}

#[test]
fn g08_every_local_door_is_closed() {
    let mut elsewhere = Elsewhere::configured();
    let tenant = elsewhere.anna.tenant().clone();
    let bert = Member::join(&tenant);
    let at_bert = tenant.client();
    bert.enter_password(&at_bert, "done");
    let link = link_to(&bert);
    let invited = tenant.invite("carol");
    elsewhere.switch_on("anna");

    at_bert.get(&tenant.at("/account")).problem(401, "unauthenticated");
    eventually("the session to end at the edge", || bert.session(&at_bert).status == 401);
    eventually("the door to say so", || bert.try_password(&tenant.client()).short() == "403 tenant_external");
    // A right password and a wrong one get the same answer.
    let wrong = json!({"username": bert.username, "password": "not the password at all"});
    let right = bert.try_password(&tenant.client());
    let answer = tenant.client().post(&tenant.at("/sign-in"), wrong);
    assert_eq!((answer.short(), answer.told()), (right.short(), right.told()));
    let client = tenant.client();
    for (route, body) in [
        ("/sign-in/code", json!({"code": "123456", "remember_device": false})),
        ("/sign-in/recovery-key", json!({"recovery_key": "00000-00000-00000-00000-00000"})),
        ("/sign-in/new-password", json!({"password": "a long enough password"})),
        ("/enrolment/start", json!({})),
        ("/password/reset", json!({"token": link.token(), "password": "a long enough password"})),
        ("/password/link", json!({"token": link.token()})),
        ("/password/not-me", json!({"token": link.token()})),
    ] {
        closed(&client.post(&tenant.at(route), body));
    }
    let accept = json!({"token": invited, "password": "a long enough password"});
    client.post(&tenant.at("/invitation/accept"), accept).refuses();
    client.post(&tenant.at("/password/forgot"), json!({"username": bert.username})).is(202);
    std::thread::sleep(std::time::Duration::from_secs(2));
    let told = Edge::shared().mailbox().told(&tenant.id, &bert.username);
    assert_eq!(told.iter().filter(|it| it.event() == "password-link-issued").count(), 1, "only the one of before");
}

#[test]
fn g08_nor_does_a_session_from_there_make_a_local_credential() {
    let elsewhere = Elsewhere::in_use();
    let anna = &elsewhere.anna;
    let account = anna.member.account(&anna.client);
    assert_eq!((&account["mode"], &account["authenticator"]), (&json!("external"), &json!(null)));
    assert_eq!(account["step_up_by"], json!(["sign-in"]));
    let change = json!({"current_password": anna.member.password, "new_password": random::password()});
    closed(&anna.ask("/account/password", change));
    for (route, body) in [
        ("/account/reset-mfa", json!({})),
        ("/account/recovery-keys/start", json!({})),
        ("/account/recovery-keys/complete", json!({"proof": "00000"})),
        ("/settings/mfa/set-up/start", json!({})),
    ] {
        anna.ask(route, body).refuses();
    }
    for (kind, proof) in [("password", anna.member.password.as_str()), ("code", "123456")] {
        let answer = anna.member.step_up(&anna.client, kind, proof);
        assert!(matches!(answer.short().as_str(), "403 tenant_external" | "403 step_up_required"), "{answer}");
    }
    let session = anna.member.session(&anna.client).is(200);
    assert_eq!(session["amr"], json!(["external"]));
    let made = anna.ask("/members/invite", json!({"username": "carol", "role": "member"})).is(201);
    let preview =
        anna.tenant().client().post(&anna.tenant().at("/invitation/preview"), json!({"token": token_of(&made)}));
    assert_eq!(preview.is(200)["mode"], "external");
    let accept = json!({"token": token_of(&made), "password": "a long enough password"});
    anna.tenant().client().post(&anna.tenant().at("/invitation/accept"), accept).problem(403, "tenant_external");
    assert_eq!(anna.row("carol")["standing"], "invited");
}

#[test]
fn g03_a_proof_there_is_a_proof_here_only_when_it_says_when() {
    let mut elsewhere = Elsewhere::in_use();
    let invite = json!({"username": "carol", "role": "member"});
    // Without a word of when, nothing counts as fresh …
    elsewhere.directory.misbehave("no_auth_time");
    elsewhere.anna.client = elsewhere.anna.tenant().client();
    assert_eq!(elsewhere.sign_in(&elsewhere.anna.client, "anna"), "account");
    assert_eq!(elsewhere.anna.member.account(&elsewhere.anna.client)["step_up_until"], 0);
    let answer = elsewhere.anna.ask("/members/invite", invite.clone());
    assert_eq!(answer.problem(403, "step_up_required")["by"], json!(["sign-in"]));
    // … and asked for a fresh sign-in, an answer that does not say so is refused.
    let page = elsewhere.sign_in_as(&elsewhere.anna.tenant().client(), "anna", true);
    assert_eq!(page, "sign-in?external=id_token_auth_time_missing");
    elsewhere.directory.misbehave("old_auth_time");
    let page = elsewhere.sign_in_as(&elsewhere.anna.tenant().client(), "anna", true);
    assert_eq!(page, "sign-in?external=id_token_auth_time_too_old");
    elsewhere.directory.behave();
    assert_eq!(elsewhere.sign_in_as(&elsewhere.anna.client, "anna", true), "account");
    elsewhere.anna.ask("/members/invite", invite).is(201);
}
