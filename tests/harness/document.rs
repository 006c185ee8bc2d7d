//! The OpenAPI document of the running Worker, held against every answer that a test sees.

use std::collections::HashMap;
use std::sync::Mutex;

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::client::{Client, Door};

/// Where the document is.
pub const PATH: &str = "/api/v1/openapi.json";

/// The document, with one compiled schema per kind of answer.
#[derive(Debug)]
pub struct Document {
    root: Value,
    schemas: Mutex<HashMap<String, Validator>>,
}

/// One method on one path of the document.
#[derive(Clone, Debug)]
pub struct Operation<'a> {
    /// In upper case.
    pub method: String,
    /// From the origin's root, with `{parameters}`.
    pub path: String,
    /// Its part of the document.
    pub body: &'a Value,
}

impl Document {
    /// Asks the edge for its document.
    pub fn of(door: &Door) -> Self {
        let door = Door::new(door.origin().to_owned(), String::new());
        let client = Client::at(door.into());
        let answer = client.ask("GET", PATH).try_send().expect("the edge answers");
        let root = answer.is(200);
        Self { root, schemas: Mutex::default() }
    }

    /// The whole document.
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// Every operation that it describes.
    pub fn operations(&self) -> Vec<Operation<'_>> {
        let mut operations = Vec::new();
        for (path, methods) in object(&self.root["paths"]) {
            // A path may have a server of its own, instead of everybody's.
            let servers = methods.get("servers").unwrap_or(&self.root["servers"]);
            let base = servers[0]["url"].as_str().unwrap_or_default().trim_end_matches('/');
            let methods = object(methods).filter(|(name, _)| METHODS.contains(&name.as_str()));
            operations.extend(methods.map(|(name, body)| Operation {
                method: name.to_ascii_uppercase(),
                path: format!("{base}{path}"),
                body,
            }));
        }
        operations
    }

    /// Panics unless the answer is one that the document describes. A path that the document does
    /// not know must be answered with 404, a method that it does not know with 405.
    pub fn check(&self, answer: &Answer) {
        let path = answer.path.split(['?', '#']).next().unwrap_or_default();
        let operations = self.operations();
        let here: Vec<_> = operations.iter().filter(|it| fits(&it.path, path)).collect();
        // A path in so many words comes before one with a place for a name.
        let fewest = here.iter().map(|it| it.path.matches('{').count()).min();
        let here: Vec<_> = here.into_iter().filter(|it| Some(it.path.matches('{').count()) == fewest).collect();
        let Some(operation) = here.iter().find(|it| it.method == answer.method) else {
            let expected: &[u16] = if here.is_empty() { &[403, 404, 405] } else { &[204, 403, 405] };
            let known = answer.method == "HEAD" || expected.contains(&answer.status);
            assert!(known, "not described, yet answered: {answer}");
            return;
        };
        self.check_operation(operation, answer);
    }

    fn check_operation(&self, operation: &Operation<'_>, answer: &Answer) {
        let described = self.follow(&operation.body["responses"][answer.status.to_string()]);
        let Some(content) = described.get("content").and_then(Value::as_object) else {
            assert!(described.is_object(), "this status is not described: {answer}");
            assert!(answer.body.is_empty(), "a body that is not described: {answer}");
            return;
        };
        let kind = answer.header("content-type").unwrap_or_default().trim_end_matches("; charset=utf-8");
        let media = content.get(kind);
        let media = media.unwrap_or_else(|| panic!("{kind:?} is not described: {answer}"));
        if !kind.ends_with("json") {
            return;
        }
        let name = format!("{} {} {}", operation.method, operation.path, answer.status);
        let mut schemas = self.schemas.lock().expect("a validator does not panic");
        let validator = schemas.entry(name).or_insert_with(|| self.compile(&media["schema"]));
        let body = answer.json();
        let faults: Vec<_> = validator.iter_errors(&body).map(|it| format!("{}: {it}", it.instance_path())).collect();
        drop(schemas);
        assert!(faults.is_empty(), "not as described: {}\n{answer}", faults.join("; "));
    }

    /// Compiles a schema of the document; panics when it is none.
    pub fn compile(&self, schema: &Value) -> Validator {
        let whole = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": self.root["components"],
            "allOf": [schema],
        });
        jsonschema::validator_for(&whole).unwrap_or_else(|error| panic!("{error} in {schema}"))
    }

    /// Follows a `$ref` within the document.
    pub fn follow<'a>(&'a self, value: &'a Value) -> &'a Value {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
            return value;
        };
        let target = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
        target.unwrap_or_else(|| panic!("{reference} leads nowhere"))
    }
}

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn fits(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(want), Some(have)) if want == have => {}
            (Some(want), Some(have)) if want.starts_with('{') && !have.is_empty() => {}
            _ => return false,
        }
    }
}
