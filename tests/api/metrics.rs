//! What a Prometheus server gets, read by somebody else's parser and held against what was asked.

use std::collections::BTreeMap;

use edge_mfa_tests::rounds::eventually;
use edge_mfa_tests::{Client, Edge, Tenant, json};
use prometheus_parse::{Scrape, Value};

const PATH: &str = "/api/v1/operator/metrics";

fn scrape(client: &Client) -> (String, Scrape) {
    let answer = client.ask("GET", PATH).operator().send();
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let text = answer.text();
    let lines: Vec<_> = text.lines().map(|line| Ok(line.to_owned())).collect();
    let scrape = Scrape::parse(lines.into_iter()).expect("the exposition format");
    (text, scrape)
}

/// How often each route was answered how.
fn requests(scrape: &Scrape) -> BTreeMap<(String, String, String), u64> {
    let samples = scrape.samples.iter().filter(|it| it.metric == "edge_mfa_requests_total");
    let label = |it: &prometheus_parse::Sample, name| it.labels.get(name).expect("a label").to_owned();
    samples
        .map(|it| {
            let Value::Counter(count) = it.value else { panic!("{it:?} is no counter") };
            ((label(it, "route"), label(it, "status"), label(it, "code")), count as u64)
        })
        .collect()
}

#[test]
fn sums_equal_what_was_asked() {
    let edge = Edge::start_without_proxy();
    let tenant = Tenant::mfa(&edge);
    let client = tenant.client();
    for _ in 0..7 {
        client.get(&tenant.at("/session")).problem(401, "unauthenticated");
    }
    for _ in 0..3 {
        let wrong = json!({"username": "nobody", "password": "wrong"});
        client.post(&tenant.at("/sign-in"), wrong).problem(401, "sign_in_refused");
    }
    client.get("/api/v1/no-such-thing").problem(404, "not_found");
    let key = |route: &str, status: &str, code: &str| (route.to_owned(), status.to_owned(), code.to_owned());
    let expected = [
        (key("GET /tenants/:tenant/session", "401", "unauthenticated"), 7),
        (key("POST /tenants/:tenant/sign-in", "401", "sign_in_refused"), 3),
        (key("none", "404", "not_found"), 1),
        (key("POST /operator/tenants", "201", "ok"), 1),
    ];
    eventually("everything to be handed over", || {
        let seen = requests(&scrape(&client).1);
        expected.iter().all(|(key, count)| seen.get(key) == Some(count))
    });

    // Handed over once: more hand-overs do not count anything again.
    let scrapes = key("GET /operator/metrics", "200", "ok");
    let before = requests(&scrape(&client).1).get(&scrapes).copied().unwrap_or(0);
    eventually("another hand-over", || requests(&scrape(&client).1).get(&scrapes).copied().unwrap_or(0) > before);
    let (text, all) = scrape(&client);
    let seen = requests(&all);
    assert!(expected.iter().all(|(key, count)| seen.get(key) == Some(count)), "{seen:?}");
    assert!(!text.contains(&tenant.id), "a tenant is a label:\n{text}");

    // Each histogram counts what the counters count, and its buckets only rise.
    let histograms = all.samples.iter().filter_map(|it| match &it.value {
        Value::Histogram(buckets) => Some((it, buckets)),
        _ => None,
    });
    let mut counted = 0;
    for (sample, buckets) in histograms {
        assert!(buckets.is_sorted_by(|a, b| a.less_than < b.less_than && a.count <= b.count), "{sample:?}");
        assert_eq!(buckets.len(), 12);
        counted += buckets.last().expect("a last bucket").count as u64;
    }
    assert_eq!(counted, seen.values().sum::<u64>());
    for name in ["edge_mfa_requests_total", "edge_mfa_request_duration_seconds", "edge_mfa_alarms_total"] {
        assert!(all.docs.contains_key(name), "{name} is not described:\n{text}");
    }
}

#[test]
fn what_was_counted_survives_a_power_cut_once_it_is_handed_over() {
    let mut edge = Edge::start_without_proxy();
    let client = Client::new(&edge);
    client.get("/api/v1/no-such-thing").problem(404, "not_found");
    let key = ("none".to_owned(), "404".to_owned(), "not_found".to_owned());
    let counted = |client: &Client| requests(&scrape(client).1).get(&key).copied();
    eventually("it to be handed over", || counted(&client) == Some(1));
    edge.restart();
    assert_eq!(counted(&client), Some(1));
}
