// Reads a file of Wycheproof. Crates that have something to test with it include this file as a module.
#![allow(clippy::indexing_slicing, clippy::print_stdout, clippy::unwrap_used, reason = "a test may fail")]

use std::collections::BTreeMap;
use std::println;
use std::string::String;
use std::vec::Vec;

use serde_json::Value;

/// One vector: what goes in, and whether it must come out.
pub(crate) struct Vector {
    /// Its number, its comment and its flags: what it is for, and so why it must fail where it must.
    pub(crate) reason: String,
    pub(crate) is_valid: bool,
    fields: Value,
}

impl Vector {
    /// The bytes of a field.
    pub(crate) fn bytes(&self, field: &str) -> Vec<u8> {
        let text = self.fields[field].as_str().unwrap();
        text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    }
}

/// All vectors of a file, of which it must have as many as it says. Says how many there are for each reason.
pub(crate) fn vectors(text: &str) -> Vec<Vector> {
    let file: Value = serde_json::from_str(text).unwrap();
    let mut counts = BTreeMap::<String, usize>::new();
    let mut vectors = Vec::new();
    for test in file["testGroups"].as_array().unwrap().iter().flat_map(|group| group["tests"].as_array().unwrap()) {
        let result = test["result"].as_str().unwrap();
        assert!(matches!(result, "valid" | "invalid"), "{test}");
        *counts.entry(std::format!("{result} {}", test["flags"])).or_default() += 1;
        let reason = std::format!("vector {}, {}: {} {}", test["tcId"], result, test["flags"], test["comment"]);
        vectors.push(Vector { reason, is_valid: result == "valid", fields: test.clone() });
    }
    assert_eq!(file["numberOfTests"], vectors.len());
    println!("{}: {} vectors: {counts:?}", file["algorithm"], vectors.len());
    vectors
}
