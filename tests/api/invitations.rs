//! Invitations: one use, one person, one tenant, one password.

use edge_mfa_tests::{Edge, Member, Tenant, Value, json, random, together};

fn preview(tenant: &Tenant, token: &str) -> edge_mfa_tests::Answer {
    tenant.client().post(&tenant.at("/invitation/preview"), json!({"token": token}))
}

fn accept(tenant: &Tenant, token: &str, password: &str) -> edge_mfa_tests::Answer {
    let body = json!({"token": token, "password": password});
    tenant.client().post(&tenant.at("/invitation/accept"), body)
}

#[test]
fn g10_an_invitation_works_once() {
    let tenant = Tenant::mfa(Edge::shared());
    let token = tenant.invite("bert");
    let password = random::password();
    accept(&tenant, &token, &password).is(201);
    accept(&tenant, &token, "another password").problem(404, "invitation_refused");
    preview(&tenant, &token).problem(404, "invitation_refused");
    let body = json!({"username": "bert", "password": "another password"});
    tenant.client().post(&tenant.at("/sign-in"), body).problem(401, "sign_in_refused");
    let body = json!({"username": "bert", "password": password});
    tenant.client().post(&tenant.at("/sign-in"), body).is(200);
}

#[test]
fn g10_looking_at_an_invitation_does_not_use_it() {
    let tenant = Tenant::mfa(Edge::shared());
    let token = tenant.invite("bert");
    for _ in 0..3 {
        assert_eq!(preview(&tenant, &token).is(200)["username"], "bert");
    }
    accept(&tenant, &token, &random::password()).is(201);
}

#[test]
fn g10_inviting_again_ends_the_older_invitation() {
    let tenant = Tenant::mfa(Edge::shared());
    let old = tenant.invite("bert");
    let new = tenant.invite("Bert");
    preview(&tenant, &old).problem(404, "invitation_refused");
    accept(&tenant, &old, &random::password()).problem(404, "invitation_refused");
    accept(&tenant, &new, &random::password()).is(201);
    tenant.ask_to_invite("bert", "member").problem(409, "conflict");
}

#[test]
fn g10_an_invitation_is_nothing_elsewhere_and_nothing_like_it_works() {
    let edge = Edge::shared();
    let (here, there) = (Tenant::mfa(edge), Tenant::mfa(edge));
    let token = here.invite("bert");
    there.invite("bert");
    preview(&there, &token).problem(404, "invitation_refused");
    accept(&there, &token, &random::password()).problem(404, "invitation_refused");
    let half = token.len() / 2;
    let odd = [
        token[..token.len() - 1].to_owned(),
        format!("{token}A"),
        token.to_uppercase(),
        format!("{}{}", &token[half..], &token[..half]),
        "A".repeat(token.len()),
        format!(" {token}"),
    ];
    for odd in odd.iter().filter(|odd| **odd != token) {
        preview(&here, odd).problem(404, "invitation_refused");
        accept(&here, odd, &random::password()).problem(404, "invitation_refused");
    }
    accept(&here, &token, &random::password()).is(201);
}

#[test]
fn g10_unknown_used_and_replaced_get_the_same_answer() {
    let tenant = Tenant::mfa(Edge::shared());
    let used = tenant.invite("bert");
    accept(&tenant, &used, &random::password()).is(201);
    let replaced = tenant.invite("carol");
    tenant.invite("carol");
    let unknown = "A".repeat(used.len());
    let bodies =
        [used, replaced, unknown].map(|token| String::from_utf8_lossy(&preview(&tenant, &token).told()).into_owned());
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
}

#[test]
fn g10_of_parallel_acceptances_one_password_counts() {
    let tenant = Tenant::mfa(Edge::shared());
    for _ in 0..3 {
        let username = random::name("m");
        let token = tenant.invite(&username);
        let passwords: Vec<_> = (0..8).map(|_| random::password()).collect();
        let answers = together(8, |number| accept(&tenant, &token, &passwords[number]));
        let accepted: Vec<_> = answers.iter().map(|it| it.status == 201).collect();
        assert_eq!(accepted.iter().filter(|it| **it).count(), 1, "{accepted:?}");
        for (password, accepted) in passwords.into_iter().zip(accepted) {
            let tenant = tenant.clone();
            let member = Member { tenant, username: username.clone(), password };
            let answer = member.try_password(&member.tenant.client());
            assert_eq!(answer.status == 200, accepted, "{answer}");
        }
    }
}

#[test]
fn g14_an_invitation_carries_no_rights_that_the_guest_may_name() {
    let tenant = Tenant::mfa(Edge::shared());
    let token = tenant.invite("bert");
    let extras: [(&str, Value); 5] = [
        ("role", json!("administrator")),
        ("username", json!("anna")),
        ("tenant", json!("other")),
        ("mfa_enrolled", json!(true)),
        ("epoch", json!(99)),
    ];
    for (field, value) in extras {
        let mut body = json!({"token": token, "password": random::password()});
        body[field] = value;
        let answer = tenant.client().post(&tenant.at("/invitation/accept"), body);
        assert_eq!(answer.problem(400, "bad_request")["field"], field);
    }
    assert_eq!(preview(&tenant, &token).is(200)["role"], "member");
}
