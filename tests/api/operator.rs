//! The operator's door.

use edge_mfa_tests::phone::now;
use edge_mfa_tests::{Edge, Member, Tenant, json, random};

use crate::routes::{ROUTES, Whose};

#[test]
fn without_the_token_every_operator_route_is_closed() {
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Member::join(&tenant).enrol();
    let real = Edge::shared().door().operator_token().to_owned();
    let mut odd = vec![
        "Bearer ".to_owned(),
        "Bearer".to_owned(),
        "Bearer undefined".to_owned(),
        "Bearer null".to_owned(),
        format!("Basic {real}"),
        format!("Bearer {real}x"),
        format!("Bearer {}", &real[..real.len() - 1]),
        format!("Bearer {}", real.to_uppercase()),
        format!("Token {real}"),
        real.clone(),
    ];
    odd.retain(|value| *value != format!("Bearer {real}"));
    for route in ROUTES.iter().filter(|route| route.whose == Whose::Operator) {
        let ask = anna.client.ask(route.method, &route.at(&tenant));
        let ask = if route.is_unsafe() { ask.json(&(route.body)()) } else { ask };
        ask.clone().send().problem(401, "unauthenticated");
        for value in &odd {
            let answer = ask.clone().header("authorization", value).send();
            assert_eq!(answer.short(), "401 unauthenticated", "{value:?}: {answer}");
        }
    }
}

#[test]
fn a_tenant_is_made_once() {
    let tenant = Tenant::mfa(Edge::shared());
    let body = json!({"tenant": tenant.id, "name": "Other", "mode": "password", "administrator": "eve"});
    let client = tenant.client();
    let ask = client.ask("POST", "/api/v1/operator/tenants").operator().json(&body);
    ask.send().problem(409, "conflict");
    assert_eq!(tenant.seen_by_operator()["name"], tenant.name);
    let shown = json!({"token": tenant.invitation});
    client.post(&tenant.at("/invitation/preview"), shown).is(200);
}

#[test]
fn a_link_leads_to_the_invitation_page_of_this_origin_and_ends() {
    let tenant = Tenant::mfa(Edge::shared());
    let made = tenant.ask_to_invite("bert", "administrator").is(201);
    assert_eq!(made["username"], "bert");
    assert_eq!(made["role"], "administrator");
    let origin = Edge::shared().door().origin().to_owned();
    let page = format!("{origin}/t/{}/invitation#", tenant.id);
    assert!(made["url"].as_str().expect("text").starts_with(&page), "{made}");
    let expires = made["expires_at"].as_u64().expect("a time");
    assert!(expires > now() + 3_600 && expires < now() + 31 * 86_400, "{made}");
}

#[test]
fn bad_orders_are_refused_and_make_nothing() {
    let tenant = Tenant::mfa(Edge::shared());
    let id = random::name("t");
    let long = "x".repeat(33);
    let good = json!({"tenant": id, "name": "Name", "mode": "mfa", "administrator": "anna"});
    let mut bad = Vec::new();
    for name in ["", "x", &long, "UPPER", "with space", "dot.ted", "ünï", "../x", "a/b", "a\u{0}b"] {
        bad.push(("tenant", json!(name)));
    }
    for mode in [json!("external"), json!("MFA"), json!(""), json!(null), json!(1)] {
        bad.push(("mode", mode));
    }
    for name in [json!(""), json!(null), json!("x".repeat(5_000)), json!("line\nbreak")] {
        bad.push(("name", name));
    }
    for name in ["", "with space", "ünï", &"x".repeat(65), "a/b", "a:b", "a\u{0}b"] {
        bad.push(("administrator", json!(name)));
    }
    let client = tenant.client();
    for (field, value) in bad {
        let mut body = good.clone();
        body[field] = value;
        let ask = client.ask("POST", "/api/v1/operator/tenants").operator().json(&body);
        let answer = ask.send();
        assert_eq!(answer.status, 400, "{body}: {answer}");
        if field == "administrator" {
            answer.problem(400, "username_unacceptable");
        } else {
            assert_eq!(answer.problem(400, "bad_request")["field"], field, "{body}");
        }
    }
    client.get(&format!("/api/v1/tenants/{id}")).problem(404, "not_found");
}

#[test]
fn bad_usernames_and_roles_are_refused() {
    let tenant = Tenant::mfa(Edge::shared());
    let long = "x".repeat(65);
    for name in ["", " ", "a b", "a/b", "a:b", "a#b", "ünï", "а", &long, "a\u{200b}b", "<b>"] {
        tenant.ask_to_invite(name, "member").problem(400, "username_unacceptable");
    }
    for role in ["", "owner", "Administrator", "operator"] {
        let problem = tenant.ask_to_invite("bert", role).problem(400, "bad_request");
        assert_eq!(problem["field"], "role");
    }
    assert_eq!(tenant.seen_by_operator()["members"]["invited"], 1);
    let fits = "x".repeat(64);
    tenant.ask_to_invite(&fits, "member").is(201);
}

#[test]
fn of_parallel_orders_for_one_name_one_makes_the_tenant() {
    let door = Edge::shared().door();
    let tenant = Tenant::mfa(Edge::shared());
    let id = random::name("t");
    let answers = edge_mfa_tests::together(8, |number| {
        let body = json!({
            "tenant": id, "name": format!("{number}"), "mode": "mfa", "administrator": "anna",
        });
        let client = tenant.client();
        client.ask("POST", "/api/v1/operator/tenants").operator().json(&body).send()
    });
    let made: Vec<_> = answers.iter().filter(|it| it.status == 201).collect();
    assert_eq!(made.len(), 1);
    let profile = edge_mfa_tests::Client::at(door).get(&format!("/api/v1/tenants/{id}")).is(200);
    assert_eq!(profile["name"], made[0].json()["name"]);
}
