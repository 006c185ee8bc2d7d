//! Stored records: what opens is written back as it was; what is not exactly version 1 does not open.

use mfa_core::member::Member;
use mfa_core::stored::StoredMember;
use mfa_core::tenant::directory::Entry;
use mfa_core::tenant::{StoredTenant, Tenant};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, from_str, to_string, to_value};

/// A member's record.
pub(crate) fn member(data: &[u8]) {
    let Some((text, stored)) = read::<StoredMember>(data) else { return };
    faithful(&text, &stored);
    other_versions_are_refused::<StoredMember>(&stored);
    let Ok(member) = Member::try_from(stored.clone()) else { return };
    let again = StoredMember::try_from(&member).expect("what was read does not go back");
    assert_eq!(again, stored, "a record changed by being read");
    // What is asked of every record before and after a decision.
    let mut member = member;
    let secrets = member.secrets_mut().count();
    assert!(secrets <= 3 && (member.standing().is_some() || secrets == 0));
    assert!(member.summary().is_none() || member.standing().is_some());
}

/// A tenant's record.
pub(crate) fn tenant(data: &[u8]) {
    let Some((text, stored)) = read::<StoredTenant>(data) else { return };
    faithful(&text, &stored);
    other_versions_are_refused::<StoredTenant>(&stored);
    assert_eq!(StoredTenant::from(Tenant::from(stored.clone())), stored, "a record changed by being read");
}

/// An entry of a tenant's directory.
pub(crate) fn entry(data: &[u8]) {
    let Some((text, entry)) = read::<Entry>(data) else { return };
    faithful(&text, &entry);
}

pub(crate) fn read<T: DeserializeOwned>(data: &[u8]) -> Option<(String, T)> {
    let text = String::from_utf8(data.to_vec()).ok()?;
    let read = from_str(&text).ok()?;
    Some((text, read))
}

/// What was read says all that the text says and nothing else, and is written in a form that is read as the same.
pub(crate) fn faithful<T: Serialize + DeserializeOwned + PartialEq>(text: &str, read: &T) {
    let written = to_string(read).expect("what was read cannot be written");
    let again: T = from_str(&written).expect("what was written cannot be read");
    assert!(again == *read, "written and read, it is another");
    assert_eq!(to_string(&again).unwrap(), written);
    if let Ok(given) = from_str::<Value>(text) {
        says_the_same(&given, &to_value(read).unwrap());
    }
}

/// `given` holds what `written` holds. Serde takes an array for a struct and an object for a bare word: both are other
/// spellings of the same, which nobody but whoever writes our store could put there.
fn says_the_same(given: &Value, written: &Value) {
    match (given, written) {
        (Value::Object(given), Value::Object(written)) => {
            for (name, value) in given {
                says_the_same(value, written.get(name).unwrap_or_else(|| panic!("{name} was read and forgotten")));
            }
            // An optional field that was left out may be written as null, never as anything else.
            let invented = written.iter().find(|(name, value)| !given.contains_key(*name) && !value.is_null());
            assert_eq!(invented, None, "a field was made up");
        }
        (Value::Array(given), Value::Array(written)) => {
            assert_eq!(given.len(), written.len());
            given.iter().zip(written).for_each(|(given, written)| says_the_same(given, written));
        }
        (Value::Array(_), Value::Object(_)) => {}
        (Value::Object(given), Value::String(word)) => {
            assert!(given.len() == 1 && given.get(word) == Some(&Value::Null));
        }
        _ => assert_eq!(given, written, "read as something else"),
    }
}

fn other_versions_are_refused<T: Serialize + DeserializeOwned>(stored: &T) {
    let mut value = to_value(stored).unwrap();
    for version in [Value::from("2"), Value::from("0"), Value::from(""), Value::from(1), Value::Null] {
        value["version"] = version;
        assert!(from_str::<T>(&value.to_string()).is_err(), "an unknown version was read");
    }
    value["version"] = Value::from("1");
    value["unknown"] = Value::Null;
    assert!(from_str::<T>(&value.to_string()).is_err(), "an unknown field was read");
    if let Some(fields) = value.as_object_mut() {
        fields.remove("unknown");
        for name in fields.keys().cloned().collect::<Vec<_>>() {
            let mut fewer = fields.clone();
            fewer.remove(&name);
            assert!(from_str::<T>(&Value::Object(fewer).to_string()).is_err(), "a record without {name} was read");
        }
    }
}
