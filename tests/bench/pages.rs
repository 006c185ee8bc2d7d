//! The pages, measured: what each makes a browser load, and how soon it can be used on a slow phone.
//!
//! Real pages of the running edge in headless Chromium, each from an empty cache. What a page weighs is every answer that
//! it caused, by the browser's own log: HTML, styles, scripts, words, the WebAssembly module, the icon and what it asks
//! the API. A body counts as `gzip -9` makes it, since workerd compresses nothing on this machine and Cloudflare does
//! everything that is text or WebAssembly; headers do not count, and a KB is 1,000 bytes.
//!
//! The slow phone: the processor held to a quarter, 1.6 Mbit/s down, 0.75 Mbit/s up, 150 ms there and back. workerd
//! speaks HTTP/1.1 here, six requests at a time, which is slower than HTTP/2 at Cloudflare. First contentful paint is the
//! browser's own measure. Usable is the moment at which what the page is for stands there and its handlers are set, which
//! the bench tries by doing it: a form is sent, and answers.
//!
//! `cargo xtask bench pages` starts it; EDGE_MFA_ROUNDS_PAGES is how often each page is opened (usually 5, the median
//! counts).

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use base64ct::{Base64, Encoding};
use edge_mfa_tests::browser::{Browser, Kind, Look, PLAIN};
use edge_mfa_tests::rounds::{rounds, say};
use edge_mfa_tests::{Administrator, Edge, Member, Tenant, Value, json};

/// Issue 7: what the page to sign in and the page to enrol may weigh, in KB.
const SIGN_IN_KB: f64 = 15.0;
const ENROLMENT_KB: f64 = 40.0;

/// When it is usable, seen from within: before anything else runs on the page.
const WATCH: &str = "new MutationObserver((_, observer) => {
        if (!document.querySelector(USABLE)) return;
        observer.disconnect();
        requestAnimationFrame(() => { window.usableAt = performance.now(); });
    }).observe(document, {subtree: true, childList: true, attributes: true});";

/// A page to look at.
struct Page {
    name: &'static str,
    path: String,
    /// What stands there once it can be used.
    usable: &'static str,
    /// What is pressed to see that it can, and what then stands there.
    press: Option<(&'static str, &'static str)>,
    goal: Option<f64>,
}

/// What one visit told.
struct Visit {
    /// Bytes by kind of file, as sent compressed.
    weights: BTreeMap<String, usize>,
    requests: usize,
    painted: f64,
    usable: f64,
}

fn main() {
    let count = rounds("EDGE_MFA_ROUNDS_PAGES", 5).max(1);
    let edge = Edge::start();
    let tenant = Tenant::mfa(&edge);
    let anna = Administrator::of(&tenant);
    let bert = Member::join_as(&tenant, "bert");
    let origin = edge.door().origin().to_owned();
    let mut rows = Vec::new();

    let stranger = Browser::open(Kind::Chromium, PLAIN);
    let error = "[data-test=\"error-summary\"][data-code]";
    let page =
        |name, usable, press, goal| Page { name, path: format!("{origin}{}", tenant.page(name)), usable, press, goal };
    let sign_in = page(
        "sign-in",
        "[data-ready] [data-stage=\"password\"] #password",
        Some(("#password-submit", error)),
        Some(SIGN_IN_KB),
    );
    rows.extend(measured(&stranger, &sign_in, count));
    rows.push(languages(&sign_in));
    rows.extend(typing(&stranger, &sign_in));
    let forgot =
        page("forgot", "[data-ready] [data-stage=\"ask\"] input", Some(("main form button[type=submit]", error)), None);
    rows.extend(measured(&stranger, &forgot, count));
    drop(stranger);

    let newcomer = Browser::open(Kind::Chromium, PLAIN);
    enter_password(&newcomer, &sign_in.path, &bert);
    newcomer.find("[data-page=\"enrol\"] #qr[data-drawn]");
    let enrol = page(
        "enrol",
        "[data-ready] [data-stage=\"authenticator\"] #qr[data-drawn]",
        Some(("#code-submit", error)),
        Some(ENROLMENT_KB),
    );
    rows.extend(measured(&newcomer, &enrol, count));
    drop(newcomer);

    let office = Browser::open(Kind::Chromium, PLAIN);
    enter_password(&office, &sign_in.path, &anna.member);
    office.find("[data-stage=\"code\"] #code").type_in(&anna.phone().next_code());
    office.find("[data-page=\"account\"][data-stage=\"account\"]");
    rows.extend(measured(
        &office,
        &page("members", "[data-ready] [data-stage=\"members\"] table tbody tr", None, None),
        count,
    ));
    rows.extend(measured(&office, &page("settings", "[data-ready] [data-stage=\"settings\"] h1", None, None), count));
    rows.extend(measured(
        &office,
        &page("audit", "[data-ready] [data-stage=\"audit\"] main section:not([hidden]) li", None, None),
        count,
    ));

    let file = std::env::var_os("EDGE_MFA_BENCH_ROWS").expect("where the rows go: EDGE_MFA_BENCH_ROWS");
    std::fs::write(file, Value::Array(rows).to_string()).expect("the rows are written");
}

