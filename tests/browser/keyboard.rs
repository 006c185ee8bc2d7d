//! The keyboard alone: where the focus is, and keys that are no text.

use edge_mfa_tests::browser::Browser;
use edge_mfa_tests::json;

/// The keys of W3C WebDriver §17.4.2.
pub const ESCAPE: &str = "\u{E00C}";
/// Enter.
pub const ENTER: &str = "\u{E007}";
/// Tab.
pub const TAB: &str = "\u{E004}";
/// Control.
const CONTROL: &str = "\u{E009}";

/// Presses a key and lets it go, wherever the focus is.
pub fn press(browser: &Browser, key: &str) {
    let strokes = json!([{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]);
    browser.post("actions", json!({"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]}));
}

/// Types a text, wherever the focus is.
pub fn type_text(browser: &Browser, text: &str) {
    text.chars().for_each(|symbol| press(browser, &symbol.to_string()));
}

/// Pastes a text where the focus is, with Control and V, as Chromium does on Linux.
pub fn paste(browser: &Browser, text: &str) {
    let origin = browser.run("return location.origin", json!([]));
    let permissions = json!({"origin": origin, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]});
    browser.devtools("Browser.grantPermissions", permissions);
    browser.run("return navigator.clipboard.writeText(arguments[0])", json!([text]));
    let strokes = [("keyDown", CONTROL), ("keyDown", "v"), ("keyUp", "v"), ("keyUp", CONTROL)];
    let strokes = strokes.map(|(kind, key)| json!({"type": kind, "value": key}));
    browser.post("actions", json!({"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]}));
}

/// Waits until the element with this id has the focus.
pub fn has_focus(browser: &Browser, id: &str) {
    let focused = || browser.run("return document.activeElement?.id ?? ''", json!([]));
    browser.wait_for(&format!("the focus on #{id} (it is on {})", focused()), || (focused() == id).then_some(()));
}

/// Presses Tab until it comes round: the focus never gets behind the dialog, to the page that it covers.
pub fn focus_stays_in(browser: &Browser, dialog: &str) {
    let behind = "const at = document.activeElement;
        const out = at && at !== document.body && at !== document.documentElement;
        return out && !at.closest(`dialog[data-dialog=\"${arguments[0]}\"]`) ? at.outerHTML : null";
    for _ in 0..8 {
        press(browser, TAB);
        let at = browser.run(behind, json!([dialog]));
        assert!(at.is_null(), "Tab leads behind the dialog, to {at}");
    }
}
