//! Changing one's own password: with the current one, with a step-up where MFA is on, and others' sessions end.

use edge_mfa_tests::client::DEVICE;
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Answer, Client, Edge, Member, Tenant, eventually, json, random};

fn change(member: &Member, client: &Client, current: &str, new: &str) -> Answer {
    let body = json!({"current_password": current, "new_password": new});
    client.post(&member.tenant.at("/account/password"), body)
}

#[test]
fn f03_others_sessions_and_devices_end_and_this_session_stays() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let member = &bert.member;
    let (here, device, waiting) = (bert.signed_in(), bert.remembered(), bert.pending());
    let new = random::password();
    change(member, &here, &member.password, &new).is(204);
    Edge::shared().mailbox().wait(&member.tenant.id, &member.username, "password-replaced");
    member.session(&here).is(200);
    assert_eq!(member.account(&here)["sessions"], 1);
    for client in [&bert.client, &device] {
        client.get(&member.tenant.at("/account")).problem(401, "unauthenticated");
        eventually("the session to end at the edge", || member.session(client).status == 401);
    }
    member.enter_code(&waiting, &bert.phone.next_code()).problem(401, "sign_in_expired");
    member.try_password(&device).problem(401, "sign_in_refused");
    let now = Member { tenant: member.tenant.clone(), username: member.username.clone(), password: new };
    assert!(device.cookie(DEVICE).is_some());
    now.enter_password(&device, "code");
    now.enter_code(&device, &bert.phone.next_code()).is(200);
}

#[test]
fn the_current_password_is_asked_for_and_the_new_one_is_judged() {
    let bert = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = bert.signed_in();
    let right = &bert.member.password;
    change(&bert.member, &client, "not the password", "a fine new password").problem(401, "password_refused");
    change(&bert.member, &client, "", "a fine new password").problem(401, "password_refused");
    for (new, reason) in [
        ("short", "too_short"),
        ("", "too_short"),
        ("password1", "blocklisted"),
        (right, "unchanged"),
        (&format!("x{}", bert.member.username), "contains_username"),
        (&"x7é".repeat(100), "too_long"),
    ] {
        let answer = change(&bert.member, &client, right, new);
        assert_eq!(answer.problem(400, "password_unacceptable")["reason"], reason, "{new:?}");
    }
    bert.member.session(&client).is(200);
    bert.signed_in();
}

#[test]
fn in_password_mode_the_current_password_is_proof_enough() {
    let bert = Member::join(&Tenant::password_only(Edge::shared()));
    let client = bert.tenant.client();
    bert.enter_password(&client, "done");
    let short = change(&bert, &client, &bert.password, "14 characters!");
    assert_eq!(short.problem(400, "password_unacceptable")["min_length"], 15);
    change(&bert, &client, &bert.password, "quite another password").is(204);
    bert.try_password(&bert.tenant.client()).problem(401, "sign_in_refused");
    let now = Member { password: "quite another password".to_owned(), ..bert };
    now.enter_password(&now.tenant.client(), "done");
    assert_eq!(now.account(&client)["password"]["burnt"], false);
}

#[test]
fn wrong_passwords_of_a_stranger_do_not_stop_its_owner_from_changing_it() {
    let bert = Member::join(&Tenant::password_only(Edge::shared()));
    let client = bert.tenant.client();
    bert.enter_password(&client, "done");
    let wrong = json!({"username": bert.username, "password": "a wrong password"});
    for _ in 0..11 {
        bert.tenant.client().post(&bert.tenant.at("/sign-in"), wrong.clone()).refuses_or_throttles();
    }
    change(&bert, &client, &bert.password, "quite another password").is(204);
    bert.session(&client).is(200);
}

trait Refused {
    fn refuses_or_throttles(&self);
}

impl Refused for Answer {
    fn refuses_or_throttles(&self) {
        assert!(matches!(self.short().as_str(), "401 sign_in_refused" | "429 throttled"), "{self}");
    }
}
