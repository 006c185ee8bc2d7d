//! The whole way of one person, from the operator's order to every kind of sign-in.

use edge_mfa_tests::client::{DEVICE, PENDING, SESSION};
use edge_mfa_tests::member::{keys_of, proof_of};
use edge_mfa_tests::phone::now;
use edge_mfa_tests::{Edge, Member, Phone, Tenant, json};

#[test]
fn the_operator_creates_a_tenant_and_sees_its_members() {
    let tenant = Tenant::mfa(Edge::shared());
    let seen = tenant.seen_by_operator();
    assert_eq!(seen["tenant"], tenant.id);
    assert_eq!(seen["mode"], "mfa");
    assert_eq!(seen["members"], json!({"invited": 1, "active": 0}));

    Member::join(&tenant);
    assert_eq!(tenant.seen_by_operator()["members"], json!({"invited": 1, "active": 1}));

    let profile = tenant.client().get(&tenant.at("")).is(200);
    let ours = json!({"accent": null, "colours": null, "logo": null});
    assert_eq!(
        profile,
        json!({"tenant": tenant.id, "name": tenant.name, "mode": "mfa", "sends_links": true, "appearance": ours})
    );
}

#[test]
fn an_invitation_shows_whom_it_is_for_and_makes_a_member() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    let token = json!({"token": tenant.invitation});
    let shown = client.post(&tenant.at("/invitation/preview"), token).is(200);
    assert_eq!(shown["username"], "anna");
    assert_eq!(shown["role"], "administrator");
    assert_eq!(shown["name"], tenant.name);
    assert_eq!(shown["password_min_length"], 8);
    assert_eq!(shown["mode"], "mfa");

    let accept = json!({"token": tenant.invitation, "password": "8 chars!"});
    let accepted = client.post(&tenant.at("/invitation/accept"), accept).is(201);
    assert_eq!(accepted, json!({"username": "anna"}));
}

#[test]
fn a_member_enrols_and_is_signed_in_with_the_last_step() {
    let member = Member::join(&Tenant::mfa(Edge::shared()));
    let client = member.pending("enrol");
    assert!(client.cookie(SESSION).is_none());

    let enrolment = member.start_enrolment(&client);
    assert_eq!(enrolment.body["username"], member.username);
    assert_eq!(enrolment.body["tenant_name"], member.tenant.name);
    assert_eq!(enrolment.body["set"], 1);
    let secret = enrolment.body["secret"].as_str().expect("text");
    assert_eq!(Phone::typed(secret).secret(), enrolment.phone.secret());
    let expires = enrolment.body["expires_at"].as_u64().expect("a time");
    assert!((now() + 14 * 60..=now() + 15 * 60 + 1).contains(&expires), "15 minutes");

    let confirmed = member.confirm(&client, &enrolment.id, &enrolment.phone.next_code()).is(200);
    assert_eq!(confirmed["set"], 1);
    let proof_number = confirmed["proof_number"].as_u64().expect("a number");
    assert!((1..=10).contains(&proof_number));
    let mut keys = keys_of(&confirmed);
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 10, "no key twice");
    member.session(&client).problem(401, "unauthenticated");

    let done = member.complete(&client, &enrolment.id, &proof_of(&confirmed)).is(200);
    assert_eq!(done["next"], "done");
    assert!(client.cookie(PENDING).is_none(), "the pending sign-in is over");
    let session = member.session(&client).is(200);
    assert_eq!(session["username"], member.username);
    assert_eq!(session["tenant"], member.tenant.id);
    assert_eq!(session["role"], "member");
    assert_eq!(session, done["session"]);
}

#[test]
fn an_enrolled_member_signs_in_with_the_code_sees_the_account_and_signs_out() {
    let anna = Member::join(&Tenant::mfa(Edge::shared())).enrol();
    let member = &anna.member;
    let client = member.tenant.client();
    let asked = member.enter_password(&client, "code");
    assert_eq!(asked["authenticator_locked"], false);
    let expires = asked["expires_at"].as_u64().expect("a time");
    assert!((now() + 290..=now() + 301).contains(&expires), "5 minutes");

    let done = member.enter_code(&client, &anna.phone.next_code()).is(200);
    let session = &done["session"];
    assert_eq!(session["amr"], json!(["pwd", "otp"]));
    let at = session["authenticated_at"].as_u64().expect("a time");
    assert_eq!(session["expires_at"], at + 3_600, "1 h idle");
    assert_eq!(session["ends_at"], at + 86_400, "24 h absolute");
    assert!(client.cookie(DEVICE).is_none(), "remembering is opt-in");

    let account = client.get(&member.tenant.at("/account")).is(200);
    assert_eq!(account["username"], member.username);
    assert_eq!(account["mode"], "mfa");
    assert!(account["authenticator"]["enrolled_at"].is_u64());
    assert_eq!(account["recovery_keys"], json!({"set": 1, "left": 10}));
    assert_eq!(account["devices"], json!([]));

    let out = client.post(&member.tenant.at("/sign-out"), json!({}));
    out.is(204);
    assert!(client.cookie(SESSION).is_none());
    member.session(&client).problem(401, "unauthenticated");
}

#[test]
fn without_mfa_a_long_password_is_enough() {
    let tenant = Tenant::password_only(Edge::shared());
    let shown = tenant.client().post(&tenant.at("/invitation/preview"), json!({"token": tenant.invitation}));
    assert_eq!(shown.is(200)["password_min_length"], 15);
    let member = Member::join(&tenant);
    let client = tenant.client();
    let done = member.enter_password(&client, "done");
    assert_eq!(done["session"]["amr"], json!(["pwd"]));
    let account = client.get(&tenant.at("/account")).is(200);
    assert_eq!(account["authenticator"], json!(null));
    assert_eq!(account["recovery_keys"], json!(null));
}

#[test]
fn the_username_is_found_in_any_case() {
    let member = Member::join_as(&Tenant::mfa(Edge::shared()), "Bob.Builder+x@Example.org");
    assert_eq!(member.username, "bob.builder+x@example.org");
    let client = member.tenant.client();
    let body = json!({"username": "BOB.builder+x@EXAMPLE.org", "password": member.password});
    client.post(&member.tenant.at("/sign-in"), body).is(200);
}
