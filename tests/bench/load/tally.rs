//! What was answered, counted.

use std::collections::BTreeMap;

use edge_mfa_tests::Answer;

/// Answers by status and code.
#[derive(Debug, Default)]
pub struct Tally {
    counts: BTreeMap<String, usize>,
    faults: usize,
}

impl Tally {
    /// An answer to somebody who may not be let in. Neither a failure of ours nor a connection that breaks is a refusal,
    /// and a success is none either, but for the door that answers everybody alike.
    pub fn refused(&mut self, answer: &Result<Answer, String>) {
        let is_one = |answer: &Answer| matches!(answer.status, 202 | 401 | 403 | 404 | 429);
        self.count(answer, is_one);
    }

    /// An answer to a member in good standing.
    pub fn let_in(&mut self, answer: &Result<Answer, String>) {
        self.count(answer, |answer| answer.status == 200);
    }

    fn count(&mut self, answer: &Result<Answer, String>, is_right: impl Fn(&Answer) -> bool) {
        let (word, is_right) = match answer {
            Ok(answer) => (answer.short(), is_right(answer)),
            Err(error) => (format!("NO ANSWER ({error})"), false),
        };
        *self.counts.entry(word).or_default() += 1;
        self.faults += usize::from(!is_right);
    }

    /// The sum of two.
    pub fn with(mut self, other: Tally) -> Tally {
        for (word, count) in other.counts {
            *self.counts.entry(word).or_default() += count;
        }
        self.faults += other.faults;
        self
    }

    /// How many there were.
    pub fn all(&self) -> usize {
        self.counts.values().sum()
    }

    /// How many were not what they should be.
    pub fn faults(&self) -> usize {
        self.faults
    }

    /// Each with its count.
    pub fn written(&self) -> String {
        let parts: Vec<String> = self.counts.iter().map(|(word, count)| format!("{count} × {word}")).collect();
        if parts.is_empty() { "—".to_owned() } else { parts.join(", ") }
    }
}
