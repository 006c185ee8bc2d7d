//! Nobody learns from an answer who is a member.

use edge_mfa_tests::{Administrator, Answer, Edge, Member, Tenant, json, random};

/// Everything of an answer that could tell two accounts apart.
fn visible(answer: &Answer) -> (u16, Vec<String>, Vec<u8>) {
    let changes = ["date", "cf-ray", "mf-request-id", "x-request-id"];
    let headers = answer.headers.iter().filter(|(name, _)| !changes.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| format!("{name}: {value}")).collect();
    (answer.status, headers, answer.told())
}

#[test]
fn j01_unknown_wrong_and_invited_get_the_same_answer() {
    let anna = Administrator::of(&Tenant::mfa(Edge::shared()));
    let tenant = anna.tenant();
    let enrolled = Member::join(tenant).enrol().member.username;
    let [active, removed] = [(); 2].map(|()| Member::join(tenant).username);
    anna.order(&removed, "remove", json!({})).is(204);
    tenant.invite("invited-only");
    let names = [enrolled.as_str(), &active, &removed, "invited-only", "nobody-at-all", "o'brien; drop table", "x"];
    let answers = names.map(|name| {
        let body = json!({"username": name, "password": "a wrong password"});
        tenant.client().post(&tenant.at("/sign-in"), body)
    });
    for (name, answer) in names.iter().zip(&answers) {
        answer.problem(401, "sign_in_refused");
        assert_eq!(visible(answer), visible(&answers[0]), "{name} can be told apart");
    }
}

#[test]
fn j01_the_throttle_does_not_tell_who_is_a_member_either() {
    let tenant = Tenant::mfa(Edge::shared());
    let known = Member::join(&tenant).username;
    let unknown = random::name("m");
    let attempts = |username: &str| -> Vec<String> {
        let client = tenant.client();
        let body = json!({"username": username, "password": "a wrong password"});
        (0..13).map(|_| client.post(&tenant.at("/sign-in"), body.clone()).short()).collect()
    };
    assert_eq!(attempts(&known), attempts(&unknown));
}

#[test]
fn j01_a_repeated_idempotency_key_does_not_tell_who_is_a_member_either() {
    let tenant = Tenant::mfa(Edge::shared());
    let known = Member::join(&tenant).username;
    tenant.invite("invited-only");
    let answers = [known.as_str(), "invited-only", "nobody-at-all"].map(|username| {
        let client = tenant.client();
        let key = random::idempotency_key();
        ["one wrong password", "one wrong password", "another wrong password"].map(|password| {
            let body = json!({"username": username, "password": password});
            client.ask("POST", &tenant.at("/sign-in")).key(&key).json(&body).send().short()
        })
    });
    assert!(answers.iter().all(|it| *it == answers[0]), "{answers:?}");
}

#[test]
fn a_password_never_enters_as_another_password() {
    let tenant = Tenant::mfa(Edge::shared());
    let member = Member::join(&tenant);
    let tries = [
        member.password.to_uppercase(),
        member.password.to_lowercase(),
        format!("{} ", member.password),
        format!(" {}", member.password),
        format!("{}\u{0}", member.password),
        member.password[..member.password.len() - 1].to_owned(),
    ];
    for password in tries {
        let body = json!({"username": member.username, "password": password});
        let answer = tenant.client().post(&tenant.at("/sign-in"), body);
        assert!(matches!(answer.status, 400 | 401), "{answer}");
    }
    member.pending("enrol");
}

#[test]
fn a_tenant_that_is_not_there_answers_not_found_on_every_route() {
    let tenant = Tenant::mfa(Edge::shared());
    let mut nowhere = tenant.clone();
    nowhere.id = random::name("t");
    for route in crate::routes::ROUTES.iter().filter(|it| it.path.contains("/tenants/{tenant}")) {
        let client = tenant.client();
        let ask = client.ask(route.method, &route.at(&nowhere));
        let ask = if route.is_unsafe() { ask.json(&route.body_at(&nowhere)) } else { ask };
        let answer = ask.operator().send();
        // Who is not signed in is signed out, wherever that is; who asks for a link is heard, whatever the name.
        let done = route.path.ends_with("/sign-out") && answer.status == 204;
        let heard = route.path.ends_with("/password/forgot") && answer.status == 202;
        assert!(done || heard || matches!(answer.status, 401 | 404), "{answer}");
    }
    tenant.client().get(&nowhere.at("")).problem(404, "not_found");
}

#[test]
fn a_tenant_name_that_is_none_is_not_found() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    let long = "x".repeat(33);
    let upper = tenant.id.to_uppercase();
    let odd = ["x", &long, &upper, "%2e%2e", "a%2Fb", "caf%C3%A9"];
    for name in odd {
        let answer = client.get(&format!("/api/v1/tenants/{name}"));
        assert_eq!(answer.short(), "404 not_found", "{name}");
    }
}
