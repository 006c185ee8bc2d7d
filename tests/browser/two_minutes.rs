//! Enrolled within two minutes: the keystroke-level estimate of `EFFORT.md`, summed from its tables.

use std::collections::BTreeMap;
use std::fs;

use edge_mfa_tests::{Value, edge};

/// What the promise is, in seconds.
const TWO_MINUTES: f64 = 120.0;

/// What is read before the app shows a code, on either.
const OF_THE_APP: [&str; 10] = [
    "enrol.heading",
    "enrol.intro",
    "enrol.app_heading",
    "enrol.app_text",
    "enrol.scan_heading",
    "enrol.code_heading",
    "enrol.preview_before",
    "code.label",
    "enrol.code_hint",
    "enrol.code_submit",
];

const OF_THE_KEYS: [&str; 8] = [
    "keys.connected",
    "keys.heading",
    "keys.intro",
    "sheet.heading",
    "keys.download",
    "keys.print",
    "keys.where",
    "keys.saved",
];

const OF_THE_PROOF: [&str; 4] = ["proof.heading", "proof.intro", "proof.label", "proof.hint"];

#[test]
fn a_first_enrolment_takes_less_than_two_minutes() {
    let text = fs::read_to_string(edge::checkout().join("tests/browser/EFFORT.md")).expect("EFFORT.md");
    let seconds: BTreeMap<_, f64> = rows(&text, "| operator |")
        .map(|row| (row[0].to_owned(), row[1].parse().unwrap_or_else(|_| panic!("{row:?}"))))
        .collect();
    for (column, device) in [(1, "phone"), (2, "laptop")] {
        let sum: f64 =
            rows(&text, "| step |").flat_map(|row| operators(row[column])).map(|(n, it)| n * seconds[it]).sum();
        assert!(sum < TWO_MINUTES, "on a {device} it takes {sum:.0} s");
        assert!(text.contains(&format!("a {device} {sum:.0} s")), "EFFORT.md has not {sum:.0} s for a {device}");
    }
}

#[test]
fn what_is_read_is_what_the_pages_say() {
    let text = fs::read_to_string(edge::checkout().join("tests/browser/EFFORT.md")).expect("EFFORT.md");
    let english = fs::read_to_string(edge::checkout().join("www/locales/en.json")).expect("the words");
    let english: BTreeMap<String, Value> = serde_json::from_str(&english).expect("JSON");
    let words = |keys: &[&str]| -> usize {
        keys.iter().map(|key| english[*key].as_str().expect("a text").split_whitespace().count()).sum()
    };
    let app = words(&OF_THE_APP);
    let counted = [
        [
            app + words(&["enrol.app_names_android", "enrol.here_text", "enrol.open_in_app"]),
            app + words(&["enrol.app_names", "enrol.scan_text"]),
        ],
        [words(&OF_THE_KEYS); 2],
        [words(&OF_THE_PROOF); 2],
    ];
    let words_in = |cell| operators(cell).into_iter().find(|(_, it)| *it == "W").map(|(n, _)| n);
    let said: Vec<_> = rows(&text, "| step |").filter_map(|row| Some([words_in(row[1])?, words_in(row[2])?])).collect();
    assert_eq!(said, counted.map(|pair| pair.map(|words| f64::from(u32::try_from(words).expect("a few")))));
}

/// The rows of the table with this head, as cells.
fn rows<'a>(text: &'a str, head: &'a str) -> impl Iterator<Item = Vec<&'a str>> {
    let lines = text.lines().skip_while(move |line| !line.starts_with(head)).skip(2);
    lines
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
}

/// "2 M + P": how often each.
fn operators(cell: &str) -> Vec<(f64, &str)> {
    cell.split(" + ")
        .map(|part| part.split_once(' ').map_or((1.0, part), |(n, it)| (n.parse().expect("a number"), it)))
        .collect()
}
