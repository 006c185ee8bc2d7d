//! What goes to stdout: text for people, or JSON and nothing else.

use std::io::{self, ErrorKind, Write};

use serde_json::Value;

use crate::failure::{Failure, Outcome};

/// How to say things.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    /// As JSON, a document or entry a line.
    pub(crate) json: bool,
}

impl Output {
    /// One result, either way.
    pub(crate) fn show(self, value: &Value, text: impl FnOnce() -> String) -> Outcome {
        if self.json { print(&format!("{value}\n")) } else { print(&format!("{}\n", text())) }
    }

    /// A result that people are told of otherwise.
    pub(crate) fn show_in_json(self, value: &Value) -> Outcome {
        if self.json { print(&format!("{value}\n")) } else { Ok(()) }
    }

    /// A sentence beside the result: for people, on stderr.
    pub(crate) fn remark(self, sentence: &str) {
        if !self.json {
            // A remark that nobody reads harms nobody.
            let _ = writeln!(io::stderr(), "{sentence}");
        }
    }
}

/// Writes to stdout. That nobody reads on is no failure of ours.
pub(crate) fn print(text: &str) -> Outcome {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Failure::NobodyReads,
        _ => Failure::Failed(format!("The result could not be written: {error}.")),
    })
}

/// Rows with a heading, each column as wide as its widest cell.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(heading: &[&str]) -> Table {
        Table { rows: vec![heading.iter().map(|cell| cell.to_uppercase()).collect()] }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|cell| harmless(&cell)).collect());
    }

    /// Without a line break at the end.
    pub(crate) fn text(&self) -> String {
        let mut widths: Vec<usize> = Vec::new();
        for row in &self.rows {
            widths.resize(widths.len().max(row.len()), 0);
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().max(*width);
            }
        }
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        self.rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// The text without what would do something to a terminal.
pub(crate) fn harmless(text: &str) -> String {
    text.chars().map(|symbol| if symbol.is_control() { '\u{fffd}' } else { symbol }).collect()
}

/// The text in `value` under `name`; nothing where there is none.
pub(crate) fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The number in `value` under `name`; 0 where there is none.
pub(crate) fn number(value: &Value, name: &str) -> u64 {
    value.get(name).and_then(Value::as_u64).unwrap_or_default()
}

/// "1 tenant", "2 tenants".
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn columns_are_aligned_and_cannot_move_the_cursor() {
        let mut table = Table::new(&["tenant", "name"]);
        table.row(["acme".to_owned(), "Acmé \u{1b}[2J".to_owned()]);
        table.row(["a-longer-one".to_owned(), String::new()]);
        assert_eq!(table.text(), "TENANT        NAME\nacme          Acmé \u{fffd}[2J\na-longer-one");
    }
}
