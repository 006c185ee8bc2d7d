//! A page as those have it who do not see it: Chromium's own accessibility tree, as text.

use std::collections::HashMap;
use std::fmt::Write;

use edge_mfa_tests::browser::Browser;
use edge_mfa_tests::{Value, json};

/// Roles that tell nobody anything by themselves; what is in them counts.
const SILENT: [&str; 5] = ["none", "generic", "InlineTextBox", "LineBreak", "ListMarker"];

/// The choices of a closed list, of which the list itself says the one that is chosen.
const CHOICES: &str = "MenuListPopup";

/// What is said of an element beside its role and name, where it is not as usual.
const SAID: [&str; 15] = [
    "level", "focused", "disabled", "readonly", "required", "invalid", "checked", "expanded", "pressed", "selected",
    "hasPopup", "modal", "live", "atomic", "busy",
];

/// The tree: one element a line, deeper ones further in.
pub fn outline(browser: &Browser) -> String {
    let tree = browser.devtools("Accessibility.getFullAXTree", json!({}));
    let nodes: HashMap<_, _> =
        tree["nodes"].as_array().expect("nodes").iter().map(|node| (text(&node["nodeId"]), node)).collect();
    let root = tree["nodes"][0]["nodeId"].as_str().expect("a root");
    let mut lines = String::new();
    describe(&nodes, root, "", 0, &mut lines);
    lines
}

fn describe<'a>(nodes: &HashMap<&'a str, &'a Value>, id: &str, around: &str, depth: usize, lines: &mut String) {
    let Some(node) = nodes.get(id) else { return };
    let (role, name) = (text(&node["role"]["value"]), text(&node["name"]["value"]));
    if role == CHOICES {
        return;
    }
    // A text is told by the element that it names.
    let is_silent =
        node["ignored"] == true || SILENT.contains(&role) || (role == "StaticText" && around.contains(name));
    if !is_silent {
        let role = if role == "StaticText" { "text" } else { role };
        let _ = write!(lines, "{:indent$}{role}", "", indent = depth * 2);
        if !name.is_empty() {
            let _ = write!(lines, " “{name}”");
        }
        for (word, value) in [("value", &node["value"]["value"]), ("described", &node["description"]["value"])] {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if !matches!(value.as_str(), "" | "null") {
                let _ = write!(lines, " {word} “{value}”");
            }
        }
        for property in node["properties"].as_array().into_iter().flatten() {
            let (word, value) = (text(&property["name"]), &property["value"]["value"]);
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let is_usual = value == "false" && !matches!(word, "expanded" | "checked" | "pressed");
            if SAID.contains(&word) && !is_usual {
                let _ = write!(lines, " {word}={value}");
            }
        }
        lines.push('\n');
    }
    let (around, depth) = if is_silent { (around, depth) } else { (name, depth + 1) };
    for child in node["childIds"].as_array().into_iter().flatten() {
        describe(nodes, text(child), around, depth, lines);
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
