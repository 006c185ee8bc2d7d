//! I12: a record that is not whole, not of a known version or not what we write is refused, never guessed at.

use std::string::{String, ToString};
use std::vec::Vec;

use serde_json::{Value, json};

use super::super::{StoredError, StoredMember};
use super::pinned::FULL;
use crate::member::{GuardedSecret, Member};
use crate::secret::Secret;

#[test]
fn an_unknown_version_is_refused() {
    for version in [json!("2"), json!("0"), json!("01"), json!(""), json!(1), json!(0), json!(null), json!(["1"])] {
        refused(&with(&full(), "/version", version));
    }
    refused(&without(&full(), "", "version"));
    refused(&FULL.replacen(r#""version":"1""#, r#""version":"1","version":"1""#, 1));
}

#[test]
fn a_record_cut_off_anywhere_is_refused() {
    assert!(full().is_object() && FULL.is_ascii());
    for end in 0..FULL.len() {
        refused(&FULL[..end]);
    }
    refused(&std::format!("{FULL}{{}}"));
    for text in ["null", "true", "0", "\"\"", "[]", "{}", "{\"version\":\"1\"}", "[\"1\"]"] {
        refused(text);
    }
}

#[test]
fn a_missing_field_is_refused_wherever_it_is() {
    // Above all those whose absence would mean "not enrolled", "not locked", "not spent".
    let full = full();
    let mut tried = 0;
    for (path, value) in everything(&full) {
        for key in value.as_object().into_iter().flatten().map(|(key, _)| key) {
            refused_because(&without(&full, &path, key), &std::format!("{path} has no {key}"));
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn an_unknown_field_is_refused_wherever_it_is() {
    let full = full();
    for (path, value) in everything(&full) {
        if value.is_object() {
            let known = value.as_object().unwrap();
            for name in ["extra", "Version", "sealed_secrets"] {
                let mut object = known.clone();
                object.insert(name.to_string(), json!(1));
                refused_because(&with(&full, &path, Value::Object(object)), &std::format!("{path} has {name}"));
            }
        }
    }
}

#[test]
fn a_value_of_another_type_is_refused_wherever_it_is() {
    let full = full();
    for (path, value) in everything(&full) {
        let others: Vec<Value> = match &value {
            Value::Null => std::vec![json!(true), json!("x"), json!([]), json!({}), json!(-1), json!(1.5)],
            Value::Bool(_) => std::vec![json!(null), json!(0), json!(1), json!("true"), json!([]), json!({})],
            Value::Number(_) => std::vec![json!(null), json!(true), json!("1"), json!([]), json!({}), json!(1.5)],
            Value::String(_) => std::vec![json!(null), json!(true), json!(0), json!(1), json!([]), json!({})],
            Value::Array(_) => std::vec![json!(null), json!(true), json!(0), json!("x"), json!({})],
            Value::Object(_) => std::vec![json!(true), json!(0), json!("x"), json!([])],
        };
        for other in others {
            let nullable =
                ["spent_at", "locked_at", "proven", "last_sign_in_at", "nonce", "voucher", "page", "state", "recovery"];
            let nullable = nullable.iter().any(|end| path.ends_with(end));
            // serde reads a number as the index of an inner tag; nobody writes one, and 1 means nothing but "proof".
            let index = path.ends_with("awaits") && other.is_number();
            if !(nullable && other.is_null() || index) {
                refused_because(&with(&full, &path, other.clone()), &std::format!("{path} is {other}"));
            }
        }
    }
}

#[test]
fn a_number_out_of_range_is_refused() {
    let cases = [
        ("/strangers/consecutive", json!(-1)),
        ("/strangers/consecutive", json!(u64::from(u32::MAX) + 1)),
        ("/strangers/last_failure", json!(-1)),
        ("/bearer/joined/generation", json!(u64::from(u32::MAX) + 1)),
        ("/bearer/joined/epoch", json!(-1)),
        ("/bearer/joined/authenticator/drift", json!(128)),
        ("/bearer/joined/authenticator/parameters/digits", json!(5)),
        ("/bearer/joined/authenticator/parameters/digits", json!(9)),
        ("/bearer/joined/authenticator/parameters/period", json!(0)),
        ("/bearer/joined/authenticator/parameters/period", json!(3601)),
        ("/bearer/joined/authenticator/parameters/algorithm", json!("MD5")),
        ("/bearer/joined/authenticator/parameters/algorithm", json!("sha1")),
        ("/bearer/joined/enrolment/enrolment/stage/proof/keys/proof_number", json!(0)),
        ("/bearer/joined/enrolment/enrolment/stage/proof/keys/proof_number", json!(11)),
        ("/bearer/joined/enrolment/enrolment/stage/proof/keys/proof_number", json!(256)),
        ("/bearer/joined/enrolment/enrolment/stage", json!("proof")),
        ("/bearer/joined/renewal/keys/proof_number", json!(0)),
        ("/bearer/joined/renewal/keys/proof_number", json!(11)),
        ("/bearer/joined/orders/resets", json!(-1)),
        ("/bearer/joined/links/0/purpose", json!("forgot")),
        ("/bearer/joined/sessions/0/failures", json!(256)),
        ("/bearer/joined/sessions/0/proven/by", json!("device")),
        ("/bearer/joined/wiped/erased/devices", json!(256)),
        ("/bearer", json!("joined")),
        ("/bearer", json!("left")),
        ("/bearer", json!("vacant")),
        ("/bearer/joined/pending/0/duty", json!("none")),
        ("/bearer/joined/pending/0/refusals", json!(256)),
        ("/bearer/joined/set_up/stage/ready/proof", json!(null)),
        ("/bearer/joined/pending/0/failures/0/kind", json!("password")),
    ];
    for (path, value) in cases {
        refused_because(&with(&full(), path, value.clone()), &std::format!("{path} is {value}"));
    }
}

#[test]
fn bytes_have_one_spelling_and_one_length() {
    for path in [
        "/bearer/joined/password/output",
        "/bearer/joined/pending/0/token",
        "/bearer/joined/authenticator/keys/0/digest",
    ] {
        let right = full().pointer(path).unwrap().as_str().unwrap().to_string();
        for wrong in [right.replace('0', "A"), right.replace('0', "g"), right[2..].to_string(), right + "00"] {
            refused_because(&with(&full(), path, json!(wrong)), path);
        }
    }
}

#[test]
fn a_set_has_ten_keys() {
    for path in [
        "/bearer/joined/authenticator/keys",
        "/bearer/joined/enrolment/enrolment/stage/proof/keys/digests",
        "/bearer/joined/set_up/stage/ready/authenticator/keys",
        "/bearer/joined/renewal/keys/digests",
        "/bearer/joined/older_set/digests",
    ] {
        let keys = full().pointer(path).unwrap().as_array().unwrap().clone();
        let (nine, eleven) = (keys[..9].to_vec(), [keys.clone(), keys[..1].to_vec()].concat());
        for wrong in [Vec::new(), nine, eleven] {
            let text = with(&full(), path, Value::Array(wrong));
            let read: StoredMember = serde_json::from_str(&text).unwrap();
            assert_eq!(Member::try_from(read).unwrap_err(), StoredError::RecoveryKeys);
        }
    }
}

#[test]
fn an_open_secret_is_not_stored() {
    let mut member = Member::try_from(serde_json::from_str::<StoredMember>(FULL).unwrap()).unwrap();
    for which in 0..3 {
        let (_, _, secret) = member.secrets_mut().nth(which).unwrap();
        let before = core::mem::replace(secret, GuardedSecret::Open(Secret::from_random([7; 20])));
        assert_eq!(StoredMember::try_from(&member).unwrap_err(), StoredError::SecretOpen);
        *member.secrets_mut().nth(which).unwrap().2 = before;
    }
    assert!(StoredMember::try_from(&member).is_ok());
}

#[test]
fn a_refusal_does_not_say_what_it_read() {
    let text = FULL.replace("sealed authenticator", "hunter2").replacen("\"version\":\"1\"", "\"version\":\"9\"", 1);
    let error = serde_json::from_str::<StoredMember>(&text).unwrap_err().to_string();
    assert!(!error.contains("hunter2"), "{error}");
}

/// The record that is damaged; whole, it is read.
fn full() -> Value {
    assert!(Member::try_from(serde_json::from_str::<StoredMember>(FULL).unwrap()).is_ok());
    serde_json::from_str(FULL).unwrap()
}

fn refused(text: &str) {
    refused_because(text, text);
}

fn refused_because(text: &str, why: &str) {
    let read = serde_json::from_str::<StoredMember>(text).map(Member::try_from);
    assert!(!matches!(read, Ok(Ok(_))), "read although {why}");
}

/// Every value of a record with its JSON pointer.
fn everything(root: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::from([(String::new(), root.clone())]);
    let mut next = 0;
    while let Some((path, value)) = found.get(next).cloned() {
        match value {
            Value::Object(fields) => {
                found.extend(fields.into_iter().map(|(key, value)| (std::format!("{path}/{key}"), value)));
            }
            Value::Array(items) => {
                found.extend(items.into_iter().enumerate().map(|(at, item)| (std::format!("{path}/{at}"), item)));
            }
            _ => {}
        }
        next += 1;
    }
    found
}

fn with(root: &Value, path: &str, value: Value) -> String {
    let mut changed = root.clone();
    *changed.pointer_mut(path).unwrap() = value;
    changed.to_string()
}

fn without(root: &Value, path: &str, key: &str) -> String {
    let mut changed = root.clone();
    changed.pointer_mut(path).unwrap().as_object_mut().unwrap().remove(key).unwrap();
    changed.to_string()
}
