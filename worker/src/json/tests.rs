//! Held against serde_json's own reader: what one takes the other takes, and as the same.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Tree, read, read_bytes, tree, word};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Whole {
    text: String,
    small: u8,
    signed: i32,
    large: u64,
    part: f64,
    yes: bool,
    #[serde(deserialize_with = "Option::deserialize")]
    perhaps: Option<u16>,
    #[serde(default)]
    defaulted: Option<Vec<Inner>>,
    pair: (u8, String),
    fixed: [u8; 3],
    by_name: BTreeMap<Wrapped, u64>,
    word: Word,
    unit: (),
    tagged: Tagged,
    anything: serde_json::Value,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Inner {
    wrapped: Wrapped,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Wrapped(String);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Word {
    Alone,
    With(u8),
    Two(u8, u8),
    Named { what: Option<u8> },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
enum Tagged {
    One,
    Other { number: u32 },
}

fn whole(word: Word, tagged: Tagged) -> Whole {
    Whole {
        text: "a \"quoted\" \u{e9} \u{1f511}".into(),
        small: 255,
        signed: -7,
        large: u64::MAX,
        part: 0.5,
        yes: true,
        perhaps: None,
        defaulted: Some(vec![Inner { wrapped: Wrapped("inner".into()) }]),
        pair: (1, "two".into()),
        fixed: [1, 2, 3],
        by_name: BTreeMap::from([(Wrapped("a".into()), 1), (Wrapped("b".into()), 2)]),
        word,
        unit: (),
        tagged,
        anything: serde_json::json!({"a": [null, 1, -1, 1.5, "x", true, {}]}),
    }
}

fn each() -> impl Iterator<Item = Whole> {
    let words =
        [Word::Alone, Word::With(7), Word::Two(1, 2), Word::Named { what: Some(1) }, Word::Named { what: None }];
    words
        .into_iter()
        .flat_map(|word| [Tagged::One, Tagged::Other { number: 9 }].map(|tagged| whole(word.clone(), tagged)))
}

fn agrees(text: &str) {
    let theirs = serde_json::from_str::<Whole>(text);
    let ours = read::<Whole>(text);
    assert_eq!(ours.as_ref().ok(), theirs.as_ref().ok(), "{text}: {ours:?} and {theirs:?}");
}

#[test]
fn what_is_written_is_read() {
    for whole in each() {
        let text = serde_json::to_string(&whole).expect("it can be written");
        assert_eq!(read::<Whole>(&text).expect("it can be read"), whole);
        assert_eq!(read_bytes::<Whole>(text.as_bytes()).as_ref(), Some(&whole));
    }
}

#[test]
fn what_is_damaged_is_refused_as_serde_json_refuses_it() {
    for whole in each() {
        let text = serde_json::to_string(&whole).expect("it can be written");
        let bytes: Vec<char> = text.chars().collect();
        for place in 0..bytes.len() {
            let without: String = bytes[..place].iter().chain(&bytes[place + 1..]).collect();
            agrees(&without);
            agrees(&bytes[..place].iter().collect::<String>());
            for other in ['0', '-', '"', 'n', '{', ']', ',', 'x'] {
                let mut changed = bytes.clone();
                changed[place] = other;
                agrees(&changed.iter().collect::<String>());
            }
        }
        agrees(&format!("{text} "));
        agrees(&format!("{text}x"));
    }
}

#[test]
fn members_left_out_doubled_or_swapped_are_judged_as_serde_json_judges_them() {
    let serde_json::Value::Object(members) = serde_json::to_value(whole(Word::Alone, Tagged::One)).expect("an object")
    else {
        panic!("an object")
    };
    let written = |members: &[(String, String)]| {
        let members: Vec<String> = members.iter().map(|(name, value)| format!("{name:?}:{value}")).collect();
        format!("{{{}}}", members.join(","))
    };
    let members: Vec<(String, String)> =
        members.iter().map(|(name, value)| (name.clone(), value.to_string())).collect();
    for (place, (name, value)) in members.iter().enumerate() {
        let mut less = members.clone();
        less.remove(place);
        agrees(&written(&less));
        let mut twice = members.clone();
        twice.push((name.clone(), value.clone()));
        agrees(&written(&twice));
        assert!(read::<Whole>(&written(&twice)).is_err(), "{name} came twice");
        for other in ["null", "0", "-1", "256", "1e2", "1.0", "18446744073709551616", "\"\"", "[]", "{}", "[1,2,3,4]"] {
            let mut swapped = members.clone();
            swapped[place].1 = other.to_owned();
            agrees(&written(&swapped));
        }
    }
}

#[test]
fn a_variant_is_one_and_holds_what_it_has_to() {
    let taken = |text: &str| {
        let theirs = serde_json::from_str::<Word>(text).ok();
        assert_eq!(read::<Word>(text).ok(), theirs, "{text}");
        theirs.is_some()
    };
    for one in [r#""alone""#, r#"{"alone":null}"#, r#"{"with":7}"#, r#"{"two":[1,2]}"#, r#"{"named":{"what":null}}"#] {
        assert!(taken(one), "{one}");
    }
    for none in [
        r#"{"with":7,"alone":null}"#,
        r#"{"with":7,"with":7}"#,
        "{}",
        r#""with""#,
        r#"{"alone":1}"#,
        r#"{"with":256}"#,
        r#"{"two":[1]}"#,
        r#"{"two":[1,2,3]}"#,
        r#"{"other":1}"#,
    ] {
        assert!(!taken(none), "{none}");
    }
}

#[test]
fn an_object_is_no_array_of_its_members() {
    let text = r#"["inner"]"#;
    assert!(serde_json::from_str::<Inner>(text).is_ok(), "serde_json would take it");
    assert!(read::<Inner>(text).is_err());
    assert!(read::<Vec<Inner>>(r#"[["inner"]]"#).is_err());
}

#[test]
fn what_does_not_fit_is_told_by_its_outermost_member_or_the_missing_one() {
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only ever refused")]
    struct Outer {
        rows: Vec<Row>,
    }
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only ever refused")]
    struct Row {
        name: String,
    }
    for (text, member) in [
        (r#"{"rows":7}"#, Some("rows")),
        (r#"{"rows":[{"name":7}]}"#, Some("rows")),
        (r#"{"rows":[{"name":"a","secret":"b"}]}"#, Some("rows")),
        (r#"{"rows":[],"more":1}"#, Some("more")),
        (r#"{"rows":[],"rows":[]}"#, Some("rows")),
        (r#"{}"#, Some("rows")),
        (r#"{"rows":[{}]}"#, Some("name")),
        (r#"[]"#, None),
        (r#"{"rows":"#, None),
    ] {
        let unfit = read::<Outer>(text).expect_err(text);
        assert_eq!(unfit.member(), member, "{text}");
        assert!(!unfit.to_string().contains("secret"), "{unfit}");
    }
}

#[test]
fn a_word_is_one_of_its_set() {
    assert_eq!(word::<Word>("alone").ok(), Some(Word::Alone));
    for other in ["", "Alone", "with", "x"] {
        assert!(word::<Word>(other).is_err(), "{other}");
    }
}

#[test]
fn a_tree_is_no_deeper_than_serde_json_goes() {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(matches!(tree(&deep(100)), Ok(Tree::Array(_))));
    assert!(tree(&deep(1_000_000)).is_err());
}
