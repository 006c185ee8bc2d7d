//! The OpenAPI document against the running Worker. That every answer seen by any test is one that
//! the document describes is checked where answers come in (`harness/laws.rs`).

use std::collections::BTreeSet;

use edge_mfa_tests::document::PATH;
use edge_mfa_tests::laws::{CODES, is_provisioning};
use edge_mfa_tests::{Edge, Tenant, Value};

use crate::provisioning;
use crate::routes::ROUTES;

#[test]
fn the_document_describes_every_route_and_no_other() {
    let door = Edge::shared().door();
    let pairs = door.document().operations();
    let described: BTreeSet<_> = pairs.iter().map(|it| format!("{} {}", it.method, it.path)).collect();
    let mut known: BTreeSet<_> = ROUTES.iter().map(|it| format!("{} {}", it.method, it.path)).collect();
    known.extend(provisioning::ROUTES.iter().map(|(method, place)| format!("{method} /t/{{tenant}}/scim/v2{place}")));
    assert_eq!(described, known);
}

#[test]
fn a07_every_route_that_takes_a_code_or_a_key_is_known() {
    let door = Edge::shared().door();
    let document = door.document();
    let mut takes = BTreeSet::new();
    for operation in document.operations() {
        let schema = &operation.body["requestBody"]["content"]["application/json"]["schema"];
        let fields = &document.follow(schema)["properties"];
        for factor in ["code", "recovery_key", "password", "current_password"] {
            if fields.get(factor).is_some() {
                takes.insert(format!("{factor}: {}", operation.path.replace("/{tenant}", "")));
            }
        }
    }
    let base = "/api/v1/tenants";
    let expected = [
        format!("code: {base}/enrolment/confirm"),
        format!("code: {base}/settings/mfa/set-up/confirm"),
        format!("code: {base}/sign-in/code"),
        format!("code: {base}/step-up"),
        format!("code: {base}/second-factor/code"),
        format!("code: {base}/second-factor/enrolment/confirm"),
        format!("code: {base}/second-factor/page/code"),
        format!("code: {base}/second-factor/page/enrolment/confirm"),
        format!("current_password: {base}/account/password"),
        format!("password: {base}/invitation/accept"),
        format!("password: {base}/password/reset"),
        format!("password: {base}/sign-in"),
        format!("password: {base}/sign-in/new-password"),
        format!("password: {base}/step-up"),
        format!("recovery_key: {base}/second-factor/page/recovery-key"),
        format!("recovery_key: {base}/second-factor/recovery-key"),
        format!("recovery_key: {base}/sign-in/recovery-key"),
        format!("recovery_key: {base}/step-up"),
    ];
    assert_eq!(takes, BTreeSet::from(expected), "a new door needs a throttle and its tests");
}

#[test]
fn every_described_route_answers() {
    let tenant = Tenant::mfa(Edge::shared());
    for route in ROUTES {
        let client = tenant.client();
        let ask = client.ask(route.method, &route.at(&tenant));
        let ask = if route.is_unsafe() { ask.json(&route.body_at(&tenant)) } else { ask };
        let answer = ask.send();
        assert!(answer.code().as_deref() != Some("not_found"), "{answer}");
        assert_ne!(answer.status, 405, "{answer}");
        assert!(!route.is_closed() || answer.status == 401, "open without a token: {answer}");
    }
}

#[test]
fn the_document_is_openapi_3_1_and_its_schemas_compile() {
    let door = Edge::shared().door();
    let document = door.document();
    let root = document.root();
    assert!(root["openapi"].as_str().expect("a version").starts_with("3.1."));
    assert!(root["info"]["title"].is_string() && root["info"]["version"].is_string());
    for (_, schema) in root["components"]["schemas"].as_object().expect("schemas") {
        document.compile(schema);
    }
    follow_all(document.root(), document);
}

#[test]
fn every_operation_says_what_it_does_and_how_it_fails() {
    let door = Edge::shared().door();
    let document = door.document();
    let mut ids = BTreeSet::new();
    for operation in document.operations() {
        let name = format!("{} {}", operation.method, operation.path);
        let body = operation.body;
        assert!(body["summary"].as_str().is_some_and(|text| !text.is_empty()), "{name}: summary");
        let id = body["operationId"].as_str().unwrap_or_else(|| panic!("{name}: operationId"));
        assert!(ids.insert(id.to_owned()), "{name}: operationId twice");
        for (status, response) in body["responses"].as_object().expect("responses") {
            let response = document.follow(response);
            assert!(response["description"].is_string(), "{name} {status}: description");
            let error = match is_provisioning(&operation.path) {
                true => {
                    response["content"]["application/scim+json"]["schema"]["$ref"] == "#/components/schemas/ScimError"
                }
                false => response["content"].get("application/problem+json").is_some(),
            };
            assert_eq!(error, status.as_str() >= "400", "{name} {status}");
        }
        // RFC 7644 §3.3 has a server read past what it does not support, and directories send all they have.
        if operation.method == "POST" && !is_provisioning(&operation.path) {
            refuses_unknown_fields(&name, body, document);
        }
    }
}

#[test]
fn the_document_says_of_every_stable_code_what_it_means() {
    let door = Edge::shared().door();
    let components = &door.document().root()["components"];
    let listed = components["schemas"]["Problem"]["properties"]["code"]["enum"].as_array().expect("codes");
    let listed: BTreeSet<_> = listed.iter().map(|code| code.as_str().expect("a code").to_owned()).collect();
    assert_eq!(listed, CODES.iter().map(|(code, _)| (*code).to_owned()).collect(), "in {PATH}");
    let mut described = BTreeSet::new();
    for (name, response) in components["responses"].as_object().expect("responses") {
        let Some(status) = name.strip_prefix("Problem") else { continue };
        for line in response["description"].as_str().expect("a description").lines() {
            let (code, meaning) = line.strip_prefix("- `").and_then(|line| line.split_once("`: ")).expect(line);
            assert!(meaning.len() > 20, "{line}");
            described.insert((code.to_owned(), status.parse().expect("a status")));
        }
    }
    assert_eq!(described, CODES.iter().map(|(code, status)| ((*code).to_owned(), *status)).collect(), "in {PATH}");
}

fn refuses_unknown_fields(name: &str, body: &Value, document: &edge_mfa_tests::document::Document) {
    let schema = &body["requestBody"]["content"]["application/json"]["schema"];
    let schema = document.follow(schema);
    assert!(schema.is_object(), "{name}: the body is not described");
    assert_eq!(schema["additionalProperties"], false, "{name}: unknown fields");
    let parameters = body["parameters"].to_string() + &schema.to_string();
    let key = parameters.contains("Idempotency-Key") || parameters.contains("dempotency");
    assert!(key, "{name}: the idempotency key is not described");
}

fn follow_all(value: &Value, document: &edge_mfa_tests::document::Document) {
    document.follow(value);
    match value {
        Value::Object(members) => members.values().for_each(|it| follow_all(it, document)),
        Value::Array(items) => items.iter().for_each(|it| follow_all(it, document)),
        _ => {}
    }
}
