//! What is printed: a row for each thing measured, a column for each size.

use std::time::Duration;

use edge_mfa_tests::Value;
use edge_mfa_tests::rounds::grouped;

use crate::opening::Opening;

/// Times of one kind of request.
#[derive(Debug, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// One more.
    pub fn add(&mut self, time: Duration) {
        self.0.push(time);
        self.0.sort();
    }

    /// The middle one and the longest; nothing when there is none.
    pub fn median_and_longest(&self) -> Option<(Duration, Duration)> {
        Some((*self.0.get(self.0.len() / 2)?, *self.0.last()?))
    }
}

/// What was measured at one size.
#[derive(Debug)]
pub struct Column {
    size: usize,
    rows: Vec<(String, String)>,
    /// Nothing that opened was left, and the receipt was right.
    pub nothing_left: bool,
}

impl Column {
    /// Of a tenant with so many members.
    pub fn new(size: usize) -> Self {
        Self { size, rows: Vec::new(), nothing_left: false }
    }

    /// One row.
    pub fn say(&mut self, name: &str, value: &str) {
        self.rows.push((name.to_owned(), value.to_owned()));
    }

    /// A row of times.
    pub fn times(&mut self, name: &str, times: &Times) {
        let shown = times.median_and_longest().map_or_else(
            || "none".to_owned(),
            |(median, longest)| format!("{} ms (longest {})", milliseconds(median), milliseconds(longest)),
        );
        self.say(name, &shown);
    }

    /// How long the sweep took.
    pub fn sweep(&mut self, took: Duration) {
        let seconds = took.as_secs_f64();
        self.say("sweep, until the receipt is finished", &format!("{seconds:.1} s"));
        self.say("members a second", &format!("{:.0}", self.size as f64 / seconds));
    }

    /// What was there before and after, and whether the receipt says so.
    pub fn left(&mut self, before: &Opening, after: &Opening, receipt: &Value) {
        for ((name, then), (_, now)) in before.counts().into_iter().zip(after.counts()) {
            self.say(&format!("{name} in the store"), &format!("{} → {}", grouped(then), grouped(now)));
        }
        let words = after.shares(before);
        self.say("of all words of then, still there", &grouped(words as u64));
        let size = self.size as u64;
        let counted =
            ["members", "unreached", "authenticators", "recovery_keys", "devices"].map(|it| receipt[it].as_u64());
        let expected = [size, 0, before.secrets, before.recovery_keys, before.devices].map(Some);
        let receipt_is_right = counted == expected;
        self.say("the receipt counts the same", if receipt_is_right { "yes" } else { "NO" });
        let is_empty = after.counts().iter().all(|(_, count)| *count == 0);
        self.nothing_left = is_empty && words == 0 && after.members == size && receipt_is_right;
        if !self.nothing_left {
            eprintln!("NOT AS IT SHOULD BE: {} records, {:?}; {receipt}", after.members, after.counts());
        }
    }

    /// The last row: how busy the machine was.
    pub fn finish(&mut self) {
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split(' ').nth(1).unwrap_or("unknown").to_owned();
        self.say("load of the machine, last 5 minutes", &load);
    }
}

/// All columns side by side, as Markdown.
pub fn written(columns: &[Column]) -> String {
    let mut lines = vec![line("members", columns.iter().map(|it| grouped(it.size as u64)))];
    lines.push(line("---", columns.iter().map(|_| "---".to_owned())));
    let names = columns.first().into_iter().flat_map(|it| &it.rows);
    for (row, (name, _)) in names.enumerate() {
        lines.push(line(name, columns.iter().map(|it| it.rows[row].1.clone())));
    }
    lines.join("\n")
}

fn line(name: &str, cells: impl Iterator<Item = String>) -> String {
    cells.fold(format!("| {name} |"), |line, cell| format!("{line} {cell} |"))
}

fn milliseconds(time: Duration) -> u128 {
    time.as_millis()
}
