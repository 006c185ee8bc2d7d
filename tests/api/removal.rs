//! Removing a member, and inviting the same name again.

use edge_mfa_tests::client::DEVICE;
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::tenant::token_of;
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, eventually, json};

#[test]
fn g11_the_removed_are_out_at_once_by_every_door() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let tenant = anna.tenant();
    let bert = Enrolled::join(tenant);
    let (device, waiting) = (bert.remembered(), bert.pending());
    let newcomer = Member::join(tenant);
    let half = newcomer.pending("enrol");
    let enrolment = newcomer.start_enrolment(&half);
    for name in [&bert.member.username, &newcomer.username] {
        anna.order(name, "remove", json!({})).is(204);
        assert_eq!(anna.row(name)["standing"], "removed");
    }
    for client in [&bert.client, &device] {
        client.get(&tenant.at("/account")).problem(401, "unauthenticated");
        bert.member.step_up(client, "code", &bert.phone.code()).problem(401, "unauthenticated");
        client.post(&tenant.at("/account/reset-mfa"), json!({})).problem(401, "unauthenticated");
        eventually("the session to end at the edge", || bert.member.session(client).status == 401);
    }
    bert.member.enter_code(&waiting, &bert.phone.next_code()).problem(401, "sign_in_expired");
    bert.member.enter_key(&waiting, &bert.keys[0]).problem(401, "sign_in_expired");
    newcomer.confirm(&half, &enrolment.id, &enrolment.phone.next_code()).problem(401, "sign_in_expired");
    for client in [&device, &tenant.client()] {
        bert.member.try_password(client).problem(401, "sign_in_refused");
    }
    // Gone is gone: a second order finds nobody, and no act but an invitation does anything.
    for act in ["remove", "reset-mfa"] {
        anna.order(&bert.member.username, act, json!({})).problem(404, "not_found");
    }
    anna.order(&bert.member.username, "role", json!({"role": "administrator"})).problem(404, "not_found");
}

#[test]
fn g12_whoever_is_invited_again_inherits_nothing() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let tenant = anna.tenant();
    let bert = Enrolled::join(tenant);
    let (device, waiting) = (bert.remembered(), bert.pending());
    let name = bert.member.username.clone();
    anna.order(&name, "remove", json!({})).is(204);
    let again = anna.order(&name, "invite-again", json!({})).is(201);
    assert_eq!(again["username"], name);
    let row = anna.row(&name);
    assert_eq!(row["standing"], "invited");
    for nothing in ["joined_at", "enrolled_at", "last_sign_in_at", "recovery_keys_left"] {
        assert_eq!(row[nothing], json!(null), "{nothing}");
    }
    // Invited is not in: the old password opens nothing, before and after the acceptance.
    bert.member.try_password(&tenant.client()).problem(401, "sign_in_refused");
    let new = Member::accept(tenant, &token_of(&again));
    bert.member.try_password(&tenant.client()).problem(401, "sign_in_refused");
    bert.client.get(&tenant.at("/account")).problem(401, "unauthenticated");
    bert.member.enter_code(&waiting, &bert.phone.next_code()).problem(401, "sign_in_expired");
    assert!(device.cookie(DEVICE).is_some());
    new.enter_password(&device, "enrol");
    let new = new.enrol();
    let client = new.pending();
    new.member.enter_code(&client, &bert.phone.next_code()).problem(401, "code_refused");
    new.member.enter_key(&client, &bert.keys[0]).problem(401, "recovery_key_refused");
    new.member.enter_password(&device, "code");
    new.signed_in();
}

#[test]
fn g10_an_invitation_sent_again_kills_the_older_link_and_removal_kills_both() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let tenant = anna.tenant();
    let preview = |token: &str| tenant.client().post(&tenant.at("/invitation/preview"), json!({"token": token}));
    let first = token_of(&anna.ask("/members/invite", json!({"username": "carol", "role": "member"})).is(201));
    preview(&first).is(200);
    let second = token_of(&anna.order("carol", "invite-again", json!({})).is(201));
    preview(&first).problem(404, "invitation_refused");
    preview(&second).is(200);
    anna.order("carol", "remove", json!({})).is(204);
    preview(&second).problem(404, "invitation_refused");
    let body = json!({"token": second, "password": "a long enough password"});
    tenant.client().post(&tenant.at("/invitation/accept"), body).problem(404, "invitation_refused");
    let third = token_of(&anna.order("carol", "invite-again", json!({})).is(201));
    Member::accept(tenant, &third).enrol();
    anna.order("carol", "invite-again", json!({})).problem(409, "conflict");
}

#[test]
fn an_administrator_may_remove_another_who_is_then_nobody() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let bert = anna.another();
    let path = format!("/members/{}/remove", bert.id_of(&anna.member.username));
    anna.order(&bert.member.username, "remove", json!({})).is(204);
    bert.ask(&path, json!({})).problem(401, "unauthenticated");
    bert.ask("/members/invite", json!({"username": "x", "role": "member"})).problem(401, "unauthenticated");
    assert_eq!(anna.row("anna")["standing"], "active");
}
