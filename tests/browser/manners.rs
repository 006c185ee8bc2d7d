//! What holds on every page, whatever it is for: it can be used by everybody, keeps to itself and stores nothing.

use std::path::PathBuf;
use std::sync::LazyLock;

use edge_mfa_tests::browser::{Browser, Kind};
use edge_mfa_tests::{Edge, Value, edge, json};

/// What the edge refuses, Chromium itself notes on the console; a page cannot prevent it.
const REFUSED: &str = "the server responded with a status of 4";

/// Firefox, of a page that is left for another site while it still tidies up: it has another process for that site.
const CUT_OFF: &str = "Script terminated by timeout";

/// The rules of axe that count: WCAG 2.2 at level AA, and what its makers hold for good practice.
const RULES: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// npm's `axe-core` (or the file that `EDGE_MFA_AXE` names), as text.
static AXE: LazyLock<String> = LazyLock::new(|| {
    let ours = edge::checkout().join("node_modules/axe-core/axe.min.js");
    let path = std::env::var_os("EDGE_MFA_AXE").map_or(ours, PathBuf::from);
    std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}: are the npm packages installed?", path.display()))
});

/// Panics when axe finds fault with what the page shows now.
pub fn accessible(browser: &Browser) {
    let script = format!(
        "{}
        return axe.run(document, {{runOnly: arguments[0], resultTypes: ['violations']}}).then((result) =>
            [result.passes.length,
                result.violations.map(({{id, help, nodes}}) => `${{id}}: ${{help}}: ${{nodes.map((node) => node.target.join(' '))}}`)])",
        *AXE
    );
    let result = browser.run(&script, json!([RULES]));
    assert_eq!(result[1], json!([]), "axe finds fault with {}", browser.url());
    assert!(result[0].as_u64() > Some(10), "axe has looked at nothing: {result}");
    // What a field is described by is read out even while it is not to be seen.
    let script = "const seen = (it) => it.getClientRects().length > 0;
        return [...document.querySelectorAll('[aria-describedby]')].filter(seen).flatMap((field) =>
            field.getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id))
                .filter((words) => words && !seen(words) && words.textContent.trim() !== '')
                .map((words) => `${field.id}: ${words.textContent}`))";
    assert_eq!(browser.run(script, json!([])), json!([]), "hidden words describe a field at {}", browser.url());
}

/// Panics when the page is wider than the window: nobody should have to scroll sideways to read.
pub fn fits(browser: &Browser) {
    let script = "const wide = document.documentElement.scrollWidth;
        return [wide <= innerWidth, wide, innerWidth,
            [...document.querySelectorAll('main *')].filter((it) => it.getBoundingClientRect().right > innerWidth + 1)
                .map((it) => it.id || it.tagName).slice(0, 5)]";
    let fits = browser.run(script, json!([]));
    assert_eq!(fits[0], true, "{} is too wide: {fits}", browser.url());
}

/// Panics when one of these is anywhere but in the plain text of the page: in an attribute, a field, the address, the
/// history or the title. Spaces and hyphens do not hide it.
pub fn shown_as_text_only(browser: &Browser, secrets: &[String]) {
    let script = "const all = [...document.querySelectorAll('*')];
        return JSON.stringify([location.href, document.title, history.state, window.name,
            all.flatMap((element) => [...element.attributes].map((it) => it.value)),
            all.filter((it) => it.matches('input, textarea, select')).map((it) => it.value)])";
    let plain = |text: &str| text.replace([' ', '-'], "").to_lowercase();
    let places = plain(browser.run(script, json!([])).as_str().expect("text"));
    for secret in secrets {
        assert!(!places.contains(&plain(secret)), "{secret} is in {places}");
    }
}

/// Panics when the visit left something behind, asked elsewhere than at the edge (or `besides`), or upset the console.
pub fn clean_but_for(browser: &Browser, besides: &[&str]) {
    let kept = "return JSON.stringify([Object.keys(localStorage).filter((key) => key !== 'language'),
        Object.keys(sessionStorage), document.cookie])";
    assert_eq!(browser.run(kept, json!([])), "[[],[],\"\"]", "something is stored");
    for name in asked(browser) {
        let is_ours = name.starts_with(&format!("{}/", Edge::shared().door().origin()));
        assert!(is_ours || besides.iter().any(|origin| name.starts_with(origin)), "a request to {name}");
    }
    match browser.kind() {
        Kind::Chromium => {
            for entry in browser.chromium_log("browser") {
                let message = entry["message"].as_str().unwrap_or_default();
                assert!(message.contains(REFUSED), "on the console: {entry}");
            }
        }
        Kind::Firefox => {
            let ours = format!("({}/", Edge::shared().door().origin());
            let upset = |message: &String| message.contains(&ours) && !message.contains(CUT_OFF);
            let console: Vec<_> = browser.firefox_console().into_iter().filter(upset).collect();
            assert!(console.is_empty(), "on the console: {console:#?}");
        }
    }
}

/// The same, with nobody else to ask.
pub fn clean(browser: &Browser) {
    clean_but_for(browser, &[]);
}

/// Every address asked for: in Chromium since the start, in Firefox by the page that is open.
fn asked(browser: &Browser) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let names: Vec<_> = if browser.kind() == Kind::Chromium {
        let log = browser.chromium_log("performance");
        let messages = log.iter().map(|entry| word(&entry["message"]).parse::<Value>().expect("JSON"));
        let requests = messages.filter(|it| it["message"]["method"] == "Network.requestWillBeSent");
        requests.map(|it| word(&it["message"]["params"]["request"]["url"])).collect()
    } else {
        let names = browser.run("return performance.getEntries().map((it) => it.name)", json!([]));
        names.as_array().expect("a list").iter().map(word).collect()
    };
    names.into_iter().filter(|name| name.starts_with("http")).collect()
}
