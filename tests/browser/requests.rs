//! No request leaves for another origin, nothing is written to the console, and the strict policy
//! holds in the browser.

use edge_mfa_tests::browser::{Browser, Kind, PLAIN};
use edge_mfa_tests::{Edge, Value, json};

use crate::in_both;
use crate::steps::{Holder, Person, sign_out, stage};

in_both!(h10_scripts_and_frames_from_elsewhere_are_blocked, no_resource_is_from_another_origin);

/// What the edge refuses, Chromium itself notes on the console; a page cannot prevent it.
const REFUSED: &str = "the server responded with a status of 4";

#[test]
fn no_request_leaves_for_another_origin_and_the_console_stays_empty() {
    let browser = Browser::open(Kind::Chromium, PLAIN);
    let anna = Holder::enrolled(&browser);
    sign_out(&browser);
    anna.sign_in(&browser, &anna.phone.next_code());
    sign_out(&browser);

    let origin = Edge::shared().door().origin().to_owned();
    let mut asked = 0;
    for entry in browser.chromium_log("performance") {
        let message: Value = entry["message"].as_str().expect("text").parse().expect("JSON");
        let message = &message["message"];
        if message["method"] != "Network.requestWillBeSent" {
            continue;
        }
        let url = message["params"]["request"]["url"].as_str().expect("a URL");
        if url.starts_with("data:") || url.starts_with("blob:") || url.starts_with("chrome:") {
            continue;
        }
        assert!(url.starts_with(&format!("{origin}/")), "a request to {url}");
        asked += 1;
    }
    assert!(asked > 10, "the log of requests is empty");
    for entry in browser.chromium_log("browser") {
        let message = entry["message"].as_str().unwrap_or_default();
        assert!(message.contains(REFUSED), "on the console: {entry}");
    }
}

fn no_resource_is_from_another_origin(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let person = Person::invited();
    person.accept(&browser);
    person.scan(&browser);
    let origin = Edge::shared().door().origin().to_owned();
    let names = browser.run("return performance.getEntries().map((it) => it.name)", json!([]));
    let names = names.as_array().expect("a list");
    let urls = names.iter().filter_map(Value::as_str).filter(|name| name.contains("://"));
    let urls: Vec<_> = urls.collect();
    assert!(urls.len() > 4, "{urls:?}");
    for url in urls {
        assert!(url.starts_with(&format!("{origin}/")), "a request to {url}");
    }
    let outside = "return [...document.querySelectorAll('[src], [href]')]
        .map((it) => it.src || it.href)
        .filter((it) => typeof it === 'string' && /^https?:/.test(it) && !it.startsWith(location.origin))";
    assert_eq!(browser.run(outside, json!([])), json!([]), "links to elsewhere");
    stage(&browser, "enrol", "authenticator");
}

fn h10_scripts_and_frames_from_elsewhere_are_blocked(kind: Kind) {
    let browser = Browser::open(kind, PLAIN);
    let person = Person::invited();
    person.accept(&browser);
    let attack = "return (async () => {
        const blocked = [];
        const heard = new Promise((resolve) => {
            document.addEventListener('securitypolicyviolation', (event) => {
                blocked.push(event.effectiveDirective);
                if (blocked.length >= 6) resolve();
            });
            setTimeout(resolve, 8000);
        });
        const add = (name, change) => {
            const element = document.createElement(name);
            change(element);
            document.body.append(element);
        };
        window.ran = false;
        add('script', (it) => { it.textContent = 'window.ran = true'; });
        add('script', (it) => { it.src = 'http://localhost:9/x.js'; });
        add('img', (it) => { it.src = 'http://localhost:9/x.png'; });
        add('iframe', (it) => { it.src = location.origin + '/'; });
        await fetch('http://localhost:9/').catch(() => {});
        document.body.setAttribute('onclick', 'window.ran = true');
        document.body.click();
        await heard;
        return {ran: window.ran, blocked};
    })()";
    let result = browser.run(attack, json!([]));
    assert_eq!(result["ran"], false, "{result}");
    let blocked = result["blocked"].to_string();
    for directive in ["script-src-elem", "script-src-attr", "img-src", "connect-src", "frame-src"] {
        assert!(blocked.contains(directive), "{directive} let something through: {result}");
    }
}
