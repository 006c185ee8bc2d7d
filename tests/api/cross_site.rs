//! Requests that other sites can make a browser send.

use edge_mfa_tests::client::Ask;
use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Client, Edge, Tenant, json};

use crate::routes::{HARMLESS, ROUTES, Whose};

/// Every unsafe route that a browser may ask, with a well-formed body.
fn asks<'a>(client: &'a Client, tenant: &Tenant) -> Vec<Ask<'a>> {
    let routes = ROUTES.iter().filter(|it| it.is_unsafe() && !matches!(it.whose, Whose::Operator | Whose::Application));
    routes.map(|it| client.ask("POST", &it.at(tenant)).json(&(it.body)())).collect()
}

#[test]
fn h01_h05_requests_from_other_sites_are_refused_on_every_route() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    for ask in asks(&anna.client, &anna.member.tenant) {
        for site in ["cross-site", "none", "", "same-origin, cross-site", "SAME-ORIGIN"] {
            let answer = ask.clone().header("sec-fetch-site", site).send();
            assert_eq!(answer.short(), "403 cross_site", "{site:?}: {answer}");
        }
    }
    // Nothing happened: the session is still there.
    anna.member.session(&anna.client).is(200);
}

#[test]
fn h02_a_sibling_of_our_site_is_refused() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    for ask in asks(&anna.client, &anna.member.tenant) {
        ask.header("sec-fetch-site", "same-site").send().problem(403, "cross_site");
    }
}

#[test]
fn h01_h04_without_fetch_metadata_the_origin_must_be_ours() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    let ours = Edge::shared().door().origin().to_owned();
    let foreign = [
        "null".to_owned(),
        String::new(),
        "https://evil.example".to_owned(),
        format!("{ours}.evil.example"),
        format!("{ours}0"),
        format!("{ours}/"),
        ours.replace("http:", "https:"),
        ours.replace("localhost", "evil.localhost"),
        "http://localhost".to_owned(),
        ours.to_uppercase(),
    ];
    for ask in asks(&client, &tenant) {
        let ask = ask.without("sec-fetch-site");
        ask.clone().without("origin").send().problem(403, "cross_site");
        for origin in &foreign {
            let answer = ask.clone().header("origin", origin).send();
            assert_eq!(answer.short(), "403 cross_site", "{origin:?}: {answer}");
        }
        let answer = ask.send();
        assert_ne!(answer.code().as_deref(), Some("cross_site"), "our own origin: {answer}");
    }
}

#[test]
fn h01_forms_of_other_sites_are_refused_and_change_nothing() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let out = anna.member.tenant.at("/sign-out");
    let forms = ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"];
    for kind in forms.into_iter().chain(JSON) {
        let ask = anna.client.ask("POST", &out).header("content-type", kind).bytes("{}");
        let ask = ask.header("sec-fetch-site", "cross-site").without("idempotency-key");
        ask.header("origin", "https://evil.example").send().problem(403, "cross_site");
    }
    anna.member.session(&anna.client).is(200);
}

/// What is taken for JSON: no form can say any of it, and a script of another site has to ask first.
const JSON: [&str; 4] = [
    "application/json",
    "application/json; charset=utf-8",
    "application/json;charset=UTF-8",
    "application/json ; Charset=Utf-8",
];

#[test]
fn h03_only_json_is_taken_as_json() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    for ask in asks(&client, &tenant) {
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json; charset=utf-16",
            "application/json; charset=utf-8; boundary=x",
            "application/json; charset=utf-8, text/plain",
            "application/json;",
            "application/json; boundary=x",
            "application/json, text/plain",
            "text/plain; charset=utf-8",
            "application/problem+json",
            "text/json",
            "application/jsonx",
            "",
        ] {
            let answer = ask.clone().header("content-type", kind).send();
            assert_eq!(answer.short(), "415 unsupported_media_type", "{kind:?}: {answer}");
        }
        ask.clone().without("content-type").send().problem(415, "unsupported_media_type");
        for kind in JSON {
            let answer = ask.clone().header("content-type", kind).send();
            assert_ne!(answer.status, 415, "{kind:?}: {answer}");
        }
    }
}

#[test]
fn h03_the_operator_too_must_send_json_and_an_idempotency_key() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    for route in ROUTES.iter().filter(|it| it.is_unsafe() && it.whose == Whose::Operator) {
        let ask = client.ask("POST", &route.at(&tenant)).operator().json(&(route.body)());
        let plain = ask.clone().header("content-type", "text/plain");
        plain.send().problem(415, "unsupported_media_type");
        ask.without("idempotency-key").send().problem(400, "idempotency_key_missing");
    }
}

#[test]
fn the_operator_needs_no_fetch_metadata() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    let path = format!("/api/v1/operator/tenants/{}/invitations", tenant.id);
    let body = json!({"username": "bert", "role": "member"});
    let ask = client.ask("POST", &path).operator().json(&body);
    ask.without("sec-fetch-site").without("origin").send().is(201);
}

#[test]
fn h06_no_other_origin_may_read_an_answer() {
    // That no answer carries Access-Control-Allow-* is held for every answer by the harness.
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    let ours = Edge::shared().door().origin().to_owned();
    for origin in ["https://evil.example", "null", &format!("{ours}.evil.example")] {
        for route in ROUTES {
            let preflight = client.ask("OPTIONS", &route.at(&tenant)).header("origin", origin);
            let preflight = preflight.header("access-control-request-method", route.method);
            let asked = preflight.header("access-control-request-headers", "content-type");
            assert_ne!(asked.send().status, 200);
            let read = client.ask("GET", &route.at(&tenant)).header("origin", origin);
            read.header("sec-fetch-site", "cross-site").send();
        }
    }
}

#[test]
fn h01_a_get_changes_nothing() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let read = |path: &str| ROUTES.iter().any(|it| it.path == path && !it.is_unsafe());
    for route in ROUTES.iter().filter(|it| it.is_unsafe() && !read(it.path)) {
        let answer = anna.client.ask("GET", &route.at(&anna.member.tenant)).operator().send();
        answer.problem(405, "method_not_allowed");
    }
    anna.member.session(&anna.client).is(200);
}

#[test]
fn other_methods_are_refused_with_the_ones_that_work() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    for route in ROUTES {
        for method in ["PUT", "PATCH", "DELETE", "GET", "POST"] {
            if ROUTES.iter().any(|it| it.path == route.path && it.method == method) {
                continue;
            }
            let answer = client.ask(method, &route.at(&tenant)).operator();
            let answer = if method == "GET" { answer } else { answer.json(&json!({})) }.send();
            if answer.status == 405 {
                let allow = answer.header("allow").unwrap_or_default();
                assert!(allow.split(", ").any(|it| it == route.method), "{answer}");
            } else {
                // A POST to an address that is only read may be refused for its form first.
                assert!(matches!(answer.status, 400 | 401 | 404 | 415), "{answer}");
            }
        }
    }
    let answer = client.ask("HEAD", &HARMLESS.at(&tenant)).send();
    assert_eq!(answer.status, 405, "{answer}");
}
