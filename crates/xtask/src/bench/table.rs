//! What is measured side by side, as one table.
//!
//! A program that measures writes its rows as a JSON array to the file that [`ROWS`] names. A row holds `name`, `unit`,
//! `ours` (a number, a median where there are several), `peer` (who else was measured, in the same run), `theirs` (in
//! the same unit), `ratio` (ours to theirs, the median of pairs where there are pairs), `goal` in words and `reached`.
//! What a row has no use for is left out or null. No goal fails anything: a machine is what it is.

use crate::{Outcome, project};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Where a program that measures finds the name of the file for its rows.
pub(super) const ROWS: &str = "EDGE_MFA_BENCH_ROWS";

/// Where the rows of one part are kept.
pub(super) fn file_of(part: &str) -> Outcome<PathBuf> {
    let folder = project::root().join("target/bench");
    fs::create_dir_all(&folder).map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    Ok(folder.join(format!("{part}.json")))
}

/// The rows that a program wrote.
pub(super) fn rows_of(file: &Path) -> Outcome<Vec<Value>> {
    let unreadable = |error: &dyn std::fmt::Display| format!("{} does not hold rows: {error}", file.display());
    let text = fs::read(file).map_err(|error| unreadable(&error))?;
    serde_json::from_slice(&text).map_err(|error| unreadable(&error))
}

/// Rows of every part, in one file.
pub(super) fn write(file: &Path, rows: &[Value]) -> Outcome {
    let text = serde_json::to_vec_pretty(rows).map_err(|error| error.to_string())?;
    fs::write(file, text).map_err(|error| format!("{} cannot be written: {error}", file.display()))
}

/// The rows under each other, each column as wide as its widest cell.
pub(super) fn written(rows: &[Value]) -> String {
    let head = ["", "ours", "peer", "theirs", "ratio", "goal", ""].map(str::to_owned);
    let cells: Vec<[String; 7]> = std::iter::once(head).chain(rows.iter().map(cells_of)).collect();
    let wide = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 7] = std::array::from_fn(wide);
    let line = |row: &[String; 7]| {
        let cell = |(column, text): (usize, &String)| match column {
            1 | 3 | 4 => format!("{text:>width$}", width = widths[column]),
            _ => format!("{text:<width$}", width = widths[column]),
        };
        let line: Vec<String> = row.iter().enumerate().map(cell).collect();
        format!("{}\n", line.join("  ").trim_end())
    };
    cells.iter().map(line).collect()
}

fn cells_of(row: &Value) -> [String; 7] {
    let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let unit = text("unit");
    let amount =
        |key: &str| row[key].as_f64().map(|amount| format!("{} {unit}", rounded(amount)).trim_end().to_owned());
    let reached = match row["reached"].as_bool() {
        Some(true) => "reached",
        Some(false) => "NOT REACHED",
        None => "",
    };
    [
        text("name"),
        amount("ours").unwrap_or_default(),
        text("peer"),
        amount("theirs").unwrap_or_default(),
        row["ratio"].as_f64().map(rounded).unwrap_or_default(),
        text("goal"),
        reached.to_owned(),
    ]
}

/// Three figures that count, which is more than a busy machine keeps from run to run.
fn rounded(amount: f64) -> String {
    match amount.abs() {
        0.0 => "0".to_owned(),
        size if size >= 100.0 => format!("{amount:.0}"),
        size if size >= 10.0 => format!("{amount:.1}"),
        size if size >= 1.0 => format!("{amount:.2}"),
        size if size >= 0.1 => format!("{amount:.3}"),
        _ => format!("{amount:.2e}"),
    }
}