/// The rows of one page: its weight, and the medians of so many visits on a slow phone.
fn measured(browser: &Browser, page: &Page, count: usize) -> Vec<Value> {
    let visits: Vec<Visit> = (0..count).map(|_| visit(browser, page, true)).collect();
    let again: Vec<Visit> = (0..count).map(|_| visit(browser, page, false)).collect();
    let total = visits.iter().map(|visit| visit.weights.values().sum::<usize>()).max().unwrap_or_default();
    let parts: Vec<_> = visits[0].weights.iter().map(|(kind, bytes)| format!("{kind} {bytes}")).collect();
    say(&format!("{}: {total} bytes in {} answers ({})", page.name, visits[0].requests, parts.join(", ")));
    if let Some((press, shown)) = page.press {
        browser.find(press).click();
        browser.find(shown);
    }
    let weight = kilobytes(total);
    let median = |times: Vec<f64>| {
        let mut times = times;
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let time = |what: &str, value: f64| json!({"name": format!("{}, slow phone: {what}", page.name), "unit": "ms", "ours": value});
    vec![
        json!({"name": format!("{}: all that it loads", page.name), "unit": "KB", "ours": weight,
            "goal": page.goal.map(|goal| format!("at most {goal:.0} KB")), "reached": page.goal.map(|goal| weight <= goal)}),
        time("first contentful paint", median(visits.iter().map(|visit| visit.painted).collect())),
        time("usable", median(visits.iter().map(|visit| visit.usable).collect())),
        time("usable, the next time", median(again.iter().map(|visit| visit.usable).collect())),
    ]
}

/// The same in the language that takes most.
fn languages(page: &Page) -> Value {
    let heaviest = ["ar", "de", "es", "fr", "it", "ja", "nl", "pl", "pt", "tr", "uk"].map(|language| {
        let browser = Browser::open(Kind::Chromium, Look { language, ..PLAIN });
        (visit(&browser, page, true).weights.values().sum::<usize>(), language)
    });
    let (bytes, language) = heaviest.into_iter().max().expect("languages");
    json!({"name": format!("{}: the same in the heaviest language ({language})", page.name), "unit": "KB", "ours": kilobytes(bytes)})
}

/// What the page to sign in fetches besides while somebody types.
fn typing(browser: &Browser, page: &Page) -> Option<Value> {
    let alone: usize = visit(browser, page, true).weights.values().sum();
    browser.find("#username").type_in("bert");
    std::thread::sleep(std::time::Duration::from_secs(4));
    let more: usize = weights(browser).0.values().sum();
    say(&format!("while she types: {more} bytes"));
    Some(json!({"name": "sign-in: with what comes while she types", "unit": "KB", "ours": kilobytes(alone + more)}))
}

fn enter_password(browser: &Browser, path: &str, member: &Member) {
    browser.go(path);
    browser.find("[data-ready] [data-stage=\"password\"] #username").type_in(&member.username);
    browser.find("#password").type_in(&member.password);
    browser.find("#password-submit").click();
}

/// Opens the page on a slow phone, from an `empty` cache or with what the visits before have left there.
fn visit(browser: &Browser, page: &Page, empty: bool) -> Visit {
    browser.go("about:blank");
    if empty {
        browser.devtools("Network.clearBrowserCache", json!({}));
    }
    browser.devtools("Emulation.setCPUThrottlingRate", json!({"rate": 4}));
    let slow_4g =
        json!({"offline": false, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8});
    browser.devtools("Network.emulateNetworkConditions", slow_4g);
    let source = format!("const USABLE = {}; {WATCH}", json!(page.usable));
    let added = browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": format!("{{{source}}}")}));
    browser.chromium_log("performance");
    browser.go(&page.path);
    let usable = browser.wait_for(page.name, || browser.run("return window.usableAt ?? null", json!([])).as_f64());
    let painted = "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null";
    let painted = browser.wait_for("a first paint", || browser.run(painted, json!([])).as_f64());
    // What comes late was caused by the page too.
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let (weights, requests) = weights(browser);
    browser.devtools("Page.removeScriptToEvaluateOnNewDocument", json!({"identifier": added["identifier"]}));
    Visit { weights, requests, painted, usable }
}

/// What came over the network since the log was last read: bytes by kind of file, and how many answers.
fn weights(browser: &Browser) -> (BTreeMap<String, usize>, usize) {
    let log = browser.chromium_log("performance");
    let events = log.iter().map(|entry| entry["message"].as_str().expect("text").parse::<Value>().expect("JSON"));
    let events: Vec<_> = events.map(|event| event["message"].clone()).collect();
    let of = |method: &'static str| {
        events.iter().filter(move |event| event["method"] == method).map(|event| &event["params"])
    };
    // The icon, which the page shows too.
    let from_memory: Vec<_> = of("Network.requestServedFromCache").map(|event| event["requestId"].clone()).collect();
    let (mut weights, mut requests) = (BTreeMap::new(), 0);
    for answer in of("Network.responseReceived") {
        let url = answer["response"]["url"].as_str().expect("an address");
        let is_kept = answer["response"]["fromDiskCache"] == true || from_memory.contains(&answer["requestId"]);
        if !url.starts_with("http") || is_kept {
            continue;
        }
        let body = browser.devtools("Network.getResponseBody", json!({"requestId": answer["requestId"]}));
        let text = body["body"].as_str().expect("a body");
        let bytes = match body["base64Encoded"] == true {
            true => Base64::decode_vec(text).expect("base64"),
            false => text.as_bytes().to_vec(),
        };
        *weights.entry(kind(url).to_owned()).or_default() += gzipped(&bytes);
        requests += 1;
    }
    assert!(requests > 0, "the browser's log is empty");
    (weights, requests)
}

fn kind(url: &str) -> &str {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    if path.contains("/api/") {
        return "api";
    }
    path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("html", |(_, kind)| kind)
}

/// The bytes that are left, by the program of that name.
fn gzipped(bytes: &[u8]) -> usize {
    let mut gzip = Command::new("gzip");
    gzip.args(["-9", "-n", "-c"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut gzip = gzip.spawn().expect("gzip runs");
    let mut input = gzip.stdin.take().expect("its input");
    std::thread::scope(|scope| {
        scope.spawn(move || input.write_all(bytes).expect("gzip reads"));
        gzip.wait_with_output().expect("gzip writes").stdout.len()
    })
}

fn kilobytes(bytes: usize) -> f64 {
    bytes as f64 / 1000.0
}
