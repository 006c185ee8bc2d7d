//! Bodies: too large, too deep, not JSON, of the wrong shape.

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Edge, Tenant, Value, json};

use crate::routes::{ROUTES, STEP_UP};

#[test]
fn i09_large_bodies_are_refused_before_anything_else_on_every_route() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    for (number, route) in ROUTES.iter().filter(|it| it.is_unsafe_and_peoples()).enumerate() {
        let large = [route.largest_body() + 1, 1 << 20, 10 << 20];
        // The largest once: it says nothing more on each of the others.
        for size in large.iter().take(if number == 0 { 3 } else { 2 }) {
            let body = format!("{{\"x\":\"{}\"}}", "y".repeat(size - 8));
            let ask = client.ask("POST", &route.at(&tenant)).operator().bytes(body);
            ask.send().problem(413, "body_too_large");
        }
    }
}

#[test]
fn i09_a_body_of_16_kib_is_read() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    let body = format!("{{\"token\":\"{}\"}}", "y".repeat(16 * 1024 - 12));
    assert_eq!(body.len(), 16 * 1024);
    let path = tenant.at("/invitation/preview");
    let answer = client.ask("POST", &path).bytes(body).send();
    assert!(matches!(answer.status, 400 | 404), "{answer}");
}

#[test]
fn i09_long_values_are_refused_and_not_charged() {
    let anna = Enrolled::join(&Tenant::mfa(Edge::shared()));
    let client = anna.pending();
    let long = "1".repeat(15_000);
    for _ in 0..6 {
        anna.member.enter_code(&client, &long).problem(400, "passcode_malformed");
        anna.member.enter_key(&client, &long).problem(400, "recovery_key_malformed");
    }
    for name in [&long, &"é".repeat(7_000)] {
        let body = json!({"username": name, "password": "x"});
        let answer = anna.member.tenant.client().post(&anna.member.tenant.at("/sign-in"), body);
        assert!(matches!(answer.status, 400 | 401), "{answer}");
        let body = json!({"username": "x", "password": name});
        let answer = anna.member.tenant.client().post(&anna.member.tenant.at("/sign-in"), body);
        assert!(matches!(answer.status, 400 | 401), "{answer}");
    }
    anna.member.enter_code(&client, &anna.phone.next_code()).is(200);
}

#[test]
fn what_is_not_a_json_object_is_refused_on_every_route() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    let deep = 7_000;
    let bodies: [Vec<u8>; 16] = [
        b"".to_vec(),
        b" ".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"[{}]".to_vec(),
        b"\"text\"".to_vec(),
        b"1".to_vec(),
        b"{".to_vec(),
        b"{}}".to_vec(),
        b"{}{}".to_vec(),
        b"{'a':1}".to_vec(),
        b"{\"a\":NaN}".to_vec(),
        b"{\"a\":1,}".to_vec(),
        b"{\"a\":\"\xff\xfe\"}".to_vec(),
        b"\xef\xbb\xbf[]".to_vec(),
        format!("{{\"a\":{}{}}}", "[".repeat(deep), "]".repeat(deep)).into_bytes(),
    ];
    for route in ROUTES.iter().filter(|it| it.is_unsafe_and_peoples()) {
        for body in &bodies {
            let ask = client.ask("POST", &route.at(&tenant)).operator().bytes(body.clone());
            let answer = ask.send();
            assert_eq!(answer.short(), "400 bad_request", "{}: {answer}", text(body));
        }
    }
}

#[test]
fn unknown_fields_are_refused_by_name_on_every_route() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    for route in ROUTES.iter().filter(|it| it.is_unsafe_and_peoples()) {
        for field in ["extra", "__proto__", "constructor"] {
            let mut body = (route.body)();
            body[field] = json!("x");
            let answer = client.ask("POST", &route.at(&tenant)).operator().json(&body).send();
            assert_eq!(answer.problem(400, "bad_request")["field"], field, "{answer}");
        }
    }
}

#[test]
fn missing_and_mistyped_fields_are_refused_by_name_on_every_route() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    for route in ROUTES.iter().filter(|it| it.is_unsafe_and_peoples() && it.path != STEP_UP.path) {
        let good = (route.body)();
        for (field, value) in good.as_object().expect("an object") {
            let mut tries = vec![json!(null), json!([value]), json!({"$ne": null}), json!(1.5e300)];
            tries.push(if value.is_string() { json!(true) } else { json!("true") });
            let mut bodies: Vec<Value> = tries.iter().map(|it| with(&good, field, it)).collect();
            let mut without = good.clone();
            without.as_object_mut().expect("an object").remove(field);
            bodies.push(without);
            for body in bodies {
                let answer = client.ask("POST", &route.at(&tenant)).operator().json(&body).send();
                assert_eq!(answer.problem(400, "bad_request")["field"], *field, "{body}: {answer}");
            }
        }
    }
}

#[test]
fn a_field_given_twice_is_refused() {
    let tenant = Tenant::mfa(Edge::shared());
    let client = tenant.client();
    let body = "{\"username\":\"anna\",\"username\":\"bert\",\"password\":\"x\"}";
    let ask = client.ask("POST", &tenant.at("/sign-in")).bytes(body);
    ask.send().problem(400, "bad_request");
}

fn with(body: &Value, field: &str, value: &Value) -> Value {
    let mut body = body.clone();
    body[field] = value.clone();
    body
}

fn text(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().take(40).collect()
}
