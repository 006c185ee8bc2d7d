//! What the edge writes to its log: a line for each request, by which a complaint is found, and no word about anybody.

use std::collections::BTreeMap;

use edge_mfa_tests::client::SESSION;
use edge_mfa_tests::needles::{Needle, files};
use edge_mfa_tests::rounds::eventually;
use edge_mfa_tests::{Administrator, Answer, Edge, Tenant, Value, json, random};

use crate::routes::ROUTES;

/// Our own lines of everything that the edge has written, in order.
fn lines(edge: &Edge) -> Vec<(String, Value)> {
    let texts = files(&edge.logs()).into_iter().map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned());
    let lines = texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
    lines
        .filter_map(|line| {
            let ours = line.get(line.find("{\"code\":\"").or_else(|| line.find("{\"log\":\""))?..)?;
            let ours = ours.get(..=ours.rfind('}')?)?;
            Some((line.clone(), serde_json::from_str(ours).ok()?))
        })
        .collect()
}

#[test]
fn every_request_is_one_line_that_names_nobody() {
    let edge = Edge::start_without_proxy();
    let anna = Administrator::of(&Tenant::mfa(&edge));
    let tenant = anna.tenant().clone();
    let typed = random::name("typed-by-hand");
    let mut answers: Vec<(String, Answer)> = Vec::new();
    for route in &ROUTES {
        let mut body = route.body_at(&tenant);
        if let Some(username) = body.get_mut("username") {
            *username = json!(typed);
        }
        let path = format!("{}?search={typed}", route.at(&tenant));
        for client in [tenant.client(), anna.client.clone()] {
            let ask = client.ask(route.method, &path).operator();
            let answer = if route.is_unsafe() { ask.json(&body).send() } else { ask.send() };
            answers.push((format!("{} {}", route.method, route.path.trim_start_matches("/api/v1")), answer));
        }
    }
    answers.push(("none".to_owned(), tenant.client().get(&format!("/api/v1/{typed}"))));
    let page = tenant.client().get(&format!("/t/{}/sign-in", tenant.id));
    answers.push(("GET page".to_owned(), page));

    let id = |answer: &Answer| answer.header("x-request-id").expect("an id").to_owned();
    let told = || {
        let requests = lines(&edge).into_iter().filter(|(_, line)| line["log"] == "REQUEST");
        let mut told: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for (_, line) in requests {
            told.entry(line["request"].as_str().expect("an id").to_owned()).or_default().push(line);
        }
        told
    };
    eventually("a line for each request", || {
        let told = told();
        answers.iter().all(|(_, answer)| told.contains_key(&id(answer)))
    });
    let told = told();
    for (route, answer) in &answers {
        let lines = &told[&id(answer)];
        let [line] = lines.as_slice() else { panic!("{} lines of {answer}", lines.len()) };
        assert_eq!(line["route"], *route, "{answer}");
        assert_eq!(line["status"], answer.status, "{answer}");
        assert_eq!(line["code"], answer.code().filter(|_| answer.status >= 400).unwrap_or("ok".to_owned()), "{answer}");
        assert!(line["ms"].is_u64(), "{line}");
        let names: Vec<_> = line.as_object().expect("members").keys().map(String::as_str).collect();
        assert_eq!(names, ["code", "log", "ms", "request", "route", "status", "tenant"]);
        let expected = if route.contains("{tenant}") { tenant.id.as_str() } else { "" };
        assert_eq!(line["tenant"], expected, "{answer}");
    }

    let session = anna.client.cookie(SESSION).expect("a session");
    let personal = [
        Needle::plain("what was typed", &typed),
        Needle::plain("a username", &format!("\"{}\"", anna.member.username)),
        Needle::plain("a session", &session),
        Needle::plain("the operator's token", edge.door().operator_token()),
    ];
    for (text, _) in lines(&edge) {
        let found: Vec<_> = personal.iter().filter(|needle| needle.is_in(text.as_bytes())).collect();
        assert!(found.is_empty(), "{found:?} in {text}");
        assert!(!text.contains("127.0.0.1") && !text.contains("::1"), "an address in {text}");
    }
}

#[test]
fn a_request_id_is_the_platforms_or_made_here_and_never_a_clients_word() {
    let edge = Edge::start_without_proxy();
    let client = edge_mfa_tests::Client::new(&edge);
    let asked = |name: &str, value: &str| {
        let answer = client.ask("GET", "/api/v1/openapi.json").header(name, value).send();
        answer.header("x-request-id").expect("an id").to_owned()
    };
    assert_eq!(asked("cf-ray", "0123456789abcdef-AMS"), "0123456789abcdef-AMS");
    let made = |id: String| id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    for odd in ["", "x", "0123456789abcdef-ams", "0123456789ABCDEF-AMS", "0123456789abcdef-AMS\"}", "anna@example.com"]
    {
        assert!(made(asked("cf-ray", odd)), "{odd:?} was taken");
    }
    assert_ne!(asked("x-request-id", "0123456789abcdef"), "0123456789abcdef");
    assert_ne!(asked("accept", "*/*"), asked("accept", "*/*"));
}
