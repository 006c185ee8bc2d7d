//! Bodies out of their schemas: the smallest that is right, and every way to be wrong in one place.

use edge_mfa_tests::{Value, json, random};

/// A body that is wrong in one place.
pub struct Wrong {
    /// What is wrong with it.
    pub what: String,
    /// The member at the top in which it is wrong.
    pub field: String,
    /// Whether the answer has to name it.
    pub is_named: bool,
    /// The body.
    pub body: Value,
}

/// The smallest right bodies: the example where there is one; one, or one for each member where any one of them will
/// do.
pub fn smallest(schema: &Value, tenant: &str) -> Vec<Value> {
    if let Some(example) = schema["examples"].get(0) {
        return vec![example.clone()];
    }
    let properties = object(&schema["properties"]);
    let required: Vec<_> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let sample = |name: &str| (name.to_owned(), sample(name, &schema["properties"][name], tenant));
    if required.is_empty() && schema["minProperties"] == 1 {
        return properties.map(|(name, _)| Value::Object([sample(name)].into_iter().collect())).collect();
    }
    vec![Value::Object(required.into_iter().map(sample).collect())]
}

/// A value that this member may have. Where the schema says nothing but "text", its name tells what would do.
fn sample(name: &str, schema: &Value, tenant: &str) -> Value {
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    match (schema["type"].as_str(), name) {
        (Some("boolean"), _) => json!(false),
        (Some("integer"), _) => schema["minimum"].as_u64().unwrap_or(1).into(),
        (Some("array"), _) => json!([sample("", &schema["items"], tenant)]),
        (Some("object"), _) => smallest(schema, tenant).remove(0),
        (_, "code") => json!("000000"),
        (_, "recovery_key") => json!("00000-00000-00000-00000-00000"),
        (_, "proof") => json!("00000"),
        (_, "confirmation") => json!(tenant),
        (_, "role") => json!("member"),
        (_, "accent") => json!("#0b6455"),
        // One grey dot.
        (_, "logo") => {
            json!("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg==")
        }
        (_, "token") => json!("A".repeat(43)),
        // Nobody listens there.
        (_, "issuer") => json!("http://127.0.0.1:9"),
        (_, "tenant" | "username" | "administrator") => json!(random::name("n")),
        (_, "password" | "current_password" | "new_password") => json!(random::password()),
        (Some("string"), _) => {
            let hex = schema["pattern"].as_str().and_then(|it| it.strip_prefix("^[0-9a-f]{")?.strip_suffix("}$"));
            let length = hex.and_then(|it| it.parse().ok()).or(schema["minLength"].as_u64()).unwrap_or(1);
            json!("0".repeat(length as usize))
        }
        _ => panic!("{name}: no value is known for {schema}"),
    }
}

/// Every way to be wrong in one place: something more, something less, another type, a value out of its bounds.
pub fn wrong(schema: &Value, tenant: &str) -> Vec<Wrong> {
    let mut found = Vec::new();
    for body in smallest(schema, tenant) {
        for (what, field, body) in wrong_object(schema, &body, tenant) {
            // Null where nothing is an answer too: that is refused with the whole.
            let is_missing = body[&field].is_null() && !is_required(schema, &field);
            found.push(Wrong { what, field, is_named: !is_missing, body });
        }
    }
    if schema["maxProperties"] == 1 {
        let members = object(&schema["properties"]);
        let all = members.map(|(name, it)| (name.clone(), sample(name, it, tenant))).collect();
        for (what, body) in [("more than one", Value::Object(all)), ("none", json!({}))] {
            found.push(Wrong { what: what.to_owned(), field: String::new(), is_named: false, body });
        }
    }
    found
}

fn wrong_object(schema: &Value, good: &Value, tenant: &str) -> Vec<(String, String, Value)> {
    let mut found = Vec::new();
    for name in ["extra", "__proto__", "tenant_id"] {
        found.push((format!("{name} too"), name.to_owned(), with(good, name, json!("x"))));
    }
    for (name, inner) in object(&schema["properties"]) {
        let value = good.get(name).cloned();
        if value.is_some() && is_required(schema, name) {
            let mut less = good.clone();
            less.as_object_mut().expect("an object").remove(name);
            found.push((format!("no {name}"), name.clone(), less));
        }
        if value.is_some() || schema["minProperties"].is_null() {
            let value = value.unwrap_or_else(|| sample(name, inner.pointer("/anyOf/0").unwrap_or(inner), tenant));
            for (what, wrong) in wrong_value(inner, &value, tenant) {
                found.push((format!("{name} {what}"), name.clone(), with(good, name, wrong)));
            }
        }
    }
    found
}

/// Values that this schema does not allow, by its type alone or by something within.
fn wrong_value(schema: &Value, good: &Value, tenant: &str) -> Vec<(String, Value)> {
    let may_be = |kind: &str| {
        let any = schema["anyOf"].as_array().into_iter().flatten().any(|it| it["type"] == kind);
        any || schema["type"] == kind
    };
    let values = [
        ("null", json!(null)),
        ("boolean", json!(true)),
        ("integer", json!(7)),
        ("number", json!(1.5e300)),
        ("string", json!("true")),
        ("array", json!([good])),
        ("object", json!({"$ne": null})),
    ];
    let other = values.into_iter().filter(|(kind, _)| !may_be(kind));
    let mut found: Vec<_> = other.map(|(kind, value)| (format!("as {kind}"), value)).collect();
    if schema["type"] == "array" {
        if schema["items"]["type"] == "object" {
            let items = wrong_object(&schema["items"], &good[0], tenant).into_iter();
            found.extend(items.map(|(what, _, it)| (format!("within: {what}"), json!([it]))));
        }
        found.push(("as a list of another thing".to_owned(), json!([7])));
    }
    found
}

/// Values of the right type that the schema does not allow.
pub fn out_of_bounds(schema: &Value, tenant: &str) -> Vec<Wrong> {
    let mut found = Vec::new();
    let body = smallest(schema, tenant).remove(0);
    for (name, inner) in object(&schema["properties"]) {
        let number = |word: &str| inner[word].as_u64().map(|it| it as usize);
        let mut values = Vec::new();
        values.extend(inner["enum"].get(0).map(|_| json!("another")));
        values.extend(inner["pattern"].as_str().map(|_| json!("_Q")));
        values.extend(number("minLength").and_then(|it| it.checked_sub(1)).map(|it| json!("0".repeat(it))));
        values.extend(number("maxLength").map(|it| json!("0".repeat(it + 1))));
        values.extend(number("minimum").and_then(|it| it.checked_sub(1)).map(|it| json!(it)));
        values.extend(inner["minimum"].as_u64().map(|_| json!(-1)));
        let item = || body[name][0].clone();
        values.extend(number("minItems").and_then(|it| it.checked_sub(1)).map(|it| json!(vec![item(); it])));
        values.extend(number("maxItems").map(|it| json!(vec![item(); it + 1])));
        found.extend(values.into_iter().map(|value| {
            let what = format!("{name} out of bounds: {:.40}", value.to_string());
            Wrong { what, field: name.clone(), is_named: false, body: with(&body, name, value) }
        }));
    }
    found
}

/// The body with another value in one place.
pub fn with(body: &Value, name: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[name] = value;
    body
}

fn is_required(schema: &Value, name: &str) -> bool {
    schema["required"].as_array().into_iter().flatten().any(|it| it == name)
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
