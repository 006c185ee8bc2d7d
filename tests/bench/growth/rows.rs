//! What was measured, as rows of the one table: see `crates/xtask/src/bench/table.rs`.

use std::time::Duration;

use edge_mfa_tests::{Value, json};

use crate::pairs::Pairs;

/// A sign-in may take so many times as long as in the smallest.
const TIMES: f64 = 1.2;

/// All of them.
#[derive(Default)]
pub struct Rows(Vec<Value>);

impl Rows {
    /// A figure that has no goal.
    pub fn say(&mut self, name: &str, unit: &str, ours: f64) {
        self.add(json!({"name": name, "unit": unit, "ours": ours}));
    }

    /// A figure beside the same of the smallest.
    pub fn beside(&mut self, name: &str, unit: &str, smallest: &str, pairs: &Pairs) {
        let (ours, theirs, ratio) = pairs.medians();
        self.add(json!({
            "name": name, "unit": unit, "ours": ours, "peer": smallest, "theirs": theirs, "ratio": ratio,
        }));
    }

    /// A figure beside the same of the smallest, which it may exceed by a fifth.
    pub fn flat(&mut self, name: &str, unit: &str, smallest: &str, pairs: &Pairs) {
        let (ours, theirs, ratio) = pairs.medians();
        self.add(json!({
            "name": name, "unit": unit, "ours": ours, "peer": smallest, "theirs": theirs, "ratio": ratio,
            "goal": format!("at most {TIMES} times"), "reached": ratio <= TIMES,
        }));
    }

    /// What an object takes for something, beside the same in the smallest.
    pub fn within(&mut self, name: &str, smallest: &str, pairs: &Pairs, limit: Duration) {
        let (ours, theirs, _) = pairs.medians();
        let limit = limit.as_secs_f64() * 1000.0;
        self.add(json!({
            "name": name, "unit": "ms", "ours": ours, "peer": smallest, "theirs": theirs,
            "goal": format!("under {limit} ms"), "reached": ours < limit,
        }));
    }

    /// Something that has to be none.
    pub fn none(&mut self, name: &str, count: usize) {
        self.add(json!({"name": name, "unit": "", "ours": count, "goal": "none", "reached": count == 0}));
    }

    /// To the file that the environment names.
    pub fn write(&self) {
        let text = serde_json::to_string_pretty(&self.0).expect("rows are JSON");
        match std::env::var_os("EDGE_MFA_BENCH_ROWS") {
            Some(path) => std::fs::write(path, text).expect("a file for the rows"),
            None => println!("{text}"),
        }
    }

    fn add(&mut self, row: Value) {
        println!("{row}");
        self.0.push(row);
    }
}
