//! What the edge says about itself.

use edge_mfa_tests::site::Sieve;
use edge_mfa_tests::{Client, Edge, Value, json};

const PUBLIC: &str = "/api/v1/health";
const OPERATORS: &str = "/api/v1/operator/health";

fn part<'a>(health: &'a Value, name: &str) -> &'a Value {
    let mut checks = health["checks"].as_array().expect("checks").iter();
    checks.find(|check| check["part"] == name).unwrap_or_else(|| panic!("{name} was not looked at: {health}"))
}

#[test]
fn a_whole_edge_is_well() {
    let client = Client::new(Edge::shared());
    assert_eq!(client.get(PUBLIC).is(200), json!({"status": "ok"}));
    let health = client.ask("GET", OPERATORS).operator().send().is(200);
    assert_eq!(health["ok"], true, "{health}");
    assert_eq!(part(&health, "KEY_ENCRYPTION_KEYS")["keys"], json!(["test"]));
    for name in [
        "PEPPERS",
        "TOKEN_KEYS",
        "NAMING_KEY",
        "OPERATOR_TOKEN",
        "NOTIFIER_URL",
        "clock",
        "kv",
        "tenant objects",
        "member objects",
        "metrics objects",
        "pages",
        "rate limits",
    ] {
        assert_eq!(part(&health, name)["ok"], true, "{health}");
    }
}

#[test]
fn what_is_wrong_is_told_by_kind_to_everybody_and_by_name_to_the_operator() {
    let mut edge = Edge::start_with(Sieve::Missing);
    edge.spoil("PEPPERS");
    let client = Client::new(&edge);
    let told = client.ask("GET", PUBLIC).try_send().expect("an answer");
    let told = told.problem(503, "unavailable");
    assert!(told["parts"].as_array().expect("kinds").contains(&json!("settings")), "{told}");
    assert!(!told.to_string().contains("PEPPERS"), "{told}");

    let health = client.ask("GET", OPERATORS).operator().send().is(200);
    assert_eq!(health["ok"], false);
    let peppers = part(&health, "PEPPERS");
    assert_eq!(peppers["ok"], false);
    assert!(peppers["note"].as_str().expect("a sentence").contains("put the secret back"), "{peppers}");
    assert_eq!(part(&health, "rate limits")["ok"], false, "{health}");
    assert_eq!(part(&health, "KEY_ENCRYPTION_KEYS")["ok"], true);
    assert_eq!(part(&health, "kv")["ok"], true);
}
