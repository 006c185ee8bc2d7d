//! Running the tool as a person does: its arguments, its exit code, what it prints.

use std::process::{Command, Output};

use edge_mfa_tests::{Edge, Value};

/// The tool with an address and a token.
pub struct Tool {
    origin: String,
    token: Option<String>,
}

impl Tool {
    pub fn at(edge: &Edge) -> Self {
        let door = edge.door();
        Self { origin: door.origin().to_owned(), token: Some(door.operator_token().to_owned()) }
    }

    pub fn without_token(&self) -> Self {
        Self { origin: self.origin.clone(), token: None }
    }

    pub fn with_token(&self, token: &str) -> Self {
        Self { origin: self.origin.clone(), token: Some(token.to_owned()) }
    }

    /// It must succeed; what it prints.
    pub fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = text(&output.stdout) + &text(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        said
    }

    /// It must refuse with this exit code, and say so on stderr alone.
    pub fn refused(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(!said.trim().is_empty(), "a refusal is said");
        said
    }

    /// It must print one JSON document and nothing else.
    pub fn json(&self, arguments: &[&str]) -> Value {
        self.lines(arguments).pop().expect("a document")
    }

    /// It must print JSON, one document a line.
    pub fn lines(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.run(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        let stream = serde_json::Deserializer::from_slice(&output.stdout).into_iter();
        stream.map(|document| document.expect("nothing but JSON on stdout")).collect()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["run", "--quiet", "--package", "edge-mfa", "--"]).args(arguments);
        cargo.current_dir(env!("CARGO_MANIFEST_DIR")).env("EDGE_MFA_URL", &self.origin);
        match &self.token {
            Some(token) => cargo.env("EDGE_MFA_OPERATOR_TOKEN", token),
            None => cargo.env_remove("EDGE_MFA_OPERATOR_TOKEN"),
        };
        cargo.output().expect("cargo runs")
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
