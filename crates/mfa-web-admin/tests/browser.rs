//! What the pages of administrators rely on, in a real browser:
//! `wasm-pack test --headless --chrome crates/mfa-web-admin` (or `--firefox`).
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use js_sys::JSON;
use mfa_core::audit::Link;
use mfa_web_admin::verify_audit;
use wasm_bindgen::{JsError, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn json(answer: Result<JsValue, JsError>) -> String {
    let answer = answer.unwrap_or_else(|_| panic!("refused"));
    JSON::stringify(&answer).unwrap().into()
}

/// A log of three entries, as the page hands it over.
fn log() -> (Vec<String>, String) {
    let mut last = Link::START;
    let lines = [r#"{"event":"joined"}"#, "", "two  words"].map(|text| {
        last = last.next(text);
        format!("{last} {text}\n")
    });
    (lines.to_vec(), last.to_string())
}

fn verified(link: &str) -> String {
    format!(r#"{{"ok":true,"link":"{link}","broken_at":null}}"#)
}

fn broken_at(index: usize) -> String {
    format!(r#"{{"ok":false,"link":null,"broken_at":{index}}}"#)
}

#[wasm_bindgen_test]
fn an_audit_log_is_verified_whole_and_in_parts() {
    let start = Link::START.to_string();
    let (lines, last) = log();
    assert_eq!(json(verify_audit(&start, &lines.concat())), verified(&last));
    assert_eq!(json(verify_audit(&start, "")), verified(&start));
    let [one, two, three] = lines.as_slice() else { panic!("three lines") };
    let after_one = one.get(..64).unwrap();
    assert_eq!(json(verify_audit(after_one, &format!("{two}{three}"))), verified(&last));
}

#[wasm_bindgen_test]
fn the_first_broken_entry_of_an_audit_log_is_named() {
    let start = Link::START.to_string();
    let (lines, _) = log();
    let [one, two, three] = lines.as_slice() else { panic!("three lines") };
    for (log, index) in [
        (format!("{one}{two}{}", three.replace("two", "too")), 2),
        (format!("{two}{three}"), 0),
        (format!("{one}{three}{two}"), 1),
        (format!("{one}no link\n{three}"), 1),
        (format!("{one}\n{two}"), 1),
        (one.to_uppercase(), 0),
        (format!("{one}{two}{}", three.get(..20).unwrap()), 2),
    ] {
        assert_eq!(json(verify_audit(&start, &log)), broken_at(index), "{log}");
    }
    for start in ["", "0", &start.replace('0', "A"), &format!("{start}0")] {
        assert!(verify_audit(start, &lines.concat()).is_err());
    }
}
