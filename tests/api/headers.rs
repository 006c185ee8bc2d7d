//! Paths that are not there, and keys of idempotency that are none.

use edge_mfa_tests::{Edge, Tenant, json};

use crate::routes::{HARMLESS, ROUTES};

#[test]
fn unknown_paths_are_not_found() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v2/openapi.json",
        "/api/v1/openapi.yaml",
        "/api/v1/tenants",
        "/api/v1/tenants/",
        "/api/v1/operator",
        "/api/v1/openapi.json/",
        "/api/v1//openapi.json",
        "/api/v1/%6fpenapi.json%00",
        &tenant.at("/"),
        &tenant.at("/session/"),
        &tenant.at("/sign-in/code/x"),
        &tenant.at("/enrolment"),
        &tenant.at("/%2e%2e/session"),
        &tenant.at("/SESSION"),
    ] {
        let answer = client.get(path);
        assert_eq!(answer.short(), "404 not_found", "{path}");
        let answer = client.post(path, json!({}));
        assert!(matches!(answer.status, 404 | 405), "{answer}");
    }
}

#[test]
fn every_unsafe_route_wants_an_idempotency_key() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    let bad = [
        "short".to_owned(),
        "x".repeat(21),
        "x".repeat(65),
        format!("{} {}", "x".repeat(15), "x".repeat(15)),
        format!("{}.", "x".repeat(30)),
        format!("{}é", "x".repeat(30)),
        format!("\"{}\"", "x".repeat(30)),
    ];
    for route in ROUTES.iter().filter(|it| it.is_unsafe_and_peoples()) {
        let ask = client.ask("POST", &route.at(&tenant)).operator().json(&(route.body)());
        let missing = ask.clone().without("idempotency-key").send();
        missing.problem(400, "idempotency_key_missing");
        for key in &bad {
            let answer = ask.clone().key(key).send();
            assert_eq!(answer.short(), "400 idempotency_key_missing", "{key:?}: {answer}");
        }
    }
}

#[test]
fn keys_of_22_to_64_symbols_are_taken() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    let tail = edge_mfa_tests::random::name("k");
    for length in [22, 36, 64] {
        let key: String = tail.chars().chain("-_aZ9".chars().cycle()).take(length).collect();
        let ask = client.ask("POST", &HARMLESS.at(&tenant)).key(&key);
        ask.json(&(HARMLESS.body)()).send().problem(404, "invitation_refused");
    }
}

#[test]
fn answers_do_not_say_what_they_were_asked() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    let secret = edge_mfa_tests::random::password();
    let bodies = [
        json!({"username": secret, "password": secret}),
        json!({"username": "x", "password": [secret]}),
        json!({"username": "x", "password": "x", secret.clone(): 1}),
    ];
    for body in bodies.iter().take(2) {
        let answer = client.post(&tenant.at("/sign-in"), body.clone());
        assert!(!answer.text().contains(&secret), "{answer}");
    }
    // The name of an unknown field is told, so that a developer finds the mistake; not its value.
    let answer = client.post(&tenant.at("/sign-in"), bodies[2].clone());
    answer.problem(400, "bad_request");
}
