//! Bodies of requests: an object of the fields that a route takes, or a refusal that does not say what was sent.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::error::Code;
use crate::routes::guard::Body;

/// Bytes of a body.
pub(crate) fn bytes(data: &[u8]) {
    one::<Typed>(data, &["username", "password", "remember"]);
    one::<Invited>(data, &["members", "role"]);
}

/// As a route takes it: words, and a choice.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    username: String,
    password: String,
    remember: Option<bool>,
}

/// As a route takes it: a list of objects, a word of a set and a number.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Invited {
    members: Vec<Typed>,
    role: Role,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Role {
    Administrator,
    Member,
}

fn one<T>(data: &[u8], fields: &[&str])
where
    T: Serialize + for<'a> Deserialize<'a> + PartialEq + core::fmt::Debug,
{
    let body = |data: &[u8]| Body(Zeroizing::new(data.to_vec())).parse::<T>();
    let given = serde_json::from_slice::<Value>(data);
    match body(data) {
        Ok(parsed) => {
            let given = given.expect("taken, and no JSON");
            let given = given.as_object().expect("taken, and no object");
            assert!(given.keys().all(|name| fields.contains(&name.as_str())), "an unknown field was taken");
            let written = serde_json::to_vec(&parsed).unwrap();
            assert_eq!(body(&written).ok().as_ref(), Some(&parsed));
        }
        Err(problem) => {
            assert_eq!(problem.code, Code::BadRequest);
            // A problem says at most which field: one of ours, or a name that was sent, never what stands in it.
            let said = format!("{problem:?}");
            assert!(said.len() < 400, "{} bytes of refusal", said.len());
            if let Ok(Value::Object(given)) = given {
                let known = |text: &str| fields.contains(&text) || given.contains_key(text);
                let mut values = Vec::new();
                given.values().for_each(|value| texts(value, &mut values));
                let telling = values.into_iter().filter(|text| text.len() > 8 && !known(text));
                for text in telling {
                    assert!(!said.contains(&format!("{text:?}")), "a refusal says what was sent");
                }
            }
        }
    }
}

fn texts<'a>(value: &'a Value, into: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => into.push(text),
        Value::Array(all) => all.iter().for_each(|one| texts(one, into)),
        Value::Object(all) => all.values().for_each(|one| texts(one, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
